/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditioned.h - a port whose link has conditions (vmnet/conditions/line.h):
 * a line before its network for what its machine sends, and one before its
 * queue for what is for that.
 *
 * 1. A port without conditions costs a branch for each frame and direction.
 * 2. A line is a hop of its own: a frame is counted by its port as in, then by
 *    the line as in and out, then by the hub; and so back.
 * 3. What is due goes on at each round of the switch, up to RING_BATCH frames
 *    of a line at a time: all others have their turn between.
 * 4. What the network could not take now waits on in the line.
 * 5. Who leaves a network loses what waits (line_leave()).
 */
#ifndef VMNET_CONDITIONED_H
#define VMNET_CONDITIONED_H

#include "vmnet/conditions/line.h"
#include "vmnet/switch/vswitch.h"

struct text;

struct port_conditions {
	struct line in, out;
};

/**
 * conditioned_change() - other conditions for a port, from now on
 * @directions: CONDITIONS_IN and CONDITIONS_OUT, or one of them
 * @change: what is given of it (conditions_change()); conditions_ok(); NULL:
 *	    a perfect link
 *
 * Without a seed in it, or one before, one is drawn. Who gives one begins with
 * frame 0.
 *
 * Return: 0 or -ENOMEM; then nothing has changed.
 * #syscalls[switch] getrandom
 */
int conditioned_change(struct vswitch *sw, struct port *port,
		       unsigned int directions,
		       const struct vmnet_conditions *change);

/* conditioned_free() - it has none any more, for good. */
void conditioned_free(struct port *port);

/* conditioned_leave() - what waits is lost. */
void conditioned_leave(struct port *port);

/* conditioned_tend() - bring on what is due; sets sw->due_ns and, if more is
 * due now, sw->more. */
void conditioned_tend(struct vswitch *sw, uint64_t now_ns);

/* conditioned_take() - for conditioned_input(): into the line. */
void conditioned_take(struct port *from, const uint8_t *frame, size_t len,
		      uint64_t now_ns);

/* conditioned_offer() - for port_offer(): into the line of what is for it. */
void conditioned_offer(struct port *to, const uint8_t *frame, size_t len);

/* conditioned_input() - a frame that port_accept() took, to its network. */
static inline void conditioned_input(struct port *from, const uint8_t *frame,
				     size_t len, uint64_t now_ns)
{
	if (UNLIKELY(from->conditioned & CONDITIONS_IN))
		conditioned_take(from, frame, len, now_ns);
	else
		hub_input(from->hub, from, frame, len, now_ns);
	if (from->times)
		timeline_over(from->times);
}

/* conditioned_stats() - a member "conditions" with both lines' accounts and a
 * comma, if it ever had any. */
void conditioned_stats(struct text *t, const struct port *port);

/* conditioned_gave() - how many frames a port has given to its network. */
static inline uint64_t conditioned_gave(const struct port *port)
{
	const struct port_conditions *pc = port->conditions;

	return pc ? port->in - pc->in.in + pc->in.out : port->in;
}

/* conditioned_got() - and how many that has offered to it. */
static inline uint64_t conditioned_got(const struct port *port)
{
	const struct port_conditions *pc = port->conditions;

	return pc ? port->offered - pc->out.out + pc->out.in : port->offered;
}

/* conditioned_drops() - what a line has lost, by reason. */
void conditioned_drops(const struct line *line, uint64_t drops[DROP_COUNT]);

/* conditioned_check() - do the books of its lines balance? */
bool conditioned_check(const struct port *port);

#endif
