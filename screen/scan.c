/* SPDX-License-Identifier: BSD-2-Clause */
/* scan.c - from which addresses a VGA's CRTC shows each line: see scan.h. */
#include "screen/scan.h"

/* pan_of() - dots to the left, of the pel panning register. With nine dots 8 is
 * none, and 0 is one; with 256 colours a pixel is two dots. */
static unsigned int pan_of(const struct vga_frame *f)
{
	unsigned int pan = f->display.attr[ATTR_PANNING] & 0x0f;

	if (f->kind == VGA_TEXT && frame_dots(f) == 9)
		return pan >= 8 ? 0 : pan + 1;
	return f->display.gr[GR_MODE] & GR_MODE_256 ? pan & 6 : pan & 7;
}

static unsigned int compare_of(const struct vga_frame *f)
{
	const uint8_t *c = f->display.crtc;

	return c[CRTC_LINE_COMPARE] | (c[CRTC_OVERFLOW] & 0x10u) << 4 |
	       (c[CRTC_MAX_ROW] & 0x40u) << 3;
}

void scan_start(const struct vga_frame *f, struct scan *s)
{
	const uint8_t *c = f->display.crtc;

	s->line = 0;
	s->address = (uint16_t)((c[CRTC_START_HIGH] << 8 | c[CRTC_START_LOW]) +
				(c[CRTC_PRESET_ROW] >> 5 & 3));
	s->row = c[CRTC_PRESET_ROW] & 0x1f;
	s->twice = 0;
	s->split = false;
	s->pan = pan_of(f);
}

/* scan_split() - below the line compare: memory from its beginning. */
static void scan_split(const struct vga_frame *f, struct scan *s)
{
	s->address = 0;
	s->row = s->twice = 0;
	s->split = true;
	if (f->display.attr[ATTR_MODE] & ATTR_MODE_SPLIT_PAN)
		s->pan = 0;
}

/* next_row() - of characters, behind the last line of one. A row counter that
 * began behind the last line goes on to 31. */
static void next_row(const struct vga_frame *f, struct scan *s)
{
	const uint8_t *c = f->display.crtc;

	if (s->row == (c[CRTC_MAX_ROW] & 0x1f)) {
		s->row = 0;
		s->address = (uint16_t)(s->address + c[CRTC_OFFSET] * 2);
	} else {
		s->row = (s->row + 1) & 0x1f;
	}
}

void scan_next(const struct vga_frame *f, struct scan *s)
{
	const uint8_t *c = f->display.crtc;
	unsigned int half = c[CRTC_MODE] & CRTC_MODE_HALF ? 1 : 0;
	unsigned int count = s->line++ >> half;

	if (!s->split && count == compare_of(f) && s->line >> half != count) {
		scan_split(f, s);
		return;
	}
	if (c[CRTC_MAX_ROW] & CRTC_MAX_ROW_DOUBLE && !s->twice) {
		s->twice = 1;
		return;
	}
	s->twice = 0;
	next_row(f, s);
}

uint16_t scan_offset(const struct vga_frame *f, uint16_t address, uint8_t row)
{
	const uint8_t *c = f->display.crtc;
	uint8_t mode = c[CRTC_MODE];
	unsigned int a = address;

	if (c[CRTC_UNDERLINE] & CRTC_UNDERLINE_DWORD)
		a = a << 2 | a >> 14;
	else if (!(mode & CRTC_MODE_BYTE))
		a = a << 1 | (a >> (mode & CRTC_MODE_WRAP15 ? 15 : 13) & 1);
	if (!(mode & CRTC_MODE_CGA))
		a = (a & ~0x2000u) | (row & 1u) << 13;
	if (!(mode & CRTC_MODE_HERCULES))
		a = (a & ~0x4000u) | (row & 2u) << 13;
	return (uint16_t)a;
}
