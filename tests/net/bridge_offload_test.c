/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_offload_test.c - checksums finished and long frames cut, without a
 * socket: what comes out is checked as a receiver would check it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_packet.h"
#include "vmnet/bridge/bridge_offload.h"

#define GSO_UDP_L4 5
#define LONGEST 70000u

enum { TCP = PACKET_TCP, UDP = PACKET_UDP };
enum { FIN = PACKET_FIN, PSH = PACKET_PSH, ACK = PACKET_ACK,
       CWR = PACKET_CWR };

struct packet {
	struct virtio_net_hdr vnet;
	struct packet_parts at;
	size_t len;
	uint8_t frame[LONGEST];
};

/* ---- a sender's unfinished packets ------------------------------------- */

/* put_ip() - the header of an IP packet with @data bytes behind the options
 * of what is in it */
static void put_ip(struct packet *p)
{
	struct packet_parts *at = &p->at;
	uint8_t *ip = p->frame + at->ip;

	if (at->v6) {
		ip[0] = 0x60;
		put_be16(ip + 4, (uint16_t)(at->end - at->l4));
		ip[6] = (uint8_t)at->proto;
		memset(ip + 8, 0x20, 32);
		return;
	}
	ip[0] = 0x46;				/* with an option */
	put_be16(ip + 2, (uint16_t)(at->end - at->ip));
	put_be16(ip + 4, 0xfffe);		/* it will wrap */
	ip[9] = (uint8_t)at->proto;
	memcpy(ip + 12, "\x0a\x4d\0\2\x0a\x4d\0\3\1\1\1\1", 12);
	put_be16(ip + 10, (uint16_t)~packet_words(ip, 24));
}

/* make() - a packet with @data bytes of data, its checksum left undone */
static void make(struct packet *p, bool v6, unsigned int proto,
		 unsigned int tags, size_t data)
{
	struct packet_parts *at = &p->at;
	uint8_t *f = p->frame;
	size_t i;

	memset(p, 0, sizeof(*p));
	at->v6 = v6;
	at->proto = proto;
	at->ip = 14 + 4 * tags;
	at->l4 = at->ip + (v6 ? 40 : 24);
	at->data = at->l4 + (proto == TCP ? 32 : 8);
	at->end = p->len = at->data + data;
	memcpy(f, "\x00\x50\x56\0\0\1\x02\0\0\0\0\2", 12);
	for (i = 0; i < tags; i++)
		put_be32(f + 12 + 4 * i, 0x81000007);
	put_be16(f + at->ip - 2, v6 ? 0x86dd : 0x0800);
	put_ip(p);
	if (proto == TCP) {
		put_be32(f + at->l4 + 4, 0xfffffff0);
		f[at->l4 + 12] = 8 << 4;	/* with 12 bytes of options */
		f[at->l4 + 13] = FIN | PSH | ACK | CWR;
	} else {
		put_be16(f + at->l4 + 4, (uint16_t)(at->end - at->l4));
	}
	for (i = at->data; i < p->len; i++)
		f[i] = (uint8_t)(i * 7 + i / 251);
	p->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	p->vnet.csum_start = (uint16_t)at->l4;
	p->vnet.csum_offset = proto == TCP ? 16 : 6;
	put_be16(f + at->l4 + p->vnet.csum_offset,
		 (uint16_t)packet_pseudo(f, at));
}

static void ask_cut(struct packet *p, uint8_t kind, uint16_t size)
{
	p->vnet.gso_type = kind;
	p->vnet.gso_size = size;
	p->vnet.hdr_len = (uint16_t)p->at.data;
}

/* ---- a receiver's view ------------------------------------------------- */

/* is_right() - is it a good frame, with its parts where @p has them? */
static bool is_right(const struct packet *p, const uint8_t *frame, size_t len)
{
	struct packet_parts at;

	return packet_parts(frame, len, &at) && at.ip == p->at.ip &&
	       at.l4 == p->at.l4 && at.data == p->at.data && at.end == len &&
	       packet_is_right(frame, &at);
}

