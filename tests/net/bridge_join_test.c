/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_join_test.c - frames put together for the wire, without a wire: what
 * is cut again must be what went in, and all else must not be put together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_packet.h"
#include "tests/net/lib_stream.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/bridge/bridge_join.h"
#include "vmnet/bridge/bridge_offload.h"
#include "vmnet/bridge/bridged_network.h"
#include "vmnet/switch/port.h"

#define MOST 60u
#define LONGEST 1514u

enum { ACK = PACKET_ACK, PSH = PACKET_PSH };

struct frames {
	struct stream s;
	unsigned int n;
	size_t len[MOST];
	uint8_t frame[MOST][LONGEST + 8];
};

static void begin(struct frames *t, unsigned int options)
{
	t->n = 0;
	t->s = (struct stream){ .from = { 2, 0, 0, 0, 0, 1 },
				.to = { 2, 0, 0, 0, 0, 2 }, .port = 4242,
				.id = 0xfffd, .seq = 0xfffff000,
				.options = options };
}

static void add(struct frames *t, size_t data, uint8_t flags)
{
	assert_in_range(t->n, 0, MOST - 1);
	t->len[t->n] = stream_frame(&t->s, t->frame[t->n], data, flags);
	t->n++;
}

/* join() - Return: how many of the frames are put together */
static unsigned int join(const struct frames *t, struct join *j)
{
	unsigned int i = 1;

	join_first(j, t->frame[0], t->len[0]);
	while (i < t->n && join_next(j, t->frame[i], t->len[i]))
		i++;
	assert_int_equal(j->count, i);
	return i;
}

static bool two_join(const struct frames *t)
{
	struct join j;

	return join(t, &j) == 2;
}

/* ---- what is put together ---------------------------------------------- */

/* check_cut() - the first @n make a message that is cut into just these */
static void check_cut(const struct frames *t, struct join *j, unsigned int n)
{
	static uint8_t whole[70000], out[LONGEST];
	size_t len = j->head;
	struct offload o;
	unsigned int i;

	join_seal(j);
	memcpy(whole, j->header, j->head);
	for (i = 0; i < n; i++) {
		memcpy(whole + len, t->frame[i] + j->head, t->len[i] - j->head);
		len += t->len[i] - j->head;
	}
	assert_int_equal(len, j->len);
	assert_int_equal(decode_offload(&j->vnet, whole, len, &o), 0);
	assert_int_equal(o.count, n);
	for (i = 0; i < n; i++) {
		assert_int_equal(offload_cut(&o, whole, len, i, out),
				 t->len[i]);
		assert_memory_equal(out, t->frame[i], t->len[i]);
	}
}

static void a_stream_is_joined_and_cut(void **state)
{
	static struct frames t;
	struct join j;
	unsigned int options, n;

	(void)state;
	for (options = 0; options <= 40; options += 4)
		for (n = 2; n <= 40; n += 1 + options / 4) {
			begin(&t, options);
			while (t.n + 1 < n)
				add(&t, 1000 + n, ACK);
			add(&t, n % 3 ? 1000 + n : n, n & 1 ? ACK | PSH : ACK);
			assert_int_equal(join(&t, &j), n);
			check_cut(&t, &j, n);
		}
}

/* What is long enough for IP's 16 bits, and not a byte more. */
static void a_message_has_a_limit(void **state)
{
	static struct frames t;
	struct join j;
	unsigned int n;

	(void)state;
	begin(&t, 12);
	while (t.n < MOST)
		add(&t, 1448, ACK);
	n = join(&t, &j);
	assert_int_equal(n, (65535 - 52) / 1448);
	check_cut(&t, &j, n);
	begin(&t, 12);
	while (t.n < n)
		add(&t, 1448, ACK);
	add(&t, 65535 - 52 - n * 1448, ACK);
	assert_int_equal(join(&t, &j), n + 1);
	check_cut(&t, &j, n + 1);
	begin(&t, 12);
	while (t.n < n)
		add(&t, 1448, ACK);
	add(&t, 65535 - 52 - n * 1448 + 1, ACK);
	assert_int_equal(join(&t, &j), n);
}

