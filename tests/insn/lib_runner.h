/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_runner.h - collect cases, run them on the host CPU and on every engine
 * of ours at the same time, compare.
 */
#ifndef TESTS_INSN_LIB_RUNNER_H
#define TESTS_INSN_LIB_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_engine.h"
#include "tests/insn/lib_native.h"

struct runner;

/* One case on which an engine and the host differ. */
struct mismatch {
	const char *engine;
	const void *tag;		/* what runner_add() was given */
	const struct case_in *in;
	const struct case_out *want;	/* the host's */
	const struct case_out *got;
};

struct runner {
	struct native native;
	void *engine[INSN_ENGINES];
	struct case_out *out[INSN_ENGINES];	/* CASE_BATCH each */
	const void *tag[CASE_BATCH];
	unsigned int filled;
	/* Called for each difference; may call runner_once(). */
	void (*mismatch)(void *user, const struct mismatch *m);
	void *user;
	/* Totals. */
	uint64_t cases, insns, differ;
	uint64_t by_vector[32];
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

/* runner_add() - it is filled in; may run a batch. False: the host runner
 * died. */
bool runner_add(struct runner *r, const void *tag);

/* runner_flush() - run what is waiting. */
bool runner_flush(struct runner *r);

/**
 * runner_once() - run one case now, outside the batches
 * @in: the case
 * @want, @got: filled in; @got is an array with one entry per engine
 *
 * Call it only with no case waiting (or from the mismatch function).
 */
bool runner_once(struct runner *r, const struct case_in *in,
		 struct case_out *want, struct case_out *got);

/**
 * case_same() - do both agree, but for what is undefined?
 * @in: the case
 * @host: what the host did; what it need not have done is taken back
 * @ours: what our engine did
 */
bool case_same(const struct case_in *in, struct case_out *host,
	       const struct case_out *ours);

/* case_print() - the code, and every place where they differ, as "# " lines
 * on standard output. */
void case_print(const struct mismatch *m);

#endif
