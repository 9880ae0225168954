/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gclock_test.c - the guest's time on a host that takes the processor away.
 *
 * The host is a script: each access to a port is a microsecond of the guest's
 * own work, and after each SLICE of that the host runs something else for
 * OTHERS. A kernel's calibrations are done as Linux does them, for each phase
 * of the slices, with the guest's time and, to see that they are disturbed
 * here, with the host's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "devices/i8254.h"
#include "devices/piix4_pm.h"
#include "devices/port61.h"
#include "vmm/gclock.h"

#define US	1000ull
#define MS	1000000ull
#define SLICE	(3 * MS)
#define OTHERS	(11 * MS)
#define STEP	(50 * US)
#define BOOT_NS	777777777ull
#define BOOT_TSC 99999999999ull

struct script {
	uint64_t now, ran;	/* the host's clocks */
	uint64_t slice_left;	/* work until others run; 0: never */
	unsigned int accesses;
	bool plain;		/* the guest's time is the host's */
	struct gclock g;
	struct i8254_regs pit_regs;
	struct port61_regs p61_regs;
	struct i8254 pit;
	struct port61 p61;
	uint64_t last_tsc;
};

static uint64_t now_ns(void *arg)
{
	return ((struct script *)arg)->now;
}

static uint64_t ran_ns(void *arg)
{
	return ((struct script *)arg)->ran;
}

static uint64_t tsc_at(uint64_t ns)
{
	return BOOT_TSC + (ns - BOOT_NS) * 13 / 5;	/* 2.6 GHz */
}

static uint64_t tsc(void *arg)
{
	return tsc_at(((struct script *)arg)->now);
}

static void taken(struct script *s, uint64_t ns)
{
	s->now += ns;
}

/* work() - the guest runs, and then perhaps others do. */
static void work(struct script *s, uint64_t ns)
{
	uint64_t part;

	while (ns) {
		part = s->slice_left ? MIN(ns, s->slice_left) : ns;
		s->now += part;
		s->ran += part;
		ns -= part;
		if (s->slice_left && !(s->slice_left -= part)) {
			taken(s, OTHERS);
			s->slice_left = SLICE;
		}
	}
}

static uint64_t chip_now(void *board)
{
	struct script *s = board;

	return s->plain ? s->now - BOOT_NS : gclock_now(&s->g);
}

static void start(struct script *s, uint64_t phase, bool plain)
{
	const struct gclock_host host = { now_ns, tsc, ran_ns, s };

	memset(s, 0, sizeof(*s));
	s->now = BOOT_NS;
	s->ran = 4 * MS;
	s->plain = plain;
	gclock_init(&s->g, &host, BOOT_NS, BOOT_TSC);
	s->pit.regs = &s->pit_regs;
	s->pit.clock = (struct clock_wire){ .now_ns = chip_now, .board = s };
	s->p61.regs = &s->p61_regs;
	s->p61.timer = &s->pit;
	s->p61.clock = s->pit.clock;
	i8254_reset(&s->pit);
	port61_reset(&s->p61);
	work(s, 2 * MS);
	s->slice_left = phase;
}

/* ---- what a kernel does ------------------------------------------------- */

/* port() - an access begins; one that reads a clock is a poll. */
static void port(struct script *s, bool reads)
{
	work(s, US);
	/* An interrupt of the host's, which counts it as the guest's work. */
	if (++s->accesses % 2000 == 0)
		work(s, 33 * US);
	if (reads && !s->plain)
		gclock_poll(&s->g);
}

static uint32_t read_pm(struct script *s)
{
	work(s, US);
	return piix4_pm_timer(s->plain ? s->now - BOOT_NS : gclock_poll(&s->g));
}

static uint64_t read_tsc(struct script *s)
{
	uint64_t t;

	work(s, US / 10);
	t = s->plain ? tsc_at(s->now) - BOOT_TSC : gclock_tsc(&s->g);
	assert_true(t >= s->last_tsc);
	s->last_tsc = t;
	return t;
}

static bool out2(struct script *s)
{
	port(s, true);
	return port61_read(&s->p61) & 0x20;
}

