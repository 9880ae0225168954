/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_engine.h - an engine of ours that runs instruction tests.
 *
 * Each row of insn_engines is one more column in every test: a new engine is
 * a new file and a line there.
 */
#ifndef TESTS_INSN_LIB_ENGINE_H
#define TESTS_INSN_LIB_ENGINE_H

#include <stdbool.h>

#include "tests/insn/lib_case.h"

struct insn_engine {
	const char *name;
	/* @low: CASE_LOW is mapped. Return: its state, or NULL. */
	void *(*create)(bool low);
	void (*run)(void *state, const struct case_in *in,
		    struct case_out *out);
	void (*destroy)(void *state);
};

extern const struct insn_engine interp_engine, bt_engine, bt_warm_engine,
	bt_rsp_engine;

#define INSN_ENGINES	4
extern const struct insn_engine *const insn_engines[INSN_ENGINES];

#endif
