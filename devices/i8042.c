/* SPDX-License-Identifier: BSD-2-Clause */
/* i8042.c - keyboard controller: see i8042.h. */
#include "devices/i8042.h"

#include <string.h>

#define ST_OBF		0x01
#define ST_SYS		0x04
#define ST_CMD		0x08
#define ST_UNLOCKED	0x10
#define ST_AUX		0x20	/* with OBF: the auxiliary device's */
#define ST_LATE		0x40	/* time-out */

#define CB_IRQ1		0x01
#define CB_IRQ12	0x02
#define CB_SYS		0x04
#define CB_KBD_OFF	0x10
#define CB_AUX_OFF	0x20
#define CB_TRANSLATE	0x40

#define P2_A20		0x02	/* of the output port */

#define KBD_BREAK	0xf0	/* before the code of a key that is let go */
#define NO_ANSWER	0xfe	/* data of a time-out */

/* More bytes than translation takes for one: a keyboard that is asked for more
 * at a time sends nonsense. */
#define SWALLOWS	4

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

/* ---- the output buffer -------------------------------------------------- */

static bool answers_wait(const struct i8042_regs *r)
{
	return r->count && r->count <= I8042_ANSWERS;
}

/* answer_take() - the next one goes into the output buffer. */
static void answer_take(struct i8042_regs *r)
{
	r->out = r->answer[r->head % I8042_ANSWERS];
	r->head = (uint8_t)((r->head + 1u) % I8042_ANSWERS);
	r->count--;
}

/* kbc_answer() - the controller says something, as if @source had. */
static void answer_as(struct i8042_regs *r, uint8_t value, uint8_t source)
{
	const struct i8042_byte byte = { value, source, true, false };

	if (r->count >= I8042_ANSWERS)
		return;
	r->answer[(r->head + r->count) % I8042_ANSWERS] = byte;
	r->count++;
}

static void kbc_answer(struct i8042_regs *r, uint8_t value)
{
	answer_as(r, value, I8042_CONTROLLER);
}

/* kbc_translated() - a byte of the keyboard's, as the guest will read it.
 * Return: -1: it shows in the byte that follows. */
static int kbc_translated(struct i8042_regs *r, uint8_t byte)
{
	uint8_t high = r->breaks ? 0x80 : 0;

	if (!(r->command & CB_TRANSLATE))
		return byte;
	r->breaks = byte == KBD_BREAK;
	if (r->breaks)
		return -1;
	return (byte < sizeof(set1) ? set1[byte] : byte) | high;
}

/* keyboard_read() - Return: its next byte; -1: there is none. */
static int keyboard_read(struct i8042 *k)
{
	int i, byte, seen = -1;

	for (i = 0; i < SWALLOWS && seen < 0; i++) {
		byte = k->keyboard.read(k->keyboard.device);
		if (byte < 0)
			return -1;
		seen = kbc_translated(k->regs, (uint8_t)byte);
	}
	return seen;
}

/* device_take() - a device that may speak says what comes next. */
static void device_take(struct i8042 *k)
{
	struct i8042_regs *r = k->regs;
	int byte = -1;

	if (!(r->command & CB_KBD_OFF) && k->keyboard.read)
		byte = keyboard_read(k);
	if (byte >= 0) {
		r->held = (struct i8042_byte){ (uint8_t)byte, I8042_KEYBOARD,
					       true, false };
		return;
	}
	if (!(r->command & CB_AUX_OFF) && k->aux.read)
		byte = k->aux.read(k->aux.device);
	if (byte >= 0)
		r->held = (struct i8042_byte){ (uint8_t)byte, I8042_AUX, true,
					       false };
}

/* gap_over() - may the next byte of a device come? If not, it will. */
static bool gap_over(struct i8042 *k)
{
	uint64_t now = clock_wire_now(&k->clock), since;

	since = now - k->regs->read_ns;
	if (!k->clock.alarm || since >= I8042_GAP_NS)
		return true;
	clock_wire_alarm(&k->clock, now - since + I8042_GAP_NS);
	return false;
}

/* device_turn() - the output buffer is empty: a device may fill it. */
static void device_turn(struct i8042 *k)
{
	struct i8042_regs *r = k->regs;

	if (!r->held.full)
		device_take(k);
	if (!r->held.full || !gap_over(k))
		return;
	r->out = r->held;
	r->held.full = false;
}

static void drive_irqs(struct i8042 *k)
{
	const struct i8042_regs *r = k->regs;

	irq_wire_set(&k->irq, r->out.full && r->command & CB_IRQ1 &&
				      r->out.source == I8042_KEYBOARD);
	irq_wire_set(&k->aux_irq, r->out.full && r->command & CB_IRQ12 &&
					  r->out.source == I8042_AUX);
}

/* kbc_update() - have the output buffer hold what comes next. */
static void kbc_update(struct i8042 *k)
{
	struct i8042_regs *r = k->regs;

	if (answers_wait(r) && r->out.full && !r->held.full &&
	    r->out.source != I8042_CONTROLLER) {
		r->held = r->out;
		r->out.full = false;
		drive_irqs(k);
	}
	if (!r->out.full && answers_wait(r))
		answer_take(r);
	else if (!r->out.full)
		device_turn(k);
	drive_irqs(k);
}

bool i8042_keyboard_waits(const struct i8042 *k)
{
	const struct i8042_regs *r = k->regs;

	return (r->out.full && r->out.source == I8042_KEYBOARD) ||
	       (r->held.full && r->held.source == I8042_KEYBOARD);
}

void i8042_look(struct i8042 *k)
{
	kbc_update(k);
}

