/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render_text.c - lines of text: a character's code is in plane 0, its
 * attribute in plane 1, its dots in plane 2.
 */
#include "screen/scan.h"

#define CURSOR_MS	133	/* 8 pictures of 60 in a second */
#define BLINK_MS	267	/* 16 */

/* What is the same for all characters of a line. */
struct line {
	unsigned int dots;
	uint32_t font[2];	/* in plane 2: of attribute bit 3 = 0, 1 */
	uint16_t cursor;	/* address of the character with it */
	bool cursor_here;	/* it has this row */
	bool blink;		/* attribute bit 7 blinks; else it is bright */
	bool hidden;		/* what blinks is not seen now */
	bool underline;		/* this row is that of underlines */
	bool join;		/* line graphics: dot 9 is dot 8 */
};

/* font_at() - a font's place, of the three bits of SEQ_FONT that choose it. */
static uint32_t font_at(unsigned int low, unsigned int high)
{
	return (low & 3) << 14 | (high & 1) << 13;
}

/* cursor_row() - has this row of a character the cursor? */
static bool cursor_row(const uint8_t *crtc, uint8_t row)
{
	return !(crtc[CRTC_CURSOR_START] & CRTC_CURSOR_OFF) &&
	       row >= (crtc[CRTC_CURSOR_START] & 0x1f) &&
	       row <= (crtc[CRTC_CURSOR_END] & 0x1f);
}

static struct line line_of(const struct vga_frame *f, const struct scan *s)
{
	const uint8_t *c = f->display.crtc;
	uint8_t fonts = f->display.seq[SEQ_FONT];
	uint8_t mode = f->display.attr[ATTR_MODE];

	return (struct line){
		.dots = frame_dots(f),
		.font = { font_at(fonts, fonts >> 4),
			  font_at(fonts >> 2, fonts >> 5) },
		.cursor = (uint16_t)((c[CRTC_CURSOR_HIGH] << 8 |
				      c[CRTC_CURSOR_LOW]) +
				     (c[CRTC_CURSOR_END] >> 5 & 3)),
		.cursor_here = cursor_row(c, s->row) &&
			       s->now_ms / CURSOR_MS % 2 == 0,
		.blink = mode & ATTR_MODE_BLINK,
		.hidden = s->now_ms / BLINK_MS % 2,
		.underline = mode & ATTR_MODE_MONO &&
			     s->row == (c[CRTC_UNDERLINE] & 0x1f),
		.join = mode & ATTR_MODE_LINE,
	};
}

/* dots_of() - nine bits: a character's dots in this row, the first highest. */
static unsigned int dots_of(const struct line *l, uint8_t code, uint8_t font)
{
	unsigned int dots = (unsigned int)font << 1;

	if (l->join && (code & 0xe0) == 0xc0)
		dots |= font & 1;
	return dots;
}

static void character(const struct vga_frame *f, const struct vga_bytes *m,
		      const struct scan *s, const struct line *l,
		      uint16_t address, uint32_t *out)
{
	uint32_t cell = scan_planes(f, m, scan_offset(f, address, s->row));
	uint8_t code = (uint8_t)cell, attr = (uint8_t)(cell >> 8);
	uint32_t at = l->font[attr >> 3 & 1] + code * 32u + s->row;
	unsigned int dots =
		dots_of(l, code, (uint8_t)(scan_planes(f, m, at) >> 16));
	uint32_t front = f->colour[attr & 15];
	uint32_t back = f->colour[attr >> 4 & (l->blink ? 7 : 15)];
	unsigned int i;

	if (l->underline && (attr & 7) == 1)
		dots = 0x1ff;
	if (l->blink && attr & 0x80 && l->hidden)
		dots = 0;
	if (l->cursor_here && address == l->cursor)
		dots = 0x1ff;
	for (i = 0; i < l->dots; i++)
		out[i] = dots >> (8 - i) & 1 ? front : back;
}

void render_text(const struct vga_frame *f, const struct vga_bytes *m,
		 const struct scan *s, uint32_t *out)
{
	const struct line l = line_of(f, s);
	uint32_t dots[RENDER_DOTS];
	unsigned int i, n = frame_chars(f) + (s->pan ? 1 : 0);

	for (i = 0; i < n; i++)
		character(f, m, s, &l, (uint16_t)(s->address + i),
			  dots + i * l.dots);
	render_line(f, s, dots, out);
}
