/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_packet.c - IPv4 packets, taken apart and made: see nat_packet.h. */
#include "vmnet/nat/nat_packet.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/checksum.h"
#include "vmnet/proto/proto.h"

#define MORE_FRAGMENTS	0x2000u
#define TTL		64u

bool nat_packet_parse(uint8_t *ip, size_t len, struct nat_packet *p)
{
	size_t total;

	if (len < IP_HEADER || ip[0] >> 4 != 4)
		return false;
	p->ip = ip;
	p->header = (ip[0] & 15u) * 4u;
	total = get_be16(ip + 2);
	if (p->header < IP_HEADER || total < p->header || total > len ||
	    sum_fold(sum_bytes(ip, p->header)) != 0xffff)
		return false;
	p->body = ip + p->header;
	p->body_len = total - p->header;
	p->ttl = ip[8];
	p->proto = ip[9];
	p->from = get_be32(ip + 12);
	p->to = get_be32(ip + 16);
	return true;
}

uint16_t nat_sum(uint32_t from, uint32_t to, uint8_t proto, const uint8_t *body,
		 size_t len)
{
	uint8_t pseudo[12] = { 0 };

	put_be32(pseudo, from);
	put_be32(pseudo + 4, to);
	pseudo[9] = proto;
	put_be16(pseudo + 10, (uint16_t)len);
	return (uint16_t)~sum_fold(sum_bytes(pseudo, sizeof(pseudo)) +
				   sum_bytes(body, len));
}

uint16_t nat_sum_change(uint16_t sum, uint16_t was, uint16_t is)
{
	uint32_t s = (uint16_t)~sum + (uint32_t)(uint16_t)~was + is;

	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/* send_piece() - one frame. @offset: the fragment's word of the header */
static void send_piece(struct nat_out *out, const uint8_t *header,
		       uint16_t offset, const uint8_t *body, size_t len)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 }, *ip = frame + ETHER_HEADER;

	ASSERT(len <= NAT_MTU - IP_HEADER);
	memcpy(frame, out->mac, 6);
	/* As libslirp has it: of the NAT's own address (nat_mac()). */
	frame[6] = 0x52, frame[7] = 0x55;
	put_be32(frame + 8, nat_gateway(out->subnet));
	put_be16(frame + 12, TYPE_IP);
	memcpy(ip, header, IP_HEADER);
	put_be16(ip + 2, (uint16_t)(IP_HEADER + len));
	put_be16(ip + 6, offset);
	put_le16(ip + 10, (uint16_t)~sum_fold(sum_bytes(ip, IP_HEADER)));
	memcpy(ip + IP_HEADER, body, len);
	out->send(out->opaque, frame,
		  MAX(ETHER_HEADER + IP_HEADER + len, (size_t)60));
}

void nat_out_ip(struct nat_out *out, uint8_t proto, uint32_t from, uint32_t to,
		const uint8_t *body, size_t len)
{
	const size_t most = (NAT_MTU - IP_HEADER) & ~(size_t)7;
	uint8_t header[IP_HEADER] = { 0x45 };
	size_t at = 0, n;

	put_be16(header + 4, out->id++);
	header[8] = TTL;
	header[9] = proto;
	put_be32(header + 12, from);
	put_be32(header + 16, to);
	do {
		n = len - at <= NAT_MTU - IP_HEADER ? len - at : most;
		send_piece(out, header,
			   (uint16_t)(at / 8 |
				      (at + n < len ? MORE_FRAGMENTS : 0)),
			   body + at, n);
		at += n;
	} while (at < len);
}

bool nat_udp_sound(const struct nat_packet *p)
{
	uint16_t len;

	if (p->proto != PROTO_UDP || p->body_len < UDP_HEADER)
		return false;
	len = get_be16(p->body + 4);
	return len >= UDP_HEADER && len <= p->body_len &&
	       (!get_be16(p->body + 6) ||
		nat_sum(p->from, p->to, PROTO_UDP, p->body, len) == 0);
}

void nat_out_udp(struct nat_out *out, const struct nat_udp_way *way,
		 uint8_t *datagram, size_t len)
{
	uint16_t sum;

	len = MIN(len, (size_t)IP_PACKET_MAX - IP_HEADER - UDP_HEADER);
	put_be16(datagram, way->from_port);
	put_be16(datagram + 2, way->to_port);
	put_be16(datagram + 4, (uint16_t)(UDP_HEADER + len));
	put_be16(datagram + 6, 0);
	sum = nat_sum(way->from, way->to, PROTO_UDP, datagram,
		      UDP_HEADER + len);
	put_le16(datagram + 6, sum ? sum : 0xffff);
	nat_out_ip(out, PROTO_UDP, way->from, way->to, datagram,
		   UDP_HEADER + len);
}

void nat_out_error(struct nat_out *out, uint8_t type, uint8_t code,
		   uint32_t from, const uint8_t *quote, size_t len)
{
	uint8_t body[8 + 60 + 8] = { type, code };

	ASSERT(len >= IP_HEADER && len <= sizeof(body) - 8);
	memcpy(body + 8, quote, len);
	put_le16(body + 2, (uint16_t)~sum_fold(sum_bytes(body, 8 + len)));
	nat_out_ip(out, PROTO_ICMP, from, get_be32(quote + 12), body, 8 + len);
}
