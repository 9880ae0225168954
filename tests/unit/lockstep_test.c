// SPDX-License-Identifier: BSD-2-Clause
/*
 * lockstep_test.c - does lockstep see a wrong translation? Code runs once as
 * it is; then a constant in the translated code is changed, and it must be
 * told what differs.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/bt/lockstep.h"

#define MARK 0x5a17c0deu

/* spoil() - change MARK in the host code of the fragment at @at. */
static void spoil(struct machine *m, uint32_t at)
{
	struct bt *bt = m->cpu->bt;
	struct frag *f = cache_lookup(m->cpu, at, at, bt->mode, false);
	uint32_t i;

	assert_non_null(f);
	for (i = f->entry; i + 4 <= f->end; i++)
		if (get_le32(bt_at(bt, i)) == MARK) {
			put_le32(bt_at(bt, i), MARK + 1);
			return;
		}
	fail_msg("no such constant in the fragment");
}

/* tells() - run CODE again, spoilt; the difference must be in @what. */
static void tells(struct machine *m, uint32_t eip, const char *what)
{
	char text[80];

	spoil(m, eip);
	m->cpu->eip = CODE;
	m->cpu->halted = false;
	assert_int_equal(cpu_run(m->cpu, 1000), CPU_EXIT_UNIMPLEMENTED);
	snprintf(text, sizeof(text), "the engines differ in %s ", what);
	assert_non_null(strstr(m->cpu->stop_text, text));
	assert_int_equal(m->cpu->eip, eip);
}

static void a_wrong_register_is_told(void **state)
{
	struct machine *m = *state;

	/* xor ecx,ecx; mov esi,MARK; hlt */
	assert_int_equal(RUN(m, 0x31, 0xc9, 0xbe, LE32(MARK), 0xf4), -1);
	assert_int_equal(m->cpu->gpr[REG_ESI], MARK);
	tells(m, CODE, "esi");
}

static void wrong_flags_are_told(void **state)
{
	struct machine *m = *state;

	/* cmp dword [DATA],MARK; hlt */
	machine_put32(m, DATA, MARK);
	assert_int_equal(RUN(m, 0x81, 0x3d, LE32(DATA), LE32(MARK), 0xf4), -1);
	tells(m, CODE, "eflags");
}

static void wrong_memory_is_told(void **state)
{
	struct machine *m = *state;

	/* mov dword [DATA],MARK; hlt */
	assert_int_equal(RUN(m, 0xc7, 0x05, LE32(DATA), LE32(MARK), 0xf4), -1);
	tells(m, CODE, "memory");
}

static void a_wrong_fault_is_told(void **state)
{
	struct machine *m = *state;

	/* mov eax,MARK; div byte [eax - MARK + DATA]; hlt: DATA is 1, and
	 * the byte behind it 0 */
	*machine_at(m, DATA) = 200;
	assert_int_equal(RUN(m, 0xb8, LE32(MARK), 0xf6, 0xb0, LE32(DATA - MARK),
			     0xf4),
			 -1);
	tells(m, CODE, "exception");
}

static void memory_is_put_back(void **state)
{
	struct machine *m = *state;
	uint64_t before = m->cpu->bt->stats.compared;

	/* mov ecx,1000; 1: inc dword [DATA]; dec ecx; jnz 1b; hlt: what is
	 * not put back between the engines is counted twice */
	machine_put32(m, DATA, 0);
	assert_int_equal(RUN(m, 0xb9, LE32(1000), 0xff, 0x05, LE32(DATA), 0x49,
			     0x75, 0xf7, 0xf4),
			 -1);
	assert_int_equal(machine_get32(m, DATA), 1000);
	assert_true(m->cpu->bt->stats.compared - before >= 1000);
}

static void strings_and_faults_agree(void **state)
{
	struct machine *m = *state;

	/* mov esi,CODE; mov edi,DATA; mov ecx,100; rep movsb; then
	 * mov ecx,4; rep movsd to a device, which must see it once; ud2 */
	assert_int_equal(RUN(m, 0xbe, LE32(CODE), 0xbf, LE32(DATA), 0xb9,
			     LE32(100), 0xf3, 0xa4, 0xbf, LE32(MMIO_BASE), 0xb9,
			     LE32(4), 0xf3, 0xa5, 0x0f, 0x0b),
			 6);
	assert_memory_equal(machine_at(m, DATA), machine_at(m, CODE), 100);
	assert_int_equal(m->mmio_writes, 4);
}

static int set_up(void **state)
{
	struct machine *m;

	if (machine_set_up_bt(state))
		return -1;
	m = *state;
	return lockstep_create(m->cpu) ? 0 : -1;
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_wrong_register_is_told), T(wrong_flags_are_told),
		T(wrong_memory_is_told), T(a_wrong_fault_is_told),
		T(memory_is_put_back), T(strings_and_faults_agree),
	};

	return cmocka_run_group_tests(tests, set_up, machine_tear_down);
}
