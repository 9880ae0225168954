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

static struct serial_port_regs regs;
static struct byte_line line;
static struct serial_port world[2];
static bool pin;

static void pin_set(void *board, unsigned int number, bool level)
{
	(void)board, (void)number;
	pin = level;
}

/* The board's calls. */
static uint8_t port_read(struct serial_port *p, unsigned int offset)
{
	return serial_port_ops.port_read(p, offset);
}

static void port_write(struct serial_port *p, unsigned int offset, uint8_t v)
{
	serial_port_ops.port_write(p, offset, v);
}

static void port_look(struct serial_port *p)
{
	serial_port_ops.look(p, byte_line_room(&line));
}

static bool port_halted(struct serial_port *p)
{
	return serial_port_ops.halted(p);
}

static bool port_blocked(const struct serial_port *p, unsigned int offset)
{
	return serial_port_ops.blocked(p, offset);
}

static int fresh(void **state)
{
	const struct irq_wire irq = { pin_set, NULL, 0 };
	const struct clock_wire clock = { 0 };
	int i;

	(void)state;
	memset(&line, 0, sizeof(line));
	memset(&regs, 0, sizeof(regs));
	line.plugged = 1;
	for (i = 0; i < 2; i++)
		serial_port_wire(&world[i], &regs, &line, irq, clock);
	serial_port_ops.reset(&world[0]);
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

/* The key behind it comes after it; two that nobody heard are one. */
static void a_break_comes_first(void **state)
{
	(void)state;
	port_write(&world[0], 4, 0x0b);		/* DTR, RTS, OUT2 */
	line.breaks += 2;
	come_in("h");
	port_look(&world[1]);
	port_look(&world[0]);
	assert_int_equal(port_read(&world[0], LSR), 0x71);
	assert_int_equal(port_read(&world[0], 0), 0);
	assert_int_equal(port_read(&world[1], LSR), 0x61);
	assert_int_equal(port_read(&world[1], 0), 'h');
	assert_int_equal(port_read(&world[0], LSR), 0x60);
}

/* Which world answers which access makes no difference. */
static void either_world_answers(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i;
	const char *text = "any world will do";

	(void)state;
	come_in(text);
	port_write(&world[0], 4, 0x0b);		/* DTR, RTS, OUT2 */
	for (i = 0; text[i]; i++) {
		assert_int_equal(port_read(&world[rand_r(&seed) & 1], LSR),
				 0x61);
		port_write(&world[rand_r(&seed) & 1], 0,
			   port_read(&world[rand_r(&seed) & 1], 0));
	}
	assert_int_equal(port_read(&world[1], LSR), 0x60);
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
		assert_int_equal(port_read(&world[1], LSR) & 1, 0);
		port_write(&world[1], 0, 'x');
		port_write(&world[1], 2, 0x07);
		port_look(&world[0]);
	}
	assert_false(byte_line_hungry(&line));
	port_write(&world[1], 4, 0x02);			/* RTS */
	assert_int_equal(port_read(&world[1], LSR) & 1, 1);
	assert_int_equal(port_read(&world[1], 0), 'a');
}

static void who_polls_listens(void **state)
{
	unsigned int i;

	(void)state;
	come_in("a");
	for (i = 0; i < 64; i++)
		port_read(&world[1], LSR);
	assert_int_equal(port_read(&world[1], LSR) & 1, 1);
}

/* It polls for room to send, and not for bytes. */
static void who_waits_for_room_does_not(void **state)
{
	unsigned int i;

	(void)state;
	come_in("a");
	for (i = 0; i < BYTERING_SIZE - BYTE_LINE_RESERVE; i++)
		port_write(&world[1], 0, 'x');
	for (i = 0; i < 1000; i++)
		assert_int_equal(port_read(&world[1], LSR), 0);
}

static void who_halts_with_interrupts_listens(void **state)
{
	(void)state;
	come_in("a");
	assert_false(port_halted(&world[0]));
	port_write(&world[1], 1, 0x01);
	port_write(&world[1], 4, 0x08);
	assert_false(pin);
	assert_true(port_halted(&world[0]));
	assert_true(pin);
	assert_false(port_halted(&world[0]));
}

