/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i16550.h - National Semiconductor PC16550D: a UART with FIFOs.
 *
 * Source: PC16550D data sheet, sections 8.1 to 8.7.
 *
 * 1. Not limited to any speed: a byte written leaves at once, so THR is
 *    always empty; the THRE interrupt follows each write, as it must.
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

struct i16550_regs {
	uint8_t ier, lcr, mcr, scr, fcr;
	uint8_t dll, dlm;
	uint8_t lsr_errors;	/* LSR bits 4-1, cleared by reading */
	uint8_t msr_delta;	/* MSR bits 3-0, cleared by reading */
	uint8_t thre_pending;	/* the THRE interrupt was not yet seen */
	uint8_t head, count;	/* of the receive FIFO */
	uint8_t fifo[I16550_FIFO];
};

struct i16550 {
	struct i16550_regs *regs;
	struct irq_wire irq;
	struct byte_wire tx;
};

void i16550_reset(struct i16550 *u);
/* @offset: 0-7 */
uint8_t i16550_port_read(struct i16550 *u, unsigned int offset);
void i16550_port_write(struct i16550 *u, unsigned int offset, uint8_t value);

/* i16550_receive() - a byte arrives; Return: false if there is no room. */
bool i16550_receive(struct i16550 *u, uint8_t byte);

#endif
