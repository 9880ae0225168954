// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_again_test.c - what is translated again is counted, and nothing else.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define ROW	0x100000u
#define OTHER	0x200000u
#define JUMPS	20000u	/* to the next instruction, and a HLT */

static void put_row(struct machine *m, uint32_t at, unsigned int nop)
{
	uint32_t i;

	for (i = 0; i < JUMPS; i++)
		put_le16(machine_at(m, at + 4 * i),
			 (uint16_t)(0x4890 + (nop << 8))); /* nop; dec reg */
	for (i = 0; i < JUMPS; i++)
		put_le16(machine_at(m, at + 4 * i + 2), 0x00eb);
	*machine_at(m, at + 4 * i) = 0xf4;
	mmu_dma_written(m->cpu, at, 4 * i + 1);
}

/* share() - of what is translated while @at runs, in per cent, the part that
 * was so before; and about as much as there is was looked at. */
static unsigned int share(struct machine *m, uint32_t at)
{
	struct bt_stats *st = &m->cpu->bt->stats, was = *st;
	uint64_t bytes, looked, fragments;
	unsigned int bytes_share, anew;

	assert_int_equal(machine_run(m, at), -1);
	bytes = st->guest_bytes - was.guest_bytes;
	looked = (st->looked - was.looked) * AGAIN_SAMPLE;
	assert_true(bytes >= 4 * JUMPS);
	assert_in_range(looked, bytes / 2, 2 * bytes);
	bytes_share = (unsigned int)(100 * (st->again - was.again) /
				     (st->looked - was.looked));
	/* No instruction is in two fragments here: both say the same. But one
	 * whose later bytes were written begins as it did. */
	fragments = st->looked_frags - was.looked_frags;
	assert_in_range(fragments * AGAIN_FRAGS, JUMPS / 2, 2 * JUMPS);
	anew = (unsigned int)(100 * (st->anew - was.anew) / fragments);
	assert_int_equal(anew, bytes_share ? 100 : 0);
	return bytes_share;
}

/* put_jumps() - a row of them, taken, each to the next one. */
static void put_jumps(struct machine *m)
{
	uint32_t i;

	for (i = 0; i < JUMPS; i++)
		put_le16(machine_at(m, ROW + 2 * i), 0x0072);
	*machine_at(m, ROW + 2 * JUMPS) = 0xf4;
	mmu_dma_written(m->cpu, ROW, 2 * JUMPS + 1);
	m->cpu->aflags |= FL_CF;
}

/* In a row of conditional jumps over nothing each leads inside the fragment
 * that it is in itself: none is in two. */
static void in_one(void **state)
{
	struct machine *m = *state;
	struct bt_stats *st = &m->cpu->bt->stats, was = *st;

	put_jumps(m);
	assert_int_equal(machine_run(m, ROW), -1);
	if (m->cpu->bt->all_in_rsp)
		return;		/* C code has no way inside, then */
	assert_in_range(st->guest_bytes - was.guest_bytes, 2 * JUMPS,
			2 * JUMPS + JUMPS / 10);
	assert_true(20 * (st->again - was.again) < st->looked - was.looked);
}

/* While instructions are counted nothing is entered inside: each is in many. */
static void in_two(void **state)
{
	struct machine *m = *state;
	struct bt_stats *st = &m->cpu->bt->stats, was = *st;

	put_jumps(m);
	m->cpu->bt->counts = true;
	assert_int_equal(machine_run(m, ROW), -1);
	m->cpu->bt->counts = false;
	assert_true(st->guest_bytes - was.guest_bytes > 4 * JUMPS);
	assert_true(2 * (st->again - was.again) > st->looked - was.looked);
	assert_true(100 * (st->anew - was.anew) <
		    st->looked_frags - was.looked_frags);
}

static void first_and_again(void **state)
{
	struct machine *m = *state;

	put_row(m, ROW, 0);
	assert_int_equal(share(m, ROW), 0);
	mmu_forget_code(m->cpu);
	assert_int_equal(share(m, ROW), 100);
	mmu_forget_code(m->cpu);
	assert_int_equal(share(m, ROW), 100);
}

static void elsewhere(void **state)
{
	struct machine *m = *state;

	put_row(m, ROW, 0);
	put_row(m, OTHER, 0);
	assert_int_equal(share(m, ROW), 0);
	assert_int_equal(share(m, OTHER), 0);
}

/* One byte of four, the DECs, is another. */
static void written(void **state)
{
	struct machine *m = *state;

	put_row(m, ROW, 0);
	assert_int_equal(share(m, ROW), 0);
	put_row(m, ROW, 1);
	assert_in_range(share(m, ROW), 65, 85);
	/* And as they were. */
	put_row(m, ROW, 0);
	assert_int_equal(share(m, ROW), 100);
}

static void not_run_again(void **state)
{
	struct machine *m = *state;
	const struct bt *bt = m->cpu->bt;
	struct bt_stats was;

	put_row(m, ROW, 0);
	assert_int_equal(share(m, ROW), 0);
	was = bt->stats;
	/* A host without the tripwire (one with asan, too) hashes each jump to
	 * another page; once its target is known there, that is code with ESP
	 * in r14, whatever jumped: what lies behind the first such jump is
	 * made a second time, and no byte of it is new. */
	if (bt->all_in_rsp && !bt->tripwire) {
		assert_int_equal(machine_run(m, ROW), -1);
		assert_true(bt->stats.looked > was.looked);
		assert_int_equal(bt->stats.looked - was.looked,
				 bt->stats.again - was.again);
		was = bt->stats;
	}
	assert_int_equal(machine_run(m, ROW), -1);
	assert_int_equal(bt->stats.looked, was.looked);
}

/* power_on() - as machine_anew(), and nothing was seen yet. */
static int power_on(void **state)
{
	struct machine *m = *state;

	memset(m->cpu->bt->again, 0, AGAIN_BYTES);
	return machine_anew(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(first_and_again, power_on),
		cmocka_unit_test_setup(elsewhere, power_on),
		cmocka_unit_test_setup(written, power_on),
		cmocka_unit_test_setup(in_one, power_on),
		cmocka_unit_test_setup(in_two, power_on),
		cmocka_unit_test_setup(not_run_again, power_on),
	};

	setenv("HOSTEL_CODE_CACHE", "64M", 1);
	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
