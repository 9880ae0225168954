/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_filter.c - disarm frames before libslirp: see nat_filter.h. */
#include "vmnet/nat_filter.h"

#include "base/bytes.h"

#define ETHER_HEADER	14u
#define TYPE_IP		0x0800u
#define PROTO_TCP	6u
#define IP_MIN		20u
#define TCP_MIN		20u
#define FRAGMENT_OFFSET	0x1fffu
#define MORE_FRAGMENTS	0x2000u

#define TCP_FLAGS	13u	/* offsets in the TCP header */
#define TCP_CHECKSUM	16u
#define TCP_URGENT	18u
#define FLAG_URG	0x20u

/* checksum_change() - RFC 1624: a 16-bit word changed from @was to @is. */
static uint16_t checksum_change(uint16_t sum, uint16_t was, uint16_t is)
{
	uint32_t s = (uint16_t)~sum + (uint32_t)(uint16_t)~was + is;

	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static void disarm(uint8_t *tcp)
{
	uint16_t sum = get_be16(tcp + TCP_CHECKSUM);
	uint16_t flags = get_be16(tcp + TCP_FLAGS - 1);
	uint16_t clear = (uint16_t)(flags & ~FLAG_URG);

	sum = checksum_change(sum, flags, clear);
	sum = checksum_change(sum, get_be16(tcp + TCP_URGENT), 0);
	put_be16(tcp + TCP_FLAGS - 1, clear);
	put_be16(tcp + TCP_URGENT, 0);
	put_be16(tcp + TCP_CHECKSUM, sum);
}

bool nat_filter(uint8_t *frame, size_t len)
{
	uint8_t *ip = frame + ETHER_HEADER;
	size_t header, left;
	uint16_t fragment;

	if (len < ETHER_HEADER + IP_MIN || get_be16(frame + 12) != TYPE_IP)
		return true;
	fragment = get_be16(ip + 6);
	if (fragment & (FRAGMENT_OFFSET | MORE_FRAGMENTS))
		return false;
	if (ip[9] != PROTO_TCP)
		return true;
	left = len - ETHER_HEADER;
	header = (ip[0] & 15u) * 4u;
	if (header < IP_MIN || left < header + TCP_MIN)
		return true;	/* libslirp refuses it for its length */
	if ((ip[header + TCP_FLAGS] & FLAG_URG) ||
	    get_be16(ip + header + TCP_URGENT))
		disarm(ip + header);
	return true;
}
