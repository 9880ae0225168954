/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - what a disk process reads and writes: a raw file, what qemu-nbd
 * serves (nbd.h), or either with an overlay on it (overlay.h).
 *
 * 1. All positions and lengths are bytes, multiples of a sector, and within
 *    the image: disk_ask_decode() has seen to it.
 * 2. A write that has failed may have been made in part; one that has not is
 *    in the host's memory, and after flush() on its disk.
 * 3. If a flush() has failed once, each one fails from then on: the kernel
 *    tells only once that it has lost what was written (fsync(2)).
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
	uint64_t bytes;		/* of the file; beyond them it reads as zeros */
	bool guessed;		/* nobody said that it is raw: see below */
	/* [nbd] */
	struct nbd_handle *nbd;
	/* [both] */
	bool lost;		/* a flush has failed */
};

/**
 * image_raw() - take a file for an image
 * @fd: the image's from now on
 * @kind: of the drive (enum drive_kind)
 * @guessed: that it is raw was seen by its first bytes only. Then nothing is
 *	written that would make another format of it: a guest could have the
 *	next run open files of its choice, as what its image builds on. Such a
 *	write fails with -EPERM.
 *
 * Return: 0, or a negative errno; then @fd is closed.
 * #syscalls[disk] lseek fcntl close
 */
int image_raw(struct image *im, int fd, unsigned int kind, bool guessed);

/* image_file_read() / image_file_write() - all of it. Return: 0 or a negative
 * errno: -EIO: the file ends before.
 * #syscalls[disk nbd] pread64 pwrite64 */
int image_file_read(int fd, void *buf, uint64_t at, size_t len);
int image_file_write(int fd, const void *buf, uint64_t at, size_t len);

/* image_close() - let go of it, if there is one. */
void image_close(struct image *im);

#endif
