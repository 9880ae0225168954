// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_runner.c - batches of cases through the host CPU and our engines.
 *
 * The native process works on a batch while our engines run the same one
 * here, so that two cores are used.
 */
#include "tests/insn/lib_runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ia32/regs.h"

bool runner_open(struct runner *r,
		 void (*mismatch)(void *user, const struct mismatch *m),
		 void *user)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->mismatch = mismatch;
	r->user = user;
	if (!native_start(&r->native))
		return false;
	for (i = 0; i < INSN_ENGINES; i++) {
		r->engine[i] = insn_engines[i]->create(
				r->native.share->low_mapped);
		r->out[i] = calloc(CASE_BATCH, sizeof(*r->out[i]));
		if (!r->engine[i] || !r->out[i]) {
			fprintf(stderr, "cannot start engine %s\n",
				insn_engines[i]->name);
			runner_close(r);
			return false;
		}
	}
	return true;
}

void runner_close(struct runner *r)
{
	unsigned int i;

	for (i = 0; i < INSN_ENGINES; i++) {
		if (r->engine[i])
			insn_engines[i]->destroy(r->engine[i]);
		free(r->out[i]);
	}
	native_stop(&r->native);
	memset(r, 0, sizeof(*r));
}

struct case_in *runner_next(struct runner *r)
{
	return &r->native.share->slot[r->filled].in;
}

bool runner_add(struct runner *r, const void *tag)
{
	r->tag[r->filled++] = tag;
	return r->filled < CASE_BATCH || runner_flush(r);
}

/* same_use() - do our engines agree on A and D bits? Which of two strings was
 * looked at before the other one faulted is nobody's business. */
static bool same_use(const struct case_in *in, const struct case_out *a,
		     const struct case_out *b)
{
	return a->used == b->used ||
	       (a->vector == VEC_PF && (in->loose & CASE_LOOSE_CR2));
}

static void report(struct runner *r, unsigned int i, struct mismatch *m)
{
	/* The function may use slot 0 for another run. */
	struct case_slot *keep = malloc(sizeof(*keep));

	r->differ++;
	if (!keep)
		return;
	*keep = r->native.share->slot[i];
	keep->out.used = r->out[0][i].used;
	m->tag = r->tag[i];
	m->in = &keep->in;
	m->want = &keep->out;
	r->mismatch(r->user, m);
	free(keep);
}

/* compare_batch() - look at all of it before anyone may reuse the slots. */
static void compare_batch(struct runner *r, unsigned int count)
{
	unsigned int i, e;

	for (i = 0; i < count; i++) {
		struct case_slot *s = &r->native.share->slot[i];

		r->by_vector[s->out.vector & 31]++;
		for (e = 0; e < INSN_ENGINES; e++) {
			struct mismatch m = { .engine = insn_engines[e]->name,
					      .got = &r->out[e][i] };

			r->insns += e ? 0 : m.got->count;
			if (!case_same(&s->in, &s->out, m.got) ||
			    !same_use(&s->in, &r->out[0][i], m.got))
				report(r, i, &m);
		}
	}
}

bool runner_flush(struct runner *r)
{
	unsigned int count = r->filled, i, e;

	r->filled = 0;
	if (!count)
		return true;
	if (!native_begin(&r->native, count))
		return false;
	for (e = 0; e < INSN_ENGINES; e++)
		for (i = 0; i < count; i++)
			insn_engines[e]->run(r->engine[e],
					     &r->native.share->slot[i].in,
					     &r->out[e][i]);
	if (!native_finish(&r->native))
		return false;
	r->cases += count;
	compare_batch(r, count);
	return true;
}

bool runner_once(struct runner *r, const struct case_in *in,
		 struct case_out *want, struct case_out *got)
{
	struct case_slot *s = &r->native.share->slot[0];
	struct case_slot saved = *s;	/* may be a batch under comparison */
	unsigned int e;

	s->in = *in;
	if (!native_begin(&r->native, 1) || !native_finish(&r->native))
		return false;
	*want = s->out;
	for (e = 0; e < INSN_ENGINES; e++)
		insn_engines[e]->run(r->engine[e], in, &got[e]);
	*s = saved;
	return true;
}