static void nothing_follows_a_short_one_or_a_push(void **state)
{
	static struct frames t;
	struct join j;

	(void)state;
	begin(&t, 12);
	add(&t, 1000, ACK);
	add(&t, 999, ACK);
	add(&t, 999, ACK);
	assert_int_equal(join(&t, &j), 2);
	begin(&t, 12);
	add(&t, 1000, ACK);
	add(&t, 1000, ACK | PSH);
	add(&t, 1000, ACK);
	assert_int_equal(join(&t, &j), 2);
	begin(&t, 12);
	add(&t, 1000, ACK | PSH);
	add(&t, 1000, ACK);
	assert_int_equal(join(&t, &j), 1);
}

/* ---- what is not ------------------------------------------------------- */

static void two(struct frames *t, size_t first, size_t second)
{
	begin(t, 12);
	add(t, first, ACK);
	add(t, second, ACK);
}

static void lengths_that_do_not_fit_are_alone(void **state)
{
	static struct frames t;

	(void)state;
	two(&t, 1000, 1000);
	assert_true(two_join(&t));
	two(&t, 1000, 1001);		/* longer than the first */
	assert_false(two_join(&t));
	two(&t, 1000, 0);		/* no data */
	assert_false(two_join(&t));
	two(&t, 0, 0);
	assert_false(two_join(&t));
	two(&t, 1000, 1000);		/* something behind the packet */
	t.len[1] += 2;
	assert_false(two_join(&t));
	two(&t, 1000, 1000);
	t.len[0] += 2;
	assert_false(two_join(&t));
	two(&t, 1000, 1000);		/* cut off */
	t.len[1]--;
	assert_false(two_join(&t));
}

