/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_skip.h - leave a test that can not be run, and say why: tests/run lists
 * it at the end. After <cmocka.h>. */
#ifndef TESTS_LIB_SKIP_H
#define TESTS_LIB_SKIP_H

#include <stdio.h>

#define skip_because(reason)			\
	do {					\
		printf("# skip: %s\n", reason);	\
		fflush(stdout);			\
		skip();				\
	} while (0)

#endif
