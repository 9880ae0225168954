/* SPDX-License-Identifier: BSD-2-Clause */
/* mc146818.c - the real-time clock: see mc146818.h. */
#include "devices/mc146818.h"

#include <string.h>

#define NSEC	1000000000ull
#define UIP_NS	244000u

enum { REG_SEC, REG_SEC_ALARM, REG_MIN, REG_MIN_ALARM, REG_HOUR,
       REG_HOUR_ALARM, REG_WDAY, REG_DAY, REG_MONTH, REG_YEAR,
       REG_A, REG_B, REG_C, REG_D, REG_CENTURY = 0x32 };

#define A_UIP	0x80
#define B_SET	0x80
#define B_PIE	0x40
#define B_AIE	0x20
#define B_UIE	0x10
#define B_BINARY 0x04
#define B_24H	0x02
#define C_IRQF	0x80
#define C_PF	0x40
#define C_AF	0x20
#define C_UF	0x10
#define D_VALID	0x80

#define HOUR_PM	0x80
#define ALARM_ANY 0xc0	/* alarm bytes from C0h match everything */

struct civil {
	int64_t year;
	unsigned int month, day, wday, h, m, s;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* days_to_civil() - proleptic Gregorian date, by eras of 400 years. */
static void days_to_civil(int64_t days, struct civil *t)
{
	int64_t era, z = days + 719468;	/* from 0000-03-01 */
	unsigned int doe, yoe, doy, mp;

	era = floor_div(z, 146097);
	doe = (unsigned int)(z - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	t->day = doy - (153 * mp + 2) / 5 + 1;
	t->month = mp < 10 ? mp + 3 : mp - 9;
	t->year = (int64_t)yoe + era * 400 + (t->month <= 2);
}

static int64_t civil_to_days(const struct civil *t)
{
	int64_t y = t->year - (t->month <= 2), era = floor_div(y, 400);
	unsigned int m = t->month, yoe = (unsigned int)(y - era * 400), doy;

	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + t->day - 1;
	return era * 146097 + (int64_t)(yoe * 365 + yoe / 4 - yoe / 100 + doy) -
	       719468;
}

static uint8_t rtc_encode(const struct mc146818_regs *r, unsigned int v)
{
	if (r->ram[REG_B] & B_BINARY)
		return (uint8_t)v;
	return (uint8_t)((v / 10 % 10) << 4 | v % 10);
}

static unsigned int rtc_decode(const struct mc146818_regs *r, uint8_t v)
{
	return r->ram[REG_B] & B_BINARY ? v : (v >> 4) * 10u + (v & 15u);
}

static uint8_t encode_hour(const struct mc146818_regs *r, unsigned int h)
{
	if (r->ram[REG_B] & B_24H)
		return rtc_encode(r, h);
	return (uint8_t)(rtc_encode(r, h % 12 ? h % 12 : 12) |
			 (h >= 12 ? HOUR_PM : 0));
}

static unsigned int decode_hour(const struct mc146818_regs *r, uint8_t v)
{
	unsigned int h;

	if (r->ram[REG_B] & B_24H)
		return rtc_decode(r, v) % 24;
	h = rtc_decode(r, v & 0x7f) % 12;
	return v & HOUR_PM ? h + 12 : h;
}

static int64_t utc_now(const struct mc146818 *c)
{
	return c->regs->offset_s + (int64_t)(clock_wire_now(&c->clock) / NSEC);
}

/* show_time() - bring the time registers up to date, unless SET stops it. */
static void show_time(struct mc146818 *c)
{
	struct mc146818_regs *r = c->regs;
	int64_t now = utc_now(c), days = floor_div(now, 86400);
	unsigned int s = (unsigned int)(now - days * 86400);
	struct civil t;

	if (r->ram[REG_B] & B_SET)
		return;
	days_to_civil(days, &t);
	r->ram[REG_SEC] = rtc_encode(r, s % 60);
	r->ram[REG_MIN] = rtc_encode(r, s / 60 % 60);
	r->ram[REG_HOUR] = encode_hour(r, s / 3600);
	/* 1970-01-01 was a Thursday, day 5 of a week from Sunday = 1. */
	r->ram[REG_WDAY] =
		rtc_encode(r, (unsigned int)(((days % 7) + 11) % 7) + 1);
	r->ram[REG_DAY] = rtc_encode(r, t.day);
	r->ram[REG_MONTH] = rtc_encode(r, t.month);
	r->ram[REG_YEAR] = rtc_encode(r, (unsigned int)(t.year % 100));
	r->ram[REG_CENTURY] = rtc_encode(r, (unsigned int)(t.year / 100 % 100));
}

/* take_time() - the guest wrote the time registers: move the offset. */
static void take_time(struct mc146818 *c)
{
	struct mc146818_regs *r = c->regs;
	struct civil t = {
		.year = rtc_decode(r, r->ram[REG_CENTURY]) * 100u +
			rtc_decode(r, r->ram[REG_YEAR]),
		.month = rtc_decode(r, r->ram[REG_MONTH]),
		.day = rtc_decode(r, r->ram[REG_DAY]),
	};
	int64_t s;

	if (t.month < 1 || t.month > 12)
		t.month = 1;
	s = civil_to_days(&t) * 86400 +
	    (int64_t)decode_hour(r, r->ram[REG_HOUR]) * 3600 +
	    (int64_t)rtc_decode(r, r->ram[REG_MIN]) * 60 +
	    (int64_t)rtc_decode(r, r->ram[REG_SEC]);
	r->offset_s = s - (int64_t)(clock_wire_now(&c->clock) / NSEC);
}

/* period_ns() - rate selection of register A; 0: none (table 5). */
static uint64_t period_ns(const struct mc146818_regs *r)
{
	unsigned int rate = r->ram[REG_A] & 15u;

	if (!rate)
		return 0;
	if (rate < 3)
		rate += 7;	/* 1 and 2 are 256 and 128 Hz */
	return NSEC / (32768u >> (rate - 1));
}

static void update_irq(struct mc146818 *c)
{
	struct mc146818_regs *r = c->regs;
	bool on = r->flags & r->ram[REG_B] & (C_PF | C_AF | C_UF);

	r->flags = (uint8_t)((r->flags & ~C_IRQF) | (on ? C_IRQF : 0));
	irq_wire_set(&c->irq, on);
}

static bool alarm_matches(const struct mc146818_regs *r)
{
	unsigned int i;

	for (i = REG_SEC; i <= REG_HOUR; i += 2)
		if (r->ram[i + 1] < ALARM_ANY && r->ram[i + 1] != r->ram[i])
			return false;
	return true;
}

/* run_updates() - the flags of every second that began since last time. */
static void run_updates(struct mc146818 *c)
{
	struct mc146818_regs *r = c->regs;
	uint64_t second = clock_wire_now(&c->clock) / NSEC;

	if (second == r->seen_s)
		return;
	r->seen_s = second;
	if (r->ram[REG_B] & B_SET)
		return;
	show_time(c);
	r->flags |= C_UF;
	if (alarm_matches(r))
		r->flags |= C_AF;
}

static void run_periodic(struct mc146818 *c)
{
	struct mc146818_regs *r = c->regs;
	uint64_t now = clock_wire_now(&c->clock), period = period_ns(r);

	if (!period || !(r->ram[REG_B] & B_PIE)) {
		r->periodic_ns = 0;
		return;
	}
	if (r->periodic_ns && now >= r->periodic_ns)
		r->flags |= C_PF;
	if (!r->periodic_ns || now >= r->periodic_ns)
		r->periodic_ns = now - now % period + period;
}

/* rtc_plan() - ask for the next tick that an enabled interrupt needs. */
static void rtc_plan(struct mc146818 *c)
{
	const struct mc146818_regs *r = c->regs;
	uint64_t when = CLOCK_NEVER;

	if (r->ram[REG_B] & (B_AIE | B_UIE))
		when = (clock_wire_now(&c->clock) / NSEC + 1) * NSEC;
	if (r->periodic_ns && r->periodic_ns < when)
		when = r->periodic_ns;
	clock_wire_alarm(&c->clock, when);
}

void mc146818_tick(struct mc146818 *c)
{
	run_updates(c);
	run_periodic(c);
	update_irq(c);
	rtc_plan(c);
}

static uint8_t read_data(struct mc146818 *c, unsigned int index)
{
	struct mc146818_regs *r = c->regs;
	uint8_t v;

	switch (index) {
	case REG_A:
		v = r->ram[REG_A] & 0x7f;
		if (!(r->ram[REG_B] & B_SET) &&
		    clock_wire_now(&c->clock) % NSEC >= NSEC - UIP_NS)
			v |= A_UIP;
		return v;
	case REG_C:
		v = r->flags;
		r->flags = 0;
		update_irq(c);
		return v;
	case REG_D:
		return D_VALID;
	default:
		if (index <= REG_YEAR || index == REG_CENTURY)
			show_time(c);
		return r->ram[index];
	}
}

uint8_t mc146818_port_read(struct mc146818 *c, unsigned int offset)
{
	if (!(offset & 1))
		return 0xff;	/* the index is write-only */
	run_updates(c);
	return read_data(c, c->regs->index & 0x7f);
}

static void write_data(struct mc146818 *c, unsigned int index, uint8_t v)
{
	struct mc146818_regs *r = c->regs;
	bool alarm = index < REG_WDAY && (index & 1);

	if (index == REG_C || index == REG_D)
		return;
	if (index == REG_B)
		show_time(c);	/* in the old format, before it changes */
	else if (index <= REG_YEAR && !alarm)
		show_time(c);
	r->ram[index] = index == REG_A ? v & 0x7f : v;
	if ((index <= REG_YEAR && !alarm) || index == REG_CENTURY)
		take_time(c);
}

void mc146818_port_write(struct mc146818 *c, unsigned int offset, uint8_t value)
{
	if (!(offset & 1)) {
		c->regs->index = value & 0x7f;
		return;
	}
	write_data(c, c->regs->index & 0x7f, value);
	mc146818_tick(c);
}

void mc146818_set_ram(struct mc146818 *c, unsigned int index, uint8_t value)
{
	c->regs->ram[index & (MC146818_RAM - 1)] = value;
}

void mc146818_reset(struct mc146818 *c, int64_t utc_s)
{
	uint64_t second = clock_wire_now(&c->clock) / NSEC;

	memset(c->regs, 0, sizeof(*c->regs));
	c->regs->offset_s = utc_s - (int64_t)second;
	c->regs->seen_s = second;
	c->regs->ram[REG_A] = 0x26;	/* 32.768 kHz, 1024 Hz */
	c->regs->ram[REG_B] = B_24H;
	update_irq(c);
	rtc_plan(c);
}
