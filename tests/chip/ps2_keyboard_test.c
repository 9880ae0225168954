/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2_keyboard_test.c - the keyboard at its cable: each key in each set of
 * codes, against a table that was written from the manual's, not from
 * keys.def; the keys that are not that simple; commands; overrun; typematic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>

#include "devices/input/ps2_keyboard.h"
#include "tests/chip/lib_board.h"

#define MSEC 1000000ull

static struct bench b;
static struct ps2_keyboard_regs regs;
static struct ps2_keyboard k;

static int fresh(void **state)
{
	(void)state;
	bench_reset(&b);
	k = (struct ps2_keyboard){ &regs, bench_clock(&b) };
	ps2_keyboard_reset(&k);
	return 0;
}

static void reads(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(ps2_keyboard_read(&k), bytes[i]);
	assert_int_equal(ps2_keyboard_read(&k), -1);
}

#define READS(...) \
	reads((const uint8_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint8_t[]){ __VA_ARGS__ }))

static bool key(unsigned int number, bool down)
{
	return ps2_keyboard_key(&k, number, down);
}

static void press(unsigned int number)
{
	key(number, true);
	key(number, false);
}

static void say(uint8_t byte)
{
	ps2_keyboard_write(&k, byte);
}

static void use_set(uint8_t set)
{
	say(0xf0);
	READS(0xfa);
	say(set);
	READS(0xfa);
}

static void drain(void)
{
	while (ps2_keyboard_read(&k) >= 0)
		;
}

/* ---- all keys ----------------------------------------------------------- */

