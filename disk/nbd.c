/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nbd.c - an image by libnbd: see nbd.h.
 *
 * A request ends before the next begins, so libnbd's simple calls do.
 */
#include "disk/nbd.h"

#include <errno.h>
#include <libnbd.h>
#include <sys/vfs.h>

#include "devices/medium.h"
#include "disk/kind.h"

/* What a write may take beside what it writes: QEMU's vdi writes a block of 1
 * MiB whole, vhdx has a log of 1 MiB, and all have tables. */
#define ROOM_MORE (4u << 20)

/* nbd_error() - of the call before. Return: a negative errno. */
static int nbd_error(void)
{
	int err = nbd_get_errno();

	return err > 0 ? -err : -EIO;
}

static int nbd_image_read(struct image *im, void *buf, uint64_t at, size_t len)
{
	return nbd_pread(im->nbd, buf, len, at, 0) < 0 ? nbd_error() : 0;
}

/* room_there() - for @len bytes, and what goes with them? Where the file system
 * does not say: yes. #syscalls[nbd] fstatfs */
static bool room_there(const struct image *im, size_t len)
{
	struct statfs f;

	if (im->room < 0 || fstatfs(im->room, &f) < 0 || !f.f_blocks)
		return true;
	return (uint64_t)f.f_bavail * (uint64_t)f.f_bsize >= len + ROOM_MORE;
}

/* nbd_image_write() - an image_ops'. See (4) and (5) of image.h. */
static int nbd_image_write(struct image *im, const void *buf, uint64_t at,
			   size_t len)
{
	int err;

	if (im->once && im->lost)
		return im->lost;
	if (im->once && !room_there(im, len))
		return -ENOSPC;
	if (nbd_pwrite(im->nbd, buf, len, at, 0) == 0)
		return 0;
	err = nbd_error();
	if (!im->once)
		return err;
	return im->lost = err == -ENOSPC ? -ENOTRECOVERABLE : err;
}

/* nbd_image_flush() - an image_ops'. Without room qemu-nbd keeps what it could
 * not write (qcow2's tables), and a flush can be made again. If the kernel has
 * lost something, QEMU fails all later flushes, with the same error: that
 * machine stays paused. No flush that ends well is a lie. */
static int nbd_image_flush(struct image *im)
{
	int err;

	if (im->lost)
		return im->lost;
	if (im->read_only || nbd_can_flush(im->nbd) == 0 ||
	    nbd_flush(im->nbd, 0) == 0)
		return 0;
	err = nbd_error();
	if (err == -ENOSPC && !im->once)
		return err;
	return im->lost = err == -ENOSPC ? -ENOTRECOVERABLE : -EIO;
}

static void nbd_image_close(struct image *im)
{
	nbd_shutdown(im->nbd, 0);
	nbd_close(im->nbd);
}

static const struct image_ops nbd_ops = { nbd_image_read, nbd_image_write,
					  nbd_image_flush, nbd_image_close };

int nbd_image_open(struct image *im, int sock)
{
	struct nbd_handle *nbd = nbd_create();
	int64_t bytes;
	int err = 0;

	if (!nbd)
		return nbd_error();
	if (nbd_set_tls(nbd, LIBNBD_TLS_DISABLE) < 0 ||
	    nbd_connect_socket(nbd, sock) < 0)
		err = nbd_error();
	bytes = err ? -1 : nbd_get_size(nbd);
	if (!err && bytes < 0)
		err = nbd_error();
	if (!err && bytes < (int64_t)MEDIUM_SECTOR)
		err = -ENODATA;
	if (err) {
		nbd_close(nbd);
		return err;
	}
	*im = (struct image){
		.ops = &nbd_ops, .fd = -1, .nbd = nbd, .room = -1,
		.sectors = disk_sectors(DRIVE_DISK, (uint64_t)bytes),
		.read_only = nbd_is_read_only(nbd) != 0,
	};
	return 0;
}
