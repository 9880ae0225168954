/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8042.h - the PC's keyboard controller, with two PS/2 ports.
 *
 * Source: IBM PS/2 Hardware Interface Technical Reference, keyboard and
 * auxiliary device controller.
 *
 * 1. Port 0 is data (60h), port 1 command and status (64h). Commands are done
 *    at once: its input buffer is never full.
 * 2. FEh pulses the reset wire: that is how a guest reboots.
 * 3. The output buffer holds one byte, and says who sent it. While it is full
 *    the devices wait, and keep what they have to say; so they do while their
 *    port is disabled. With nothing in it, port 0 gives the byte that it gave
 *    last.
 * 4. After a device's byte was read, the next one is I8042_GAP_NS away, as on
 *    the cable: the line falls, and programs that hang upon the keyboard's
 *    interrupt one before the other all read the same byte. (Without a clock
 *    wire there is no gap.)
 * 5. What the controller itself answers goes before a device's byte that
 *    nobody has read yet. That comes again afterwards, with an interrupt of its
 *    own: so a guest that asks for the output port to switch A20 never takes a
 *    key for it. I8042_ANSWERS of them wait; more are lost.
 * 6. IRQ 1 follows a full buffer of the keyboard's, IRQ 12 of the auxiliary
 *    device's; the controller's own answers interrupt nobody.
 * 7. A reset leaves what firmware leaves, since guests may be started by
 *    none: interrupt and translation to set 1 on, auxiliary port off (command
 *    byte 61h), self test passed, A20 open.
 * 8. Data for a port that is disabled enables it. Where nothing is plugged in,
 *    such a byte ends in a time-out.
 */
#ifndef DEVICES_I8042_H
#define DEVICES_I8042_H

#include "devices/input/ps2.h"
#include "devices/wires.h"

#define I8042_ANSWERS	8u
#define I8042_RAM	32u
#define I8042_GAP_NS	300000u	/* a quick cable: 11 bits at 36 kHz */

/* Who sent a byte. */
enum i8042_source { I8042_CONTROLLER, I8042_KEYBOARD, I8042_AUX };

/* One byte for port 0. */
struct i8042_byte {
	uint8_t value;
	uint8_t source;		/* enum i8042_source */
	uint8_t full;		/* there is one */
	uint8_t late;		/* it stands for a device that is silent */
};

struct i8042_regs {
	uint64_t read_ns;	/* when a device's byte was read */
	uint8_t command;	/* the command byte (20h, 60h) */
	uint8_t pending;	/* controller command that waits for data */
	uint8_t last_command;	/* status bit 3: the last write was to 64h */
	uint8_t output_port;	/* D0h, D1h */
	uint8_t system;		/* status bit 2: the self test was passed */
	uint8_t breaks;		/* translation: the next code is of a key that
				 * was let go */
	struct i8042_byte out;	/* the output buffer */
	struct i8042_byte held;	/* a device's that comes next */
	struct i8042_byte answer[I8042_ANSWERS];
	uint8_t head, count;	/* of @answer */
	uint8_t ram[I8042_RAM];	/* 21h-3Fh, 61h-7Fh; byte 0 is not used */
};

struct i8042 {
	struct i8042_regs *regs;
	struct irq_wire irq;	/* IRQ 1 */
	struct irq_wire aux_irq; /* IRQ 12 */
	struct irq_wire reset;	/* pulled by command FEh */
	struct irq_wire a20;	/* high: the gate of address line 20 is open */
	struct ps2_wire keyboard, aux;
	struct clock_wire clock; /* its alarm: i8042_look() */
};

/* i8042_reset() - as firmware leaves it: the keyboard's interrupt is on,
 * address line 20 is open. The devices are reset by whoever owns them. */
void i8042_reset(struct i8042 *k);
/* i8042_port_read() / i8042_port_write() - an access. @offset: 0 data (port
 * 60h), 1 status and command (64h) */
uint8_t i8042_port_read(struct i8042 *k, unsigned int offset);
void i8042_port_write(struct i8042 *k, unsigned int offset, uint8_t value);

/* i8042_keyboard_waits() - is there a byte of the keyboard's that the guest has
 * not read? */
bool i8042_keyboard_waits(const struct i8042 *k);

/* i8042_look() - a device may have something new to say. */
void i8042_look(struct i8042 *k);

#endif
