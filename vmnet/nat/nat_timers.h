/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_timers.h - libslirp's timers.
 *
 * 1. Times are milliseconds of CLOCK_MONOTONIC, as libslirp's clock has them.
 * 2. A timer that is due is off before it is called, so it may set itself anew;
 *    it does not free itself.
 */
#ifndef VMNET_NAT_TIMERS_H
#define VMNET_NAT_TIMERS_H

#include <stdint.h>

struct nat_timer;

struct nat_timers {
	struct nat_timer *first;	/* NULL: none */
};

/* nat_timer_new() - @call is to be called with @arg, when nat_timer_set() says
 * so. Return: the timer; it is off. Dies if out of memory. */
struct nat_timer *nat_timer_new(struct nat_timers *all, void (*call)(void *arg),
				void *arg);
void nat_timer_free(struct nat_timers *all, struct nat_timer *timer);
void nat_timer_set(struct nat_timer *timer, int64_t when_ms);

/* nat_timers_run() - call those that are due. */
void nat_timers_run(struct nat_timers *all);
/* nat_timers_wait() - Return: how long until the first is due, in milliseconds;
 * @timeout if that is less. */
uint32_t nat_timers_wait(const struct nat_timers *all, uint32_t timeout);

#endif
