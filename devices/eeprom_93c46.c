/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eeprom_93c46.c - a serial EEPROM of the 93C46 kind: see eeprom_93c46.h.
 *
 * 1. Each rising edge of SK does one step of e->state.
 * 2. WRITE, ERASE, WRAL and ERAL only collect their bits here; what they do
 *    is done when CS goes low, once, and only if all bits came.
 */
#include "devices/eeprom_93c46.h"

#define COMMAND_BITS	8
#define DATA_BITS	16
#define ERASED		0xffff

enum state {
	WAIT_START,
	IN_COMMAND,
	IN_READ,
	IN_DATA,
	COMPLETE,	/* of a write or erase: wait for CS to go low */
	IGNORE,		/* nothing more in this selection */
};

enum opcode { OP_OTHER, OP_WRITE, OP_READ, OP_ERASE };
enum other { OTHER_EWDS, OTHER_WRAL, OTHER_ERAL, OTHER_EWEN };

static unsigned int eeprom_opcode(const struct eeprom_93c46 *e)
{
	return e->command >> 6;
}

/* The two highest address bits tell the commands without address apart. */
static unsigned int eeprom_other(const struct eeprom_93c46 *e)
{
	return e->command >> 4 & 3;
}

static uint16_t *eeprom_addressed(struct eeprom_93c46 *e)
{
	return &e->word[e->command % EEPROM_93C46_WORDS];
}

void eeprom_93c46_power_on(struct eeprom_93c46 *e)
{
	e->state = WAIT_START;
	e->writes_allowed = 0;
	e->cs = e->sk = 0;
	e->out = 1;
}

static void wait_for(struct eeprom_93c46 *e, enum state state,
		     unsigned int bits)
{
	e->state = (uint8_t)state;
	e->left = (uint8_t)bits;
}

static void start_read(struct eeprom_93c46 *e)
{
	e->data = *eeprom_addressed(e);
	e->out = 0;	/* the dummy bit */
	wait_for(e, IN_READ, DATA_BITS);
}

/* start_other() - the commands whose opcode is 00 */
static void start_other(struct eeprom_93c46 *e)
{
	switch (eeprom_other(e)) {
	case OTHER_WRAL:
		wait_for(e, IN_DATA, DATA_BITS);
		break;
	case OTHER_ERAL:
		e->data = ERASED;
		e->state = COMPLETE;
		break;
	default:
		e->writes_allowed = eeprom_other(e) == OTHER_EWEN;
		e->state = IGNORE;
	}
}

static void start_command(struct eeprom_93c46 *e)
{
	switch (eeprom_opcode(e)) {
	case OP_READ:
		start_read(e);
		break;
	case OP_WRITE:
		wait_for(e, IN_DATA, DATA_BITS);
		break;
	case OP_ERASE:
		e->data = ERASED;
		e->state = COMPLETE;
		break;
	default:
		start_other(e);
	}
}

/* read_bit() - the next bit to DO; after the last one the next word */
static void read_bit(struct eeprom_93c46 *e)
{
	e->out = e->data >> 15;
	e->data = (uint16_t)(e->data << 1);
	if (--e->left)
		return;
	e->command++;
	e->data = *eeprom_addressed(e);
	e->left = DATA_BITS;
}

/* clock_in() - a rising edge of SK while CS is high */
static void clock_in(struct eeprom_93c46 *e, bool di)
{
	switch (e->state) {
	case WAIT_START:
		if (di)
			wait_for(e, IN_COMMAND, COMMAND_BITS);
		break;
	case IN_COMMAND:
		e->command = (uint8_t)(e->command << 1 | di);
		if (--e->left == 0)
			start_command(e);
		break;
	case IN_READ:
		read_bit(e);
		break;
	case IN_DATA:
		e->data = (uint16_t)(e->data << 1 | di);
		if (--e->left == 0)
			e->state = COMPLETE;
		break;
	}
}

/* eeprom_program() - WRITE, ERASE, WRAL or ERAL: e->data to one word or to
 * all */
static void eeprom_program(struct eeprom_93c46 *e)
{
	unsigned int i;

	if (!e->writes_allowed)
		return;
	if (eeprom_opcode(e) != OP_OTHER) {
		*eeprom_addressed(e) = e->data;
		return;
	}
	for (i = 0; i < EEPROM_93C46_WORDS; i++)
		e->word[i] = e->data;
}

void eeprom_93c46_pins(struct eeprom_93c46 *e, bool cs, bool sk, bool di)
{
	bool rising = sk && !e->sk;

	if (!cs && e->cs) {
		if (e->state == COMPLETE)
			eeprom_program(e);
		e->state = WAIT_START;
		e->out = 1;
	} else if (cs && e->cs && rising) {
		clock_in(e, di);
	}
	e->cs = cs;
	e->sk = sk;
}

bool eeprom_93c46_do(const struct eeprom_93c46 *e)
{
	return e->out;
}
