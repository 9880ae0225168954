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

#define CB_TRANSLATE	0x40
#define P2_A20		0x02	/* of the output port */

#define KBD_BREAK	0xf0	/* before the code of a key that is let go */
#define KBD_ACK		0xfa
#define KBD_BAT_OK	0xaa

/* What the controller makes of the keyboard's codes (set 2 to set 1). Source:
 * the Technical Reference's table of both sets. */
static const uint8_t set1[0x85] = {	/* table */
	0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58,
	0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59,
	0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a,
	0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b,
	0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c,
	0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d,
	0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e,
	0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f,
	0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60,
	0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61,
	0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e,
	0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76,
	0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b,
	0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f,
	0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45,
	0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
	0x80, 0x81, 0x82, 0x41, 0x54,
};

static void update(struct i8042 *k)
{
	const struct i8042_regs *r = k->regs;

	irq_wire_set(&k->irq, r->count && (r->command & CB_IRQ1) &&
				      r->from_kbd[r->head % I8042_QUEUE]);
}

static bool queue_put(struct i8042_regs *r, uint8_t byte, bool from_kbd)
{
	unsigned int i = (r->head + (unsigned int)r->count) % I8042_QUEUE;

	if (r->count >= I8042_QUEUE)
		return false;
	r->queue[i] = byte;
	r->from_kbd[i] = from_kbd;
	r->count++;
	return true;
}

/* from_keyboard() - the keyboard sends a byte; Return: as queue_put(). */
static bool from_keyboard(struct i8042_regs *r, uint8_t byte)
{
	uint8_t high = r->breaks ? 0x80 : 0;

	if (!(r->command & CB_TRANSLATE))
		return queue_put(r, byte, true);
	if (r->count >= I8042_QUEUE)
		return false;
	r->breaks = byte == KBD_BREAK;
	return r->breaks ||	/* it shows in the byte that follows */
	       queue_put(r, (byte < sizeof(set1) ? set1[byte] : byte) | high,
			 true);
}

static uint8_t queue_take(struct i8042_regs *r)
{
	if (!r->count)
		return r->last;	/* the buffer keeps its last byte */
	r->last = r->queue[r->head % I8042_QUEUE];
	r->head = (uint8_t)((r->head + 1u) % I8042_QUEUE);
	r->count--;
	return r->last;
}

static void pulse_reset(struct i8042 *k)
{
	irq_wire_set(&k->reset, true);
	irq_wire_set(&k->reset, false);
}

/* output_port() - the lines that are not the keyboard's. */
static void output_port(struct i8042 *k, uint8_t v)
{
	k->regs->output_port = v;
	irq_wire_set(&k->a20, v & P2_A20);
	if (!(v & 1))
		pulse_reset(k);
}

/* controller_command() - a byte written to port 64h. */
static void controller_command(struct i8042 *k, uint8_t c)
{
	struct i8042_regs *r = k->regs;

	switch (c) {
	case 0x20:	/* read the command byte */
		queue_put(r, r->command, false);
		break;
	case 0xa7:	/* auxiliary port off, on, test: nothing is there */
		r->command |= CB_AUX_OFF;
		break;
	case 0xa8:
		r->command &= (uint8_t)~CB_AUX_OFF;
		break;
	case 0xa9:		/* its clock line is stuck low */
		queue_put(r, 0x01, false);
		break;
	case 0xaa:	/* self test */
		r->system = 1;
		queue_put(r, 0x55, false);
		break;
	case 0xab:	/* keyboard interface test: good */
		queue_put(r, 0x00, false);
		break;
	case 0xad:
		r->command |= CB_KBD_OFF;
		break;
	case 0xae:
		r->command &= (uint8_t)~CB_KBD_OFF;
		break;
	case 0xd0:
		queue_put(r, r->output_port, false);
		break;
	case 0xdd:	/* A20 off and on, in one byte */
	case 0xdf:
		output_port(k, (uint8_t)((r->output_port & ~P2_A20) |
					 (c & P2_A20)));
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
	from_keyboard(r, KBD_ACK);
	if (command == 0xf0 && v == 0)
		from_keyboard(r, 2);	/* which scan code set: 2 */
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
		from_keyboard(r, 0xee);
		return;
	}
	from_keyboard(r, KBD_ACK);
	switch (v) {
	case 0xed:	/* LEDs */
	case 0xf0:	/* scan code set */
	case 0xf3:	/* typematic rate */
		r->kbd_pending = v;
		break;
	case 0xf2:	/* identify */
		from_keyboard(r, 0xab);
		from_keyboard(r, 0x83);
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
		from_keyboard(r, KBD_BAT_OK);
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
		r->system |= (v & CB_SYS) != 0;
		break;
	case 0xd1:
		output_port(k, v);
		break;
	case 0xd2:	/* as if the keyboard had sent it */
		queue_put(r, v, true);
		break;
	case 0xd3:	/* as if the auxiliary device had sent it, but this
			 * controller has no second channel to mark it with.
			 * Drivers that get no byte at all wait for seconds. */
		queue_put(r, v, false);
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
		v = queue_take(r);
		/* The line falls between two bytes, so that each is an edge. */
		irq_wire_set(&k->irq, false);
		update(k);
		return v;
	}
	v = ST_UNLOCKED;
	if (r->count)
		v |= ST_OBF;
	if (r->system)
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

	if (!r->scanning || (r->command & CB_KBD_OFF) ||
	    !from_keyboard(r, byte))
		return false;
	update(k);
	return true;
}

void i8042_reset(struct i8042 *k)
{
	memset(k->regs, 0, sizeof(*k->regs));
	k->regs->command = CB_TRANSLATE | CB_AUX_OFF | CB_IRQ1;
	k->regs->system = 1;
	k->regs->output_port = P2_A20 | 1;	/* reset is not pulled */
	k->regs->scanning = 1;
	irq_wire_set(&k->a20, true);
	update(k);
}
