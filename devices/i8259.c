/* SPDX-License-Identifier: BSD-2-Clause */
/* i8259.c - a pair of interrupt controllers: see i8259.h. */
#include "devices/i8259.h"

#include <string.h>

#define CASCADE		2u

#define ICW1_IC4	0x01
#define ICW1_SNGL	0x02
#define ICW1		0x10	/* marks ICW1 on port 0 */
#define OCW3		0x08	/* marks OCW3 on port 0 */
#define ICW4_AEOI	0x02
#define ICW4_SFNM	0x10

/* Inputs whose mode the PC's board fixes to edge: 0, 1, 2; 8, 13. */
static const uint8_t elcr_mask[2] = { 0xf8, 0xde };

/**
 * rank_highest() - the input of @set with the highest priority
 * @lowest: the input with the lowest priority
 *
 * Return: its rank, 0 (highest) to 7; 8 if @set is empty.
 */
static unsigned int rank_highest(uint8_t set, uint8_t lowest)
{
	unsigned int rank;

	for (rank = 0; rank < 8; rank++)
		if (set & (1u << ((lowest + 1u + rank) & 7)))
			break;
	return rank;
}

static unsigned int rank_input(unsigned int rank, uint8_t lowest)
{
	return (lowest + 1u + rank) & 7;
}

/* pic_pending() - rank of the request to be served now; 8: none. */
static unsigned int pic_pending(const struct i8259_regs *r, bool master)
{
	uint8_t isr = r->isr;
	unsigned int want, busy;

	want = rank_highest(r->irr & (uint8_t)~r->imr, r->lowest);
	if (want == 8)
		return 8;
	if (r->special_mask)
		isr &= (uint8_t)~r->imr;
	/* Special fully nested: the slave may interrupt itself. */
	if (master && (r->icw4 & ICW4_SFNM))
		isr &= (uint8_t)~(1u << CASCADE);
	busy = rank_highest(isr, r->lowest);
	return want < busy ? want : 8;
}

/* pic_update() - let the outputs follow the registers: slave, then master. */
static void pic_update(struct i8259_pair *p)
{
	struct i8259_regs *master = &p->pic[0];
	bool slave_int = pic_pending(&p->pic[1], false) < 8;

	if (slave_int)
		master->irr |= 1u << CASCADE;
	else
		master->irr &= (uint8_t)~(1u << CASCADE);
	irq_wire_set(&p->intr, pic_pending(master, true) < 8);
}

void i8259_drive(struct i8259_pair *p)
{
	pic_update(p);
}

void i8259_reset(struct i8259_pair *p)
{
	memset(p->pic, 0, 2 * sizeof(*p->pic));
	p->pic[0].lowest = p->pic[1].lowest = 7;
	p->pic[0].imr = p->pic[1].imr = 0xff;
	pic_update(p);
}

void i8259_set_line(struct i8259_pair *p, unsigned int line, bool level)
{
	struct i8259_regs *r = &p->pic[(line >> 3) & 1];
	uint8_t bit = (uint8_t)(1u << (line & 7));

	if (line == CASCADE)
		return;
	if (level) {
		if ((r->elcr & bit) || !(r->lines & bit))
			r->irr |= bit;
		r->lines |= bit;
	} else {
		/* An edge that goes away before INTA is lost, too. */
		r->irr &= (uint8_t)~bit;
		r->lines &= (uint8_t)~bit;
	}
	pic_update(p);
}

/* pic_acknowledge() - one controller's INTA; Return: its input, or 8. */
static unsigned int pic_acknowledge(struct i8259_regs *r, bool master)
{
	unsigned int rank = pic_pending(r, master);
	unsigned int input = rank_input(rank, r->lowest);
	uint8_t bit = (uint8_t)(1u << input);

	if (rank == 8)
		return 8;
	if (!(r->elcr & bit))
		r->irr &= (uint8_t)~bit;
	if (!(r->icw4 & ICW4_AEOI))
		r->isr |= bit;
	else if (r->rotate_aeoi)
		r->lowest = (uint8_t)input;
	return input;
}

uint8_t i8259_ack(struct i8259_pair *p)
{
	unsigned int input = pic_acknowledge(&p->pic[0], true);
	unsigned int which = 0;

	if (input == CASCADE) {
		which = 1;
		input = pic_acknowledge(&p->pic[1], false);
	}
	pic_update(p);
	/* Nothing there any more: a spurious input 7, not in service. */
	return (uint8_t)((p->pic[which].base & 0xf8) | (input & 8 ? 7 : input));
}

