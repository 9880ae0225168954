/* SPDX-License-Identifier: BSD-2-Clause */
/* sendcombine_test.c - when frames may wait, on a fake clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/clock.h"
#include "devices/wires.h"
#include "tests/lib_seed.h"
#include "vmm/sendcombine.h"

#define LIMIT 3u
#define MS 1000000ull

struct fake {
	struct sendcombine sc;
	struct combine_stats stats;
	uint64_t now;
	uint32_t limit;
};

static void start(struct fake *f, uint32_t limit)
{
	memset(f, 0, sizeof(*f));
	f->limit = limit;
	sendcombine_init(&f->sc, &f->stats);
}

/* load() - @ms milliseconds with @per_ms switches in each, evenly spread. */
static void load(struct fake *f, unsigned int ms, unsigned int per_ms)
{
	uint64_t end = f->now + ms * MS;

	while (f->now < end) {
		sendcombine_switch(&f->sc, f->now, HOSTCALL_YIELD);
		f->now += MS / per_ms;
	}
}

/* busy() - a machine whose switch rate is high. */
static void busy(struct fake *f)
{
	start(f, LIMIT);
	load(f, 20, 20);
}

static bool hold(struct fake *f, uint32_t frames)
{
	return sendcombine_hold(&f->sc, f->now, 0, frames, f->limit);
}

/* ring() - a driver's: one frame more, and a switch if it may not wait.
 * Return: how many are in the ring then. */
static uint32_t ring(struct fake *f, uint32_t before)
{
	if (hold(f, before + 1))
		return before + 1;
	sendcombine_switch(&f->sc, f->now, HOSTCALL_CHIP_WORK);
	return 0;
}

static void a_quiet_machine_sends_at_once(void **state)
{
	struct fake f;
	unsigned int i;

	(void)state;
	start(&f, LIMIT);
	for (i = 0; i < 100; i++) {
		assert_int_equal(ring(&f, 0), 0);
		f.now += 20 * MS;
	}
	assert_int_equal(f.stats.held, 0);
	assert_int_equal(f.stats.turned_on, 0);
	assert_true(sendcombine_due(&f.sc) == CLOCK_NEVER);
}

static void the_rate_rises_and_combining_starts(void **state)
{
	struct fake f;

	(void)state;
	start(&f, LIMIT);
	load(&f, 1, 10);
	assert_false(hold(&f, 1));	/* a quarter of 10 is under 4 */
	load(&f, 1, 10);
	assert_true(hold(&f, 1));	/* and 10/4 * 3/4 + 10/4 is over it */
	assert_int_equal(f.stats.turned_on, 1);
}

static void a_steady_rate_is_what_is_estimated(void **state)
{
	struct fake f;

	(void)state;
	start(&f, LIMIT);
	load(&f, 100, 8);
	sendcombine_switch(&f.sc, f.now, HOSTCALL_YIELD);
	assert_in_range(f.sc.rate, 8 * 256 - 8, 8 * 256);
}

static void the_rate_falls_and_combining_ends(void **state)
{
	struct fake f;

	(void)state;
	busy(&f);
	assert_true(hold(&f, 1));
	f.now += 6 * MS;	/* 20 * (3/4)^6 = 3.5: not yet */
	assert_true(hold(&f, 1));
	f.now += 4 * MS;	/* (3/4)^10: 1.1 */
	assert_false(hold(&f, 1));
	f.now += 3600000 * MS;	/* an hour is no long loop */
	assert_false(hold(&f, 1));
	assert_int_equal(f.sc.rate, 0);
}

/* Between OFF and ON it stays as it was. */
static void there_is_hysteresis(void **state)
{
	struct fake f;

	(void)state;
	busy(&f);
	load(&f, 100, 3);
	assert_true(hold(&f, 1));
	load(&f, 100, 1);
	assert_false(hold(&f, 1));
	load(&f, 100, 3);
	assert_false(hold(&f, 1));
	load(&f, 100, 5);
	assert_true(hold(&f, 1));
	assert_int_equal(f.stats.turned_on, 2);
}

/* If only switches were counted, it would end each time it works. */
static void its_success_does_not_end_it(void **state)
{
	struct fake f;
	uint32_t in_ring = 0;
	unsigned int i;

	(void)state;
	start(&f, 60);
	load(&f, 20, 8);
	for (i = 0; i < 8 * 200; i++) {
		in_ring = ring(&f, in_ring);
		f.now += MS / 8;
	}
	assert_int_equal(f.stats.turned_on, 1);
	assert_true(f.sc.on);
	assert_true(f.stats.held > 8 * 200 * 9 / 10);
}

static void no_more_wait_than_may(void **state)
{
	uint32_t limit, in_ring;
	struct fake f;
	unsigned int i;

	(void)state;
	for (limit = 0; limit < 10; limit++) {
		start(&f, limit);
		load(&f, 20, 20);
		for (i = in_ring = 0; i < 100 * (limit + 1); i++) {
			in_ring = ring(&f, in_ring);
			assert_true(in_ring <= limit);
			assert_true(f.sc.waiting[0] <= limit);
			f.now += 10000;
		}
		/* The one too many goes with the others: not held itself. */
		assert_int_equal(f.stats.held, 100 * limit);
		assert_int_equal(f.stats.flushes[FLUSH_FULL], limit ? 100 : 0);
	}
}

