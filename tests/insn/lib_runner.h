/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_runner.h - collect cases, have them answered by an oracle while every
 * engine of ours runs them, compare.
 */
#ifndef TESTS_INSN_LIB_RUNNER_H
#define TESTS_INSN_LIB_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_compare.h"
#include "tests/insn/lib_engine.h"
#include "tests/insn/lib_oracle.h"

/* One case on which an engine and the oracle differ. */
struct mismatch {
	const char *engine;
	const void *tag;		/* what runner_add() was given */
	const struct case_in *in;
	const struct case_out *want;	/* the oracle's; the first engine's if
					 * there is none, or only a hash */
	const struct case_out *got;
	enum oracle_kind by;
};

struct runner {
	struct oracle oracle;
	struct case_slot *slot;		/* CASE_BATCH */
	bool own_slots;
	struct oracle_answer answer[CASE_BATCH];
	void *engine[INSN_ENGINES];
	struct case_out *out[INSN_COLUMNS];	/* CASE_BATCH each */
	const void *tag[CASE_BATCH];
	const char *line[CASE_BATCH];
	unsigned int filled;
	/* Called for each difference; may call runner_once(). */
	void (*mismatch)(void *user, const struct mismatch *m);
	/* Called for each case that nobody answers, though somebody should;
	 * NULL: nobody cares. */
	void (*lacking)(void *user, const void *tag, enum oracle_lack lack);
	void *user;
	/* Totals; insns: of cases that were answered. */
	uint64_t cases, insns, differ;
	uint64_t by_vector[32], by_oracle[ORACLE_KINDS];
};

/* runner_open() - Return: false after saying why on standard error. */
bool runner_open(struct runner *r,
		 void (*mismatch)(void *user, const struct mismatch *m),
		 void *user);
void runner_close(struct runner *r);

/**
 * runner_next() - the place for one more case
 *
 * Fill it in, then call runner_add().
 */
struct case_in *runner_next(struct runner *r);

/* runner_add() - it is filled in; may run a batch. @line: its name in the
 * tables, or NULL. False: a native runner died. */
bool runner_add(struct runner *r, const void *tag, const char *line);

/* runner_flush() - run what is waiting. */
bool runner_flush(struct runner *r);

/* What is known of one case: the oracle's answer and our engines' ends. */
struct outcome {
	struct oracle_answer answer;
	struct case_out want, got[INSN_COLUMNS];
};

/**
 * runner_once() - run one case now, outside the batches
 * @in: the case
 * @o: filled in
 *
 * Call it only with no case waiting (or from the mismatch function).
 */
bool runner_once(struct runner *r, const struct case_in *in, struct outcome *o);

/* runner_print_oracles() - who answered how many cases, as a "# " line. */
void runner_print_oracles(const struct runner *r);

/* case_print() - the code, and every place where they differ, as "# " lines
 * on standard output. */
void case_print(const struct mismatch *m);

#endif
