/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeline.h - the switch's side of the time line: of one frame in so many,
 * when it was where (base/hops.def).
 *
 * 1. A port that somebody asks about has a struct timeline: histograms, and
 *    nothing that grows. Without one a frame costs a look or two at a pointer.
 * 2. The times of the frame that the switch handles now are in @passing; those
 *    of a frame in a queue are in the queue (struct frame_times). They name
 *    lines by slot and number: a line that has gone meanwhile gets nothing.
 * 3. A frame may be on two lines: on the way out of the port that it came by,
 *    and on the way in of the one that it goes to.
 * 4. What cards and NATs say of times is believed if it is in the last
 *    TIMELINE_BELIEVED; it counts for their own line only.
 * 5. Times are clock_now_ns().
 */
#ifndef VMNET_TIMELINE_H
#define VMNET_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/stamper.h"

#define TIMELINE_PORTS	128u
#define TIMELINE_BELIEVED 4000000000ull

/* For tests and benches: how many of all ports, from their start on. */
#define TIMELINE_VARIABLE "HOSTEL_VMNET_STAMPS"

enum switch_hop {
#define SWITCH_HOP(id, way, text) SWITCH_HOP_##id,
#include "base/hops.def"
	SWITCH_HOPS
};

struct timeline {
	uint32_t number;	/* of its port */
	uint32_t every;		/* one frame in so many */
	uint32_t outs, ins;	/* since the last one */
	struct card_times *card;	/* what the card notes; or NULL */
	struct latency hop[SWITCH_HOPS];
	struct latency before[CARD_HOPS];	/* had the card noted before */
};

/* One port's line, as a frame remembers it. */
struct line_name {
	uint32_t number;	/* of the port; 0: none */
	uint32_t slot;
};

struct frame_times {
	struct line_name from, to;
	uint64_t began;		/* @from: the first hop that is noted */
	uint64_t at;		/* the last one ended */
};

struct timelines {
	struct timeline *of[TIMELINE_PORTS];	/* by slot; NULL: none */
	struct frame_times passing;	/* both of no number: no times */
	uint32_t always;	/* TIMELINE_VARIABLE; 0: unless asked for */
};

/* timelines_open() - begin with no lines; read TIMELINE_VARIABLE. @all: all
 * zero */
void timelines_open(struct timelines *all);

/**
 * timeline_on() - begin, or begin anew
 * @card: what the card shares; NULL: nothing
 * @every: one frame in so many
 *
 * Return: 0 or -ENOMEM.
 */
int timeline_on(struct timelines *all, unsigned int slot, uint32_t number,
		struct card_times *card, uint32_t every);

/* timeline_off() - end; there need not be one. */
void timeline_off(struct timelines *all, unsigned int slot);

/* timeline_card() - what the card has noted at a hop since the beginning: a
 * copy. */
void timeline_card(const struct timeline *line, enum card_hop hop,
		   struct latency *l);

/* ---- a frame comes in -------------------------------------------------- */

/* timeline_from_card() - a frame came by a card's ring. @stamp: what came with
 * it; may be anything */
void timeline_from_card(struct timelines *all, unsigned int slot,
			const struct ring_stamp *stamp);

/* timeline_from_socket() - a frame came by a card's socket, without a stamp. */
void timeline_from_socket(struct timelines *all, unsigned int slot);

/* timeline_from_link() - on the way out (@in: or in), after the conditions of
 * the port's link, in which it was since @came_ns. */
void timeline_from_link(struct timelines *all, unsigned int slot, bool in,
			uint64_t came_ns);

/* timeline_from_nat() - for the port @slot, by its NAT's ring: began is when
 * the host's socket was ready. */
void timeline_from_nat(struct timelines *all, unsigned int slot,
		       const struct ring_stamp *stamp);

/* timeline_over() - the switch has finished with the frame in @passing. */
static inline void timeline_over(struct timelines *all)
{
	all->passing.from.number = all->passing.to.number = 0;
}

/* ---- a frame goes out -------------------------------------------------- */

/**
 * timeline_offered() - the frame in @passing is for the peer of port @slot
 * @t: receives what is to go with it; both of no number: nothing
 *
 * Return: does anything go with it?
 */
bool timeline_offered(struct timelines *all, unsigned int slot,
		      struct frame_times *t);

/* timeline_stamp() - the frame with times @t is about to be put into a card's
 * ring. Return: @stamp, filled in, which goes with it; NULL: none does. */
const struct ring_stamp *timeline_stamp(const struct frame_times *t,
					struct ring_stamp *stamp);

/* timeline_nat_stamp() - timeline_stamp() for the ring of a NAT, which says
 * later how long the frame took there. */
const struct ring_stamp *timeline_nat_stamp(const struct frame_times *t,
					    struct ring_stamp *stamp);

/* timeline_given() - the peer has the frame. @nat: the peer is a NAT, and will
 * say when it is done with it. */
void timeline_given(struct timelines *all, const struct frame_times *t,
		    bool nat);

/* timeline_nat_done() - the NAT of the port @slot is done with a frame.
 * @before: ns until the frame was put into the NAT's ring; @waited: ns in the
 * ring; @took: ns in the NAT */
void timeline_nat_done(struct timelines *all, unsigned int slot,
		       uint32_t before, uint32_t waited, uint32_t took);

#endif