/* VMApp hears that it took all, if it asked, and once. */
static void hungry_once(void **state)
{
	(void)state;
	port_write(&world[1], 4, 0x02);
	assert_false(byte_line_hungry(&line));
	come_in("a");
	assert_true(bytering_ask_room(&line.in, 1));
	assert_false(byte_line_hungry(&line));
	port_read(&world[1], LSR);			/* the chip takes it */
	assert_true(byte_line_hungry(&line));
	assert_false(byte_line_hungry(&line));
}

/* A guest that uses "request to send" is taken at its word; whether it halts
 * meanwhile does not count. */
static void no_request_no_bytes(void **state)
{
	(void)state;
	port_write(&world[1], 1, 0x01);
	port_write(&world[1], 4, 0x0b);
	come_in("a");
	port_look(&world[0]);
	assert_int_equal(port_read(&world[1], 0), 'a');
	port_write(&world[1], 4, 0x09);
	come_in("b");
	port_look(&world[0]);
	assert_int_equal(port_read(&world[1], LSR) & 1, 0);
	assert_false(port_halted(&world[0]));
	port_write(&world[1], 4, 0x1b);			/* a test of the chip */
	assert_int_equal(port_read(&world[1], LSR) & 1, 0);
	port_write(&world[1], 4, 0x0b);
	assert_int_equal(port_read(&world[1], 0), 'b');
}

static uint64_t clock_ns, alarm_at;

static uint64_t now_ns(void *board)
{
	(void)board;
	return clock_ns;
}

static void set_alarm(void *board, unsigned int number, uint64_t when_ns)
{
	(void)board, (void)number;
	alarm_at = when_ns;
}

/* to_receive() - a port with a clock, whose interrupt says that bytes came */
static void to_receive(void)
{
	const struct clock_wire clock = { now_ns, set_alarm, NULL, 0 };
	const struct irq_wire irq = { pin_set, NULL, 0 };

	clock_ns = 1000000;
	alarm_at = 0;
	serial_port_wire(&world[0], &regs, &line, irq, clock);
	port_write(&world[0], 1, 0x01);
}

/* rests() - the handler comes to its end here, and goes on after a rest. */
static void rests(void)
{
	assert_false(pin);
	assert_int_equal(alarm_at, clock_ns + SERIAL_REST_NS);
	serial_port_ops.tick(&world[0]);
	assert_true(pin);
}

/* However fast a handler reads, there is an end; the rest comes later. */
static void a_burst_ends(void **state)
{
	unsigned int n = 0, k;

	(void)state;
	to_receive();
	port_write(&world[0], 4, 0x0b);
	for (k = 0; k < 2 * SERIAL_BURST; k++)
		bytering_put(&line.in, (uint8_t)k);
	port_look(&world[0]);
	for (; port_read(&world[0], LSR) & 1; n++)
		assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
	assert_in_range(n, SERIAL_BURST, SERIAL_BURST + I16550_FIFO);
	rests();
	for (; port_read(&world[0], LSR) & 1; n++)
		assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
	serial_port_ops.tick(&world[0]);
	assert_int_equal(n, 2 * SERIAL_BURST);
}

/* Nor is it over before a slow one has found the FIFO empty. */
static void a_slow_handler_ends(void **state)
{
	unsigned int n, k;

	(void)state;
	to_receive();
	port_write(&world[0], 2, 0x81);		/* FIFOs */
	port_write(&world[0], 4, 0x0b);
	for (k = 0; k < 2 * SERIAL_BURST; k++)
		bytering_put(&line.in, (uint8_t)k);
	port_look(&world[0]);
	for (n = 0; n < SERIAL_BURST - I16550_FIFO / 2; n++)
		assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
	serial_port_ops.tick(&world[0]);	/* the chip's own, perhaps */
	assert_int_equal(alarm_at, 0);
	clock_ns += 2 * SERIAL_REST_NS;
	for (; port_read(&world[0], LSR) & 1; n++)
		assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
	assert_in_range(n, SERIAL_BURST, SERIAL_BURST + I16550_FIFO);
	rests();
	assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
}

