// SPDX-License-Identifier: BSD-2-Clause
/* giveback_test.c - when a guest is idle enough to give memory back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vmm/giveback.h"

#define TSC	2000000000ull	/* in a window; any number would do */

/* window() - one in which the guest is halted for so many thousandths. */
static bool window(struct giveback *g, uint64_t *now, unsigned int halted)
{
	unsigned int i;

	giveback_begin(g, *now);
	for (i = 0; i < 2500; i++)	/* of 250 Hz, ten seconds */
		giveback_halted(g, TSC / 1000 * halted / 2500);
	*now += TSC;
	return giveback_end(g, *now);
}

static void idle_with_ticks(void **state)
{
	struct giveback g = { 0 };
	uint64_t now = 12345;

	(void)state;
	assert_false(window(&g, &now, 980));
	assert_false(window(&g, &now, 960));
	assert_true(window(&g, &now, 1000));
	/* Not again at the next window. */
	assert_false(window(&g, &now, 1000));
	assert_false(window(&g, &now, 1000));
	assert_true(window(&g, &now, 1000));
}

static void busy_for_a_second(void **state)
{
	struct giveback g = { 0 };
	uint64_t now = 0;

	(void)state;
	assert_false(window(&g, &now, 980));
	assert_false(window(&g, &now, 980));
	assert_false(window(&g, &now, 900));
	assert_false(window(&g, &now, 980));
	assert_false(window(&g, &now, 980));
	assert_true(window(&g, &now, 980));
}

static void never_idle(void **state)
{
	struct giveback g = { 0 };
	uint64_t now = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_false(window(&g, &now, i % 2 ? 0 : 930));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_with_ticks),
		cmocka_unit_test(busy_for_a_second),
		cmocka_unit_test(never_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
