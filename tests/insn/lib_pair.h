/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_pair.h - the 32-bit host and another oracle, on the same cases: for a
 * host that has both, to record the one and to test the other.
 */
#ifndef TESTS_INSN_LIB_PAIR_H
#define TESTS_INSN_LIB_PAIR_H

#include "tests/insn/lib_compare.h"
#include "tests/insn/lib_draw.h"
#include "tests/insn/lib_oracle.h"
#include "tests/insn/lib_tables.h"

/* A case, and what the two say. */
struct pair_case {
	const struct spec *line;
	const struct case_in *in;
	struct case_out *host;		/* native32's, settled */
	const struct oracle_answer *answer;	/* the other's */
	struct case_out *out;			/* and its end, if it has one */
};

struct pair {
	struct oracle host, other;
	struct case_slot *slot;		/* the other's */
	const struct spec *line[CASE_BATCH];
	unsigned int filled;
	unsigned int stride;		/* one case in so many is run */
	uint64_t drawn;
	void (*look)(void *user, const struct pair_case *c);
	void *user;
};

/* pair_open() - @kinds: the other's. Return: false if the host runs no 32-bit
 * programs, or may not. Set look, user and stride then. */
bool pair_open(struct pair *p, uint32_t kinds);
void pair_close(struct pair *p);

/* pair_run() - all that @draw draws from all tables. Return: false if a
 * native runner died. */
bool pair_run(struct pair *p, draw_fn *draw, uint64_t seed);

#endif
