/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8042.h - the PC's keyboard controller, with a keyboard and no mouse.
 *
 * Source: IBM PS/2 Hardware Interface Technical Reference, keyboard and
 * auxiliary device controller; keyboard (101/102-key).
 *
 * 1. Port 0 is data (60h), port 1 command and status (64h).
 * 2. FEh pulses the reset wire: that is how a guest reboots.
 * 3. Answers come at once and wait in a queue; IRQ 1 follows the queue. With
 *    nothing in it, port 0 gives the byte that it gave last.
 * 4. A reset leaves what firmware leaves, since guests may be started by
 *    none: interrupt and translation to set 1 on, no auxiliary device (command
 *    byte 61h), self test passed, A20 open.
 */
#ifndef DEVICES_I8042_H
#define DEVICES_I8042_H

#include "devices/wires.h"

#define I8042_QUEUE 32

struct i8042_regs {
	uint8_t command;	/* the command byte (20h, 60h) */
	uint8_t pending;	/* controller command that waits for data */
	uint8_t kbd_pending;	/* keyboard command that waits for data */
	uint8_t last_command;	/* status bit 3: the last write was to 64h */
	uint8_t output_port;	/* D0h, D1h */
	uint8_t scanning;	/* the keyboard reports keys */
	uint8_t system;		/* status bit 2: the self test was passed */
	uint8_t breaks;		/* translation: the next code is of a key that
				 * was let go */
	uint8_t last;		/* what was read last */
	uint8_t head, count;
	uint8_t queue[I8042_QUEUE];
	uint8_t from_kbd[I8042_QUEUE]; /* 1: sent by the keyboard */
};

struct i8042 {
	struct i8042_regs *regs;
	struct irq_wire irq;	/* IRQ 1 */
	struct irq_wire reset;	/* pulled by command FEh */
	struct irq_wire a20;	/* high: the gate of address line 20 is open */
};

/* i8042_reset() - as firmware leaves it: the keyboard scans, its interrupt is
 * on, address line 20 is open. */
void i8042_reset(struct i8042 *k);
/* i8042_port_read() / i8042_port_write() - an access. @offset: 0 data (port
 * 60h), 1 status and command (64h) */
uint8_t i8042_port_read(struct i8042 *k, unsigned int offset);
void i8042_port_write(struct i8042 *k, unsigned int offset, uint8_t value);

/* i8042_key() - the keyboard sends a byte of a scan code (set 2);
 * Return: false if the queue is full or the keyboard is off. */
bool i8042_key(struct i8042 *k, uint8_t byte);

#endif
