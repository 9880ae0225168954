/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redraw.c - a guest that redraws a screen of 1024 by 768 pixels of 32 bits as
 * fast as it can (bench/screen).
 *
 * It finds the VGA by its PCI class, sets the mode by the Bochs VBE ports, and
 * then draws whole frames, each unlike the one before, in turn by each of three
 * ways, half a second each, for ever:
 *
 *	fill	one colour (REP STOSD)
 *	copy	from a picture in RAM (REP MOVSD), each time from another place:
 *		how a program with two buffers does it
 *	pixels	a colour that is reckoned for each pixel, and a store for each
 *
 * After each a line goes to COM1, numbers hexadecimal:
 *
 *	redraw WAY FRAMES
 *
 * How long that was is for who reads it to say, by a better clock. Whatever
 * comes by COM1 ends that: it says "redraw rests", and halts for good.
 *
 * It is built with the run-time of guests/property; where a machine has no such
 * screen it fails as these do.
 */
#include <stdbool.h>

#include "guests/property/rt.h"

#define WIDTH	1024u
#define HEIGHT	768u
#define PIXELS	(WIDTH * HEIGHT)

#define COM1		0x3f8
#define HALF_SECOND	(3579545u / 2)

/* Bochs VBE: index and data, and what is behind them. */
#define VBE_INDEX	0x1ce
#define VBE_DATA	0x1cf
#define VBE_ID		0u
#define VBE_X		1u
#define VBE_Y		2u
#define VBE_BPP		3u
#define VBE_ENABLE	4u
#define VBE_ON_LINEAR	0x41u

#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define PCI_VGA		0x0300u	/* class and subclass */

/* A picture to copy from, and what is drawn into: both are set up once. */
static uint32_t *const picture = (uint32_t *)0x1000000;
static uint32_t *screen;

/* pm_since() - the PM timer, less @from; it has 24 bits. */
static uint32_t pm_since(uint32_t from)
{
	return (inl(0x608) - from) & 0xffffff;
}

/* pci() - a register of a function of bus 0. */
static uint32_t pci(unsigned int device, unsigned int reg)
{
	outl(PCI_ADDRESS, 0x80000000u | device << 11 | reg);
	return inl(PCI_DATA);
}

/* find_screen() - the VGA's memory: its first window. */
static uint32_t *find_screen(void)
{
	unsigned int d;
	uint32_t bar;

	for (d = 0; d < 32; d++) {
		if (pci(d, 8) >> 16 != PCI_VGA)
			continue;
		bar = pci(d, 0x10);
		/* Have it decoded: there may have been no firmware. */
		outl(PCI_ADDRESS, 0x80000000u | d << 11 | 4);
		outl(PCI_DATA, inl(PCI_DATA) | 2);
		return (uint32_t *)(uintptr_t)(bar & ~0xfu);
	}
	return 0;
}

static void vbe(uint16_t reg, uint16_t v)
{
	outw(VBE_INDEX, reg);
	outw(VBE_DATA, v);
}

static void set_mode(void)
{
	outw(VBE_INDEX, VBE_ID);
	CHECK((inw(VBE_DATA) & 0xfff0) == 0xb0c0);
	vbe(VBE_ENABLE, 0);
	vbe(VBE_X, WIDTH);
	vbe(VBE_Y, HEIGHT);
	vbe(VBE_BPP, 32);
	vbe(VBE_ENABLE, VBE_ON_LINEAR);
	/* The attribute controller's: show it. */
	(void)inb(0x3da);
	outb(0x3c0, 0x20);
}

/* ---- three ways to draw a frame ----------------------------------------- */

static void fill(uint32_t frame)
{
	uint32_t *to = screen, n = PIXELS;

	__asm__ volatile("rep stosl"
			 : "+D"(to), "+c"(n)
			 : "a"(frame * 0x010305u)
			 : "memory");
}

static void copy(uint32_t frame)
{
	const uint32_t *from = picture + (frame & 63) * WIDTH;
	uint32_t *to = screen, n = PIXELS;

	__asm__ volatile("rep movsl"
			 : "+D"(to), "+S"(from), "+c"(n)
			 :
			 : "memory");
}

static void pixels(uint32_t frame)
{
	uint32_t x, y;
	uint32_t *to = screen;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			*to++ = ((x + frame) ^ y) * 0x010101u;
}

static const struct way {
	const char *name;
	void (*draw)(uint32_t frame);
} ways[] = { { "fill", fill }, { "copy", copy }, { "pixels", pixels } };

static void half_second(const struct way *w, uint32_t *frame)
{
	uint32_t from = pm_since(0), n = 0;

	for (; pm_since(from) < HALF_SECOND; n++)
		w->draw(++*frame);
	put_text("redraw ");
	put_text(w->name);
	put_text(" ");
	put_hex(n);
	put_text("\n");
}

/* is_told() - somebody says something, by COM1. */
static bool is_told(void)
{
	return inb(COM1 + 5) & 1;
}

static void redraw(void)
{
	uint32_t frame = 0, i;

	for (;;)
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
			half_second(&ways[i], &frame);
			if (is_told())
				return;
		}
}

void guest_main(void)
{
	uint32_t i;

	outb(COM1 + 4, 0x03);	/* MCR: DTR and RTS, or nobody may speak */
	screen = find_screen();
	CHECK(screen);
	set_mode();
	for (i = 0; i < PIXELS + 64 * WIDTH; i++)
		picture[i] = i * 0x9e3779b1u;
	redraw();
	put_text("redraw rests\n");
	outb(0x21, 0xff);	/* no interrupt from either 8259 */
	for (;;)
		__asm__ volatile("sti; hlt");
}
