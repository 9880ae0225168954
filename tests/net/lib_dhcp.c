/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_dhcp.c - a DHCP client for tests: see lib_dhcp.h. */
#include "tests/net/lib_dhcp.h"

#include <string.h>

#include "base/bytes.h"
#include "tests/net/lib_packet.h"

enum { AT_IP = 14, AT_UDP = 34, AT_BOOTP = 42, AT_OPTIONS = AT_BOOTP + 240 };

static uint8_t *put_option(uint8_t *p, uint8_t number, uint32_t value)
{
	if (!value)
		return p;
	p[0] = number;
	p[1] = 4;
	put_be32(p + 2, value);
	return p + 6;
}

static void put_headers(const struct dhcp_ask *a, uint8_t *frame)
{
	uint8_t *ip = frame + AT_IP, *udp = frame + AT_UDP;

	memset(frame, 255, 6);
	if (a->to_mac)
		memcpy(frame, a->to_mac, 6);
	memcpy(frame + 6, a->mac, 6);
	put_be16(frame + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, 20 + 8 + 300);
	ip[8] = 64, ip[9] = 17;
	put_be32(ip + 12, a->from);
	put_be32(ip + 16, a->to ? a->to : 0xffffffff);
	put_be16(ip + 10, (uint16_t)~packet_words(ip, 20));
	put_be16(udp, 68);
	put_be16(udp + 2, 67);
	put_be16(udp + 4, 8 + 300);
}

size_t dhcp_build(const struct dhcp_ask *a, uint8_t *frame)
{
	uint8_t *b = frame + AT_BOOTP, *p = frame + AT_OPTIONS;

	memset(frame, 0, 600);
	b[0] = 1, b[1] = 1, b[2] = 6;
	put_be32(b + 4, DHCP_XID);
	put_be16(b + 10, a->broadcast ? 0x8000 : 0);
	put_be32(b + 12, a->ciaddr);
	memcpy(b + 28, a->mac, 6);
	put_be32(b + 236, 0x63825363);
	p[0] = 53, p[1] = 1, p[2] = a->type;
	p = put_option(p + 3, 50, a->wanted);
	p = put_option(p, 54, a->server);
	*p = 255;
	put_headers(a, frame);
	return AT_BOOTP + 300;
}

/* find_option() - its length, and its bytes behind that; NULL: it is not there
 */
static const uint8_t *find_option(const uint8_t *frame, size_t len,
				  uint8_t number)
{
	const uint8_t *p = frame + AT_OPTIONS, *end = frame + len;

	while (p + 2 < end && *p != 255) {
		if (*p == 0) {
			p++;
			continue;
		}
		if (*p == number && p + 2 + p[1] <= end)
			return p + 1;
		p += 2 + p[1];
	}
	return NULL;
}

/* get_option() - its value as 32 or 8 bits; 0: it is not there */
static uint32_t get_option(const uint8_t *frame, size_t len, uint8_t number)
{
	const uint8_t *p = find_option(frame, len, number);

	if (!p)
		return 0;
	return *p == 4 ? get_be32(p + 1) : p[1];
}

/* has_no_proxy() - iPXE's own option, with one in it. */
static bool has_no_proxy(const uint8_t *frame, size_t len)
{
	static const uint8_t wanted[] = { 3, 176, 1, 1 };
	const uint8_t *p = find_option(frame, len, 175);

	return p && memcmp(p, wanted, sizeof(wanted)) == 0;
}

struct dhcp_said dhcp_read(const uint8_t *frame, size_t len)
{
	struct dhcp_said s = { 0 };
	struct packet_parts parts;

	if (len < AT_OPTIONS || !packet_parts(frame, len, &parts) ||
	    parts.l4 != AT_UDP || !packet_is_right(frame, &parts) ||
	    get_be16(frame + AT_UDP + 2) != 68 ||
	    get_be32(frame + AT_BOOTP + 4) != DHCP_XID)
		return s;
	s.type = (uint8_t)get_option(frame, len, 53);
	memcpy(s.to_mac, frame, 6);
	s.to = get_be32(frame + AT_IP + 16);
	s.yours = get_be32(frame + AT_BOOTP + 16);
	s.server = get_option(frame, len, 54);
	s.mask = get_option(frame, len, 1);
	s.router = get_option(frame, len, 3);
	s.names = get_option(frame, len, 6);
	s.lease_s = get_option(frame, len, 51);
	s.next = get_be32(frame + AT_BOOTP + 20);
	s.no_proxy = has_no_proxy(frame, len);
	memcpy(s.file, frame + AT_BOOTP + 108, 128);
	return s;
}
