/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_join.h - put frames of one TCP stream together for the wire.
 *
 * A guest whose card can not cut hands over a stream frame by frame, and each
 * has to find its way through the host's kernel. Put together again they do
 * it at once: a struct virtio_net_hdr before them says how they are to be cut
 * (packet(7), PACKET_VNET_HDR), and the interface does it, or the kernel if
 * that can not. The opposite way is bridge_offload.h.
 *
 * 1. Only frames are put together that cutting makes again byte for byte, in
 *    their order. So each must be right: who cuts computes the checksums
 *    anew, and would mend a wrong one.
 * 2. The frames are only read, and may be sent alone after all.
 * 3. No system call, no memory of its own.
 */
#ifndef VMNET_BRIDGE_JOIN_H
#define VMNET_BRIDGE_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#define JOIN_HEADER_MAX (14u + 20u + 60u)	/* Ethernet, IPv4, TCP */

struct join {
	/* What the message begins with, once join_seal() was called. */
	struct virtio_net_hdr vnet;
	uint8_t header[JOIN_HEADER_MAX];

	const uint8_t *first;	/* the first frame; NULL: nothing follows it */
	unsigned int count;	/* frames so far */
	size_t head;		/* bytes of @header: each frame's own */
	size_t step;		/* data in each frame, but the last */
	size_t len;		/* the first frame, and the others' data */
};

/* join_first() - begin with that frame, which may be of any kind; it must stay
 * where it is until join_seal(). */
void join_first(struct join *j, const uint8_t *frame, size_t len);

/* join_next() - does this frame go on where the last one ended? If it does it
 * is part of the message from now on. */
bool join_next(struct join *j, const uint8_t *frame, size_t len);

/* join_seal() - there are two or more: write what they begin with. Behind it
 * belongs the data of each, from its byte @j->head on. */
void join_seal(struct join *j);

#endif
