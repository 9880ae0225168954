/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2_mouse_test.c - the mouse at its cable: commands, modes, packets of all
 * three kinds, and what becomes of movement that a guest is slow to fetch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>

#include <cmocka.h>

#include "devices/input/ps2_mouse.h"

static struct ps2_mouse_regs regs;
static struct ps2_mouse m = { &regs };

static void reads(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(ps2_mouse_read(&m), bytes[i]);
	assert_int_equal(ps2_mouse_read(&m), -1);
}

#define READS(...) \
	reads((const uint8_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void say(uint8_t byte)
{
	ps2_mouse_write(&m, byte);
}

/* told() - a byte that it acknowledges, with nothing behind it. */
static void told(uint8_t byte)
{
	say(byte);
	READS(0xfa);
}

static void move(int dx, int dy, int dz, unsigned int buttons)
{
	ps2_mouse_move(&m, dx, dy, dz, buttons);
}

static void rate(uint8_t r)
{
	told(0xf3);
	told(r);
}

static void knock(uint8_t a, uint8_t b, uint8_t c)
{
	rate(a);
	rate(b);
	rate(c);
}

static int fresh(void **state)
{
	(void)state;
	ps2_mouse_reset(&m);
	return 0;
}

static int streaming(void **state)
{
	fresh(state);
	told(0xf4);
	return 0;
}

/* ---- commands ----------------------------------------------------------- */

static void answers(void **state)
{
	(void)state;
	say(0xff);
	READS(0xfa, 0xaa, 0x00);
	say(0xf2);
	READS(0xfa, 0x00);
	say(0xe9);
	READS(0xfa, 0x00, 0x02, 100);
	told(0xe8);
	told(0x03);
	rate(40);
	told(0xe7);
	told(0xf4);
	move(0, 0, 0, PS2_MOUSE_LEFT | PS2_MOUSE_MIDDLE);
	say(0xe9);
	assert_int_equal(ps2_mouse_read(&m), 0xfa);
	assert_int_equal(ps2_mouse_read(&m), 0x36);
	assert_int_equal(ps2_mouse_read(&m), 0x03);
	assert_int_equal(ps2_mouse_read(&m), 40);
	told(0xf0);
	move(0, 0, 0, PS2_MOUSE_RIGHT);
	say(0xe9);
	READS(0xfa, 0x71, 0x03, 40);
	told(0xf6);
	say(0xe9);
	READS(0xfa, 0x01, 0x02, 100);
	told(0xe6);
	say(0xe8);
	READS(0xfa);
	say(0x04);		/* there is no such resolution */
	READS(0xfe);
	say(0xf3);
	READS(0xfa);
	say(0x11);		/* nor rate */
	READS(0xfe);
	say(0xe1);		/* nor command */
	READS(0xfe);
	say(0xf2);
	assert_int_equal(ps2_mouse_read(&m), 0xfa);
	say(0xfe);		/* again; what was behind it is gone */
	READS(0xfa);
}

static void is_silent_at_first(void **state)
{
	(void)state;
	move(5, 5, 0, PS2_MOUSE_LEFT);
	assert_int_equal(ps2_mouse_read(&m), -1);
	told(0xf4);
	/* What was before is not told, but for buttons that are down. */
	assert_int_equal(ps2_mouse_read(&m), -1);
	move(1, 0, 0, PS2_MOUSE_LEFT);
	READS(0x09, 1, 0);
	told(0xf5);
	move(1, 0, 0, 0);
	assert_int_equal(ps2_mouse_read(&m), -1);
	told(0xf4);
	move(1, 0, 0, 0);
	say(0xff);
	READS(0xfa, 0xaa, 0x00);
	move(1, 0, 0, 0);
	assert_int_equal(ps2_mouse_read(&m), -1);
}

static void wraps(void **state)
{
	(void)state;
	told(0xee);
	move(1, 1, 0, 0);
	say(0xf4);
	READS(0xf4);
	say(0x00);
	READS(0x00);
	told(0xec);
	move(1, 1, 0, 0);
	READS(0x08, 1, 1);
	told(0xee);
	say(0xff);
	READS(0xfa, 0xaa, 0x00);
	say(0xf2);
	READS(0xfa, 0x00);
}

static void tells_when_asked(void **state)
{
	(void)state;
	told(0xf0);
	move(3, -4, 0, PS2_MOUSE_RIGHT);
	assert_int_equal(ps2_mouse_read(&m), -1);
	say(0xeb);
	READS(0xfa, 0x2a, 3, 0xfc);
	say(0xeb);
	READS(0xfa, 0x0a, 0, 0);
	told(0xea);
	move(1, 1, 0, 0);
	READS(0x08, 1, 1);
	say(0xeb);		/* in stream mode as well */
	READS(0xfa, 0x08, 0, 0);
}

/* ---- packets ------------------------------------------------------------- */

static void moves_and_clicks(void **state)
{
	(void)state;
	move(1, 2, 0, 0);
	READS(0x08, 1, 2);
	move(-1, -2, 0, 0);
	READS(0x38, 0xff, 0xfe);
	move(0, 0, 0, PS2_MOUSE_LEFT);
	READS(0x09, 0, 0);
	move(0, 0, 0, PS2_MOUSE_LEFT | PS2_MOUSE_RIGHT | PS2_MOUSE_MIDDLE);
	READS(0x0f, 0, 0);
	move(0, 0, 0, 0);
	READS(0x08, 0, 0);
	move(0, 0, 0, 0);	/* nothing new */
	assert_int_equal(ps2_mouse_read(&m), -1);
	move(0, 0, 3, 0);	/* it has no wheel, nor more buttons */
	move(0, 0, 0, 0xf8);
	READS(0x08, 0, 0, 0x08, 0, 0);
	ps2_mouse_poke(&m);
	READS(0x08, 0, 0);
	told(0xf5);
	ps2_mouse_poke(&m);
	assert_int_equal(ps2_mouse_read(&m), -1);
}

static void long_ways_take_several(void **state)
{
	(void)state;
	move(600, -300, 0, 0);
	READS(0x28, 255, 0x01, 0x28, 255, 0xd3, 0x08, 90, 0);
	move(INT_MIN, INT_MAX, 0, 0);
	assert_int_equal(ps2_mouse_read(&m), 0x18);
	assert_int_equal(ps2_mouse_read(&m), 0x01);
	assert_int_equal(ps2_mouse_read(&m), 0xff);
}

static void scaling_doubles(void **state)
{
	/* What the manual's table has for 0 to 5, and then twice. */
	static const uint8_t in[] = { 1, 2, 3, 4, 5, 6, 100, 127 };
	static const uint8_t out[] = { 1, 1, 3, 6, 9, 12, 200, 254 };
	unsigned int i;

	(void)state;
	told(0xe7);
	for (i = 0; i < sizeof(in); i++) {
		move(in[i], 0, 0, 0);
		READS(0x08, out[i], 0);
		move(0, -in[i], 0, 0);
		READS(0x28, 0, (uint8_t)-out[i]);
	}
	move(200, 0, 0, 0);
	READS(0x08, 254, 0, 0x08, 146, 0);
	told(0xf0);		/* not when it is asked */
	move(100, 0, 0, 0);
	say(0xeb);
	READS(0xfa, 0x08, 100, 0);
}

static void a_knock_gives_it_a_wheel(void **state)
{
	(void)state;
	knock(200, 100, 80);
	say(0xf2);
	READS(0xfa, 0x03);
	move(1, 2, -1, PS2_MOUSE_FOURTH);
	READS(0x08, 1, 2, 0xff);
	move(0, 0, 1, 0);
	READS(0x08, 0, 0, 1);
	move(0, 0, 20, 0);
	READS(0x08, 0, 0, 7, 0x08, 0, 0, 7, 0x08, 0, 0, 6);
	told(0xf6);		/* defaults leave it */
	say(0xf2);
	READS(0xfa, 0x03);
	say(0xff);
	READS(0xfa, 0xaa, 0x00);
	say(0xf2);
	READS(0xfa, 0x00);
}

static void another_gives_it_five_buttons(void **state)
{
	(void)state;
	knock(200, 100, 80);
	knock(200, 200, 80);
	say(0xf2);
	READS(0xfa, 0x04);
	move(0, 0, 0, PS2_MOUSE_FOURTH);
	READS(0x08, 0, 0, 0x10);
	move(0, 0, -1, PS2_MOUSE_FOURTH | PS2_MOUSE_FIFTH);
	READS(0x08, 0, 0, 0x3f);
	fresh(NULL);
	knock(200, 80, 100);	/* no knock */
	say(0xf2);
	READS(0xfa, 0x00);
}

/* ---- a slow guest --- */

static void movement_adds_up(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		move(1, -1, 0, 0);
	READS(0x28, 100, 0x9c);
}

static void clicks_are_seen(void **state)
{
	(void)state;
	move(1, 0, 0, 0);
	move(1, 0, 0, PS2_MOUSE_LEFT);
	move(0, 1, 0, PS2_MOUSE_LEFT);
	move(0, 0, 0, 0);
	move(0, 0, 0, PS2_MOUSE_LEFT);
	move(0, 0, 0, 0);
	READS(0x08, 1, 0, 0x09, 1, 1, 0x08, 0, 0, 0x09, 0, 0, 0x08, 0, 0);
}

static void backlog_is_merged(void **state)
{
	int v, bytes = 0, last = 0, dx = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1001; i++)
		move(1, 0, 0, i & 1 ? 0 : PS2_MOUSE_LEFT);
	while ((v = ps2_mouse_read(&m)) >= 0) {
		if (bytes % 3 == 0)
			last = v;
		if (bytes++ % 3 == 1)
			dx += v - (last & 0x10 ? 256 : 0);
	}
	assert_int_equal(dx, 1001);	/* no step is lost */
	assert_int_equal(last, 0x09);	/* and the button is as it is */
	assert_in_range(bytes, 3 * PS2_MOUSE_EVENTS, 3 * PS2_MOUSE_EVENTS + 12);
}

static void a_command_ends_the_packet(void **state)
{
	(void)state;
	move(1, 2, 0, 0);
	move(3, 4, 0, PS2_MOUSE_LEFT);
	assert_int_equal(ps2_mouse_read(&m), 0x08);
	say(0xe6);		/* the other one is whole */
	READS(0xfa, 0x09, 3, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(answers, fresh),
		cmocka_unit_test_setup(is_silent_at_first, fresh),
		cmocka_unit_test_setup(wraps, streaming),
		cmocka_unit_test_setup(tells_when_asked, streaming),
		cmocka_unit_test_setup(moves_and_clicks, streaming),
		cmocka_unit_test_setup(long_ways_take_several, streaming),
		cmocka_unit_test_setup(scaling_doubles, streaming),
		cmocka_unit_test_setup(a_knock_gives_it_a_wheel, streaming),
		cmocka_unit_test_setup(another_gives_it_five_buttons,
				       streaming),
		cmocka_unit_test_setup(movement_adds_up, streaming),
		cmocka_unit_test_setup(clicks_are_seen, streaming),
		cmocka_unit_test_setup(backlog_is_merged, streaming),
		cmocka_unit_test_setup(a_command_ends_the_packet, streaming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
