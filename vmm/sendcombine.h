/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendcombine.h - send combining: may a frame that the guest has queued wait
 * in its transmit ring for the next world switch? (Paper, section 3.3.)
 *
 * With many world switches a second, the next one is near: a frame may wait
 * for it and needs none of its own. It stays where it is, in the guest's
 * memory; the register half has noted the TDMD (regs->todo), and VMApp looks
 * at these notes before it does anything else with the CPU. With few
 * switches, each TDMD is one at once, and a frame does not wait at all.
 *
 * The estimate. Time is cut into periods of COMBINE_PERIOD_NS. At the end of
 * each,
 *
 *	rate = 3/4 * rate + 1/4 * count
 *
 * where count is the number of world switches in it, of any reason, and of
 * TDMDs that would have been one but waited: so the estimate is of the rate
 * without combining, and combining does not turn itself off by its success.
 * A rate of COMBINE_ON a period turns it on, less than COMBINE_OFF turns it
 * off; in between it stays as it is. At the ON rate switches take some 2 % of
 * a CPU (5 us each): below, there is nothing to save. A change of the load is
 * half seen after 2.4 periods, so combining starts and ends within a few.
 *
 * The numbers are of frames, not of TDMDs: the ring is looked at
 * (lance_tx_waiting()), as one driver rings for each frame and another for a
 * dozen, and the limit is there to keep the wire busy with frames.
 *
 * Always true:
 * 1. No card has more than its limit of frames waiting when hold() says yes.
 * 2. What waits goes with the next world switch, whatever that is for, and no
 *    later than COMBINE_TICK_NS after the first hold(): the caller asks for
 *    a switch at due().
 * 3. This is pure logic: the caller owns the clock, the ring and the alarm.
 */
#ifndef VMM_SENDCOMBINE_H
#define VMM_SENDCOMBINE_H

#include <stdbool.h>
#include <stdint.h>

#include "vmdriver/account.h"
#include "vmdriver/crosspage.h"

#define COMBINE_PERIOD_NS	1000000u
#define COMBINE_TICK_NS		1000000u
#define COMBINE_ON		4u	/* switches a period */
#define COMBINE_OFF		2u

struct sendcombine {
	struct combine_stats *stats;

	/* [estimate] */
	bool on;
	uint32_t rate;		/* switches a period, times 256 */
	uint32_t count;		/* in the period under way */
	uint64_t period;	/* its number */

	/* [what waits] */
	uint32_t waiting[NIC_MAX];	/* frames */
	uint64_t oldest_ns;	/* since when; CLOCK_NEVER: nothing waits */
	bool full;		/* hold() found too many at the last ring */
};

/**
 * sendcombine_init() - nothing waits, and combining is off
 * @stats: its counters; kept, not owned
 */
void sendcombine_init(struct sendcombine *sc, struct combine_stats *stats);

/**
 * sendcombine_hold() - the guest has rung: may what it queued wait?
 * @now_ns: never less than at the last call
 * @card: below NIC_MAX
 * @frames: in that card's transmit ring, those that wait already included
 * @combine_limit: how many of them may wait; 0: none ever does
 *
 * Return: true: do nothing now, but see to due(). False: switch now.
 */
bool sendcombine_hold(struct sendcombine *sc, uint64_t now_ns,
		      unsigned int card, uint32_t frames,
		      uint32_t combine_limit);

/**
 * sendcombine_switch() - a world switch is about to be made: all goes with it
 * @now_ns: never less than at the last call
 * @kind: what it is for
 */
void sendcombine_switch(struct sendcombine *sc, uint64_t now_ns,
			enum hostcall_kind kind);

/* sendcombine_due() - when what waits has to go; CLOCK_NEVER: nothing does. */
uint64_t sendcombine_due(const struct sendcombine *sc);

/* sendcombine_card() - a card with frames that wait; 0 if none has any. */
unsigned int sendcombine_card(const struct sendcombine *sc);

#endif