/* arm() - counter 2 counts @n clocks from now on. */
static void arm(struct script *s, uint16_t n)
{
	port(s, false);
	port61_write(&s->p61, 1);
	port(s, false);
	i8254_port_write(&s->pit, 3, 0xb0);
	port(s, false);
	i8254_port_write(&s->pit, 2, (uint8_t)n);
	port(s, false);
	i8254_port_write(&s->pit, 2, (uint8_t)(n >> 8));
}

/* pm_rate() - 30 ms of the PIT by the PM timer, in percent of what they are
 * (Linux's verify_pmtmr_rate()). */
static double pm_rate(struct script *s)
{
	const uint16_t n = I8254_HZ * 30 / 1000;
	uint32_t from, to;

	arm(s, n);
	from = read_pm(s);
	while (!out2(s))
		;
	to = read_pm(s);
	return 100.0 * (to - from) / (PIIX4_PM_TIMER_HZ * 0.03);
}

/* tsc_rate() - 10 ms of the PIT by the TSC (pit_calibrate_tsc()). */
static double tsc_rate(struct script *s)
{
	const uint16_t n = I8254_HZ / 100;
	uint64_t from, to, now, most = 0, least = UINT64_MAX;

	arm(s, n);
	from = to = read_tsc(s);
	while (!out2(s)) {
		now = read_tsc(s);
		most = MAX(most, now - to);
		least = MIN(least, now - to);
		to = now;
	}
	/* Or it is given up. */
	assert_true(s->plain || most < 10 * least);
	return 100.0 * (double)(to - from) / 26e6;
}

/* farthest() - by how many percent @rate is wrong in the worst of phases. */
static double farthest(double (*rate)(struct script *), bool plain)
{
	static struct script s;
	double worst = 0, off;
	uint64_t phase;

	for (phase = STEP; phase <= SLICE; phase += STEP) {
		start(&s, phase, plain);
		off = rate(&s) - 100;
		if (off < 0)
			off = -off;
		if (off > worst)
			worst = off;
	}
	return worst;
}

static void calibrations_are_disturbed_here(void **state)
{
	(void)state;
	assert_true(farthest(pm_rate, true) > 20);
	assert_true(farthest(tsc_rate, true) > 20);
}

static void pm_timer_beside_pit(void **state)
{
	(void)state;
	assert_true(farthest(pm_rate, false) < 1);
}

static void tsc_beside_pit(void **state)
{
	(void)state;
	assert_true(farthest(tsc_rate, false) < 1);
}

/* guest_poll() - some milliseconds of it, after which there is a lag. */
static void guest_poll(struct script *s)
{
	unsigned int i;

	for (i = 0; i < 10000; i++)
		read_pm(s);
}

static void the_lag_is_given_back_when_polling_is_over(void **state)
{
	static struct script s;
	uint64_t before, lag;

	(void)state;
	start(&s, SLICE, false);
	guest_poll(&s);
	s.slice_left = 0;
	lag = s.g.lag_ns;
	assert_true(lag > 30 * MS && lag < 40 * MS);
	/* Still polling: */
	work(&s, 400 * US);
	before = gclock_now(&s.g);
	assert_int_equal(before, s.now - BOOT_NS - lag);
	assert_false(s.g.sooner);
	/* An interrupt in the middle of a calibration would be no leap: */
	work(&s, 200 * US);
	assert_int_equal(gclock_now(&s.g), before + 200 * US);
	assert_true(s.g.sooner);
	before = gclock_now(&s.g);
	work(&s, 40 * US);
	assert_true(gclock_now(&s.g) > before + 40 * US);
	/* Ten of it for each one that the guest runs, and then no more. */
	lag = s.g.lag_ns;
	work(&s, 2 * MS);
	before = gclock_now(&s.g);
	assert_int_equal(before, s.now - BOOT_NS - lag + 20 * MS);
	work(&s, 20 * MS);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
	assert_int_equal(gclock_tsc(&s.g), tsc_at(s.now) - BOOT_TSC);
}

static void none_is_given_back_while_held(void **state)
{
	static struct script s;
	uint64_t lag;

	(void)state;
	start(&s, SLICE, false);
	guest_poll(&s);
	gclock_hold(&s.g, true);
	lag = s.g.lag_ns;
	s.slice_left = 0;
	work(&s, 20 * MS);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS - lag);
	gclock_hold(&s.g, false);
	work(&s, 20 * MS);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
}

