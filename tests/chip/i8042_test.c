/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8042_test.c - the keyboard controller by its ports: commands, both ports,
 * who comes first, interrupts, translation, A20 and reset. The devices at its
 * cables are the real ones; what they say is the business of their own tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>
#include <stdlib.h>

#include "tests/chip/lib_ps2.h"
#include "tests/lib_seed.h"

#define A	30u	/* keys: their numbers */
#define CTRL_R	97u
#define F7	65u
#define PAUSE	119u

static struct ps2_bench p;

static int fresh(void **state)
{
	(void)state;
	ps2_bench_reset(&p);
	return 0;
}

static uint8_t command_byte(void)
{
	ps2_command(&p, 0x20);
	return ps2_read(&p);
}

static void set_command_byte(uint8_t v)
{
	ps2_command(&p, 0x60);
	ps2_data(&p, v);
}

/* ---- commands ----------------------------------------------------------- */

/* What a PC's firmware leaves, which a guest here may look at first. */
static void is_as_firmware_leaves_it(void **state)
{
	(void)state;
	assert_int_equal(ps2_status(&p), 0x14);
	assert_int_equal(command_byte(), 0x61);
	/* A kernel writes it back with a bit of its own. */
	set_command_byte(0x60);
	assert_int_equal(ps2_status(&p) & 0x04, 0x04);
	ps2_command(&p, 0xd0);
	assert_int_equal(ps2_read(&p) & 0x03, 0x03);
	assert_true(p.b.level[WIRE_A20]);
}

static void tests_and_resets(void **state)
{
	(void)state;
	ps2_command(&p, 0xaa);
	PS2_READS(&p, 0x55);
	ps2_command(&p, 0xab);
	PS2_READS(&p, 0x00);
	ps2_command(&p, 0xa9);		/* there is an auxiliary port */
	PS2_READS(&p, 0x00);
	ps2_command(&p, 0xa4);		/* no password */
	PS2_READS(&p, 0xf1);
	ps2_command(&p, 0xc0);
	PS2_READS(&p, 0x80);
	set_command_byte(0x01);
	ps2_data(&p, 0xf2);		/* identify */
	assert_true(p.b.level[WIRE_IRQ1]);
	PS2_READS(&p, 0xfa, 0xab, 0x83);
	assert_false(p.b.level[WIRE_IRQ1]);
	assert_int_equal(p.b.rises[WIRE_IRQ1], 3);
	ps2_command(&p, 0xf1);		/* pulses of other lines: nothing */
	assert_int_equal(p.b.rises[WIRE_RESET], 0);
	ps2_command(&p, 0xfe);
	assert_int_equal(p.b.rises[WIRE_RESET], 1);
	ps2_command(&p, 0xf0);
	assert_int_equal(p.b.rises[WIRE_RESET], 2);
	ps2_command(&p, 0xd1);
	ps2_data(&p, 0xfe);		/* reset line low */
	assert_int_equal(p.b.rises[WIRE_RESET], 3);
}

static void enables_and_disables(void **state)
{
	(void)state;
	ps2_command(&p, 0xad);
	assert_int_equal(command_byte(), 0x71);
	ps2_command(&p, 0xae);
	assert_int_equal(command_byte(), 0x61);
	ps2_command(&p, 0xa8);
	assert_int_equal(command_byte(), 0x41);
	ps2_command(&p, 0xa7);
	assert_int_equal(command_byte(), 0x61);
	set_command_byte(0xff);		/* bit 7 is not there */
	assert_int_equal(command_byte(), 0x7f);
	/* Data for a port enables it. */
	ps2_data(&p, 0xee);
	PS2_READS(&p, 0xee);
	assert_int_equal(command_byte(), 0x6f);
	ps2_to_mouse(&p, 0xf2);
	PS2_READS(&p, 0xfa, 0x00);
	assert_int_equal(command_byte(), 0x4f);
}

static void has_memory(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i < 32; i++) {
		ps2_command(&p, (uint8_t)(0x60 + i));
		ps2_data(&p, (uint8_t)(i * 7));
	}
	for (i = 1; i < 32; i++) {
		ps2_command(&p, (uint8_t)(0x20 + i));
		PS2_READS(&p, (uint8_t)(i * 7));
	}
	assert_int_equal(command_byte(), 0x61);
}

/* As Linux looks for the auxiliary port: bytes are looped back, marked and
 * with their interrupt; and the port can be switched off. */
