/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_timers.h - libslirp's timers.
 *
 * 1. Times are milliseconds of CLOCK_MONOTONIC, as libslirp's clock has them.
 * 2. A timer that is due is turned off before its function is called; the
 *    function may set it anew, but not free it.
 */
#ifndef VMNET_NAT_TIMERS_H
#define VMNET_NAT_TIMERS_H

#include <stdint.h>

struct nat_timer;

struct nat_timers {
	struct nat_timer *first;	/* NULL: none */
};

/* nat_timer_new() - make a timer, which is off. When it is due, @call is called
 * with @arg. Return: the timer, until nat_timer_free(). Dies if out of
 * memory. */
struct nat_timer *nat_timer_new(struct nat_timers *all, void (*call)(void *arg),
				void *arg);

/* nat_timer_free() - remove a timer of @all. */
void nat_timer_free(struct nat_timers *all, struct nat_timer *timer);

/* nat_timer_set() - the timer is due at @when_ms. */
void nat_timer_set(struct nat_timer *timer, int64_t when_ms);

/* nat_timers_run() - call the functions of timers that are due. */
void nat_timers_run(struct nat_timers *all);

/* nat_timers_wait() - Return: milliseconds until the first timer is due, but at
 * most @timeout. */
uint32_t nat_timers_wait(const struct nat_timers *all, uint32_t timeout);

#endif
