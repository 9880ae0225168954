/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port61.h - the PC's port 61h: speaker, counter 2's gate, two signals.
 *
 * Bits 0 (gate 2) and 1 (speaker data) read as written; bit 4 follows the
 * memory refresh, which toggles every 15.09 us (18 timer clocks); bit 5 is
 * counter 2's OUT. Source: Intel 82371AB data sheet, NMI status and control.
 */
#ifndef DEVICES_PORT61_H
#define DEVICES_PORT61_H

#include "devices/i8254.h"
#include "devices/wires.h"

struct port61_regs {
	uint8_t control;	/* bits 3-0 as written */
};

struct port61 {
	struct port61_regs *regs;
	struct i8254 *timer;	/* whose counter 2 it gates; the board's */
	struct clock_wire clock;
};

/* port61_reset() - power-on: speaker and counter 2's gate off. */
void port61_reset(struct port61 *p);
/* port61_read() / port61_write() - an access of the guest. */
uint8_t port61_read(struct port61 *p);
void port61_write(struct port61 *p, uint8_t value);

#endif