/* Nor does one find more each time that it looks, a byte at a time. */
static void turns_end(void **state)
{
	unsigned int n = 0;

	(void)state;
	to_receive();
	port_write(&world[0], 4, 0x0b);
	for (; n < 10 * SERIAL_TURNS; n++) {
		bytering_put(&line.in, (uint8_t)n);
		port_look(&world[0]);
		if (!(port_read(&world[0], LSR) & 1))
			break;
		assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
	}
	assert_int_equal(n, SERIAL_TURNS);
	rests();
	assert_int_equal(port_read(&world[0], 0), (uint8_t)n);
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
	port_write(&world[1], 4, 0x08);
	port_write(&world[1], 1, 0x02);
	for (i = 0; port_read(&world[1], LSR) & THRE; i++)
		port_write(&world[1], 0, (uint8_t)(i * 3));
	assert_int_equal(i, BYTERING_SIZE - BYTE_LINE_RESERVE);
	assert_int_equal(port_read(&world[1], 2), 0x01);
	assert_false(pin);
	for (; !port_blocked(&world[1], 0); i++)
		port_write(&world[1], 0, (uint8_t)(i * 3));
	assert_int_equal(i, BYTERING_SIZE);
	assert_false(port_blocked(&world[1], 1));
	port_write(&world[1], 3, 0x80);			/* the divisor */
	assert_false(port_blocked(&world[1], 0));
	port_write(&world[1], 3, 0x03);
	assert_true(port_blocked(&world[0], 0));

	assert_int_equal(bytering_get(&line.out, buf, 300, &bad), 300);
	assert_false(bytering_room_due(&line.out));	/* not yet half */
	assert_int_equal(port_read(&world[1], LSR), 0x60); /* if it looks */
	for (; port_read(&world[1], LSR) & THRE; i++)
		port_write(&world[1], 0, (uint8_t)(i * 3));
	bytering_get(&line.out, buf + 300, sizeof(buf) - 300, &bad);
	assert_true(bytering_room_due(&line.out));
	assert_false(pin);
	port_look(&world[0]);
	assert_true(pin);
	for (i = 0; i < BYTERING_SIZE; i++)
		assert_int_equal(buf[i], (uint8_t)(i * 3));
}

/* Whatever is in there, every call ends, and hurts nobody. */
static void bears_anything(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i, j;
	uint8_t *at;

	(void)state;
	for (i = 0; i < 3000; i++) {
		for (at = (uint8_t *)&regs; at < (uint8_t *)(&regs + 1); at++)
			*at = (uint8_t)rand_r(&seed);
		line.out.bytes_asked = line.out.room_asked = 1;
		atomic_store(&line.out.head, (uint32_t)rand_r(&seed));
		atomic_store(&line.out.tail, (uint32_t)rand_r(&seed));
		line.in.room_asked = (uint32_t)rand_r(&seed);
		atomic_store(&line.in.tail, (uint32_t)rand_r(&seed));
		atomic_store(&line.in.head, (uint32_t)rand_r(&seed));
		atomic_store(&line.out.bytes_asked, 0);	/* no system calls */
		line.listening = (uint32_t)rand_r(&seed);
		for (j = 0; j < 20; j++) {
			struct serial_port *c = &world[rand_r(&seed) & 1];

			port_write(c, (unsigned int)rand_r(&seed) & 7,
				   (uint8_t)rand_r(&seed));
			port_read(c, (unsigned int)rand_r(&seed) & 7);
			port_look(c);
			port_halted(c);
			byte_line_hungry(&line);
			port_blocked(c, j & 7);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(either_world_answers, fresh),
		cmocka_unit_test_setup(a_break_comes_first, fresh),
		cmocka_unit_test_setup(waits_for_a_listener, fresh),
		cmocka_unit_test_setup(who_polls_listens, fresh),
		cmocka_unit_test_setup(who_waits_for_room_does_not, fresh),
		cmocka_unit_test_setup(who_halts_with_interrupts_listens,
				       fresh),
		cmocka_unit_test_setup(hungry_once, fresh),
		cmocka_unit_test_setup(no_request_no_bytes, fresh),
		cmocka_unit_test_setup(a_burst_ends, fresh),
		cmocka_unit_test_setup(a_slow_handler_ends, fresh),
		cmocka_unit_test_setup(turns_end, fresh),
		cmocka_unit_test_setup(full_and_empty_again, fresh),
		cmocka_unit_test_setup(bears_anything, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
