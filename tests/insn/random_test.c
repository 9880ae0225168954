/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random_test.c - integer instructions on interp and on the host's CPU.
 *
 * First each family alone, then random sequences, a million instructions in
 * all. The seed is printed; HOSTEL_SEED repeats it. No flag is masked: what
 * the manual leaves undefined is what the host does, on both sides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ia32/decode.h"
#include "tests/insn/lib_engine.h"
#include "tests/insn/lib_gen.h"

#define SEQUENCE_INSNS	1000000u
#define FAMILY_CASES	(2 * CASES)

struct bench {
	struct oracle oracle;
	struct engine engine;
	struct gen gen;
	uint64_t seed;
};

/* shrink() - the shortest prefix of a sequence that still differs. */
static void shrink(struct bench *b, struct insn_case *c, char *text,
		   size_t size)
{
	struct insn_case *one = &b->oracle.batch->item[0];
	struct insn_case whole = *c;
	struct case_state ours;
	uint32_t len;

	/* Any cut gives some code; only whole instructions are of use, and
	 * the disassembly shows where they end. */
	for (len = 1; len <= whole.code_len; len++) {
		*one = whole;
		one->code_len = len;
		oracle_run(&b->oracle, 1);
		if (one->out.vector != CASE_END)
			continue;
		engine_run(&b->engine, one, &ours);
		if (case_differs(one, &ours, text, size))
			break;
	}
	*c = *one;
}

static void explain(struct bench *b, struct insn_case c)
{
	char text[160];
	uint32_t i;

	case_differs(&c, &c.out, text, sizeof(text));
	shrink(b, &c, text, sizeof(text));
	print_message("# seed %llu: %s\n# in: ",
		      (unsigned long long)b->seed, text);
	for (i = 0; i < 8; i++)
		print_message("%08x ", c.in.gpr[i]);
	print_message("flags %03x\n# code:", c.in.eflags);
	for (i = 0; i < c.code_len; i++)
		print_message(" %02x", c.code[i]);
	print_message("\n");
}

/* run_batch() - @n cases on both; fails the test if they differ. */
static void run_batch(struct bench *b, uint32_t n)
{
	struct case_state ours;
	char text[160];
	uint32_t i;

	oracle_run(&b->oracle, n);
	for (i = 0; i < n; i++) {
		struct insn_case *c = &b->oracle.batch->item[i];

		engine_run(&b->engine, c, &ours);
		if (!case_differs(c, &ours, text, sizeof(text)))
			continue;
		print_message("# %s\n", text);
		explain(b, *c);
		fail();
	}
}

static void families(void **state)
{
	struct bench *b = *state;
	unsigned int form, done, i;

	for (form = 0; form < gen_forms(); form++) {
		for (done = 0; done < FAMILY_CASES; done += CASES) {
			for (i = 0; i < CASES; i++) {
				gen_begin(&b->gen, &b->oracle.batch->item[i]);
				gen_form(&b->gen, form);
			}
			run_batch(b, CASES);
		}
		print_message("# %s: %u cases\n", gen_form_name(form), done);
	}
}

static void sequences(void **state)
{
	struct bench *b = *state;
	uint64_t insns = 0;
	uint32_t n;

	while (insns < SEQUENCE_INSNS) {
		for (n = 0; n < CASES; n++) {
			gen_case(&b->gen, &b->oracle.batch->item[n]);
			insns += b->gen.insns;
		}
		run_batch(b, CASES);
	}
	print_message("# %llu instructions, seed %llu\n",
		      (unsigned long long)insns, (unsigned long long)b->seed);
}

static int open_bench(void **state)
{
	static struct bench b;
	const char *seed = getenv("HOSTEL_SEED");

	b.seed = seed ? strtoull(seed, NULL, 0) : clock_now_ns();
	b.gen.state = b.seed | 1;
	print_message("# seed %llu\n", (unsigned long long)b.seed);
	oracle_open(&b.oracle);
	engine_open(&b.engine);
	*state = &b;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *b = *state;

	engine_close(&b->engine);
	oracle_close(&b->oracle);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families),
		cmocka_unit_test(sequences),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
