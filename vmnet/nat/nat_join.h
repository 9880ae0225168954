/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_join.h - consecutive TCP segments become one packet before libslirp sees
 * them. So its work for a packet, and its send() to the host's socket, are done
 * once for many frames.
 *
 * 1. Only IPv4 without options and TCP without options are joined, with no flag
 *    but ACK and PSH, and with a right checksum: a broken segment must not
 *    become a good one.
 * 2. Nothing waits for more to come: when the caller has no more frames it
 *    takes what is there (nat_join_take()). Frames of a connection keep their
 *    order.
 * 3. Of consecutive acknowledgements without data only the last one is kept, if
 *    it acknowledges more. Duplicate acknowledgements are kept, since they
 *    report a loss.
 */
#ifndef VMNET_NAT_JOIN_H
#define VMNET_NAT_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/nat/nat_packet.h"

#define NAT_JOIN_MOST	60000u	/* bytes of a packet that are joined */

struct nat_join {
	size_t len;		/* bytes of @frame; 0: nothing waits */
	unsigned int frames;	/* how many frames @frame is made of */
	uint32_t next;		/* sequence number that may be appended */
	uint8_t frame[ETHER_HEADER + NAT_JOIN_MOST];
};

/**
 * nat_join_add() - append a frame to what waits, or have it wait alone
 * @frame: all of it, with @p parsed from it; copied
 *
 * Return: false if it can not be appended. Then the caller sends what waits,
 * and adds the frame again; if that is refused, it sends the frame itself.
 */
bool nat_join_add(struct nat_join *j, const uint8_t *frame,
		  const struct nat_packet *p);

/* nat_join_take() - take what waits. @len: receives its length. Return: the
 * frame, good until the next call; NULL: nothing waits. */
uint8_t *nat_join_take(struct nat_join *j, size_t *len);

#endif
