/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render_graphics.c - lines of a VGA's graphics modes, and of VBE's planar one.
 *
 * For each character the four planes' bytes are loaded, and shifted out in one
 * of three ways: a bit of each plane; CGA's, two bits of planes 0 and 2, then
 * of 1 and 3; or a byte of each plane in turn, two dots wide.
 */
#include "screen/scan.h"

#include <string.h>

#define BLINK_MS 267

/* bits_of() - pixel @n of eight: a bit of each plane. */
static unsigned int bits_of(uint32_t planes, unsigned int n)
{
	uint32_t b = planes >> (7 - n) & 0x01010101u;

	return (b | b >> 7 | b >> 14 | b >> 21) & 0xf;
}

/* pairs_of() - pixel @n of eight, as CGA has them: the low two bits are of
 * plane 0 or 1, the high ones of plane 2 or 3. */
static unsigned int pairs_of(uint32_t planes, unsigned int n)
{
	uint32_t b = planes >> (n >= 4 ? 8 : 0) >> (6 - n % 4 * 2);

	return (b & 3) | (b >> 16 & 3) << 2;
}

/* shift_out() - eight dots; what is behind them, if a character has nine, is as
 * the last. @flip: what blinks */
static void shift_out(const struct vga_frame *f, uint32_t planes,
		      unsigned int flip, uint32_t *out)
{
	uint8_t mode = f->display.gr[GR_MODE];
	unsigned int n;

	for (n = 0; n < 8; n++) {
		if (mode & GR_MODE_256)
			out[n] = f->dac[planes >> n / 2 * 8 & 0xff];
		else if (mode & GR_MODE_INTERLEAVE)
			out[n] = f->colour[pairs_of(planes, n) ^ flip];
		else
			out[n] = f->colour[bits_of(planes, n) ^ flip];
	}
	out[8] = out[7];
}

/* count_shift() - every 1, 2 or 4 characters the address is the next. */
static unsigned int count_shift(const struct vga_frame *f)
{
	const uint8_t *c = f->display.crtc;

	if (c[CRTC_UNDERLINE] & CRTC_UNDERLINE_BY4)
		return 2;
	return c[CRTC_MODE] & CRTC_MODE_BY2 ? 1 : 0;
}

/* blinking() - bit 3 of all pixels, half of the time. */
static unsigned int blinking(const struct vga_frame *f, const struct scan *s)
{
	return f->display.attr[ATTR_MODE] & ATTR_MODE_BLINK &&
			       s->now_ms / BLINK_MS % 2 ?
		       8 :
		       0;
}

void render_graphics(const struct vga_frame *f, const struct vga_bytes *m,
		     const struct scan *s, uint32_t *out)
{
	unsigned int by = count_shift(f), width = frame_dots(f);
	unsigned int flip = blinking(f, s);
	unsigned int i, n = frame_chars(f) + (s->pan ? 1 : 0);
	uint32_t dots[RENDER_DOTS];
	uint16_t address;

	for (i = 0; i < n; i++) {
		address = (uint16_t)(s->address + (i >> by));
		shift_out(f, scan_planes(f, m, scan_offset(f, address, s->row)),
			  flip, dots + i * width);
	}
	render_line(f, s, dots, out);
}

void render_planar(const struct vga_frame *f, const struct vga_bytes *m,
		   unsigned int line, uint32_t *out)
{
	const uint16_t *r = f->display.vbe;
	uint32_t virt = r[VBE_VIRT_WIDTH] > f->width ? r[VBE_VIRT_WIDTH] :
						       f->width;
	uint64_t at = (uint64_t)(line + r[VBE_Y_OFFSET]) * (virt / 8) +
		      r[VBE_X_OFFSET] / 8;
	unsigned int i, x = r[VBE_X_OFFSET] % 8;

	for (i = 0; i < f->width; i++, x++)
		out[i] = f->colour[bits_of(scan_planes(f, m, at + x / 8),
					   x % 8)];
}
