/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge_offload.c - finish what is left to the card: see bridge_offload.h. */
#include "vmnet/bridge/bridge_offload.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "vmnet/proto/checksum.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4	/* Linux 6.2 */
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum { ETHER_LEN = 14, VLAN_LEN = 4 };
enum { TYPE_IP = 0x0800, TYPE_IPV6 = 0x86dd };
enum { TYPE_VLAN = 0x8100, TYPE_SERVICE_VLAN = 0x88a8 };
enum { IP_LEN = 20, IPV6_LEN = 40, TCP_LEN = 20, UDP_LEN = 8 };
enum { IP_PROTO_TCP = 6, IP_PROTO_UDP = 17 };
enum { TCP_SUM = 16, UDP_SUM = 6 };
enum { TCP_FIN = 0x01, TCP_PSH = 0x08, TCP_CWR = 0x80 };

void offload_finish(const struct offload *o, uint8_t *frame, size_t len)
{
	uint16_t sum;

	if (!o->sum)
		return;
	sum = (uint16_t)~sum_fold(
		sum_bytes(frame + o->sum_start, len - o->sum_start));
	/* UDP sends no 0: that means that there is no checksum. */
	if (!sum && o->sum_at - o->sum_start == UDP_SUM)
		sum = 0xffff;
	put_le16(frame + o->sum_at, sum);
}

/* ---- what is asked for ------------------------------------------------- */

/* ip_at() - where the IP header is; its EtherType in @type; 0: nowhere. */
static size_t ip_at(const uint8_t *frame, size_t len, unsigned int *type)
{
	size_t at = ETHER_LEN;

	while (at <= len) {
		*type = get_be16(frame + at - 2);
		if (*type != TYPE_VLAN && *type != TYPE_SERVICE_VLAN)
			return at;
		at += VLAN_LEN;
	}
	return 0;
}

/* ip_fits() - is there an IP header of that kind, and what is to be cut
 * right behind it? An IPv6 header may be followed by others. */
static bool ip_fits(const uint8_t *frame, size_t len, const struct offload *o,
		    unsigned int type)
{
	const uint8_t *ip = frame + o->ip;

	if (type == TYPE_IPV6)
		return o->sum_start >= o->ip + IPV6_LEN && ip[0] >> 4 == 6;
	return o->ip + IP_LEN <= len && ip[0] >> 4 == 4 &&
	       (ip[0] & 15) * 4u >= IP_LEN &&
	       o->sum_start == o->ip + (ip[0] & 15) * 4u &&
	       ip[9] == (o->udp ? IP_PROTO_UDP : IP_PROTO_TCP);
}

/* decode_gso() - the part of decode_offload() for frames to be cut */
static int decode_gso(const struct virtio_net_hdr *vnet, const uint8_t *frame,
		      size_t len, struct offload *o)
{
	unsigned int kind = vnet->gso_type & ~(unsigned)VIRTIO_NET_HDR_GSO_ECN;
	unsigned int type = 0;
	size_t body;

	if (kind != VIRTIO_NET_HDR_GSO_TCPV4 &&
	    kind != VIRTIO_NET_HDR_GSO_TCPV6 &&
	    kind != VIRTIO_NET_HDR_GSO_UDP_L4)
		return -EOPNOTSUPP;
	o->udp = kind == VIRTIO_NET_HDR_GSO_UDP_L4;
	o->ip = ip_at(frame, len, &type);
	if (!o->sum || !o->ip)
		return -EPROTO;
	if (type != (kind == VIRTIO_NET_HDR_GSO_TCPV4 ? TYPE_IP : TYPE_IPV6) &&
	    !(o->udp && type == TYPE_IP))
		return -EOPNOTSUPP;
	if (!ip_fits(frame, len, o, type))
		return -EOPNOTSUPP;	/* in a tunnel, for example */
	body = o->udp ? UDP_LEN : TCP_LEN;
	if (o->sum_at != o->sum_start + (o->udp ? UDP_SUM : TCP_SUM) ||
	    o->sum_start + body > len)
		return -EPROTO;
	if (!o->udp)
		body = (frame[o->sum_start + 12] >> 4) * 4u;
	o->header = o->sum_start + body;
	o->step = vnet->gso_size;
	if ((!o->udp && body < TCP_LEN) || o->header >= len || !o->step)
		return -EPROTO;
	o->count = (unsigned int)((len - o->header + o->step - 1) / o->step);
	return 0;
}

int decode_offload(const struct virtio_net_hdr *vnet, const uint8_t *frame,
		   size_t len, struct offload *o)
{
	struct offload got = { .sum = false };
	int err;

	if (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		got.sum = true;
		got.sum_start = vnet->csum_start;
		got.sum_at = got.sum_start + vnet->csum_offset;
		if (got.sum_start < ETHER_LEN || got.sum_at + 2 > len)
			return -EPROTO;
	}
	if (vnet->gso_type != VIRTIO_NET_HDR_GSO_NONE) {
		err = decode_gso(vnet, frame, len, &got);
		if (err)
			return err;
	}
	*o = got;
	return 0;
}

/* ---- cutting ----------------------------------------------------------- */

/**
 * seal_ip() - the IP header of a frame that is @len long
 * @i: its place among the frames of one long one
 *
 * Return: the sum of the pseudo-header but for the protocol.
 */
static uint64_t seal_ip(const struct offload *o, uint8_t *frame, size_t len,
			unsigned int i)
{
	uint8_t *ip = frame + o->ip;
	uint8_t be[2];

	put_be16(be, (uint16_t)(len - o->sum_start));
	if (ip[0] >> 4 == 6) {
		put_be16(ip + 4, (uint16_t)(len - o->ip - IPV6_LEN));
		return sum_bytes(ip + 8, 32) + get_le16(be);
	}
	put_be16(ip + 2, (uint16_t)(len - o->ip));
	put_be16(ip + 4, (uint16_t)(get_be16(ip + 4) + i));
	put_le16(ip + 10, 0);
	put_le16(ip + 10,
		 (uint16_t)~sum_fold(sum_bytes(ip, (ip[0] & 15) * 4u)));
	return sum_bytes(ip + 12, 8) + get_le16(be);
}

static void seal_tcp(const struct offload *o, uint8_t *tcp, unsigned int i)
{
	put_be32(tcp + 4, get_be32(tcp + 4) + i * (uint32_t)o->step);
	if (i > 0)
		tcp[13] &= (uint8_t)~TCP_CWR;
	if (i + 1 < o->count)
		tcp[13] &= (uint8_t)~(TCP_FIN | TCP_PSH);
}

size_t offload_cut(const struct offload *o, const uint8_t *frame, size_t len,
		   unsigned int i, uint8_t *out)
{
	size_t from = o->header + i * o->step;
	size_t n = MIN(o->step, len - from);
	uint8_t *l4 = out + o->sum_start;
	uint8_t be[2];
	uint64_t sum;

	memcpy(out, frame, o->header);
	memcpy(out + o->header, frame + from, n);
	n += o->header;
	sum = seal_ip(o, out, n, i);
	if (o->udp)
		put_be16(l4 + 4, (uint16_t)(n - o->sum_start));
	else
		seal_tcp(o, l4, i);
	put_be16(be, o->udp ? IP_PROTO_UDP : IP_PROTO_TCP);
	put_le16(out + o->sum_at, sum_fold(sum + get_le16(be)));
	offload_finish(o, out, n);
	return n;
}
