// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_rsp_test.c - a program's loops that use the stack have ESP in the host's
 * rsp, and come out of them right. (What each instruction does there is a
 * matter of tests/insn, and that it may be left anywhere of bt_interrupt_test.)
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define ROUNDS		100u
#define SUM		(ROUNDS * (ROUNDS + 1) / 2)
#define FAR		0x12000u
#define ABSENT		0x14000u

/* in_rsp() - the fragment at @la that has ESP in rsp, or NULL. */
static const struct frag *in_rsp(struct machine *m, uint32_t la)
{
	const struct bt *bt = m->cpu->bt;
	const struct frag *f;
	unsigned int i, u;

	for (u = 0; u < UNITS; u++)
		for (i = 0; i < bt->unit[u].count; i++) {
			f = bt_frag(bt, bt->frags[bt->unit[u].first + i]);
			if (f->valid && f->key == la && (f->mode & MODE_RSP))
				return f;
		}
	return NULL;
}

/* runs() - the code at CODE gives @sum in eax, and ESP is what it was. */
static void runs(struct machine *m, uint32_t sum)
{
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_EAX], sum);
	assert_int_equal(machine_pushed(m, 4), USTACK);
}

/* Only a loop in which an interrupt comes is worth a second translation. */
static void a_hot_loop_gets_it(void **state)
{
	struct machine *m = *state;

	m->cpu->bt->loops_in_rsp = false;
	/* push 0; mov ecx,ROUNDS; 1: add [esp],ecx; dec ecx; jnz 1b; pop eax;
	 * hlt */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0x01, 0x0c, 0x24, 0x49,
	    0x75, 0xfa, 0x58, 0xf4);
	runs(m, SUM);
	assert_null(in_rsp(m, CODE + 7));
	machine_alarm(m, 5000, false);
	m->cpu->eip = CODE + 2;		/* with so many rounds: seconds */
	machine_put32(m, CODE + 3, UINT32_MAX);
	mmu_dma_written(m->cpu, CODE + 3, 4);
	machine_user(m);
	m->cpu->gpr[REG_ESP] = USTACK - 4;
	m->cpu->halted = false;
	assert_int_equal(cpu_run(m->cpu, UINT64_MAX), CPU_EXIT_ATTENTION);
	m->attention = 0;
	m->cpu->gpr[REG_ECX] = ROUNDS;
	machine_put32(m, USTACK - 4, 0);
	assert_int_equal(machine_run(m, m->cpu->eip), HLT_IN_PROGRAM);
	assert_non_null(in_rsp(m, CODE + 7));
	assert_int_equal(m->cpu->gpr[REG_EAX], SUM);
}

static void a_loop_has_it(void **state)
{
	struct machine *m = *state;

	/* push 0; mov ecx,ROUNDS; 1: add [esp],ecx; dec ecx; jnz 1b; pop eax;
	 * hlt */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0x01, 0x0c, 0x24, 0x49,
	    0x75, 0xfa, 0x58, 0xf4);
	runs(m, SUM);
	assert_non_null(in_rsp(m, CODE + 7));
	assert_non_null(in_rsp(m, CODE + 7)->in);
	runs(m, SUM);
}

static void a_loop_with_no_stack_has_not(void **state)
{
	struct machine *m = *state;

	/* xor eax,eax; mov ecx,ROUNDS; 1: add eax,ecx; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0x31, 0xc0, 0xb9, LE32(ROUNDS), 0x01, 0xc8, 0x49, 0x75,
	    0xfb, 0xf4);
	runs(m, SUM);
	assert_null(in_rsp(m, CODE + 7));
}

static void a_loop_that_calls_has_not(void **state)
{
	struct machine *m = *state;

	/* push 0; mov ecx,ROUNDS; 1: call f; add [esp],ecx; jmp 2f;
	 * 2: add dword [esp],0; dec ecx; jnz 1b; pop eax; hlt; f: ret */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0xe8, LE32(0x100 - 12),
	    0x01, 0x0c, 0x24, 0xeb, 0x00, 0x83, 0x04, 0x24, 0x00, 0x49, 0x75,
	    0xef, 0x58, 0xf4);
	PUT(m, CODE + 0x100, 0xc3);
	runs(m, SUM);
	/* It was found out when it was made: nothing leads to it. */
	assert_non_null(in_rsp(m, CODE + 7));
	assert_null(in_rsp(m, CODE + 7)->in);
}

