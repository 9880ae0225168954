/* SPDX-License-Identifier: BSD-2-Clause */
/* share.c - is the host busy: see share.h. */
#include "vmm/share.h"

#define WINDOW_NS	100000000u

/* Who needs less than this in a window says nothing of the host. */
#define NEED_LEAST_NS	5000000u

/* The part of what it needs that it may wait: one in so many. */
#define WAIT_PART	8u

/* Hand-offs that take fewer ticks were not waited for. */
#define LATE_LEAST	250000u

void share_away(struct share *s, uint64_t ticks, uint64_t late)
{
	s->away_tsc += ticks;
	if (late > LATE_LEAST)
		s->late_tsc += late;
}

/* window_judge() - the window is over. Return: has the guest waited? */
static bool window_judge(const struct share *s, uint64_t now_ns, uint64_t tsc,
			 uint64_t ran)
{
	double passed = (double)(now_ns - s->begun_ns);
	double ns = passed / (double)(tsc - s->begun_tsc);	/* a tick's */
	double got = (double)(ran - s->begun_ran);
	double waited = passed - (double)s->away_tsc * ns - got;

	if (waited < 0)
		waited = 0;
	waited += (double)s->late_tsc * ns;
	return got + waited > NEED_LEAST_NS &&
	       waited > (got + waited) / WAIT_PART;
}

bool share_look(struct share *s, uint64_t now_ns, uint64_t tsc,
		uint64_t (*ran_ns)(void))
{
	bool was = s->busy;
	uint64_t ran;

	if (now_ns - s->begun_ns < WINDOW_NS)
		return false;
	ran = ran_ns();
	if (s->begun_ns && tsc > s->begun_tsc &&
	    window_judge(s, now_ns, tsc, ran)) {
		s->busy = true;
		s->calm = 0;
	} else if (s->calm < SHARE_CALM && ++s->calm == SHARE_CALM) {
		s->busy = false;
	}
	s->begun_ns = now_ns;
	s->begun_tsc = tsc;
	s->begun_ran = ran;
	s->away_tsc = s->late_tsc = 0;
	return s->busy != was;
}
