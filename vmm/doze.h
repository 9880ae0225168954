/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doze.h - an idle guest sleeps over some ticks of its timer.
 *
 * A kernel with a periodic tick is woken by it 250 or 1000 times a second, with
 * nothing to do. What a wake-up costs is the host's sleep and cold caches, far
 * more than the guest's handler. So a guest that has done nothing else for a
 * while is woken for every fourth tick only, or every sixteenth; and after two
 * seconds without a program, four times as rarely again. From a periodic timer
 * it is then given all of them, one after the other; from one that it sets anew
 * each time it has one interrupt, late, and its kernel counts by a clock. Its
 * clocks are right whenever it looks. What it wanted at the time of a tick that
 * it slept over comes late, by less than DOZE_MOST_NS, or DOZE_LONG_NS.
 *
 * 1. Nothing else is late: what wakes the guest by another line, or an alarm of
 *    another chip, ends the sleep at once.
 * 2. Idle is who has paging, ran no program (level 3), touched no chip but
 *    timers and the interrupt controllers, and was halted for most of the time
 *    between ticks that came at regular times, for DOZE_AFTER_NS. (One that was
 *    not may be the host's doing; two are not.) Without paging there is no
 *    telling what is a program.
 * 3. All times are the guest's, in nanoseconds, if not said otherwise.
 */
#ifndef VMM_DOZE_H
#define VMM_DOZE_H

#include <stdbool.h>
#include <stdint.h>

#define DOZE_AFTER_NS	100000000u
#define DOZE_MOST_NS	16000000u	/* two ends of sleeps, apart */
/* With no program and no chip touched for so long, they may be so far apart: a
 * program that looks at something every second keeps the shorter ones. */
#define DOZE_LONG_AFTER_NS	2000000000u
#define DOZE_LONG_NS		64000000u

struct doze {
	bool touched;		/* a chip, since the last halt */
	bool odd;		/* the last tick was */
	uint64_t busy_ns;	/* the last tick that the guest was busy by */
	uint64_t used_ns;	/* the last one that @busy was said of */
	uint64_t tick_ns;	/* the next one when it slept last */
	uint64_t end_ns;	/* that it slept to: the same, or a later one */
	uint64_t gap_ns;	/* from tick to tick */
	uint64_t over;		/* ticks that this sleep is to go over */
	uint64_t woke_tsc;	/* the last sleep's end, and how long it was: */
	uint64_t slept_tsc;	/* ticks of the host's counter */
};

/* doze_slept() - a sleep of the halted guest's began at @from and has ended at
 * @to, by the host's counter. */
void doze_slept(struct doze *d, uint64_t from, uint64_t to);

/**
 * doze_until() - a sleep begins: when is its end?
 * @busy: the guest was, since the last one; or it is not to doze at all
 * @tsc: now, by the host's counter
 * @tick: when the timer's next tick is due, or CLOCK_NEVER
 * @other: when something else is due, or CLOCK_NEVER
 *
 * Return: the time, not after @other; CLOCK_NEVER if neither is due.
 */
uint64_t doze_until(struct doze *d, bool busy, uint64_t tsc, uint64_t tick,
		    uint64_t other);

#endif
