/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_machines.c - questions for names of machines: see nat_machines.h. */
#include "vmnet/nat/nat_machines.h"

#include <string.h>

#include "base/bytes.h"
#include "vmnet/names/names.h"
#include "vmnet/proto/checksum.h"

#define TCP_PREFIX	2u	/* a message's length: RFC 1035 4.2.2 */
#define TCP_FLAGS	13u	/* offsets in the TCP header */
#define TCP_SUM		16u
#define FLAG_RST	0x04u
#define FLAG_ACK	0x10u

static struct names_place place_of(const struct nat_machines *m)
{
	return (struct names_place){
		.names = &m->names, .subnet = m->out->subnet,
		.mask = m->out->mask, .outside = true,
	};
}

bool nat_machines_takes(struct nat_machines *m, const struct nat_packet *p)
{
	const struct names_place place = place_of(m);
	uint8_t datagram[UDP_HEADER + NAMES_ANSWER_MAX];
	struct nat_udp_way way;
	size_t len;

	if (p->to != nat_nameserver(m->out->subnet) || !nat_udp_sound(p) ||
	    get_be16(p->body + 2) != NAMES_PORT)
		return false;
	len = names_answer(&place, p->body + UDP_HEADER,
			   get_be16(p->body + 4) - UDP_HEADER,
			   datagram + UDP_HEADER);
	if (!len)
		return false;
	way = (struct nat_udp_way){
		.from = p->to, .from_port = NAMES_PORT,
		.to = p->from, .to_port = get_be16(p->body),
	};
	nat_out_udp(m->out, &way, datagram, len);
	return true;
}

/* is_question() - is what a segment brings one for a machine, whole? */
static bool is_question(const struct nat_machines *m, const uint8_t *data,
			size_t len)
{
	const struct names_place place = place_of(m);
	uint8_t answer[NAMES_ANSWER_MAX];

	return len > TCP_PREFIX && get_be16(data) <= len - TCP_PREFIX &&
	       names_answer(&place, data + TCP_PREFIX, get_be16(data), answer);
}

/* write_sum() - of a TCP header with nothing behind it */
static void write_sum(uint8_t *tcp, uint32_t from, uint32_t to)
{
	put_be16(tcp + TCP_SUM, 0);
	put_le16(tcp + TCP_SUM, nat_sum(from, to, PROTO_TCP, tcp, TCP_HEADER));
}

bool nat_machines_refuses(struct nat_machines *m, struct nat_packet *p)
{
	uint8_t reset[TCP_HEADER] = { 0 }, *tcp = p->body;
	size_t header = (tcp[12] >> 4) * 4u;

	if (get_be16(tcp + 2) != NAMES_PORT || header < TCP_HEADER ||
	    header >= p->body_len ||
	    !is_question(m, tcp + header, p->body_len - header))
		return false;
	memcpy(reset, tcp + 2, 2);
	memcpy(reset + 2, tcp, 2);
	memcpy(reset + 4, tcp + 8, 4);		/* what it expects next */
	reset[12] = TCP_HEADER / 4 << 4;
	reset[TCP_FLAGS] = FLAG_RST;
	write_sum(reset, p->to, p->from);
	nat_out_ip(m->out, PROTO_TCP, p->to, p->from, reset, sizeof(reset));

	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[TCP_FLAGS] = FLAG_RST | FLAG_ACK;
	write_sum(tcp, p->from, p->to);
	put_be16(p->ip + 2, (uint16_t)(p->header + TCP_HEADER));
	put_be16(p->ip + 10, 0);
	put_le16(p->ip + 10, (uint16_t)~sum_fold(sum_bytes(p->ip, p->header)));
	p->body_len = TCP_HEADER;
	return true;
}
