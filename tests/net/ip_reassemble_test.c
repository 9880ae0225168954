/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_reassemble_test.c - fragments, by themselves: every order, twice, too
 * late, too many, and such as do not fit together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_packet.h"
#include "vmnet/nat/ip_reassemble.h"

enum { HEAD = 34, DATA = 4000, STEP = 1480 };

static uint8_t data[70000], frame[70000];

/* A fragment as a test wants it. */
struct part {
	uint8_t sender;
	uint16_t id;
	size_t offset, len;
	bool more;
	const uint8_t *data;	/* NULL: of data[] */
	uint64_t now_ns;
};

static size_t build(const struct part *p)
{
	uint8_t *ip = frame + 14;

	memset(frame, 0, HEAD);
	frame[11] = p->sender;
	put_be16(frame + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + p->len));
	put_be16(ip + 4, p->id);
	put_be16(ip + 6, (uint16_t)(p->offset / 8 | (p->more ? 0x2000 : 0)));
	ip[8] = 64, ip[9] = 17;
	put_be32(ip + 12, 0x0a00020f);
	put_be32(ip + 16, 0x0a000202);
	put_be16(ip + 10, (uint16_t)~packet_words(ip, 20));
	memcpy(frame + HEAD, p->data ? p->data : data + p->offset, p->len);
	return HEAD + p->len;
}

static uint8_t *take(struct reassembly *r, const struct part *p, size_t *len)
{
	*len = build(p);
	return reassembly_take(r, frame, len, p->now_ns);
}

/* nothing() - a fragment of which nothing whole comes */
static void nothing(struct reassembly *r, const struct part *p)
{
	size_t len;

	assert_null(take(r, p, &len));
}

/* the_whole() - a fragment of which a packet of @total bytes comes */
static void the_whole(struct reassembly *r, const struct part *p, size_t total)
{
	size_t len;
	uint8_t *w = take(r, p, &len);

	assert_non_null(w);
	assert_ptr_not_equal(w, frame);
	assert_int_equal(len, HEAD + total);
	assert_int_equal(get_be16(w + 16), 20 + total);
	assert_int_equal(get_be16(w + 20), 0);
	assert_int_equal(packet_words(w + 14, 20), 0xffff);
	assert_int_equal(w[11], p->sender);
	assert_memory_equal(w + HEAD, data, total);
}

static struct part part_of(unsigned int i, uint16_t id)
{
	struct part p = { .id = id, .offset = i * STEP };

	p.len = MIN((size_t)STEP, DATA - p.offset);
	p.more = p.offset + p.len < DATA;
	return p;
}

static void any_order(void **state)
{
	static const uint8_t order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
					     { 1, 0, 2 }, { 1, 2, 0 },
					     { 2, 0, 1 }, { 2, 1, 0 } };
	struct reassembly *r = reassembly_new();
	struct part p;
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		p = part_of(order[i][0], 7);
		nothing(r, &p);
		nothing(r, &p);		/* twice does no harm */
		p = part_of(order[i][1], 7);
		nothing(r, &p);
		p = part_of(order[i][2], 7);
		the_whole(r, &p, DATA);
	}
	assert_int_equal(reassembly_lost(r), 0);
	reassembly_free(r);
}

static void no_fragment_is_given_back(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = { .len = 100 };
	size_t len, i;

	(void)state;
	assert_ptr_equal(take(r, &p, &len), frame);
	assert_int_equal(len, HEAD + 100);
	frame[20] = 0x40;		/* "do not fragment" is none */
	assert_ptr_equal(reassembly_take(r, frame, &len, 0), frame);
	frame[12] = 0x86;		/* of another protocol */
	frame[20] = 0x20;
	assert_ptr_equal(reassembly_take(r, frame, &len, 0), frame);
	frame[12] = 0x08;
	for (i = 0; i < HEAD; i++) {	/* too short for a header */
		len = i;
		assert_ptr_equal(reassembly_take(r, frame, &len, 0), frame);
	}
	reassembly_free(r);
}

static void unsound_ones_are_lost(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = { .len = 804, .more = true };
	size_t len;

	(void)state;
	nothing(r, &p);			/* not a multiple of eight */
	p.len = 0;
	nothing(r, &p);			/* empty */
	p.offset = 65528, p.len = 64, p.more = false;
	p.data = data;
	nothing(r, &p);			/* "ping of death" */
	p.offset = 0, p.len = 80, p.more = true;
	len = build(&p);
	frame[24] ^= 1;			/* a wrong checksum */
	assert_null(reassembly_take(r, frame, &len, 0));
	len = build(&p);
	len -= 8;			/* less than it says */
	assert_null(reassembly_take(r, frame, &len, 0));
	assert_int_equal(reassembly_lost(r), 5);
	reassembly_free(r);
}

/* spoilt() - after part 0 @bad spoils it, and the rest comes to nothing. */
static void spoilt(const struct part *bad)
{
	struct reassembly *r = reassembly_new();
	struct part p = part_of(0, 9);

	nothing(r, &p);
	nothing(r, bad);
	p = part_of(1, 9);
	nothing(r, &p);
	p = part_of(2, 9);
	nothing(r, &p);
	assert_int_equal(reassembly_lost(r), 4);
	p = part_of(0, 10);		/* another number is another packet */
	nothing(r, &p);
	p = part_of(2, 10);
	nothing(r, &p);
	p = part_of(1, 10);
	the_whole(r, &p, DATA);
	reassembly_free(r);
}

