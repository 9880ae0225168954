/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_said.c - catch standard error: see lib_said.h. */
#include "tests/unit/lib_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

static int caught = -1, real = -1;
static char text[8192];

void said_begin(void)
{
	caught = memfd_create("said", 0);
	real = dup(STDERR_FILENO);
	assert_true(caught >= 0 && real >= 0);
	assert_true(dup2(caught, STDERR_FILENO) >= 0);
}

const char *said_end(void)
{
	ssize_t n;

	dup2(real, STDERR_FILENO);
	close(real);
	n = pread(caught, text, sizeof(text) - 1, 0);
	close(caught);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

void said_sentence(const char *said, const char *part)
{
	size_t n = strlen(said);
	const char *end = strchr(said, '\n');

	if (n && said[n - 1] == '\n')
		n--;
	if (n < 10 || (end && end != said + n) || said[n - 1] == '.' ||
	    said[n - 1] == ' ')
		fail_msg("not one sentence: '%s'", said);
	if (!strstr(said, part))
		fail_msg("'%s' is not in '%s'", part, said);
}

void said_one(const char *part)
{
	said_sentence(said_end(), part);
}
