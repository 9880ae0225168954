/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_vga.c - for the VGA's tests: see lib_vga.h. */
#include "tests/chip/lib_vga.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

#define PAGE 4096u

/* ---- the card ----------------------------------------------------------- */

static void wire_window(void *board, const struct vga_open *open)
{
	struct card *c = board;

	c->open = *open;
	c->opened += open->size != 0;
	c->closed += open->size == 0;
}

static uint64_t wire_now(void *board)
{
	return ((struct card *)board)->now_ns;
}

struct card *card_make(uint32_t size)
{
	struct card *c = calloc(1, sizeof(*c));
	uint32_t room = (size + PAGE - 1) & ~(PAGE - 1);
	uint8_t *p = mmap(NULL, room + PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT(c && p != MAP_FAILED && !mprotect(p + room, PAGE, PROT_NONE));
	c->vga = (struct vga){
		.regs = &c->regs, .memory = p + room - size, .size = size,
		.shown = &c->shown, .clock = { .now_ns = wire_now, .board = c },
		.wire = { .window = wire_window, .board = c },
	};
	vga_reset(&c->vga);
	return c;
}

void card_free(struct card *c)
{
	uint32_t room = (c->vga.size + PAGE - 1) & ~(PAGE - 1);

	munmap(c->vga.memory + c->vga.size - room, room + PAGE);
	free(c);
}

void card_out(struct card *c, unsigned int port, uint8_t value)
{
	vga_port_write(&c->vga, port - VGA_PORT, value);
}

uint8_t card_in(struct card *c, unsigned int port)
{
	return vga_port_read(&c->vga, port - VGA_PORT);
}

void card_seq(struct card *c, uint8_t index, uint8_t value)
{
	card_out(c, 0x3c4, index);
	card_out(c, 0x3c5, value);
}

void card_gr(struct card *c, uint8_t index, uint8_t value)
{
	card_out(c, 0x3ce, index);
	card_out(c, 0x3cf, value);
}

void card_crtc(struct card *c, uint8_t index, uint8_t value)
{
	unsigned int port = c->regs.display.misc & 1 ? 0x3d4 : 0x3b4;

	card_out(c, port, index);
	card_out(c, port + 1, value);
}

void card_attr(struct card *c, uint8_t index, uint8_t value)
{
	card_in(c, c->regs.display.misc & 1 ? 0x3da : 0x3ba);
	card_out(c, 0x3c0, index);
	card_out(c, 0x3c0, value);
}

void card_vbe(struct card *c, uint16_t index, uint16_t value)
{
	vga_vbe_write(&c->vga, 0, index);
	vga_vbe_write(&c->vga, 1, value);
}

uint16_t card_vbe_in(struct card *c, uint16_t index)
{
	vga_vbe_write(&c->vga, 0, index);
	return vga_vbe_read(&c->vga, 1);
}

/* open_byte() - the byte of memory that shows at an address, or NULL. */
static uint8_t *open_byte(struct card *c, uint32_t addr)
{
	uint32_t at = addr - VGA_WINDOW - c->open.first;

	return at < c->open.size ? c->vga.memory + c->open.at + at : NULL;
}

bool card_peek(struct card *c, uint32_t addr, uint8_t *value)
{
	uint8_t *p = open_byte(c, addr);

	*value = p ? *p :
		     (uint8_t)vga_window_read(&c->vga, addr - VGA_WINDOW, 1);
	return !p;
}

bool card_poke(struct card *c, uint32_t addr, uint8_t value)
{
	uint8_t *p = open_byte(c, addr);

	if (p)
		*p = value;
	else
		vga_window_write(&c->vga, addr - VGA_WINDOW, 1, value);
	return !p;
}

/* ---- modes (IBM's tables; X: 320x240 of Abrash's) ------------------------ */

static const struct mode {
	uint8_t number, misc, seq[4], crtc[25], gr[9], attr_mode, planes;
} modes[] = {
	{ 3,
	  0x67,
	  { 0x00, 0x03, 0x00, 0x02 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0,
	    0x4f, 0x0d, 0x0e, 0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff },
	  { 0, 0, 0, 0, 0, 0x10, 0x0e, 0, 0xff },
	  0x0c,
	  0x0f },
	{ 4,
	  0x63,
	  { 0x09, 0x03, 0x00, 0x02 },
	  { 0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf, 0x1f, 0,
	    0xc1, 0,	0,    0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x14, 0,    0x96, 0xb9, 0xa2, 0xff },
	  { 0, 0, 0, 0, 0, 0x30, 0x0f, 0, 0xff },
	  0x01,
	  0x03 },
	{ 6,
	  0x63,
	  { 0x01, 0x01, 0x00, 0x06 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0,
	    0xc1, 0,	0,    0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x28, 0,    0x96, 0xb9, 0xc2, 0xff },
	  { 0, 0, 0, 0, 0, 0x00, 0x0d, 0, 0xff },
	  0x01,
	  0x01 },
	{ 7,
	  0x66,
	  { 0x00, 0x03, 0x00, 0x02 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0,
	    0x4f, 0x0d, 0x0e, 0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x28, 0x0d, 0x96, 0xb9, 0xa3, 0xff },
	  { 0, 0, 0, 0, 0, 0x10, 0x0a, 0, 0xff },
	  0x0e,
	  0x0f },
	{ 0x0d,
	  0x63,
	  { 0x09, 0x0f, 0x00, 0x06 },
	  { 0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf, 0x1f, 0,
	    0xc0, 0,	0,    0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x14, 0,    0x96, 0xb9, 0xe3, 0xff },
	  { 0, 0, 0, 0, 0, 0x00, 0x05, 0x0f, 0xff },
	  0x01,
	  0x0f },
	{ 0x0f,
	  0xa2,
	  { 0x01, 0x0f, 0x00, 0x06 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0,
	    0x40, 0,	0,    0,    0,	  0,	0,    0x83, 0x85,
	    0x5d, 0x28, 0x0f, 0x63, 0xba, 0xe3, 0xff },
	  { 0, 0, 0, 0, 0, 0x00, 0x05, 0x05, 0xff },
	  0x0b,
	  0x05 },
	{ 0x11,
	  0xe3,
	  { 0x01, 0x0f, 0x00, 0x06 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b, 0x3e, 0,
	    0x40, 0,	0,    0,    0,	  0,	0,    0xea, 0x8c,
	    0xdf, 0x28, 0,    0xe7, 0x04, 0xc3, 0xff },
	  { 0, 0, 0, 0, 0, 0x00, 0x05, 0x01, 0xff },
	  0x01,
	  0x0f },
	{ 0x12,
	  0xe3,
	  { 0x01, 0x0f, 0x00, 0x06 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b, 0x3e, 0,
	    0x40, 0,	0,    0,    0,	  0,	0,    0xea, 0x8c,
	    0xdf, 0x28, 0,    0xe7, 0x04, 0xe3, 0xff },
	  { 0, 0, 0, 0, 0, 0x00, 0x05, 0x0f, 0xff },
	  0x01,
	  0x0f },
	{ 0x13,
	  0x63,
	  { 0x01, 0x0f, 0x00, 0x0e },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0,
	    0x41, 0,	0,    0,    0,	  0,	0,    0x9c, 0x8e,
	    0x8f, 0x28, 0x40, 0x96, 0xb9, 0xa3, 0xff },
	  { 0, 0, 0, 0, 0, 0x40, 0x05, 0x0f, 0xff },
	  0x41,
	  0x0f },
	{ 0x58,
	  0xe3,
	  { 0x01, 0x0f, 0x00, 0x06 },
	  { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0d, 0x3e, 0,
	    0x41, 0,	0,    0,    0,	  0,	0,    0xea, 0xac,
	    0xdf, 0x28, 0,    0xe7, 0x06, 0xe3, 0xff },
	  { 0, 0, 0, 0, 0, 0x40, 0x05, 0x0f, 0xff },
	  0x41,
	  0x0f },
};

