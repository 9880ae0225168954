/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge_join.c - frames of one TCP stream as one: see bridge_join.h. */
#include "vmnet/bridge/bridge_join.h"

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/checksum.h"

enum { TYPE_IP = 0x0800, IP_PROTO_TCP = 6, IP_BUT_DF = 0xbfff };
enum { TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* Where things are: there are no VLAN tags and no IP options. */
enum {
	AT_TYPE = 12,
	AT_IP = 14, IP_LEN = AT_IP + 2, IP_ID = AT_IP + 4,
	IP_PART = AT_IP + 6, IP_PROTO = AT_IP + 9, IP_SUM = AT_IP + 10,
	IP_ADDRESSES = AT_IP + 12,
	AT_TCP = AT_IP + 20, TCP_SEQ = AT_TCP + 4, TCP_DATA = AT_TCP + 12,
	TCP_FLAGS = AT_TCP + 13, TCP_SUM = AT_TCP + 16,
	AT_OPTIONS = AT_TCP + 20,
};
BUILD_ASSERT(AT_OPTIONS + 40 == JOIN_HEADER_MAX);

/* A card that cuts adds up lengths of IP packets, which have 16 bits. */
#define JOINED_MAX (AT_IP + 65535u)

void join_first(struct join *j, const uint8_t *f, size_t len)
{
	size_t head = len > AT_OPTIONS ? AT_TCP + (f[TCP_DATA] >> 4) * 4u : 0;

	j->first = NULL;
	j->count = 1;
	if (head < AT_OPTIONS || head >= len ||
	    get_be16(f + AT_TYPE) != TYPE_IP || f[AT_IP] != 0x45 ||
	    get_be16(f + IP_LEN) != len - AT_IP ||
	    (get_be16(f + IP_PART) & IP_BUT_DF) ||
	    f[IP_PROTO] != IP_PROTO_TCP || (f[TCP_DATA] & 15) ||
	    f[TCP_FLAGS] != TCP_ACK)
		return;
	j->first = f;
	j->head = head;
	j->step = len - head;
	j->len = len;
}

/* header_fits() - is the header the one that the next frame gets when the
 * joined ones are cut, but for the checksums? */
static bool header_fits(const struct join *j, const uint8_t *f, size_t len)
{
	uint8_t want[JOIN_HEADER_MAX];

	memcpy(want, j->first, j->head);
	put_be16(want + IP_LEN, (uint16_t)(len - AT_IP));
	put_be16(want + IP_ID, (uint16_t)(get_be16(want + IP_ID) + j->count));
	memcpy(want + IP_SUM, f + IP_SUM, 2);
	put_be32(want + TCP_SEQ,
		 get_be32(want + TCP_SEQ) + j->count * (uint32_t)j->step);
	want[TCP_FLAGS] |= f[TCP_FLAGS] & TCP_PSH;	/* the last may */
	memcpy(want + TCP_SUM, f + TCP_SUM, 2);
	return !memcmp(want, f, j->head);
}

/* pseudo_sum() - the sum of the pseudo-header of a packet with @n bytes of
 * TCP */
static uint64_t pseudo_sum(const uint8_t *f, size_t n)
{
	uint8_t be[4];

	put_be16(be, IP_PROTO_TCP);
	put_be16(be + 2, (uint16_t)n);
	return sum_bytes(f + IP_ADDRESSES, 8) + sum_bytes(be, 4);
}

/* sum_right() - @sum is of all, the checksum with it. One of 0 can be written
 * in two ways, of which who cuts may choose the other. */
static bool sum_right(const uint8_t *at, uint64_t sum)
{
	return sum_fold(sum) == 0xffff && get_le16(at) != 0 &&
	       get_le16(at) != 0xffff;
}

static bool sums_right(const uint8_t *f, size_t len)
{
	return sum_right(f + IP_SUM, sum_bytes(f + AT_IP, AT_TCP - AT_IP)) &&
	       sum_right(f + TCP_SUM,
			 pseudo_sum(f, len - AT_TCP) +
				 sum_bytes(f + AT_TCP, len - AT_TCP));
}

bool join_next(struct join *j, const uint8_t *f, size_t len)
{
	if (!j->first || len <= j->head || len - j->head > j->step ||
	    j->len + len - j->head > JOINED_MAX || !header_fits(j, f, len))
		return false;
	if (j->count == 1 && !sums_right(j->first, j->head + j->step)) {
		j->first = NULL;
		return false;
	}
	if (!sums_right(f, len))
		return false;
	if (j->count == 1)
		memcpy(j->header, j->first, j->head);
	j->count++;
	j->len += len - j->head;
	j->header[TCP_FLAGS] |= f[TCP_FLAGS];
	if (len - j->head < j->step || (f[TCP_FLAGS] & TCP_PSH))
		j->first = NULL;	/* nothing can follow such a one */
	return true;
}

void join_seal(struct join *j)
{
	ASSERT(j->count > 1);
	put_be16(j->header + IP_LEN, (uint16_t)(j->len - AT_IP));
	put_le16(j->header + IP_SUM, 0);
	put_le16(j->header + IP_SUM,
		 (uint16_t)~sum_fold(
			 sum_bytes(j->header + AT_IP, AT_TCP - AT_IP)));
	put_le16(j->header + TCP_SUM,
		 sum_fold(pseudo_sum(j->header, j->len - AT_TCP)));
	j->vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = (uint16_t)j->step,
		.hdr_len = (uint16_t)j->head,
		.csum_start = AT_TCP,
		.csum_offset = TCP_SUM - AT_TCP,
	};
}
