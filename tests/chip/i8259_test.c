/* SPDX-License-Identifier: BSD-2-Clause */
/* i8259_test.c - the interrupt controller pair by its ports and lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "devices/i8259.h"
#include "tests/chip/lib_board.h"

struct pics {
	struct bench b;
	struct i8259_regs regs[2];
	struct i8259_pair p;
};

static void out(struct pics *s, unsigned int which, unsigned int port,
		uint8_t v)
{
	i8259_port_write(&s->p, which, port, v);
}

/* start() - as every PC: vectors 20h and 28h, nothing masked. */
static int start(void **state)
{
	static struct pics s;
	unsigned int i;

	bench_reset(&s.b);
	s.p.pic = s.regs;
	s.p.intr = bench_irq(&s.b, 0);
	i8259_reset(&s.p);
	for (i = 0; i < 2; i++) {
		out(&s, i, 0, 0x11);
		out(&s, i, 1, i ? 0x28 : 0x20);
		out(&s, i, 1, i ? 2 : 4);
		out(&s, i, 1, 1);
		out(&s, i, 1, 0);
	}
	*state = &s;
	return 0;
}

static void edge(struct pics *s, unsigned int line)
{
	i8259_set_line(&s->p, line, true);
	i8259_set_line(&s->p, line, false);
}

static void high(struct pics *s, unsigned int line)
{
	i8259_set_line(&s->p, line, true);
}

static void vectors_of_both(void **state)
{
	struct pics *s = *state;

	assert_false(s->b.level[0]);
	high(s, 3);
	assert_true(s->b.level[0]);
	assert_int_equal(i8259_ack(&s->p), 0x23);
	assert_false(s->b.level[0]);
	out(s, 0, 0, 0x20);
	high(s, 12);
	assert_int_equal(i8259_ack(&s->p), 0x2c);
	out(s, 1, 0, 0x20);
	out(s, 0, 0, 0x20);
	assert_int_equal(s->regs[0].isr | s->regs[1].isr, 0);
}

static void nesting(void **state)
{
	struct pics *s = *state;

	high(s, 4);
	assert_int_equal(i8259_ack(&s->p), 0x24);
	high(s, 6);			/* lower: has to wait */
	assert_false(s->b.level[0]);
	high(s, 1);			/* higher: interrupts */
	assert_true(s->b.level[0]);
	assert_int_equal(i8259_ack(&s->p), 0x21);
	out(s, 0, 0, 0x20);		/* ends 1, the highest in service */
	assert_false(s->b.level[0]);
	out(s, 0, 0, 0x64);		/* specific: ends 4 */
	assert_true(s->b.level[0]);
	assert_int_equal(i8259_ack(&s->p), 0x26);
}

static void masks(void **state)
{
	struct pics *s = *state;

	out(s, 0, 1, 0x08);
	high(s, 3);
	assert_false(s->b.level[0]);
	assert_int_equal(i8259_port_read(&s->p, 0, 1), 0x08);
	assert_int_equal(i8259_port_read(&s->p, 0, 0), 0x08);	/* IRR */
	out(s, 0, 1, 0);
	assert_true(s->b.level[0]);
	i8259_ack(&s->p);
	out(s, 0, 0, 0x0b);
	assert_int_equal(i8259_port_read(&s->p, 0, 0), 0x08);	/* ISR */
}

static void spurious(void **state)
{
	struct pics *s = *state;

	edge(s, 3);			/* gone before INTA */
	assert_int_equal(i8259_ack(&s->p), 0x27);
	assert_int_equal(s->regs[0].isr, 0);
}

static void edge_and_level(void **state)
{
	struct pics *s = *state;

	/* Edge: held high, it requests once. */
	high(s, 5);
	i8259_ack(&s->p);
	out(s, 0, 0, 0x20);
	assert_false(s->b.level[0]);
	/* Level: as long as it is high. */
	i8259_elcr_write(&s->p, 1, 0xff);
	assert_int_equal(i8259_elcr_read(&s->p, 1), 0xde);
	i8259_elcr_write(&s->p, 0, 0xff);
	assert_int_equal(i8259_elcr_read(&s->p, 0), 0xf8);
	high(s, 11);
	assert_int_equal(i8259_ack(&s->p), 0x2b);
	out(s, 1, 0, 0x20);
	out(s, 0, 0, 0x20);
	assert_true(s->b.level[0]);
	i8259_set_line(&s->p, 11, false);
	i8259_set_line(&s->p, 5, false);
	assert_false(s->b.level[0]);
}

static void rotation(void **state)
{
	struct pics *s = *state;

	out(s, 0, 0, 0xc3);		/* 3 is lowest now, so 4 is highest */
	high(s, 1);
	high(s, 6);
	assert_int_equal(i8259_ack(&s->p), 0x26);
	out(s, 0, 0, 0xa0);		/* rotate on EOI: 6 becomes lowest */
	high(s, 7);
	assert_int_equal(i8259_ack(&s->p), 0x27);
}

static void automatic_end(void **state)
{
	struct pics *s = *state;

	out(s, 0, 0, 0x11);
	out(s, 0, 1, 0x40);
	out(s, 0, 1, 4);
	out(s, 0, 1, 3);		/* ICW4: AEOI */
	high(s, 2 + 1);
	assert_int_equal(i8259_ack(&s->p), 0x43);
	assert_int_equal(s->regs[0].isr, 0);
}

static void polling(void **state)
{
	struct pics *s = *state;

	out(s, 0, 0, 0x0c);
	assert_int_equal(i8259_port_read(&s->p, 0, 0), 0);
	high(s, 4);
	out(s, 0, 0, 0x0c);
	assert_int_equal(i8259_port_read(&s->p, 0, 0), 0x84);
	assert_int_equal(s->regs[0].isr, 0x10);
}

static void special_mask(void **state)
{
	struct pics *s = *state;

	high(s, 1);
	i8259_ack(&s->p);
	out(s, 0, 1, 0x02);		/* mask what is in service */
	out(s, 0, 0, 0x68);
	high(s, 6);			/* lower ones may come now */
	assert_true(s->b.level[0]);
	assert_int_equal(i8259_ack(&s->p), 0x26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(vectors_of_both, start),
		cmocka_unit_test_setup(nesting, start),
		cmocka_unit_test_setup(masks, start),
		cmocka_unit_test_setup(spurious, start),
		cmocka_unit_test_setup(edge_and_level, start),
		cmocka_unit_test_setup(rotation, start),
		cmocka_unit_test_setup(automatic_end, start),
		cmocka_unit_test_setup(polling, start),
		cmocka_unit_test_setup(special_mask, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