void card_mode(struct card *c, unsigned int mode)
{
	const struct mode *m = modes;
	uint8_t i;

	while (m->number != mode)
		ASSERT(++m < modes + ARRAY_SIZE(modes));
	card_out(c, 0x3c2, m->misc);
	card_seq(c, 0, 3);
	for (i = 0; i < 4; i++)
		card_seq(c, i + 1, m->seq[i]);
	card_crtc(c, 17, 0);
	for (i = 0; i < 25; i++)
		card_crtc(c, i, m->crtc[i]);
	for (i = 0; i < 9; i++)
		card_gr(c, i, m->gr[i]);
	for (i = 0; i < 16; i++)
		card_attr(c, i, i);
	card_attr(c, 16, m->attr_mode);
	card_attr(c, 17, 0);
	card_attr(c, 18, m->planes);
	card_attr(c, 19, m->attr_mode & 1 ? 0 : 8);
	card_attr(c, 20 | 0x20, 0);
}

/* ---- the second memory --------------------------------------------------- */

/* in_map() - which byte of the mapped window an address is; -1: none. */
static int in_map(const struct planes *p, uint32_t addr)
{
	if (!(p->misc & 2))
		return -1;
	switch (p->gr[6] >> 2 & 3) {
	case 0:
		return (int)addr - 0xa0000;
	case 1:
		return addr < 0xb0000 ? (int)addr - 0xa0000 : -1;
	case 2:
		return addr >= 0xb0000 && addr < 0xb8000 ? (int)addr - 0xb0000 :
							   -1;
	default:
		return addr >= 0xb8000 ? (int)addr - 0xb8000 : -1;
	}
}