static void loops_as_linux_asks(void **state)
{
	static const uint8_t mux[] = { 0xf0, 0x56, 0xa4 };
	unsigned int i;

	(void)state;
	ps2_command(&p, 0xd3);
	ps2_data(&p, 0x5a);
	assert_int_equal(ps2_status(&p) & 0x21, 0x21);
	PS2_READS(&p, 0x5a);
	set_command_byte(0x77);		/* both ports off, both interrupts */
	ps2_command(&p, 0xd3);
	ps2_data(&p, 0xa5);
	assert_true(p.b.level[WIRE_IRQ12]);
	PS2_READS(&p, 0xa5);
	assert_false(p.b.level[WIRE_IRQ12]);
	assert_int_equal(p.b.rises[WIRE_IRQ12], 1);
	/* A multiplexer would answer the last one otherwise. */
	for (i = 0; i < sizeof(mux); i++) {
		ps2_command(&p, 0xd3);
		ps2_data(&p, mux[i]);
		assert_int_equal(ps2_status(&p) & 0x21, 0x21);
		PS2_READS(&p, mux[i]);
	}
	ps2_command(&p, 0xd2);		/* the same for the keyboard */
	ps2_data(&p, 0x1e);
	assert_int_equal(ps2_status(&p) & 0x21, 0x01);
	assert_true(p.b.level[WIRE_IRQ1]);
	PS2_READS(&p, 0x1e);
}

static void command_bit_tells_the_last_write(void **state)
{
	(void)state;
	ps2_command(&p, 0xae);
	assert_int_equal(ps2_status(&p) & 0x08, 0x08);
	ps2_data(&p, 0xee);
	assert_int_equal(ps2_status(&p) & 0x08, 0);
}

/* ---- the output buffer -------------------------------------------------- */

static void empty_gives_the_last_byte(void **state)
{
	unsigned int i, j;

	(void)state;
	assert_int_equal(i8042_port_read(&p.k, 0), 0);
	for (i = 0; i < 3 * I8042_ANSWERS; i++) {
		ps2_command(&p, i & 1 ? 0xaa : 0xab);
		for (j = 0; j < 3; j++)
			assert_int_equal(i8042_port_read(&p.k, 0),
					 i & 1 ? 0x55 : 0x00);
		assert_int_equal(ps2_status(&p) & 1, 0);
	}
}

static void answers_are_bounded(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		ps2_command(&p, 0xaa);
	for (i = 0; i < I8042_ANSWERS + 1; i++)
		assert_int_equal(ps2_read(&p), 0x55);
	assert_int_equal(ps2_status(&p) & 1, 0);
}

/* A key may be in the buffer when a program asks for the output port, to
 * switch A20: it must not take one for the other. */
static void answers_go_before_keys(void **state)
{
	(void)state;
	ps2_key(&p, A, true);
	assert_true(p.b.level[WIRE_IRQ1]);
	ps2_command(&p, 0xd0);
	assert_false(p.b.level[WIRE_IRQ1]);
	assert_int_equal(ps2_read(&p), 0x03);
	/* The key comes again, with an interrupt of its own. */
	assert_true(p.b.level[WIRE_IRQ1]);
	assert_int_equal(p.b.rises[WIRE_IRQ1], 2);
	ps2_command(&p, 0x20);
	ps2_command(&p, 0xaa);
	PS2_READS(&p, 0x61, 0x55, 0x1e);
}

static void ports_keep_what_was_typed(void **state)
{
	(void)state;
	ps2_command(&p, 0xad);
	ps2_key(&p, A, true);
	ps2_key(&p, A, false);
	assert_int_equal(ps2_status(&p) & 1, 0);
	assert_false(p.b.level[WIRE_IRQ1]);
	ps2_command(&p, 0xae);
	assert_true(p.b.level[WIRE_IRQ1]);
	PS2_READS(&p, 0x1e, 0x9e);
	/* The mouse as well. */
	set_command_byte(0x43);
	ps2_to_mouse(&p, 0xf4);
	PS2_READS(&p, 0xfa);
	ps2_command(&p, 0xa7);
	ps2_mouse_move(&p.mouse, 3, 4, 0, 0);
	i8042_look(&p.k);
	assert_int_equal(ps2_status(&p) & 1, 0);
	ps2_command(&p, 0xa8);
	assert_true(p.b.level[WIRE_IRQ12]);
	PS2_READS(&p, 0x08, 3, 4);
}

