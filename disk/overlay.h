/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overlay.h - an image that is not changed (--snapshot): what is written goes
 * into a file without a name, which is gone when it is closed.
 *
 * Each sector has its own place in that file, which has holes where nothing was
 * written. A bit in memory for each sector says whether it is to be read there
 * or in the image. So a write never has to read first.
 */
#ifndef DISK_OVERLAY_H
#define DISK_OVERLAY_H

#include "disk/image.h"

struct overlay {
	struct image image;	/* what is read and written; .ops NULL: none */
	struct image *base;	/* the image that is not changed */
	int fd;			/* what was written */
	uint8_t *written;	/* bits: sectors that are in fd */
};

/**
 * overlay_open() - make an overlay over @base, with nothing written yet
 * @base: kept, not owned; never written to
 * @fd: a file; what it holds does not matter. Stays the caller's
 *
 * Return: 0, or -ENOMEM.
 */
int overlay_open(struct overlay *o, struct image *base, int fd);

/* overlay_close() - forget what was written; @base stays open. Does nothing if
 * @o is not open. */
void overlay_close(struct overlay *o);

#endif