/* By rows of the keyboard, as the manual has them. Set 3: 0: none there. */
static const struct key_codes {
	unsigned int number, set1, set2, set3;
} all_keys[] = {
	{ KEY_GRAVE, 0x29, 0x0e, 0x0e },
	{ KEY_1, 0x02, 0x16, 0x16 },
	{ KEY_2, 0x03, 0x1e, 0x1e },
	{ KEY_3, 0x04, 0x26, 0x26 },
	{ KEY_4, 0x05, 0x25, 0x25 },
	{ KEY_5, 0x06, 0x2e, 0x2e },
	{ KEY_6, 0x07, 0x36, 0x36 },
	{ KEY_7, 0x08, 0x3d, 0x3d },
	{ KEY_8, 0x09, 0x3e, 0x3e },
	{ KEY_9, 0x0a, 0x46, 0x46 },
	{ KEY_0, 0x0b, 0x45, 0x45 },
	{ KEY_MINUS, 0x0c, 0x4e, 0x4e },
	{ KEY_EQUAL, 0x0d, 0x55, 0x55 },
	{ KEY_BACKSPACE, 0x0e, 0x66, 0x66 },
	{ KEY_TAB, 0x0f, 0x0d, 0x0d },
	{ KEY_Q, 0x10, 0x15, 0x15 },
	{ KEY_W, 0x11, 0x1d, 0x1d },
	{ KEY_E, 0x12, 0x24, 0x24 },
	{ KEY_R, 0x13, 0x2d, 0x2d },
	{ KEY_T, 0x14, 0x2c, 0x2c },
	{ KEY_Y, 0x15, 0x35, 0x35 },
	{ KEY_U, 0x16, 0x3c, 0x3c },
	{ KEY_I, 0x17, 0x43, 0x43 },
	{ KEY_O, 0x18, 0x44, 0x44 },
	{ KEY_P, 0x19, 0x4d, 0x4d },
	{ KEY_LEFTBRACE, 0x1a, 0x54, 0x54 },
	{ KEY_RIGHTBRACE, 0x1b, 0x5b, 0x5b },
	{ KEY_BACKSLASH, 0x2b, 0x5d, 0x5c },
	{ KEY_CAPSLOCK, 0x3a, 0x58, 0x14 },
	{ KEY_A, 0x1e, 0x1c, 0x1c },
	{ KEY_S, 0x1f, 0x1b, 0x1b },
	{ KEY_D, 0x20, 0x23, 0x23 },
	{ KEY_F, 0x21, 0x2b, 0x2b },
	{ KEY_G, 0x22, 0x34, 0x34 },
	{ KEY_H, 0x23, 0x33, 0x33 },
	{ KEY_J, 0x24, 0x3b, 0x3b },
	{ KEY_K, 0x25, 0x42, 0x42 },
	{ KEY_L, 0x26, 0x4b, 0x4b },
	{ KEY_SEMICOLON, 0x27, 0x4c, 0x4c },
	{ KEY_APOSTROPHE, 0x28, 0x52, 0x52 },
	{ KEY_ENTER, 0x1c, 0x5a, 0x5a },
	{ KEY_LEFTSHIFT, 0x2a, 0x12, 0x12 },
	{ KEY_102ND, 0x56, 0x61, 0x13 },
	{ KEY_Z, 0x2c, 0x1a, 0x1a },
	{ KEY_X, 0x2d, 0x22, 0x22 },
	{ KEY_C, 0x2e, 0x21, 0x21 },
	{ KEY_V, 0x2f, 0x2a, 0x2a },
	{ KEY_B, 0x30, 0x32, 0x32 },
	{ KEY_N, 0x31, 0x31, 0x31 },
	{ KEY_M, 0x32, 0x3a, 0x3a },
	{ KEY_COMMA, 0x33, 0x41, 0x41 },
	{ KEY_DOT, 0x34, 0x49, 0x49 },
	{ KEY_SLASH, 0x35, 0x4a, 0x4a },
	{ KEY_RIGHTSHIFT, 0x36, 0x59, 0x59 },
	{ KEY_LEFTCTRL, 0x1d, 0x14, 0x11 },
	{ KEY_LEFTALT, 0x38, 0x11, 0x19 },
	{ KEY_SPACE, 0x39, 0x29, 0x29 },
	{ KEY_RIGHTALT, 0xe038, 0xe011, 0x39 },
	{ KEY_RIGHTCTRL, 0xe01d, 0xe014, 0x58 },
	{ KEY_INSERT, 0xe052, 0xe070, 0x67 },
	{ KEY_DELETE, 0xe053, 0xe071, 0x64 },
	{ KEY_LEFT, 0xe04b, 0xe06b, 0x61 },
	{ KEY_HOME, 0xe047, 0xe06c, 0x6e },
	{ KEY_END, 0xe04f, 0xe069, 0x65 },
	{ KEY_UP, 0xe048, 0xe075, 0x63 },
	{ KEY_DOWN, 0xe050, 0xe072, 0x60 },
	{ KEY_PAGEUP, 0xe049, 0xe07d, 0x6f },
	{ KEY_PAGEDOWN, 0xe051, 0xe07a, 0x6d },
	{ KEY_RIGHT, 0xe04d, 0xe074, 0x6a },
	{ KEY_NUMLOCK, 0x45, 0x77, 0x76 },
	{ KEY_KP7, 0x47, 0x6c, 0x6c },
	{ KEY_KP4, 0x4b, 0x6b, 0x6b },
	{ KEY_KP1, 0x4f, 0x69, 0x69 },
	{ KEY_KPSLASH, 0xe035, 0xe04a, 0x77 },
	{ KEY_KP8, 0x48, 0x75, 0x75 },
	{ KEY_KP5, 0x4c, 0x73, 0x73 },
	{ KEY_KP2, 0x50, 0x72, 0x72 },
	{ KEY_KP0, 0x52, 0x70, 0x70 },
	{ KEY_KPASTERISK, 0x37, 0x7c, 0x7e },
	{ KEY_KP9, 0x49, 0x7d, 0x7d },
	{ KEY_KP6, 0x4d, 0x74, 0x74 },
	{ KEY_KP3, 0x51, 0x7a, 0x7a },
	{ KEY_KPDOT, 0x53, 0x71, 0x71 },
	{ KEY_KPMINUS, 0x4a, 0x7b, 0x84 },
	{ KEY_KPPLUS, 0x4e, 0x79, 0x7c },
	{ KEY_KPENTER, 0xe01c, 0xe05a, 0x79 },
	{ KEY_ESC, 0x01, 0x76, 0x08 },
	{ KEY_F1, 0x3b, 0x05, 0x07 },
	{ KEY_F2, 0x3c, 0x06, 0x0f },
	{ KEY_F3, 0x3d, 0x04, 0x17 },
	{ KEY_F4, 0x3e, 0x0c, 0x1f },
	{ KEY_F5, 0x3f, 0x03, 0x27 },
	{ KEY_F6, 0x40, 0x0b, 0x2f },
	{ KEY_F7, 0x41, 0x83, 0x37 },
	{ KEY_F8, 0x42, 0x0a, 0x3f },
	{ KEY_F9, 0x43, 0x01, 0x47 },
	{ KEY_F10, 0x44, 0x09, 0x4f },
	{ KEY_F11, 0x57, 0x78, 0x56 },
	{ KEY_F12, 0x58, 0x07, 0x5e },
	{ KEY_SCROLLLOCK, 0x46, 0x7e, 0x5f },
	{ KEY_LEFTMETA, 0xe05b, 0xe01f, 0x8b },
	{ KEY_RIGHTMETA, 0xe05c, 0xe027, 0x8c },
	{ KEY_COMPOSE, 0xe05d, 0xe02f, 0x8d },
	/* Not on 104 keys: Japan, Brazil, more function keys. */
	{ KEY_RO, 0x73, 0x51, 0x51 },
	{ KEY_YEN, 0x7d, 0x6a, 0x5d },
	{ KEY_HENKAN, 0x79, 0x64, 0x86 },
	{ KEY_MUHENKAN, 0x7b, 0x67, 0x85 },
	{ KEY_KATAKANAHIRAGANA, 0x70, 0x13, 0x87 },
	{ KEY_KPCOMMA, 0x7e, 0x6d, 0 },
	{ KEY_F13, 0x64, 0x08, 0 },
	{ KEY_F14, 0x65, 0x10, 0 },
	{ KEY_F15, 0x66, 0x18, 0 },
	{ KEY_F16, 0x67, 0x20, 0 },
	{ KEY_F17, 0x68, 0x28, 0 },
	{ KEY_F18, 0x69, 0x30, 0 },
	{ KEY_F19, 0x6a, 0x38, 0 },
	{ KEY_F20, 0x6b, 0x40, 0 },
	{ KEY_F21, 0x6c, 0x48, 0 },
	{ KEY_F22, 0x6d, 0x50, 0 },
	{ KEY_F23, 0x6e, 0x57, 0 },
	{ KEY_F24, 0x76, 0x5f, 0 },
	/* Microsoft's table of keys for power and the web. */
	{ KEY_POWER, 0xe05e, 0xe037, 0 },
	{ KEY_SLEEP, 0xe05f, 0xe03f, 0 },
	{ KEY_WAKEUP, 0xe063, 0xe05e, 0 },
	{ KEY_NEXTSONG, 0xe019, 0xe04d, 0 },
	{ KEY_PREVIOUSSONG, 0xe010, 0xe015, 0 },
	{ KEY_STOPCD, 0xe024, 0xe03b, 0 },
	{ KEY_PLAYPAUSE, 0xe022, 0xe034, 0 },
	{ KEY_MUTE, 0xe020, 0xe023, 0 },
	{ KEY_VOLUMEUP, 0xe030, 0xe032, 0 },
	{ KEY_VOLUMEDOWN, 0xe02e, 0xe021, 0 },
	{ KEY_MEDIA, 0xe06d, 0xe050, 0 },
	{ KEY_MAIL, 0xe06c, 0xe048, 0 },
	{ KEY_CALC, 0xe021, 0xe02b, 0 },
	{ KEY_COMPUTER, 0xe06b, 0xe040, 0 },
	{ KEY_SEARCH, 0xe065, 0xe010, 0 },
	{ KEY_HOMEPAGE, 0xe032, 0xe03a, 0 },
	{ KEY_BACK, 0xe06a, 0xe038, 0 },
	{ KEY_FORWARD, 0xe069, 0xe030, 0 },
	{ KEY_REFRESH, 0xe067, 0xe020, 0 },
	{ KEY_BOOKMARKS, 0xe066, 0xe018, 0 },
};