static void devices_have_their_own_lines(void **state)
{
	(void)state;
	set_command_byte(0x43);
	ps2_to_mouse(&p, 0xf4);
	assert_int_equal(ps2_status(&p) & 0x21, 0x21);
	assert_true(p.b.level[WIRE_IRQ12]);
	assert_false(p.b.level[WIRE_IRQ1]);
	PS2_READS(&p, 0xfa);
	/* Of both that wait, the keyboard is heard first. */
	ps2_key(&p, A, true);
	ps2_mouse_move(&p.mouse, 1, 0, 0, 0);
	ps2_key(&p, A, false);
	assert_int_equal(ps2_status(&p) & 0x21, 0x01);
	assert_int_equal(ps2_read(&p), 0x1e);
	assert_int_equal(ps2_read(&p), 0x9e);
	assert_int_equal(ps2_status(&p) & 0x21, 0x21);
	PS2_READS(&p, 0x08, 1, 0);
	assert_int_equal(p.b.rises[WIRE_IRQ1], 2);
	assert_int_equal(p.b.rises[WIRE_IRQ12], 4);
	/* With the mode bits off, neither. */
	set_command_byte(0x40);
	ps2_key(&p, A, true);
	assert_false(p.b.level[WIRE_IRQ1]);
	assert_int_equal(ps2_read(&p), 0x1e);
	ps2_to_mouse(&p, 0xf2);
	assert_false(p.b.level[WIRE_IRQ12]);
	PS2_READS(&p, 0xfa, 0x00);
	/* Switched on behind a byte that waits, it is heard. */
	ps2_key(&p, A, false);
	set_command_byte(0x41);
	assert_true(p.b.level[WIRE_IRQ1]);
}

static void nothing_plugged_in_times_out(void **state)
{
	(void)state;
	p.k.aux = (struct ps2_wire){ 0 };
	ps2_to_mouse(&p, 0xff);
	assert_int_equal(ps2_status(&p) & 0x61, 0x61);
	PS2_READS(&p, 0xfe);
	assert_int_equal(ps2_status(&p) & 0x61, 0);
	p.k.keyboard = (struct ps2_wire){ 0 };
	ps2_data(&p, 0xed);
	assert_int_equal(ps2_status(&p) & 0x61, 0x41);
	PS2_READS(&p, 0xfe);
}

/* look() - its alarm rang. */
static void look(void)
{
	assert_true(p.b.alarm_ns != CLOCK_NEVER);
	p.b.now_ns = p.b.alarm_ns;
	p.b.alarm_ns = CLOCK_NEVER;
	i8042_look(&p.k);
}

/* The cable takes its time: programs that read the same key one after the other
 * do, and each byte is an edge of the line. */
static void bytes_have_a_gap(void **state)
{
	(void)state;
	p.k.clock = bench_clock(&p.b);
	ps2_key(&p, CTRL_R, true);	/* the first comes at once */
	assert_true(p.b.level[WIRE_IRQ1]);
	assert_int_equal(ps2_read(&p), 0xe0);
	assert_false(p.b.level[WIRE_IRQ1]);
	assert_int_equal(p.b.alarm_ns, I8042_GAP_NS);
	assert_int_equal(ps2_status(&p) & 1, 0);
	assert_int_equal(i8042_port_read(&p.k, 0), 0xe0);
	ps2_command(&p, 0xaa);		/* answers need none */
	PS2_READS(&p, 0x55);
	p.b.now_ns = p.b.alarm_ns - 1;
	i8042_look(&p.k);
	assert_int_equal(ps2_status(&p) & 1, 0);
	look();
	assert_true(p.b.level[WIRE_IRQ1]);
	PS2_READS(&p, 0x1d);
	assert_int_equal(p.b.rises[WIRE_IRQ1], 2);
	/* With nothing behind it, nobody is woken. */
	assert_true(p.b.alarm_ns == CLOCK_NEVER);
	p.b.now_ns += I8042_GAP_NS;
	ps2_key(&p, CTRL_R, false);
	assert_int_equal(ps2_read(&p), 0xe0);
	look();
	PS2_READS(&p, 0x9d);
	/* What the other side may have written is no endless gap. */
	p.regs.read_ns = UINT64_MAX / 2;
	ps2_key(&p, A, true);
	PS2_READS(&p, 0x1e);
}

/* ---- translation, A20 --------------------------------------------------- */

