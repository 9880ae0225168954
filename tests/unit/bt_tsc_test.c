// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_tsc_test.c - RDTSC in translated code: the host's counter, or the board's
 * while it is to be asked; changed while the code stays as it is, at each level
 * with no trace in flags or other registers.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define BOARD	0x123456789ull	/* what lib_machine's says */
#define TURNS	50u

/* read_tsc() - in a loop, the last one; the carry flag is added up at DATA. */
static uint64_t read_tsc(struct machine *m, bool user)
{
	machine_put32(m, DATA, 0);
	m->cpu->gpr[REG_EBX] = 0x55aa55aa;
	m->cpu->gpr[REG_ECX] = TURNS;
	/* 1: stc; rdtsc; adc dword [DATA],0; dec ecx; jnz 1b; hlt, which users
	 * may not */
	PUT(m, CODE, 0xf9, 0x0f, 0x31, 0x83, 0x15, LE32(DATA), 0x00, 0x49, 0x75,
	    0xf3, 0xf4);
	if (user) {
		machine_paging(m);
		machine_user(m);
	}
	assert_int_equal(machine_run(m, CODE), user ? 13 : -1);
	assert_int_equal(machine_get32(m, DATA), TURNS);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_int_equal(m->cpu->gpr[REG_EBX], 0x55aa55aa);
	return (uint64_t)m->cpu->gpr[REG_EDX] << 32 | m->cpu->gpr[REG_EAX];
}

static void check_both(struct machine *m, bool user)
{
	uint64_t from = __builtin_ia32_rdtsc(), t;

	m->cpu->pins.tsc_is_host = true;
	m->cpu->pins.tsc_start = 1000;
	m->cpu->hot.tsc_asked = true;
	assert_int_equal(read_tsc(m, user), BOARD);
	machine_fresh(m);
	m->cpu->hot.tsc_asked = false;
	t = read_tsc(m, user);
	assert_in_range(t + 1000, from, __builtin_ia32_rdtsc());
	machine_fresh(m);
	m->cpu->hot.tsc_asked = true;
	assert_int_equal(read_tsc(m, user), BOARD);
}

static void the_kernels(void **state)
{
	check_both(*state, false);
}

static void users(void **state)
{
	check_both(*state, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_kernels, machine_anew),
		cmocka_unit_test_setup(users, machine_anew),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