#define ALL (sizeof(all_keys) / sizeof(all_keys[0]))

/* one_key() - what it sends in a set, pressed and let go. */
static void one_key(unsigned int number, unsigned int code, unsigned int set)
{
	uint8_t want[8], n = 0;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (code >> 8)
			want[n++] = (uint8_t)(code >> 8);
		if (i && set == 2)
			want[n++] = 0xf0;
		want[n++] = (uint8_t)(code | (i && set == 1 ? 0x80 : 0));
	}
	assert_true(key(number, true));
	assert_true(key(number, false));
	reads(want, n);
}

static void every_key_in_set_2_and_1(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ALL; i++)
		one_key(all_keys[i].number, all_keys[i].set2, 2);
	use_set(1);
	for (i = 0; i < ALL; i++)
		one_key(all_keys[i].number, all_keys[i].set1, 1);
	/* All that there are, with the two that have a test of their own. */
	assert_int_equal(KEYS, ALL + 2);
	assert_false(key(0, true));
	assert_false(key(255, true));
	assert_false(key(100000, true));
	assert_int_equal(ps2_keyboard_read(&k), -1);
}

static void every_key_in_set_3(void **state)
{
	unsigned int i;

	(void)state;
	use_set(3);
	say(0xf8);		/* all make and break */
	READS(0xfa);
	for (i = 0; i < ALL; i++) {
		press(all_keys[i].number);
		if (!all_keys[i].set3)
			assert_int_equal(ps2_keyboard_read(&k), -1);
		else
			READS((uint8_t)all_keys[i].set3, 0xf0,
			      (uint8_t)all_keys[i].set3);
	}
	press(KEY_PAUSE);
	READS(0x62, 0xf0, 0x62);
	press(KEY_SYSRQ);
	READS(0x57, 0xf0, 0x57);
}

