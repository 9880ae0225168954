/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strokes_test.c - what users write to have keys pressed and text typed: each
 * character of a US keyboard, keys that are held together, and what is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>

#include "vmapp/control/strokes.h"

/* typed() - the strokes are these keys; a negative one is let go. */
static void typed(struct strokes *s, const int *want, size_t n)
{
	size_t i;

	assert_int_equal(s->n, n);
	for (i = 0; i < n; i++) {
		assert_int_equal(s->list[i].number, abs(want[i]));
		assert_int_equal(s->list[i].down, want[i] > 0);
	}
	free(s->list);
}

#define TYPED(s, ...) \
	typed(s, (const int[]){ __VA_ARGS__ }, \
	      sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static struct strokes keys(const char *word)
{
	char why[STROKES_WHY_SIZE] = "";
	struct strokes s = { 0 };

	if (!strokes_keys(&s, word, why))
		fail_msg("%s: %s", word, why);
	return s;
}

static void refused(bool text, const char *word, const char *part)
{
	char why[STROKES_WHY_SIZE] = "";
	struct strokes s = { 0 };

	if (text)
		assert_false(strokes_text(&s, word, why));
	else
		assert_false(strokes_keys(&s, word, why));
	if (!strstr(why, part))
		fail_msg("%s: '%s' is not about '%s'", word, why, part);
	free(s.list);
}

static void keys_are_held_together(void **state)
{
	struct strokes s;

	(void)state;
	s = keys("a");
	TYPED(&s, KEY_A, -KEY_A);
	s = keys("ctrl-alt-delete");
	TYPED(&s, KEY_LEFTCTRL, KEY_LEFTALT, KEY_DELETE, -KEY_DELETE,
	      -KEY_LEFTALT, -KEY_LEFTCTRL);
	s = keys("-");
	TYPED(&s, KEY_MINUS, -KEY_MINUS);
	s = keys("ctrl--");
	TYPED(&s, KEY_LEFTCTRL, KEY_MINUS, -KEY_MINUS, -KEY_LEFTCTRL);
	s = keys("--a");
	TYPED(&s, KEY_MINUS, KEY_A, -KEY_A, -KEY_MINUS);
	refused(false, "", "no key ''");
	refused(false, "a-", "no key ''");
	refused(false, "A", "no key 'A'");
	refused(false, "ctrl-foo-a", "no key 'foo'");
	refused(false, "a-b-c-d-e-f-g-h-i", "at most 8");
}

/* All that the keys of a US keyboard type; which of them take Shift is as the
 * rows of the two strings. */
static void text_is_typed(void **state)
{
	static const char plain[] =
		"`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ ";
	static const char shifted[] =
		"~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";
	char why[STROKES_WHY_SIZE], word[3] = "";
	struct strokes s, t;
	size_t i;

	(void)state;
	for (i = 0; plain[i]; i++) {
		s = t = (struct strokes){ 0 };
		strcpy(word, plain[i] == '\\' ? "\\\\" : "x");
		if (plain[i] != '\\')
			word[0] = plain[i];
		assert_true(strokes_text(&s, word, why));
		assert_int_equal(s.n, 2);
		if (shifted[i]) {
			word[0] = shifted[i];
			word[1] = '\0';
			assert_true(strokes_text(&t, word, why));
			TYPED(&t, KEY_LEFTSHIFT, s.list[0].number,
			      -s.list[0].number, -KEY_LEFTSHIFT);
		}
		free(s.list);
	}
	s = (struct strokes){ 0 };
	assert_true(strokes_text(&s, "\\n\\t\\b\\e", why));
	TYPED(&s, KEY_ENTER, -KEY_ENTER, KEY_TAB, -KEY_TAB, KEY_BACKSPACE,
	      -KEY_BACKSPACE, KEY_ESC, -KEY_ESC);
	refused(true, "ab\\x", "'\\x'");
	refused(true, "ab\\", "'\\'");
	refused(true, "\xc3\xa9", "no key");
	refused(true, "a\nb", "no key");
}

static void long_text_is_typed(void **state)
{
	char why[STROKES_WHY_SIZE], text[4001];
	struct strokes s = { 0 };

	(void)state;
	memset(text, 'Q', 4000);
	text[4000] = '\0';
	assert_true(strokes_text(&s, text, why));
	assert_int_equal(s.n, 16000);
	assert_int_equal(s.list[15999].number, KEY_LEFTSHIFT);
	free(s.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_held_together),
		cmocka_unit_test(text_is_typed),
		cmocka_unit_test(long_text_is_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
