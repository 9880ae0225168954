/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.h - the picture of a machine as it was last looked at.
 *
 * 1. Video memory and the registers are read only, and may change at any time:
 *    what is drawn is safe under any content, and a picture that was torn is
 *    right at the next look.
 * 2. A look draws the whole picture and compares it with the last one, tile by
 *    tile; whoever shows it is told of the tiles that differ.
 * 3. Nothing is drawn unless somebody asks for a look.
 */
#ifndef SCREEN_VIEW_H
#define SCREEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/render.h"

#define VIEW_TILE 64u	/* pixels wide; VIEW_ROWS high */
#define VIEW_ROWS 16u

struct view {
	const uint8_t *memory;	/* video memory, VGA_MEMORY bytes */
	const struct vga_shown *shown;
	struct vga_frame frame;	/* the last one that was whole */
	bool there;		/* there is a frame */
	uint32_t *pixels;	/* xRGB, width * height: as last told */
	uint32_t *next;
	unsigned int width, height;
	uint64_t looks;		/* how many there were */
};

/* What view_look() calls. */
struct view_told {
	void *self;
	/* The size has changed, and all of the picture. view->pixels is a new
	 * buffer; the old one is freed after this returns. NULL: not called. */
	void (*resized)(void *self);
	/* This rectangle has changed; pixels. */
	void (*changed)(void *self, unsigned int x, unsigned int y,
			unsigned int width, unsigned int height);
};

/**
 * view_open() - map what is to be seen
 * @fd: the memory file; stays the caller's, who may close it
 * @at, @size: bytes of it: video memory, and struct vga_shown behind it
 *
 * Return: 0, or a negative errno; -EPROTO if @fd is no such file.
 * #syscalls mmap
 */
int view_open(struct view *v, int fd, uint64_t at, uint64_t size);

/**
 * view_look() - take a new picture
 * @now_ms: the time by any clock, for what blinks
 * @told: called for each change, before this returns
 *
 * Return: how many tiles have changed.
 */
unsigned int view_look(struct view *v, uint64_t now_ms,
		       const struct view_told *told);

#endif