static void write_icw1(struct i8259_regs *r, uint8_t value)
{
	r->icw_step = 2;
	r->single = (value & ICW1_SNGL) != 0;
	r->want_icw4 = (value & ICW1_IC4) != 0;
	/* ICW1 clears the edge latches, mask and modes. */
	r->irr = r->elcr & r->lines;
	r->isr = 0;
	r->imr = 0;
	r->lowest = 7;
	r->icw4 = 0;
	r->read_isr = r->poll = r->special_mask = r->rotate_aeoi = 0;
}

static void write_icw(struct i8259_regs *r, uint8_t value)
{
	switch (r->icw_step) {
	case 2:
		r->base = value & 0xf8;
		r->icw_step = !r->single ? 3 : r->want_icw4 ? 4 : 0;
		return;
	case 3:		/* the cascade is soldered: nothing to learn */
		r->icw_step = r->want_icw4 ? 4 : 0;
		return;
	default:
		r->icw4 = value;
		r->icw_step = 0;
	}
}

/* end_of_interrupt() - clear the highest in service; Return: it, or 8. */
static unsigned int end_of_interrupt(struct i8259_regs *r)
{
	uint8_t isr = r->isr;
	unsigned int rank, input;

	if (r->special_mask)
		isr &= (uint8_t)~r->imr;
	rank = rank_highest(isr, r->lowest);
	if (rank == 8)
		return 8;
	input = rank_input(rank, r->lowest);
	r->isr &= (uint8_t)~(1u << input);
	return input;
}

/* write_ocw2() - end of interrupt, and priority rotation. */
static void write_ocw2(struct i8259_regs *r, uint8_t value)
{
	uint8_t level = value & 7;
	unsigned int input;

	switch (value >> 5) {
	case 0:		/* rotate in automatic EOI: clear */
	case 4:		/* set */
		r->rotate_aeoi = value >> 7;
		break;
	case 1:		/* non-specific EOI */
		end_of_interrupt(r);
		break;
	case 5:		/* and rotate */
		input = end_of_interrupt(r);
		if (input < 8)
			r->lowest = (uint8_t)input;
		break;
	case 3:		/* specific EOI */
		r->isr &= (uint8_t)~(1u << level);
		break;
	case 7:		/* and rotate */
		r->isr &= (uint8_t)~(1u << level);
		r->lowest = level;
		break;
	case 6:		/* set priority */
		r->lowest = level;
		break;
	default:
		break;
	}
}

static void write_ocw3(struct i8259_regs *r, uint8_t value)
{
	if (value & 0x40)
		r->special_mask = (value & 0x20) != 0;
	r->poll = (value & 0x04) != 0;
	if (value & 0x02)
		r->read_isr = value & 0x01;
}

uint8_t i8259_port_read(struct i8259_pair *p, unsigned int which,
			unsigned int offset)
{
	struct i8259_regs *r = &p->pic[which & 1];
	unsigned int input;

	if (r->poll) {
		r->poll = 0;
		input = pic_acknowledge(r, !(which & 1));
		pic_update(p);
		return input < 8 ? (uint8_t)(0x80 | input) : 0;
	}
	if (offset & 1)
		return r->imr;
	return r->read_isr ? r->isr : r->irr;
}

void i8259_port_write(struct i8259_pair *p, unsigned int which,
		      unsigned int offset, uint8_t value)
{
	struct i8259_regs *r = &p->pic[which & 1];

	if (offset & 1) {
		if (r->icw_step)
			write_icw(r, value);
		else
			r->imr = value;
	} else if (value & ICW1) {
		write_icw1(r, value);
	} else if (value & OCW3) {
		write_ocw3(r, value);
	} else {
		write_ocw2(r, value);
	}
	pic_update(p);
}

uint8_t i8259_elcr_read(const struct i8259_pair *p, unsigned int which)
{
	return p->pic[which & 1].elcr;
}

void i8259_elcr_write(struct i8259_pair *p, unsigned int which, uint8_t value)
{
	struct i8259_regs *r = &p->pic[which & 1];

	r->elcr = value & elcr_mask[which & 1];
	r->irr |= r->elcr & r->lines;
	pic_update(p);
}
