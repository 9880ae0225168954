/* SPDX-License-Identifier: BSD-2-Clause */
/* image.c - raw images: see image.h. */
#include "disk/image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/bytes.h"
#include "devices/medium.h"
#include "disk/kind.h"

int image_file_read(int fd, void *buf, uint64_t at, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (uint8_t *)buf + done, len - done,
				  (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)	/* 0: somebody has made the file shorter */
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}

int image_file_write(int fd, const void *buf, uint64_t at, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(fd, (const uint8_t *)buf + done, len - done,
				   (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}

/* raw_read() - an image_ops'. */
static int raw_read(struct image *im, void *buf, uint64_t at, size_t len)
{
	size_t there = at < im->bytes ? MIN(len, im->bytes - at) : 0;

	memset((uint8_t *)buf + there, 0, len - there);
	return image_file_read(im->fd, buf, at, there);
}

/* same_format() - would the image's first and last bytes still say "raw" with
 * @buf written to it? */
static bool same_format(const struct image *im, const uint8_t *buf, uint64_t at,
			size_t len)
{
	static const uint8_t nothing[DISK_HEAD];
	uint64_t end = im->sectors * MEDIUM_SECTOR;
	const uint8_t *head = at == 0 ? buf : nothing;
	const uint8_t *tail = at + len == end ? buf + len - DISK_HEAD : nothing;

	return disk_format_of(head, tail) == DISK_RAW;
}

/* raw_write() - an image_ops'. @buf is shared memory and may change meanwhile,
 * so what is checked is a copy, and the copy is written. */
static int raw_write(struct image *im, const void *buf, uint64_t at, size_t len)
{
	static uint8_t copy[MEDIUM_MOST];
	bool ends = at == 0 || at + len == im->sectors * MEDIUM_SECTOR;
	int err;

	if (im->guessed && ends) {
		if (len > sizeof(copy))
			return -EINVAL;
		copy_once(copy, buf, len);
		if (!same_format(im, copy, at, len))
			return -EPERM;
		buf = copy;
	}
	err = image_file_write(im->fd, buf, at, len);
	if (!err)
		im->bytes = MAX(im->bytes, at + len);
	return err;
}

/* raw_flush() - an image_ops'. #syscalls[disk] fdatasync */
static int raw_flush(struct image *im)
{
	if (im->lost)
		return im->lost;
	if (im->read_only || fdatasync(im->fd) == 0)
		return 0;
	/* Also for ENOSPC: to try again would help nobody. */
	return im->lost = -EIO;
}

/* raw_close() - an image_ops'. #syscalls[disk] close */
static void raw_close(struct image *im)
{
	close(im->fd);
}

static const struct image_ops raw_ops = { raw_read, raw_write, raw_flush,
					  raw_close };

int image_raw(struct image *im, int fd, unsigned int kind, bool guessed)
{
	off_t bytes = lseek(fd, 0, SEEK_END);
	int flags = fcntl(fd, F_GETFL);
	int err = bytes < 0 || flags < 0 ? -errno : 0;

	if (!err && ((flags & O_ACCMODE) == O_WRONLY || flags & O_APPEND))
		err = -EACCES;
	*im = (struct image){
		.ops = &raw_ops, .fd = fd, .bytes = (uint64_t)bytes,
		.read_only = (flags & O_ACCMODE) == O_RDONLY,
		.guessed = guessed,
	};
	if (!err)
		im->sectors = disk_sectors(kind, im->bytes);
	if (!err && !im->sectors)
		err = -ENODATA;
	if (err)
		image_close(im);
	return err;
}

void image_close(struct image *im)
{
	if (im->ops)
		im->ops->close(im);
	*im = (struct image){ .fd = -1 };
}
