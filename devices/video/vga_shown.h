/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_shown.h - what a VGA shows: the registers that make a picture, and how
 * they are told to who draws it.
 *
 * The registers lie behind the video memory in struct vga_shown, which the
 * guest can not reach: the chip writes it at each change, a process of its own
 * reads it, who draws, and nothing else.
 *
 * 1. Plain data: any content is safe for who reads it.
 * 2. sequence is odd while something is changed. Who reads copies what he
 *    wants, and drops it if sequence was odd or is another afterwards.
 *
 * Where the four planes are in memory
 *
 * 64 Ki offsets of four planes are 18 address bits: a15..a0 of the offset, and
 * p1 p0, the plane. The layout says where each is in a byte's place:
 *
 *	VGA_QUADS	a1 a0 a15 ... a2 p1 p0
 *	VGA_PAIRS	p1 a0 a15 ... a2 a1 p0
 *
 * In the first, what a window with "chain 4" shows is in order, byte by byte,
 * and so is what doubleword addressing shows; in the second, what a window with
 * odd/even addressing shows of planes 0 and 1. The two differ by a swap of the
 * place's bits 17 and 1. docs/decisions/0021-where-the-planes-are.md.
 */
#ifndef DEVICES_VIDEO_VGA_SHOWN_H
#define DEVICES_VIDEO_VGA_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define VGA_MEMORY	(16u << 20)	/* bytes of video memory */
#define VGA_PLANES	(256u << 10)	/* bytes of it that have a layout */

enum vga_layout { VGA_QUADS, VGA_PAIRS };

/* Registers of the groups, by index. */
#define VGA_SEQ_COUNT	5u
#define VGA_CRTC_COUNT	25u
#define VGA_GR_COUNT	9u
#define VGA_ATTR_COUNT	21u

enum {
	SEQ_RESET, SEQ_CLOCKING, SEQ_MAP_MASK, SEQ_FONT, SEQ_MEMORY,
};
#define SEQ_CLOCKING_8DOT	0x01
#define SEQ_CLOCKING_HALF	0x08	/* the dot clock */
#define SEQ_CLOCKING_OFF	0x20	/* the screen */
#define SEQ_MEMORY_NO_ODD_EVEN	0x04
#define SEQ_MEMORY_CHAIN4	0x08

enum {
	CRTC_H_TOTAL = 0, CRTC_H_END = 1,
	CRTC_V_TOTAL = 6, CRTC_OVERFLOW = 7, CRTC_PRESET_ROW = 8,
	CRTC_MAX_ROW = 9, CRTC_CURSOR_START = 10, CRTC_CURSOR_END = 11,
	CRTC_START_HIGH = 12, CRTC_START_LOW = 13,
	CRTC_CURSOR_HIGH = 14, CRTC_CURSOR_LOW = 15,
	CRTC_RETRACE_START = 16, CRTC_RETRACE_END = 17, CRTC_V_END = 18,
	CRTC_OFFSET = 19, CRTC_UNDERLINE = 20,
	CRTC_MODE = 23, CRTC_LINE_COMPARE = 24,
};
#define CRTC_MAX_ROW_DOUBLE	0x80
#define CRTC_CURSOR_OFF		0x20
#define CRTC_PROTECT		0x80	/* of CRTC_RETRACE_END: 0-7 */
#define CRTC_UNDERLINE_DWORD	0x40
#define CRTC_UNDERLINE_BY4	0x20
#define CRTC_MODE_CGA		0x01	/* 0: row bit 0 is address bit 13 */
#define CRTC_MODE_HERCULES	0x02	/* 0: row bit 1 is address bit 14 */
#define CRTC_MODE_HALF		0x04	/* rows are counted by two lines */
#define CRTC_MODE_BY2		0x08
#define CRTC_MODE_WRAP15	0x20	/* bit 0 of words is bit 15, not 13 */
#define CRTC_MODE_BYTE		0x40

enum {
	GR_SET_RESET, GR_ENABLE_SET_RESET, GR_COMPARE, GR_ROTATE,
	GR_READ_MAP, GR_MODE, GR_MISC, GR_DONT_CARE, GR_BIT_MASK,
};
#define GR_MODE_READ1		0x08
#define GR_MODE_ODD_EVEN	0x10
#define GR_MODE_INTERLEAVE	0x20	/* CGA's four colours */
#define GR_MODE_256		0x40
#define GR_MISC_GRAPHICS	0x01
#define GR_MISC_CHAIN		0x02	/* odd/even takes address bit 0 */

