/* SPDX-License-Identifier: BSD-2-Clause */
/* look_test.c - when an answer is looked for before a sleep, and when not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "vmm/look.h"

/* looks() - of @n times, if all of them are (not) in vain. */
static unsigned int looks(struct look *l, unsigned int n, bool vain)
{
	unsigned int did = 0;

	while (n--) {
		if (!look_is_on(l, 2))
			continue;
		look_note(l, vain);
		did++;
	}
	return did;
}

static void who_finds_goes_on(void **state)
{
	struct look l = { 0 };

	(void)state;
	assert_int_equal(looks(&l, 1000, false), 1000);
	/* not for a few that were late */
	assert_int_equal(looks(&l, LOOK_VAIN - 1, true), LOOK_VAIN - 1);
	assert_int_equal(looks(&l, 1000, false), 1000);
}

static void who_does_not_looks_rarely(void **state)
{
	struct look l = { 0 };
	const unsigned int turn = LOOK_VAIN + LOOK_BLIND;

	(void)state;
	assert_int_equal(looks(&l, LOOK_VAIN, true), LOOK_VAIN);
	assert_int_equal(looks(&l, LOOK_BLIND, true), 0);
	assert_int_equal(looks(&l, 10 * turn, true), 10 * LOOK_VAIN);
	/* and finds out when that has changed */
	assert_int_equal(looks(&l, 1000, false), 1000);
}

static void one_cpu_is_for_who_answers(void **state)
{
	struct look l = { 0 };

	(void)state;
	assert_false(look_is_on(&l, 1));
	assert_true(look_is_on(&l, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_finds_goes_on),
		cmocka_unit_test(who_does_not_looks_rarely),
		cmocka_unit_test(one_cpu_is_for_who_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
