/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parallel_port.h - the PC's printer port (LPT): a latch of eight bits, five
 * lines from the printer and four to it.
 *
 * Source: IBM PC AT Technical Reference, "Serial/Parallel Adapter", parallel
 * portion; Centronics handshake of the same.
 *
 * Three ports: data (0), status (1), control (2). Only out: no PS/2, EPP or
 * ECP mode. At the other end of the byte wire is a printer that is always on
 * line and takes a byte in no time.
 *
 * 1. A byte leaves when STROBE is raised, at most one each time. BUSY is up
 *    while STROBE is, and while the line wants no more: what is strobed then
 *    is lost, as with a real printer.
 * 2. ACK comes as STROBE falls, or later, when the line has room again. With
 *    interrupts on, it raises the pin, which falls at the next STROBE: an edge
 *    for each byte, and none for switching interrupts on.
 * 3. With nothing on the byte wire the cable is out: BUSY and "no paper" read
 *    as true, since open inputs are high, and there is no ACK.
 */
#ifndef DEVICES_PARALLEL_PORT_H
#define DEVICES_PARALLEL_PORT_H

#include "devices/isa.h"
#include "devices/wires.h"

#define PARALLEL_STATUS_READY	0x80	/* -BUSY, as the guest reads it */
#define PARALLEL_STATUS_ACK	0x40	/* -ACK */
#define PARALLEL_STATUS_NOPAPER	0x20
#define PARALLEL_STATUS_ONLINE	0x10
#define PARALLEL_STATUS_OK	0x08	/* -ERROR */
#define PARALLEL_STATUS_OPEN	0x07	/* not connected: high */

#define PARALLEL_STROBE		0x01
#define PARALLEL_INIT		0x04	/* -INIT */
#define PARALLEL_IRQ		0x10	/* interrupts are on */
#define PARALLEL_CONTROL	0x1f	/* the bits that there are */

struct parallel_port_regs {
	uint8_t data, control;
	uint8_t full;		/* the line wants no more */
	uint8_t acked;		/* the pin's level */
};

struct parallel_port {
	struct parallel_port_regs *regs;
	struct irq_wire irq;
	struct byte_wire printer;
};

extern const struct isa_ops parallel_port_ops;

#endif
