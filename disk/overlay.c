/* SPDX-License-Identifier: BSD-2-Clause */
/* overlay.c - writes that the image does not see: see overlay.h. */
#include "disk/overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "devices/medium.h"
#include "disk/kind.h"

static struct overlay *overlay_of(struct image *im)
{
	return CONTAINER_OF(im, struct overlay, image);
}

static bool is_written(const struct overlay *o, uint64_t sector)
{
	return o->written[sector / 8] >> (sector % 8) & 1;
}

/* run_of() - Return: how many bytes from @at on lie in one place, the overlay's
 * file or the image. */
static size_t run_of(const struct overlay *o, uint64_t at, size_t len)
{
	uint64_t first = at / MEDIUM_SECTOR;
	bool there = is_written(o, first);
	size_t n = MEDIUM_SECTOR;

	while (n < len && is_written(o, first + n / MEDIUM_SECTOR) == there)
		n += MEDIUM_SECTOR;
	return n;
}

static int overlay_read(struct image *im, void *buf, uint64_t at, size_t len)
{
	struct overlay *o = overlay_of(im);
	uint8_t *to = buf;
	int err = 0;

	while (len && !err) {
		size_t n = run_of(o, at, len);

		if (is_written(o, at / MEDIUM_SECTOR))
			err = image_file_read(o->fd, to, at, n);
		else
			err = o->base->ops->read(o->base, to, at, n);
		to += n;
		at += n;
		len -= n;
	}
	return err;
}

static int overlay_write(struct image *im, const void *buf, uint64_t at,
			 size_t len)
{
	struct overlay *o = overlay_of(im);
	int err = image_file_write(o->fd, buf, at, len);
	uint64_t sector;

	for (sector = at / MEDIUM_SECTOR;
	     !err && sector < (at + len) / MEDIUM_SECTOR; sector++)
		o->written[sector / 8] |= (uint8_t)(1u << (sector % 8));
	return err;
}

/* overlay_flush() - nothing to do: what was written goes with this process. */
static int overlay_flush(struct image *im)
{
	(void)im;
	return 0;
}

static void overlay_close_op(struct image *im)
{
	overlay_close(overlay_of(im));
}

static const struct image_ops overlay_ops = { overlay_read, overlay_write,
					      overlay_flush, overlay_close_op };

int overlay_open(struct overlay *o, struct image *base, int fd)
{
	memset(o, 0, sizeof(*o));
	o->written = calloc(1, base->sectors / 8 + 1);
	if (!o->written)
		return -ENOMEM;
	o->base = base;
	o->fd = fd;
	o->image.ops = &overlay_ops;
	o->image.sectors = base->sectors;
	return 0;
}

void overlay_close(struct overlay *o)
{
	free(o->written);
	memset(o, 0, sizeof(*o));
}
