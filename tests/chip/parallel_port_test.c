/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parallel_port_test.c - the printer port at its pins: what STROBE sends, when
 * it is busy, when it interrupts, and what a guest sees without a cable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "devices/parallel_port.h"

#define DATA	0u
#define STATUS	1u
#define CONTROL	2u
#define IDLE	0xdf	/* ready, no ACK, paper, on line, no error */
#define BUSY	0x5f
#define ON	0x0c	/* selected, not being initialised */

static struct parallel_port_regs regs;
static struct parallel_port port;
static uint8_t printed[16];
static unsigned int count, room, edges;
static bool pin;

static void pin_set(void *board, unsigned int number, bool level)
{
	(void)board, (void)number;
	edges += level && !pin;
	pin = level;
}

static bool print(void *board, unsigned int number, uint8_t byte)
{
	(void)board, (void)number;
	assert_true(count < sizeof(printed));
	printed[count++] = byte;
	return count < room;
}

static int fresh(void **state)
{
	(void)state;
	memset(&regs, 0xff, sizeof(regs));
	port = (struct parallel_port){
		&regs, { pin_set, NULL, 0 }, { print, NULL, 0 } };
	count = edges = 0;
	room = sizeof(printed) + 1;
	pin = true;
	parallel_port_ops.reset(&port);
	return 0;
}

static uint8_t in(unsigned int offset)
{
	return parallel_port_ops.port_read(&port, offset);
}

static void out(unsigned int offset, uint8_t value)
{
	parallel_port_ops.port_write(&port, offset, value);
}

/* pulse() - send a byte, as drivers do. */
static void pulse(uint8_t byte, uint8_t control)
{
	out(DATA, byte);
	out(CONTROL, control | PARALLEL_STROBE);
	out(CONTROL, control);
}

static void reset_is_quiet(void **state)
{
	(void)state;
	assert_false(pin);
	assert_int_equal(in(DATA), 0);
	assert_int_equal(in(CONTROL), 0xe0);
	assert_int_equal(in(STATUS), IDLE);
}

static void registers_read_back(void **state)
{
	(void)state;
	out(DATA, 0xa5);
	out(CONTROL, 0xee);
	assert_int_equal(in(DATA), 0xa5);
	assert_int_equal(in(CONTROL), 0xee);	/* three bits are not there */
	out(STATUS, 0);
	assert_int_equal(in(STATUS), IDLE);
	assert_int_equal(count, 0);
}

static void strobe_sends_once(void **state)
{
	(void)state;
	out(DATA, 'a');
	assert_int_equal(count, 0);
	out(CONTROL, ON | PARALLEL_STROBE);
	assert_int_equal(count, 1);
	assert_int_equal(in(STATUS), BUSY);
	out(DATA, 'x');
	out(CONTROL, ON | PARALLEL_STROBE);	/* no edge */
	assert_int_equal(count, 1);
	out(CONTROL, ON);
	assert_int_equal(in(STATUS), IDLE);
	pulse('b', ON);
	assert_int_equal(count, 2);
	assert_memory_equal(printed, "ab", 2);
	assert_int_equal(edges, 0);		/* interrupts are off */
}

static void each_byte_is_acknowledged(void **state)
{
	(void)state;
	pulse('a', ON);
	out(CONTROL, ON | PARALLEL_IRQ);
	assert_false(pin);			/* not for an old one */
	out(DATA, 'b');
	out(CONTROL, ON | PARALLEL_IRQ | PARALLEL_STROBE);
	assert_false(pin);
	out(CONTROL, ON | PARALLEL_IRQ);
	assert_true(pin);
	pulse('c', ON | PARALLEL_IRQ);
	assert_true(pin);
	assert_int_equal(edges, 2);
	out(CONTROL, ON);
	assert_false(pin);
	out(CONTROL, ON | PARALLEL_IRQ);
	assert_false(pin);
}

static void busy_without_room(void **state)
{
	(void)state;
	room = 2;
	pulse('a', ON | PARALLEL_IRQ);
	assert_int_equal(edges, 1);
	pulse('b', ON | PARALLEL_IRQ);
	assert_int_equal(in(STATUS), BUSY);
	assert_false(pin);			/* no ACK yet */
	pulse('x', ON | PARALLEL_IRQ);		/* who does not look loses */
	assert_int_equal(count, 2);
	parallel_port_ops.look(&port, false);
	assert_int_equal(in(STATUS), BUSY);
	room = 3;
	parallel_port_ops.look(&port, true);
	assert_int_equal(in(STATUS), IDLE);
	assert_true(pin);
	assert_int_equal(edges, 2);
	parallel_port_ops.look(&port, true);
	pulse('c', ON | PARALLEL_IRQ);
	assert_memory_equal(printed, "abc", 3);
}

static void no_cable(void **state)
{
	(void)state;
	port.printer.put = NULL;
	assert_int_equal(in(STATUS), 0x7f);	/* busy, no paper */
	pulse('a', ON | PARALLEL_IRQ);
	assert_false(pin);
	assert_int_equal(count, 0);
	parallel_port_ops.look(&port, true);
	assert_false(pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reset_is_quiet, fresh),
		cmocka_unit_test_setup(registers_read_back, fresh),
		cmocka_unit_test_setup(strobe_sends_once, fresh),
		cmocka_unit_test_setup(each_byte_is_acknowledged, fresh),
		cmocka_unit_test_setup(busy_without_room, fresh),
		cmocka_unit_test_setup(no_cable, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
