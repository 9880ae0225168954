/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_vga.h - for the VGA's tests: a card at its pins, and a second VGA memory,
 * written from the data sheet alone: four planes, one bit after the other.
 */
#ifndef TESTS_CHIP_LIB_VGA_H
#define TESTS_CHIP_LIB_VGA_H

#include "devices/video/vga.h"

/* A card, and the board that shows its memory in the window. */
struct card {
	struct vga_regs regs;
	struct vga vga;
	struct vga_shown shown;
	struct vga_open open;		/* as the wire told last */
	unsigned int opened, closed;	/* how often */
	uint64_t now_ns;
};

/* card_make() - reset, with @size bytes of memory that end where nothing is. */
struct card *card_make(uint32_t size);
void card_free(struct card *c);

/* Its ports, by their numbers. */
void card_out(struct card *c, unsigned int port, uint8_t value);
uint8_t card_in(struct card *c, unsigned int port);
void card_seq(struct card *c, uint8_t index, uint8_t value);
void card_gr(struct card *c, uint8_t index, uint8_t value);
void card_crtc(struct card *c, uint8_t index, uint8_t value);
void card_attr(struct card *c, uint8_t index, uint8_t value);
void card_vbe(struct card *c, uint16_t index, uint16_t value);
uint16_t card_vbe_in(struct card *c, uint16_t index);

/* card_peek() / card_poke() - a byte of the window, at an address: of memory if
 * the board has it there, else by the chip. Return: was it the chip's? */
bool card_peek(struct card *c, uint32_t addr, uint8_t *value);
bool card_poke(struct card *c, uint32_t addr, uint8_t value);

/* card_mode() - a BIOS's values of mode @mode: 3, 4, 6, 7, 0dh, 0fh, 11h, 12h,
 * 13h, or 0x58 for 320x240 "X". Memory is left alone. */
void card_mode(struct card *c, unsigned int mode);

/* The second memory. */
struct planes {
	uint8_t byte[4][65536];
	uint8_t latch[4];
	uint8_t misc, seq[8], gr[16];
};

uint8_t planes_read(struct planes *p, uint32_t addr);
void planes_write(struct planes *p, uint32_t addr, uint8_t value);

#endif