static void overlaps_spoil_the_packet(void **state)
{
	uint8_t other[STEP];
	const struct part bad[] = {
		{ .id = 9, .offset = STEP - 8, .len = 64, .more = true },
		{ .id = 9, .offset = 0, .len = 8, .more = true,
		  .data = other },
		{ .id = 9, .offset = 8, .len = STEP, .more = true },
		/* an end before what is here already */
		{ .id = 9, .offset = 1472, .len = 4, .more = false },
	};
	unsigned int i;

	(void)state;
	memcpy(other, data, STEP);
	other[3] ^= 1;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		spoilt(&bad[i]);
}

static void there_is_one_end(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = part_of(2, 3);

	(void)state;
	nothing(r, &p);
	p.offset = 4000, p.len = 80, p.more = true;
	nothing(r, &p);			/* beyond it */
	p = part_of(0, 3);
	nothing(r, &p);
	p = part_of(1, 3);
	nothing(r, &p);
	assert_int_equal(reassembly_lost(r), 4);
	reassembly_free(r);
}

static void too_late(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = part_of(0, 1);

	(void)state;
	nothing(r, &p);
	p = part_of(1, 1);
	nothing(r, &p);
	reassembly_tend(r, REASSEMBLY_NS - 1);
	assert_int_equal(reassembly_lost(r), 0);
	reassembly_tend(r, REASSEMBLY_NS);
	assert_int_equal(reassembly_lost(r), 2);
	p = part_of(2, 1);
	p.now_ns = REASSEMBLY_NS;
	nothing(r, &p);
	reassembly_free(r);
}

static void a_sender_has_its_part(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p;
	uint16_t i;

	(void)state;
	p = part_of(0, 500);		/* another one's, and first */
	p.sender = 2;
	nothing(r, &p);
	p = part_of(1, 500);
	p.sender = 2;
	nothing(r, &p);
	for (i = 0; i < 1000; i++) {
		p = part_of(0, i);
		p.sender = 1;
		p.now_ns = i;
		nothing(r, &p);
	}
	assert_int_equal(reassembly_lost(r), 1000 - REASSEMBLY_PER_SENDER);
	p = part_of(2, 500);
	p.sender = 2;
	the_whole(r, &p, DATA);
	reassembly_free(r);
}

static void all_places_are_taken(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = part_of(0, 1);
	unsigned int i;

	(void)state;
	p.sender = 200;
	nothing(r, &p);
	/* 17 senders would like 68 places of the 63 that are left. */
	for (i = 0; i < 17 * REASSEMBLY_PER_SENDER; i++) {
		p.sender = (uint8_t)(1 + i / REASSEMBLY_PER_SENDER);
		p.id = (uint16_t)i;
		p.now_ns = i + 1;
		nothing(r, &p);
	}
	assert_int_equal(reassembly_lost(r), 5);
	p = part_of(1, 1);		/* who has one keeps it */
	p.sender = 200;
	nothing(r, &p);
	p = part_of(2, 1);
	p.sender = 200;
	the_whole(r, &p, DATA);
	reassembly_free(r);
}

static void the_largest(void **state)
{
	struct reassembly *r = reassembly_new();
	struct part p = { .id = 1, .len = 65512, .more = true };

	(void)state;
	nothing(r, &p);
	p.offset = 65512, p.len = 3, p.more = false;
	the_whole(r, &p, 65515);
	reassembly_free(r);
}

static void random_ones(void **state)
{
	unsigned int seed = test_seed(1), i, whole = 0;
	struct reassembly *r = reassembly_new();
	struct part p;
	size_t len, k;
	uint8_t *w;

	(void)state;
	for (i = 0; i < 200000; i++) {
		memset(&p, 0, sizeof(p));
		p.sender = (uint8_t)(rand_r(&seed) % 3);
		p.id = (uint16_t)(rand_r(&seed) % 8);
		p.offset = (size_t)rand_r(&seed) % 6 * 8;
		p.len = 8u * (1 + (size_t)rand_r(&seed) % 3);
		p.more = rand_r(&seed) % 3;
		p.now_ns = (uint64_t)i * 200000000;
		w = take(r, &p, &len);
		if (!w || w == frame)
			continue;
		whole++;
		for (k = HEAD; k < len; k++)
			assert_int_equal(w[k], data[k - HEAD]);
	}
	assert_true(whole > 100);
	reassembly_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order),
		cmocka_unit_test(no_fragment_is_given_back),
		cmocka_unit_test(unsound_ones_are_lost),
		cmocka_unit_test(overlaps_spoil_the_packet),
		cmocka_unit_test(there_is_one_end),
		cmocka_unit_test(too_late),
		cmocka_unit_test(a_sender_has_its_part),
		cmocka_unit_test(all_places_are_taken),
		cmocka_unit_test(the_largest),
		cmocka_unit_test(random_ones),
	};
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
