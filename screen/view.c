/* SPDX-License-Identifier: BSD-2-Clause */
/* view.c - the picture of a machine: see view.h. */
#include "screen/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/memfd.h"

/* The host's page size: a mapping begins at a page. */
#define PAGE 4096u

int view_open(struct view *v, int fd, uint64_t at, uint64_t size)
{
	uint64_t whole;
	void *p;
	int err = memfd_check(fd, &whole);

	if (err)
		return err;
	if (at % PAGE || size != VGA_MEMORY + VGA_SHOWN_SIZE || at > whole ||
	    size > whole - at)
		return -EPROTO;
	p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)at);
	if (p == MAP_FAILED)
		return -errno;
	v->memory = p;
	v->shown = (const void *)(v->memory + VGA_MEMORY);
	return 0;
}

/* view_resize() - buffers for a picture of another size. Return: false: no
 * memory; then it stays as it is. */
static bool view_resize(struct view *v, unsigned int width, unsigned int height,
			const struct view_told *told)
{
	size_t bytes = (size_t)width * height * sizeof(uint32_t);
	uint32_t *pixels = malloc(bytes), *next = malloc(bytes);
	uint32_t *before = v->pixels;

	if (!pixels || !next) {
		free(pixels);
		free(next);
		return false;
	}
	free(v->next);
	memset(pixels, 0, bytes);
	v->pixels = pixels;
	v->next = next;
	v->width = width;
	v->height = height;
	if (told->resized)
		told->resized(told->self);
	free(before);
	return true;
}

/* view_tile() - compare a tile with the last picture, and copy it there.
 * Return: did it differ? */
static bool view_tile(struct view *v, unsigned int x, unsigned int y,
		      unsigned int width, unsigned int height)
{
	size_t first = (size_t)y * v->width + x, at, bytes = 4 * width;
	unsigned int row;

	for (row = 0, at = first; row < height; row++, at += v->width)
		if (memcmp(v->pixels + at, v->next + at, bytes))
			break;
	if (row == height)
		return false;
	for (; row < height; row++, at += v->width)
		memcpy(v->pixels + at, v->next + at, bytes);
	return true;
}

/* view_band() - compare a row of tiles; neighbours that differ are reported as
 * one rectangle. */
static unsigned int view_band(struct view *v, unsigned int y,
			      unsigned int height, const struct view_told *told)
{
	unsigned int x, from = 0, to = 0, width;
	unsigned int any = 0;

	for (x = 0; x < v->width; x += VIEW_TILE) {
		width = MIN(VIEW_TILE, v->width - x);
		if (!view_tile(v, x, y, width, height))
			continue;
		if (to != x && to > from)
			told->changed(told->self, from, y, to - from, height);
		if (to != x)
			from = x;
		to = x + width;
		any++;
	}
	if (to > from)
		told->changed(told->self, from, y, to - from, height);
	return any;
}

unsigned int view_look(struct view *v, uint64_t now_ms,
		       const struct view_told *told)
{
	unsigned int width, height, y, any = 0;
	bool dark;

	v->looks++;
	/* Just being changed: what was there before will do. */
	v->there |= vga_frame_take(v->shown, &v->frame);
	if (!v->there)
		return 0;
	vga_frame_size(&v->frame, &width, &height);
	dark = !width || !height;
	if (dark)	/* it has the size that it had */
		width = v->width, height = v->height;
	if (dark && !v->pixels)
		return 0;
	if ((width != v->width || height != v->height) &&
	    !view_resize(v, width, height, told))
		return 0;
	if (dark)
		memset(v->next, 0, (size_t)width * height * 4);
	else
		vga_render(&v->frame, v->memory, VGA_MEMORY, now_ms, v->next);
	for (y = 0; y < height; y += VIEW_ROWS)
		any += view_band(v, y, MIN(VIEW_ROWS, height - y), told);
	return any;
}
