/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_options.h - command lines, for tests of what they mean.
 */
#ifndef TESTS_UNIT_LIB_OPTIONS_H
#define TESTS_UNIT_LIB_OPTIONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "vmapp/config/options.h"

#define WORDS 24

static char error[CONFIG_ERROR_SIZE];

/* parse() - the defaults, changed by a command line of words up to NULL. */
static inline bool parse(struct vm_config *c, const char *first, ...)
{
	char *argv[WORDS];
	const char *word;
	va_list ap;
	int n = 0;

	config_defaults(c);
	memset(error, 0, sizeof(error));
	va_start(ap, first);
	for (word = first; word; word = va_arg(ap, const char *)) {
		assert_true(n < WORDS);
		argv[n++] = (char *)(uintptr_t)word;
	}
	va_end(ap);
	return options_parse(c, n, argv, error);
}

/* accepted() - these words are a machine. */
#define accepted(c, ...) do {						\
	if (!parse(c, __VA_ARGS__, NULL))				\
		fail_msg("refused: %s", error);				\
} while (0)

/* refused() - they are not, and the sentence has @part in it. */
#define refused(part, ...) do {						\
	struct vm_config config_;					\
									\
	assert_false(parse(&config_, __VA_ARGS__, NULL));		\
	said_sentence(error, part);					\
} while (0)

#endif
