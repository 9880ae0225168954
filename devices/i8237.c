/* SPDX-License-Identifier: BSD-2-Clause */
/* i8237.c - the DMA controllers of a PC/AT: see i8237.h. */
#include "devices/i8237.h"

#include <string.h>

/* Registers by their number; below are addresses and counts. */
enum {
	REG_STATUS = 8, REG_COMMAND = 8, REG_REQUEST, REG_MASK_ONE, REG_MODE,
	REG_POINTER, REG_CLEAR, REG_TEMPORARY = 13, REG_UNMASK, REG_MASK
};

#define COMMAND_DISABLE	0x04

#define MODE_TYPE	0x0c	/* which way */
#define MODE_VERIFY	0x00
#define MODE_WRITE	0x04	/* to memory */
#define MODE_READ	0x08
#define MODE_AUTO	0x10	/* begin anew at the end */
#define MODE_DOWN	0x20
#define MODE_HOW	0xc0
#define MODE_BLOCK	0x80
#define MODE_CASCADE	0xc0

#define PIECE		4096u	/* memory may end at each multiple of it */

/* Which page register is a channel's. */
static const uint8_t page_of[I8237_CHANNELS] = {
	0x7, 0x3, 0x1, 0x2, 0xf, 0xb, 0x9, 0xa
};

static size_t dma_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* end_of_process() - a channel's count has come to its end. */
static void end_of_process(struct i8237_chip *chip, unsigned int n)
{
	struct i8237_channel *c = &chip->channel[n];
	uint8_t bit = (uint8_t)(1u << n);

	chip->status |= bit;
	chip->request &= (uint8_t)~bit;
	if (c->mode & MODE_AUTO) {
		c->address = c->base_address;
		c->count = c->base_count;
	} else {
		chip->mask |= bit;
	}
}

/* dma_pass() - @units of a channel went. Return: the count came to its end. */
static bool dma_pass(struct i8237_chip *chip, unsigned int n, uint32_t units)
{
	struct i8237_channel *c = &chip->channel[n];
	bool end = units == c->count + 1u;

	c->address = (uint16_t)(c->mode & MODE_DOWN ? c->address - units :
						      c->address + units);
	c->count = (uint16_t)(c->count - units);
	if (end)
		end_of_process(chip, n);
	return end;
}

/* ---- transfers ----------------------------------------------------------- */

/* chip_served() - does the processor give its bus away for this chip? */
static bool chip_served(const struct i8237 *d, unsigned int chip)
{
	const struct i8237_chip *second = &d->regs->chip[1];

	if (d->regs->chip[chip].command & COMMAND_DISABLE)
		return false;
	return chip == 1 ||
	       (!(second->command & COMMAND_DISABLE) && !(second->mask & 1) &&
		(second->channel[0].mode & MODE_HOW) == MODE_CASCADE);
}

static bool mode_serves(uint8_t mode, enum drq_way way)
{
	uint8_t type = mode & MODE_TYPE;

	if ((mode & MODE_HOW) == MODE_CASCADE)
		return false;
	return type == MODE_VERIFY ||
	       type == (way == DRQ_TO_MEMORY ? MODE_WRITE : MODE_READ);
}

/* one_piece() - of memory that is there, or is not. */
static void one_piece(const struct i8237 *d, enum drq_way way, uint64_t addr,
		      uint8_t *buf, size_t len)
{
	if (way == DRQ_TO_MEMORY)
		dma_wire_write(&d->memory, addr, buf, len);
	else if (dma_wire_read(&d->memory, addr, buf, len))
		memset(buf, 0xff, len);
}

/* What one transfer is about: of @unit bytes each, from @address on. */
struct span {
	enum drq_way way;
	uint32_t base;		/* of the page, as an address */
	uint32_t unit;
	uint16_t address;
	uint8_t *buf;
	size_t units;
};

static void move_up(const struct i8237 *d, const struct span *s)
{
	uint16_t at = s->address;
	size_t done = 0, n;
	uint32_t addr;

	while (done < s->units) {
		addr = s->base + at * s->unit;
		n = (PIECE - addr % PIECE) / s->unit;
		n = dma_smaller(n, s->units - done);
		one_piece(d, s->way, addr, s->buf + done * s->unit,
			  n * s->unit);
		at = (uint16_t)(at + n);
		done += n;
	}
}

static void move_down(const struct i8237 *d, const struct span *s)
{
	uint16_t at = s->address;
	size_t done;

	for (done = 0; done < s->units; done++) {
		one_piece(d, s->way, s->base + at * s->unit,
			  s->buf + done * s->unit, s->unit);
		at--;
	}
}

