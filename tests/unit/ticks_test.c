/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticks_test.c - timer interrupts that are owed, on a script of CPU time.
 *
 * A guest whose handler takes HANDLER of CPU time runs below it as often as it
 * may. How slow it is, and how much it is owed, must not matter: it gets on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "vmm/ticks.h"

#define US	1000ull
#define MS	1000000ull
#define PERIOD	(4 * MS)

/* share() - of the guest's time, what is left beside its timer's interrupts
 * while @owed of them are given, in percent. @returns: by IRET. */
static unsigned int share(uint32_t owed, uint64_t handler, bool returns)
{
	struct ticks t = { .handled = true };
	uint64_t ran = 1000 * MS, begun = ran, own = 0, wait;

	ticks_owe(&t, owed, PERIOD);
	while (t.owed) {
		t.owed--;
		ticks_taken(&t, ran, PERIOD);
		ran += handler;
		if (returns)
			assert_true(ticks_over(&t, ran));
		wait = ticks_wait(&t, ran);
		own += wait;
		ran += wait;
	}
	return (unsigned int)(own * 100 / (ran - begun));
}

static void half_of_the_time_is_the_guests(void **state)
{
	(void)state;
	assert_in_range(share(2000, 10 * US, true), 50, 99);
	assert_in_range(share(2000, 300 * US, true), 50, 51);
	assert_in_range(share(2000, 30 * MS, true), 50, 51);
}

static void a_handler_that_does_not_return_is_over_some_time(void **state)
{
	(void)state;
	assert_in_range(share(2000, 300 * US, false), 50, 99);
}

static void quick_handlers_are_caught_up_with_quickly(void **state)
{
	struct ticks t = { .handled = true };

	(void)state;
	ticks_taken(&t, MS, PERIOD);
	assert_true(ticks_wait(&t, MS) > 0);
	ticks_over(&t, MS + 5 * US);
	assert_in_range(ticks_wait(&t, MS + 5 * US), 1, 50 * US);
	assert_int_equal(ticks_wait(&t, MS + 60 * US), 0);
	/* It is over once. */
	assert_false(ticks_over(&t, 2 * MS));
	assert_int_equal(ticks_wait(&t, 2 * MS), 0);
}

static void an_idle_guest_waits_for_nothing(void **state)
{
	struct ticks t = { .handled = true };

	(void)state;
	ticks_taken(&t, MS, PERIOD);
	ticks_idle(&t);
	assert_int_equal(ticks_wait(&t, MS), 0);
}

static void a_guest_at_rest_is_asked_for_no_time(void **state)
{
	struct ticks t = { .handled = true };

	(void)state;
	assert_false(ticks_taken_at_rest(&t));
	ticks_idle(&t);
	assert_true(ticks_taken_at_rest(&t));
	assert_int_equal(ticks_wait(&t, MS), 0);
	/* Once for each halt; and not if it is owed some. */
	assert_false(ticks_taken_at_rest(&t));
	ticks_idle(&t);
	ticks_owe(&t, 1, PERIOD);
	assert_false(ticks_taken_at_rest(&t));
}

static void old_ones_are_dropped(void **state)
{
	struct ticks t = { 0 };

	(void)state;
	ticks_owe(&t, 3600000, MS);
	assert_int_equal(t.owed, TICKS_OWED_MOST_NS / MS);
	ticks_owe(&t, 4000000000u, MS);
	assert_int_equal(t.owed, TICKS_OWED_MOST_NS / MS);
	/* A timer that gives one is owed one. */
	ticks_owe(&t, 3, 0);
	assert_int_equal(t.owed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_of_the_time_is_the_guests),
		cmocka_unit_test(
			a_handler_that_does_not_return_is_over_some_time),
		cmocka_unit_test(quick_handlers_are_caught_up_with_quickly),
		cmocka_unit_test(an_idle_guest_waits_for_nothing),
		cmocka_unit_test(a_guest_at_rest_is_asked_for_no_time),
		cmocka_unit_test(old_ones_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
