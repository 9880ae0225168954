/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_dhcp.c - add to what libslirp's DHCP says: see nat_dhcp.h. */
#include "vmnet/nat/nat_dhcp.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "vmnet/nat/nat_packet.h"

#define PORT_SERVER	67u
#define PORT_CLIENT	68u
#define UDP_SUM		6u

/* Of a message, RFC 2131. */
#define COOKIE_AT	236u
#define COOKIE		0x63825363u
#define OPTIONS_AT	240u
#define OPTION_PAD	0u
#define OPTION_END	255u

static const uint8_t no_proxy[] = { 175, 3, 176, 1, 1, OPTION_END };

/* is_answer() - of a DHCP server to a client; @p: then filled in. */
static bool is_answer(uint8_t *frame, size_t len, struct nat_packet *p)
{
	return len > ETHER_HEADER && get_be16(frame + 12) == TYPE_IP &&
	       nat_packet_parse(frame + ETHER_HEADER, len - ETHER_HEADER, p) &&
	       p->proto == PROTO_UDP &&
	       p->body_len >= UDP_HEADER + OPTIONS_AT &&
	       get_be16(p->body) == PORT_SERVER &&
	       get_be16(p->body + 2) == PORT_CLIENT &&
	       get_be32(p->body + UDP_HEADER + COOKIE_AT) == COOKIE;
}

/* options_end() - where their end is said, or NULL. */
static uint8_t *options_end(uint8_t *o, const uint8_t *end)
{
	while (o < end && *o != OPTION_END) {
		if (*o != OPTION_PAD && (end - o < 2 || end - o - 2 < o[1]))
			return NULL;
		o += *o == OPTION_PAD ? 1 : 2 + o[1];
	}
	return o < end ? o : NULL;
}

void nat_dhcp_no_proxy(uint8_t *frame, size_t len)
{
	struct nat_packet p;
	const uint8_t *end;
	uint8_t *o;
	uint16_t sum;

	if (!is_answer(frame, len, &p))
		return;
	end = p.body + p.body_len;
	o = options_end(p.body + UDP_HEADER + OPTIONS_AT, end);
	if (!o || (size_t)(end - o) < sizeof(no_proxy))
		return;
	memcpy(o, no_proxy, sizeof(no_proxy));
	put_be16(p.body + UDP_SUM, 0);
	sum = nat_sum(p.from, p.to, PROTO_UDP, p.body, p.body_len);
	put_le16(p.body + UDP_SUM, sum ? sum : 0xffff);
}
