/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_port.h - a serial port (COM1, COM2), as either world answers it: a
 * UART at the end of a line of bytes (byte_line.h).
 *
 * 1. All state lies in the cross page, so either world may be the next to
 *    answer a port or to hand over bytes, if it owns the CPU. pc.def says
 *    which one does; it changes speed only.
 * 2. While the line wants no more, THR is not empty, as the guest sees it;
 *    what it sends all the same goes into the line's reserve. When there is no
 *    room at all, the access is the host world's, which waits (.blocked):
 *    nothing is ever lost here.
 * 3. Input waits in the line until the guest listens. A driver empties the
 *    FIFO when it finds the chip and again when it opens it, some time after
 *    it turned the interrupt on; what a pipe holds at power-on would be gone.
 *    A guest that has once said "request to send" is taken at its word: while
 *    it does not, nothing comes.
 * 4. Bytes come in no time, so a handler that reads until there are no more
 *    would never end, and what is behind it in the guest overflow. After
 *    SERIAL_BURST bytes there are none for SERIAL_REST_NS.
 * 5. A break comes before what waits in the line, as soon as the chip's FIFO is
 *    empty. Those that come before it is told are one.
 */
#ifndef MACHINE_SERIAL_PORT_H
#define MACHINE_SERIAL_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/i16550.h"
#include "devices/isa.h"
#include "machine/byte_line.h"

#define SERIAL_BURST	4096u
#define SERIAL_REST_NS	1000000u

/* In the cross page. Any content is safe. */
struct serial_port_regs {
	struct i16550_regs uart;
	uint32_t asked;		/* times the guest read the status in a row */
	uint32_t came;		/* bytes since the last rest */
	uint32_t breaks;	/* the line's, that the guest was told of */
	uint8_t rests;		/* none come until the alarm rings */
	uint8_t says_rts;	/* the guest has said "request to send" once */
};

/* A world's handle. */
struct serial_port {
	struct serial_port_regs *regs;
	struct i16550 uart;
	struct byte_line *line;
};

/**
 * serial_port_wire() - make a world's handle
 * @regs, @line: in the cross page; kept
 * @irq, @clock: the world's own wires
 */
void serial_port_wire(struct serial_port *port, struct serial_port_regs *regs,
		      struct byte_line *line, struct irq_wire irq,
		      struct clock_wire clock);

/* What the board does with one. Reset: once, by VMApp, with the rings empty.
 * Eight ports. */
extern const struct isa_ops serial_port_ops;

#endif
