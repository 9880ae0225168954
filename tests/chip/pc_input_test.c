/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc_input_test.c - the keyboard and its controller in their machine: a key
 * that the guest has not read yet does not repeat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/input.h"
#include "tests/chip/lib_pc.h"

#define A	30
#define CODE_A	0x1e
#define SEC	1000000000ull

static struct pc_bench m;

static int fresh(void **unused)
{
	(void)unused;
	pb_open(&m);
	m.now = SEC;
	return 0;
}

static int over(void **unused)
{
	(void)unused;
	pb_close(&m);
	return 0;
}

/* alarms_ring() - as the VMM world does, what is due within @ns. */
static void alarms_ring(uint64_t ns)
{
	uint64_t end = m.now + ns;
	uint64_t *keyboard = &m.state->alarm_ns[PC_ALARM_KEYBOARD];
	uint64_t *kbc = &m.state->alarm_ns[PC_ALARM_KBC];

	for (;;) {
		uint64_t next = *keyboard < *kbc ? *keyboard : *kbc;

		if (next > end)
			break;
		m.now = next;
		if (*kbc <= next) {
			*kbc = CLOCK_NEVER;
			i8042_look(&m.pc.kbc);
		} else {
			*keyboard = CLOCK_NEVER;
			pc_keyboard_tick(&m.pc);
		}
	}
	m.now = end;
}

/* next_code() - Return: -1: none waits. */
static int next_code(void)
{
	alarms_ring(1000000);	/* the cable's time */
	return pb_in(&m, 0x64) & 1 ? pb_in(&m, 0x60) : -1;
}

/* A guest that is busy for long, and then reads one key: it was pressed once,
 * and is let go as soon as it is read. */
static void who_reads_late_reads_one(void **unused)
{
	(void)unused;
	assert_true(pc_key(&m.pc, A, true));
	alarms_ring(3 * SEC);
	assert_false(pc_keyboard_idle(&m.pc));
	/* Shortly before it would repeat. */
	alarms_ring(m.state->alarm_ns[PC_ALARM_KEYBOARD] - m.now - SEC / 200);
	assert_int_equal(next_code(), CODE_A);
	alarms_ring(SEC / 50);
	assert_true(pc_keyboard_idle(&m.pc));
	assert_true(pc_key(&m.pc, A, false));
	assert_int_equal(next_code(), CODE_A | 0x80);
	assert_int_equal(next_code(), -1);
}

static void who_holds_it_has_it_repeated(void **unused)
{
	(void)unused;
	assert_true(pc_key(&m.pc, A, true));
	alarms_ring(3 * SEC);
	assert_int_equal(next_code(), CODE_A);
	assert_int_equal(next_code(), -1);
	alarms_ring(SEC / 4);	/* two periods, and what was left of one */
	assert_int_equal(next_code(), CODE_A);
	assert_int_equal(next_code(), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_reads_late_reads_one,
						fresh, over),
		cmocka_unit_test_setup_teardown(who_holds_it_has_it_repeated,
						fresh, over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
