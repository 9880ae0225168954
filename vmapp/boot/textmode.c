/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * textmode.c - text, 80 by 25: see textmode.h.
 *
 * Source: IBM VGA XGA Technical Reference Manual, 1992: the registers of mode 3
 * with 400 lines, its colours, and where glyphs lie in plane 2.
 */
#include "vmapp/boot/textmode.h"

#include <string.h>

#include "base/check.h"

/* Ports, from 3B0h. */
#define ATTRIBUTES	0x10u	/* index and data in turns */
#define MISCELLANEOUS	0x12u
#define SEQUENCER	0x14u
#define DAC_MASK	0x16u
#define DAC_WRITE	0x18u
#define DAC_DATA	0x19u
#define GRAPHICS	0x1eu
#define CRTC		0x24u
#define STATUS		0x2au	/* read: an index is next at ATTRIBUTES */

#define SHOWS		0x20u	/* with an index of ATTRIBUTES */
#define TEXT		0x18000u	/* B8000h, from A0000h */
#define GLYPH_STEP	32u	/* bytes of plane 2 for each */

static const uint8_t sequencer[] = { 0x03, 0x00, 0x03, 0x00, 0x02 };
static const uint8_t crtc[] = { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf,
				0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00,
				0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f,
				0x96, 0xb9, 0xa3, 0xff };
static const uint8_t graphics[] = { 0x00, 0x00, 0x00, 0x00, 0x00,
				    0x10, 0x0e, 0x00, 0xff };
static const uint8_t attributes[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14,
				      0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d,
				      0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08,
				      0x00 };

/* The first two glyphs of IBM's fonts with 16 lines: nothing, and a face. */
static const uint8_t first_glyphs[2 * TEXTMODE_POINTS] = {
	[16] = 0x00, 0x00, 0x7e, 0x81, 0xa5, 0x81, 0x81, 0xbd, 0x99, 0x81,
	       0x81, 0x7e
};

bool textmode_font(const uint8_t *rom, size_t size, uint8_t *font)
{
	size_t at;

	for (at = 0; at + TEXTMODE_FONT <= size; at++) {
		if (memcmp(rom + at, first_glyphs, sizeof(first_glyphs)))
			continue;
		memcpy(font, rom + at, TEXTMODE_FONT);
		return true;
	}
	return false;
}

/* text_put() - a register behind an index. */
static void text_put(struct vga *v, unsigned int port, unsigned int index,
		     uint8_t value)
{
	vga_port_write(v, port, (uint8_t)index);
	vga_port_write(v, port + 1, value);
}

static void put_all(struct vga *v, unsigned int port, const uint8_t *values,
		    unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		text_put(v, port, i, values[i]);
}

static void put_attributes(struct vga *v)
{
	unsigned int i;

	vga_port_read(v, STATUS);
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		vga_port_write(v, ATTRIBUTES, (uint8_t)i);
		vga_port_write(v, ATTRIBUTES, attributes[i]);
	}
	vga_port_write(v, ATTRIBUTES, SHOWS);
}

/* text_part() - of colour @i, that has two bits of each: two thirds, one
 * third. */
static uint8_t text_part(unsigned int i, unsigned int bit)
{
	return (uint8_t)((i >> bit & 1) * 0x2a + (i >> (bit + 3) & 1) * 0x15);
}

static void put_colours(struct vga *v)
{
	unsigned int i;

	vga_port_write(v, DAC_MASK, 0xff);
	vga_port_write(v, DAC_WRITE, 0);
	for (i = 0; i < 64; i++) {
		vga_port_write(v, DAC_DATA, text_part(i, 2));
		vga_port_write(v, DAC_DATA, text_part(i, 1));
		vga_port_write(v, DAC_DATA, text_part(i, 0));
	}
}

/* put_glyphs() - into plane 2, before the registers of text are set. */
static void put_glyphs(struct vga *v, const uint8_t *font)
{
	unsigned int i, line;

	text_put(v, SEQUENCER, 2, 0x04);
	text_put(v, SEQUENCER, 4, 0x06);	/* each plane for itself */
	text_put(v, GRAPHICS, 6, 0x04);	/* at A0000h */
	text_put(v, GRAPHICS, 8, 0xff);	/* all bits of a byte */
	for (i = 0; i < 256; i++)
		for (line = 0; line < TEXTMODE_POINTS; line++)
			vga_window_write(v, i * GLYPH_STEP + line, 1,
					 font[i * TEXTMODE_POINTS + line]);
}

static void put_spaces(struct vga *v)
{
	unsigned int i;

	for (i = 0; i < TEXTMODE_COLUMNS * TEXTMODE_LINES; i++)
		vga_window_write(v, TEXT + 2 * i, 2, 0x0720);
}

void textmode_set(struct vga *v, const uint8_t *font)
{
	vga_port_write(v, MISCELLANEOUS, 0x67);
	if (font)
		put_glyphs(v, font);
	put_all(v, SEQUENCER, sequencer, ARRAY_SIZE(sequencer));
	put_all(v, CRTC, crtc, ARRAY_SIZE(crtc));
	put_all(v, GRAPHICS, graphics, ARRAY_SIZE(graphics));
	put_colours(v);
	put_attributes(v);
	put_spaces(v);
}
