/* SPDX-License-Identifier: BSD-2-Clause */
/* ahead.c - what is read before it is asked for: see ahead.h. */
#include "disk/ahead.h"

#include <string.h>

void ahead_forget(struct ahead *a)
{
	a->len = a->again = 0;
}

int ahead_read(struct ahead *a, struct image *im, void *buf, uint64_t at,
	       size_t len)
{
	a->again = at == a->next ? len : 0;
	a->next = at + len;
	if (at != a->at || len > a->len)
		return im->ops->read(im, buf, at, len);
	memcpy(buf, a->bytes, len);
	return 0;
}

void ahead_go_on(struct ahead *a, struct image *im)
{
	uint64_t end = im->sectors * (uint64_t)MEDIUM_SECTOR;

	a->at = a->next;
	a->len = a->next + a->again <= end ? a->again : 0;
	if (a->len && im->ops->read(im, a->bytes, a->at, a->len))
		a->len = 0;
}
