/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_port_test.c - a serial port, answered by two worlds in turn, with no
 * guest: what is sent, when input is handed over, and who has to wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/lib_seed.h"
#include "machine/serial_port.h"

#define LSR 5u
#define THRE 0x20

static struct com1_line line;
static struct com1 world[2];
static bool pin;

static void pin_set(void *board, unsigned int number, bool level)
{
	(void)board, (void)number;
	pin = level;
}

static int fresh(void **state)
{
	const struct irq_wire irq = { pin_set, NULL, 0 };
	const struct clock_wire clock = { 0 };
	int i;

	(void)state;
	memset(&line, 0, sizeof(line));
	for (i = 0; i < 2; i++)
		com1_wire(&world[i], &line, irq, clock);
	com1_power_on(&world[0]);
	return 0;
}

static void come_in(const char *text)
{
	while (*text)
		assert_true(bytering_put(&line.in, (uint8_t)*text++));
}

/* sent() - what is in the ring is just this. */
static void sent(const char *text)
{
	uint64_t bad = 0;
	uint8_t byte;

	for (; *text; text++) {
		assert_int_equal(bytering_get(&line.out, &byte, 1, &bad), 1);
		assert_int_equal(byte, *text);
	}
	assert_int_equal(bytering_count(&line.out), 0);
}

/* Which world answers which access makes no difference. */
static void either_world_answers(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i;
	const char *text = "any world will do";

	(void)state;
	come_in(text);
	com1_write(&world[0], 4, 0x0b);		/* DTR, RTS, OUT2 */
	for (i = 0; text[i]; i++) {
		assert_int_equal(com1_read(&world[rand_r(&seed) & 1], LSR),
				 0x61);
		com1_write(&world[rand_r(&seed) & 1], 0,
			   com1_read(&world[rand_r(&seed) & 1], 0));
	}
	assert_int_equal(com1_read(&world[1], LSR), 0x60);
	sent(text);
}

/* What came waits in the ring until the guest listens: a driver that looks for
 * the chip takes nothing. */
static void waits_for_a_listener(void **state)
{
	unsigned int i;

	(void)state;
	come_in("abc");
	for (i = 0; i < 1000; i++) {
		assert_int_equal(com1_read(&world[1], LSR) & 1, 0);
		com1_write(&world[1], 0, 'x');
		com1_write(&world[1], 2, 0x07);
		com1_look(&world[0]);
	}
	assert_false(com1_hungry(&world[1]));
	com1_write(&world[1], 4, 0x02);			/* RTS */
	assert_int_equal(com1_read(&world[1], LSR) & 1, 1);
	assert_int_equal(com1_read(&world[1], 0), 'a');
}

static void who_polls_listens(void **state)
{
	unsigned int i;

	(void)state;
	come_in("a");
	for (i = 0; i < 64; i++)
		com1_read(&world[1], LSR);
	assert_int_equal(com1_read(&world[1], LSR) & 1, 1);
}

/* It polls for room to send, and not for bytes. */
static void who_waits_for_room_does_not(void **state)
{
	unsigned int i;

	(void)state;
	come_in("a");
	for (i = 0; i < BYTERING_SIZE - COM1_RESERVE; i++)
		com1_write(&world[1], 0, 'x');
	for (i = 0; i < 1000; i++)
		assert_int_equal(com1_read(&world[1], LSR), 0);
}

static void who_halts_with_interrupts_listens(void **state)
{
	(void)state;
	come_in("a");
	assert_false(com1_halted(&world[0]));
	com1_write(&world[1], 1, 0x01);
	com1_write(&world[1], 4, 0x08);
	assert_false(pin);
	assert_true(com1_halted(&world[0]));
	assert_true(pin);
	assert_false(com1_halted(&world[0]));
}

