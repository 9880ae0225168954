/* SPDX-License-Identifier: BSD-2-Clause */
/* i8254.c - the interval timer: see i8254.h. */
#include "devices/i8254.h"

#include <string.h>

#define NSEC 1000000000ull

static uint64_t ns_to_clocks(uint64_t ns)
{
	return (uint64_t)((unsigned __int128)ns * I8254_HZ / NSEC);
}

/* clocks_to_ns() - rounded up: at that time the clock has surely passed. */
static uint64_t clocks_to_ns(uint64_t clocks)
{
	return (uint64_t)(((unsigned __int128)clocks * NSEC + I8254_HZ - 1) /
			  I8254_HZ);
}

static uint32_t reload_of(const struct i8254_counter *c)
{
	return c->reload ? c->reload : 65536;
}

/* pit_elapsed() - clocks counted since the load. */
static uint64_t pit_elapsed(const struct i8254 *t,
			    const struct i8254_counter *c)
{
	uint64_t now = clock_wire_now(&t->clock);

	return now > c->start_ns ? ns_to_clocks(now - c->start_ns) : 0;
}

static bool pit_periodic(const struct i8254_counter *c)
{
	return c->mode == 2 || c->mode == 3;
}

/* pit_running() - does it count, or wait for a load, a gate or a trigger? */
static bool pit_running(const struct i8254_counter *c)
{
	if (!c->loaded)
		return false;
	if (c->mode == 1 || c->mode == 5)
		return c->triggered;
	return c->gate;
}

static uint16_t to_bcd(uint32_t v)
{
	v %= 10000;
	return (uint16_t)((v / 1000) << 12 | (v / 100 % 10) << 8 |
			  (v / 10 % 10) << 4 | v % 10);
}

static uint32_t from_bcd(uint16_t v)
{
	return (v >> 12) * 1000u + ((v >> 8) & 15u) * 100u +
	       ((v >> 4) & 15u) * 10u + (v & 15u);
}

/* pit_value() - what the counting element holds. */
static uint16_t pit_value(const struct i8254 *t, const struct i8254_counter *c)
{
	uint32_t n = reload_of(c), v;
	uint64_t e = pit_elapsed(t, c);

	if (!pit_running(c))
		return c->paused;
	if (c->mode == 3)	/* counts by two, each half period */
		v = n - (uint32_t)((e * 2) % n & ~1ull);
	else if (c->mode == 2)
		v = n - (uint32_t)(e % n);
	else if (c->bcd)
		v = (uint32_t)((n + 10000 - e % 10000) % 10000);
	else
		v = (uint32_t)(n - e);
	return c->bcd ? to_bcd(v) : (uint16_t)v;
}

static bool out_level(const struct i8254 *t, const struct i8254_counter *c)
{
	uint32_t n = reload_of(c);
	uint64_t e = pit_elapsed(t, c);

	if (!pit_running(c))
		return c->mode != 0 || (c->loaded && c->seen_cycle);
	switch (c->mode) {
	case 0:
	case 1:
		return e >= n;
	case 2:
		return e % n != n - 1;
	case 3:
		return e % n < (n + 1) / 2;
	default:	/* strobes: low for one clock at the end */
		return e != n;
	}
}

/* next_edge() - clocks since the load until OUT next rises; 0: never. */
static uint64_t next_edge(const struct i8254_counter *c, uint64_t e)
{
	uint64_t n = reload_of(c);

	if (!pit_running(c))
		return 0;
	if (pit_periodic(c))
		return (e / n + 1) * n;
	if (c->seen_cycle)
		return 0;
	return c->mode >= 4 ? n + 1 : n;
}

/* pit_plan() - ask for a tick at counter 0's next rising edge. */
static void pit_plan(struct i8254 *t)
{
	const struct i8254_counter *c = &t->regs->counter[0];
	uint64_t edge = next_edge(c, pit_elapsed(t, c));

	clock_wire_alarm(&t->clock,
			 edge ? c->start_ns + clocks_to_ns(edge) : CLOCK_NEVER);
}

static void set_out0(struct i8254 *t, bool level)
{
	t->regs->out0 = level;
	irq_wire_set(&t->out0, level);
}

uint64_t i8254_period_ns(const struct i8254 *t)
{
	const struct i8254_counter *c = &t->regs->counter[0];

	return pit_periodic(c) ? clocks_to_ns(reload_of(c)) : 0;
}

void i8254_tick(struct i8254 *t)
{
	struct i8254_counter *c = &t->regs->counter[0];
	uint64_t e = pit_elapsed(t, c), n = reload_of(c), cycle;

	if (pit_running(c)) {
		cycle = e / n;
		if (c->mode >= 4 && e <= n)
			cycle = 0;
		if (!pit_periodic(c) && cycle)
			cycle = 1;
		if ((uint32_t)cycle != c->seen_cycle) {
			if (pit_periodic(c))
				t->missed +=
					(uint32_t)cycle - c->seen_cycle - 1;
			c->seen_cycle = (uint32_t)cycle;
			set_out0(t, false);	/* make it an edge */
			set_out0(t, true);
		}
	}
	pit_plan(t);
}

