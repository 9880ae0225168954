// SPDX-License-Identifier: BSD-2-Clause
/*
 * align_test.c - every instruction of the tables with EFLAGS.AC set, and its
 * operand, its stack or its strings at each distance from a multiple of 16,
 * beside the host CPU (lib_oracle.h): #AC where it says so, and nowhere else.
 *
 * What is drawn of each line: draw_odd() in lib_draw.h. HOSTEL_SEED and
 * HOSTEL_INSN as in insn_test.c.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/insn/lib_tally.h"

#define TABLE(name)							\
	static void name##_aligns_as_on_the_host(void **test)		\
	{								\
		tally_run_table(*test, TABLE_##name, draw_odd);		\
	}
TABLES(TABLE)
#undef TABLE

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TABLE(name) cmocka_unit_test(name##_aligns_as_on_the_host),
		TABLES(TABLE)
#undef TABLE
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, tally_open, tally_close);
}
