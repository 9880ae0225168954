/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditioned.h - a port whose link has conditions (vmnet/conditions/line.h):
 * one line between the port and its network for frames from its machine, and
 * one before the port's queue for frames to its machine.
 *
 * 1. Without conditions, a frame costs one branch in each direction.
 * 2. A line is a hop of its own: a frame is counted by its port as in, then by
 *    the line as in and out, then by the hub; likewise on its way back.
 * 3. In each round of the switch, up to RING_BATCH frames that are due leave
 *    each line; so all ports have their turn.
 * 4. A frame that the network can not take yet waits in the line.
 * 5. A port that leaves its network loses what waits (line_leave()).
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
 * conditioned_change() - change the conditions of a port's link
 * @directions: CONDITIONS_IN and CONDITIONS_OUT, or one of them
 * @change: those that change (conditions_change()), and conditions_ok() is
 *	    true; NULL: make it a perfect link
 *
 * If no seed was ever given, one is drawn. A seed in @change begins chance anew
 * with the next frame as frame 0.
 *
 * Return: 0 or -ENOMEM; then nothing has changed.
 * #syscalls[switch] getrandom
 */
int conditioned_change(struct vswitch *sw, struct port *port,
		       unsigned int directions,
		       const struct vmnet_conditions *change);

/* conditioned_free() - free the port's lines; the port ends. */
void conditioned_free(struct port *port);

/* conditioned_leave() - drop what waits in the port's lines: it leaves its
 * network. */
void conditioned_leave(struct port *port);

/* conditioned_tend() - pass on frames that are due, of all ports; sets
 * sw->due_ns to when the next one is. */
void conditioned_tend(struct vswitch *sw, uint64_t now_ns);

/* conditioned_take() - for conditioned_input(): put a frame into the line to
 * the network. */
void conditioned_take(struct port *from, const uint8_t *frame, size_t len,
		      uint64_t now_ns);

/* conditioned_offer() - for port_offer(): put a frame into the line to the
 * port's machine. */
void conditioned_offer(struct port *to, const uint8_t *frame, size_t len);

/* conditioned_input() - a frame that port_accept() took goes to the port's
 * network, through the line if there are conditions. */
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

/* conditioned_gave() - Return: how many frames the port, behind its line, has
 * given to its network. */
static inline uint64_t conditioned_gave(const struct port *port)
{
	const struct port_conditions *pc = port->conditions;

	return pc ? port->in - pc->in.in + pc->in.out : port->in;
}

/* conditioned_got() - Return: how many frames the network has offered to the
 * port, before its line. */
static inline uint64_t conditioned_got(const struct port *port)
{
	const struct port_conditions *pc = port->conditions;

	return pc ? port->offered - pc->out.out + pc->out.in : port->offered;
}

/* conditioned_drops() - what a line has lost, by reason. */
void conditioned_drops(const struct line *line, uint64_t drops[DROP_COUNT]);

/* conditioned_check() - does line_check() hold for the port's lines? */
bool conditioned_check(const struct port *port);

#endif