/* A tick that is due comes first: it may come late, but its guest's TSC is not
 * ahead of it by what was given back meanwhile. */
static void none_is_given_back_beyond_a_tick(void **state)
{
	static struct script s;
	uint64_t due;

	(void)state;
	start(&s, SLICE, false);
	guest_poll(&s);
	s.slice_left = 0;
	work(&s, 600 * US);
	due = gclock_now(&s.g) + 4 * MS;
	gclock_tick(&s.g, due);
	work(&s, 2 * MS);
	assert_int_equal(gclock_now(&s.g), due);
	work(&s, 2 * MS);
	assert_int_equal(gclock_now(&s.g), due + 2 * MS);
	/* The next one, and it goes on. */
	gclock_tick(&s.g, due + 8 * MS);
	work(&s, MS);
	assert_int_equal(gclock_now(&s.g), due + 8 * MS);
	taken(&s, 100 * MS);
	gclock_away(&s.g, true);
	assert_int_equal(gclock_now(&s.g), due + 108 * MS);
	gclock_tick(&s.g, UINT64_MAX);
	work(&s, 20 * MS);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
}

/* The board looks at the clock for its alarms: that is not the guest. */
static void the_boards_looks_are_no_polling(void **state)
{
	static struct script s;
	unsigned int i;

	(void)state;
	start(&s, SLICE, false);
	guest_poll(&s);
	s.slice_left = 0;
	for (i = 0; i < 100; i++) {
		work(&s, 70 * US);
		gclock_now(&s.g);
	}
	assert_int_equal(s.g.lag_ns, 0);
}

static void rest_gives_it_back(void **state)
{
	static struct script s;

	(void)state;
	start(&s, SLICE, false);
	guest_poll(&s);
	taken(&s, 100 * MS);
	gclock_away(&s.g, true);
	assert_int_equal(s.g.lag_ns, 0);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
}

static void polling_for_ever_does_not_stop_time(void **state)
{
	static struct script s;
	unsigned int i;

	(void)state;
	start(&s, SLICE, false);
	for (i = 0; i < 4000000; i++)
		read_pm(&s);
	s.slice_left = 0;
	for (i = 0; i < 10000; i++)
		read_pm(&s);
	assert_int_equal(s.g.lag_ns, 0);
	assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
}

static void a_machine_that_stood_still_jumps(void **state)
{
	static struct script s;
	uint64_t before;

	(void)state;
	start(&s, 0, false);
	guest_poll(&s);
	before = gclock_now(&s.g);
	taken(&s, 3600 * 1000 * MS);
	assert_true(gclock_now(&s.g) - before >
		    3600 * 1000 * MS - GCLOCK_LAG_MOST_NS - MS);
	assert_true(s.g.sooner);
}

static void a_host_call_takes_no_time(void **state)
{
	static struct script s;
	uint64_t before;

	(void)state;
	start(&s, 0, false);
	guest_poll(&s);
	before = gclock_poll(&s.g);
	taken(&s, 5 * MS);
	gclock_away(&s.g, false);
	assert_in_range(gclock_poll(&s.g), before, before + 30 * US);
	assert_false(s.g.lag_ns == 0);
}

static bool settled(struct script *s)
{
	gclock_settle(&s->g, false);
	return !s->g.asked;
}