static void set_3_has_types(void **state)
{
	(void)state;
	use_set(3);
	press(KEY_A);		/* typematic: no break code */
	READS(0x1c);
	press(KEY_LEFTSHIFT);
	READS(0x12, 0xf0, 0x12);
	press(KEY_F1);		/* once */
	READS(0x07);
	say(0xfd);		/* A: once; F1: make and break */
	READS(0xfa);
	say(0x1c);
	READS(0xfa);
	say(0xfc);		/* ends the list, and begins another */
	READS(0xfa);
	say(0x07);
	READS(0xfa);
	say(0xee);
	READS(0xee);
	press(KEY_F1);
	READS(0x07, 0xf0, 0x07);
	key(KEY_A, true);
	READS(0x1c);
	b.now_ns += 10000 * MSEC;
	ps2_keyboard_tick(&k, false);
	assert_int_equal(ps2_keyboard_read(&k), -1);
	key(KEY_A, false);
	say(0xf7);		/* all typematic */
	READS(0xfa);
	press(KEY_F1);
	READS(0x07);
	say(0xf6);		/* default: set 2 again */
	READS(0xfa);
	press(KEY_F1);
	READS(0x05, 0xf0, 0x05);
}

/* ---- keys that are not that simple --------------------------------------- */

static void pause_and_print_screen(void **state)
{
	(void)state;
	press(KEY_PAUSE);	/* all when it is pressed, none after */
	READS(0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77);
	key(KEY_LEFTCTRL, true);
	drain();
	press(KEY_PAUSE);	/* Break */
	READS(0xe0, 0x7e, 0xe0, 0xf0, 0x7e);
	press(KEY_SYSRQ);
	READS(0xe0, 0x7c, 0xe0, 0xf0, 0x7c);
	key(KEY_LEFTCTRL, false);
	drain();
	press(KEY_SYSRQ);
	READS(0xe0, 0x12, 0xe0, 0x7c, 0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12);
	key(KEY_LEFTALT, true);
	key(KEY_SYSRQ, true);	/* SysRq, and it stays that */
	READS(0x11, 0x84);
	key(KEY_LEFTALT, false);
	key(KEY_SYSRQ, false);
	READS(0xf0, 0x11, 0xf0, 0x84);
	use_set(1);
	press(KEY_PAUSE);
	READS(0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5);
	press(KEY_SYSRQ);
	READS(0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa);
	key(KEY_RIGHTALT, true);
	press(KEY_SYSRQ);
	READS(0xe0, 0x38, 0x54, 0xd4);
}