/* A driver that queues many and rings once. */
static void a_dozen_at_once_does_not_wait(void **state)
{
	struct fake f;

	(void)state;
	busy(&f);
	assert_false(hold(&f, 12));
	assert_int_equal(f.stats.held, 0);
	assert_true(hold(&f, 3));
	assert_int_equal(f.stats.held, 3);
}

static void the_limit_is_each_cards(void **state)
{
	struct fake f;
	unsigned int card;

	(void)state;
	busy(&f);
	for (card = 0; card < NIC_MAX; card++)
		assert_true(sendcombine_hold(&f.sc, f.now, card, LIMIT, LIMIT));
	assert_int_equal(sendcombine_card(&f.sc), NIC_MAX - 1);
	sendcombine_switch(&f.sc, f.now, HOSTCALL_CHIP_WORK);
	for (card = 0; card < NIC_MAX; card++)
		assert_int_equal(f.sc.waiting[card], 0);
	assert_true(sendcombine_hold(&f.sc, f.now, 0, 1, LIMIT));
	assert_int_equal(sendcombine_card(&f.sc), 0);
}

static void nothing_waits_longer_than_a_tick(void **state)
{
	struct fake f;
	uint64_t since;

	(void)state;
	busy(&f);
	since = f.now;
	assert_true(hold(&f, 1));
	assert_true(sendcombine_due(&f.sc) == since + COMBINE_TICK_NS);
	f.now += COMBINE_TICK_NS / 2;
	assert_true(hold(&f, 2));	/* the second does not put it off */
	assert_true(sendcombine_due(&f.sc) == since + COMBINE_TICK_NS);
	f.now = since + COMBINE_TICK_NS;
	sendcombine_switch(&f.sc, f.now, HOSTCALL_CHIP_WORK);
	assert_true(sendcombine_due(&f.sc) == CLOCK_NEVER);
	assert_int_equal(f.stats.flushes[FLUSH_TICK], 1);
}

static void any_switch_takes_all_along(void **state)
{
	static const struct {
		enum hostcall_kind kind;
		enum combine_flush flush;
	} cases[] = {
		{ HOSTCALL_HALT, FLUSH_HALT },
		{ HOSTCALL_YIELD, FLUSH_HOST_IRQ },
		{ HOSTCALL_PORT_READ, FLUSH_PORT },
		{ HOSTCALL_PORT_WRITE, FLUSH_PORT },
		{ HOSTCALL_CHIP_WORK, FLUSH_OTHER },
		{ HOSTCALL_STOP, FLUSH_OTHER },
	};
	struct fake f;
	uint64_t before;
	size_t i;

	(void)state;
	busy(&f);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		before = f.stats.flushes[cases[i].flush];
		assert_true(hold(&f, 2));
		sendcombine_switch(&f.sc, f.now, cases[i].kind);
		assert_int_equal(f.sc.waiting[0], 0);
		assert_true(sendcombine_due(&f.sc) == CLOCK_NEVER);
		assert_int_equal(f.stats.flushes[cases[i].flush], before + 1);
		/* The next one takes nothing. */
		sendcombine_switch(&f.sc, f.now, cases[i].kind);
		assert_int_equal(f.stats.flushes[cases[i].flush], before + 1);
	}
}

/* The clock, the driver and the switches at random: 1 and 2 always hold. */
static void always(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns());
	unsigned int i, in_ring = 0;
	uint64_t since = 0;
	struct fake f;

	(void)state;
	start(&f, LIMIT);
	for (i = 0; i < 1000000; i++) {
		f.now += (uint64_t)rand_r(&seed) % (i / 1000 % 300 * 4000 + 1);
		if (f.now >= sendcombine_due(&f.sc) || rand_r(&seed) % 8 == 0) {
			sendcombine_switch(&f.sc, f.now, HOSTCALL_YIELD);
			in_ring = 0;
			continue;
		}
		if (!in_ring)
			since = f.now;
		in_ring = ring(&f, in_ring);
		assert_true(in_ring <= LIMIT);
		assert_true(in_ring == 0 ||
			    sendcombine_due(&f.sc) <= since + COMBINE_TICK_NS);
		assert_true((in_ring == 0) ==
			    (sendcombine_due(&f.sc) == CLOCK_NEVER));
	}
	assert_true(f.stats.held > 1000 && f.stats.turned_on > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_machine_sends_at_once),
		cmocka_unit_test(the_rate_rises_and_combining_starts),
		cmocka_unit_test(a_steady_rate_is_what_is_estimated),
		cmocka_unit_test(the_rate_falls_and_combining_ends),
		cmocka_unit_test(there_is_hysteresis),
		cmocka_unit_test(its_success_does_not_end_it),
		cmocka_unit_test(no_more_wait_than_may),
		cmocka_unit_test(a_dozen_at_once_does_not_wait),
		cmocka_unit_test(the_limit_is_each_cards),
		cmocka_unit_test(nothing_waits_longer_than_a_tick),
		cmocka_unit_test(any_switch_takes_all_along),
		cmocka_unit_test(always),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
