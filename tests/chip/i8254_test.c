/* SPDX-License-Identifier: BSD-2-Clause */
/* i8254_test.c - the timer by its ports, a stepped clock and OUT 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "devices/i8254.h"
#include "devices/port61.h"
#include "tests/chip/lib_board.h"

#define SECOND 1000000000ull

struct timer {
	struct bench b;
	struct i8254_regs regs;
	struct port61_regs p61_regs;
	struct i8254 t;
	struct port61 p61;
};

static int start(void **state)
{
	static struct timer s;

	bench_reset(&s.b);
	s.t.regs = &s.regs;
	s.t.out0 = bench_irq(&s.b, 0);
	s.t.clock = bench_clock(&s.b);
	s.p61.regs = &s.p61_regs;
	s.p61.timer = &s.t;
	s.p61.clock = bench_clock(&s.b);
	i8254_reset(&s.t);
	port61_reset(&s.p61);
	*state = &s;
	return 0;
}

static void program(struct timer *s, unsigned int nr, unsigned int mode,
		    uint16_t count)
{
	i8254_port_write(&s->t, 3, (uint8_t)(nr << 6 | 0x30 | mode << 1));
	i8254_port_write(&s->t, nr, (uint8_t)count);
	i8254_port_write(&s->t, nr, (uint8_t)(count >> 8));
}

static uint16_t latched(struct timer *s, unsigned int nr)
{
	uint16_t v;

	i8254_port_write(&s->t, 3, (uint8_t)(nr << 6));
	v = i8254_port_read(&s->t, nr);
	return (uint16_t)(v | i8254_port_read(&s->t, nr) << 8);
}

/* clocks() - step the clock by so many of its own periods, and a bit. */
static void clocks(struct timer *s, uint64_t n)
{
	s->b.now_ns += n * SECOND / I8254_HZ + 1;
}

static void mode_2_is_periodic(void **state)
{
	struct timer *s = *state;
	unsigned int i;

	program(s, 0, 2, 1193);
	for (i = 1; i <= 1000; i++) {
		assert_true(s->b.alarm_ns > s->b.now_ns);
		s->b.now_ns = s->b.alarm_ns;
		i8254_tick(&s->t);
		assert_int_equal(s->b.rises[0], i + 1);	/* 1: OUT high */
	}
	/* 1000 periods of 1193 clocks: no drift of more than a clock. */
	assert_in_range(s->b.now_ns, 999847000, 999848500);
}

static void late_ticks_give_one_edge(void **state)
{
	struct timer *s = *state;

	program(s, 0, 2, 1193);
	s->b.now_ns += 3600 * SECOND;
	i8254_tick(&s->t);
	assert_int_equal(s->b.rises[0], 2);
	/* 3600 s of 1193 clocks each, less the one that was given. */
	assert_in_range(i8254_period_ns(&s->t), 999847, 999848);
	assert_in_range(s->t.missed, 3600550 - 2, 3600550);
	s->t.missed = 0;
	i8254_tick(&s->t);
	assert_int_equal(s->b.rises[0], 2);
	assert_int_equal(s->t.missed, 0);
	assert_in_range(s->b.alarm_ns - s->b.now_ns, 1, 1000000);
}

static void mode_0_counts_once(void **state)
{
	struct timer *s = *state;

	program(s, 0, 0, 1000);
	assert_false(s->b.level[0]);
	assert_in_range(s->b.alarm_ns, 838095, 838097);
	clocks(s, 600);
	i8254_tick(&s->t);
	assert_false(s->b.level[0]);
	assert_in_range(latched(s, 0), 399, 400);
	s->b.now_ns = s->b.alarm_ns;
	i8254_tick(&s->t);
	assert_true(s->b.level[0]);
	assert_true(s->b.alarm_ns == CLOCK_NEVER);
	clocks(s, 10);
	assert_in_range(latched(s, 0), 0xfff4, 0xfff7);
}

static void mode_3_is_a_square_wave(void **state)
{
	struct timer *s = *state;

	i8254_set_gate(&s->t, 2, true);
	program(s, 2, 3, 1000);
	assert_true(i8254_out(&s->t, 2));
	clocks(s, 499);
	assert_true(i8254_out(&s->t, 2));
	clocks(s, 2);
	assert_false(i8254_out(&s->t, 2));
	clocks(s, 500);
	assert_true(i8254_out(&s->t, 2));
}

