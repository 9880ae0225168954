/* SPDX-License-Identifier: BSD-2-Clause */
/* render.c - a VGA's picture: frames, their colours, and line by line. */
#include "screen/render.h"

#include <string.h>

#include "base/bytes.h"
#include "screen/scan.h"

#define TRIES 8	/* to take a frame that is being changed */

/* ---- colours ------------------------------------------------------------ */

/* part_of() - a part of a colour, of 6 or 8 bits, as 8 bits. */
static uint32_t part_of(const struct vga_display *d, uint8_t c)
{
	if (d->vbe[VBE_ENABLE] & VBE_8BIT_DAC)
		return c;
	c &= 0x3f;
	return (uint32_t)(c << 2 | c >> 4);
}

static uint32_t dac_colour(const struct vga_display *d, unsigned int index)
{
	const uint8_t *c = d->dac + (index & d->pel_mask) * 3;

	return part_of(d, c[0]) << 16 | part_of(d, c[1]) << 8 |
	       part_of(d, c[2]);
}

/* attr_colour() - the colour of a pixel of four bits, by the attribute
 * controller. */
static uint32_t attr_colour(const struct vga_display *d, unsigned int pixel)
{
	unsigned int i = d->attr[pixel & d->attr[ATTR_PLANES] & 0xf] & 0x3f;
	unsigned int select = d->attr[ATTR_SELECT];

	if (d->attr[ATTR_MODE] & ATTR_MODE_SELECT)
		i = (i & 0x0f) | (select & 3) << 4;
	return dac_colour(d, i | (select & 0xc) << 4);
}

/* ---- frames ------------------------------------------------------------- */

static void make_vbe(struct vga_frame *f)
{
	const uint16_t *r = f->display.vbe;

	f->kind = r[VBE_BPP] == 4 ? VGA_PLANAR : VGA_LINEAR;
	f->width = MIN(r[VBE_X], VBE_MAX_X);
	f->height = MIN(r[VBE_Y], VBE_MAX_Y);
}

static void make_vga(struct vga_frame *f)
{
	const struct vga_display *d = &f->display;
	unsigned int over = d->crtc[CRTC_OVERFLOW];

	f->kind = d->gr[GR_MISC] & GR_MISC_GRAPHICS ? VGA_GRAPHICS : VGA_TEXT;
	f->width = frame_chars(f) * frame_dots(f);
	if (d->seq[SEQ_CLOCKING] & SEQ_CLOCKING_HALF)
		f->width *= 2;
	f->height = (d->crtc[CRTC_V_END] | (over & 0x02) << 7 |
		     (over & 0x40) << 3) +
		    1;
	if (d->crtc[CRTC_MODE] & CRTC_MODE_HALF)
		f->height *= 2;
}

void vga_frame_make(const struct vga_display *d, struct vga_frame *f)
{
	unsigned int i;

	f->display = *d;
	d = &f->display;
	if (vga_vbe_on(d))
		make_vbe(f);
	else
		make_vga(f);
	if (!vga_vbe_on(d) && !d->crtc[CRTC_H_END])
		f->width = 0;
	if (!f->width || !f->height) {
		f->width = f->height = 0;
		f->kind = VGA_DARK;
	}
	f->blank = !(d->attr_index & ATTR_INDEX_ON) ||
		   (d->seq[SEQ_CLOCKING] & SEQ_CLOCKING_OFF);
	for (i = 0; i < 16; i++)
		f->colour[i] = attr_colour(d, i);
	for (i = 0; i < 256; i++)
		f->dac[i] = dac_colour(d, i);
}

bool vga_frame_take(const struct vga_shown *s, struct vga_frame *f)
{
	struct vga_display d;
	uint32_t before;
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		before = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
		copy_once(&d, &s->display, sizeof(d));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (before % 2 == 0 &&
		    __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) == before) {
			vga_frame_make(&d, f);
			return true;
		}
	}
	return false;
}

void vga_frame_size(const struct vga_frame *f, unsigned int *width,
		    unsigned int *height)
{
	*width = f->width;
	*height = f->height;
}

/* ---- pictures ----------------------------------------------------------- */

/* frame_draw() - draw the line that @s is at. */
static void frame_draw(const struct vga_frame *f, const struct vga_bytes *m,
		       const struct scan *s, uint32_t *out)
{
	switch (f->kind) {
	case VGA_TEXT:
		render_text(f, m, s, out);
		break;
	case VGA_GRAPHICS:
		render_graphics(f, m, s, out);
		break;
	case VGA_PLANAR:
		render_planar(f, m, s->line, out);
		break;
	default:
		render_linear(f, m, s->line, out);
		break;
	}
}

void vga_render_rows(const struct vga_frame *f, const uint8_t *memory,
		     size_t size, uint64_t now_ms, unsigned int first,
		     unsigned int count, uint32_t *pixels)
{
	const struct vga_bytes m = { memory, size };
	struct scan s = { .now_ms = now_ms };

	if (first >= f->height)
		return;
	count = MIN(count, f->height - first);
	if (f->blank) {
		memset(pixels, 0, (size_t)count * f->width * sizeof(*pixels));
		return;
	}
	for (scan_start(f, &s); s.line < first + count; scan_next(f, &s)) {
		if (s.line < first)
			continue;
		frame_draw(f, &m, &s, pixels);
		pixels += f->width;
	}
}

void vga_render(const struct vga_frame *f, const uint8_t *memory, size_t size,
		uint64_t now_ms, uint32_t *pixels)
{
	vga_render_rows(f, memory, size, now_ms, 0, f->height, pixels);
}