static void calls_and_comes_back(void **state)
{
	struct machine *m = *state;

	/* push 0; mov ecx,ROUNDS; 1: add [esp],ecx; jmp 2f; 2: call f; jmp 3f;
	 * 3: add dword [esp],0; dec ecx; jnz 1b; pop eax; hlt
	 * f: inc dword [esp+4]; ret */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0x01, 0x0c, 0x24, 0xeb,
	    0x00, 0xe8, LE32(0x100 - 17), 0xeb, 0x00, 0x83, 0x04, 0x24, 0x00,
	    0x49, 0x75, 0xed, 0x58, 0xf4);
	PUT(m, CODE + 0x100, 0xff, 0x44, 0x24, 0x04, 0xc3);
	runs(m, SUM + ROUNDS);
	assert_non_null(in_rsp(m, CODE + 7)->in);
	assert_non_null(in_rsp(m, CODE + 12));
}

static void goes_on_in_another_page(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	/* push 0; mov ecx,ROUNDS; 1: add [esp],ecx; dec ecx; jnz 1b; jmp FAR */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0x01, 0x0c, 0x24, 0x49,
	    0x75, 0xfa, 0xe9, LE32(FAR - CODE - 18));
	/* inc dword [esp]; pop eax; hlt */
	PUT(m, FAR, 0xff, 0x04, 0x24, 0x58, 0xf4);
	for (i = 0; i < 4; i++)
		runs(m, SUM + 1);
	assert_non_null(in_rsp(m, FAR));
	/* Another program there. */
	PUT(m, FAR, 0x83, 0x04, 0x24, 0x02, 0x58, 0xf4);
	for (i = 0; i < 4; i++)
		runs(m, SUM + 2);
}

static void writes_to_itself(void **state)
{
	struct machine *m = *state;

	/* push 0; mov ecx,ROUNDS; 1: add dword [esp],1; inc dword [1b + 3];
	 * dec ecx; jnz 1b; pop eax; hlt */
	PUT(m, CODE, 0x6a, 0x00, 0xb9, LE32(ROUNDS), 0x81, 0x04, 0x24, LE32(1),
	    0xff, 0x05, LE32(CODE + 10), 0x49, 0x75, 0xf0, 0x58, 0xf4);
	runs(m, SUM);
	assert_int_equal(machine_get32(m, CODE + 10), ROUNDS + 1);
}

static void faults(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + (ABSENT >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	/* push 0; mov edi,ABSENT-64; 1: push edi; mov eax,[edi]; add edi,4;
	 * inc dword [esp+4]; pop edx; jmp 1b */
	PUT(m, CODE, 0x6a, 0x00, 0xbf, LE32(ABSENT - 64), 0x57, 0x8b, 0x07,
	    0x83, 0xc7, 0x04, 0xff, 0x44, 0x24, 0x04, 0x5a, 0xeb, 0xf3);
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), 14);
	assert_non_null(in_rsp(m, CODE + 7));
	assert_int_equal(m->cpu->cr2, ABSENT);
	assert_int_equal(machine_pushed(m, 1), CODE + 8);
	assert_int_equal(machine_pushed(m, 4), USTACK - 8);
	assert_int_equal(machine_get32(m, USTACK - 8), ABSENT);
	assert_int_equal(machine_get32(m, USTACK - 4), 16);
}

static int loops_in_rsp(void **state)
{
	struct machine *m = *state;

	m->cpu->bt->loops_in_rsp = true;
	return machine_anew(state);
}

#define T(f) cmocka_unit_test_setup(f, loops_in_rsp)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_loop_has_it), T(a_loop_with_no_stack_has_not),
		T(a_hot_loop_gets_it),
		T(a_loop_that_calls_has_not), T(calls_and_comes_back),
		T(goes_on_in_another_page), T(writes_to_itself), T(faults),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
