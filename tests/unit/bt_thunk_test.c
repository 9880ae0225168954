// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_thunk_test.c - calls of MOV reg,[ESP]; RET, which translated code does
 * without a call: as long as that is what is there.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define FAR	0x14000u	/* another page than CODE's */
#define OTHER	0x15000u

/*
 * put_loop() - CODE: ecx times, edx += what the thunk at FAR gives in ebx;
 * the return address is left below ESP.
 */
static void put_loop(struct machine *m)
{
	/* 1: call FAR; add edx,ebx; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xe8, LE32(FAR - CODE - 5), 0x01, 0xda, 0x49, 0x75, 0xf6,
	    0xf4);
	PUT(m, FAR, 0x8b, 0x1c, 0x24, 0xc3);
	m->cpu->gpr[REG_ECX] = 100;
}

static void check_loop(struct machine *m, uint32_t sum)
{
	assert_int_equal(m->cpu->gpr[REG_EDX], sum);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
	assert_int_equal(machine_get32(m, STACK - 4), CODE + 5);
}

static void gives_the_return_address(void **state)
{
	struct machine *m = *state;
	unsigned int reg;

	put_loop(m);
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 100 * (CODE + 5));
	/* Each register but ESP; of EAX the flags are not touched, too. */
	for (reg = 0; reg < 8; reg++) {
		if (reg == REG_ESP)
			continue;
		PUT(m, FAR, 0x8b, (uint8_t)(0x04 | reg << 3), 0x24, 0xc3);
		/* stc; call FAR; adc dword [DATA],0; hlt */
		PUT(m, CODE, 0xf9, 0xe8, LE32(FAR - CODE - 6), 0x83, 0x15,
		    LE32(DATA), 0x00, 0xf4);
		machine_put32(m, DATA, 0);
		assert_int_equal(machine_run(m, CODE), -1);
		assert_int_equal(m->cpu->gpr[reg], CODE + 6);
		assert_int_equal(machine_get32(m, DATA), 1);
	}
}

static void changes_with_its_code(void **state)
{
	struct machine *m = *state;

	put_loop(m);
	assert_int_equal(machine_run(m, CODE), -1);
	/* mov ebx,[esp+?] no more: mov ebx,7; ret */
	PUT(m, FAR, 0xbb, LE32(7), 0xc3);
	m->cpu->gpr[REG_ECX] = 100;
	m->cpu->gpr[REG_EDX] = 0;
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 700);
	/* And a thunk again. */
	put_loop(m);
	m->cpu->gpr[REG_EDX] = 0;
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 100 * (CODE + 5));
}

static void changes_while_it_is_called(void **state)
{
	struct machine *m = *state;

	/* 1: call FAR; add edx,ebx; cmp ecx,50; jne 2f;
	 *    mov dword [FAR],c3db31h (xor ebx,ebx; ret)
	 * 2: dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xe8, LE32(FAR - CODE - 5), 0x01, 0xda, 0x83, 0xf9, 50,
	    0x75, 0x0a, 0xc7, 0x05, LE32(FAR), LE32(0xc3db31), 0x49, 0x75, 0xe7,
	    0xf4);
	PUT(m, FAR, 0x8b, 0x1c, 0x24, 0xc3);
	m->cpu->gpr[REG_ECX] = 100;
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 51 * (CODE + 5));
}

static void changes_with_its_page(void **state)
{
	struct machine *m = *state;

	put_loop(m);
	PUT(m, OTHER, 0xbb, LE32(3), 0xc3);
	machine_paging(m);
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 100 * (CODE + 5));
	/* The page at FAR is another one now. */
	machine_put32(m, PGTAB + (FAR >> 12) * 4, OTHER | 7);
	cpu_write_cr3(m->cpu, PGDIR);
	m->cpu->gpr[REG_ECX] = 100;
	m->cpu->gpr[REG_EDX] = 0;
	assert_int_equal(machine_run(m, CODE), -1);
	check_loop(m, 300);
	/* And there is none: #PF at FAR, with the return address pushed. */
	machine_put32(m, PGTAB + (FAR >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	m->cpu->gpr[REG_ECX] = 1;
	assert_int_equal(machine_run(m, CODE), 14);
	assert_int_equal(machine_fault_eip(m, true), FAR);
	assert_int_equal(m->cpu->cr2, FAR);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(gives_the_return_address), T(changes_with_its_code),
		T(changes_while_it_is_called), T(changes_with_its_page),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
