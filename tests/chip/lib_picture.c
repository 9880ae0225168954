/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_picture.c - a VGA's picture dot by dot: see lib_picture.h. */
#include "tests/chip/lib_picture.h"

/* Where the beam is, as the CRTC counts. */
struct beam_at {
	unsigned int counter;	/* of characters: the row's first */
	unsigned int row;	/* line of the row of characters */
	bool below;		/* the line compare */
};

static unsigned int crtc(const struct picture *p, unsigned int index)
{
	return p->d.crtc[index];
}

static bool has(const struct picture *p, unsigned int index, unsigned int bits)
{
	return crtc(p, index) & bits;
}

static struct beam_at beam(const struct picture *p, unsigned int y)
{
	unsigned int compare = crtc(p, 0x18) + (has(p, 7, 0x10) ? 256 : 0) +
			       (has(p, 9, 0x40) ? 512 : 0);
	unsigned int high = (crtc(p, 9) & 0x1f) + 1;
	unsigned int first_row = crtc(p, 8) & 0x1f, line = y;
	struct beam_at b = { (crtc(p, 12) << 8) + crtc(p, 13) +
				     (crtc(p, 8) >> 5 & 3),
			     0, false };

	if (has(p, 0x17, 4))
		compare = compare * 2 + 1;
	if (y > compare) {
		line = y - compare - 1;
		first_row = 0;
		b = (struct beam_at){ 0, 0, true };
	}
	if (has(p, 9, 0x80))
		line /= 2;
	line += first_row;
	b.counter += line / high * crtc(p, 0x13) * 2;
	b.row = line % high;
	return b;
}

/* address() - wire by wire (CRTC mode control, underline location). */
static uint16_t address(const struct picture *p, unsigned int counter,
			unsigned int row)
{
	unsigned int bit, from, out = 0;

	for (bit = 0; bit < 16; bit++) {
		from = bit;
		if (has(p, 0x14, 0x40))
			from = bit < 2 ? bit + 14 : bit - 2;
		else if (!has(p, 0x17, 0x40))
			from = bit ? bit - 1 : has(p, 0x17, 0x20) ? 15 : 13;
		out |= (counter >> from & 1) << bit;
	}
	if (!has(p, 0x17, 1))
		out = (out & ~(1u << 13)) | (row & 1 ? 1u << 13 : 0);
	if (!has(p, 0x17, 2))
		out = (out & ~(1u << 14)) | (row & 2 ? 1u << 14 : 0);
	return (uint16_t)out;
}

/* ---- colours ------------------------------------------------------------ */

static uint32_t dac(const struct picture *p, unsigned int index)
{
	const uint8_t *c = &p->d.dac[(index & p->d.pel_mask) * 3];
	uint32_t rgb = 0;
	unsigned int i, v;

	for (i = 0; i < 3; i++) {
		v = c[i] & 0x3f;
		rgb = rgb * 256 + v * 4 + v / 16;
	}
	return rgb;
}

static uint32_t attribute(const struct picture *p, unsigned int pixel)
{
	unsigned int index = p->d.attr[pixel & p->d.attr[0x12] & 15] & 0x3f;
	unsigned int select = p->d.attr[0x14];

	if (p->d.attr[0x10] & 0x80)
		index = index % 16 + (select & 3) * 16;
	return dac(p, index + (select >> 2 & 3) * 64);
}

/* ---- text --------------------------------------------------------------- */

static bool cursor_at(const struct picture *p, unsigned int counter,
		      unsigned int row)
{
	unsigned int at =
		(crtc(p, 14) << 8) + crtc(p, 15) + (crtc(p, 11) >> 5 & 3);

	return !has(p, 10, 0x20) && row >= (crtc(p, 10) & 0x1f) &&
	       row <= (crtc(p, 11) & 0x1f) && p->now_ms / 133 % 2 == 0 &&
	       (uint16_t)at == (uint16_t)counter;
}

/* glyph() - is dot @x of the character one? */
static bool glyph(const struct picture *p, unsigned int code,
		  unsigned int bright, unsigned int row, unsigned int x)
{
	/* 16 KiB for each font of the low two bits, 8 KiB for the third. */
	unsigned int s = p->d.seq[3];
	unsigned int font = bright ? (s >> 2 & 3) * 2 + (s >> 5 & 1) :
				     (s & 3) * 2 + (s >> 4 & 1);
	uint8_t dots = p->planes->byte[2][font * 8192 + code * 32 + row];

	if (x < 8)
		return dots >> (7 - x) & 1;
	return p->d.attr[0x10] & 4 && code >= 0xc0 && code <= 0xdf && dots & 1;
}

static uint32_t text_dot(const struct picture *p, unsigned int counter,
			 unsigned int row, unsigned int x)
{
	uint16_t at = address(p, counter, row);
	unsigned int code = p->planes->byte[0][at];
	unsigned int attr = p->planes->byte[1][at];
	bool blink = p->d.attr[0x10] & 8;
	bool dot = glyph(p, code, attr & 8, row, x);

	if (p->d.attr[0x10] & 2 && attr % 8 == 1 && row == (crtc(p, 0x14) & 31))
		dot = true;
	if (blink && attr & 0x80 && p->now_ms / 267 % 2)
		dot = false;
	if (cursor_at(p, counter, row))
		dot = true;
	return attribute(p, dot ? attr & 15 : attr / 16 & (blink ? 7 : 15));
}

/* ---- graphics ----------------------------------------------------------- */

static uint32_t graphics_dot(const struct picture *p, unsigned int at,
			     unsigned int x)
{
	unsigned int pixel = 0, n, pair;

	if (x == 8)
		x = 7;
	if (p->d.gr[5] & 0x40)
		return dac(p, p->planes->byte[x / 2][at]);
	if (p->d.gr[5] & 0x20) {
		pair = x < 4 ? 0 : 1;
		pixel = p->planes->byte[pair][at] >> (6 - x % 4 * 2) & 3;
		pixel +=
			(p->planes->byte[pair + 2][at] >> (6 - x % 4 * 2) & 3) *
			4;
	} else {
		for (n = 0; n < 4; n++)
			pixel += (p->planes->byte[n][at] >> (7 - x) & 1u) << n;
	}
	if (p->d.attr[0x10] & 8 && p->now_ms / 267 % 2)
		pixel ^= 8;
	return attribute(p, pixel);
}

uint32_t picture_dot(const struct picture *p, unsigned int x, unsigned int y)
{
	struct beam_at b = beam(p, y);
	unsigned int wide = p->d.seq[1] & 1 ? 8 : 9, pan = p->d.attr[0x13];
	bool text = !(p->d.gr[6] & 1);
	unsigned int n;

	if (!(p->d.attr_index & 0x20) || p->d.seq[1] & 0x20)
		return 0;
	if (p->d.seq[1] & 8)
		x /= 2;
	if (!b.below || !(p->d.attr[0x10] & 0x20)) {
		if (text && wide == 9)
			x += pan >= 8 ? 0 : pan + 1;
		else if (p->d.gr[5] & 0x40)
			x += pan % 8 / 2 * 2;
		else
			x += pan % 8;
	}
	n = x / wide;
	if (text)
		return text_dot(p, b.counter + n, b.row, x % wide);
	if (has(p, 0x14, 0x20))
		n /= 4;
	else if (has(p, 0x17, 8))
		n /= 2;
	return graphics_dot(p, address(p, b.counter + n, b.row), x % wide);
}
