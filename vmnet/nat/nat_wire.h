/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_wire.h - the NAT's way to the switch: frames by rings, all else by the
 * socket, as a card has it (base/framering.h).
 *
 * The NAT makes the rings, for the switch can make none, and sends them as its
 * first message. To the switch it is the client: what comes is in to_client.
 */
#ifndef VMNET_NAT_WIRE_H
#define VMNET_NAT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/framering.h"

struct nat_wire {
	struct ring_pair *rings;	/* NULL: frames go by the socket, too */
	int bell, switch_bell;
	unsigned int untold;		/* frames put since the last flush */
};

/**
 * nat_wire_open() - make rings and bells, and give the switch its part
 * @fd: the socket to it
 *
 * Return: false if there is no memory, or nobody at the other end.
 * #syscalls eventfd2 close
 */
bool nat_wire_open(struct nat_wire *w, int fd);

/**
 * nat_wire_send() - put one frame; waits up to @most_ms for room
 * @stamp: goes with it; NULL: none
 *
 * Return: false if there was none.
 * #syscalls[nat] poll
 */
bool nat_wire_send(struct nat_wire *w, const void *frame, size_t len,
		   const struct ring_stamp *stamp, int most_ms);

/* nat_wire_flush() - no more comes for now: the switch is to look. */
void nat_wire_flush(struct nat_wire *w);

/* nat_wire_waits() - are there frames to be taken? */
static inline bool nat_wire_waits(const struct nat_wire *w)
{
	return w->rings && ring_count(&w->rings->to_client) > 0;
}

/* nat_wire_idle() - may we sleep until a bell rings? false: there is more. */
bool nat_wire_idle(struct nat_wire *w);

/**
 * nat_wire_take() - take out one frame
 * @buf: RING_FRAME_MAX bytes
 * @bad: counted up for what was none
 * @stamp: receives what goes with it; its put is 0 if nothing does
 *
 * Return: its length; 0: there is none.
 */
size_t nat_wire_take(struct nat_wire *w, void *buf, uint64_t *bad,
		     struct ring_stamp *stamp);

/* nat_wire_taken() - after some were taken: is the switch waiting for room? */
void nat_wire_taken(struct nat_wire *w);

#endif
