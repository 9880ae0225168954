// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_runner.c - batches of cases through the oracle and our engines.
 *
 * The native processes work on a batch while our engines run the same one
 * here, so that two cores are used.
 */
#include "tests/insn/lib_runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ia32/regs.h"
#include "vmm/cpu/fpu_state.h"

/* open_oracle() - and the slots; @low: CASE_LOW is mapped. */
static bool open_oracle(struct runner *r, bool *low)
{
	if (!oracle_open(&r->oracle, oracles_wanted())) {
		fprintf(stderr, "cannot start the native runner\n");
		return false;
	}
	*low = true;
	r->slot = oracle_slots(&r->oracle);
	if (r->slot) {
		*low = r->oracle.native32.share->low_mapped;
		return true;
	}
	r->own_slots = true;
	r->slot = calloc(CASE_BATCH, sizeof(*r->slot));
	return r->slot;
}

/* open_engines() - and room for what they tell of a batch. */
static bool open_engines(struct runner *r, bool low)
{
	unsigned int i;

	for (i = 0; i < INSN_ENGINES; i++) {
		r->engine[i] = insn_engines[i]->create(low);
		if (!r->engine[i]) {
			fprintf(stderr, "cannot start engine %s\n",
				insn_columns[insn_engines[i]->column]);
			return false;
		}
	}
	for (i = 0; i < INSN_COLUMNS; i++) {
		r->out[i] = calloc(CASE_BATCH, sizeof(*r->out[i]));
		if (!r->out[i])
			return false;
	}
	return true;
}

bool runner_open(struct runner *r,
		 void (*mismatch)(void *user, const struct mismatch *m),
		 void *user)
{
	bool low;

	memset(r, 0, sizeof(*r));
	r->mismatch = mismatch;
	r->user = user;
	if (!open_oracle(r, &low))
		return false;
	if (!open_engines(r, low)) {
		runner_close(r);
		return false;
	}
	return true;
}

void runner_close(struct runner *r)
{
	unsigned int i;

	for (i = 0; i < INSN_ENGINES; i++)
		if (r->engine[i])
			insn_engines[i]->destroy(r->engine[i]);
	for (i = 0; i < INSN_COLUMNS; i++)
		free(r->out[i]);
	if (r->own_slots)
		free(r->slot);
	oracle_close(&r->oracle);
	memset(r, 0, sizeof(*r));
}

struct case_in *runner_next(struct runner *r)
{
	return &r->slot[r->filled].in;
}