static void keys_between_bring_false_shifts(void **state)
{
	(void)state;
	key(KEY_LEFTSHIFT, true);
	drain();
	press(KEY_LEFT);
	READS(0xe0, 0xf0, 0x12, 0xe0, 0x6b, 0xe0, 0xf0, 0x6b, 0xe0, 0x12);
	press(KEY_KPSLASH);
	READS(0xe0, 0xf0, 0x12, 0xe0, 0x4a, 0xe0, 0xf0, 0x4a, 0xe0, 0x12);
	press(KEY_KPENTER);	/* none with this one */
	READS(0xe0, 0x5a, 0xe0, 0xf0, 0x5a);
	key(KEY_RIGHTSHIFT, true);
	drain();
	key(KEY_HOME, true);
	READS(0xe0, 0xf0, 0x12, 0xe0, 0xf0, 0x59, 0xe0, 0x6c);
	key(KEY_HOME, false);
	key(KEY_LEFTSHIFT, false);
	key(KEY_RIGHTSHIFT, false);
	drain();
	say(0xed);		/* NumLock's light on */
	say(0x02);
	READS(0xfa);
	key(KEY_UP, true);
	READS(0xe0, 0x12, 0xe0, 0x75);
	say(0xed);		/* off while the key is down: no Shift stays */
	say(0x00);
	key(KEY_UP, false);
	READS(0xfa, 0xe0, 0xf0, 0x75, 0xe0, 0xf0, 0x12);
	press(KEY_UP);
	READS(0xe0, 0x75, 0xe0, 0xf0, 0x75);
}

/* ---- commands ----------------------------------------------------------- */

static void answers(void **state)
{
	(void)state;
	say(0xee);
	READS(0xee);
	say(0xf2);
	READS(0xfa, 0xab, 0x83);
	say(0xff);
	READS(0xfa, 0xaa);
	say(0xed);
	READS(0xfa);
	say(0x05);
	READS(0xfa);
	assert_int_equal(regs.leds, 5);
	say(0xed);		/* a command in place of data is one */
	READS(0xfa);
	say(0xee);
	READS(0xee);
	say(0xf3);
	READS(0xfa);
	say(0x00);
	READS(0xfa);
	say(0xf0);
	READS(0xfa);
	say(0x00);
	READS(0xfa, 0x02);
	say(0xf0);
	READS(0xfa);
	say(0x04);		/* there is no set 4 */
	READS(0xfe);
	say(0xef);		/* nor this */
	READS(0xfe);
	say(0x12);
	READS(0xfe);
}

static void says_it_again(void **state)
{
	(void)state;
	press(KEY_B);
	assert_int_equal(ps2_keyboard_read(&k), 0x32);
	say(0xfe);
	READS(0x32, 0xf0, 0x32);
	say(0xf2);
	assert_int_equal(ps2_keyboard_read(&k), 0xfa);
	assert_int_equal(ps2_keyboard_read(&k), 0xab);
	say(0xfe);
	READS(0xab);
}

static void answers_cut_no_code(void **state)
{
	(void)state;
	press(KEY_A);
	assert_int_equal(ps2_keyboard_read(&k), 0x1c);
	assert_int_equal(ps2_keyboard_read(&k), 0xf0);
	say(0xee);
	READS(0x1c, 0xee);
	press(KEY_B);		/* but go before one that has not begun */
	say(0xee);
	READS(0xee, 0x32, 0xf0, 0x32);
	say(0xf2);		/* what nobody fetched is gone */
	say(0xee);
	READS(0xee);
}

static void scanning_is_switched(void **state)
{
	(void)state;
	key(KEY_LEFTSHIFT, true);
	READS(0x12);
	say(0xf5);
	READS(0xfa);
	assert_false(key(KEY_A, true));
	assert_false(key(KEY_A, false));
	key(KEY_LEFTSHIFT, false);
	assert_int_equal(ps2_keyboard_read(&k), -1);
	assert_false(ps2_keyboard_idle(&k));
	/* The guest thinks that Shift is down. */
	say(0xf4);
	READS(0xfa, 0xf0, 0x12);
	assert_true(ps2_keyboard_idle(&k));
	press(KEY_A);
	assert_false(ps2_keyboard_idle(&k));
	READS(0x1c, 0xf0, 0x1c);
	say(0xf5);
	say(0xf6);
	drain();
	press(KEY_A);
	READS(0x1c, 0xf0, 0x1c);
	press(KEY_A);
	say(0xff);		/* what was typed before is gone */
	READS(0xfa, 0xaa);
}

/* ---- overrun ------------------------------------------------------------- */

static void overrun_is_told(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++)
		press(KEY_A);	/* 15 bytes */
	assert_false(key(KEY_PAUSE, true));	/* 8 bytes: not in part */
	assert_false(key(KEY_B, true));
	for (i = 0; i < 15; i++)
		assert_int_equal(ps2_keyboard_read(&k),
				 i % 3 == 1 ? 0xf0 : 0x1c);
	READS(0x00);
	use_set(1);
	for (i = 0; i < 8; i++)
		press(KEY_A);	/* 16 */
	assert_false(key(KEY_C, true));
	for (i = 0; i < 16; i++)
		assert_int_equal(ps2_keyboard_read(&k), i & 1 ? 0x9e : 0x1e);
	READS(0xff);
}

