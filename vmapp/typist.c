/* SPDX-License-Identifier: BSD-2-Clause */
/* typist.c - a machine's keyboard is typed on: see typist.h. */
#include "vmapp/typist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "vmapp/vm.h"

static struct typist_job *job_now(struct typist *t)
{
	return t->jobs ? &t->job[t->first] : NULL;
}

/* job_end() - end a job, and answer its client. @why: NULL, or why not all is
 * typed */
static void job_end(struct typist *t, const char *why)
{
	struct typist_job *j = job_now(t);
	uint64_t ticket = j->ticket;

	free(j->strokes.list);
	memset(j, 0, sizeof(*j));
	t->first = (t->first + 1) % TYPIST_JOBS;
	t->jobs--;
	verbs_typed(t->vm, ticket, why);
}

/* job_give_up() - the guest does not read its keyboard: release all keys, and
 * end the job. */
static void job_give_up(struct typist *t)
{
	const struct typist_job *j = job_now(t);
	char why[STROKES_WHY_SIZE];
	size_t i, pressed = 0, all = 0;

	for (i = 0; i < j->strokes.n; i++) {
		all += j->strokes.list[i].down;
		pressed += j->strokes.list[i].down && i < j->at;
		if (!j->strokes.list[i].down)
			pc_key(&t->vm->board.pc, j->strokes.list[i].number,
			       false);
	}
	snprintf(why, sizeof(why),
		 "the guest does not read its keyboard: %zu of %zu keys were "
		 "typed",
		 pressed, all);
	job_end(t, why);
}

/* job_stroke() - type the next stroke, if the guest has fetched those
 * before. */
static void job_stroke(struct typist *t)
{
	struct typist_job *j = job_now(t);
	struct pc *pc = &t->vm->board.pc;
	const struct stroke *s;

	if (!pc_keyboard_idle(pc)) {
		if (++j->waited >= TYPIST_PATIENCE)
			job_give_up(t);
		return;
	}
	/* The last one is fetched, too. */
	if (j->at == j->strokes.n) {
		job_end(t, NULL);
		return;
	}
	j->waited = 0;
	s = &j->strokes.list[j->at++];
	pc_key(pc, s->number, s->down);
	control_more_time(&t->vm->control, j->ticket);
}

static void typist_ready(void *owner, struct source *src, uint32_t got)
{
	struct typist *t = owner;

	(void)src, (void)got;
	events_wait(&t->clock, 0);
	if (t->clock.timer_ns || !t->jobs)
		return;		/* not yet */
	job_stroke(t);
	if (t->jobs)
		events_set_timer(&t->clock, clock_now_ns() + TYPIST_STROKE_NS);
}

bool typist_type(struct typist *t, const struct strokes *strokes,
		 uint64_t ticket)
{
	struct typist_job *j = &t->job[(t->first + t->jobs) % TYPIST_JOBS];

	if (t->jobs == TYPIST_JOBS)
		return false;
	*j = (struct typist_job){ .strokes = *strokes, .ticket = ticket };
	t->jobs++;
	if (t->jobs == 1)
		events_set_timer(&t->clock, clock_now_ns());
	return true;
}

int typist_open(struct typist *t, struct vm *vm)
{
	int err;

	memset(t, 0, sizeof(*t));
	t->vm = vm;
	err = events_open(&t->clock);
	if (err)
		return err;
	t->source = (struct source){ .fd = t->clock.fd, .owner = t,
				     .ready = typist_ready };
	events_watch(&vm->events, &t->source, EPOLLIN);
	return 0;
}

void typist_close(struct typist *t)
{
	while (t->jobs) {
		free(job_now(t)->strokes.list);
		t->first = (t->first + 1) % TYPIST_JOBS;
		t->jobs--;
	}
	if (t->vm)
		events_close(&t->clock);
}
