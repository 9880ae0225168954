/* SPDX-License-Identifier: BSD-2-Clause */
/* spare.c - what a disk process does meanwhile: see spare.h. */
#include "disk/spare.h"

#include <string.h>

#include "base/bytes.h"

int spare_settle(struct spare *s, struct image *im)
{
	int err;

	if (s->what != SPARE_WRITE)
		return 0;
	err = im->ops->write(im, s->bytes, s->at, s->len);
	if (!err)
		s->what = SPARE_NONE;
	return err;
}

void spare_forget(struct spare *s)
{
	s->again = 0;
	if (s->what == SPARE_READ)
		s->what = SPARE_NONE;
}

int spare_read(struct spare *s, struct image *im, void *buf, uint64_t at,
	       size_t len)
{
	bool there = s->what == SPARE_READ && at == s->at && len <= s->len;

	s->again = at == s->next ? len : 0;
	s->next = at + len;
	if (!there)
		return im->ops->read(im, buf, at, len);
	memcpy(buf, s->bytes, len);
	return 0;
}

int spare_write(struct spare *s, struct image *im, const void *buf, uint64_t at,
		size_t len)
{
	spare_forget(s);
	if (len > sizeof(s->bytes) || !im->ops->stored ||
	    !im->ops->stored(im, at, len))
		return im->ops->write(im, buf, at, len);
	copy_once(s->bytes, buf, len);
	s->at = at;
	s->len = len;
	s->what = SPARE_WRITE;
	return 0;
}

/* read_ahead() - what would come next. If it can not be had, who asks for it
 * will hear of that. */
static void read_ahead(struct spare *s, struct image *im)
{
	s->what = SPARE_NONE;
	if (!s->again ||
	    s->next + s->again > im->sectors * (uint64_t)MEDIUM_SECTOR)
		return;
	s->at = s->next;
	s->len = s->again;
	if (im->ops->read(im, s->bytes, s->at, s->len) == 0)
		s->what = SPARE_READ;
}

void spare_use(struct spare *s, struct image *im, bool ahead)
{
	if (s->what == SPARE_WRITE)
		spare_settle(s, im);	/* or fails again, when next asked */
	else if (ahead)
		read_ahead(s, im);
	else
		spare_forget(s);
}
