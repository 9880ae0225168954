// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_smc_test.c - places that cost host faults: what is counted by frames is
 * what the table holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "vmm/bt/bt.h"

#define OFTEN 4		/* as in smc.c */

/* Bare of everything else. */
static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct bt));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void often_is_four_times(void **state)
{
	struct bt *bt = *state;
	unsigned int i;

	for (i = 1; i <= 6; i++) {
		smc_note(bt, 0x1234567, SMC_TOUCHER);
		assert_int_equal(smc_often(bt, 0x1234567, SMC_TOUCHER),
				 i >= OFTEN);
		assert_false(smc_often(bt, 0x1234567, SMC_WRITER));
		assert_false(smc_often(bt, 0x1234568, SMC_TOUCHER));
	}
	smc_forget(bt, 0x1234567, SMC_TOUCHER);
	assert_false(smc_often(bt, 0x1234567, SMC_TOUCHER));
}

static void counts_what_is_forgotten(void **state)
{
	struct bt *bt = *state;
	unsigned int i;

	smc_forget(bt, 0x1234567, SMC_FAULTER);
	assert_int_equal(smc_forgotten(bt, 0x1234567, SMC_FAULTER), 0);
	for (i = 1; i <= SMC_FORGOTTEN + 2; i++) {
		smc_note(bt, 0x1234567, SMC_FAULTER);
		smc_forget(bt, 0x1234567, SMC_FAULTER);
		assert_int_equal(smc_forgotten(bt, 0x1234567, SMC_FAULTER),
				 MIN(i, SMC_FORGOTTEN));
		assert_int_equal(smc_forgotten(bt, 0x1234568, SMC_FAULTER), 0);
		assert_int_equal(smc_forgotten(bt, 0x1234567, SMC_WRITER), 0);
	}
}

static paddr any_place(void)
{
	/* Ten frames, two of them counted together. */
	uint32_t pfn = (unsigned int)rand() % 10;

	return (paddr)(pfn == 9 ? SMC_FRAMES : pfn) << PAGE_SHIFT |
	       (rand() & 0xfff);
}

/* check_frames() - each count is that of the table's places. */
static void check_frames(const struct bt *bt)
{
	static uint16_t want[SMC_FRAMES];
	unsigned int i;

	memset(want, 0, sizeof(want));
	for (i = 0; i < 1 << SMC_BITS; i++)
		want[SMC_FRAME(bt->smc[i].at)] += bt->smc[i].count >= OFTEN;
	assert_memory_equal(bt->smc_frames, want, sizeof(want));
}

static void frames_count_the_table(void **state)
{
	struct bt *bt = *state;
	unsigned int i, n, found = 0;

	srand(test_seed(1));
	for (i = 0; i < 200000; i++) {
		paddr at = any_place();
		enum smc_kind kind = (enum smc_kind)(rand() % SMC_NONE);

		for (n = (unsigned int)rand() % 6; n; n--)
			smc_note(bt, at, kind);
		if (!(rand() & 3))
			smc_forget(bt, at, kind);
		assert_int_equal(smc_often(bt, at, kind),
				 smc_find(bt, at, kind));
		found += smc_often(bt, at, kind);
		if (i % 1000 == 0)
			check_frames(bt);
	}
	assert_true(found > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(often_is_four_times, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(counts_what_is_forgotten,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(frames_count_the_table, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