/* A key that was let go when there was no room: told as soon as there is. */
static void no_key_stays_down(void **state)
{
	static const unsigned int fill[] = { KEY_A, KEY_B, KEY_C, KEY_D, KEY_E,
		KEY_F, KEY_G, KEY_H, KEY_I, KEY_J, KEY_K, KEY_L, KEY_M, KEY_N,
		KEY_O };
	unsigned int i, makes = 0, breaks = 0;
	int v, before = 0;

	(void)state;
	key(KEY_LEFTSHIFT, true);
	for (i = 0; i < 15; i++)
		assert_true(key(fill[i], true));
	for (i = 0; i < 15; i++)
		key(fill[i], false);
	key(KEY_LEFTSHIFT, false);
	while ((v = ps2_keyboard_read(&k)) >= 0) {
		makes += before != 0xf0 && v != 0xf0;
		breaks += before == 0xf0;
		before = v;
	}
	assert_int_equal(makes, 16);
	assert_int_equal(breaks, 16);
	press(KEY_A);
	READS(0x1c, 0xf0, 0x1c);
}

/* ---- typematic ----------------------------------------------------------- */

/* repeats() - does it, after exactly that time? */
static void repeats(uint64_t after_ns, uint8_t code)
{
	assert_true(b.alarm_ns != CLOCK_NEVER);
	assert_in_range(b.alarm_ns - b.now_ns, after_ns - 1, after_ns + 1);
	b.now_ns = b.alarm_ns - 1;
	ps2_keyboard_tick(&k, false);
	assert_int_equal(ps2_keyboard_read(&k), -1);
	b.now_ns++;
	ps2_keyboard_tick(&k, false);
	READS(code);
}

static void keys_repeat(void **state)
{
	(void)state;
	key(KEY_A, true);
	READS(0x1c);
	repeats(500 * MSEC, 0x1c);
	repeats(22 * 4170000ull, 0x1c);
	key(KEY_A, true);	/* the user's own keyboard repeats it */
	assert_int_equal(ps2_keyboard_read(&k), -1);
	repeats(22 * 4170000ull, 0x1c);
	/* Another key takes over; when it is let go, none repeats. */
	key(KEY_B, true);
	READS(0x32);
	repeats(500 * MSEC, 0x32);
	key(KEY_A, false);
	READS(0xf0, 0x1c);
	repeats(22 * 4170000ull, 0x32);
	key(KEY_B, false);
	READS(0xf0, 0x32);
	assert_true(b.alarm_ns == CLOCK_NEVER);
	/* 1 s, then 2 a second; then a quarter, and 30. */
	say(0xf3);
	say(0x7f);
	drain();
	key(KEY_A, true);
	READS(0x1c);
	repeats(1000 * MSEC, 0x1c);
	repeats(120 * 4170000ull, 0x1c);
	key(KEY_A, false);
	say(0xf3);
	say(0x00);
	drain();
	key(KEY_A, true);
	READS(0x1c);
	repeats(250 * MSEC, 0x1c);
	repeats(8 * 4170000ull, 0x1c);
	say(0xf5);		/* scanning off ends it */
	assert_true(b.alarm_ns == CLOCK_NEVER);
}

/* A guest that does not look has no flood behind it when it does. */
static void repeats_do_not_pile_up(void **state)
{
	unsigned int i;

	(void)state;
	key(KEY_A, true);
	for (i = 0; i < 100; i++) {
		b.now_ns = b.alarm_ns;
		ps2_keyboard_tick(&k, false);
	}
	READS(0x1c);
	b.now_ns = b.alarm_ns;
	ps2_keyboard_tick(&k, false);
	assert_int_equal(ps2_keyboard_read(&k), -1);
	repeats(22 * 4170000ull, 0x1c);
	/* Not read yet, though fetched by the controller. */
	for (i = 0; i < 100; i++) {
		b.now_ns = b.alarm_ns;
		ps2_keyboard_tick(&k, true);
	}
	assert_int_equal(ps2_keyboard_read(&k), -1);
	b.now_ns = b.alarm_ns;
	ps2_keyboard_tick(&k, false);
	assert_int_equal(ps2_keyboard_read(&k), -1);
	repeats(22 * 4170000ull, 0x1c);
	key(KEY_A, false);
	READS(0xf0, 0x1c);
	key(KEY_PAUSE, true);	/* has no typematic */
	drain();
	assert_true(b.alarm_ns == CLOCK_NEVER);
}

