/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_port.h - a serial port (COM1, COM2), as either world answers it: a
 * UART at the end of a line of bytes (byte_line.h).
 *
 * 1. All state lies in the cross page, so either world may be the next to
 *    answer a port or to hand over bytes, if it owns the CPU. pc.def says
 *    which one does; it changes speed only.
 * 2. While the line has no room but its reserve, the guest sees THR not empty.
 *    If it writes THR nevertheless, the byte goes into the reserve. When that
 *    is full, the access goes to the host world, which waits (.blocked). So no
 *    byte is lost.
 * 3. Input waits in the line until the guest listens. Drivers empty the FIFO
 *    when they find the chip and again when they open it; without this rule,
 *    what a pipe holds at power-on would be lost there. Once a guest has set
 *    RTS, it receives only while RTS is set.
 * 4. Bytes take no time here, so a handler that reads until the FIFO is empty
 *    might never end, and buffers in the guest would overflow. Or it gives the
 *    interrupt up: Linux's does after 512 turns (256 once), of at most 256
 *    bytes each, with the pin up, and no edge comes any more. So after
 *    SERIAL_BURST bytes none come until the guest has found the FIFO empty, and
 *    then for SERIAL_REST_NS; and so it is after SERIAL_TURNS times that some
 *    came when all before had been taken.
 * 5. A break overtakes the bytes that wait in the line: it is received as soon
 *    as the chip's FIFO is empty. Several breaks until then count as one.
 */
#ifndef MACHINE_SERIAL_PORT_H
#define MACHINE_SERIAL_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/i16550.h"
#include "devices/isa.h"
#include "machine/byte_line.h"

#define SERIAL_BURST	4096u		/* bytes */
#define SERIAL_TURNS	128u
#define SERIAL_REST_NS	1000000u	/* of guest time */

/* In the cross page. Any content is safe. */
struct serial_port_regs {
	struct i16550_regs uart;
	uint32_t asked;		/* reads of LSR in a row, with THR empty */
	uint32_t came;		/* bytes received since the last rest */
	uint32_t turns;		/* times that these came to a guest that had
				 * taken all before */
	uint8_t dry;		/* not 0: it has */
	uint32_t breaks;	/* the line's count when last looked at */
	uint8_t rests;		/* not 0: no bytes until the FIFO is empty, and
				 * then until the alarm rings */
	uint8_t says_rts;	/* not 0: the guest has set RTS once */
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

/* How the board asks one; eight ports. reset() is called once, by VMApp, while
 * the rings are empty. */
extern const struct isa_ops serial_port_ops;

#endif
