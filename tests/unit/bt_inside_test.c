// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_inside_test.c - code is translated once: jumps into the middle of a
 * fragment enter it there, and a fragment ends where another one has what
 * follows. All of it is right, wherever it is entered.
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

#define ROUNDS	100u
#define ABSENT	0x14000u

/* made() - guest bytes translated while @code runs at CODE, to a HLT. */
static unsigned int made(struct machine *m, uint32_t at)
{
	uint64_t was = m->cpu->bt->stats.guest_bytes;

	assert_int_equal(machine_run(m, at), -1);
	return (unsigned int)(m->cpu->bt->stats.guest_bytes - was);
}

/* once() - so many bytes were translated as there are; in rsp C code has no
 * way into a fragment's middle, and makes another one. */
static void once(const struct machine *m, unsigned int bytes,
		 unsigned int there)
{
	if (!m->cpu->bt->all_in_rsp)
		assert_int_equal(bytes, there);
}

/* Its head falls into it. */
static void a_loop(void **state)
{
	struct machine *m = *state;

	/* mov ecx,ROUNDS; 1: inc eax; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xb9, LE32(ROUNDS), 0x40, 0x49, 0x75, 0xfc, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	once(m, made(m, CODE), 10);
	assert_int_equal(m->cpu->gpr[REG_EAX], ROUNDS);
	/* C code has it begin there, once, and end where it goes on. */
	m->cpu->gpr[REG_ECX] = 1;
	once(m, made(m, CODE + 5), 1);
	assert_int_equal(m->cpu->gpr[REG_EAX], ROUNDS + 1);
}

/* Two ways that join. */
static void ways_join(void **state)
{
	struct machine *m = *state;
	unsigned int i, bytes = 0;

	/* test al,1; jz 1f; add ebx,3; 1: inc edx; inc esi; hlt */
	PUT(m, CODE, 0xa8, 0x01, 0x74, 0x03, 0x83, 0xc3, 0x03, 0x42, 0x46,
	    0xf4);
	m->cpu->gpr[REG_EBX] = m->cpu->gpr[REG_EDX] = 0;
	for (i = 1; i <= ROUNDS; i++) {
		m->cpu->gpr[REG_EAX] = i;
		bytes += made(m, CODE);
	}
	once(m, bytes, 10);
	assert_int_equal(m->cpu->gpr[REG_EBX], 3 * ROUNDS / 2);
	assert_int_equal(m->cpu->gpr[REG_EDX], ROUNDS);
}

/* A jump into its own middle, at the end of the longest block there is: it
 * leads to none of its instructions. (UBSan sees who looks beyond them.) */
static void into_its_last_instruction(void **state)
{
	struct machine *m = *state;
	uint8_t code[FRAG_INSNS - 1];

	/* inc eax, 63 times; jmp .+1, which is inc eax there; hlt */
	memset(code, 0x40, sizeof(code));
	machine_code(m, CODE, code, sizeof(code));
	PUT(m, CODE + sizeof(code), 0xeb, 0xff, 0xc0, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], FRAG_INSNS);
}

/* What comes later ends where what was there begins, or is entered. */
static void runs_into(void **state)
{
	struct machine *m = *state;

	/* inc eax; inc eax; 1: inc eax; inc eax; hlt */
	PUT(m, CODE, 0x40, 0x40, 0x40, 0x40, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(made(m, CODE + 2), 3);
	assert_int_equal(made(m, CODE), 2);
	assert_int_equal(m->cpu->gpr[REG_EAX], 6);
	/* inc ecx; jmp to the middle of the first one; another page */
	PUT(m, CODE + 0x1000, 0x41, 0xe9, LE32(-0x1003));
	assert_int_equal(machine_run(m, CODE + 0x1000), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 7);
}

/* The state is not that of a beginning: ESP late, flags owed, x87 to note. */
static void not_there(void **state)
{
	struct machine *m = *state;

	/* push eax; 1: mov ebx,[esp]; pop eax; dec ecx; jz 2f; push eax;
	 * push eax; pop edx; jmp 1b; 2: hlt */
	PUT(m, CODE, 0x50, 0x8b, 0x1c, 0x24, 0x58, 0x49, 0x74, 0x05, 0x50, 0x50,
	    0x5a, 0xeb, 0xf4, 0xf4);
	m->cpu->gpr[REG_EAX] = 77;
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_ESP] = STACK;
	made(m, CODE);
	assert_int_equal(m->cpu->gpr[REG_EBX], 77);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
	/* sub esp,4: CF is 0; 1: jc 2f; stc; jmp 1b; 2: setc al; hlt */
	PUT(m, CODE, 0x83, 0xec, 0x04, 0x72, 0x03, 0xf9, 0xeb, 0xfb, 0x0f, 0x92,
	    0xc0, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	made(m, CODE);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK - 4);
}

/* A jump over a call to where ESP is late and flags are owed: a block's own
 * jump can enter there. */
