// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_touch_test.c - a program's store that touches page after page, of which
 * the test provides each when it is missed, as a kernel would.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define FIRST	0x100000u
#define PAGES	64u
#define SEEN	4u		/* faults that smc.c calls often */
#define NOT_PRESENT_USER_WRITE 6u

static void provide(struct machine *m, unsigned int i, bool present)
{
	uint32_t la = FIRST + i * 0x1000;

	machine_put32(m, PGTAB + (la >> 12) * 4, present ? la | 7 : 0);
}

/* put_stores() - 1: mov [edi],eax; add edi,step; dec ecx; jnz 1b; hlt */
static void put_stores(struct machine *m, uint32_t step, uint32_t count)
{
	PUT(m, CODE, 0x89, 0x07, 0x81, 0xc7, LE32(step), 0x49, 0x75, 0xf5,
	    0xf4);
	m->cpu->gpr[REG_EAX] = 0x12345678;
	m->cpu->gpr[REG_EDI] = FIRST;
	m->cpu->gpr[REG_ECX] = count;
}

/* touch_all() - run the stores, and provide what they miss. */
static void touch_all(struct machine *m, uint32_t step, uint32_t count)
{
	unsigned int i;

	machine_paging(m);
	for (i = 0; i < PAGES; i++)
		provide(m, i, false);
	cpu_write_cr3(m->cpu, PGDIR);
	put_stores(m, step, count);
	for (i = 0; i < PAGES; i++) {
		machine_user(m);
		assert_int_equal(machine_run(m, CODE), 14);
		assert_int_equal(m->cpu->cr2, FIRST + i * 0x1000);
		assert_int_equal(machine_pushed(m, 0), NOT_PRESENT_USER_WRITE);
		assert_int_equal(machine_pushed(m, 1), CODE);
		assert_int_equal(m->cpu->gpr[REG_EDI], m->cpu->cr2);
		provide(m, i, true);
	}
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	for (i = 0; i < count; i++)
		assert_int_equal(machine_get32(m, FIRST + i * step),
				 0x12345678);
}

static void finds_pages_without_host_faults(void **state)
{
	struct machine *m = *state;
	uint64_t faults = m->cpu->bt->stats.fault_guest;

	touch_all(m, 0x400, 4 * PAGES);
	assert_in_range(m->cpu->bt->stats.fault_guest, faults + SEEN,
			faults + 2 * SEEN);
}

static void is_given_back(void **state)
{
	struct machine *m = *state;
	uint64_t callouts = 0;
	unsigned int i;

	touch_all(m, 0x400, 4 * PAGES);
	/* Over the same pages, again and again: soon no callout any more. */
	for (i = 0; i < 8; i++) {
		callouts = m->cpu->bt->stats.callouts_faulter;
		put_stores(m, 0x400, 4 * PAGES);
		machine_user(m);
		assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	}
	assert_int_equal(m->cpu->bt->stats.callouts_faulter, callouts);
}

/* clear_all() - touch the pages by a REP STOS with this opcode. */
static void clear_all(struct machine *m, uint8_t opcode, uint32_t size)
{
	uint32_t i;

	PUT(m, CODE, 0xf3, opcode, 0xf4);
	m->cpu->gpr[REG_EAX] = 0x01010101;
	m->cpu->gpr[REG_EDI] = FIRST + 0x800;
	m->cpu->gpr[REG_ECX] = (PAGES * 0x1000 - 0x800) / size;
	for (i = 0; i < PAGES; i++) {
		machine_user(m);
		assert_int_equal(machine_run(m, CODE), 14);
		assert_int_equal(m->cpu->cr2,
				 FIRST + i * 0x1000 + (i ? 0 : 0x800));
		assert_int_equal(machine_pushed(m, 0), NOT_PRESENT_USER_WRITE);
		assert_int_equal(machine_pushed(m, 1), CODE);
		assert_int_equal(m->cpu->gpr[REG_EDI], m->cpu->cr2);
		assert_int_equal(m->cpu->gpr[REG_ECX],
				 (FIRST + PAGES * 0x1000 - m->cpu->cr2) / size);
		provide(m, i, true);
	}
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	for (i = 0x800; i < PAGES * 0x1000; i += 4)
		assert_int_equal(machine_get32(m, FIRST + i), 0x01010101);
}

static void clears_pages_without_host_faults(void **state)
{
	struct machine *m = *state;
	uint64_t faults = m->cpu->bt->stats.fault_guest, callouts;
	unsigned int i, size;

	machine_paging(m);
	for (size = 1; size <= 4; size += 3) {
		for (i = 0; i < PAGES; i++) {
			memset(machine_at(m, FIRST + i * 0x1000), 0, 0x1000);
			provide(m, i, false);
		}
		cpu_write_cr3(m->cpu, PGDIR);
		clear_all(m, size == 1 ? 0xaa : 0xab, size);
	}
	assert_in_range(m->cpu->bt->stats.fault_guest, faults + SEEN,
			faults + 2 * 2 * SEEN);
	/* Pages that are there: soon it is no callout any more. */
	for (i = 0; i < 200; i++) {
		callouts = m->cpu->bt->stats.callouts_faulter;
		m->cpu->gpr[REG_EDI] = FIRST;
		m->cpu->gpr[REG_ECX] = PAGES;
		machine_user(m);
		assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	}
	assert_int_equal(m->cpu->bt->stats.callouts_faulter, callouts);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(finds_pages_without_host_faults), T(is_given_back),
		T(clears_pages_without_host_faults),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
