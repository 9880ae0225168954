/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isa.h - what a board asks of a chip with a few byte-wide ports.
 *
 * Such a chip has a table of these functions, CHIP_ops, and needs none of its
 * own code in the board: a row of machine/pc.def and its wires are enough.
 * What a chip has nothing to do for is NULL.
 */
#ifndef DEVICES_ISA_H
#define DEVICES_ISA_H

#include <stdbool.h>
#include <stdint.h>

/* @chip: its handle (wires.h); @offset: counted from its first port. */
struct isa_ops {
	/* power-on: every register as the data sheet says */
	void (*reset)(void *chip);
	/* an access of the guest; both must be there */
	uint8_t (*port_read)(void *chip, unsigned int offset);
	void (*port_write)(void *chip, unsigned int offset, uint8_t value);
	/* the alarm of its clock wire rang */
	void (*tick)(void *chip);
	/* news of its line of bytes: some may have come; @room: it takes
	 * bytes (again) */
	void (*look)(void *chip, bool room);
	/* would a write send a byte that finds no room? Then it is made
	 * later */
	bool (*blocked)(const void *chip, unsigned int offset);
	/* the guest waits for interrupts, perhaps for this chip's. Return:
	 * true if it may have one now, which it would not have had */
	bool (*halted)(void *chip);
};

#endif
