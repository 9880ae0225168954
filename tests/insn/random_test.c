// SPDX-License-Identifier: BSD-2-Clause
/*
 * random_test.c - random sequences on our engines and on the host CPU.
 *
 * At least 10^6 instructions that an oracle (lib_oracle.h) answers are run.
 * The seed is new each time and printed; HOSTEL_SEED=N repeats a run,
 * HOSTEL_INSNS=N sets its length. A sequence on which an engine differs is cut
 * down, one instruction after another, to the shortest that still differs, and
 * printed with both states.
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

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/insn/lib_random.h"
#include "tests/insn/lib_runner.h"

#define INSNS	1000000u
#define SHOWN	5	/* differing sequences that are cut down and printed */

/* What belongs to the slots that wait: their sequences. */
struct soak {
	struct runner runner;
	struct seq seq[CASE_BATCH];
	uint64_t seed;
	unsigned int shown;
	struct outcome end;		/* of the sequence that is cut down */
};

static bool column_agrees(struct soak *s, const struct case_in *in,
			  unsigned int c)
{
	return oracle_agrees(&s->end.answer, in, &s->end.want, &s->end.got[c]);
}

/* differs() - does any engine, with only the instructions in @mask? */
static bool differs(struct soak *s, const struct seq *seq, uint32_t mask,
		    struct case_in *in)
{
	unsigned int c;

	seq_lay(seq, mask, in);
	if (!runner_once(&s->runner, in, &s->end))
		return false;
	for (c = 0; c < INSN_COLUMNS; c++)
		if (!column_agrees(s, in, c))
			return true;
	return false;
}

/* cut_down() - leave out from the end, then from anywhere. */
static uint32_t cut_down(struct soak *s, const struct seq *seq,
			 struct case_in *in)
{
	uint32_t mask = (uint32_t)((1ull << seq->n) - 1);
	unsigned int i;

	for (i = seq->n; i-- > 0;)
		if (differs(s, seq, mask & ~(1u << i), in))
			mask &= ~(1u << i);
	return mask;
}

static void on_mismatch(void *user, const struct mismatch *m)
{
	struct soak *s = user;
	const struct seq *seq = m->tag;
	struct case_in *in;
	uint32_t mask;
	unsigned int c;

	if (s->shown++ >= SHOWN)
		return;
	printf("# differs; HOSTEL_SEED=%llu\n", (unsigned long long)s->seed);
	in = malloc(sizeof(*in));
	if (!in)
		return;
	*in = *m->in;
	mask = cut_down(s, seq, in);
	if (!differs(s, seq, mask, in)) {
		printf("# only in a batch, not when run again:\n");
		case_print(m);
	}
	for (c = 0; c < INSN_COLUMNS; c++) {
		struct mismatch again = { insn_columns[c], NULL, in,
					  &s->end.want, &s->end.got[c],
					  s->end.answer.by };

		if (!column_agrees(s, in, c))
			case_print(&again);
	}
	free(in);
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* wants64() - where only the 64-bit host answers: most sequences are such as
 * it can; the others are compared among our engines. */
static bool wants64(const struct soak *s, struct rng *r)
{
	return !(s->runner.oracle.kinds & ORACLE_BIT(NATIVE32)) &&
	       !rng_one_in(r, 8);
}

static void random_sequences_agree_with_the_host(void **state)
{
	uint64_t wanted = number("HOSTEL_INSNS", INSNS);
	struct soak *s = calloc(1, sizeof(*s));
	struct rng rng;
	unsigned int slot;

	(void)state;
	assert_non_null(s);
	s->seed = number("HOSTEL_SEED", clock_now_ns() & 0xffffffff);
	rng.s = s->seed;
	printf("# seed %llu\n", (unsigned long long)s->seed);
	assert_true(runner_open(&s->runner, on_mismatch, s));
	while (s->runner.insns < wanted && s->runner.cases < wanted) {
		struct case_in *in = runner_next(&s->runner);

		slot = s->runner.filled;
		seq_draw(&rng, wants64(s, &rng), &s->seq[slot], in);
		seq_lay(&s->seq[slot], (uint32_t)((1ull << s->seq[slot].n) - 1),
			in);
		assert_true(runner_add(&s->runner, &s->seq[slot], NULL));
	}
	assert_true(runner_flush(&s->runner));
	printf("# %llu instructions with an answer; %llu sequences, %llu "
	       "differ\n",
	       (unsigned long long)s->runner.insns,
	       (unsigned long long)s->runner.cases,
	       (unsigned long long)s->runner.differ);
	runner_print_oracles(&s->runner);
	slot = (unsigned int)MIN(s->runner.differ, 1000000u);
	runner_close(&s->runner);
	free(s);
	assert_int_equal(slot, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_sequences_agree_with_the_host),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
