/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_reassemble.h - IPv4 fragments become whole packets again (RFC 791 3.2),
 * before the NAT's stack sees them: libslirp 4.7.0 has reassembly of its own,
 * and fragments that do not fit together crash it.
 *
 * 1. No fragment passes: what comes out is whole, or was never a fragment.
 * 2. At most REASSEMBLY_PACKETS packets are incomplete at a time, of each
 *    sender (by its Ethernet address) REASSEMBLY_PER_SENDER. One more, and
 *    the sender's oldest is given up; where all places are taken, the oldest
 *    of the sender who has most.
 * 3. A packet that is not whole after REASSEMBLY_NS is given up.
 * 4. Fragments that overlap make the whole packet worthless, as RFC 5722 has
 *    it for IPv6: nobody who is honest sends them. The packet's number stays
 *    taken until its time is over, so that its rest begins nothing new. A
 *    fragment that came twice, byte for byte, does no harm.
 */
#ifndef VMNET_IP_REASSEMBLE_H
#define VMNET_IP_REASSEMBLE_H

#include <stddef.h>
#include <stdint.h>

#define REASSEMBLY_PACKETS	64u
#define REASSEMBLY_PER_SENDER	4u
#define REASSEMBLY_NS		30000000000ull	/* as Linux has it */
#define REASSEMBLY_FRAME_MAX	(14u + 65535u)

struct reassembly;

/* reassembly_new() - Return: it, or NULL if there is no memory. */
struct reassembly *reassembly_new(void);

/* reassembly_free() - with all that is incomplete. */
void reassembly_free(struct reassembly *r);

/**
 * reassembly_take() - take a frame, and give what is now whole
 * @frame: our own copy
 * @len: its length; becomes that of what is returned
 * @now_ns: of a clock that never goes back
 *
 * Return: @frame itself if it is no IPv4 fragment; if it made a packet whole,
 * that, as one frame of up to REASSEMBLY_FRAME_MAX bytes that is good until
 * the next call; else NULL.
 */
uint8_t *reassembly_take(struct reassembly *r, uint8_t *frame, size_t *len,
			 uint64_t now_ns);

/* reassembly_tend() - give up what is too old. */
void reassembly_tend(struct reassembly *r, uint64_t now_ns);

/* reassembly_lost() - Return: fragments lost since this was last asked. */
uint32_t reassembly_lost(struct reassembly *r);

#endif
