// SPDX-License-Identifier: BSD-2-Clause
/* lib_tables.c - the instruction tables: one list for each .def file. */
#include "tests/insn/lib_tables.h"

#include "base/check.h"

#define INSN(name, text, setup) { name, text, SET_##setup, STATE, 0 },
#define STATE FP_CLEAN
static const struct spec alu[] = {
#include "tests/insn/alu.def"
};
static const struct spec shift[] = {
#include "tests/insn/shift.def"
};
static const struct spec mov[] = {
#include "tests/insn/mov.def"
};
static const struct spec control[] = {
#include "tests/insn/control.def"
};
#undef STATE
#define STATE FP_X87
static const struct spec x87[] = {
#include "tests/insn/x87.def"
};
#undef STATE
#define STATE FP_MMX
static const struct spec mmx[] = {
#include "tests/insn/mmx.def"
};
#undef STATE
#define STATE FP_F32
static const struct spec sse[] = {
#include "tests/insn/sse.def"
};
#undef STATE
#define STATE FP_F64
static const struct spec sse2[] = {
#include "tests/insn/sse2.def"
};
#undef STATE
#define STATE FP_VINT
static const struct spec sse2int[] = {
#include "tests/insn/sse2int.def"
};
static const struct spec ssse3[] = {
#include "tests/insn/ssse3.def"
};
static const struct spec sse4int[] = {
#include "tests/insn/sse4int.def"
};
#undef STATE
#define STATE FP_F32
static const struct spec sse3[] = {
#include "tests/insn/sse3.def"
};
static const struct spec sse4[] = {
#include "tests/insn/sse4.def"
};

const struct table insn_tables[TABLE_COUNT] = {
#define TABLE(name) { #name, name, ARRAY_SIZE(name) },
	TABLES(TABLE)
};
