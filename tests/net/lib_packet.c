/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_packet.c - a frame as its receiver sees it: see lib_packet.h. */
#include "tests/net/lib_packet.h"

#include <string.h>

#include "base/bytes.h"

static uint32_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

void packet_known(uint8_t *frame, size_t len, const uint8_t *to,
		  const uint8_t *from, uint16_t type)
{
	size_t i;

	for (i = 14; i < len; i++)
		frame[i] = (uint8_t)(i * 31 + len);
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, type);
}

uint32_t packet_words(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	return fold(sum);
}

uint32_t packet_pseudo(const uint8_t *frame, const struct packet_parts *p)
{
	const uint8_t *ip = frame + p->ip;

	return fold(
		(p->v6 ? packet_words(ip + 8, 32) : packet_words(ip + 12, 8)) +
		p->proto + (uint32_t)(p->end - p->l4));
}

bool packet_parts(const uint8_t *frame, size_t len, struct packet_parts *p)
{
	const uint8_t *ip;
	size_t at = 12;

	while (at + 6 <= len && get_be16(frame + at) == 0x8100)
		at += 4;
	p->ip = at + 2;
	p->v6 = get_be16(frame + at) == 0x86dd;
	ip = frame + p->ip;
	if (p->ip + (p->v6 ? 40 : 20) > len ||
	    (!p->v6 && get_be16(frame + at) != 0x0800))
		return false;
	p->proto = ip[p->v6 ? 6 : 9];
	p->l4 = p->ip + (p->v6 ? 40 : (ip[0] & 15) * 4u);
	p->end = p->v6 ? p->l4 + get_be16(ip + 4) : p->ip + get_be16(ip + 2);
	if (p->end > len || (p->end < len && len > 60))	/* but for a pad */
		return false;
	if (p->proto == PACKET_UDP && p->l4 + 8 <= p->end) {
		p->data = p->l4 + 8;
		return get_be16(frame + p->l4 + 4) == p->end - p->l4;
	}
	if (p->proto != PACKET_TCP || p->l4 + 20 > p->end)
		return false;
	p->data = p->l4 + (frame[p->l4 + 12] >> 4) * 4u;
	return p->data <= p->end;
}

bool packet_is_right(const uint8_t *frame, const struct packet_parts *p)
{
	uint32_t sum = packet_pseudo(frame, p) +
		       packet_words(frame + p->l4, p->end - p->l4);

	return fold(sum) == 0xffff &&
	       (p->v6 || packet_words(frame + p->ip, p->l4 - p->ip) == 0xffff);
}
