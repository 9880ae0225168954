// SPDX-License-Identifier: BSD-2-Clause
/*
 * fault_test.c - every instruction of the tables with its operand, its stack
 * or its strings on the end of a page, beside the host CPU.
 *
 * Each line is drawn at every place where an access of up to 16 bytes lies
 * across an end: of present and absent pages, either way round, of two
 * present ones, of a read-only and an absent one; and at some where only long
 * operands do. Before the instruction comes, by turns, nothing, a PUSH, a POP,
 * or an ADD or SUB of ESP: in a translation, ESP is then kept elsewhere when
 * the fault comes, and so are the flags.
 *
 * A case looks like any other one (lib_case.h), so whatever the handler of
 * the exception sees is compared: all registers and flags, error code, CR2,
 * memory. HOSTEL_SEED and HOSTEL_INSN as in insn_test.c.
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
#include "ia32/types.h"
#include "tests/insn/lib_tally.h"

#define DRAWS		2	/* per line and place */

/* Page ends: what is below and above. */
static const struct end {
	uint32_t at;
	const char *what;
} ends[] = {
	{ CASE_MEM, "absent, present" },
	{ CASE_MEM + PAGE_SIZE, "present, present" },
	{ CASE_MEM + CASE_MEM_SIZE, "present, absent" },
	{ CASE_RO, "absent, read-only" },
	{ CASE_RO + PAGE_SIZE, "read-only, absent" },
};

/* How far below it an operand begins; beyond 16 for FXSAVE and its like. */
static const uint32_t below[] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 27, 28,
	32, 94, 96, 107, 108, 256, 496, 511, 512,
};

static void put_before(struct case_in *in, const uint8_t *code, uint32_t n)
{
	memmove(in->code + n, in->code, in->code_len);
	memcpy(in->code, code, n);
	in->code_len += n;
	in->code_at -= n;
	in->st.eip -= n;
}

/* lead_in() - the instruction finds the same state, but moved ESP to it: by a
 * PUSH of what is there already, a POP of what EAX is already, or an ADD or
 * SUB, after which the flags are its own. */
static void lead_in(struct rng *r, struct case_in *in)
{
	uint32_t *g = in->st.gpr, at = g[REG_ESP] - CASE_MEM;
	uint8_t code[6], small = (uint8_t)rng_next(r);
	uint32_t large = rng_below(r, 8001) - 4000;

	if (in->loose & CASE_LOOSE_PARTIAL)
		return;		/* compared with the state at the start */
	switch (rng_below(r, 6)) {
	case 1:
		if (at > CASE_MEM_SIZE - 4)
			return;
		code[0] = 0x68;
		put_le32(code + 1, get_le32(in->mem + at));
		put_before(in, code, 5);
		g[REG_ESP] += 4;
		break;
	case 2:
		if (at - 4 > CASE_MEM_SIZE - 4)
			return;
		code[0] = 0x58;
		put_le32(in->mem + at - 4, g[REG_EAX]);
		put_before(in, code, 1);
		g[REG_ESP] -= 4;
		break;
	case 3:			/* add esp, imm8 */
		put_before(in, (const uint8_t []){ 0x83, 0xc4, small }, 3);
		g[REG_ESP] -= (uint32_t)(int8_t)small;
		break;
	case 4:			/* sub esp, imm8 */
		put_before(in, (const uint8_t []){ 0x83, 0xec, small }, 3);
		g[REG_ESP] += (uint32_t)(int8_t)small;
		break;
	case 5:			/* sub esp, imm32 */
		code[0] = 0x81;
		code[1] = 0xec;
		put_le32(code + 2, large);
		put_before(in, code, 6);
		g[REG_ESP] += large;
		break;
	}
}

/* unclear() - a case that processors may take as they like: FXSAVE over an
 * absent and a read-only page; a jump to 16 bits of what the read-only page
 * happens to hold. */
static bool unclear(const struct spec *s, uint32_t end)
{
	return end - CASE_RO <= PAGE_SIZE &&
	       (s->setup == SET_ENV || s->setup == SET_FAR ||
		s->setup == SET_FRAME);
}

/* run_line() - one line of a table, everywhere. */
static void run_line(struct tally *t, const struct spec *s, struct rng *r)
{
	unsigned int e, b, draw;
	struct case_in *in;

	for (e = 0; e < ARRAY_SIZE(ends) && !unclear(s, ends[e].at); e++)
		for (b = 0; b < ARRAY_SIZE(below); b++)
			for (draw = 0; draw < DRAWS; draw++) {
				in = runner_next(&t->runner);
				spec_case_at(s, r, ends[e].at - below[b], in);
				lead_in(r, in);
				assert_true(runner_add(&t->runner, s));
			}
}

static void run_table(struct tally *t, enum table_id id)
{
	const struct table *table = &insn_tables[id];
	const char *only = getenv("HOSTEL_INSN");
	struct rng rng = { tally_seed() };
	size_t i;

	t->last = NULL;
	t->lines = 0;
	for (i = 0; i < table->n; i++)
		if (!only || strstr(table->spec[i].name, only))
			run_line(t, &table->spec[i], &rng);
	assert_true(runner_flush(&t->runner));
	if (t->lines)
		printf("# %u of %zu lines differ\n", t->lines, table->n);
	assert_int_equal(t->lines, 0);
}

#define TABLE(name)							\
	static void name##_faults_as_on_the_host(void **test)		\
	{								\
		run_table(*test, TABLE_##name);				\
	}
TABLES(TABLE)
#undef TABLE

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TABLE(name) cmocka_unit_test(name##_faults_as_on_the_host),
		TABLES(TABLE)
#undef TABLE
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, tally_open, tally_close);
}