/* VMApp hears that it took all, if it asked, and once. */
static void hungry_once(void **state)
{
	(void)state;
	com1_write(&world[1], 4, 0x02);
	assert_false(com1_hungry(&world[1]));
	come_in("a");
	assert_true(bytering_ask_room(&line.in, 1));
	assert_false(com1_hungry(&world[1]));
	com1_read(&world[1], LSR);			/* the chip takes it */
	assert_true(com1_hungry(&world[1]));
	assert_false(com1_hungry(&world[1]));
}

/*
 * THR is not empty while little room is left, the guest can still send into
 * that little, and nothing is lost; with room an interrupt follows.
 */
static void full_and_empty_again(void **state)
{
	uint8_t buf[BYTERING_SIZE];
	uint64_t bad = 0;
	uint32_t i;

	(void)state;
	com1_write(&world[1], 4, 0x08);
	com1_write(&world[1], 1, 0x02);
	for (i = 0; com1_read(&world[1], LSR) & THRE; i++)
		com1_write(&world[1], 0, (uint8_t)(i * 3));
	assert_int_equal(i, BYTERING_SIZE - COM1_RESERVE);
	assert_int_equal(com1_read(&world[1], 2), 0x01);
	assert_false(pin);
	for (; !com1_blocked(&world[1], 0); i++)
		com1_write(&world[1], 0, (uint8_t)(i * 3));
	assert_int_equal(i, BYTERING_SIZE);
	assert_false(com1_blocked(&world[1], 1));
	com1_write(&world[1], 3, 0x80);			/* the divisor */
	assert_false(com1_blocked(&world[1], 0));
	com1_write(&world[1], 3, 0x03);
	assert_true(com1_blocked(&world[0], 0));

	assert_int_equal(bytering_get(&line.out, buf, 300, &bad), 300);
	assert_false(bytering_room_due(&line.out));	/* not yet half */
	assert_int_equal(com1_read(&world[1], LSR), 0x60); /* if it looks */
	for (; com1_read(&world[1], LSR) & THRE; i++)
		com1_write(&world[1], 0, (uint8_t)(i * 3));
	bytering_get(&line.out, buf + 300, sizeof(buf) - 300, &bad);
	assert_true(bytering_room_due(&line.out));
	assert_false(pin);
	com1_look(&world[0]);
	assert_true(pin);
	for (i = 0; i < BYTERING_SIZE; i++)
		assert_int_equal(buf[i], (uint8_t)(i * 3));
}

/* Whatever is in there, every call ends, and hurts nobody. */
static void bears_anything(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i, j;
	uint8_t *at = (uint8_t *)&line;

	(void)state;
	for (i = 0; i < 3000; i++) {
		for (j = 0; j < 200; j++)
			at[(unsigned int)rand_r(&seed) %
			   offsetof(struct com1_line, out.bytes)] =
				(uint8_t)rand_r(&seed);
		atomic_store(&line.in.head, (uint32_t)rand_r(&seed));
		atomic_store(&line.out.bytes_asked, 0);	/* no system calls */
		line.listening = (uint32_t)rand_r(&seed);
		for (j = 0; j < 20; j++) {
			struct com1 *c = &world[rand_r(&seed) & 1];

			com1_write(c, (unsigned int)rand_r(&seed) & 7,
				   (uint8_t)rand_r(&seed));
			com1_read(c, (unsigned int)rand_r(&seed) & 7);
			com1_look(c);
			com1_halted(c);
			com1_hungry(c);
			com1_blocked(c, j & 7);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(either_world_answers, fresh),
		cmocka_unit_test_setup(waits_for_a_listener, fresh),
		cmocka_unit_test_setup(who_polls_listens, fresh),
		cmocka_unit_test_setup(who_waits_for_room_does_not, fresh),
		cmocka_unit_test_setup(who_halts_with_interrupts_listens,
				       fresh),
		cmocka_unit_test_setup(hungry_once, fresh),
		cmocka_unit_test_setup(full_and_empty_again, fresh),
		cmocka_unit_test_setup(bears_anything, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