static bool chain4(const struct planes *p)
{
	return p->seq[4] & 8;
}

/* offset_in() - the address that the planes see. */
static uint16_t offset_in(const struct planes *p, int a)
{
	if (chain4(p))
		return (uint16_t)((a & 0xfffc) | (a >> 16 & 3));
	if (p->gr[6] & 2)
		return (uint16_t)((a & 0xfffe) | (a >> 16 & 1));
	return (uint16_t)a;
}

/* written() - may plane @n be written at @a? */
static bool written(const struct planes *p, unsigned int n, int a)
{
	if (!(p->seq[2] >> n & 1))
		return false;
	if (chain4(p))
		return (unsigned int)(a & 3) == n;
	if (!(p->seq[4] & 4))
		return (n & 1) == (unsigned int)(a & 1);
	return true;
}

uint8_t planes_read(struct planes *p, uint32_t addr)
{
	int a = in_map(p, addr);
	unsigned int n, bit, map = p->gr[4] & 3;
	uint8_t v = 0;
	bool same;

	if (a < 0)
		return 0xff;
	for (n = 0; n < 4; n++)
		p->latch[n] = p->byte[n][offset_in(p, a)];
	if (!(p->gr[5] & 8)) {
		if (chain4(p))
			map = (unsigned int)(a & 3);
		else if (p->gr[5] & 0x10)
			map = (map & 2) + (unsigned int)(a & 1);
		return p->latch[map];
	}
	for (bit = 0; bit < 8; bit++) {
		same = true;
		for (n = 0; n < 4; n++)
			if (p->gr[7] >> n & 1)
				same &= (p->latch[n] >> bit & 1) ==
					(p->gr[2] >> n & 1);
		v |= (uint8_t)(same << bit);
	}
	return v;
}

/* bit_of() - what is written to a bit of plane @n. */
static unsigned int bit_of(const struct planes *p, unsigned int n,
			   unsigned int bit, uint8_t value)
{
	unsigned int turned = value >> ((bit + (p->gr[3] & 7)) & 7) & 1;
	unsigned int latch = p->latch[n] >> bit & 1, mode = p->gr[5] & 3;
	unsigned int use = p->gr[8] >> bit & 1, data = turned;

	if (mode == 1)
		return latch;
	if (mode == 2)
		data = value >> n & 1;
	if (mode == 3 || (mode == 0 && (p->gr[1] >> n & 1)))
		data = p->gr[0] >> n & 1;
	if (mode == 3)
		use &= turned;
	if (!use)
		return latch;
	switch (p->gr[3] >> 3 & 3) {
	case 1:
		return data & latch;
	case 2:
		return data | latch;
	case 3:
		return data ^ latch;
	default:
		return data;
	}
}

void planes_write(struct planes *p, uint32_t addr, uint8_t value)
{
	int a = in_map(p, addr);
	unsigned int n, bit;
	uint8_t made;

	if (a < 0)
		return;
	for (n = 0; n < 4; n++) {
		if (!written(p, n, a))
			continue;
		made = 0;
		for (bit = 0; bit < 8; bit++)
			made |= (uint8_t)(bit_of(p, n, bit, value) << bit);
		p->byte[n][offset_in(p, a)] = made;
	}
}