/* pit_load() - a count is complete: counting (re)starts. */
static void pit_load(struct i8254 *t, unsigned int nr, uint16_t count)
{
	struct i8254_counter *c = &t->regs->counter[nr];
	uint32_t n = c->bcd ? from_bcd(count) : count;

	if (!n)
		n = c->bcd ? 10000 : 65536;
	c->reload = n;
	c->paused = count;
	c->loaded = 1;
	c->seen_cycle = 0;
	c->start_ns = clock_wire_now(&t->clock);
	if (nr == 0) {
		set_out0(t, out_level(t, c));
		pit_plan(t);
	}
}

static void write_count(struct i8254 *t, unsigned int nr, uint8_t v)
{
	struct i8254_counter *c = &t->regs->counter[nr];

	switch (c->access) {
	case 1:
		pit_load(t, nr, v);
		break;
	case 2:
		pit_load(t, nr, (uint16_t)(v << 8));
		break;
	default:
		if (!c->write_high) {
			c->write_low = v;
			/* Mode 0 stops at the first byte. */
			if (c->mode == 0)
				c->loaded = 0;
		} else {
			pit_load(t, nr, (uint16_t)(v << 8 | c->write_low));
		}
		c->write_high = !c->write_high;
	}
}

static void latch_count(const struct i8254 *t, struct i8254_counter *c)
{
	if (c->latch_bytes)
		return;		/* an earlier latch is kept until read */
	c->latch = pit_value(t, c);
	c->latch_bytes = c->access == 3 ? 2 : 1;
}

static void latch_status(const struct i8254 *t, struct i8254_counter *c)
{
	if (c->status_latched)
		return;
	c->status = (uint8_t)(out_level(t, c) << 7 | !c->loaded << 6 |
			      (c->access & 3) << 4 | (c->mode & 7) << 1 |
			      (c->bcd & 1));
	c->status_latched = 1;
}

static void read_back(struct i8254 *t, uint8_t v)
{
	unsigned int i;

	for (i = 0; i < I8254_COUNTERS; i++) {
		if (!(v & (2u << i)))
			continue;
		if (!(v & 0x20))
			latch_count(t, &t->regs->counter[i]);
		if (!(v & 0x10))
			latch_status(t, &t->regs->counter[i]);
	}
}

static void write_control(struct i8254 *t, uint8_t v)
{
	unsigned int nr = v >> 6;
	struct i8254_counter *c;
	uint8_t gate;

	if (nr == 3) {
		read_back(t, v);
		return;
	}
	c = &t->regs->counter[nr];
	if (!(v & 0x30)) {
		latch_count(t, c);
		return;
	}
	gate = c->gate;
	memset(c, 0, sizeof(*c));
	c->gate = gate;
	c->access = (v >> 4) & 3;
	c->mode = (v >> 1) & 7;
	if (c->mode > 5)
		c->mode &= 3;	/* modes 2 and 3 ignore bit 2 */
	c->bcd = v & 1;
	if (nr == 0) {
		set_out0(t, c->mode != 0);
		pit_plan(t);
	}
}

static uint8_t read_count(struct i8254 *t, struct i8254_counter *c)
{
	uint16_t v = c->latch_bytes ? c->latch : pit_value(t, c);
	bool high = c->access == 2 || (c->access == 3 && c->high_next);

	if (c->access == 3)
		c->high_next = !c->high_next;
	if (c->latch_bytes)
		c->latch_bytes--;
	return (uint8_t)(high ? v >> 8 : v);
}

uint8_t i8254_port_read(struct i8254 *t, unsigned int offset)
{
	struct i8254_counter *c;

	if (offset > 2)
		return 0xff;	/* the control word can not be read */
	c = &t->regs->counter[offset];
	if (c->status_latched) {
		c->status_latched = 0;
		return c->status;
	}
	return read_count(t, c);
}

void i8254_port_write(struct i8254 *t, unsigned int offset, uint8_t v)
{
	if (offset > 2)
		write_control(t, v);
	else
		write_count(t, offset, v);
}

void i8254_set_gate(struct i8254 *t, unsigned int nr, bool level)
{
	struct i8254_counter *c = &t->regs->counter[nr % I8254_COUNTERS];
	bool rise = level && !c->gate;

	if (!level && c->gate)
		c->paused = pit_value(t, c);
	if (rise) {
		/* Modes 1, 2, 3, 5 begin anew; 0 and 4 go on. */
		if (c->mode == 0 || c->mode == 4)
			c->reload = c->paused ? c->paused : reload_of(c);
		c->start_ns = clock_wire_now(&t->clock);
		c->seen_cycle = 0;
		c->triggered = 1;
	}
	c->gate = level;
	if (nr == 0)
		pit_plan(t);
}

bool i8254_out(struct i8254 *t, unsigned int nr)
{
	return out_level(t, &t->regs->counter[nr % I8254_COUNTERS]);
}

void i8254_reset(struct i8254 *t)
{
	unsigned int i;

	memset(t->regs, 0, sizeof(*t->regs));
	for (i = 0; i < I8254_COUNTERS; i++) {
		t->regs->counter[i].access = 3;
		t->regs->counter[i].gate = i < 2;
	}
	set_out0(t, false);
	pit_plan(t);
}
