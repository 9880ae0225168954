/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.h - a DHCP server (RFC 2131, options of RFC 2132) for a network of
 * cards that are all plugged into one switch. Frames in, frames out: it makes
 * no system call and knows no clock.
 *
 * 1. One card has one lease: a request whose hardware address is not its
 *    frame's sender is not answered. So nobody can take more than one.
 * 2. A card of which the switch has said an address gets that and no other, and
 *    no other card gets it. Another one gets the address it had, else one made
 *    of its own address, so that it is the same in every run; if that is taken
 *    the next free one. When none is free, it is the one of the card that has
 *    been away the longest. All are in use: no answer. Of each of these
 *    addresses the switch is to be told (dhcp_held()), which gives others of
 *    the same range.
 * 3. Who asks for an address that is another's is told no (DHCPNAK): nobody
 *    else gives addresses on this network.
 * 4. It also answers ARP for its own address, which renewals are sent to.
 * 5. There is no router on the network: none is told.
 * 6. Its own address answers questions for names of machines (names.h), and
 *    refuses others. A card is told so where the switch says that it may be.
 */
#ifndef VMNET_DHCP_H
#define VMNET_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define DHCP_LEASES	126u	/* addresses at most, of those that
				 * subnet.h has for it */
#define DHCP_LEASE_S	1800u	/* a lease; as VMware's vmnet1 has it */
#define DHCP_OFFER_NS	60000000000ull	/* an offer is kept that long */
#define DHCP_BAD_NS	600000000000ull	/* an address that was declined */

#define DHCP_CARDS	384u	/* whose address is known from the switch: those
				 * that are there, and those that one is kept
				 * for; no more can be at a time */

struct dhcp;

/**
 * dhcp_new() - a server for a network, with no lease yet
 * @subnet, @prefix: as subnet.h has them
 *
 * Return: it, or NULL if there is no memory. free() ends it.
 */
struct dhcp *dhcp_new(uint32_t subnet, unsigned int prefix);

/* dhcp_card() - that card has the address of that number, from now on;
 * none that is no machine's is believed. @names: it is told that the server
 * knows names */
void dhcp_card(struct dhcp *d, const uint8_t mac[6], uint16_t host, bool names);

/* dhcp_card_gone() - that card, which had that number, has gone. Its address is
 * still nobody else's, until there is no room to remember it. */
void dhcp_card_gone(struct dhcp *d, const uint8_t mac[6], uint16_t host);

/**
 * dhcp_held() - after dhcp_answer(): has an address been given to a card of
 * which the switch has said nothing, or given back by one?
 * @seconds: receives how long it is that card's from now on; 0: no longer
 *
 * Return: the address's number in the subnet, once; 0: none.
 */
uint16_t dhcp_held(struct dhcp *d, uint16_t *seconds);

/* dhcp_names() - these machines are there now. */
void dhcp_names(struct dhcp *d, const struct vmnet_names *names);

/**
 * dhcp_answer() - what does the server say to a frame?
 * @frame, @len: of any content
 * @out: room for DHCP_FRAME_MAX bytes
 * @now_ns: of a clock that never goes back
 *
 * Return: the length of the answer in @out; 0: none.
 */
#define DHCP_FRAME_MAX	590u	/* what any client must take: RFC 2131 2 */
size_t dhcp_answer(struct dhcp *d, const uint8_t *frame, size_t len,
		   uint8_t *out, uint64_t now_ns);

#endif