size_t i8237_move(struct i8237 *d, unsigned int channel, enum drq_way way,
		  uint8_t *buf, size_t len, bool *tc)
{
	unsigned int which = channel >> 2 & 1, n = channel & 3;
	struct i8237_chip *chip = &d->regs->chip[which];
	struct i8237_channel *c = &chip->channel[n];
	uint8_t mode = c->mode, page = d->regs->page[page_of[channel & 7]];
	struct span s = { .way = way, .unit = which + 1, .buf = buf,
			  .address = c->address };

	*tc = false;
	if (!chip_served(d, which) || chip->mask >> n & 1 ||
	    !mode_serves(mode, way))
		return 0;
	s.units = dma_smaller(len / s.unit, c->count + 1u);
	if (!s.units)
		return 0;
	/* A word's page has seven bits: its lowest is the address's. */
	s.base = (uint32_t)(page & (which ? 0xfe : 0xff)) << 16;
	if ((mode & MODE_TYPE) != MODE_VERIFY)
		(mode & MODE_DOWN ? move_down : move_up)(d, &s);
	else if (way == DRQ_FROM_MEMORY)
		memset(buf, 0xff, s.units * s.unit);	/* nobody drives it */
	*tc = dma_pass(chip, n, (uint32_t)s.units);
	return s.units * s.unit;
}

/* ---- registers ----------------------------------------------------------- */

static void set_half(uint16_t *v, bool high, uint8_t value)
{
	*v = (uint16_t)(high ? (*v & 0x00ff) | value << 8 :
			       (*v & 0xff00) | value);
}

/* write_count() - of an address or a count; both the base and what counts. */
static void write_count(struct i8237_chip *chip, unsigned int offset,
			uint8_t value)
{
	struct i8237_channel *c = &chip->channel[offset >> 1 & 3];
	bool high = chip->high_next;

	chip->high_next = !high;
	set_half(offset & 1 ? &c->base_count : &c->base_address, high, value);
	set_half(offset & 1 ? &c->count : &c->address, high, value);
}

static uint8_t read_count(struct i8237_chip *chip, unsigned int offset)
{
	const struct i8237_channel *c = &chip->channel[offset >> 1 & 3];
	uint16_t v = offset & 1 ? c->count : c->address;
	bool high = chip->high_next;

	chip->high_next = !high;
	return (uint8_t)(high ? v >> 8 : v);
}

static uint8_t read_status(struct i8237_chip *chip)
{
	uint8_t v = (uint8_t)((chip->status & 15) | chip->request << 4);

	chip->status = 0;
	return v;
}

/* write_request() - by software; only a block transfer begins by it. */
static void write_request(struct i8237 *d, unsigned int which, uint8_t value)
{
	struct i8237_chip *chip = &d->regs->chip[which];
	unsigned int n = value & 3;
	uint8_t bit = (uint8_t)(1u << n);

	if (!(value & 4)) {
		chip->request &= (uint8_t)~bit;
		return;
	}
	chip->request |= bit;
	if (chip_served(d, which) &&
	    (chip->channel[n].mode & MODE_HOW) == MODE_BLOCK)
		dma_pass(chip, n, chip->channel[n].count + 1u);
}

static void write_mask_one(struct i8237_chip *chip, uint8_t value)
{
	uint8_t bit = (uint8_t)(1u << (value & 3));

	if (value & 4)
		chip->mask |= bit;
	else
		chip->mask &= (uint8_t)~bit;
}

/* master_clear() - modes, addresses and counts stay. */
static void master_clear(struct i8237_chip *chip)
{
	chip->command = chip->status = chip->request = 0;
	chip->high_next = 0;
	chip->mask = 15;
}

uint8_t i8237_port_read(struct i8237 *d, unsigned int which,
			unsigned int offset)
{
	struct i8237_chip *chip = &d->regs->chip[which & 1];

	offset &= 15;
	if (offset < REG_STATUS)
		return read_count(chip, offset);
	if (offset == REG_STATUS)
		return read_status(chip);
	if (offset == REG_TEMPORARY)
		return 0;
	return offset == REG_MASK ? chip->mask & 15 : 0xff;
}

void i8237_port_write(struct i8237 *d, unsigned int which, unsigned int offset,
		      uint8_t value)
{
	struct i8237_chip *chip = &d->regs->chip[which & 1];

	offset &= 15;
	if (offset < REG_COMMAND)
		write_count(chip, offset, value);
	else if (offset == REG_COMMAND)
		chip->command = value;
	else if (offset == REG_REQUEST)
		write_request(d, which & 1, value);
	else if (offset == REG_MASK_ONE)
		write_mask_one(chip, value);
	else if (offset == REG_MODE)
		chip->channel[value & 3].mode = value;
	else if (offset == REG_POINTER)
		chip->high_next = 0;
	else if (offset == REG_CLEAR)
		master_clear(chip);
	else if (offset == REG_UNMASK)
		chip->mask = 0;
	else
		chip->mask = value & 15;
}

uint8_t i8237_page_read(const struct i8237 *d, unsigned int offset)
{
	return d->regs->page[offset & 15];
}

void i8237_page_write(struct i8237 *d, unsigned int offset, uint8_t value)
{
	d->regs->page[offset & 15] = value;
}

void i8237_reset(struct i8237 *d)
{
	memset(d->regs, 0, sizeof(*d->regs));
	master_clear(&d->regs->chip[0]);
	master_clear(&d->regs->chip[1]);
}
