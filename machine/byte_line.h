/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * byte_line.h - a line of bytes between a chip and what it is plugged into:
 * two rings in the cross page, of which VMApp has the other ends
 * (vmapp/back/serial.h).
 *
 * 1. Either world may be the next to put in or take out a chip's bytes, if it
 *    owns the CPU.
 * 2. When only BYTE_LINE_RESERVE bytes of room are left, the chip is told to
 *    stop sending. A guest that sends on fills the reserve; nothing is lost.
 */
#ifndef MACHINE_BYTE_LINE_H
#define MACHINE_BYTE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytering.h"
#include "devices/wires.h"

#define BYTE_LINE_RESERVE 256u

/* In the cross page. Any content is safe. */
struct byte_line {
	struct byte_ring out;	/* the guest's bytes */
	struct byte_ring in;	/* for the guest */
	uint32_t plugged;	/* [fixed] not 0: something is plugged in at
				 * the other end; for byte_line_wire() */
	uint32_t listening;	/* not 0: the guest wants to receive */
	uint32_t breaks;	/* [VMApp] counts breaks sent to the guest */
};

/* byte_line_wire() - Return: the wire by which a chip sends into @line's ring;
 * one that leads nowhere if nothing is plugged in. @line: kept. */
struct byte_wire byte_line_wire(struct byte_line *line);

/* byte_line_room() - is there more room than the reserve? */
bool byte_line_room(const struct byte_line *line);

/* byte_line_hungry() - after an access: has the guest taken all that came, and
 * does VMApp want to be told? True once for each time that VMApp asked
 * (bytering_ask_room()). */
bool byte_line_hungry(struct byte_line *line);

#endif
