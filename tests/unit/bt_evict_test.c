// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_evict_test.c - the smallest code cache: fragments go while they wait for a
 * callee, while a jump of theirs is being connected, and while signals come.
 *
 * What fills the cache is a row of jumps to the next instruction, a fragment
 * each, more of them than it holds.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define ROW	0x100000u
#define JUMPS	8000u		/* and a RET behind them */
#define FRESH	0x200000u	/* pieces that were not run yet */
#define PIECE	64u
#define PAGES	0x300000u	/* a jump to the next page at each */
#define PAGE_COUNT 200u

static void put_row(struct machine *m)
{
	uint32_t i;

	for (i = 0; i < JUMPS; i++)
		put_le16(machine_at(m, ROW + 2 * i), 0x00eb);
	*machine_at(m, ROW + 2 * JUMPS) = 0xc3;
	mmu_dma_written(m->cpu, ROW, 2 * JUMPS + 1);
}

/* put_caller() - calls the row @times, counts in eax, ends with HLT. */
static void put_caller(struct machine *m, uint32_t times)
{
	PUT(m, CODE, 0xb9, LE32(times),		/* mov ecx, times */
	    0xe8, LE32(ROW - (CODE + 10)),	/* call ROW */
	    0x40, 0x49,				/* inc eax; dec ecx */
	    0x75, 0xf7, 0xf4);			/* jnz the call; hlt */
}

static void wait_for_callee(struct machine *m, int ends)
{
	uint64_t before = m->cpu->bt->stats.evictions;

	put_row(m);
	put_caller(m, 20);
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(machine_run(m, CODE), ends);
	assert_int_equal(m->cpu->gpr[REG_EAX], 20);
	assert_true(m->cpu->bt->stats.evictions - before > 20 * UNITS);
	assert_int_equal(m->cpu->bt->stats.flushes, 0);
}

static void callers_go(void **state)
{
	machine_in_each_mode(*state, wait_for_callee);
}

/* unit_holds() - how many jumps of the row. */
static uint32_t unit_holds(struct machine *m, int ends)
{
	struct bt_stats *st = &m->cpu->bt->stats;
	uint64_t evictions, evicted;

	put_row(m);
	put_caller(m, 1);
	assert_int_equal(machine_run(m, CODE), ends);
	evictions = st->evictions;
	evicted = st->evicted;
	if (ends == HLT_IN_PROGRAM)
		machine_user(m);
	assert_int_equal(machine_run(m, CODE), ends);
	return (uint32_t)((st->evicted - evicted) /
			  (st->evictions - evictions));
}

/*
 * connect_the_gone() - a piece calls so many jumps of the row that it is among
 * the next to go, and then jumps where it has never been: for some numbers it
 * goes while that jump is being connected.
 */
static void connect_the_gone(struct machine *m, int ends)
{
	uint32_t unit = unit_holds(m, ends), n, at, last;
	uint32_t most = (UNITS + 1) * unit;

	assert_in_range(most, 100, JUMPS);
	for (n = most - 3 * unit; n < most; n++) {
		at = FRESH + PIECE * (n - (most - 3 * unit));
		last = at + PIECE / 2;
		PUT(m, at, 0x85, 0xd2,			/* test edx, edx */
		    0x0f, 0x85, LE32(last - (at + 8)),	/* jnz last */
		    0xe8, LE32(ROW + 2 * (JUMPS - n) - (at + 13)), 0x42, 0xeb,
		    0xf0); /* inc edx; jmp at */
		PUT(m, last, 0x83, 0xc0, 0x07, 0xf4);	/* add eax, 7; hlt */
		m->cpu->gpr[REG_EDX] = m->cpu->gpr[REG_EAX] = 0;
		if (ends == HLT_IN_PROGRAM)
			machine_user(m);
		assert_int_equal(machine_run(m, at), ends);
		assert_int_equal(m->cpu->gpr[REG_EAX], 7);
	}
}

static void links_of_the_gone(void **state)
{
	machine_in_each_mode(*state, connect_the_gone);
}

static void interrupt_it(struct machine *m, int ends)
{
	uint32_t at = ends == HLT_IN_PROGRAM ? HANDLERS + 16 * 13 : CODE + 14;
	struct cpu *cpu = m->cpu;
	unsigned int left = 0;
	enum cpu_exit e;

	put_row(m);
	put_caller(m, 30);
	cpu->gpr[REG_EAX] = 0;
	cpu->eip = CODE;
	machine_alarm(m, 100, true);
	while ((e = cpu_run(cpu, UINT64_MAX)) == CPU_EXIT_ATTENTION) {
		m->attention = 0;
		left++;
	}
	machine_alarm(m, 0, false);
	signal(SIGALRM, SIG_IGN);
	m->attention = 0;
	assert_int_equal(e, CPU_EXIT_HALT);
	assert_int_equal(cpu->gpr[REG_EAX], 30);
	assert_int_equal(cpu->eip & ~15u, at & ~15u);
	assert_true(left > 10);
}

static void signals_come(void **state)
{
	machine_in_each_mode(*state, interrupt_it);
}

static void places_are_given_back(void **state)
{
	struct machine *m = *state;
	uint32_t i, at;

	machine_paging(m);
	put_row(m);
	put_caller(m, 2);
	for (i = 0; i < PAGE_COUNT; i++) {
		at = PAGES + i * PAGE_SIZE;
		PUT(m, at, 0xe9, LE32(PAGE_SIZE - 5));
	}
	PUT(m, PAGES + i * PAGE_SIZE, 0xf4);
	machine_user(m);
	assert_int_equal(machine_run(m, PAGES), HLT_IN_PROGRAM);
	if (m->cpu->bt->tripwire)
		assert_true(m->cpu->bt->place_count >= PAGE_COUNT);
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_true(m->cpu->bt->place_count < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(callers_go, machine_anew),
		cmocka_unit_test_setup(links_of_the_gone, machine_anew),
		cmocka_unit_test_setup(signals_come, machine_anew),
		cmocka_unit_test_setup(places_are_given_back, machine_anew),
	};

	setenv("HOSTEL_CODE_CACHE", "256K", 1);
	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
