/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahead.h - what a disk process reads before it is asked for.
 *
 * From one answer to the next request a guest's driver takes some 50 us, in
 * which nobody needs the disk process. Where reads follow each other, it reads
 * what comes next meanwhile, as much as it was asked for last.
 *
 * 1. It is for who asks at once: who sleeps forgets it, as somebody else may
 *    write to an image that is only read here. So does a write, wherever.
 * 2. What can not be read ahead is no error: who asks for it will hear of that.
 */
#ifndef DISK_AHEAD_H
#define DISK_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "devices/medium.h"
#include "disk/image.h"

struct ahead {
	uint64_t at;
	size_t len;		/* bytes from @at on; 0: none */
	/* The last read: from where on one would follow it, and how long it
	 * was; 0: nothing was read yet, or the last one followed none. */
	uint64_t next;
	size_t again;
	uint8_t bytes[MEDIUM_MOST];
};

/* ahead_read() - an image_ops'. */
int ahead_read(struct ahead *a, struct image *im, void *buf, uint64_t at,
	       size_t len);

/* ahead_go_on() - the machine was answered, and will look for the next answer:
 * there is time. */
void ahead_go_on(struct ahead *a, struct image *im);

/* ahead_forget() - all of it. */
void ahead_forget(struct ahead *a);

#endif