static void keys_are_translated(void **state)
{
	(void)state;
	ps2_key(&p, A, true);
	ps2_key(&p, A, false);
	PS2_READS(&p, 0x1e, 0x9e);
	ps2_key(&p, CTRL_R, true);
	ps2_key(&p, CTRL_R, false);
	PS2_READS(&p, 0xe0, 0x1d, 0xe0, 0x9d);
	ps2_key(&p, F7, true);		/* the only key above 80h */
	ps2_key(&p, F7, false);
	PS2_READS(&p, 0x41, 0xc1);
	ps2_key(&p, PAUSE, true);
	PS2_READS(&p, 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5);
	/* So is what it answers, as drivers know. */
	ps2_data(&p, 0xf2);
	PS2_READS(&p, 0xfa, 0xab, 0x41);
	ps2_data(&p, 0xf0);
	ps2_data(&p, 0x00);
	PS2_READS(&p, 0xfa, 0xfa, 0x41);	/* set 2 */
	/* An auxiliary device is not. */
	ps2_to_mouse(&p, 0xe9);
	PS2_READS(&p, 0xfa, 0x00, 0x02, 0x64);
}

static void gates_a20(void **state)
{
	(void)state;
	ps2_command(&p, 0xd1);
	ps2_data(&p, 0xdd);
	assert_false(p.b.level[WIRE_A20]);
	ps2_command(&p, 0xd0);
	PS2_READS(&p, 0xdd);
	ps2_command(&p, 0xdf);
	assert_true(p.b.level[WIRE_A20]);
	ps2_command(&p, 0xdd);
	assert_false(p.b.level[WIRE_A20]);
	ps2_command(&p, 0xd1);
	ps2_data(&p, 0xdf);
	assert_true(p.b.level[WIRE_A20]);
	assert_int_equal(p.b.rises[WIRE_RESET], 0);	/* nobody was reset */
}

/* Whatever the other side wrote into all registers, no harm is done, and after
 * a reset it works. */
static void bears_anything(void **state)
{
	unsigned int seed = test_seed((unsigned int)time(NULL)), i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		for (j = 0; j < sizeof(p.regs); j++)
			((uint8_t *)&p.regs)[j] = (uint8_t)rand_r(&seed);
		for (j = 0; j < sizeof(p.kbd_regs); j++)
			((uint8_t *)&p.kbd_regs)[j] = (uint8_t)rand_r(&seed);
		for (j = 0; j < sizeof(p.mouse_regs); j++)
			((uint8_t *)&p.mouse_regs)[j] = (uint8_t)rand_r(&seed);
		for (j = 0; j < 8; j++) {
			i8042_port_write(&p.k, rand_r(&seed) & 1,
					 (uint8_t)rand_r(&seed));
			i8042_port_read(&p.k, rand_r(&seed) & 1);
			ps2_key(&p, rand_r(&seed) & 0xff, rand_r(&seed) & 1);
			ps2_mouse_move(&p.mouse,
				       (int)((unsigned int)rand_r(&seed) * 2),
				       -rand_r(&seed), rand_r(&seed),
				       (unsigned int)rand_r(&seed));
			i8042_look(&p.k);
		}
		ps2_keyboard_tick(&p.kbd, i8042_keyboard_waits(&p.k));
	}
	ps2_bench_reset(&p);
	ps2_key(&p, A, true);
	PS2_READS(&p, 0x1e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(is_as_firmware_leaves_it, fresh),
		cmocka_unit_test_setup(tests_and_resets, fresh),
		cmocka_unit_test_setup(enables_and_disables, fresh),
		cmocka_unit_test_setup(has_memory, fresh),
		cmocka_unit_test_setup(loops_as_linux_asks, fresh),
		cmocka_unit_test_setup(command_bit_tells_the_last_write, fresh),
		cmocka_unit_test_setup(empty_gives_the_last_byte, fresh),
		cmocka_unit_test_setup(answers_are_bounded, fresh),
		cmocka_unit_test_setup(answers_go_before_keys, fresh),
		cmocka_unit_test_setup(ports_keep_what_was_typed, fresh),
		cmocka_unit_test_setup(devices_have_their_own_lines, fresh),
		cmocka_unit_test_setup(nothing_plugged_in_times_out, fresh),
		cmocka_unit_test_setup(bytes_have_a_gap, fresh),
		cmocka_unit_test_setup(keys_are_translated, fresh),
		cmocka_unit_test_setup(gates_a20, fresh),
		cmocka_unit_test_setup(bears_anything, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
