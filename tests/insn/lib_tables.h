/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_tables.h - the instruction tables (*.def), for whoever goes through all
 * of them. */
#ifndef TESTS_INSN_LIB_TABLES_H
#define TESTS_INSN_LIB_TABLES_H

#include <stddef.h>

#include "tests/insn/lib_spec.h"

#define TABLES(TABLE)							\
	TABLE(alu) TABLE(shift) TABLE(mov) TABLE(control) TABLE(x87)	\
	TABLE(mmx) TABLE(sse) TABLE(sse2) TABLE(sse2int)	\
	TABLE(sse3) TABLE(ssse3) TABLE(sse4) TABLE(sse4int)

enum table_id {
#define TABLE(name) TABLE_##name,
	TABLES(TABLE)
#undef TABLE
	TABLE_COUNT
};

struct table {
	const char *name;
	const struct spec *spec;
	size_t n;
};

extern const struct table insn_tables[TABLE_COUNT];

#endif
