/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port92.h - the PC's port 92h (system control port A): fast reset and A20.
 *
 * Bit 0 resets the processor when it goes from 0 to 1; bit 1 opens the gate
 * of address line 20; the others read as written but are wired to nothing.
 * Source: IBM PS/2 Hardware Interface Technical Reference, system control
 * port A.
 */
#ifndef DEVICES_PORT92_H
#define DEVICES_PORT92_H

#include "devices/wires.h"

struct port92_regs {
	uint8_t control;	/* as written */
};

struct port92 {
	struct port92_regs *regs;
	struct irq_wire a20;	/* high: the gate is open */
	struct irq_wire reset;	/* pulsed */
};

/* port92_reset() - as firmware leaves it: A20 is open. */
void port92_reset(struct port92 *p);
/* port92_read() / port92_write() - an access of the guest. */
uint8_t port92_read(const struct port92 *p);
void port92_write(struct port92 *p, uint8_t value);

#endif
