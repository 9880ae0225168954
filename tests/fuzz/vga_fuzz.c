/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_fuzz.c - a VGA that a guest drives, and whose registers another world
 * writes at any time: whatever they hold, nothing outside of its memory is
 * touched, and the board is told of no window that is not there. Memory ends
 * where nothing is.
 *
 * tests/fuzz: runs 4000
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "devices/video/vga.h"
#include "tests/fuzz/target.h"

static struct vga_regs regs;
static struct vga_shown shown;
static uint8_t *memory;
static uint64_t now;
static struct vga vga;

/* Sizes of memory: a VGA's and more, and less than that. */
static const uint32_t sizes[] = { 1u << 20, VGA_PLANES, 0x18000, 4096, 0 };

static uint64_t clock_now(void *board)
{
	(void)board;
	return now;
}

static void window(void *board, const struct vga_open *o)
{
	(void)board;
	ASSERT(o->first <= VGA_WINDOW_SIZE &&
	       o->size <= VGA_WINDOW_SIZE - o->first);
	ASSERT(o->at <= vga.size && o->size <= vga.size - o->at);
}

static void written(void *board, uint32_t first, uint32_t size)
{
	(void)board;
	ASSERT(first <= vga.size && size <= vga.size - first);
}

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
	i = fuzz_noise(buf, size, 900, n, 7, 5);
	memset(buf, n < 6 ? 0 : (int)n, 4);	/* half with peace */
	buf[4] = (uint8_t)n;
	return i;
}

/* vga_step() - one access of the guest's. */
static void vga_step(struct fuzz_input *in)
{
	uint8_t how = fuzz_byte(in);
	unsigned int width = 1u << (how >> 6 & 1) << (how >> 7);
	uint32_t at = fuzz_word(in), value = fuzz_long(in);

	switch (how & 7) {
	case 0:
	case 1:
		vga_port_write(&vga, at % 0x30, (uint8_t)value);
		break;
	case 2:
		vga_port_read(&vga, at % 0x30);
		break;
	case 3:
		vga_vbe_write(&vga, at % 3, (uint16_t)value);
		break;
	case 4:
		vga_mmio_write(&vga, at % VGA_MMIO_SIZE, width, value);
		vga_mmio_read(&vga, at % VGA_MMIO_SIZE, width);
		break;
	case 5:
		vga_window_read(&vga, at | (how & 8) << 13, width);
		break;
	case 6:
		vga_window_write(&vga, at | (how & 8) << 13, width, value);
		break;
	default:
		now += (uint64_t)value << (how >> 3);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t seed = fuzz_long(&in);
	uint32_t room = sizes[fuzz_byte(&in) % ARRAY_SIZE(sizes)];

	now = 0;
	vga = (struct vga){
		.regs = &regs, .shown = &shown, .size = room,
		.memory = memory + sizes[0] - room,
		.clock = { .now_ns = clock_now },
		.wire = { window, written, NULL },
	};
	vga_reset(&vga);
	fuzz_bytes(&in, &regs, fuzz_byte(&in) & 1 ? sizeof(regs) : 0);
	fuzz_scribble(&regs, sizeof(regs), seed);
	while (in.left)
		vga_step(&in);
	fuzz_scribble_end();
	return 0;
}