static void the_tsc_is_asked_for_while_it_may_lag(void **state)
{
	static struct script s;
	unsigned int i;

	(void)state;
	start(&s, 0, false);
	/* Until the first clock is polled, and then some time: */
	work(&s, 4000 * MS);
	assert_false(settled(&s));
	guest_poll(&s);
	work(&s, 290 * MS);
	assert_false(settled(&s));
	work(&s, 20 * MS);
	assert_true(settled(&s));
	/* A few readings, twice a second: as kernels check their clocks. */
	for (i = 0; i < 100; i++) {
		work(&s, 5 * MS);
		read_pm(&s);
		taken(&s, OTHERS);
		read_tsc(&s);
		read_pm(&s);
		assert_true(settled(&s));
		assert_int_equal(gclock_now(&s.g), s.now - BOOT_NS);
	}
	for (i = 0; i < 40; i++) {
		read_pm(&s);
		read_tsc(&s);
	}
	assert_false(settled(&s));
	taken(&s, OTHERS);
	read_pm(&s);
	read_tsc(&s);
	assert_true(s.g.lag_ns > OTHERS * 9 / 10);
	work(&s, 400 * MS);
	assert_false(settled(&s));	/* none has looked yet */
	gclock_now(&s.g);
	work(&s, 2 * MS);
	gclock_now(&s.g);
	assert_true(settled(&s));
	read_tsc(&s);
	/* And on a busy host. */
	gclock_settle(&s.g, true);
	assert_true(s.g.asked);
	assert_true(settled(&s));
}

static void alarms_are_when_the_lag_says(void **state)
{
	static struct script s;
	uint64_t now, lag;

	(void)state;
	start(&s, SLICE, false);
	assert_int_equal(gclock_host_ns(&s.g, 5), BOOT_NS + 5);
	guest_poll(&s);
	s.slice_left = 0;
	now = gclock_now(&s.g);
	lag = s.g.lag_ns;
	assert_int_equal(gclock_host_ns(&s.g, now + 7), s.now + 7);
	gclock_away(&s.g, true);	/* no more polling */
	lag = s.g.lag_ns;
	assert_int_equal(gclock_host_ns(&s.g, now + 11 * MS), s.now + MS);
	assert_int_equal(gclock_host_ns(&s.g, now + 1000 * MS),
			 s.now + 1000 * MS - lag);
}

/* pause_of() - the machine stands still in a call, as vmm_hostcall() has it. */
static void pause_of(struct script *s, uint64_t ns, bool rested)
{
	uint64_t from = tsc_at(s->now);

	taken(s, ns);
	gclock_pause(&s->g, ns, tsc_at(s->now) - from);
	gclock_away(&s->g, rested);
}

static void a_pause_is_none_of_the_guests_time(void **state)
{
	uint64_t ns, ticks, lag;
	struct script s;
	unsigned int i, n;

	(void)state;
	for (i = 0; i < 4; i++) {
		/* On a quiet host and on a busy one. */
		start(&s, i & 1 ? SLICE : 0, false);
		for (n = 0; n < 100; n++) {
			work(&s, US);
			gclock_poll(&s.g);
			gclock_tsc(&s.g);
		}
		work(&s, 20 * MS);
		ns = gclock_now(&s.g);
		ticks = gclock_tsc(&s.g);
		lag = s.g.lag_ns;
		pause_of(&s, 3600000 * MS, i & 2);
		/* A lag may be given back, by what rest there was: none. */
		assert_int_equal(s.g.lag_ns, lag);
		assert_int_equal(gclock_now(&s.g), ns);
		assert_int_equal(gclock_tsc(&s.g), ticks);
		assert_int_equal(gclock_host_ns(&s.g, ns), s.now);
		s.slice_left = 0;
		work(&s, 100 * US);
		assert_true(gclock_now(&s.g) >= ns + 100 * US);
		assert_true(gclock_now(&s.g) <= ns + 1200 * US);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calibrations_are_disturbed_here),
		cmocka_unit_test(pm_timer_beside_pit),
		cmocka_unit_test(tsc_beside_pit),
		cmocka_unit_test(the_lag_is_given_back_when_polling_is_over),
		cmocka_unit_test(none_is_given_back_while_held),
		cmocka_unit_test(none_is_given_back_beyond_a_tick),
		cmocka_unit_test(the_boards_looks_are_no_polling),
		cmocka_unit_test(rest_gives_it_back),
		cmocka_unit_test(polling_for_ever_does_not_stop_time),
		cmocka_unit_test(a_machine_that_stood_still_jumps),
		cmocka_unit_test(a_host_call_takes_no_time),
		cmocka_unit_test(the_tsc_is_asked_for_while_it_may_lag),
		cmocka_unit_test(alarms_are_when_the_lag_says),
		cmocka_unit_test(a_pause_is_none_of_the_guests_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
