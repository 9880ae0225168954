/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge_ring.c - frames from a packet socket by memory: see bridge_ring.h. */
#include "vmnet/bridge/bridge_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <linux/if_packet.h>

#include "base/bytes.h"
#include "base/check.h"

#define BLOCK		(1u << 16)	/* what the kernel allocates at once */
#define TYPE_VLAN	0x8100

bool bridge_ring_make(int sock)
{
	struct tpacket_req want = {
		.tp_block_size = BLOCK,
		.tp_block_nr = BRIDGE_RING_SIZE / BLOCK,
		.tp_frame_size = BRIDGE_SLOT,
		.tp_frame_nr = BRIDGE_SLOTS,
	};
	int version = TPACKET_V2, queue_long = 1;

	return setsockopt(sock, SOL_PACKET, PACKET_VERSION, &version,
			  sizeof(version)) == 0 &&
	       setsockopt(sock, SOL_PACKET, PACKET_COPY_THRESH, &queue_long,
			  sizeof(queue_long)) == 0 &&
	       setsockopt(sock, SOL_PACKET, PACKET_RX_RING, &want,
			  sizeof(want)) == 0;
}

int bridge_ring_map(struct bridge_ring *ring, int sock)
{
	void *at = mmap(NULL, BRIDGE_RING_SIZE, PROT_READ | PROT_WRITE,
			MAP_SHARED, sock, 0);

	if (at == MAP_FAILED)
		return -errno;
	ring->slots = at;
	ring->next = 0;
	return 0;
}

void bridge_ring_unmap(struct bridge_ring *ring)
{
	if (ring->slots)
		munmap(ring->slots, BRIDGE_RING_SIZE);
	ring->slots = NULL;
}

static struct tpacket2_hdr *slot_next(const struct bridge_ring *ring)
{
	return (void *)(ring->slots + (size_t)ring->next * BRIDGE_SLOT);
}

static struct wire_tag slot_tag(const struct tpacket2_hdr *h, uint32_t status)
{
	return (struct wire_tag){
		.there = status & TP_STATUS_VLAN_VALID,
		.value = h->tp_vlan_tci,
		.type = status & TP_STATUS_VLAN_TPID_VALID ? h->tp_vlan_tpid :
							     TYPE_VLAN,
	};
}

bool bridge_ring_next(const struct bridge_ring *ring, struct bridge_frame *f)
{
	struct tpacket2_hdr *h = slot_next(ring);
	uint32_t status = __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE);
	size_t at;

	if (!(status & TP_STATUS_USER))
		return false;
	at = h->tp_mac;
	f->kind = status & TP_STATUS_COPY ? BRIDGE_FRAME_QUEUED :
					    BRIDGE_FRAME_HERE;
	f->len = h->tp_len;
	f->held = h->tp_snaplen;
	if (at < sizeof(*h) + sizeof(f->vnet) || at > BRIDGE_SLOT ||
	    f->held > BRIDGE_SLOT - at)
		at = sizeof(*h) + sizeof(f->vnet), f->held = 0;
	if (f->kind == BRIDGE_FRAME_HERE && f->held < f->len)
		f->kind = BRIDGE_FRAME_LOST;
	f->frame = (uint8_t *)h + at;
	memcpy(&f->vnet, f->frame - sizeof(f->vnet), sizeof(f->vnet));
	f->tag = slot_tag(h, status);
	return true;
}

void bridge_ring_done(struct bridge_ring *ring)
{
	struct tpacket2_hdr *h = slot_next(ring);

	__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % BRIDGE_SLOTS;
}
