/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard_test.c - what a viewer types and points at, as hostel-app hears it:
 * keyboards that are not American, the keypad, and what is left when the viewer
 * goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "screen/keyboard.h"

#define SYM_SHIFT_L	0xffe1
#define SYM_SHIFT_R	0xffe2
#define SYM_ALTGR	0xfe03
#define SYM_RETURN	0xff0d
#define SYM_F1		0xffbe
#define SYM_ALT_L	0xffe9
#define SYM_KP_0	0xffb0

static struct keyboard k;
static struct keyboard_out out;
static int app;			/* hostel-app's end */

static int fresh(void **state)
{
	int pair[2];

	(void)state;
	memset(&k, 0, sizeof(k));
	memset(&out, 0, sizeof(out));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, pair) < 0)
		return -1;
	out.app = pair[0];
	app = pair[1];
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(app);
	close(out.app);
	return 0;
}

static void down(uint32_t sym)
{
	keyboard_sym(&k, &out, sym, true);
}

static void up(uint32_t sym)
{
	keyboard_sym(&k, &out, sym, false);
}

/* hears() - these keys, and nothing more; negative: let go; the last is 0. */
static void hears(const int *keys)
{
	struct screen_message m;
	int fd;

	for (; *keys; keys++) {
		assert_int_equal(screen_message_receive(app, &m, &fd), 1);
		assert_int_equal(m.kind, SCREEN_KEY);
		assert_int_equal(m.down ? (int)m.code : -(int)m.code, *keys);
	}
	assert_true(screen_message_receive(app, &m, &fd) < 0);
}
#define HEARS(...) hears((const int[]){ __VA_ARGS__, 0 })

/* A German keyboard: Shift and 7 is '/'; AltGr and Q is '@'. */
static void german(void **state)
{
	(void)state;
	down(SYM_SHIFT_L);
	down('/');
	HEARS(KEY_LEFTSHIFT, -KEY_LEFTSHIFT, KEY_SLASH);
	up('/');
	HEARS(-KEY_SLASH, KEY_LEFTSHIFT);
	/* It takes Shift here, too. */
	down('(');
	up('(');
	HEARS(KEY_9, -KEY_9);
	down('A');
	up('A');
	HEARS(KEY_A, -KEY_A);
	up(SYM_SHIFT_L);
	HEARS(-KEY_LEFTSHIFT);
	down(SYM_ALTGR);
	down('@');
	up('@');
	up(SYM_ALTGR);
	HEARS(KEY_LEFTSHIFT, KEY_2, -KEY_2, -KEY_LEFTSHIFT);
}

/* A French one: digits are with Shift. Fast: keys overlap, Shift goes first. */
static void french(void **state)
{
	(void)state;
	down(SYM_SHIFT_R);
	down('1');
	down('2');
	HEARS(KEY_RIGHTSHIFT, -KEY_RIGHTSHIFT, KEY_1, KEY_2);
	up('1');
	HEARS(-KEY_1);
	up('2');
	HEARS(-KEY_2, KEY_RIGHTSHIFT);
	down('3');
	up(SYM_SHIFT_R);
	up('3');
	HEARS(-KEY_RIGHTSHIFT, KEY_3, -KEY_3);
	down('4');
	up('4');
	HEARS(KEY_4, -KEY_4);
	/* '3' is still down when something comes that wants Shift. */
	down(SYM_SHIFT_L);
	down('3');
	down('A');
	HEARS(KEY_LEFTSHIFT, -KEY_LEFTSHIFT, KEY_3, KEY_LEFTSHIFT, KEY_A);
	up('3');
	up('A');
	down('3');
	down(SYM_F1);
	HEARS(-KEY_3, -KEY_A, -KEY_LEFTSHIFT, KEY_3, KEY_LEFTSHIFT, KEY_F1);
	up(SYM_F1);
	up('3');
	up(SYM_SHIFT_L);
	HEARS(-KEY_F1, -KEY_3, -KEY_LEFTSHIFT);
}

/* Whose Shift is lifted, or lent, leaves none behind. */
static void who_goes_lets_go(void **state)
{
	(void)state;
	down(SYM_SHIFT_L);
	down(SYM_SHIFT_R);
	down('/');
	HEARS(KEY_LEFTSHIFT, KEY_RIGHTSHIFT, -KEY_LEFTSHIFT, -KEY_RIGHTSHIFT,
	      KEY_SLASH);
	keyboard_gone(&k, &out);
	HEARS(-KEY_SLASH);
	down('!');
	HEARS(KEY_LEFTSHIFT, KEY_1);
	keyboard_gone(&k, &out);
	HEARS(-KEY_1, -KEY_LEFTSHIFT);
	down(SYM_RETURN);
	up(SYM_RETURN);
	HEARS(KEY_ENTER, -KEY_ENTER);
}

