/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare.h - what a disk process does while its machine makes up its mind.
 *
 * From one answer to the next request a guest's driver takes some 50 us, in
 * which nobody needs the disk process. So it reads what comes next, where
 * requests follow each other; and writes what it has taken and said so.
 *
 * 1. A write is taken, and done later, only where the image has its place on
 *    the host's disk already (image_ops' stored()): it can not fail for want of
 *    room. Nothing is asked of the image before it is done.
 * 2. One that fails nevertheless is kept, and all that is asked fails until it
 *    could be done: what was said to be written is never forgotten in silence.
 * 3. A flush is not over before it is done.
 * 4. What was read ahead is for who asks at once: who sleeps forgets it, as
 *    somebody else may write to an image that is only read here.
 */
#ifndef DISK_SPARE_H
#define DISK_SPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/medium.h"
#include "disk/image.h"

enum spare_what { SPARE_NONE, SPARE_READ, SPARE_WRITE };

struct spare {
	enum spare_what what;	/* the bytes are: nothing's, read, to write */
	uint64_t at;
	size_t len;
	/* The last read: from where on one would follow it, and how long it
	 * was; 0: nothing was read yet, or the last one followed none. */
	uint64_t next;
	size_t again;
	uint8_t bytes[MEDIUM_MOST];
};

/* spare_settle() - do the write that was taken. Return: 0, also if there was
 * none; or a negative errno, and it is kept. */
int spare_settle(struct spare *s, struct image *im);

/* spare_read() / spare_write() - an image_ops', behind spare_settle(). @buf is
 * shared memory, and may change meanwhile. */
int spare_read(struct spare *s, struct image *im, void *buf, uint64_t at,
	       size_t len);
int spare_write(struct spare *s, struct image *im, const void *buf, uint64_t at,
		size_t len);

/* spare_use() - the machine was answered: there is time. @ahead: it will look
 * for the next answer at once */
void spare_use(struct spare *s, struct image *im, bool ahead);

/* spare_forget() - what was read, not what is to be written. */
void spare_forget(struct spare *s);

#endif
