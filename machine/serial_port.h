/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_port.h - COM1, as either world answers it: the UART, and two rings of
 * bytes between it and VMApp's console.
 *
 * 1. All state lies in the cross page (struct com1_line), so either world may
 *    be the next to answer a port or to hand over bytes, if it owns the CPU.
 *    pc.def says which one does; it changes speed only.
 * 2. Output goes into a ring, which a thread of VMApp's empties
 *    (vmapp/back/serial_out.c). While little room is left THR is not empty, as
 *    the guest sees it; what it sends all the same goes into the part that is
 *    left. When there is none at all, the access is the host world's, which
 *    waits (com1_blocked()): nothing is ever lost here.
 * 3. Input waits in a ring until the guest listens. A driver empties the FIFO
 *    when it finds the chip and again when it opens it, some time after it
 *    turned the interrupt on; what a pipe holds at power-on would be gone.
 */
#ifndef MACHINE_COM1_H
#define MACHINE_COM1_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytering.h"
#include "devices/i16550.h"

/* Of the ring for output, what is left when THR is said to be not empty. */
#define COM1_RESERVE 256u

/* In the cross page. Any content is safe. */
struct com1_line {
	struct i16550_regs regs;
	struct byte_ring out, in;
	uint32_t asked;		/* times the guest read the status in a row */
	uint32_t listening;	/* it wants to receive */
};

/* A world's handle. */
struct com1 {
	struct i16550 chip;
	struct com1_line *line;
};

/**
 * com1_wire() - make a world's handle
 * @line: in the cross page; kept
 * @irq, @clock: the world's own wires
 */
void com1_wire(struct com1 *com1, struct com1_line *line,
	       struct irq_wire irq, struct clock_wire clock);

/* com1_power_on() - reset the chip; once, by VMApp, with the rings empty. */
void com1_power_on(struct com1 *com1);

/* com1_read(), com1_write() - an access of the guest. @offset: 0-7.
 * #syscalls futex */
uint8_t com1_read(struct com1 *com1, unsigned int offset);
void com1_write(struct com1 *com1, unsigned int offset, uint8_t value);

/* com1_blocked() - would a write to @offset send a byte that finds no room?
 * Then it is not to be made now. */
bool com1_blocked(const struct com1 *com1, unsigned int offset);

/* com1_look() - there may be bytes in the ring, or room: tell the chip. */
void com1_look(struct com1 *com1);

/* com1_halted() - the guest waits for interrupts, perhaps for COM1's. Return:
 * true if it may now have one. */
bool com1_halted(struct com1 *com1);

/* com1_hungry() - after an access: has the guest taken all that came, and is
 * VMApp to be told? Asked for by VMApp once (bytering_ask_room()), said
 * once. */
bool com1_hungry(struct com1 *com1);

#endif
