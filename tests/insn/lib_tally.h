/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_tally.h - a runner over lines of the tables, which counts the lines
 * that differ and shows the first differences of each; and the seed.
 */
#ifndef TESTS_INSN_LIB_TALLY_H
#define TESTS_INSN_LIB_TALLY_H

#include "tests/insn/lib_draw.h"
#include "tests/insn/lib_runner.h"
#include "tests/insn/lib_tables.h"

/* What is added to its runner has a line, a struct spec, as tag. */
struct tally {
	struct runner runner;
	const struct spec *last;	/* the line that differed last */
	unsigned int shown;		/* how often it did */
	unsigned int lines;		/* how many lines differed */
	const struct spec *lacked;	/* the line that lacked answers last */
};

/* tally_open(), tally_close() - as a test's group set-up and tear-down. */
int tally_open(void **state);
int tally_close(void **state);

/* tally_run_table() - all lines of one family, with all that @draw draws;
 * fails the test if any differs. HOSTEL_INSN=text: only lines whose name has
 * it. */
void tally_run_table(struct tally *t, enum table_id id, draw_fn *draw);

/* tally_seed() - HOSTEL_SEED, or 1: a failure today is one tomorrow. */
uint64_t tally_seed(void);

#endif
