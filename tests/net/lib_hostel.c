/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_hostel.c - run a command of hostel: see lib_hostel.h. */
#include "tests/net/lib_hostel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/wait.h>

char hostel_said[65536];

int hostel(const char *words)
{
	const char *build = getenv("HOSTEL_BUILD_DIR");
	char line[4096];
	size_t n;
	int status;
	FILE *f;

	snprintf(line, sizeof(line), "exec %s/hostel %s 2>&1 </dev/null",
		 build ? build : HOSTEL_BUILD, words);
	f = popen(line, "re");
	assert_non_null(f);
	n = fread(hostel_said, 1, sizeof(hostel_said) - 1, f);
	hostel_said[n] = '\0';
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