/* check_cut() - all frames of @p, as a receiver would put them together */
static void check_cut(const struct packet *p)
{
	const struct packet_parts *at = &p->at;
	size_t step = p->vnet.gso_size, from = at->data, n;
	uint8_t out[2048];
	struct offload o;
	unsigned int i;

	assert_int_equal(decode_offload(&p->vnet, p->frame, p->len, &o), 0);
	assert_int_equal(o.count, (p->len - at->data + step - 1) / step);
	for (i = 0; i < o.count; i++) {
		n = offload_cut(&o, p->frame, p->len, i, out);
		assert_in_range(n, at->data + 1, at->data + step);
		assert_true(is_right(p, out, n));
		assert_memory_equal(out, p->frame, at->ip);
		assert_memory_equal(out + at->data, p->frame + from,
				    n - at->data);
		if (!at->v6)
			assert_int_equal(get_be16(out + at->ip + 4),
					 (0xfffe + i) & 0xffff);
		if (at->proto == TCP) {
			assert_int_equal(get_be32(out + at->l4 + 4),
					 (uint32_t)(from - at->data) - 16);
			assert_int_equal(out[at->l4 + 13],
					 ACK | (i ? 0 : CWR) |
						 (i + 1 == o.count ? FIN | PSH :
								     0));
		}
		from += n - at->data;
	}
	assert_int_equal(from, p->len);
}

/* ---- tests ------------------------------------------------------------- */

static void sums_are_finished(void **state)
{
	static struct packet p;
	struct offload o;
	unsigned int i;

	(void)state;
	for (i = 0; i < 600; i++) {	/* odd and even, tagged and not */
		make(&p, i & 1, i & 2 ? TCP : UDP, i % 3, i);
		assert_false(is_right(&p, p.frame, p.len));
		assert_int_equal(decode_offload(&p.vnet, p.frame, p.len, &o),
				 0);
		assert_int_equal(o.count, 0);
		offload_finish(&o, p.frame, p.len);
		assert_true(is_right(&p, p.frame, p.len));
	}
}

static void a_finished_frame_is_left_alone(void **state)
{
	static struct packet p, copy;
	struct offload o;

	(void)state;
	make(&p, false, TCP, 0, 100);
	p.vnet.flags = VIRTIO_NET_HDR_F_DATA_VALID;
	copy = p;
	assert_int_equal(decode_offload(&p.vnet, p.frame, p.len, &o), 0);
	offload_finish(&o, p.frame, p.len);
	assert_memory_equal(p.frame, copy.frame, p.len);
	assert_int_equal(o.count, 0);
}

/* UDP says "no checksum" by 0, so a sum of 0 is sent as 0xffff. */
static void a_udp_sum_is_never_zero(void **state)
{
	static struct packet p;
	struct offload o;
	uint32_t sum;

	(void)state;
	make(&p, false, UDP, 0, 2);
	sum = packet_words(p.frame + p.at.l4, p.at.data - p.at.l4);
	put_be16(p.frame + p.at.data, (uint16_t)~sum);
	assert_int_equal(decode_offload(&p.vnet, p.frame, p.len, &o), 0);
	offload_finish(&o, p.frame, p.len);
	assert_int_equal(get_be16(p.frame + p.at.l4 + 6), 0xffff);
}

static void long_tcp_is_cut(void **state)
{
	static struct packet p;
	unsigned int tags;

	(void)state;
	for (tags = 0; tags < 3; tags++) {
		make(&p, false, TCP, tags, 65000);
		ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 1448);
		check_cut(&p);
		make(&p, true, TCP, tags, 5 * 1428);	/* no rest */
		ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN,
			1428);
		check_cut(&p);
	}
	make(&p, false, TCP, 0, 1449);		/* a rest of one byte */
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 1448);
	check_cut(&p);
	make(&p, false, TCP, 0, 700);		/* nothing to cut after all */
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 1448);
	check_cut(&p);
}

static void long_udp_is_cut(void **state)
{
	static struct packet p;

	(void)state;
	make(&p, false, UDP, 0, 12001);
	ask_cut(&p, GSO_UDP_L4, 1200);
	check_cut(&p);
	make(&p, true, UDP, 1, 4000);
	ask_cut(&p, GSO_UDP_L4, 999);
	check_cut(&p);
}

