// SPDX-License-Identifier: BSD-2-Clause
/* lib_pair.c - two oracles on the same cases; see lib_pair.h. */
#include "tests/insn/lib_pair.h"

#include <stdlib.h>
#include <string.h>

bool pair_open(struct pair *p, uint32_t kinds)
{
	memset(p, 0, sizeof(*p));
	p->stride = 1;
	if (oracles_wanted() != ORACLE_BIT(NATIVE32) ||
	    !oracle_open(&p->host, ORACLE_BIT(NATIVE32)))
		return false;
	p->slot = calloc(CASE_BATCH, sizeof(*p->slot));
	if (p->slot && oracle_open(&p->other, kinds))
		return true;
	pair_close(p);
	return false;
}

void pair_close(struct pair *p)
{
	oracle_close(&p->host);
	oracle_close(&p->other);
	free(p->slot);
	memset(p, 0, sizeof(*p));
}

/* run_batch() - both at once. */
static bool run_batch(struct pair *p)
{
	struct case_slot *real = oracle_slots(&p->host);
	const char *line[CASE_BATCH];
	unsigned int n = p->filled, i;

	p->filled = 0;
	for (i = 0; i < n; i++) {
		p->slot[i].in = real[i].in;
		line[i] = p->line[i]->name;
	}
	if (!oracle_begin(&p->host, real, line, n) ||
	    !oracle_begin(&p->other, p->slot, line, n) ||
	    !oracle_finish(&p->host, real) ||
	    !oracle_finish(&p->other, p->slot))
		return false;
	for (i = 0; i < n; i++) {
		struct pair_case c = { p->line[i], &real[i].in, &real[i].out,
				       &p->other.answer[i], &p->slot[i].out };

		if (p->host.answer[i].by == ORACLE_NATIVE32 &&
		    case_settle(c.in, c.host))
			p->look(p->user, &c);
	}
	return true;
}

static struct case_in *sink_next(void *user)
{
	struct pair *p = user;

	return &oracle_slots(&p->host)[p->filled].in;
}

static bool sink_add(void *user, const struct spec *s)
{
	struct pair *p = user;

	if (p->drawn++ % p->stride)
		return true;
	p->line[p->filled++] = s;
	return p->filled < CASE_BATCH || run_batch(p);
}

bool pair_run(struct pair *p, draw_fn *draw, uint64_t seed)
{
	const struct draw_sink to = { p, sink_next, sink_add };
	const char *only = getenv("HOSTEL_INSN");
	unsigned int t;
	size_t i;

	for (t = 0; t < TABLE_COUNT; t++)
		for (i = 0; i < insn_tables[t].n; i++) {
			const struct spec *s = &insn_tables[t].spec[i];

			if ((!only || strstr(s->name, only)) &&
			    !draw(s, seed, &to))
				return false;
		}
	return !p->filled || run_batch(p);
}
