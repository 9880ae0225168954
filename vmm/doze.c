/* SPDX-License-Identifier: BSD-2-Clause */
/* doze.c - an idle guest sleeps over some ticks of its timer: see doze.h. */
#include "vmm/doze.h"

#include "base/bytes.h"
#include "devices/wires.h"

/* An idle guest works for one part in so many of its sleeps at most. */
#define WORK_PART 4u

/* Ticks are regular if one is not off by a larger part of the time between
 * two: who sets a timer anew each time is late by what its handler takes. */
#define OFF_PART 16u

/* So many may have gone by while the host ran something else. */
#define LATE_TICKS 8u

void doze_slept(struct doze *d, uint64_t from, uint64_t to)
{
	d->woke_tsc = to;
	d->slept_tsc = to - from;
}

/* worked() - did the guest work for longer than one that is idle? */
static bool worked(const struct doze *d, uint64_t tsc)
{
	return tsc - d->woke_tsc > d->slept_tsc / WORK_PART;
}

/* regular() - is @gap as long as that between the ticks before, or as some? */
static bool regular(const struct doze *d, uint64_t gap)
{
	uint64_t most = d->gap_ns / OFF_PART, n = (gap + most) / d->gap_ns;

	return n >= 1 && n <= LATE_TICKS &&
	       gap + most - n * d->gap_ns <= 2 * most;
}

/* ticks_over() - how many ticks an idle guest sleeps over; @other: as above */
static uint64_t ticks_over(const struct doze *d, uint64_t tick, uint64_t other)
{
	bool rests = tick - d->used_ns >= DOZE_LONG_AFTER_NS;
	uint64_t most = (rests ? DOZE_LONG_NS : DOZE_MOST_NS) / d->gap_ns;

	if (tick - d->busy_ns < DOZE_AFTER_NS || most < 2 || other <= tick)
		return 0;
	return MIN(most - 1, (other - tick) / d->gap_ns);
}

uint64_t doze_until(struct doze *d, bool busy, uint64_t tsc, uint64_t tick,
		    uint64_t other)
{
	uint64_t gap = tick - d->end_ns;
	bool odd;

	if (tick == CLOCK_NEVER)
		return other;
	if (!busy && tick == d->tick_ns) /* it woke before that one */
		return MIN(d->end_ns, other);
	odd = worked(d, tsc) || !d->gap_ns || !regular(d, gap);
	d->tick_ns = d->end_ns = tick;
	d->over = 0;
	if (busy)
		d->used_ns = tick;
	if (busy || (odd && d->odd)) {
		d->busy_ns = tick;
		d->gap_ns = gap;
	} else if (!odd) {
		d->over = ticks_over(d, tick, other);
		d->end_ns += d->over * d->gap_ns;
	}
	d->odd = odd;
	return MIN(d->end_ns, other);
}
