/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_offload.h - finish what a host's stack leaves to its card.
 *
 * What a packet socket delivers need not be a frame that a wire ever saw. The
 * TCP or UDP checksum of a sender on this host may cover the pseudo-header
 * only, and one "frame" may be up to 64 KiB of a TCP stream that a card is to
 * cut (TSO, GSO) or that the receive path has put together (GRO). A struct
 * virtio_net_hdr before the frame says so (packet(7), PACKET_VNET_HDR; its
 * fields are those of virtio 1.2, 5.1.6). A guest's card must not see such
 * frames: here they become what the wire would have carried.
 *
 * 1. decode_offload() checks all that the other functions rely on; they can
 *    not fail, and stay inside the frame.
 * 2. A frame inside a tunnel, or of a kind not known here, is refused: none is
 *    ever cut in the wrong place.
 * 3. No system call, no memory of its own.
 */
#ifndef VMNET_BRIDGE_OFFLOAD_H
#define VMNET_BRIDGE_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

/* What is to be done to one frame. Offsets are from its first byte. */
struct offload {
	bool sum;		/* a checksum is to be finished */
	size_t sum_start;	/* it covers all from here on */
	size_t sum_at;		/* and lies here, over a partial sum */
	unsigned int count;	/* frames on the wire; 0: it is one already */
	bool udp;		/* what is cut: else TCP */
	size_t ip;		/* where the IP header begins */
	size_t header;		/* bytes that each of the frames begins with */
	size_t step;		/* and how much of the data each takes */
};

/**
 * decode_offload() - what does the header ask for?
 * @vnet: as received, before the frame
 * @frame, @len: the frame, without a VLAN tag that lies elsewhere
 * @o: filled in only on success
 *
 * Return: 0; -EPROTO if it contradicts the frame; -EOPNOTSUPP if it is of a
 * kind that is not known here.
 */
int decode_offload(const struct virtio_net_hdr *vnet, const uint8_t *frame,
		   size_t len, struct offload *o);

/* offload_finish() - write the checksum; does nothing if it is there. */
void offload_finish(const struct offload *o, uint8_t *frame, size_t len);

/**
 * offload_cut() - make one of the frames that a long one stands for
 * @frame, @len: the long one, as it was for decode_offload()
 * @i: which, below @o->count
 * @out: room for @o->header + @o->step bytes
 *
 * Lengths, IPv4 identification, sequence number, flags and checksums are those
 * that a card writes: PSH and FIN on the last one only, CWR on the first.
 *
 * Return: its length.
 */
size_t offload_cut(const struct offload *o, const uint8_t *frame, size_t len,
		   unsigned int i, uint8_t *out);

#endif
