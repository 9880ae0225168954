// SPDX-License-Identifier: BSD-2-Clause
/*
 * fault_test.c - every instruction of the tables with its operand, its stack
 * or its strings on the end of a page, beside the host CPU (lib_oracle.h).
 *
 * What is drawn of each line: draw_ends() in lib_draw.h.
 *
 * A case looks like any other one (lib_case.h), so whatever the handler of
 * the exception sees is compared: all registers and flags, error code, CR2,
 * memory. HOSTEL_SEED and HOSTEL_INSN as in insn_test.c.
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
	static void name##_faults_as_on_the_host(void **test)		\
	{								\
		tally_run_table(*test, TABLE_##name, draw_ends);	\
	}
TABLES(TABLE)
#undef TABLE

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TABLE(name) cmocka_unit_test(name##_faults_as_on_the_host),
		TABLES(TABLE)
#undef TABLE
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, tally_open, tally_close);
}
