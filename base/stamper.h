/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamper.h - the card's side of the time line: of one frame in so many, when
 * it was where (base/hops.def).
 *
 * The switch writes how many (@every of struct card_times, 0: none), whoever
 * moves the card's frames notes, in memory that both map, and the switch reads
 * it when somebody asks. A frame's own stamps go with it through the ring.
 *
 * 1. Without stamps (@every is 0) a frame costs one look at that word.
 * 2. Times are clock_now_ns(): all processes of a host have the same.
 * 3. Neither side trusts the memory: what is read there is some number.
 */
#ifndef BASE_STAMPER_H
#define BASE_STAMPER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/latency.h"

enum card_hop {
#define CARD_HOP(id, way, text) CARD_HOP_##id,
#include "base/hops.def"
	CARD_HOPS
};

/* What goes with a frame through a ring. */
struct ring_stamp {
	uint64_t began;		/* its first hop that is noted */
	uint64_t put;		/* it was put in the ring; 0: no stamp */
};

struct card_times {
	_Alignas(64) _Atomic uint32_t every;	/* [switch] */
	_Alignas(64) struct latency hop[CARD_HOPS];	/* [card] */
};

/* What who moves a card's frames knows beside that; all 0 at first. */
struct stamper {
	struct card_times *times;	/* NULL: no stamps, ever */
	uint32_t outs, frames;		/* since the last one that was noted */
	bool due;			/* the next frame out is */
	uint64_t told;			/* an OUT that is; 0: none */
	struct ring_stamp out;		/* the frame in hand; its put, until
					 * its descriptor is handed back */
	struct ring_stamp in;		/* the frame that was taken */
	uint64_t taken, back, acked;	/* when; 0: none */
};

/* stamper_on() - is anything to be noted? */
static inline bool stamper_on(const struct stamper *s)
{
	return s->times &&
	       atomic_load_explicit(&s->times->every, memory_order_relaxed);
}

/* stamper_told() - the guest tells the card that there is something to send. */
void stamper_told(struct stamper *s);

/* stamper_look() - the card begins to look at what there is to send. */
void stamper_look(struct stamper *s);

/* stamper_stamp() - a frame is about to be put into the ring. Return: what is
 * to go with it; NULL: nothing. */
const struct ring_stamp *stamper_stamp(struct stamper *s);

/* stamper_put() - it is there. @put: or not, for there was no room */
void stamper_put(struct stamper *s, bool put);

/* stamper_sent() - the card has handed its descriptor back. */
void stamper_sent(struct stamper *s);

/* stamper_taken() - a frame was taken from the ring, with that stamp. */
void stamper_taken(struct stamper *s, const struct ring_stamp *stamp);

/* stamper_delivered() - the chip has dealt with it. */
void stamper_delivered(struct stamper *s);

/* stamper_masked() - no interrupt will follow from what was delivered. */
static inline void stamper_masked(struct stamper *s)
{
	s->back = s->acked = 0;
}

/* stamper_irq(), stamper_status() - the guest takes the card's interrupt; its
 * driver reads what for. */
void stamper_irq(struct stamper *s);
void stamper_status(struct stamper *s);

#endif
