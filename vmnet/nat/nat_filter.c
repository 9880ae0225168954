/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_filter.c - sort and disarm frames before libslirp: see nat_filter.h. */
#include "vmnet/nat/nat_filter.h"

#include <string.h>

#include "base/bytes.h"

#define FRAGMENTS	0x3fffu	/* offset, and "more fragments" */

#define TCP_FLAGS	13u	/* offsets in the TCP header */
#define TCP_CHECKSUM	16u
#define TCP_URGENT	18u
#define FLAG_SYN	0x02u
#define FLAG_ACK	0x10u
#define FLAG_URG	0x20u

#define DHCP_SERVER	67u
#define DHCP_CARD	28u	/* offsets in a DHCP message, RFC 2131 */
#define DHCP_OPTIONS	240u
#define OPTION_PAD	0u
#define OPTION_ADDRESS	50u	/* RFC 2132 9.1 */
#define OPTION_END	255u

void nat_disarm(uint8_t *tcp)
{
	uint16_t sum = get_be16(tcp + TCP_CHECKSUM);
	uint16_t flags = get_be16(tcp + TCP_FLAGS - 1);
	uint16_t clear = (uint16_t)(flags & ~FLAG_URG);

	if (flags == clear && !get_be16(tcp + TCP_URGENT))
		return;
	sum = nat_sum_change(sum, flags, clear);
	sum = nat_sum_change(sum, get_be16(tcp + TCP_URGENT), 0);
	put_be16(tcp + TCP_FLAGS - 1, clear);
	put_be16(tcp + TCP_URGENT, 0);
	put_be16(tcp + TCP_CHECKSUM, sum);
}

bool nat_syn(const uint8_t *tcp)
{
	return (tcp[TCP_FLAGS] & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN;
}

bool nat_opens(const struct nat_packet *p)
{
	return p->proto == PROTO_TCP && p->body_len >= TCP_HEADER &&
	       nat_syn(p->body);
}

static bool is_dhcp(const struct nat_packet *p, uint32_t subnet)
{
	return p->proto == PROTO_UDP && p->body_len >= UDP_HEADER &&
	       get_be16(p->body + 2) == DHCP_SERVER &&
	       (p->to == nat_gateway(subnet) || p->to == 0xffffffff);
}

/*
 * tame_dhcp() - libslirp would give any of 16 addresses to who asks for it,
 * and there are other guests' among them. So it hears of this guest's only; a
 * wish for another one becomes one that it has not got.
 *
 * Return: false if it is not the guest's own card that asks.
 */
static bool tame_dhcp(const struct nat_packet *p,
		      const struct vmnet_nat_setup *setup)
{
	uint8_t *msg = p->body + UDP_HEADER, *end = p->body + p->body_len;
	uint8_t *o = msg + DHCP_OPTIONS;

	if (o > end || memcmp(msg + DHCP_CARD, setup->mac, 6) != 0)
		return false;
	while (o + 1 < end && *o != OPTION_END) {
		if (*o == OPTION_PAD) {
			o++;
			continue;
		}
		if (*o == OPTION_ADDRESS && o[1] == 4 && o + 6 <= end &&
		    get_be32(o + 2) != setup->subnet + setup->host) {
			put_be32(o + 2, setup->subnet);
			put_be16(p->body + 6, 0);	/* no checksum */
		}
		o += 2 + o[1];
	}
	return true;
}

/* good_sender() - could one of our guests have that address? */
static bool good_sender(uint32_t from, const struct vmnet_nat_setup *setup)
{
	const uint32_t subnet = setup->subnet,
		       mask = subnet_mask(setup->prefix);

	return (from & mask) == subnet && from != subnet &&
	       from != nat_gateway(subnet) && from != nat_nameserver(subnet) &&
	       from != (subnet | ~mask);
}

static bool is_group(uint32_t to, const struct vmnet_nat_setup *setup)
{
	return to >= 0xe0000000u ||
	       to == (setup->subnet | ~subnet_mask(setup->prefix));
}

/* is_inside() - an address that is not the outside's, or means this host. */
static bool is_inside(uint32_t to, const struct vmnet_nat_setup *setup)
{
	const uint32_t subnet = setup->subnet;

	return to >> 24 == 0 || to >> 24 == 127 ||
	       ((to & subnet_mask(setup->prefix)) == subnet &&
		to != nat_gateway(subnet) && to != nat_nameserver(subnet));
}

static enum nat_way way_lost(enum nat_drop *why, enum nat_drop reason)
{
	*why = reason;
	return NAT_LOST;
}

static enum nat_way filter_ip(uint8_t *ip, size_t len,
			      const struct vmnet_nat_setup *setup,
			      struct nat_packet *p, enum nat_drop *why)
{
	if (!nat_packet_parse(ip, len, p))
		return way_lost(why, DROP_nat_bad_ip);
	if (get_be16(ip + 6) & FRAGMENTS)
		return way_lost(why, DROP_nat_fragment);
	if (is_dhcp(p, setup->subnet))
		return setup->dhcp && tame_dhcp(p, setup) ? NAT_TO_STACK :
							    NAT_IGNORED;
	if (is_group(p->to, setup))
		return NAT_IGNORED;
	if (!good_sender(p->from, setup))
		return way_lost(why, DROP_nat_sender);
	if (is_inside(p->to, setup))
		return way_lost(why, DROP_nat_inside);
	if (p->proto == PROTO_UDP)
		return NAT_TO_UDP;
	if (p->proto != PROTO_TCP)
		return p->proto == PROTO_ICMP ? NAT_TO_STACK : NAT_IGNORED;
	if (p->body_len < TCP_HEADER)
		return way_lost(why, DROP_nat_bad_ip);
	nat_disarm(p->body);
	return p->to == nat_nameserver(setup->subnet) ? NAT_TO_NAMES :
							NAT_TO_STACK;
}

enum nat_way nat_filter(uint8_t *frame, size_t len,
			const struct vmnet_nat_setup *setup,
			struct nat_packet *p, enum nat_drop *why)
{
	uint16_t type;

	if (len < ETHER_HEADER)
		return way_lost(why, DROP_nat_bad_size);
	if (!(frame[0] & 1) && !nat_mac(frame, setup->subnet))
		return way_lost(why, DROP_nat_not_ours);
	type = get_be16(frame + 12);
	if (type == TYPE_IP)
		return filter_ip(frame + ETHER_HEADER, len - ETHER_HEADER,
				 setup, p, why);
	p->proto = 0;
	return type == TYPE_ARP ? NAT_TO_STACK : NAT_IGNORED;
}
