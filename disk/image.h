/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - what a disk process reads and writes: a raw file, what qemu-nbd
 * serves (nbd.h), or either with an overlay on it (overlay.h).
 *
 * 1. All positions and lengths are bytes, multiples of a sector, and within
 *    the image: disk_ask_decode() has checked them.
 * 2. A write that fails may have been made in part. One that succeeds is in the
 *    host's memory, and after a flush() on the host's disk.
 * 3. When a flush() has failed, all later ones fail as well: the kernel reports
 *    only once that it has lost what was written (fsync(2)). But after
 *    -ENOSPC a flush may be made again.
 * 4. What fails with -ENOSPC may be made again. Where no write that failed may
 *    be (`once`), that is -ENOTRECOVERABLE instead; and after any failure, all
 *    later writes and flushes fail in the same way.
 * 5. So that it hardly comes to that, such a write is -ENOSPC before it is made
 *    where the file system of the image's file is nearly full: that may be made
 *    again.
 */
#ifndef DISK_IMAGE_H
#define DISK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;
struct nbd_handle;

/* Each returns 0 or a negative errno. */
struct image_ops {
	int (*read)(struct image *im, void *buf, uint64_t at, size_t len);
	int (*write)(struct image *im, const void *buf, uint64_t at,
		     size_t len);
	int (*flush)(struct image *im);
	void (*close)(struct image *im);
};

struct image {
	const struct image_ops *ops;	/* NULL: there is none */
	uint64_t sectors;
	bool read_only;
	/* [raw] */
	int fd;
	uint64_t bytes;		/* of the file; behind its end: zeros */
	bool guessed;		/* nobody said that it is raw: image_raw() */
	/* [nbd] */
	struct nbd_handle *nbd;
	bool once;		/* (4) */
	int room;		/* (5): a descriptor; -1: nobody asks */
	/* [both] */
	int lost;		/* (3), (4): a negative errno; 0: not yet */
};

/**
 * image_raw() - take a file for an image
 * @fd: the image's from now on
 * @kind: of the drive (enum drive_kind)
 * @guessed: only its first bytes told that it is raw. Then a write that would
 *	give it another format's first bytes fails with -EPERM: else a guest
 *	could have the next run open files of the guest's choice, as backing
 *	files of its image.
 *
 * Return: 0, or a negative errno; then @fd is closed.
 * #syscalls[disk] lseek fcntl close
 */
int image_raw(struct image *im, int fd, unsigned int kind, bool guessed);

/* image_file_read() / image_file_write() - read or write @len bytes at @at of
 * file @fd. Return: 0 when all were; or a negative errno, -EIO if the file ends
 * before.
 * #syscalls[disk nbd] pread64 pwrite64 */
int image_file_read(int fd, void *buf, uint64_t at, size_t len);
int image_file_write(int fd, const void *buf, uint64_t at, size_t len);

/* image_close() - close the image, if there is one; @im->ops becomes NULL. */
void image_close(struct image *im);

#endif
