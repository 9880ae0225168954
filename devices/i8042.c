/* SPDX-License-Identifier: BSD-2-Clause */
/* i8042.c - keyboard controller and keyboard: see i8042.h. */
#include "devices/i8042.h"

#include <string.h>

#define ST_OBF		0x01
#define ST_SYS		0x04
#define ST_CMD		0x08
#define ST_UNLOCKED	0x10

#define CB_IRQ1		0x01
#define CB_SYS		0x04
#define CB_KBD_OFF	0x10
#define CB_AUX_OFF	0x20

#define KBD_ACK		0xfa
#define KBD_BAT_OK	0xaa

static void update(struct i8042 *k)
{
	const struct i8042_regs *r = k->regs;

	irq_wire_set(&k->irq, r->count && (r->command & CB_IRQ1) &&
			      r->from_kbd[r->head % I8042_QUEUE]);
}

static bool put(struct i8042_regs *r, uint8_t byte, bool from_kbd)
{
	unsigned int i = (r->head + (unsigned int)r->count) % I8042_QUEUE;

	if (r->count >= I8042_QUEUE)
		return false;
	r->queue[i] = byte;
	r->from_kbd[i] = from_kbd;
	r->count++;
	return true;
}

static uint8_t take(struct i8042_regs *r)
{
	uint8_t v = r->queue[r->head % I8042_QUEUE];

	if (!r->count)
		return v;	/* the buffer keeps its last byte */
	r->head = (uint8_t)((r->head + 1u) % I8042_QUEUE);
	r->count--;
	return v;
}

static void pulse_reset(struct i8042 *k)
{
	irq_wire_set(&k->reset, true);
	irq_wire_set(&k->reset, false);
}

/* controller_command() - a byte written to port 64h. */
static void controller_command(struct i8042 *k, uint8_t c)
{
	struct i8042_regs *r = k->regs;

	switch (c) {
	case 0x20:	/* read the command byte */
		put(r, r->command, false);
		break;
	case 0xa7:	/* auxiliary port off, on, test: nothing is there */
		r->command |= CB_AUX_OFF;
		break;
	case 0xa8:
		r->command &= (uint8_t)~CB_AUX_OFF;
		break;
	case 0xa9:		/* its clock line is stuck low */
		put(r, 0x01, false);
		break;
	case 0xaa:	/* self test */
		put(r, 0x55, false);
		break;
	case 0xab:	/* keyboard interface test: good */
		put(r, 0x00, false);
		break;
	case 0xad:
		r->command |= CB_KBD_OFF;
		break;
	case 0xae:
		r->command &= (uint8_t)~CB_KBD_OFF;
		break;
	case 0xd0:
		put(r, r->output_port, false);
		break;
	case 0x60:	/* these take a byte of data */
	case 0xd1:
	case 0xd2:
	case 0xd3:
	case 0xd4:
		r->pending = c;
		break;
	default:
		/* F0h-FFh pulse output lines; line 0 is reset. */
		if (c >= 0xf0 && !(c & 1))
			pulse_reset(k);
	}
}

/* keyboard_data() - the second byte of a keyboard command. */
static void keyboard_data(struct i8042_regs *r, uint8_t command, uint8_t v)
{
	put(r, KBD_ACK, true);
	if (command == 0xf0 && v == 0)
		put(r, 2, true);	/* which scan code set: 2 */
}

/* keyboard_command() - a byte that reaches the keyboard. */
static void keyboard_command(struct i8042_regs *r, uint8_t v)
{
	uint8_t before = r->kbd_pending;

	if (before) {
		r->kbd_pending = 0;
		keyboard_data(r, before, v);
		return;
	}
	if (v == 0xee) {		/* echo */
		put(r, 0xee, true);
		return;
	}
	put(r, KBD_ACK, true);
	switch (v) {
	case 0xed:	/* LEDs */
	case 0xf0:	/* scan code set */
	case 0xf3:	/* typematic rate */
		r->kbd_pending = v;
		break;
	case 0xf2:	/* identify */
		put(r, 0xab, true);
		put(r, 0x83, true);
		break;
	case 0xf4:
	case 0xf6:
		r->scanning = 1;
		break;
	case 0xf5:
		r->scanning = 0;
		break;
	case 0xff:	/* reset, then the basic assurance test */
		r->scanning = 1;
		put(r, KBD_BAT_OK, true);
		break;
	default:
		break;
	}
}

/* controller_data() - the data byte of a controller command. */
static void controller_data(struct i8042 *k, uint8_t command, uint8_t v)
{
	struct i8042_regs *r = k->regs;

	switch (command) {
	case 0x60:
		r->command = v;
		break;
	case 0xd1:
		r->output_port = v;
		if (!(v & 1))
			pulse_reset(k);
		break;
	case 0xd2:	/* as if the keyboard had sent it */
		put(r, v, true);
		break;
	case 0xd3:	/* as if the auxiliary device had sent it, but this
			 * controller has no second channel to mark it with.
			 * Drivers that get no byte at all wait for seconds. */
		put(r, v, false);
		break;
	default:	/* D4h: no auxiliary device answers */
		break;
	}
}

uint8_t i8042_port_read(struct i8042 *k, unsigned int offset)
{
	struct i8042_regs *r = k->regs;
	uint8_t v;

	if (!offset) {
		v = take(r);
		/* The line falls between two bytes, so that each is an edge. */
		irq_wire_set(&k->irq, false);
		update(k);
		return v;
	}
	v = ST_UNLOCKED;
	if (r->count)
		v |= ST_OBF;
	if (r->command & CB_SYS)
		v |= ST_SYS;
	if (r->last_command)
		v |= ST_CMD;
	return v;
}

void i8042_port_write(struct i8042 *k, unsigned int offset, uint8_t value)
{
	struct i8042_regs *r = k->regs;
	uint8_t pending = r->pending;

	r->last_command = offset != 0;
	r->pending = 0;
	if (offset) {
		controller_command(k, value);
	} else if (pending) {
		controller_data(k, pending, value);
	} else {
		r->command &= (uint8_t)~CB_KBD_OFF;
		keyboard_command(r, value);
	}
	update(k);
}

bool i8042_key(struct i8042 *k, uint8_t byte)
{
	struct i8042_regs *r = k->regs;

	if (!r->scanning || (r->command & CB_KBD_OFF) || !put(r, byte, true))
		return false;
	update(k);
	return true;
}

void i8042_reset(struct i8042 *k)
{
	memset(k->regs, 0, sizeof(*k->regs));
	k->regs->command = CB_SYS | CB_AUX_OFF;
	k->regs->output_port = 0x03;	/* A20 on, reset not pulled */
	k->regs->scanning = 1;
	update(k);
}
