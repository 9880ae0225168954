/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render.h - a VGA's picture, made of its registers and its memory.
 *
 * Pure: no system call, no state. Any registers and any memory are safe, and
 * memory may change meanwhile: who shows it has a process of his own.
 *
 * Sources: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem;
 * the description of the Bochs VBE interface.
 *
 * 1. A picture is as a monitor shows it: all dots of a line, all lines. So mode
 *    13h is 640 by 400 (each pixel two dots by two lines), and text of 80 by
 *    25 is 720 by 400.
 * 2. What would be read outside of the memory is 0: black, or what color 0 is.
 * 3. A frame is checked when it is taken: what it says of itself is so.
 *
 * What is not shown: the border; interlacing; loads of the shift registers
 * that skip characters (SEQ_CLOCKING bits 2 and 4), which no VGA mode has;
 * changes of registers from line to line.
 */
#ifndef SCREEN_RENDER_H
#define SCREEN_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/video/vga_shown.h"

/* No picture is wider or higher. */
#define VGA_FRAME_WIDTH		4608u
#define VGA_FRAME_HEIGHT	2048u

enum vga_kind {
	VGA_DARK,		/* nothing is shown: no mode was set */
	VGA_TEXT,
	VGA_GRAPHICS,		/* the three kinds of VGA pixels */
	VGA_PLANAR,		/* VBE, 4 bits: a bit of each plane */
	VGA_LINEAR,		/* VBE: pixels in order */
};

/* A checked copy of a struct vga_shown, and what follows from it. */
struct vga_frame {
	struct vga_display display;
	uint8_t kind;		/* enum vga_kind */
	bool blank;		/* it is black for now */
	unsigned int width, height;	/* dots, lines; 0: VGA_DARK */
	uint32_t colour[16];	/* xRGB of a pixel of four bits */
	uint32_t dac[256];	/* of one of eight bits */
};

/* vga_frame_take() - a checked copy of what the card shows now. Return: false
 * if the card was changing it; @f is then as it was. */
bool vga_frame_take(const struct vga_shown *s, struct vga_frame *f);

/* vga_frame_make() - a frame of registers that nobody else writes: @d is the
 * caller's own copy. */
void vga_frame_make(const struct vga_display *d, struct vga_frame *f);

/* vga_frame_size() - @width, @height: receive the frame's size in dots and
 * lines; 0 and 0 if there is no picture. */
void vga_frame_size(const struct vga_frame *f, unsigned int *width,
		    unsigned int *height);

/**
 * vga_render() - draw a frame
 * @memory: video memory, @size bytes
 * @now_ms: the time by any clock, for the cursor and characters that blink
 * @pixels: xRGB, the frame's width * height of them
 */
void vga_render(const struct vga_frame *f, const uint8_t *memory, size_t size,
		uint64_t now_ms, uint32_t *pixels);

/* vga_render_rows() - draw @count lines of a frame, from line @first on, into
 * @pixels, which begins with line @first. Lines that the frame does not have
 * are not drawn. */
void vga_render_rows(const struct vga_frame *f, const uint8_t *memory,
		     size_t size, uint64_t now_ms, unsigned int first,
		     unsigned int count, uint32_t *pixels);

/* A character and its attribute, as they are in memory. */
struct vga_cell {
	uint8_t code, attr;
};

#define VGA_COLS	256u
#define VGA_ROWS	128u

struct vga_cells {
	unsigned int cols, rows;
	bool cursor;		/* it is on, and on the screen: */
	unsigned int cursor_col, cursor_row;
	struct vga_cell cell[VGA_ROWS][VGA_COLS];
};

/* vga_cells() - the characters of a text screen. Return: false if the frame is
 * no text. Rows that do not fit are left out. */
bool vga_cells(const struct vga_frame *f, const uint8_t *memory, size_t size,
	       struct vga_cells *cells);

/* vga_unicode() - the character of a code, as IBM's code page 437 has it. */
uint32_t vga_unicode(uint8_t code);

/**
 * vga_text() - a text screen as UTF-8, a line for each row, each ended by a
 * line feed, with no blanks at their ends
 * @utf8: receives it, and a NUL; what does not fit in @room bytes is left out
 *
 * Return: its length in bytes; 0 if it shows no text.
 */
size_t vga_text(const struct vga_frame *f, const uint8_t *memory, size_t size,
		char *utf8, size_t room);

#endif
