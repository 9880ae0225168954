/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subnet.h - the addresses of a network that gives some, and who has which.
 *
 * A subnet is its first address, in our byte order, and the length of its
 * prefix, SUBNET_WIDEST to SUBNET_NARROWEST. A host's number is what its
 * address is above the first one: never 0, and less than 65535.
 *
 * 1. Host-only: 1 is the host's own; the upper half but its last two is what
 *    DHCP gives, the last but one is its server (as on VMware's vmnet1).
 * 2. NAT: 2 is the way out, 3 knows names; what DHCP gives is all from 15 on
 *    (as QEMU has it), or from 4 on where there are less than 64.
 * 3. What is kept for a card is from 4 on, and below the last but one.
 */
#ifndef VMNET_SUBNET_H
#define VMNET_SUBNET_H

#include <stdbool.h>
#include <stdint.h>

#define SUBNET_WIDEST	16u
#define SUBNET_USUAL	24u
#define SUBNET_NARROWEST 29u

#define ADAPTER_HOST	1u	/* the host's own place on a host-only one */
#define NAT_FIRST_HOST	15u	/* in the usual subnet: .15 to .254 */
#define SUBNET_LOWEST	4u	/* that a machine can have */

static inline uint32_t subnet_size(unsigned int prefix)
{
	return 1u << (32u - prefix);
}

static inline uint32_t subnet_mask(unsigned int prefix)
{
	return ~(subnet_size(prefix) - 1u);
}

/* subnet_ok() - is it one, as far as its length and its first address go? */
static inline bool subnet_ok(uint32_t subnet, unsigned int prefix)
{
	return prefix >= SUBNET_WIDEST && prefix <= SUBNET_NARROWEST &&
	       !(subnet & ~subnet_mask(prefix));
}

/* subnet_server() - the host-only network's DHCP server. */
static inline unsigned int subnet_server(unsigned int prefix)
{
	return subnet_size(prefix) - 2u;
}

/* subnet_dhcp_first(), subnet_dhcp_last() - what that gives. */
static inline unsigned int subnet_dhcp_first(unsigned int prefix)
{
	return subnet_size(prefix) / 2u;
}

static inline unsigned int subnet_dhcp_last(unsigned int prefix)
{
	return subnet_size(prefix) - 3u;
}

/* subnet_nat_first(), subnet_nat_last() - what a NAT gives. */
static inline unsigned int subnet_nat_first(unsigned int prefix)
{
	return subnet_size(prefix) < 64u ? SUBNET_LOWEST : NAT_FIRST_HOST;
}

static inline unsigned int subnet_nat_last(unsigned int prefix)
{
	return subnet_size(prefix) - 2u;
}

/* subnet_keeps() - can that address be kept for a card? */
static inline bool subnet_keeps(unsigned int prefix, uint32_t host)
{
	return host >= SUBNET_LOWEST && host < subnet_server(prefix);
}

/* subnet_plain() - is it no number that ends in .0 or .255? These are
 * addresses as others in a wide subnet, but old systems refuse them. */
static inline bool subnet_plain(unsigned int host)
{
	return (host & 255u) != 0u && (host & 255u) != 255u;
}

#endif
