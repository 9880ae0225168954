/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_test.c - hostel-screen in a terminal: characters, colours, the cursor,
 * keys; a picture that it can not show; what others have to say; and that the
 * terminal is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/screen/lib_screen.h"

#define KEY_CTRL	29
#define KEY_SHIFT	42

static void put(struct bench *b, unsigned int row, unsigned int col,
		const char *text, uint8_t attr)
{
	for (; *text; text++, col++)
		bench_put(b, row, col, *text, attr);
}

static void start(struct bench *b, unsigned int lines)
{
	bench_terminal(lines);
	if (!bench_start(b, "text", 320, 200))
		fail_msg("it does not start: %s", b->words);
}

/* shows() - it comes to be in the terminal. */
static void shows(struct bench *b, const char *wanted)
{
	const char *got = bench_screen(b, wanted);

	if (!strstr(got, wanted))
		fail_msg("no '%s' in '%s'", wanted, got);
}

static void text_is_shown(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 30);
	shows(&b, "A picture of 320x200");
	bench_text(&b);
	put(&b, 0, 0, "HELLO", 0x07);
	shows(&b, "HELLO");
	/* Red on green, which a terminal counts the other way. */
	put(&b, 24, 10, "colours", 0x24);
	shows(&b, "\033[31m\033[42mcolours");
	/* Code page 437: a full block. */
	put(&b, 3, 3, "\xdb", 0x07);
	shows(&b, "\xe2\x96\x88");
	/* Only what changes is written. */
	put(&b, 5, 5, "again", 0x07);
	assert_null(strstr(bench_screen(&b, "again"), "HELLO"));
	bench_size(&b, 640, 480);
	shows(&b, "A picture of 640x480");
	assert_true(bench_end(&b));
}

/* blank() - the guest turns the screen dark, or on again. */
static void blank(struct bench *b, bool dark)
{
	struct vga_display *d = &b->shown->display;

	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
	d->attr_index = dark ? 0 : ATTR_INDEX_ON;
	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
}

static void what_is_no_text_is_told(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 30);
	shows(&b, "A picture of 320x200");
	bench_size(&b, 644, 488);
	shows(&b, "644x488");
	blank(&b, true);
	shows(&b, "The screen is dark.");
	blank(&b, false);
	shows(&b, "A picture of 644x488");
	/* From dark text to a picture. */
	bench_text(&b);
	put(&b, 0, 0, "HELLO", 0x07);
	shows(&b, "HELLO");
	blank(&b, true);
	shows(&b, "The screen is dark.");
	bench_size(&b, 800, 600);
	shows(&b, "A picture of 800x600");
	assert_true(bench_end(&b));
}

static void the_cursors_row_is_shown(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 10);
	bench_text(&b);
	put(&b, 0, 0, "first", 0x07);
	put(&b, 20, 0, "twentieth", 0x07);
	shows(&b, "first");
	/* The cursor in row 22: ten rows up to it are shown. */
	b.shown->display.crtc[CRTC_CURSOR_HIGH] = (22 * 80) >> 8;
	b.shown->display.crtc[CRTC_CURSOR_LOW] = (22 * 80) & 0xff;
	shows(&b, "twentieth");
	assert_true(bench_end(&b));
}

/* typed() - the keys that @text makes; negative: let go. */
static void typed(struct bench *b, const char *text, const int *keys)
{
	struct screen_message m;

	assert_int_equal(write(b->terminal, text, strlen(text)), strlen(text));
	for (; *keys; keys++) {
		assert_true(bench_hear(b, &m, NULL));
		assert_int_equal(m.kind, SCREEN_KEY);
		assert_int_equal(m.down ? (int)m.code : -(int)m.code, *keys);
	}
}

static void keys_are_heard(void **state)
{
	uint8_t word = 0;
	struct bench b;

	(void)state;
	start(&b, 25);
	typed(&b, "a", (const int[]){ 30, -30, 0 });
	typed(&b, "A", (const int[]){ KEY_SHIFT, 30, -30, -KEY_SHIFT, 0 });
	typed(&b, "\r\t\177", (const int[]){ 28, -28, 15, -15, 14, -14, 0 });
	typed(&b, "\3", (const int[]){ KEY_CTRL, 46, -46, -KEY_CTRL, 0 });
	typed(&b, "\033OA", (const int[]){ 103, -103, 0 });
	typed(&b, "\033[15~", (const int[]){ 63, -63, 0 });
	typed(&b, "\033", (const int[]){ 1, -1, 0 });
	/* Ctrl-] is for the keeper. */
	assert_int_equal(write(b.terminal, "\35", 1), 1);
	assert_int_equal(recv(b.keeper, &word, 1, 0), 1);
	assert_int_equal(word, SCREEN_QUIT);
	assert_true(bench_end(&b));
}

static void others_are_heard(void **state)
{
	static const char words[] = "hostel: something \033[31mhappened\n";
	struct termios before, after;
	struct bench b;

	(void)state;
	start(&b, 25);
	assert_int_equal(tcgetattr(b.terminal, &before), 0);
	assert_int_equal(before.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(write(b.others, words, sizeof(words) - 1),
			 sizeof(words) - 1);
	shows(&b, "hostel: something ?[31mhappened");
	shutdown(b.keeper, SHUT_RDWR);
	shows(&b, "\033[?1049l");	/* the other screen, that was before */
	while (bench_alive(&b))
		usleep(10000);
	assert_int_equal(b.status, 0);
	assert_int_equal(tcgetattr(b.slave, &after), 0);
	assert_int_not_equal(after.c_lflag & ICANON, 0);
	/* And once more, where it stays. */
	bench_said(&b, "");
	bench_end(&b);
	assert_non_null(strstr(b.words, "something"));
}

static void strange_terminals(void **state)
{
	struct bench b;

	(void)state;
	/* None at all. */
	assert_false(bench_start(&b, "text", 320, 200));
	assert_int_equal(WEXITSTATUS(b.status), 69);
	assert_non_null(strstr(b.words, "--display"));
	/* Two lines; and the guest goes through all it can show. */
	start(&b, 2);
	bench_text(&b);
	put(&b, 0, 0, "one", 0x07);
	shows(&b, "one");
	bench_size(&b, 100, 100);
	shows(&b, "A picture");
	assert_true(bench_end(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_shown),
		cmocka_unit_test(what_is_no_text_is_told),
		cmocka_unit_test(the_cursors_row_is_shown),
		cmocka_unit_test(keys_are_heard),
		cmocka_unit_test(others_are_heard),
		cmocka_unit_test(strange_terminals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
