/* SPDX-License-Identifier: BSD-2-Clause */
/* account_test.c - the accounts: rows, samples, stamps and histograms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/clock.h"
#include "tests/lib_seed.h"
#include "vmdriver/account.h"
#include "vmdriver/stamps.h"

/* Each has a name, and within its list no other has the same. */
static void names_are_there(const char *const *names, size_t n, bool unique)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		assert_non_null(names[i]);
		assert_true(strlen(names[i]) > 1);
		for (j = 0; j < i && unique; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

static void everything_has_a_name(void **state)
{
	(void)state;
	names_are_there(row_names, ROW_COUNT, true);
	names_are_there(chip_names, CHIP_COUNT, true);
	names_are_there(flush_names, FLUSH_COUNT, true);
	names_are_there(hostcall_names, HOSTCALL_COUNT, true);
	/* Two ways, each with a world switch. */
	names_are_there(step_names, STEP_COUNT, false);
	names_are_there(step_names, STEP_IN_NOTICE, true);
	names_are_there(step_names + STEP_IN_NOTICE,
			STEP_COUNT - STEP_IN_NOTICE, true);
}

/* Where the VMM answers: one of the rows of INs and OUTs, and none of
 * VMApp's. */
static void each_chip_has_a_row(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < CHIP_COUNT; i++)
		assert_in_range(account_chip_row(i), ROW_PORT_STATUS,
				ROW_PORT_VMM);
	assert_int_equal(account_chip_row(CHIP_LANCE_RAP), ROW_PORT_RAP);
	assert_int_equal(account_chip_row(CHIP_ELCR), ROW_PORT_PIC);
	assert_int_equal(account_chip_row(CHIP_LINE0), ROW_PORT_VMM);
}

static void rows_begin_and_are_sampled(void **state)
{
	struct account_rows rows = { .now = ROW_CODE };
	siginfo_t one, four;
	unsigned int i;

	(void)state;
	memset(&one, 0, sizeof(one));
	memset(&four, 0, sizeof(four));
	four.si_overrun = 3;	/* a tick of 4 ms */
	account_sample(&rows, rows.now, &one);
	assert_int_equal(account_begin(&rows, ROW_IRET), ROW_CODE);
	assert_int_equal(rows.now, ROW_IRET);
	account_more(&rows, ROW_INTERPRET, 3);
	account_sample(&rows, rows.now, &four);
	account_sample(&rows, rows.now, &one);
	assert_int_equal(account_begin(&rows, ROW_IRET), ROW_IRET);
	for (i = 0; i < ROW_COUNT; i++) {
		assert_int_equal(rows.begun[i], i == ROW_IRET	   ? 2 :
						i == ROW_INTERPRET ? 3 :
								     0);
		assert_int_equal(rows.samples[i], i == ROW_IRET ? 5 :
						  i == ROW_CODE ? 1 :
								  0);
	}
}

/* right() - within 2 % of what it should be. */
static bool right(uint64_t got, uint64_t wanted)
{
	uint64_t off = got > wanted ? got - wanted : wanted - got;

	return off * 50 <= wanted;
}

static void one_value_is_its_own_median(void **state)
{
	struct latency l;
	uint64_t v;

	(void)state;
	for (v = 0; v < 1ull << 36; v = v < 100 ? v + 1 : v + v / 7) {
		memset(&l, 0, sizeof(l));
		latency_add(&l, 1000, 1000 + v);
		assert_int_equal(l.sum, v);
		assert_int_equal(latency_count(&l), 1);
		assert_true(right(latency_quantile(&l, 500), v));
		assert_true(right(latency_quantile(&l, 990), v));
	}
}

static void no_value_is_out_of_bounds(void **state)
{
	struct latency l = { 0 };

	(void)state;
	assert_int_equal(latency_quantile(&l, 500), 0);	/* none at all */
	latency_add(&l, 5, 4);		/* a clock that went back */
	assert_int_equal(l.sum, 0);
	assert_int_equal(l.n[0], 1);
	latency_add(&l, 0, 1ull << 36);
	latency_add(&l, 0, UINT64_MAX);
	assert_int_equal(l.n[LATENCY_BUCKETS - 1], 2);
	assert_int_equal(latency_count(&l), 3);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

#define VALUES 10000u

/* Against a sorted list, for values over five decades. */
static void quantiles_are_right(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i;
	static uint64_t v[VALUES];
	struct latency l = { 0 };

	(void)state;
	for (i = 0; i < VALUES; i++) {
		v[i] = 1 + (uint64_t)rand_r(&seed) % 100000000 /
				   (1 + (uint64_t)rand_r(&seed) % 100000);
		latency_add(&l, 7, 7 + v[i]);
	}
	qsort(v, VALUES, sizeof(v[0]), by_value);
	assert_true(right(latency_quantile(&l, 1), v[VALUES / 1000 - 1]));
	assert_true(right(latency_quantile(&l, 500), v[VALUES / 2 - 1]));
	assert_true(right(latency_quantile(&l, 990), v[VALUES / 100 * 99 - 1]));
	assert_true(right(latency_quantile(&l, 1000), v[VALUES - 1]));
}

static void nothing_is_noted_unless_wanted(void **state)
{
	static const struct trip_stamps none;
	struct trip_stamps t = { 0 };

	(void)state;
	assert_int_equal(stamp(false), 0);
	trip_sent(&t, stamp(false));
	trip_flushed(&t, stamp(false));
	trip_taken(&t, stamp(false));
	trip_delivered(&t, stamp(false));
	assert_memory_equal(&t, &none, sizeof(t));
}

static void a_trip_sums_up(void **state)
{
	uint64_t first = stamp(true), before;
	struct trip_stamps t = { 0 };

	(void)state;
	trip_flushed(&t, first);	/* of no frame: not on the way out */
	assert_int_equal(t.send_ticks, 0);
	trip_sent(&t, first);
	before = t.send_ticks;
	trip_sent(&t, stamp(true));
	trip_flushed(&t, stamp(true));
	assert_true(t.send_first == first);
	assert_true(t.send_ticks > before);
	assert_int_equal(t.frames_out, 2);
	assert_int_equal(t.frames_in, 0);
	trip_taken(&t, first);
	trip_taken(&t, stamp(true));
	trip_delivered(&t, stamp(true));
	assert_true(t.recv_first == first);
	assert_int_equal(t.frames_in, 1);
	assert_true(t.recv_ticks > 0 && t.chip_ticks > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_has_a_name),
		cmocka_unit_test(each_chip_has_a_row),
		cmocka_unit_test(rows_begin_and_are_sampled),
		cmocka_unit_test(one_value_is_its_own_median),
		cmocka_unit_test(no_value_is_out_of_bounds),
		cmocka_unit_test(quantiles_are_right),
		cmocka_unit_test(nothing_is_noted_unless_wanted),
		cmocka_unit_test(a_trip_sums_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
