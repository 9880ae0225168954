/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render_fuzz.c - pictures of registers and memory that somebody who was taken
 * over writes, at any time: a frame that was taken is in its bounds, and so is
 * all that is read and drawn. The memory ends where nothing is.
 *
 * tests/fuzz: runs 400
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "screen/render.h"
#include "tests/fuzz/target.h"

#define ROWS	64u	/* drawn of each picture */
#define TEXT	8192u

static struct vga_shown shown;
static struct vga_frame frame;
static uint8_t *memory;

static const uint32_t sizes[] = { 1u << 20, VGA_PLANES, 0x18000, 4096, 0 };

/* fuzz_open() - the most memory, and a wall behind it. */
const char *fuzz_open(void)
{
	memory = fuzz_walled(sizes[0]);
	return memory ? NULL : "no memory";
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n >= 12)
		return 0;
	i = fuzz_noise(buf, size, 13 + sizeof(shown.display), n, 7, 5);
	memset(buf, n < 6 ? 0 : (int)n, 4);	/* half with peace */
	buf[4] = (uint8_t)n;
	return i;
}

/* draw() - some rows, into memory that is no longer than they are. */
static void draw(const uint8_t *m, uint32_t size, uint32_t how)
{
	unsigned int first = how % (frame.height + 2);
	uint32_t *pixels = malloc((size_t)frame.width * ROWS * 4);
	char *text = malloc(TEXT);

	ASSERT(frame.width <= VGA_FRAME_WIDTH);
	ASSERT(frame.height <= VGA_FRAME_HEIGHT);
	ASSERT(pixels && text);
	vga_render_rows(&frame, m, size, how, first, ROWS, pixels);
	ASSERT(vga_text(&frame, m, size, text, how % TEXT) < TEXT);
	free(pixels);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t seed = fuzz_long(&in);
	uint32_t room = sizes[fuzz_byte(&in) % ARRAY_SIZE(sizes)];
	uint32_t how = fuzz_long(&in), i;
	uint8_t *m = memory + sizes[0] - room;

	memset(&shown, 0, sizeof(shown));
	fuzz_bytes(&in, &shown.display, sizeof(shown.display));
	for (i = 0; i < room; i += 61)
		m[i] = (uint8_t)(i * how >> 8);
	vga_frame_make(&shown.display, &frame);
	fuzz_scribble(&shown, sizeof(shown), seed);
	if (room)
		fuzz_scribble(m, room, seed * 3);
	draw(m, room, how);
	vga_frame_take(&shown, &frame);
	frame.blank = false;
	draw(m, room, how / 7);
	fuzz_scribble_end();
	return 0;
}
