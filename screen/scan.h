/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.h - for render*.c: from which addresses a VGA's CRTC shows each line.
 *
 * The CRTC counts characters (address) and the lines of a row of them (row).
 * Both begin anew below the line compare.
 */
#ifndef SCREEN_SCAN_H
#define SCREEN_SCAN_H

#include "screen/render.h"

struct scan {
	unsigned int line;	/* of the picture */
	uint16_t address;	/* of its first character */
	uint8_t row;		/* 0-31: of a row of characters */
	uint8_t twice;		/* lines with this row so far (double scan) */
	bool split;		/* it is below the line compare */
	unsigned int pan;	/* dots that go out of the picture, left */
	uint64_t now_ms;
};

/* Video memory, as render*.c get it. */
struct vga_bytes {
	const uint8_t *byte;
	size_t size;
};

/* scan_start() - set @s to the first line of the picture. */
void scan_start(const struct vga_frame *f, struct scan *s);
/* scan_next() - set @s to the line after it. */
void scan_next(const struct vga_frame *f, struct scan *s);

/* scan_offset() - the planes' offset that the CRTC puts out for a character. */
uint16_t scan_offset(const struct vga_frame *f, uint16_t address, uint8_t row);

/* scan_planes() - Return: the four planes' bytes at @offset, plane 0's in the
 * lowest eight bits. */
static inline uint32_t scan_planes(const struct vga_frame *f,
				   const struct vga_bytes *m, uint64_t offset)
{
	return vga_planes(m->byte, m->size, f->display.layout, offset);
}

/* frame_dots() - Return: how many dots wide a character is: 8 or 9. */
static inline unsigned int frame_dots(const struct vga_frame *f)
{
	return f->display.seq[SEQ_CLOCKING] & SEQ_CLOCKING_8DOT ? 8 : 9;
}

/* frame_chars() - Return: how many characters a line has. */
static inline unsigned int frame_chars(const struct vga_frame *f)
{
	return f->display.crtc[CRTC_H_END] + 1u;
}

/* ---- a line of each kind: @out: the frame's width of pixels -------------- */

void render_text(const struct vga_frame *f, const struct vga_bytes *m,
		 const struct scan *s, uint32_t *out);
void render_graphics(const struct vga_frame *f, const struct vga_bytes *m,
		     const struct scan *s, uint32_t *out);
void render_planar(const struct vga_frame *f, const struct vga_bytes *m,
		   unsigned int line, uint32_t *out);
void render_linear(const struct vga_frame *f, const struct vga_bytes *m,
		   unsigned int line, uint32_t *out);

/* render_line() - the last step for a line of a VGA mode: copy from @dots to
 * @out the dots that are in the picture; twice each at half the dot clock. */
void render_line(const struct vga_frame *f, const struct scan *s,
		 const uint32_t *dots, uint32_t *out);

/* The most dots of a line, and of a character that is partly outside. */
#define RENDER_DOTS (256u * 9 + 16)

#endif
