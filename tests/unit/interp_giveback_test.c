// SPDX-License-Identifier: BSD-2-Clause
/*
 * interp_giveback_test.c - what is left of an idle guest's memory, and that it
 * goes on as if nothing had happened; on any engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/block.h"
#include "vmm/giveback.h"
#include "vmm/mmu/window.h"

#define ROW	0x100000u
#define JUMPS	8000u		/* to the next instruction, and a RET */
#define OTHER	0x200000u	/* another row, with an INC EBX before it */
#define FEW	8u		/* pages that may stay */

/* pages() - of @size bytes at @p, those that take memory. */
static unsigned int pages(void *p, size_t size)
{
	unsigned char *in = malloc(size / PAGE_SIZE + 1);
	unsigned int n = 0;
	size_t i;

	assert_non_null(in);
	assert_int_equal(mincore(p, size, in), 0);
	for (i = 0; i < size / PAGE_SIZE; i++)
		n += in[i] & 1;
	free(in);
	return n;
}

static unsigned int code_pages(struct machine *m)
{
	return pages(m->cpu->bt->rw, m->cpu->bt->size);
}

static unsigned int record_pages(struct machine *m)
{
	return pages(m->cpu->bt->arena, m->cpu->bt->arena_size);
}

/* put_row() - with an INC of @reg before it. */
static void put_row(struct machine *m, uint32_t at, unsigned int reg)
{
	uint32_t i;

	*machine_at(m, at) = (uint8_t)(0x40 + reg);
	for (i = 0; i < JUMPS; i++)
		put_le16(machine_at(m, at + 1 + 2 * i), 0x00eb);
	*machine_at(m, at + 1 + 2 * JUMPS) = 0xc3;
	mmu_dma_written(m->cpu, at, 2 * JUMPS + 2);
}

/* put_caller() - calls both rows @times, ends with HLT. */
static void put_caller(struct machine *m, uint32_t times)
{
	put_row(m, ROW, REG_EAX);
	put_row(m, OTHER, REG_EBX);
	PUT(m, CODE, 0xb9, LE32(times),		/* mov ecx, times */
	    0xe8, LE32(ROW - (CODE + 10)),	/* call ROW */
	    0xe8, LE32(OTHER - (CODE + 15)),	/* call OTHER */
	    0x49, 0x75, 0xf3, 0xf4);		/* dec ecx; jnz; hlt */
	m->cpu->gpr[REG_EAX] = m->cpu->gpr[REG_EBX] = 0;
}

/* give_back() - and hardly a page stays. */
static void give_back(struct machine *m)
{
	unsigned int code, records;

	giveback_all(m->cpu);
	assert_int_equal(blocks_held(m->cpu), 0);
	if (!m->bt)
		return;
	assert_int_equal(m->cpu->bt->stats.held, 0);
	code = code_pages(m);
	records = record_pages(m);
	if (code > FEW || records > FEW)
		fail_msg("%u pages of code and %u of records", code, records);
}

/* again() - run what was put. */
static void again(struct machine *m, int ends)
{
	if (ends == HLT_IN_PROGRAM)
		machine_user(m);
	assert_int_equal(machine_run(m, CODE), ends);
}

static void runs_again(struct machine *m, int ends)
{
	uint64_t given, fragments = 0;
	uint32_t n;

	put_caller(m, 2);
	for (n = 1; n <= 5; n++) {
		if (m->bt)
			fragments = m->cpu->bt->stats.fragments;
		again(m, ends);
		assert_int_equal(m->cpu->gpr[REG_EAX], 2 * n);
		assert_int_equal(m->cpu->gpr[REG_EBX], 2 * n);
		if (m->bt) {
			assert_true(code_pages(m) > 2 * FEW);
			assert_true(record_pages(m) > 2 * FEW);
			assert_true(m->cpu->bt->stats.held >
				    4 * FEW * PAGE_SIZE);
			/* All of it was made anew. */
			assert_true(m->cpu->bt->stats.fragments - fragments >
				    2 * JUMPS);
		} else {
			assert_true(blocks_held(m->cpu) > 4 * FEW * PAGE_SIZE);
		}
		given = m->bt ? m->cpu->bt->stats.given_back : 0;
		give_back(m);
		if (m->bt)
			assert_int_equal(m->cpu->bt->stats.given_back,
					 given + 1);
	}
}

static void next_use(void **state)
{
	machine_in_each_mode(*state, runs_again);
}

/* written_meanwhile() - code that was given back is written to; nothing that
 * was made of it before is run. */
static void written_meanwhile(struct machine *m, int ends)
{
	put_caller(m, 1);
	again(m, ends);
	give_back(m);
	*machine_at(m, ROW) = 0x40 + REG_EDX;	/* in place of EAX: no notice */
	m->cpu->gpr[REG_EDX] = 0;
	again(m, ends);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(m->cpu->gpr[REG_EDX], 1);
	/* And from now on it is code again, of which a write is noticed. */
	*machine_at(m, ROW) = 0x40 + REG_EAX;
	mmu_dma_written(m->cpu, ROW, 1);
	again(m, ends);
	assert_int_equal(m->cpu->gpr[REG_EAX], 2);
	assert_int_equal(m->cpu->gpr[REG_EDX], 1);
}

static void forgets_what_was_written(void **state)
{
	machine_in_each_mode(*state, written_meanwhile);
}

static void nothing_there(void **state)
{
	struct machine *m = *state;

	give_back(m);
	give_back(m);
	assert_int_equal(RUN(m, 0x31, 0xc0, 0x40, 0xf4), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(next_use, machine_anew),
		cmocka_unit_test_setup(forgets_what_was_written, machine_anew),
		cmocka_unit_test_setup(nothing_there, machine_anew),
	};

	return cmocka_run_group_tests(tests, machine_set_up, machine_tear_down);
}
