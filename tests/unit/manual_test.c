/* SPDX-License-Identifier: BSD-2-Clause */
/* manual_test.c - how a help text is laid out: see base/manual.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/manual.h"

/* printed() - by manual_help(); to be freed */
static char *printed(const struct manual *m)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	manual_help(m, f);
	fclose(f);
	return text;
}

static const struct manual_row options[] = {
	{ .term = "--one", .value = "N", .text = "so many" },
	{ .term = ",part=", .value = "V", .text = "a part", .part = true },
	{ .term = "--long-one-with-its", .value = "VALUE", .text = "below" },
	{ .term = "--flag",
	  .text = "a text that is longer than what one line has room for, by "
		"some words" },
	{ .term = NULL }
};

static const struct manual_row numbers[] = {
	{ .term = "0", .text = "good" },
	{ .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Hidden", .rows = numbers, .page_only = true },
	{ .title = "Status", .rows = numbers, .about = "What it ends with:" },
	{ .title = NULL }
};

static const struct manual manual = {
	.name = "prog", .section = 1, .summary = "does things",
	.synopsis = (const char *const []) { "[OPTION...]", "", NULL },
	.about = (const char *const []) { "A paragraph.", "\texample x",
		NULL },
	.lists = lists,
};

static void a_help_has_its_form(void **state)
{
	char *text = printed(&manual);

	(void)state;
	assert_string_equal(
		text,
		"usage: prog [OPTION...]\n"
		"       prog\n"
		"\n"
		"A paragraph.\n"
		"\n"
		"\texample x\n"
		"\n"
		"  --one N    so many\n"
		"    ,part=V  a part\n"
		"  --long-one-with-its VALUE\n"
		"             below\n"
		"  --flag     a text that is longer than what one line has room "
		"for, by some\n"
		"             words\n"
		"\n"
		"Status:\n"
		"What it ends with:\n"
		"  0       good\n");
	free(text);
}

/* A word that no line has room for is not lost, and does not hang. */
static void a_long_word_is_whole(void **state)
{
	static char word[201];
	const char *const about[] = { "a", word, NULL };
	struct manual m = manual;
	char *text;

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	m.about = about;
	m.lists = NULL;
	text = printed(&m);
	assert_non_null(strstr(text, word));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_help_has_its_form),
		cmocka_unit_test(a_long_word_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
