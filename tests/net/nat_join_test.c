/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_join_test.c - segments that go on are one packet, byte for byte and with
 * right checksums; whatever else goes by itself, in its place.
 */
#include "vmnet/nat/nat_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/checksum.h"

#define FROM	0x0a00020fu
#define TO	0x0a000202u
#define ACKS	0x10u
#define PUSHES	0x18u

enum { IP = 14, TCP = 34, DATA = 54 };

struct made {
	uint32_t seq, ack;
	uint16_t port, window;
	uint8_t flags;
	size_t len;		/* of its data, which counts up from seq */
	bool options, broken;
};

static struct nat_join j;
static uint8_t frame[2048];
static struct nat_packet p;
static size_t frame_len;

static void put_sums(uint8_t *f, size_t body)
{
	put_le16(f + IP + 10, 0);
	put_le16(f + IP + 10, (uint16_t)~sum_fold(sum_bytes(f + IP, 20)));
	put_le16(f + TCP + 16, 0);
	put_le16(f + TCP + 16, nat_sum(FROM, TO, PROTO_TCP, f + TCP, body));
}

/* make() - a segment in @frame, parsed in @p. */
static void make(const struct made *m)
{
	size_t header = m->options ? 32 : 20, body = header + m->len, i;

	memset(frame, 0, sizeof(frame));
	frame_len = TCP + body;
	put_be16(frame + 12, TYPE_IP);
	frame[IP] = 0x45, frame[IP + 8] = 64, frame[IP + 9] = PROTO_TCP;
	put_be16(frame + IP + 2, (uint16_t)(20 + body));
	put_be32(frame + IP + 12, FROM);
	put_be32(frame + IP + 16, TO);
	put_be16(frame + TCP, m->port ? m->port : 4000);
	put_be16(frame + TCP + 2, 80);
	put_be32(frame + TCP + 4, m->seq);
	put_be32(frame + TCP + 8, m->ack);
	frame[TCP + 12] = (uint8_t)(header / 4 << 4);
	frame[TCP + 13] = m->flags ? m->flags : ACKS;
	put_be16(frame + TCP + 14, m->window);
	for (i = 0; i < m->len; i++)
		frame[TCP + header + i] = (uint8_t)(m->seq + i);
	put_sums(frame, body);
	frame[TCP + 17] ^= m->broken;
	assert_true(nat_packet_parse(frame + IP, frame_len - IP, &p));
}

static bool add(const struct made *m)
{
	make(m);
	return nat_join_add(&j, frame, &p);
}

/* whole() - what waits is a sound packet of @len bytes of data from @seq on. */
static const uint8_t *whole(uint32_t seq, size_t len)
{
	struct nat_packet got;
	uint8_t *f;
	size_t n, i;

	f = nat_join_take(&j, &n);
	assert_non_null(f);
	assert_int_equal(n, DATA + len);
	assert_true(nat_packet_parse(f + IP, n - IP, &got));
	assert_int_equal(got.body_len, 20 + len);
	assert_int_equal(nat_sum(FROM, TO, PROTO_TCP, got.body, got.body_len),
			 0);
	assert_int_equal(get_be32(f + TCP + 4), seq);
	for (i = 0; i < len; i++)
		assert_int_equal(f[DATA + i], (uint8_t)(seq + i));
	assert_null(nat_join_take(&j, &n));
	return f;
}

static void segments_become_one(void **state)
{
	const uint8_t *f;

	(void)state;
	assert_true(add(&(struct made){ .seq = 100, .ack = 7, .window = 900,
					.len = 1460 }));
	/* An odd length, and a number that wraps, are as good. */
	assert_true(add(&(struct made){ .seq = 1560, .ack = 9, .window = 800,
					.len = 333, .flags = PUSHES }));
	assert_true(add(&(struct made){ .seq = 1893, .ack = 9, .window = 700,
					.len = 1460 }));
	f = whole(100, 3253);
	assert_int_equal(get_be32(f + TCP + 8), 9);
	assert_int_equal(get_be16(f + TCP + 14), 700);
	assert_int_equal(f[TCP + 13], PUSHES);
	assert_true(add(&(struct made){ .seq = 0xffffff00u, .len = 512 }));
	assert_true(add(&(struct made){ .seq = 0x100, .len = 512 }));
	whole(0xffffff00u, 1024);
}

static void what_does_not_go_on_is_not_joined(void **state)
{
	const struct made first = { .seq = 100, .ack = 50, .len = 100 };
	const struct made others[] = {
		{ .seq = 201, .ack = 50, .len = 100 },	/* a hole */
		{ .seq = 199, .ack = 50, .len = 100 },	/* once more */
		{ .seq = 200, .ack = 49, .len = 100 },	/* an older word */
		{ .seq = 200, .ack = 50, .len = 100, .port = 4001 },
		{ .seq = 200, .ack = 50, .len = 100, .options = true },
		{ .seq = 200, .ack = 50, .len = 100, .broken = true },
		{ .seq = 200, .ack = 50, .len = 100, .flags = ACKS | 1 },
		{ .seq = 200, .ack = 50, .len = 100, .flags = ACKS | 4 },
		{ .seq = 200, .ack = 50, .len = 100, .flags = ACKS | 0x20 },
		{ .seq = 200, .ack = 51, .len = 0 },	/* no data */
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		assert_true(add(&first));
		assert_false(add(&others[i]));
		whole(100, 100);
	}
	/* What is broken, or has more to it, goes by itself at once. */
	for (i = 4; i < 9; i++)
		assert_false(add(&others[i]));
}

static void it_is_no_longer_than_a_packet(void **state)
{
	struct made m = { .seq = 1, .len = 1460 };
	size_t n = 0;

	(void)state;
	while (add(&m)) {
		n += m.len;
		m.seq += (uint32_t)m.len;
	}
	assert_in_range(n, NAT_JOIN_MOST - 2000, NAT_JOIN_MOST - 40);
	whole(1, n);
}

static void acknowledgements_follow_each_other(void **state)
{
	const uint8_t *f;

	(void)state;
	assert_true(add(&(struct made){ .seq = 5, .ack = 100 }));
	assert_true(add(&(struct made){ .seq = 5, .ack = 3020, .window = 9 }));
	assert_true(add(&(struct made){ .seq = 5, .ack = 5940, .window = 8 }));
	/* The same again means that something was lost. */
	assert_false(add(&(struct made){ .seq = 5, .ack = 5940, .window = 8 }));
	f = whole(5, 0);
	assert_int_equal(get_be32(f + TCP + 8), 5940);
	assert_int_equal(get_be16(f + TCP + 14), 8);
	assert_true(add(&(struct made){ .seq = 5, .ack = 5940 }));
	assert_false(add(&(struct made){ .seq = 5, .ack = 5940 }));
	assert_false(add(&(struct made){ .seq = 5, .ack = 6000, .len = 9 }));
	whole(5, 0);
}

/* padded() - a short frame has more behind its packet, which is no data. */
static void padding_is_left_out(void **state)
{
	(void)state;
	make(&(struct made){ .seq = 100, .len = 3 });
	memset(frame + frame_len, 0xee, 3);
	assert_true(nat_packet_parse(frame + IP, 46, &p));
	assert_true(nat_join_add(&j, frame, &p));
	assert_true(add(&(struct made){ .seq = 103, .len = 10 }));
	whole(100, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_become_one),
		cmocka_unit_test(what_does_not_go_on_is_not_joined),
		cmocka_unit_test(it_is_no_longer_than_a_packet),
		cmocka_unit_test(acknowledgements_follow_each_other),
		cmocka_unit_test(padding_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