/* Whatever NumLock is here and there. */
static void the_keypad(void **state)
{
	static const struct {
		uint32_t sym;
		int code;
	} pads[] = {
		{ 0xff95, KEY_HOME },	   { 0xff96, KEY_LEFT },
		{ 0xff97, KEY_UP },	   { 0xff98, KEY_RIGHT },
		{ 0xff99, KEY_DOWN },	   { 0xff9a, KEY_PAGEUP },
		{ 0xff9b, KEY_PAGEDOWN },  { 0xff9c, KEY_END },
		{ 0xff9d, KEY_KP5 },	   { 0xff9e, KEY_INSERT },
		{ 0xff9f, KEY_DELETE },	   { 0xffae, KEY_DOT },
		{ 0xffb0, KEY_0 },	   { 0xffb1, KEY_1 },
		{ 0xffb9, KEY_9 },	   { 0xff8d, KEY_KPENTER },
		{ 0xffab, KEY_KPPLUS },	   { 0xffad, KEY_KPMINUS },
		{ 0xffaa, KEY_KPASTERISK }, { 0xffaf, KEY_KPSLASH },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pads) / sizeof(*pads); i++) {
		down(pads[i].sym);
		up(pads[i].sym);
		HEARS(pads[i].code, -pads[i].code);
	}
	/* X has digits with Shift where NumLock is off. */
	down(SYM_SHIFT_L);
	down(SYM_KP_0 + 1);
	up(SYM_KP_0 + 1);
	up(SYM_SHIFT_L);
	HEARS(KEY_LEFTSHIFT, -KEY_LEFTSHIFT, KEY_1, -KEY_1, KEY_LEFTSHIFT,
	      -KEY_LEFTSHIFT);
}

/* Alt and digits of the keypad are a character's code. */
static void codes_of_characters(void **state)
{
	(void)state;
	down(SYM_ALT_L);
	down(SYM_KP_0 + 6);
	up(SYM_KP_0 + 6);
	down(SYM_KP_0 + 5);
	HEARS(KEY_LEFTALT, KEY_KP6, -KEY_KP6, KEY_KP5);
	/* A key that is down stays the one it was. */
	up(SYM_ALT_L);
	down(SYM_KP_0 + 5);
	up(SYM_KP_0 + 5);
	HEARS(-KEY_LEFTALT, KEY_KP5, -KEY_KP5);
	down(SYM_KP_0 + 5);
	down(SYM_ALT_L);
	down(SYM_KP_0 + 5);
	up(SYM_KP_0 + 5);
	up(SYM_ALT_L);
	HEARS(KEY_5, KEY_LEFTALT, KEY_5, -KEY_5, -KEY_LEFTALT);
}

/* points() - the next message is that, and there is no other. */
static void points(uint32_t x, uint32_t y, uint32_t buttons)
{
	struct screen_message m;
	int fd;

	assert_int_equal(screen_message_receive(app, &m, &fd), 1);
	assert_int_equal(m.kind, SCREEN_POINTER);
	assert_int_equal(m.x, x);
	assert_int_equal(m.y, y);
	assert_int_equal(m.buttons, buttons);
	HEARS(0);
}

/* Left, middle and right, as VNC has them: of 101 by 101 pixels. */
static void point(unsigned int x, unsigned int y, uint8_t buttons)
{
	keyboard_point(&k, &out, x, y, 101, 101, buttons);
}

static void who_goes_releases_buttons(void **state)
{
	(void)state;
	point(0, 100, 4);
	points(0, SCREEN_POINTER_MOST, 2);
	keyboard_gone(&k, &out);
	points(0, SCREEN_POINTER_MOST, 0);
	/* With none down, the pointer stays where others have put it. */
	point(100, 100, 1);
	points(SCREEN_POINTER_MOST, SCREEN_POINTER_MOST, 1);
	point(100, 0, 8);
	points(SCREEN_POINTER_MOST, 0, 0);
	keyboard_gone(&k, &out);
	HEARS(0);
}

/* fill() - send the other side so much that there is no more room. */
static void fill(void)
{
	uint64_t lost = out.lost;

	while (out.lost == lost)
		point(50, 50, 1);
}

static void drain(void)
{
	struct screen_message m;
	int fd;

	while (screen_message_receive(app, &m, &fd) == 1)
		;
}

static void buttons_are_released_later(void **state)
{
	(void)state;
	fill();
	keyboard_gone(&k, &out);
	assert_true(out.owing);
	drain();
	keyboard_pay(&out);
	points(SCREEN_POINTER_MOST / 2, SCREEN_POINTER_MOST / 2, 0);
	assert_false(out.owing);
	/* Where another one points meanwhile, it is over. */
	fill();
	keyboard_gone(&k, &out);
	drain();
	point(0, 0, 1);
	points(0, 0, 1);
	keyboard_pay(&out);
	HEARS(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(german),
		TEST(french),
		TEST(the_keypad),
		TEST(codes_of_characters),
		TEST(who_goes_lets_go),
		TEST(who_goes_releases_buttons),
		TEST(buttons_are_released_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
