/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_timers.c - libslirp's timers: see nat_timers.h. */
#include "vmnet/nat/nat_timers.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

#define OFF (-1)

struct nat_timer {
	void (*call)(void *arg);
	void *arg;
	int64_t when_ms;	/* or OFF */
	struct nat_timer *next;
};

static int64_t now_ms(void)
{
	return (int64_t)(clock_now_ns() / 1000000);
}

struct nat_timer *nat_timer_new(struct nat_timers *all, void (*call)(void *arg),
				void *arg)
{
	struct nat_timer *t = calloc(1, sizeof(*t));

	if (!t)
		die("out of memory");
	*t = (struct nat_timer){ call, arg, OFF, all->first };
	all->first = t;
	return t;
}

void nat_timer_free(struct nat_timers *all, struct nat_timer *timer)
{
	struct nat_timer **p;

	for (p = &all->first; *p && *p != timer; p = &(*p)->next)
		;
	if (*p)
		*p = (*p)->next;
	free(timer);
}

void nat_timer_set(struct nat_timer *timer, int64_t when_ms)
{
	timer->when_ms = when_ms;
}

void nat_timers_run(struct nat_timers *all)
{
	struct nat_timer *t, *next;
	int64_t now = now_ms();

	for (t = all->first; t; t = next) {
		next = t->next;
		if (t->when_ms < 0 || t->when_ms > now)
			continue;
		t->when_ms = OFF;
		t->call(t->arg);
	}
}

uint32_t nat_timers_wait(const struct nat_timers *all, uint32_t timeout)
{
	int64_t now = now_ms(), left;
	const struct nat_timer *t;

	for (t = all->first; t; t = t->next) {
		left = t->when_ms < 0 ? (int64_t)timeout : t->when_ms - now;
		if (left < (int64_t)timeout)
			timeout = left < 0 ? 0 : (uint32_t)left;
	}
	return timeout;
}
