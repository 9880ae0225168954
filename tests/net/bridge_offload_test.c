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
#include "vmnet/bridge_offload.h"

#define GSO_UDP_L4 5
#define LONGEST 70000u

enum { TCP = 6, UDP = 17 };
enum { FIN = 0x01, PSH = 0x08, ACK = 0x10, CWR = 0x80 };

struct packet {
	struct virtio_net_hdr vnet;
	size_t ip, l4, data, len;
	unsigned int proto;
	bool v6;
	uint8_t frame[LONGEST];
};

/* ---- a sender's unfinished packets ------------------------------------- */

/* words() - RFC 1071 over big-endian words: slow, and not the code's way. */
static uint32_t words(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* pseudo() - the sum of the pseudo-header of a packet of @len bytes */
static uint32_t pseudo(const struct packet *p, const uint8_t *frame,
		       size_t len)
{
	uint32_t sum = p->v6 ? words(frame + p->ip + 8, 32) :
			       words(frame + p->ip + 12, 8);

	sum += p->proto + (uint32_t)(len - p->l4);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* ip_header() - a frame's beginning up to the TCP or UDP header */
static void ip_header(struct packet *p, unsigned int tags)
{
	uint8_t *f = p->frame;
	unsigned int i;

	memcpy(f, "\x00\x50\x56\0\0\1\x02\0\0\0\0\2", 12);
	for (i = 0; i < tags; i++)
		put_be32(f + 12 + 4 * i, 0x81000007);
	p->ip = 14 + 4 * tags;
	put_be16(f + p->ip - 2, p->v6 ? 0x86dd : 0x0800);
	p->l4 = p->ip + (p->v6 ? 40 : 24);	/* IPv4 with an option */
	f[p->ip] = p->v6 ? 0x60 : 0x46;
	if (p->v6) {
		f[p->ip + 6] = (uint8_t)p->proto;
		memset(f + p->ip + 8, 0x20, 32);
	} else {
		put_be16(f + p->ip + 4, 0xfffe);	/* it will wrap */
		f[p->ip + 9] = (uint8_t)p->proto;
		memcpy(f + p->ip + 12, "\x0a\x4d\0\2\x0a\x4d\0\3\1\1\1\1", 12);
	}
}

/* make() - a packet with @data bytes of data, its checksum left undone */
static void make(struct packet *p, bool v6, unsigned int proto,
		 unsigned int tags, size_t data)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->v6 = v6;
	p->proto = proto;
	ip_header(p, tags);
	if (proto == TCP) {
		put_be32(p->frame + p->l4 + 4, 0xfffffff0);
		p->frame[p->l4 + 12] = 8 << 4;	/* with 12 bytes of options */
		p->frame[p->l4 + 13] = FIN | PSH | ACK | CWR;
	}
	p->data = p->l4 + (proto == TCP ? 32 : 8);
	p->len = p->data + data;
	for (i = p->data; i < p->len; i++)
		p->frame[i] = (uint8_t)(i * 7 + i / 251);
	p->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	p->vnet.csum_start = (uint16_t)p->l4;
	p->vnet.csum_offset = proto == TCP ? 16 : 6;
	put_be16(p->frame + p->l4 + p->vnet.csum_offset,
		 (uint16_t)pseudo(p, p->frame, p->len));
}

static void ask_cut(struct packet *p, uint8_t kind, uint16_t size)
{
	p->vnet.gso_type = kind;
	p->vnet.gso_size = size;
	p->vnet.hdr_len = (uint16_t)p->data;
}

/* ---- a receiver's view ------------------------------------------------- */

/* sum_is_right() - is the TCP or UDP checksum of @frame what it should be? */
static bool sum_is_right(const struct packet *p, const uint8_t *frame,
			 size_t len)
{
	uint32_t sum = pseudo(p, frame, len) + words(frame + p->l4,
						     len - p->l4);

	return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

/* check_cut() - all frames of @p, as a receiver would put them together */
static void check_cut(const struct packet *p)
{
	uint8_t out[2048];
	struct offload o;
	size_t at = p->data, n;
	unsigned int i;

	assert_int_equal(decode_offload(&p->vnet, p->frame, p->len, &o), 0);
	assert_int_equal(o.count, (p->len - p->data + p->vnet.gso_size - 1) /
			 p->vnet.gso_size);
	for (i = 0; i < o.count; i++) {
		const uint8_t *ip = out + p->ip, *l4 = out + p->l4;
		bool last = i + 1 == o.count;

		n = offload_cut(&o, p->frame, p->len, i, out);
		assert_in_range(n, p->data + 1, p->data + p->vnet.gso_size);
		assert_memory_equal(out, p->frame, p->ip);
		assert_memory_equal(out + p->data, p->frame + at, n - p->data);
		assert_true(sum_is_right(p, out, n));
		if (p->v6) {
			assert_int_equal(get_be16(ip + 4), n - p->ip - 40);
		} else {
			assert_int_equal(get_be16(ip + 2), n - p->ip);
			assert_int_equal(get_be16(ip + 4),
					 (0xfffe + i) & 0xffff);
			assert_int_equal(words(ip, 24), 0xffff);
		}
		if (p->proto == UDP) {
			assert_int_equal(get_be16(l4 + 4), n - p->l4);
		} else {
			assert_int_equal(get_be32(l4 + 4), 0xfffffff0u +
					 (uint32_t)(at - p->data));
			assert_int_equal(l4[13], ACK | (i ? 0 : CWR) |
					 (last ? FIN | PSH : 0));
		}
		at += n - p->data;
	}
	assert_int_equal(at, p->len);
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
		assert_false(sum_is_right(&p, p.frame, p.len));
		assert_int_equal(decode_offload(&p.vnet, p.frame, p.len, &o),
				 0);
		assert_int_equal(o.count, 0);
		offload_finish(&o, p.frame, p.len);
		assert_true(sum_is_right(&p, p.frame, p.len));
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
	sum = words(p.frame + p.l4, p.data - p.l4);
	put_be16(p.frame + p.data, (uint16_t)~sum);
	assert_int_equal(decode_offload(&p.vnet, p.frame, p.len, &o), 0);
	offload_finish(&o, p.frame, p.len);
	assert_int_equal(get_be16(p.frame + p.l4 + 6), 0xffff);
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
		ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV6 |
			    VIRTIO_NET_HDR_GSO_ECN, 1428);
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
	p.frame[p.l4 + 12] = 4 << 4;			/* too short a TCP */
	assert_int_equal(verdict(&p), -EPROTO);
	p.frame[p.l4 + 12] = 8 << 4;
	p.len = p.data;					/* no data */
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
	p.frame[p.ip + 9] = 47;			/* GRE: TCP is further in */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	p.frame[p.ip + 9] = TCP;
	p.frame[p.ip] = 0x45;			/* IP ends before the sum */
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
	make(&p, true, TCP, 0, 3000);
	ask_cut(&p, VIRTIO_NET_HDR_GSO_TCPV6, 1428);
	p.frame[p.ip] = 0x40;
	assert_int_equal(verdict(&p), -EOPNOTSUPP);
}

/* Whatever is accepted can be done inside the buffers (for ASan to see). */
static void random_headers_hurt_nobody(void **state)
{
	unsigned int seed = getenv("HOSTEL_SEED") ?
		(unsigned int)atoi(getenv("HOSTEL_SEED")) : 1u, i, k, done = 0;
	struct offload o;
	struct packet *p = malloc(sizeof(*p));

	(void)state;
	print_message("# seed %u\n", seed);
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