bool runner_add(struct runner *r, const void *tag, const char *line)
{
	r->tag[r->filled] = tag;
	r->line[r->filled++] = line;
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

/* same_pointers() - do our engines agree on the x87 pointers and opcode? What
 * hosts tell of them in a signal frame differs (lib_compare.c). */
static bool same_pointers(const struct case_out *a, const struct case_out *b)
{
	return !memcmp(a->st.fx + FX_FOP, b->st.fx + FX_FOP, FX_MXCSR - FX_FOP);
}

static void report(struct runner *r, unsigned int i, struct mismatch *m)
{
	/* The function may use slot 0 for another run. */
	struct case_slot *keep = malloc(sizeof(*keep));

	r->differ++;
	if (!keep)
		return;
	*keep = r->slot[i];
	keep->out.used = r->out[0][i].used;
	memcpy(keep->out.st.fx + FX_FOP, r->out[0][i].st.fx + FX_FOP,
	       FX_MXCSR - FX_FOP);
	m->tag = r->tag[i];
	m->in = &keep->in;
	m->want = &keep->out;
	m->by = r->answer[i].by;
	r->mismatch(r->user, m);
	free(keep);
}

/* in_runner() - the case came upon the 32-bit runner's own memory, which is
 * there on the host and not on our machine. */
static bool in_runner(const struct case_out *ours)
{
	return ours->vector == VEC_PF &&
	       ours->cr2 - (NATIVE_OWN - 512) < NATIVE_OWN_SIZE + 512;
}

/* settle_answers() - before a batch is compared. A case that may have written
 * to the runner's own memory makes all of them worthless. What has no answer,
 * or only a hash of it, is held against the first engine's end. */
static void settle_answers(struct runner *r, unsigned int count)
{
	unsigned int i;
	bool spoilt = false;

	for (i = 0; i < count; i++)
		spoilt |= in_runner(&r->out[0][i]);
	for (i = 0; i < count; i++) {
		struct oracle_answer *a = &r->answer[i];

		if (spoilt &&
		    (a->by == ORACLE_NATIVE32 || a->by == ORACLE_QEMU))
			a->by = ORACLE_NONE;
		if (a->by == ORACLE_NONE || a->by == ORACLE_RECORDED)
			r->slot[i].out = r->out[0][i];
		r->by_oracle[a->by]++;
		if (a->lack && r->lacking)
			r->lacking(r->user, r->tag[i], a->lack);
	}
}

/* compare_batch() - look at all of it before anyone may reuse the slots. */
static void compare_batch(struct runner *r, unsigned int count)
{
	unsigned int i, c;

	settle_answers(r, count);
	for (i = 0; i < count; i++) {
		struct case_slot *s = &r->slot[i];

		r->by_vector[s->out.vector & 31]++;
		for (c = 0; c < INSN_COLUMNS; c++) {
			struct mismatch m = { .engine = insn_columns[c],
					      .got = &r->out[c][i] };

			if (!c && r->answer[i].by != ORACLE_NONE)
				r->insns += m.got->count;
			if (!oracle_agrees(&r->answer[i], &s->in, &s->out,
					   m.got) ||
			    !same_use(&s->in, &r->out[0][i], m.got) ||
			    !same_pointers(&r->out[0][i], m.got))
				report(r, i, &m);
		}
	}
}

/* run_batch() - by our engines, one after another. */
static void run_batch(struct runner *r, unsigned int count)
{
	struct case_out *out[INSN_COLUMNS];
	unsigned int i, c, e;

	for (e = 0; e < INSN_ENGINES; e++) {
		for (i = 0; i < count; i++) {
			for (c = 0; c < INSN_COLUMNS; c++)
				out[c] = &r->out[c][i];
			insn_engines[e]->run(r->engine[e], &r->slot[i].in, out);
		}
	}
}

bool runner_flush(struct runner *r)
{
	unsigned int count = r->filled;

	r->filled = 0;
	if (!count)
		return true;
	if (!oracle_begin(&r->oracle, r->slot, r->line, count))
		return false;
	run_batch(r, count);
	if (!oracle_finish(&r->oracle, r->slot))
		return false;
	memcpy(r->answer, r->oracle.answer, sizeof(r->answer));
	r->cases += count;
	compare_batch(r, count);
	return true;
}

bool runner_once(struct runner *r, const struct case_in *in, struct outcome *o)
{
	struct case_slot *s = &r->slot[0];
	struct case_slot saved = *s;	/* may be a batch under comparison */
	struct case_out *out[INSN_COLUMNS];
	unsigned int c, e;

	s->in = *in;
	if (!oracle_begin(&r->oracle, s, NULL, 1) ||
	    !oracle_finish(&r->oracle, s))
		return false;
	o->answer = r->oracle.answer[0];
	o->want = s->out;
	for (c = 0; c < INSN_COLUMNS; c++)
		out[c] = &o->got[c];
	for (e = 0; e < INSN_ENGINES; e++)
		insn_engines[e]->run(r->engine[e], in, out);
	if (o->answer.by == ORACLE_NONE || o->answer.by == ORACLE_RECORDED)
		o->want = o->got[0];
	*s = saved;
	return true;
}

void runner_print_oracles(const struct runner *r)
{
	unsigned int i;

	printf("# oracles:");
	for (i = 1; i < ORACLE_KINDS; i++)
		if (r->by_oracle[i])
			printf(" %s %llu,", oracle_names[i],
			       (unsigned long long)r->by_oracle[i]);
	printf(" none %llu\n", (unsigned long long)r->by_oracle[ORACLE_NONE]);
}