static void mode_4_strobes(void **state)
{
	struct timer *s = *state;

	program(s, 0, 4, 100);
	assert_true(s->b.level[0]);
	s->b.now_ns = s->b.alarm_ns;
	i8254_tick(&s->t);
	assert_int_equal(s->b.rises[0], 2);
	clocks(s, 100000);
	i8254_tick(&s->t);
	assert_int_equal(s->b.rises[0], 2);
}

static void gate_of_counter_2(void **state)
{
	struct timer *s = *state;

	/* As every kernel that calibrates: gate up, mode 0, wait for OUT. */
	port61_write(&s->p61, 0x01);
	program(s, 2, 0, 11932);
	assert_false(port61_read(&s->p61) & 0x20);
	clocks(s, 11931);
	assert_false(port61_read(&s->p61) & 0x20);
	clocks(s, 1);
	assert_true(port61_read(&s->p61) & 0x20);
	assert_int_equal(port61_read(&s->p61) & 0x0f, 0x01);
	/* Gate down: it stands still. */
	program(s, 2, 0, 11932);
	clocks(s, 1000);
	port61_write(&s->p61, 0x00);
	clocks(s, 1000000);
	assert_in_range(latched(s, 2), 10930, 10933);
}

static void refresh_toggles(void **state)
{
	struct timer *s = *state;
	uint8_t before = port61_read(&s->p61) & 0x10;

	s->b.now_ns += 15090;
	assert_int_not_equal(port61_read(&s->p61) & 0x10, before);
}

static void read_back(void **state)
{
	struct timer *s = *state;
	uint16_t v;

	program(s, 0, 2, 5000);
	clocks(s, 100);
	i8254_port_write(&s->t, 3, 0xc2);	/* status and count of 0 */
	assert_int_equal(i8254_port_read(&s->t, 0), 0xb4);
	v = i8254_port_read(&s->t, 0);
	v = (uint16_t)(v | i8254_port_read(&s->t, 0) << 8);
	assert_in_range(v, 4898, 4901);
	/* A latch is kept until it is read. */
	i8254_port_write(&s->t, 3, 0x00);
	clocks(s, 1000);
	i8254_port_write(&s->t, 3, 0x00);
	v = i8254_port_read(&s->t, 0);
	v = (uint16_t)(v | i8254_port_read(&s->t, 0) << 8);
	assert_in_range(v, 4898, 4901);
}

static void bcd_counts_decimal(void **state)
{
	struct timer *s = *state;

	i8254_port_write(&s->t, 3, 0x31);	/* counter 0, mode 0, BCD */
	i8254_port_write(&s->t, 0, 0x00);
	i8254_port_write(&s->t, 0, 0x10);	/* 1000 */
	clocks(s, 1);
	assert_in_range(latched(s, 0), 0x0998, 0x0999);
	s->b.now_ns = s->b.alarm_ns;
	i8254_tick(&s->t);
	assert_true(s->b.level[0]);
}

static void one_byte_counts(void **state)
{
	struct timer *s = *state;

	i8254_port_write(&s->t, 3, 0x14);	/* low byte only, mode 2 */
	i8254_port_write(&s->t, 0, 100);
	assert_int_equal(s->regs.counter[0].reload, 100);
	i8254_port_write(&s->t, 3, 0x24);	/* high byte only */
	i8254_port_write(&s->t, 0, 2);
	assert_int_equal(s->regs.counter[0].reload, 512);
	program(s, 0, 2, 0);
	assert_int_equal(s->regs.counter[0].reload, 65536);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(mode_2_is_periodic, start),
		cmocka_unit_test_setup(late_ticks_give_one_edge, start),
		cmocka_unit_test_setup(mode_0_counts_once, start),
		cmocka_unit_test_setup(mode_3_is_a_square_wave, start),
		cmocka_unit_test_setup(mode_4_strobes, start),
		cmocka_unit_test_setup(gate_of_counter_2, start),
		cmocka_unit_test_setup(refresh_toggles, start),
		cmocka_unit_test_setup(read_back, start),
		cmocka_unit_test_setup(bcd_counts_decimal, start),
		cmocka_unit_test_setup(one_byte_counts, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
