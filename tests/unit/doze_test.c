/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doze_test.c - when an idle guest's sleeps end, on a script of ticks.
 *
 * The guest of these tests sets its timer anew at each tick, on a grid of
 * @gap, a little late each time, as Linux does where the timer is not periodic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "devices/wires.h"
#include "vmm/doze.h"

#define US 1000ull
#define MS 1000000ull

struct guest {
	struct doze d;
	uint64_t now, gap;
	unsigned int sleeps;
	uint64_t longest;	/* of the sleeps */
};

/* sleep_once() - to the tick after now, or as long as it is let. */
static void sleep_once(struct guest *g, enum doze_use use, uint64_t other)
{
	uint64_t tick = (g->now / g->gap + 1) * g->gap + 3 * US;
	uint64_t end = doze_until(&g->d, use, 0, tick, other);

	assert_true(end <= other);
	assert_true(end >= (tick < other ? tick : other));
	assert_true(end == other || (end - tick) % g->gap < g->gap / 8);
	if (end - g->now > g->longest)
		g->longest = end - g->now;
	g->now = end;
	g->sleeps++;
}

/* slept() - how many sleeps an idle guest has in @ns. */
static unsigned int slept(struct guest *g, uint64_t ns, enum doze_use use)
{
	uint64_t end = g->now + ns;

	g->sleeps = 0;
	g->longest = 0;
	while (g->now < end)
		sleep_once(g, use, CLOCK_NEVER);
	return g->sleeps;
}

static void four_ticks_of_250_hz(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };

	(void)state;
	assert_in_range(slept(&g, 100 * MS, DOZE_TICK), 24, 27);
	assert_true(g.longest <= 4 * MS + 10 * US);
	slept(&g, 20 * MS, DOZE_TICK);
	assert_in_range(slept(&g, 1000 * MS, DOZE_TICK), 62, 65);
	assert_in_range(g.longest, 16 * MS - 10 * US, 16 * MS + 10 * US);
}

static void sixteen_of_1000_hz_and_one_of_100(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 1 * MS };
	struct guest slow = { .now = 7 * MS, .gap = 10 * MS };

	(void)state;
	slept(&g, 200 * MS, DOZE_TICK);
	assert_in_range(slept(&g, 1000 * MS, DOZE_TICK), 62, 65);
	assert_true(g.longest <= DOZE_MOST_NS + 10 * US);
	slept(&slow, 200 * MS, DOZE_TICK);
	assert_in_range(slept(&slow, 1000 * MS, DOZE_TICK), 99, 102);
}

/* Once nothing has used it for some seconds. A host that is late, or a kernel's
 * own long work, is no use. */
static void a_guest_at_rest_is_woken_rarely(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };
	struct guest fast = { .now = 7 * MS, .gap = 1 * MS };
	struct guest polls = { .now = 7 * MS, .gap = 4 * MS };
	unsigned int i;

	(void)state;
	slept(&g, 20 * MS, DOZE_PROGRAM);
	slept(&g, 3000 * MS, DOZE_TICK);
	assert_in_range(slept(&g, 1000 * MS, DOZE_TICK), 15, 17);
	assert_in_range(g.longest, 64 * MS - 10 * US, 64 * MS + 10 * US);
	g.now += 40 * g.gap;
	slept(&g, 200 * MS, DOZE_TICK);
	assert_in_range(slept(&g, 1000 * MS, DOZE_TICK), 15, 17);
	slept(&fast, 3000 * MS, DOZE_TICK);
	assert_in_range(slept(&fast, 1000 * MS, DOZE_TICK), 15, 17);
	for (i = 0; i < 5; i++) {
		sleep_once(&polls, DOZE_PROGRAM, CLOCK_NEVER);
		assert_in_range(slept(&polls, 1500 * MS, DOZE_TICK), 108, 118);
		assert_true(polls.longest <= DOZE_MOST_NS + 10 * US);
	}
}

/* A kernel looks at its card every two seconds, and no program does anything:
 * that is rest, too, but for a moment. One that does so more often works. */
static void a_kernel_that_looks_at_its_card_rests(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };
	struct guest works = { .now = 7 * MS, .gap = 4 * MS };
	unsigned int i;

	(void)state;
	slept(&g, 2500 * MS, DOZE_TICK);
	for (i = 0; i < 5; i++) {
		sleep_once(&g, DOZE_CHIP, CLOCK_NEVER);
		assert_in_range(slept(&g, 460 * MS, DOZE_TICK), 40, 50);
		assert_true(g.longest <= DOZE_MOST_NS + 10 * US);
		assert_in_range(slept(&g, 1540 * MS, DOZE_TICK), 22, 28);
	}
	slept(&works, 2500 * MS, DOZE_TICK);
	for (i = 0; i < 5; i++) {
		sleep_once(&works, DOZE_CHIP, CLOCK_NEVER);
		slept(&works, 440 * MS, DOZE_TICK);
		assert_true(works.longest <= DOZE_MOST_NS + 10 * US);
	}
}