static int verdict(const struct packet *p)
{
	struct offload o;

	return decode_offload(&p->vnet, p->frame, p->len, &o);
}

static void what_does_not_fit_is_refused(void **state)
{
	static struct packet p;

	(void)state;
	make(&p, false, TCP, 0, 10);
	p.vnet.csum_start = (uint16_t)(p.len - 17);	/* last that fits: */
	assert_int_equal(verdict(&p), -EPROTO);		/* 1 less */
	p.vnet.csum_start--;
	assert_int_equal(verdict(&p), 0);
	p.vnet.csum_start = 13;				/* in the header */
	assert_int_equal(verdict(&p), -EPROTO);
	make(&p, false, TCP, 0, 3000);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 0);
	assert_int_equal(verdict(&p), -EPROTO);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 1448);
	p.vnet.flags = 0;				/* cut, but no sum */
	assert_int_equal(verdict(&p), -EPROTO);
	p.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	p.vnet.csum_offset = 6;				/* UDP's place */
	assert_int_equal(verdict(&p), -EPROTO);
	p.vnet.csum_offset = 16;
	p.frame[p.at.l4 + 12] = 4 << 4;			/* too short a TCP */
	assert_int_equal(verdict(&p), -EPROTO);
	p.frame[p.at.l4 + 12] = 8 << 4;
	p.len = p.at.data;					/* no data */
	assert_int_equal(verdict(&p), -EPROTO);
}

static void what_is_not_known_is_refused(void **state)
{
	static struct packet p;

	(void)state;
	make(&p, false, TCP, 0, 3000);
	ask_cut(&p, 3, 1448);			/* UFO, no longer made */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV6, 1428);	/* but it is IPv4 */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV4, 1448);
	p.frame[p.at.ip + 9] = 47;		/* GRE: TCP is further in */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	p.frame[p.at.ip + 9] = TCP;
	p.frame[p.at.ip] = 0x45;		/* IP ends before the sum */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	make(&p, true, TCP, 0, 3000);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV6, 1428);
	p.frame[p.at.ip] = 0x40;
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
}

/* Whatever is accepted can be done inside the buffers (for ASan to see). */
static void random_headers_hurt_nobody(void **state)
{
	unsigned int seed = test_seed(1), i, k, done = 0;
	struct offload o;
	struct packet *p = malloc(sizeof(*p));

	(void)state;
	for (i = 0; i < 200000; i++) {
		uint8_t *frame, *out;

		make(p, rand_r(&seed) & 1, rand_r(&seed) & 1 ? TCP : UDP,
		     (unsigned int)rand_r(&seed) % 3,
		     (size_t)rand_r(&seed) % 300);
		ask_cut(p, (uint8_t)(rand_r(&seed) % 6),
			(uint16_t)(rand_r(&seed) % 200));
		for (k = (unsigned int)rand_r(&seed) % 4; k > 0; k--) {
			((uint8_t *)&p->vnet)[rand_r(&seed) % 10] ^=
				(uint8_t)(1 << rand_r(&seed) % 8);
			p->frame[12 + rand_r(&seed) % 80] =
				(uint8_t)rand_r(&seed);
		}
		if (rand_r(&seed) & 1)
			p->len -= (size_t)rand_r(&seed) % p->len;
		if (verdict(p))
			continue;
		decode_offload(&p->vnet, p->frame, p->len, &o);
		frame = malloc(p->len);
		memcpy(frame, p->frame, p->len);
		out = malloc(o.header + o.step);
		for (k = 0; k < o.count; k++)
			assert_in_range(offload_cut(&o, frame, p->len, k, out),
					o.header + 1, o.header + o.step);
		if (!o.count)
			offload_finish(&o, frame, p->len);
		done += o.count > 1;
		free(frame);
		free(out);
	}
	assert_in_range(done, 1000, i);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_finished),
		cmocka_unit_test(a_finished_frame_is_left_alone),
		cmocka_unit_test(a_udp_sum_is_never_zero),
		cmocka_unit_test(long_tcp_is_cut),
		cmocka_unit_test(long_udp_is_cut),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(what_is_not_known_is_refused),
		cmocka_unit_test(random_headers_hurt_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
