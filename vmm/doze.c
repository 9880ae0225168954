/* SPDX-License-Identifier: BSD-2-Clause */
/* doze.c - an idle guest sleeps over some ticks of its timer: see doze.h. */
#include "vmm/doze.h"

#include "base/bytes.h"
#include "devices/wires.h"

/* An idle guest works for at most a quarter of the time that it sleeps. */
#define WORK_PART 4u

/* A regular tick is early or late by at most a 16th of the time between ticks:
 * a guest that sets its timer anew is late by what its handler takes. */
#define OFF_PART 16u

/* Most ticks that may pass between two sleeps, as the host ran something
 * else. */
#define LATE_TICKS 8u

void doze_slept(struct doze *d, uint64_t from, uint64_t to)
{
	d->woke_tsc = to;
	d->slept_tsc = to - from;
}

/* doze_worked() - did the guest work for longer since its last sleep than an
 * idle one does? */
static bool doze_worked(const struct doze *d, uint64_t tsc)
{
	return tsc - d->woke_tsc > d->slept_tsc / WORK_PART;
}

/* doze_regular() - is @gap the time between ticks, or a small multiple of
 * it? */
static bool doze_regular(const struct doze *d, uint64_t gap)
{
	uint64_t most = d->gap_ns / OFF_PART, n = (gap + most) / d->gap_ns;

	return n >= 1 && n <= LATE_TICKS &&
	       gap + most - n * d->gap_ns <= 2 * most;
}

/* ticks_over() - how many ticks is an idle guest to sleep over? @tick, @other:
 * doze_until()'s */
static uint64_t ticks_over(const struct doze *d, uint64_t tick, uint64_t other)
{
	bool rests = tick - d->used_ns >= DOZE_LONG_AFTER_NS &&
		     tick - d->chip_ns >= DOZE_CHIP_NS;
	uint64_t most = (rests ? DOZE_LONG_NS : DOZE_MOST_NS) / d->gap_ns;

	if (tick - d->busy_ns < DOZE_AFTER_NS || most < 2 || other <= tick)
		return 0;
	return MIN(most - 1, (other - tick) / d->gap_ns);
}

uint64_t doze_until(struct doze *d, enum doze_use use, uint64_t tsc,
		    uint64_t tick, uint64_t other)
{
	uint64_t gap = tick - d->end_ns;
	bool odd, busy = use != DOZE_TICK;

	if (tick == CLOCK_NEVER)
		return other;
	if (!busy && tick == d->tick_ns) /* it woke early: sleep on */
		return MIN(d->end_ns, other);
	odd = doze_worked(d, tsc) || !d->gap_ns || !doze_regular(d, gap);
	d->tick_ns = d->end_ns = tick;
	d->over = 0;
	if (busy)
		d->chip_ns = tick;
	if (use == DOZE_PROGRAM)
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
