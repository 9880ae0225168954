/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * byte_line.h - a line of bytes between a chip and what it is plugged into:
 * two rings in the cross page, of which VMApp has the other ends
 * (vmapp/back/serial.h).
 *
 * 1. Either world may be the next to put in or take out a chip's bytes, if it
 *    owns the CPU.
 * 2. While only BYTE_LINE_RESERVE bytes are left, the chip is told that the
 *    line wants no more for now. That much may come all the same.
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
	uint32_t plugged;	/* [fixed] there is somebody at the other end;
				 * for byte_line_wire() */
	uint32_t listening;	/* the guest wants to receive */
	uint32_t breaks;	/* [VMApp] counts those that came for it */
};

/* byte_line_wire() - the wire by which a chip sends: into the ring, or, where
 * nothing is plugged in, nowhere. @line: kept. */
struct byte_wire byte_line_wire(struct byte_line *line);

/* byte_line_room() - does it take bytes? */
bool byte_line_room(const struct byte_line *line);

/* byte_line_hungry() - after an access: has the guest taken all that came, and
 * is VMApp to be told? Asked for by VMApp once (bytering_ask_room()), said
 * once. */
bool byte_line_hungry(struct byte_line *line);

#endif
