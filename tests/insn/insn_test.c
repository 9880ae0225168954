// SPDX-License-Identifier: BSD-2-Clause
/*
 * insn_test.c - every instruction of the tables, on our engines and on the
 * host CPU.
 *
 * What is drawn of each line of the .def files: draw_values() in lib_draw.h.
 * Who says what the host CPU does: lib_oracle.h. The seed is fixed, so that a
 * failure today is a failure tomorrow; HOSTEL_SEED takes another one.
 * HOSTEL_INSN=text runs only the lines whose name holds it.
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
#include "base/check.h"
#include "ia32/regs.h"
#include "tests/insn/lib_tally.h"

static const struct refused {
	const char *name, *text;
} refused[] = {
#define REFUSED(name, text) { name, text },
#include "tests/insn/refused.def"
};

#define TABLE(name)						\
	static void name##_agrees_with_the_host(void **test)		\
	{								\
		tally_run_table(*test, TABLE_##name, draw_values);	\
	}
TABLES(TABLE)
#undef TABLE

/* untouched() - #UD, and nothing else happened. */
static bool untouched(const struct case_in *in, const struct case_out *out)
{
	return out->vector == VEC_UD && out->st.eip == in->st.eip &&
	       !memcmp(out->st.gpr, in->st.gpr, sizeof(in->st.gpr)) &&
	       !((out->st.eflags ^ in->st.eflags) & ~FL_RF) &&
	       !memcmp(out->st.fx + 160, in->st.fx + 160, 128) &&
	       !memcmp(out->mem, in->mem, CASE_MEM_SIZE);
}

/* refused_by_all() - Return: in how many columns it is not. */
static unsigned int refused_by_all(struct runner *r, const char *name,
				   const struct case_in *in,
				   struct case_out *ends)
{
	struct case_out *out[INSN_COLUMNS];
	unsigned int bad = 0, e, c;

	for (c = 0; c < INSN_COLUMNS; c++)
		out[c] = &ends[c];
	for (e = 0; e < INSN_ENGINES; e++)
		insn_engines[e]->run(r->engine[e], in, out);
	for (c = 0; c < INSN_COLUMNS; c++) {
		if (untouched(in, out[c]))
			continue;
		bad++;
		printf("# %s on %s: vector %u at %08x\n", name, insn_columns[c],
		       out[c]->vector, out[c]->st.eip);
	}
	return bad;
}

static void foreign_instructions_are_undefined(void **state)
{
	struct tally *t = *state;
	struct rng rng = { tally_seed() };
	struct case_in *in = calloc(1, sizeof(*in));
	struct case_out *ends = calloc(INSN_COLUMNS, sizeof(*ends));
	unsigned int bad = 0;
	size_t i;

	assert_non_null(in);
	assert_non_null(ends);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		struct spec s = { refused[i].name, refused[i].text, SET_WHOLE,
				  FP_VINT, 0 };

		spec_case(&s, &rng, in);
		in->code_at = 0x800;
		in->st.eip = CASE_CODE + in->code_at;
		bad += refused_by_all(&t->runner, s.name, in, ends);
	}
	free(in);
	free(ends);
	assert_int_equal(bad, 0);
}

/* What the 32-bit runner has in its own memory is not there on our machine: a
 * case that comes upon it is no difference, whether it reads or writes. */
static void the_runners_own_memory_is_not_compared(void **state)
{
	static const struct spec here = { "the runner's memory", "A3 moffs",
					  SET_INT, FP_CLEAN, 0 };
	static const uint32_t at[] = {
		NATIVE_OWN + 0x11000,		/* its code */
		NATIVE_OWN + 0x100000 + CASE_MEM_SIZE + 64, /* pad[] */
	};
	struct tally *t = *state;
	struct rng rng = { tally_seed() };
	uint64_t before = t->runner.differ;
	struct case_in *in;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(at); i++) {
		in = runner_next(&t->runner);
		gen_state(&rng, FP_CLEAN, in);
		in->code_at = 0x800;
		in->st.eip = CASE_CODE + in->code_at;
		in->code_len = 5;
		in->code[0] = i & 1 ? 0xa3 : 0xa1;
		put_le32(in->code + 1, at[i / 2]);
		assert_true(runner_add(&t->runner, &here, here.name));
	}
	assert_true(runner_flush(&t->runner));
	assert_int_equal(t->runner.differ, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TABLE(name) cmocka_unit_test(name##_agrees_with_the_host),
		TABLES(TABLE)
#undef TABLE
		cmocka_unit_test(foreign_instructions_are_undefined),
		cmocka_unit_test(the_runners_own_memory_is_not_compared),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, tally_open, tally_close);
}
