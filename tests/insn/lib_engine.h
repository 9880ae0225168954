/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_engine.h - an engine of ours that runs instruction tests.
 *
 * Each end of a case that an engine tells is one more column in every test: a
 * new engine is a new file, a row in insn_engines and its columns' names.
 */
#ifndef TESTS_INSN_LIB_ENGINE_H
#define TESTS_INSN_LIB_ENGINE_H

#include <stdbool.h>

#include "tests/insn/lib_case.h"

#define INSN_COLUMNS	4
extern const char *const insn_columns[INSN_COLUMNS];

struct insn_engine {
	unsigned int column;	/* its first one */
	/* @low: CASE_LOW is mapped. Return: its state, or NULL. */
	void *(*create)(bool low);
	/* @out: of all columns; it fills its own. */
	void (*run)(void *state, const struct case_in *in,
		    struct case_out *const out[INSN_COLUMNS]);
	void (*destroy)(void *state);
};

#define INSN_ENGINES	3
extern const struct insn_engine *const insn_engines[INSN_ENGINES];

#endif
