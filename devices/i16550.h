/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i16550.h - National Semiconductor PC16550D: a UART with FIFOs.
 *
 * Source: PC16550D data sheet, sections 8.1 to 8.7.
 *
 * 1. Not limited to the speed that is programmed: a byte written leaves at
 *    once, so THR is empty but while the line has no room. A byte that is
 *    written all the same goes to the line; it is the board's to have the
 *    guest wait.
 *    The THRE interrupt follows the write, as it must. IIR has it at once, the
 *    pin at most once in I16550_THRE_NS: else a driver that writes a line
 *    would be interrupted for each, where on real hardware several lines have
 *    come together by then, and one that sends a byte for each interrupt would
 *    leave the rest of the guest no time. (A real chip delays it by up to a
 *    character, too: 8.5, FIFO interrupt mode, B.)
 * 2. i16550_receive() takes a byte only when there is room: what is plugged
 *    in keeps the others. Nothing is ever overrun.
 * 3. Since bytes arrive in no time, a byte below the trigger level does not
 *    wait for the timeout of four characters: it is reported at once, as
 *    "character timeout".
 */
#ifndef DEVICES_I16550_H
#define DEVICES_I16550_H

#include "devices/wires.h"

#define I16550_FIFO 16

#define I16550_THRE_NS 200000u

struct i16550_regs {
	uint8_t ier, lcr, mcr, scr, fcr;
	uint8_t dll, dlm;
	uint8_t lsr_errors;	/* LSR bits 4-1, cleared by reading */
	uint8_t msr_delta;	/* MSR bits 3-0, cleared by reading */
	uint8_t thre_pending;	/* the THRE interrupt was not yet seen */
	uint8_t head, count;	/* of the receive FIFO */
	uint8_t fifo[I16550_FIFO];
	uint8_t full;		/* the line has no room */
	uint8_t thre_told;	/* the pin has told of thre_pending */
	uint8_t thre_waits;	/* it will, when the alarm rings */
	uint64_t thre_ns;	/* not before then */
};

struct i16550 {
	struct i16550_regs *regs;
	struct irq_wire irq;
	struct byte_wire tx;
	struct clock_wire clock;	/* none: the pin tells at once */
};

/* i16550_reset() - power-on; the divisor is that of 9600 bits per second. */
void i16550_reset(struct i16550 *u);
/* i16550_port_read() / i16550_port_write() - an access to the register at
 * @offset, 0-7. */
uint8_t i16550_port_read(struct i16550 *u, unsigned int offset);
void i16550_port_write(struct i16550 *u, unsigned int offset, uint8_t value);

/* i16550_may_receive() - is there room for a byte? */
bool i16550_may_receive(const struct i16550 *u);

/* i16550_receive() - a byte arrives; Return: false if there is no room. */
bool i16550_receive(struct i16550 *u, uint8_t byte);

/* i16550_break() - the line was held low for longer than a character: a NUL
 * with "break interrupt" (8.4, LSR bit 4). Return: false while bytes before it
 * are still in the FIFO. In loopback nobody hears it. */
bool i16550_break(struct i16550 *u);

/* i16550_room() - the line, which had none, has room again. */
void i16550_room(struct i16550 *u);

/* i16550_tick() - the alarm rang. */
void i16550_tick(struct i16550 *u);

#endif