/* Each bit of either frame, its checksums left as they were. */
static void a_wrong_bit_is_not_mended(void **state)
{
	static struct frames t;
	unsigned int which;
	size_t bit;

	(void)state;
	two(&t, 300, 300);
	for (which = 0; which < 2; which++)
		for (bit = 0; bit < t.len[which] * 8; bit++) {
			t.frame[which][bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(two_join(&t));
			t.frame[which][bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	assert_true(two_join(&t));
}

/* may_differ() - a bit of the header that cutting computes or keeps */
static bool may_differ(size_t bit)
{
	size_t byte = bit / 8;

	return byte == STREAM_IP + 10 || byte == STREAM_IP + 11 ||
	       byte == STREAM_TCP + 16 || byte == STREAM_TCP + 17 ||
	       bit == (STREAM_TCP + 13) * 8 + 3;	/* PSH */
}

/* Each bit of the header, with checksums that are right. */
static void another_header_is_not_joined(void **state)
{
	static struct frames t;
	size_t bit;

	(void)state;
	for (bit = 0; bit < (STREAM_OPTIONS + 12) * 8; bit++) {
		if (may_differ(bit))
			continue;
		two(&t, 300, 300);
		t.frame[1][bit / 8] ^= (uint8_t)(1 << bit % 8);
		stream_seal(t.frame[1], t.len[1]);
		assert_false(two_join(&t));
	}
}

/* What no card cuts, though the frames are alike. */
static void what_is_not_cut_is_not_joined(void **state)
{
	static const struct { size_t at; uint8_t set; } odd[] = {
		{ STREAM_IP, 0x02 },		/* IP options */
		{ STREAM_IP + 6, 0x20 },	/* fragments */
		{ STREAM_IP + 6, 0x80 },
		{ STREAM_IP + 7, 0x10 },
		{ STREAM_IP + 9, 0x10 },	/* not TCP */
		{ STREAM_TCP + 12, 0x01 },	/* reserved bits */
		{ STREAM_TCP + 13, 0x01 },	/* FIN */
		{ STREAM_TCP + 13, 0x02 },	/* SYN */
		{ STREAM_TCP + 13, 0x04 },	/* RST */
		{ STREAM_TCP + 13, 0x20 },	/* URG */
		{ STREAM_TCP + 13, 0x40 },	/* ECE */
		{ STREAM_TCP + 13, 0x80 },	/* CWR */
	};
	static struct frames t;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		two(&t, 300, 300);
		for (k = 0; k < 2; k++) {
			t.frame[k][odd[i].at] |= odd[i].set;
			stream_seal(t.frame[k], t.len[k]);
		}
		assert_false(two_join(&t));
	}
}

/* It can be written as 0xffff, too, and nobody says how it will be. */
static void a_checksum_of_zero_is_alone(void **state)
{
	static struct frames t;
	uint8_t *sum = t.frame[1] + STREAM_TCP + 16;

	(void)state;
	two(&t, 300, 300);
	put_be16(t.frame[1] + STREAM_OPTIONS + 12 + 2,
		 (uint16_t)(get_be16(t.frame[1] + STREAM_OPTIONS + 12 + 2) +
			    get_be16(sum)));
	stream_seal(t.frame[1], t.len[1]);
	if (get_be16(sum) == 0xffff || get_be16(sum) == 1) {
		/* the carry */
		t.frame[1][STREAM_OPTIONS + 12 + 3]++;
		stream_seal(t.frame[1], t.len[1]);
	}
	assert_int_equal(get_be16(sum), 0);
	assert_false(two_join(&t));
	put_be16(sum, 0xffff);
	assert_false(two_join(&t));
}

/* spoil() - some bytes, or the length, of two frames that would fit */
static void spoil(struct frames *t, unsigned int *seed)
{
	unsigned int k;

	for (k = (unsigned int)rand_r(seed) % 3; k > 0; k--)
		t->frame[rand_r(seed) % 2][rand_r(seed) % 100] =
			(uint8_t)rand_r(seed);
	for (k = 0; k < 2; k++)
		if (rand_r(seed) % 4 == 0)
			t->len[k] -= (size_t)rand_r(seed) % (t->len[k] - 13);
}

/* Whatever comes is read inside its bounds only (for ASan to see). */
static void random_frames_hurt_nobody(void **state)
{
	unsigned int seed = test_seed(1), i, n, joined = 0;
	static struct frames t;
	uint8_t *one, *other;
	struct join j;

	(void)state;
	for (i = 0; i < 200000; i++) {
		begin(&t, (unsigned int)rand_r(&seed) % 11 * 4);
		n = (unsigned int)rand_r(&seed) % 100;
		add(&t, n, ACK);
		add(&t, n, ACK);
		spoil(&t, &seed);
		one = malloc(t.len[0]);
		other = malloc(t.len[1]);
		memcpy(one, t.frame[0], t.len[0]);
		memcpy(other, t.frame[1], t.len[1]);
		join_first(&j, one, t.len[0]);
		if (join_next(&j, other, t.len[1])) {
			joined++;
			check_cut(&t, &j, 2);
		}
		free(one);
		free(other);
	}
	assert_in_range(joined, 1000, i);
}

/* ---- sent -------------------------------------------------------------- */

/* A wire that says no to a long message gets its frames one by one. */
static void what_is_refused_is_sent_one_by_one(void **state)
{
	static struct frames t;
	uint8_t got[LONGEST + PORT_BEFORE + 8];
	struct bridge b = { .longest = LONGEST };
	int fd[2], little = 8192;
	unsigned int i;

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	assert_int_equal(setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &little,
				    sizeof(little)),
			 0);
	b.port = port_new(fd[0], &uplink_port, 0, 1);
	begin(&t, 12);
	while (t.n < 40) {
		add(&t, 1448, ACK);
		port_offer(b.port, t.frame[t.n - 1], t.len[t.n - 1]);
	}
	for (i = 0; i < t.n; i++) {
		bridge_flush(&b);
		assert_int_equal(recv(fd[1], got, sizeof(got), MSG_DONTWAIT),
				 PORT_BEFORE + t.len[i]);
		assert_memory_equal(got + PORT_BEFORE, t.frame[i], t.len[i]);
	}
	assert_true(b.no_join);
	assert_int_equal(b.port->out, t.n);
	assert_true(port_check(b.port));
	close(fd[1]);
	port_free(b.port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_is_joined_and_cut),
		cmocka_unit_test(a_message_has_a_limit),
		cmocka_unit_test(nothing_follows_a_short_one_or_a_push),
		cmocka_unit_test(lengths_that_do_not_fit_are_alone),
		cmocka_unit_test(a_wrong_bit_is_not_mended),
		cmocka_unit_test(another_header_is_not_joined),
		cmocka_unit_test(what_is_not_cut_is_not_joined),
		cmocka_unit_test(a_checksum_of_zero_is_alone),
		cmocka_unit_test(random_frames_hurt_nobody),
		cmocka_unit_test(what_is_refused_is_sent_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
