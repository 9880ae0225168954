/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_ring.h - frames from a packet socket by memory that the kernel shares
 * (packet(7), PACKET_RX_RING, in the form TPACKET_V2).
 *
 * vmnet-bridge has the kernel make the ring, before it hands the socket over;
 * the switch maps it, and from then on takes frames with no system call.
 *
 * 1. A slot is the kernel's or ours, by its status word; the kernel fills them
 *    in turn, and we give them back in turn.
 * 2. What does not fit into a slot, a long frame that is to be cut, waits
 *    whole in the socket's queue: its slot says so (BRIDGE_FRAME_QUEUED). If
 *    that is full, it is lost (BRIDGE_FRAME_LOST).
 * 3. What the kernel writes there is trusted as what a system call returns is,
 *    but for lengths: no frame reaches beyond its slot.
 * 4. With every slot ours frames are lost, and counted by the kernel:
 *    bridge_count_lost().
 */
#ifndef VMNET_BRIDGE_RING_H
#define VMNET_BRIDGE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#define BRIDGE_SLOT	2048u	/* bytes: more than a card's longest frame */
#define BRIDGE_SLOTS	2048u
#define BRIDGE_RING_SIZE ((size_t)BRIDGE_SLOT * BRIDGE_SLOTS)

struct bridge_ring {
	uint8_t *slots;		/* NULL: there is none */
	unsigned int next;	/* slot that the kernel fills next, or has */
};

/* An 802.1Q tag that the kernel has taken out of a frame. */
struct wire_tag {
	bool there;
	uint16_t type, value;
};

enum bridge_frame_kind {
	BRIDGE_FRAME_HERE,	/* all of it is in the slot */
	BRIDGE_FRAME_QUEUED,	/* it waits in the socket's queue */
	BRIDGE_FRAME_LOST,	/* only its beginning was kept */
};

struct bridge_frame {
	enum bridge_frame_kind kind;
	struct virtio_net_hdr vnet;
	uint8_t *frame;		/* in the slot; four bytes before it are free */
	size_t len;		/* as it was on the wire, without the tag */
	size_t held;		/* bytes of it that are in the slot */
	struct wire_tag tag;
};

/**
 * bridge_ring_make() - for vmnet-bridge: have the kernel make a ring
 * @sock: a packet socket with PACKET_VNET_HDR, not bound yet
 *
 * Return: false if this kernel gives none; the socket works without.
 */
bool bridge_ring_make(int sock);

/**
 * bridge_ring_map() - for the switch: map what bridge_ring_make() made
 *
 * Return: 0 or -errno.
 * #syscalls[switch] mmap
 */
int bridge_ring_map(struct bridge_ring *ring, int sock);

/* bridge_ring_unmap() - if it was mapped. #syscalls[switch] munmap */
void bridge_ring_unmap(struct bridge_ring *ring);

/**
 * bridge_ring_next() - the next frame, which is ours until bridge_ring_done()
 *
 * Return: false if there is none.
 */
bool bridge_ring_next(const struct bridge_ring *ring, struct bridge_frame *f);

/* bridge_ring_done() - its slot is the kernel's again. */
void bridge_ring_done(struct bridge_ring *ring);

#endif
