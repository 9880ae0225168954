/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * standstill.c - a guest that watches its clocks while the machine is paused
 * and goes on (tests/world/ctl.sh).
 *
 * The PIT interrupts 100 times a second. Each 25 of these a line goes to COM1,
 * all numbers hexadecimal:
 *
 *	T TSC PM TICKS RTC GAP BACK CROWD
 *
 * TSC (64 bits) and PM timer as read together; interrupts so far; the RTC's
 * minutes and seconds (BCD); the most that the PM timer went on between two
 * looks at it since the line before; how often a clock went back; the most
 * interrupts in a tenth of a second of the PM timer, which makes 3579545 ticks
 * a second.
 *
 * Between two looks it is halted: who reads clocks all the time gets back none
 * of what the host takes (vmm/gclock.h), be that right or wrong.
 *
 * It is built with the run-time of guests/property, and never ends.
 */
#include "guests/ticks.h"

#define RATE		100u
#define TENTH		357954u	/* of the PM timer */
#define EACH		25u

static uint64_t tsc(void)
{
	uint64_t v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}

static uint32_t pm(void)
{
	return inl(0x608);
}

static uint8_t rtc(uint8_t reg)
{
	outb(0x70, reg);
	return inb(0x71);
}

/* What was seen so far. */
static struct {
	uint64_t tsc;
	uint32_t pm, gap, back, crowd;
	uint32_t tenth_pm, tenth_ticks;
} seen;

static void look(void)
{
	uint64_t t = tsc();
	uint32_t p = pm();

	if (t < seen.tsc || (int32_t)(p - seen.pm) < 0)
		seen.back++;
	if (p - seen.pm > seen.gap)
		seen.gap = p - seen.pm;
	seen.tsc = t;
	seen.pm = p;
	if (p - seen.tenth_pm < TENTH)
		return;
	if (ticks - seen.tenth_ticks > seen.crowd)
		seen.crowd = ticks - seen.tenth_ticks;
	seen.tenth_pm = p;
	seen.tenth_ticks = ticks;
}

static void say(void)
{
	put_text("T ");
	put_hex((uint32_t)(seen.tsc >> 32));
	put_hex((uint32_t)seen.tsc);
	put_number(seen.pm);
	put_number(ticks);
	put_number((uint32_t)rtc(2) << 8 | rtc(0));
	put_number(seen.gap);
	put_number(seen.back);
	put_number(seen.crowd);
	put_text("\n");
}

void guest_main(void)
{
	uint32_t said = 0;

	start_ticks(RATE);
	seen.tsc = tsc();
	seen.pm = seen.tenth_pm = pm();
	for (;;) {
		__asm__ volatile("hlt");
		look();
		if (ticks - said < EACH)
			continue;
		said = ticks;
		say();
		look();
		seen.gap = 0;
	}
}
