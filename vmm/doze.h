/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doze.h - an idle guest sleeps over some ticks of its timer.
 *
 * A kernel with a periodic tick is woken 250 or 1000 times a second, also if it
 * has nothing to do. Each wake-up costs the host a sleep and cold caches, far
 * more than the guest's handler takes. So a guest that is idle for a while is
 * woken only for every fourth tick (at 250 Hz) or every sixteenth (at 1000 Hz),
 * and four times as rarely when it was not used for DOZE_LONG_AFTER_NS.
 * If its timer is periodic, it then gets all ticks, one after the other. If it
 * sets the timer anew for each tick, it gets one interrupt, late, and counts
 * ticks by a clock. All clocks are right whenever the guest reads them. Work
 * that it had planned for a tick in the sleep is late, by less than
 * DOZE_MOST_NS or DOZE_LONG_NS.
 *
 * 1. Nothing else is late: an interrupt on another line, or another chip's
 *    alarm, ends the sleep at once.
 * 2. A guest is idle if for DOZE_AFTER_NS it had paging on, ran no program (at
 *    level 3), accessed no chip but timers and interrupt controllers, and was
 *    halted for most of the time between ticks, which came at regular times.
 *    One tick out of order is forgiven, since the host may have caused it; two
 *    in a row are not. Without paging, level 3 does not tell what a program is.
 * 3. Times are guest time in nanoseconds, unless a comment says otherwise.
 */
#ifndef VMM_DOZE_H
#define VMM_DOZE_H

#include <stdbool.h>
#include <stdint.h>

#define DOZE_AFTER_NS	100000000u
#define DOZE_MOST_NS	16000000u	/* between the ends of two sleeps */
/* If no program ran for so long, and no chip was accessed lately, the ends may
 * be so far apart. A program that looks at something every second keeps the
 * guest from that; a kernel that looks at its card every two does not. */
#define DOZE_LONG_AFTER_NS	2000000000u
#define DOZE_CHIP_NS		500000000u
#define DOZE_LONG_NS		64000000u

/* What the guest did since its last sleep. */
enum doze_use {
	DOZE_TICK,		/* it took a tick, and no more */
	DOZE_CHIP,		/* its kernel accessed a chip */
	DOZE_PROGRAM		/* it ran a program; or it is not to doze */
};

struct doze {
	bool touched;		/* a chip was accessed since the last halt */
	bool odd;		/* the last tick was out of order */
	uint64_t busy_ns;	/* the last tick until which it was not idle */
	uint64_t chip_ns;	/* the last before which a chip was accessed */
	uint64_t used_ns;	/* the last before which a program ran */
	uint64_t tick_ns;	/* the next tick when the last sleep began */
	uint64_t end_ns;	/* end of that sleep: tick_ns or a later tick */
	uint64_t gap_ns;	/* from one tick to the next */
	uint64_t over;		/* ticks to be slept over in that sleep */
	uint64_t woke_tsc;	/* the host's TSC when it last woke */
	uint64_t slept_tsc;	/* how long it had slept then, in TSC ticks */
};

/* doze_slept() - the halted guest slept from @from to @to, both by the host's
 * TSC. */
void doze_slept(struct doze *d, uint64_t from, uint64_t to);

/**
 * doze_until() - a sleep begins: when is it to end?
 * @use: what it did since the last sleep
 * @tsc: the host's TSC now
 * @tick: when the timer's next tick is due, or CLOCK_NEVER
 * @other: when the next alarm of another chip is due, or CLOCK_NEVER
 *
 * Return: guest time, not after @other; CLOCK_NEVER if nothing is due.
 */
uint64_t doze_until(struct doze *d, enum doze_use use, uint64_t tsc,
		    uint64_t tick, uint64_t other);

#endif
