/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_tally.c - count the lines of the tables that differ: see lib_tally.h. */
#include "tests/insn/lib_tally.h"

#include <stdio.h>
#include <stdlib.h>

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

int tally_open(void **state)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t || !runner_open(&t->runner, on_mismatch, t)) {
		free(t);
		return -1;
	}
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
			printf(" %u:%llu", i, (unsigned long long)
			       t->runner.by_vector[i]);
	printf("\n");
	runner_close(&t->runner);
	free(t);
	return 0;
}

uint64_t tally_seed(void)
{
	const char *text = getenv("HOSTEL_SEED");

	return text ? strtoull(text, NULL, 0) : 1;
}