/* ---- names ---- */

static unsigned int named(const char *name)
{
	const struct key_row *row = key_named(name, strlen(name));

	return row ? row->number : 0;
}

static unsigned int of_sym(uint32_t sym, bool want_shift)
{
	bool shifted;
	const struct key_row *row = key_of_sym(sym, &shifted);

	assert_non_null(row);
	assert_int_equal(shifted, want_shift);
	return row->number;
}

static void keys_have_names(void **state)
{
	unsigned int i, j;

	(void)state;
	assert_int_equal(named("a"), KEY_A);
	assert_int_equal(named("ctrl"), KEY_LEFTCTRL);
	assert_int_equal(named("delete"), KEY_DELETE);
	assert_int_equal(named("del"), KEY_DELETE);
	assert_int_equal(named("enter"), KEY_ENTER);
	assert_int_equal(named("ret"), KEY_ENTER);
	assert_int_equal(named("f12"), KEY_F12);
	assert_int_equal(named("/"), KEY_SLASH);
	assert_int_equal(named("-"), KEY_MINUS);
	assert_int_equal(named("altgr"), KEY_RIGHTALT);
	assert_int_equal(named("A"), 0);
	assert_int_equal(named(""), 0);
	assert_int_equal(named("retu"), 0);
	for (i = 0; i < KEYS; i++) {
		assert_int_equal(named(key_rows[i].name), key_rows[i].number);
		assert_null(strchr(key_rows[i].name, '-'));
		for (j = 0; j < i; j++)
			assert_int_not_equal(key_rows[i].number,
					     key_rows[j].number);
	}
}

static void keys_have_keysyms(void **state)
{
	static const char shifted[] = "~!@#$%^&*()_+{}|:\"<>?";
	static const char plain[] = "`1234567890-=[]\\;',./";
	unsigned int i;

	(void)state;
	for (i = 0; shifted[i]; i++)
		assert_int_equal(of_sym((uint8_t)shifted[i], true),
				 of_sym((uint8_t)plain[i], false));
	for (i = 'a'; i <= 'z'; i++)
		assert_int_equal(of_sym(i, false), of_sym(i - 32, true));
	assert_int_equal(of_sym(0xff0d, false), KEY_ENTER);
	assert_int_equal(of_sym(0xffb7, true), KEY_KP7);
	assert_int_equal(of_sym(0xff95, false), KEY_KP7);
	assert_int_equal(of_sym(0xff50, false), KEY_HOME);
	assert_int_equal(of_sym(0xffea, false), KEY_RIGHTALT);
	assert_int_equal(of_sym(0xffc9, false), KEY_F12);
	assert_int_equal(of_sym(0xfe20, true), KEY_TAB);
	assert_null(key_of_sym(0, &(bool){ false }));
	assert_null(key_of_sym(0x20ac, &(bool){ false }));
	assert_null(key_of_sym(0xfe03, &(bool){ false }));	/* AltGr */
	assert_null(key_of_sym(0xff7e, &(bool){ false }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_key_in_set_2_and_1, fresh),
		cmocka_unit_test_setup(every_key_in_set_3, fresh),
		cmocka_unit_test_setup(set_3_has_types, fresh),
		cmocka_unit_test_setup(pause_and_print_screen, fresh),
		cmocka_unit_test_setup(keys_between_bring_false_shifts, fresh),
		cmocka_unit_test_setup(answers, fresh),
		cmocka_unit_test_setup(says_it_again, fresh),
		cmocka_unit_test_setup(answers_cut_no_code, fresh),
		cmocka_unit_test_setup(scanning_is_switched, fresh),
		cmocka_unit_test_setup(overrun_is_told, fresh),
		cmocka_unit_test_setup(no_key_stays_down, fresh),
		cmocka_unit_test_setup(keys_repeat, fresh),
		cmocka_unit_test_setup(repeats_do_not_pile_up, fresh),
		cmocka_unit_test_setup(keys_have_names, fresh),
		cmocka_unit_test_setup(keys_have_keysyms, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
