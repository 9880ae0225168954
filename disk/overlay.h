/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overlay.h - an image that is not changed: what is written goes into a file
 * of its own, which has no name and is gone when it is closed (--snapshot).
 *
 * The file has room for each sector at the sector's own place, and holes where
 * nothing was written; a bit in memory for each sector says which of both is
 * to be read. So a write never has to read first.
 */
#ifndef DISK_OVERLAY_H
#define DISK_OVERLAY_H

#include "disk/image.h"

struct overlay {
	struct image image;	/* as it is to its user; .ops NULL: none */
	struct image *base;
	int fd;
	uint8_t *written;	/* bits */
};

/**
 * overlay_open() - over @base, from now on; it may be written
 * @base: kept, and never written to
 * @fd: an empty file, or one of an overlay before: stays the caller's
 *
 * Return: 0, or -ENOMEM.
 */
int overlay_open(struct overlay *o, struct image *base, int fd);

/* overlay_close() - forget what was written; @base stays. May be called on one
 * that is not open. */
void overlay_close(struct overlay *o);

#endif
