/* SPDX-License-Identifier: BSD-2-Clause */
/* render_line.c - the end of each line of a VGA's own modes: see scan.h. */
#include <string.h>

#include "screen/scan.h"

void render_line(const struct vga_frame *f, const struct scan *s,
		 const uint32_t *dots, uint32_t *out)
{
	unsigned int i;

	dots += s->pan;
	if (!(f->display.seq[SEQ_CLOCKING] & SEQ_CLOCKING_HALF)) {
		memcpy(out, dots, f->width * sizeof(*out));
		return;
	}
	for (i = 0; i < f->width; i++)
		out[i] = dots[i / 2];
}
