/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_join.c - segments become one packet: see nat_join.h. */
#include "vmnet/nat/nat_join.h"

#include <string.h>

#include "base/bytes.h"
#include "vmnet/proto/checksum.h"

#define AT_IP		ETHER_HEADER
#define AT_TCP		(AT_IP + IP_HEADER)
#define AT_DATA		(AT_TCP + TCP_HEADER)

/* Offsets in an IP and a TCP header (RFC 791 3.1, RFC 9293 3.1). */
#define IP_TOTAL	2u
#define IP_SUM		10u
#define IP_ADDRESSES	12u
#define TCP_SEQ		4u
#define TCP_ACK		8u
#define TCP_OFFSET	12u
#define TCP_FLAGS	13u
#define TCP_WINDOW	14u
#define TCP_SUM		16u
#define FLAG_PSH	0x08u
#define FLAG_ACK	0x10u
#define NO_OPTIONS	0x50u	/* 20 bytes of header */

/* join_plain() - does rule 1 of nat_join.h hold, but for the checksum? */
static bool join_plain(const struct nat_packet *p)
{
	const uint8_t *tcp = p->body;

	return p->proto == PROTO_TCP && p->header == IP_HEADER &&
	       p->body_len >= TCP_HEADER && tcp[TCP_OFFSET] == NO_OPTIONS &&
	       (tcp[TCP_FLAGS] & ~FLAG_PSH) == FLAG_ACK &&
	       IP_HEADER + p->body_len <= NAT_JOIN_MOST;
}

static bool join_sound(const struct nat_packet *p)
{
	return nat_sum(p->from, p->to, PROTO_TCP, p->body, p->body_len) == 0;
}

static void join_begin(struct nat_join *j, const uint8_t *frame,
		       const struct nat_packet *p)
{
	j->len = AT_TCP + p->body_len;	/* no padding */
	j->frames = 1;
	j->next = get_be32(p->body + TCP_SEQ) +
		  (uint32_t)(p->body_len - TCP_HEADER);
	memcpy(j->frame, frame, j->len);
}

/* goes_on() - is the segment the next one of the connection that waits? */
static bool goes_on(const struct nat_join *j, const struct nat_packet *p)
{
	const uint8_t *ip = j->frame + AT_IP, *tcp = j->frame + AT_TCP;

	return !memcmp(ip + IP_ADDRESSES, p->ip + IP_ADDRESSES, 8) &&
	       !memcmp(tcp, p->body, 4) &&
	       get_be32(p->body + TCP_SEQ) == j->next;
}

/* join_append() - append a segment's data, and take over its acknowledgement
 * and window. */
static void join_append(struct nat_join *j, const struct nat_packet *p)
{
	size_t n = p->body_len - TCP_HEADER;
	uint8_t *tcp = j->frame + AT_TCP;

	memcpy(j->frame + j->len, p->body + TCP_HEADER, n);
	j->len += n;
	j->next += (uint32_t)n;
	j->frames++;
	memcpy(tcp + TCP_ACK, p->body + TCP_ACK, 4);
	memcpy(tcp + TCP_WINDOW, p->body + TCP_WINDOW, 2);
	tcp[TCP_FLAGS] |= p->body[TCP_FLAGS];
}

bool nat_join_add(struct nat_join *j, const uint8_t *frame,
		  const struct nat_packet *p)
{
	bool data = p->body_len > TCP_HEADER, has_data = j->len > AT_DATA;
	int32_t newer;

	if (!join_plain(p) || (j->len && !goes_on(j, p)) || !join_sound(p))
		return false;
	if (!j->len) {
		join_begin(j, frame, p);
		return true;
	}
	newer = (int32_t)(get_be32(p->body + TCP_ACK) -
			  get_be32(j->frame + AT_TCP + TCP_ACK));
	if (data && has_data && newer >= 0 &&
	    j->len + p->body_len - TCP_HEADER <= sizeof(j->frame)) {
		join_append(j, p);
		return true;
	}
	if (data || has_data || newer <= 0)
		return false;
	join_begin(j, frame, p);
	return true;
}

/* seal() - set lengths and checksums of a packet made of several segments. */
static void seal(struct nat_join *j)
{
	uint8_t *ip = j->frame + AT_IP, *tcp = j->frame + AT_TCP;
	size_t body = j->len - AT_TCP;

	put_be16(ip + IP_TOTAL, (uint16_t)(IP_HEADER + body));
	put_be16(ip + IP_SUM, 0);
	put_le16(ip + IP_SUM, (uint16_t)~sum_fold(sum_bytes(ip, IP_HEADER)));
	put_be16(tcp + TCP_SUM, 0);
	put_le16(tcp + TCP_SUM, nat_sum(get_be32(ip + IP_ADDRESSES),
					get_be32(ip + IP_ADDRESSES + 4),
					PROTO_TCP, tcp, body));
}

uint8_t *nat_join_take(struct nat_join *j, size_t *len)
{
	if (!j->len)
		return NULL;
	if (j->frames > 1)
		seal(j);
	*len = j->len;
	j->len = 0;
	return j->frame;
}