static void who_is_busy_has_every_tick(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };
	unsigned int i;

	(void)state;
	slept(&g, 200 * MS, DOZE_TICK);
	assert_in_range(slept(&g, 1000 * MS, DOZE_PROGRAM), 249, 252);
	/* Once in 60 ms is enough. */
	for (i = 0; i < 16; i++) {
		sleep_once(&g, DOZE_PROGRAM, CLOCK_NEVER);
		assert_in_range(slept(&g, 56 * MS, DOZE_TICK), 13, 16);
	}
}

static void other_alarms_are_in_time(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };
	uint64_t other;

	(void)state;
	slept(&g, 200 * MS, DOZE_TICK);
	/* Between two ticks that it would have slept over, and before both. */
	other = (g.now / g.gap + 1) * g.gap + 2 * MS;
	assert_int_equal(doze_until(&g.d, DOZE_TICK, 0, other - 2 * MS + 3 * US,
				    other),
			 other - 2 * MS + 3 * US);
	g.now = other - 2 * MS + 3 * US;
	sleep_once(&g, DOZE_TICK, g.now + 50 * US);
	assert_in_range(slept(&g, 1000 * MS, DOZE_TICK), 62, 66);
	assert_int_equal(doze_until(&g.d, DOZE_TICK, 0, CLOCK_NEVER, 5), 5);
	assert_true(doze_until(&g.d, DOZE_TICK, 0, CLOCK_NEVER, CLOCK_NEVER) ==
		    CLOCK_NEVER);
}

static void woken_before_its_tick_it_goes_on(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };
	uint64_t tick, end;

	(void)state;
	slept(&g, 200 * MS, DOZE_TICK);
	tick = (g.now / g.gap + 1) * g.gap + 3 * US;
	end = doze_until(&g.d, DOZE_TICK, 0, tick, CLOCK_NEVER);
	assert_true(end > tick);
	assert_int_equal(doze_until(&g.d, DOZE_TICK, 0, tick, CLOCK_NEVER),
			 end);
	/* But if it did something then, it has that tick in time. */
	assert_int_equal(doze_until(&g.d, DOZE_PROGRAM, 0, tick, CLOCK_NEVER),
			 tick);
}

/* Ticks that follow no rule are a program's timers. */
static void irregular_ticks_are_not_slept_over(void **state)
{
	static const uint64_t gaps[] = { 4, 3, 5, 1, 9, 4, 6, 2 };
	struct doze d = { 0 };
	uint64_t tick = 7 * MS;
	unsigned int i;

	(void)state;
	for (i = 0; i < 400; i++) {
		tick += gaps[i % 8] * MS;
		assert_int_equal(
			doze_until(&d, DOZE_TICK, 0, tick, CLOCK_NEVER), tick);
	}
}

/* Some go by while the host runs something else: no reason to be woken by each
 * of those that follow. */
static void a_busy_host_makes_no_busy_guest(void **state)
{
	struct guest g = { .now = 7 * MS, .gap = 4 * MS };

	(void)state;
	slept(&g, 200 * MS, DOZE_TICK);
	g.now += 4 * g.gap;
	assert_in_range(slept(&g, 100 * MS, DOZE_TICK), 6, 9);
	g.now += 40 * g.gap;	/* it was paused, perhaps */
	assert_in_range(slept(&g, 100 * MS, DOZE_TICK), 6, 10);
}

/* sleeps_on() - with @work between two sleeps of 4000 of the host's counter. */
static uint64_t sleeps_on(struct doze *d, unsigned int n, uint64_t work)
{
	static uint64_t tsc, tick;
	uint64_t over = 0;

	while (n--) {
		tick = d->end_ns + 4 * MS;
		doze_until(d, DOZE_TICK, tsc + work, tick, CLOCK_NEVER);
		doze_slept(d, tsc + work, tsc + work + 4000);
		tsc += work + 4000;
		over += d->over;
	}
	return over;
}

static void work_is_told_from_a_tick(void **state)
{
	struct doze d = { 0 };

	(void)state;
	sleeps_on(&d, 40, 1000);
	assert_in_range(sleeps_on(&d, 100, 1000), 297, 300);
	assert_int_equal(sleeps_on(&d, 1, 1001), 0);	/* odd, once */
	assert_int_equal(sleeps_on(&d, 1, 1000), 3);
	assert_int_equal(sleeps_on(&d, 2, 1001), 0);
	assert_int_equal(sleeps_on(&d, 20, 1000), 0);	/* it begins anew */
	assert_in_range(sleeps_on(&d, 100, 1001), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_ticks_of_250_hz),
		cmocka_unit_test(sixteen_of_1000_hz_and_one_of_100),
		cmocka_unit_test(a_guest_at_rest_is_woken_rarely),
		cmocka_unit_test(a_kernel_that_looks_at_its_card_rests),
		cmocka_unit_test(who_is_busy_has_every_tick),
		cmocka_unit_test(other_alarms_are_in_time),
		cmocka_unit_test(woken_before_its_tick_it_goes_on),
		cmocka_unit_test(irregular_ticks_are_not_slept_over),
		cmocka_unit_test(a_busy_host_makes_no_busy_guest),
		cmocka_unit_test(work_is_told_from_a_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