enum {
	ATTR_MODE = 16, ATTR_OVERSCAN, ATTR_PLANES, ATTR_PANNING, ATTR_SELECT,
};
#define ATTR_MODE_MONO		0x02
#define ATTR_MODE_LINE		0x04	/* dot 9 of line graphics is dot 8 */
#define ATTR_MODE_BLINK		0x08
#define ATTR_MODE_SPLIT_PAN	0x20	/* no panning below the split */
#define ATTR_MODE_256		0x40
#define ATTR_MODE_SELECT	0x80	/* colour bits 5, 4 by ATTR_SELECT */
#define ATTR_INDEX_ON		0x20	/* of the index: the screen is on */

/* The Bochs VBE interface's registers, by index. */
enum {
	VBE_ID, VBE_X, VBE_Y, VBE_BPP, VBE_ENABLE, VBE_BANK,
	VBE_VIRT_WIDTH, VBE_VIRT_HEIGHT, VBE_X_OFFSET, VBE_Y_OFFSET,
	VBE_MEMORY_64K,
	VBE_COUNT
};
#define VBE_MAX_X	2560u
#define VBE_MAX_Y	1600u
#define VBE_MAX_BPP	32u
#define VBE_ENABLED	0x01
#define VBE_GET_CAPS	0x02
#define VBE_8BIT_DAC	0x20
#define VBE_LFB		0x40
#define VBE_NO_CLEAR	0x80

/* The registers that make a picture. */
struct vga_display {
	uint8_t misc;
	uint8_t seq[VGA_SEQ_COUNT];
	uint8_t crtc[VGA_CRTC_COUNT];
	uint8_t gr[VGA_GR_COUNT];
	uint8_t attr[VGA_ATTR_COUNT];
	uint8_t attr_index;	/* with ATTR_INDEX_ON */
	uint8_t pel_mask;
	uint8_t layout;		/* enum vga_layout */
	uint8_t big_endian;	/* not 0: VBE's pixels are */
	uint8_t dac[256 * 3];	/* six bits each, or eight (VBE_8BIT_DAC) */
	uint16_t vbe[VBE_COUNT];
};

struct vga_shown {
	uint32_t sequence;	/* atomic */
	struct vga_display display;
};

/* How much of the memory file is behind the video memory, for that. */
#define VGA_SHOWN_SIZE	4096u

/* vga_place() - the first of a plane offset's bytes, plane 0's: where it is in
 * video memory, in bytes. Behind 64 Ki offsets there are quads alone. */
static inline uint64_t vga_place(unsigned int layout, uint64_t offset)
{
	uint32_t a = (uint32_t)offset & 0xffff;

	if (offset > 0xffff)
		return offset * 4;
	if (layout == VGA_PAIRS)
		return (a & 0xfffe) | (a & 1) << 16;
	return (a & 0xfffc) | (a & 3) << 16;
}

/* vga_plane() - how far plane @p (0-3) is from there. */
static inline uint32_t vga_plane(unsigned int layout, uint64_t offset,
				 unsigned int p)
{
	return layout == VGA_PAIRS && offset <= 0xffff ?
		       (p & 2) << 16 | (p & 1) :
		       p;
}

/* vga_planes() - the four planes' bytes at @offset, plane 0's lowest. @size:
 * of @memory; what lies behind it reads as 0. */
static inline uint32_t vga_planes(const uint8_t *memory, uint64_t size,
				  unsigned int layout, uint64_t offset)
{
	uint64_t at = vga_place(layout, offset);
	uint32_t last = vga_plane(layout, offset, 3);

	if (at >= size || last >= size - at)
		return 0;
	if (last == 3)
		return get_le32(memory + at);
	return get_le16(memory + at) |
	       (uint32_t)get_le16(memory + at + (1u << 17)) << 16;
}

/* vga_vbe_on() - does the Bochs VBE interface make the picture? */
static inline bool vga_vbe_on(const struct vga_display *d)
{
	return d->vbe[VBE_ENABLE] & VBE_ENABLED;
}

/* vga_vbe_linear() - with bytes side by side, not planes? */
static inline bool vga_vbe_linear(const struct vga_display *d)
{
	return vga_vbe_on(d) && d->vbe[VBE_BPP] != 4;
}

#endif
