/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_tally.c - count the lines of the tables that differ: see lib_tally.h. */
#include "tests/insn/lib_tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"

#define SHOWN 2	/* differences printed per line */

static void on_mismatch(void *user, const struct mismatch *m)
{
	struct tally *t = user;
	const struct spec *s = m->tag;

	if (s != t->last) {
		t->last = s;
		t->shown = 0;
		t->lines++;
	}
	if (t->shown++ < SHOWN) {
		printf("# differs: %s (%s)\n", s->name, s->text);
		case_print(m);
	}
}

/* on_lack() - a line is skipped, as far as nobody answers: once is enough. */
static void on_lack(void *user, const void *tag, enum oracle_lack lack)
{
	struct tally *t = user;
	const struct spec *s = tag;

	if (s == t->lacked)
		return;
	t->lacked = s;
	printf("ok - %s: no answer # SKIP %s\n", s->name, oracle_lacks[lack]);
}

static struct case_in *sink_next(void *user)
{
	return runner_next(&((struct tally *)user)->runner);
}

static bool sink_add(void *user, const struct spec *s)
{
	return runner_add(&((struct tally *)user)->runner, s, s->name);
}

void tally_run_table(struct tally *t, enum table_id id, draw_fn *draw)
{
	const struct table *table = &insn_tables[id];
	const char *only = getenv("HOSTEL_INSN");
	const struct draw_sink to = { t, sink_next, sink_add };
	size_t i;

	t->last = NULL;
	t->lines = 0;
	for (i = 0; i < table->n; i++)
		if (!only || strstr(table->spec[i].name, only))
			assert_true(draw(&table->spec[i], tally_seed(), &to));
	assert_true(runner_flush(&t->runner));
	if (t->lines)
		printf("# %u of %zu lines differ\n", t->lines, table->n);
	assert_int_equal(t->lines, 0);
}

int tally_open(void **state)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t || !runner_open(&t->runner, on_mismatch, t)) {
		free(t);
		return -1;
	}
	t->runner.lacking = on_lack;
	t->runner.oracle.expects_recorded =
		!(t->runner.oracle.kinds & ORACLE_BIT(RECORDED)) ||
		t->runner.oracle.recorded.seed == tally_seed();
	*state = t;
	return 0;
}

int tally_close(void **state)
{
	struct tally *t = *state;
	unsigned int i;

	printf("# %llu cases, seed %llu; they ended by vector:",
	       (unsigned long long)t->runner.cases,
	       (unsigned long long)tally_seed());
	for (i = 0; i < ARRAY_SIZE(t->runner.by_vector); i++)
		if (t->runner.by_vector[i])
			printf(" %u:%llu", i,
			       (unsigned long long)t->runner.by_vector[i]);
	printf("\n");
	runner_print_oracles(&t->runner);
	runner_close(&t->runner);
	free(t);
	return 0;
}

uint64_t tally_seed(void)
{
	const char *text = getenv("HOSTEL_SEED");

	return text ? strtoull(text, NULL, 0) : 1;
}
