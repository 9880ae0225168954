// SPDX-License-Identifier: BSD-2-Clause
/*
 * insn_test.c - every instruction of the tables, on our engines and on the
 * host CPU.
 *
 * Each line of the .def files becomes DRAWS cases with different operands,
 * flags, addressing modes, prefixes and page ends; see lib_spec.h. The seed
 * is fixed, so that a failure today is a failure tomorrow; HOSTEL_SEED takes
 * another one. HOSTEL_INSN=text runs only the lines whose name holds it.
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

#include "base/check.h"
#include "ia32/regs.h"
#include "tests/insn/lib_tally.h"

#define DRAWS		300

static const struct refused {
	const char *name, *text;
} refused[] = {
#define REFUSED(name, text) { name, text },
#include "tests/insn/refused.def"
};

/* run_table() - all lines of one family. */
static void run_table(struct tally *t, enum table_id id)
{
	const struct table *table = &insn_tables[id];
	const char *only = getenv("HOSTEL_INSN");
	struct rng rng = { tally_seed() };
	struct case_in *in;
	unsigned int draw;
	size_t i;

	t->last = NULL;
	t->lines = 0;
	for (i = 0; i < table->n; i++) {
		if (only && !strstr(table->spec[i].name, only))
			continue;
		for (draw = 0; draw < DRAWS; draw++) {
			in = runner_next(&t->runner);
			spec_case(&table->spec[i], &rng, in);
			assert_true(runner_add(&t->runner, &table->spec[i]));
		}
	}
	assert_true(runner_flush(&t->runner));
	if (t->lines)
		printf("# %u of %zu lines differ\n", t->lines, table->n);
	assert_int_equal(t->lines, 0);
}

#define TABLE(name)						\
	static void name##_agrees_with_the_host(void **test)		\
	{								\
		run_table(*test, TABLE_##name);				\
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

static void foreign_instructions_are_undefined(void **state)
{
	struct tally *t = *state;
	struct rng rng = { tally_seed() };
	struct case_in *in = calloc(1, sizeof(*in));
	struct case_out *out = calloc(1, sizeof(*out));
	unsigned int bad = 0, e;
	size_t i;

	assert_non_null(in);
	assert_non_null(out);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		struct spec s = { refused[i].name, refused[i].text, SET_WHOLE,
				  FP_VINT, 0 };

		spec_case(&s, &rng, in);
		in->code_at = 0x800;
		in->st.eip = CASE_CODE + in->code_at;
		for (e = 0; e < INSN_ENGINES; e++) {
			insn_engines[e]->run(t->runner.engine[e], in, out);
			if (untouched(in, out))
				continue;
			bad++;
			printf("# %s on %s: vector %u at %08x\n", s.name,
			       insn_engines[e]->name, out->vector,
			       out->st.eip);
		}
	}
	free(in);
	free(out);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TABLE(name) cmocka_unit_test(name##_agrees_with_the_host),
		TABLES(TABLE)
#undef TABLE
		cmocka_unit_test(foreign_instructions_are_undefined),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, tally_open, tally_close);
}
