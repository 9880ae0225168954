/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_join.h - TCP segments that go on where the last one ended become one
 * packet before libslirp sees them: what it does for a packet, and its call to
 * send for the host's socket, are then made once for many frames.
 *
 * 1. Only IPv4 without options, TCP without options, with no flag but ACK and
 *    PSH, and with a right checksum: what is broken is not made good.
 * 2. Nothing waits: who has no more frames takes what is there
 *    (nat_join_take()). Frames of one connection keep their order.
 * 3. Of acknowledgements without data that follow each other the last one
 *    stands for all, if it acknowledges more; those that say the same again
 *    are kept, as they mean a loss.
 */
#ifndef VMNET_NAT_JOIN_H
#define VMNET_NAT_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/nat/nat_packet.h"

#define NAT_JOIN_MOST	60000u	/* bytes of a packet that are joined */

struct nat_join {
	size_t len;		/* of the frame; 0: nothing waits */
	unsigned int frames;	/* that it is made of */
	uint32_t next;		/* number of the byte that would go on */
	uint8_t frame[ETHER_HEADER + NAT_JOIN_MOST];
};

/**
 * nat_join_add() - have a frame wait, alone or joined to what does
 * @frame: all of it, with @p parsed from it
 *
 * Return: false if it must go by itself, after what waits has gone; or, where
 * something waits, perhaps to wait itself then.
 */
bool nat_join_add(struct nat_join *j, const uint8_t *frame,
		  const struct nat_packet *p);

/* nat_join_take() - what waits, good until the next call; NULL: nothing.
 * @len: its length */
uint8_t *nat_join_take(struct nat_join *j, size_t *len);

#endif