/* ---- commands ----------------------------------------------------------- */

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

static void command_bit(struct i8042_regs *r, uint8_t bit, bool on)
{
	r->command = (uint8_t)(on ? r->command | bit : r->command & ~bit);
}

/* asks_something() - commands that have an answer; Return: false: it is none
 * of these. */
static bool asks_something(struct i8042_regs *r, uint8_t c)
{
	switch (c) {
	case 0x20:	/* the command byte */
		kbc_answer(r, r->command);
		return true;
	case 0xa4:	/* is there a password? No */
		kbc_answer(r, 0xf1);
		return true;
	case 0xa9:	/* are the ports' lines good? */
		kbc_answer(r, 0x00);
		return true;
	case 0xaa:	/* self test */
		r->system = 1;
		kbc_answer(r, 0x55);
		return true;
	case 0xab:
		kbc_answer(r, 0x00);
		return true;
	case 0xc0:	/* input port: the keyboard is not locked */
		kbc_answer(r, 0x80);
		return true;
	case 0xd0:
		kbc_answer(r, r->output_port);
		return true;
	default:
		if (c <= 0x20 || c >= 0x40)
			return false;
		kbc_answer(r, r->ram[c % I8042_RAM]);
		return true;
	}
}

/* takes_data() - commands that go on with a byte of data. */
static bool takes_data(uint8_t c)
{
	return (c >= 0x60 && c < 0x80) || (c >= 0xd1 && c <= 0xd4);
}

/* controller_command() - a byte written to port 64h. */
static void controller_command(struct i8042 *k, uint8_t c)
{
	struct i8042_regs *r = k->regs;

	if (takes_data(c)) {
		r->pending = c;
		return;
	}
	if (asks_something(r, c))
		return;
	switch (c) {
	case 0xa7:
	case 0xa8:
		command_bit(r, CB_AUX_OFF, c == 0xa7);
		break;
	case 0xad:
	case 0xae:
		command_bit(r, CB_KBD_OFF, c == 0xad);
		break;
	case 0xdd:	/* A20 off and on, in one byte */
	case 0xdf:
		output_port(k, (uint8_t)((r->output_port & ~P2_A20) |
					 (c & P2_A20)));
		break;
	default:
		/* F0h-FFh pulse output lines; line 0 is reset. */
		if (c >= 0xf0 && !(c & 1))
			pulse_reset(k);
	}
}

/* send_to() - a byte for a device; its port is enabled for it. */
static void send_to(struct i8042 *k, const struct ps2_wire *port,
		    enum i8042_source source, uint8_t v)
{
	struct i8042_regs *r = k->regs;

	command_bit(r, source == I8042_AUX ? CB_AUX_OFF : CB_KBD_OFF, false);
	if (port->write)
		port->write(port->device, v);
	else if (!r->out.full)
		r->out = (struct i8042_byte){ NO_ANSWER, (uint8_t)source, true,
					      true };
}

/* controller_data() - the data byte of a controller command. */
static void controller_data(struct i8042 *k, uint8_t command, uint8_t v)
{
	struct i8042_regs *r = k->regs;

	switch (command) {
	case 0x60:
		r->command = v & 0x7f;
		r->system |= (v & CB_SYS) != 0;
		break;
	case 0xd1:
		output_port(k, v);
		break;
	case 0xd2:	/* as if the keyboard had sent it */
		answer_as(r, v, I8042_KEYBOARD);
		break;
	case 0xd3:	/* as if the auxiliary device had */
		answer_as(r, v, I8042_AUX);
		break;
	case 0xd4:
		send_to(k, &k->aux, I8042_AUX, v);
		break;
	default:
		r->ram[command % I8042_RAM] = v;
	}
}

/* ---- ports -------------------------------------------------------------- */

static uint8_t data_read(struct i8042 *k)
{
	struct i8042_regs *r = k->regs;
	uint8_t v = r->out.value;

	if (r->out.full && r->out.source != I8042_CONTROLLER)
		r->read_ns = clock_wire_now(&k->clock);
	r->out.full = false;
	drive_irqs(k);
	kbc_update(k);
	return v;
}

static uint8_t status_read(const struct i8042_regs *r)
{
	uint8_t v = ST_UNLOCKED;

	if (r->out.full)
		v |= ST_OBF;
	if (r->out.full && r->out.source == I8042_AUX)
		v |= ST_AUX;
	if (r->out.full && r->out.late)
		v |= ST_LATE;
	if (r->system)
		v |= ST_SYS;
	if (r->last_command)
		v |= ST_CMD;
	return v;
}

uint8_t i8042_port_read(struct i8042 *k, unsigned int offset)
{
	return offset ? status_read(k->regs) : data_read(k);
}

void i8042_port_write(struct i8042 *k, unsigned int offset, uint8_t value)
{
	struct i8042_regs *r = k->regs;
	uint8_t pending = r->pending;

	r->last_command = offset != 0;
	r->pending = 0;
	if (offset)
		controller_command(k, value);
	else if (pending)
		controller_data(k, pending, value);
	else
		send_to(k, &k->keyboard, I8042_KEYBOARD, value);
	kbc_update(k);
}

void i8042_reset(struct i8042 *k)
{
	memset(k->regs, 0, sizeof(*k->regs));
	k->regs->command = CB_TRANSLATE | CB_AUX_OFF | CB_IRQ1;
	k->regs->system = 1;
	k->regs->output_port = P2_A20 | 1;	/* reset is not pulled */
	k->regs->read_ns = (uint64_t)0 - I8042_GAP_NS;
	irq_wire_set(&k->a20, true);
	kbc_update(k);
}
