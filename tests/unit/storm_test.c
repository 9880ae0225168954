/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm_test.c - a line that never falls, on a script of guest time: the guest
 * gets on however slow its handler is, and one that works is not touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "vmm/storm.h"

#define US	1000ull
#define LINE	11u
#define UP	((uint16_t)(1u << LINE))
#define OTHER	((uint16_t)(1u << 5))

/* taken() - take LINE once at @now; Return: the rest that follows. */
static uint64_t taken(struct storm *s, uint64_t now)
{
	return storm_taken(s, LINE) ? storm_rest(s, LINE, now) : 0;
}

/* share() - percent of the time that a guest has beside a line that stays up
 * and a handler that takes @handler ns */
static unsigned int share(uint64_t handler)
{
	struct storm s = { 0 };
	uint64_t now = 1000 * US, begun = now, own = 0, rest;
	unsigned int i;

	for (i = 0; i < 20 * STORM_LONG; i++) {
		assert_int_equal(storm_lines(&s, UP), UP);
		now += handler;
		rest = taken(&s, now);
		if (!rest)
			continue;
		assert_int_equal(storm_lines(&s, UP), 0);
		now += rest;
		own += rest;
		storm_over(&s);
	}
	assert_int_equal(s.rests, 20);
	return (unsigned int)(own * 100 / (now - begun));
}

static void the_guest_has_most_of_the_time(void **state)
{
	(void)state;
	assert_in_range(share(1 * US), 74, 99);
	assert_in_range(share(10 * US), 74, 76);
	assert_in_range(share(80 * US), 50, 76);
}

static void a_line_that_falls_is_never_held(void **state)
{
	struct storm s = { 0 };
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 10; i++) {
		storm_lines(&s, UP | OTHER);
		for (k = 0; k + 1 < STORM_LONG; k++)
			assert_int_equal(taken(&s, i * US), 0);
		assert_int_equal(storm_lines(&s, OTHER), OTHER);
	}
	/* A spurious interrupt of a line that is low counts as nothing. */
	for (k = 0; k < 3 * STORM_LONG; k++)
		assert_int_equal(taken(&s, i * US), 0);
}

static void only_the_line_that_storms_is_held(void **state)
{
	struct storm s = { 0 };
	unsigned int k;

	(void)state;
	storm_lines(&s, UP | OTHER);
	for (k = 0; k < STORM_LONG; k++)
		taken(&s, k * US);
	assert_int_equal(storm_lines(&s, UP | OTHER), OTHER);
	/* The line falls in its rest: a new request is shown at once. */
	assert_int_equal(storm_lines(&s, OTHER), OTHER);
	assert_int_equal(storm_lines(&s, UP | OTHER), UP | OTHER);
}

static void a_clock_that_stands_or_leaps_does_no_harm(void **state)
{
	struct storm s = { 0 };
	unsigned int k;

	(void)state;
	storm_lines(&s, UP);
	for (k = 0; k + 1 < STORM_LONG; k++)
		taken(&s, 1000 * US);
	assert_int_equal(taken(&s, 0), STORM_REST_LEAST_NS);
	storm_over(&s);
	for (k = 0; k + 1 < STORM_LONG; k++)
		taken(&s, 1000 * US);
	assert_int_equal(taken(&s, UINT64_MAX / 16), STORM_REST_MOST_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guest_has_most_of_the_time),
		cmocka_unit_test(a_line_that_falls_is_never_held),
		cmocka_unit_test(only_the_line_that_storms_is_held),
		cmocka_unit_test(a_clock_that_stands_or_leaps_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
