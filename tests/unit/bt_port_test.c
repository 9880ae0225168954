// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_port_test.c - the port that translated code takes for memory: only that
 * one, only while it is one, only at CPL 0, and with no trace in the flags.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define PLAIN	0x1012u
#define TURNS	100u

static uint16_t word;

/*
 * run_loop() - for ecx = TURNS ... 1: OUT @port, 5600h + ecx; IN AX; the
 * carry flag, set before, is added up at DATA.
 */
static void run_loop(struct machine *m, uint16_t port)
{
	machine_put32(m, DATA, 0);
	m->port_accesses = 0;
	bt_plain_count(m->cpu);
	m->cpu->gpr[REG_EDX] = 0xabcd0000u | port;
	m->cpu->gpr[REG_ECX] = TURNS;
	/* 1: mov eax,12345600h; mov al,cl; stc; out dx,ax; in ax,dx
	 *    adc dword [DATA],0; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xb8, LE32(0x12345600), 0x88, 0xc8, 0xf9, 0x66, 0xef, 0x66,
	    0xed, 0x83, 0x15, LE32(DATA), 0x00, 0x49, 0x75, 0xea, 0xf4);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(machine_get32(m, DATA), TURNS);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_int_equal(m->cpu->gpr[REG_EDX], 0xabcd0000u | port);
}

static void check_board_has_it(struct machine *m)
{
	assert_int_equal(m->port_accesses, 2 * TURNS);
	assert_int_equal(bt_plain_count(m->cpu), 0);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x1234ffff);
}

static void is_memory(void **state)
{
	struct machine *m = *state;

	bt_plain_port(m->cpu, PLAIN, &word);
	word = 0;
	run_loop(m, PLAIN);
	assert_int_equal(m->port_accesses, 0);
	assert_int_equal(bt_plain_count(m->cpu), 2 * TURNS);
	assert_int_equal(word, 1);	/* bits 15-8 are none of its own */
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x12340001);
}

static void others_are_not(void **state)
{
	struct machine *m = *state;
	const uint16_t others[] = { 0, 1, PLAIN - 1, PLAIN + 2, 0xffff };
	unsigned int i;

	bt_plain_port(m->cpu, PLAIN, &word);
	word = 0x77;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		run_loop(m, others[i]);
		check_board_has_it(m);
	}
	assert_int_equal(word, 0x77);
}

static void comes_and_goes(void **state)
{
	struct machine *m = *state;

	bt_no_plain_port(m->cpu);
	run_loop(m, PLAIN);
	check_board_has_it(m);
	run_loop(m, 0);
	check_board_has_it(m);
	is_memory(state);
	bt_no_plain_port(m->cpu);
	run_loop(m, PLAIN);
	check_board_has_it(m);
}

static void other_widths_are_not(void **state)
{
	struct machine *m = *state;

	bt_plain_port(m->cpu, PLAIN, &word);
	word = 0x77;
	m->port_accesses = 0;
	m->cpu->gpr[REG_EDX] = PLAIN;
	/* out dx,al; out dx,eax; in al,dx; in eax,dx; hlt */
	RUN(m, 0xee, 0xef, 0xec, 0xed, 0xf4);
	assert_int_equal(m->port_accesses, 4);
	assert_int_equal(word, 0x77);
}

static void is_forbidden_to_users(void **state)
{
	struct machine *m = *state;

	bt_plain_port(m->cpu, PLAIN, &word);
	word = 0x77;
	machine_paging(m);
	machine_user(m);
	m->cpu->gpr[REG_EDX] = PLAIN;
	PUT(m, CODE, 0x66, 0xef, 0xf4);
	assert_int_equal(machine_run(m, CODE), 13);
	assert_int_equal(word, 0x77);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(is_memory), T(others_are_not), T(comes_and_goes),
		T(other_widths_are_not), T(is_forbidden_to_users),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