static void joins_behind_a_call(void **state)
{
	struct machine *m = *state;

	/* mov ecx,ROUNDS; 1: test cl,1; jz 2f; push eax; call 3f; add esp,4
	 * 2: setz dl; movzx edx,dl; add ebx,edx; dec ecx; jnz 1b; hlt
	 * 3: ret */
	PUT(m, CODE, 0xb9, LE32(ROUNDS), 0xf6, 0xc1, 0x01, 0x74, 0x09, 0x50,
	    0xe8, LE32(15), 0x83, 0xc4, 0x04, 0x0f, 0x94, 0xc2, 0x0f, 0xb6,
	    0xd2, 0x01, 0xd3, 0x49, 0x75, 0xe7, 0xf4, 0xc3);
	m->cpu->gpr[REG_EBX] = 0;
	m->cpu->gpr[REG_ESP] = STACK;
	once(m, made(m, CODE), 32);
	assert_int_equal(m->cpu->gpr[REG_EBX], ROUNDS / 2);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
}

/* An ADD of ESP, which has no code, can be entered. Its flags are owed when
 * what is behind it faults. */
static void enters_add_of_esp(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + (ABSENT >> 12) * 4, ABSENT | 7);
	machine_put32(m, ABSENT, 5);
	cpu_write_cr3(m->cpu, PGDIR);
	/* nop; 1: add esp,8; mov ebx,[ABSENT]; setz dl; hlt */
	PUT(m, CODE, 0x90, 0x83, 0xc4, 0x08, 0x8b, 0x1d, LE32(ABSENT), 0x0f,
	    0x94, 0xc2, 0xf4);
	/* cmp eax,eax; push eax; push eax; jmp 1b */
	PUT(m, CODE + 0x20, 0x39, 0xc0, 0x50, 0x50, 0xeb, 0xdb);
	m->cpu->gpr[REG_ESP] = STACK - 8;
	assert_int_equal(made(m, CODE), 14);
	once(m, made(m, CODE + 0x20), 6);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
	assert_int_equal(m->cpu->gpr[REG_EDX] & 0xff, 0);
	machine_put32(m, PGTAB + (ABSENT >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	assert_int_equal(machine_run(m, CODE + 0x20), 14);
	assert_int_equal(machine_fault_eip(m, true), CODE + 4);
	/* Error code, EIP, CS and EFLAGS: ZF was CMP's, and is not ADD's. */
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK - 16);
	assert_int_equal(machine_pushed(m, 3) & FL_ZF, 0);
}

/* No code that was entered inside is run once it has been written. */
static void written(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	/* mov ecx,2; 1: inc eax; mov byte [1b],48h (dec eax); dec ecx;
	 * jnz 1b; hlt */
	for (i = 0; i < 10; i++) {
		PUT(m, CODE, 0xb9, LE32(2), 0x40, 0xc6, 0x05, LE32(CODE + 5),
		    0x48, 0x49, 0x75, 0xf5, 0xf4);
		m->cpu->gpr[REG_EAX] = 10;
		assert_int_equal(machine_run(m, CODE), -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], 10);
	}
}

/* A page fault in the middle, and on from there. */
static void faults_inside(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + (ABSENT >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	/* inc eax; mov ebx,[ABSENT]; inc eax; hlt */
	PUT(m, CODE, 0x40, 0x8b, 0x1d, LE32(ABSENT), 0x40, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(machine_run(m, CODE), 14);
	machine_put32(m, PGTAB + (ABSENT >> 12) * 4, ABSENT | 7);
	machine_put32(m, ABSENT, 99);
	assert_int_equal(machine_fault_eip(m, true), CODE + 1);
	once(m, made(m, CODE + 1), 6);
	assert_int_equal(m->cpu->gpr[REG_EAX], 2);
	assert_int_equal(m->cpu->gpr[REG_EBX], 99);
}

/* A loop that was entered inside is left at once. */
static void is_interrupted(void **state)
{
	struct machine *m = *state;
	int i;

	/* inc eax; 1: inc ebx; jmp 1b */
	PUT(m, CODE, 0x40, 0x43, 0xeb, 0xfd);
	m->cpu->eip = CODE;
	for (i = 0; i < 3; i++) {
		machine_alarm(m, 20000, false);
		assert_int_equal(cpu_run(m->cpu, UINT64_MAX),
				 CPU_EXIT_ATTENTION);
		assert_in_range(m->cpu->eip, CODE, CODE + 3);
		m->attention = 0;
	}
}

/* ... and stays one, however often that was: not a row of fragments of an
 * instruction each, one for each place where it was interrupted. */
static void stays_whole(void **state)
{
	struct machine *m = *state;
	uint64_t made, was;
	int i;

	/* inc eax; 1: five times imul eax,eax; jmp 1b */
	PUT(m, CODE, 0x40, 0x0f, 0xaf, 0xc0, 0x0f, 0xaf, 0xc0, 0x0f, 0xaf, 0xc0,
	    0x0f, 0xaf, 0xc0, 0x0f, 0xaf, 0xc0, 0xeb, 0xef);
	m->cpu->eip = CODE;
	was = m->cpu->bt->stats.fragments;
	for (i = 0; i < 200; i++) {
		machine_alarm(m, 200, false);
		assert_int_equal(cpu_run(m->cpu, UINT64_MAX),
				 CPU_EXIT_ATTENTION);
		m->attention = 0;
	}
	made = m->cpu->bt->stats.fragments - was;
	/* It, where it goes on, and if that was hit, too, one more. In rsp C
	 * code has no way inside. */
	if (!m->cpu->bt->all_in_rsp)
		assert_in_range(made, 1, 3);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_loop), T(ways_join), T(runs_into), T(not_there),
		T(into_its_last_instruction),
		T(written), T(faults_inside), T(is_interrupted),
		T(stays_whole), T(joins_behind_a_call), T(enters_add_of_esp),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
