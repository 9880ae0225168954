/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_test.c - VMNet's DHCP server by its frames: who gets which address, who
 * is refused, and bad requests (CVE-2007-0063, CVE-2020-3947 and their like).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_dhcp.h"
#include "tests/net/lib_packet.h"
#include "vmnet/dhcp/dhcp.h"
#include "vmnet/proto/proto.h"

#define FIRST	(HOSTONLY_SUBNET + 128)
#define SERVER	(HOSTONLY_SUBNET + 254)
#define LAST	(FIRST + DHCP_LEASES - 1)
#define SECOND	1000000000ull

static uint8_t frame[1600], out[DHCP_FRAME_MAX];
static uint64_t now;

static int set_up(void **state)
{
	*state = dhcp_new(HOSTONLY_SUBNET, 24);
	now = 0;
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static struct dhcp_ask card(uint8_t n, uint8_t type)
{
	return (struct dhcp_ask){ .type = type,
		.mac = { 0x00, 0x0c, 0x29, 1, 2, n } };
}

static struct dhcp_said ask(struct dhcp *d, const struct dhcp_ask *a)
{
	size_t len = dhcp_build(a, frame);

	return dhcp_read(out, dhcp_answer(d, frame, len, out, now));
}

/* get() - a lease as clients do it; Return: the address, or 0 */
static uint32_t get(struct dhcp *d, uint8_t n, uint32_t wanted)
{
	struct dhcp_ask a = card(n, DHCP_DISCOVER);
	struct dhcp_said s;

	a.wanted = wanted;
	s = ask(d, &a);
	if (s.type != DHCP_OFFER)
		return 0;
	a.type = DHCP_REQUEST;
	a.wanted = s.yours;
	a.server = s.server;
	s = ask(d, &a);
	return s.type == DHCP_ACK ? s.yours : 0;
}

static void a_lease_says_all(void **state)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	struct dhcp_said s = ask(*state, &a);
	uint32_t offered = s.yours;

	assert_int_equal(s.type, DHCP_OFFER);
	assert_in_range(offered, FIRST, LAST);
	a.type = DHCP_REQUEST;
	a.wanted = offered;
	a.server = SERVER;
	s = ask(*state, &a);
	assert_int_equal(s.type, DHCP_ACK);
	assert_int_equal(s.yours, offered);
	assert_int_equal(s.server, SERVER);
	assert_int_equal(s.mask, 0xffffff00);
	assert_int_equal(s.lease_s, DHCP_LEASE_S);
	assert_int_equal(s.router, 0);		/* there is none */
	assert_int_equal(s.names, 0);
	assert_int_equal(s.to, offered);
	assert_memory_equal(s.to_mac, a.mac, 6);
	a.broadcast = true;
	s = ask(*state, &a);
	assert_int_equal(s.to, 0xffffffff);
	assert_memory_equal(s.to_mac, everyone, 6);
}

static void each_card_has_its_own(void **state)
{
	uint32_t address[DHCP_LEASES];
	unsigned int i, k;

	for (i = 0; i < DHCP_LEASES; i++) {
		address[i] = get(*state, (uint8_t)i, 0);
		assert_in_range(address[i], FIRST, LAST);
		for (k = 0; k < i; k++)
			assert_int_not_equal(address[i], address[k]);
	}
	assert_int_equal(get(*state, 200, 0), 0);	/* all are in use */
	for (i = 0; i < DHCP_LEASES; i++)
		assert_int_equal(get(*state, (uint8_t)i, 0), address[i]);
	/* A lease that is over goes to who asks; the oldest goes first. */
	now = DHCP_LEASE_S * SECOND - 1;
	for (i = 1; i < DHCP_LEASES; i++)
		get(*state, (uint8_t)i, 0);
	now++;
	assert_int_equal(get(*state, 200, 0), address[0]);
	assert_int_equal(get(*state, 201, 0), 0);
}

/* A subnet may be wide or narrow, and begin in the midst of a last byte. */
static void subnets_of_all_widths(void **state)
{
	static const struct {
		uint32_t subnet, first, last, server;
		unsigned int prefix, cards;
	} rows[] = {
		/* .128.0 is an address that old systems refuse */
		{ 0x0a420000, 0x0a428001, 0x0a42807d, 0x0a42fffe, 16, 125 },
		{ 0x0a420200, 0x0a420301, 0x0a42037d, 0x0a4203fe, 23, 125 },
		{ 0xac1e0540, 0xac1e0560, 0xac1e057d, 0xac1e057e, 26, 30 },
		{ 0xac1e0528, 0xac1e052c, 0xac1e052d, 0xac1e052e, 29, 2 },
	};
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	struct dhcp_said s;
	unsigned int i, k;
	struct dhcp *d;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		d = dhcp_new(rows[i].subnet, rows[i].prefix);
		s = ask(d, &a);
		assert_int_equal(s.type, DHCP_OFFER);
		assert_int_equal(s.server, rows[i].server);
		assert_int_equal(s.mask, ~0u << (32 - rows[i].prefix));
		for (k = 0; k < rows[i].cards; k++)
			assert_in_range(get(d, (uint8_t)k, 0), rows[i].first,
					rows[i].last);
		assert_int_equal(get(d, 200, 0), 0);
		/* What the switch says may be any machine's. */
		dhcp_card(d, a.mac, 4, false);
		assert_int_equal(ask(d, &a).yours, rows[i].subnet + 4);
		dhcp_card(d, a.mac, (uint16_t)(rows[i].server - rows[i].subnet),
			  false);
		assert_int_equal(ask(d, &a).yours, rows[i].subnet + 4);
		free(d);
	}
}

/* Many come and go; who stays is not forgotten. */
static void who_is_there_is_remembered(void **state)
{
	struct dhcp *d = dhcp_new(0x0a420000, 16);
	struct dhcp_ask stays = card(1, DHCP_DISCOVER);
	struct dhcp_ask goes = card(2, DHCP_DISCOVER);
	unsigned int i;

	(void)state;
	dhcp_card(d, stays.mac, 500, true);
	for (i = 0; i < 3 * DHCP_CARDS; i++) {
		goes.mac[3] = (uint8_t)(i >> 8);
		goes.mac[4] = (uint8_t)i;
		dhcp_card(d, goes.mac, (uint16_t)(1000 + i), true);
		assert_int_equal(ask(d, &goes).yours, 0x0a420000 + 1000 + i);
		dhcp_card_gone(d, goes.mac, (uint16_t)(1000 + i));
	}
	assert_int_equal(ask(d, &stays).yours, 0x0a420000 + 500);
	assert_int_equal(ask(d, &stays).names, 0x0a42fffe);
	/* As many as there can be are known, and one that comes back. */
	for (i = 1; i < DHCP_CARDS; i++) {
		goes.mac[3] = (uint8_t)(i >> 8);
		goes.mac[4] = (uint8_t)i;
		dhcp_card(d, goes.mac, (uint16_t)(2000 + i), false);
	}
	dhcp_card(d, goes.mac, 4000, false);
	for (i = 1; i < DHCP_CARDS - 1; i++) {
		goes.mac[3] = (uint8_t)(i >> 8);
		goes.mac[4] = (uint8_t)i;
		assert_int_equal(ask(d, &goes).yours, 0x0a420000 + 2000 + i);
	}
	assert_int_equal(ask(d, &stays).yours, 0x0a420000 + 500);
	free(d);
}

static void a_card_keeps_its_address(void **state)
{
	struct dhcp *other = dhcp_new(HOSTONLY_SUBNET, 24);
	struct dhcp_ask a = card(7, DHCP_REQUEST);
	uint32_t address = get(*state, 7, 0);
	struct dhcp_said s;

	now += 10 * DHCP_LEASE_S * SECOND;
	get(*state, 8, 0);
	assert_int_equal(get(*state, 7, 0), address);
	/* A server that was started anew gives the same ... */
	assert_int_equal(get(other, 7, 0), address);
	free(other);
	/* ... and lets a card go on with what it has. */
	other = dhcp_new(HOSTONLY_SUBNET, 24);
	a.ciaddr = a.from = FIRST + 50;
	a.to = SERVER;
	s = ask(other, &a);
	assert_int_equal(s.type, DHCP_ACK);
	assert_int_equal(s.yours, FIRST + 50);
	assert_int_equal(get(other, 7, 0), FIRST + 50);
	free(other);
}

static void a_wish_is_granted_if_it_can_be(void **state)
{
	assert_int_equal(get(*state, 1, FIRST + 9), FIRST + 9);
	assert_in_range(get(*state, 2, FIRST + 9), FIRST, LAST);
	assert_int_not_equal(get(*state, 2, 0), FIRST + 9);
	assert_in_range(get(*state, 3, SERVER), FIRST, LAST);
	assert_in_range(get(*state, 4, 0x0a00020f), FIRST, LAST);
}

static void wrong_addresses_are_refused(void **state)
{
	const uint32_t wrong[] = { 0x0a00020f, SERVER, FIRST - 1,
				   LAST + 1, 0 };
	struct dhcp_ask a = card(1, DHCP_REQUEST);
	unsigned int i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		a.wanted = wrong[i];
		assert_int_equal(ask(*state, &a).type, DHCP_NAK);
	}
	a.wanted = get(*state, 2, 0);
	assert_int_equal(ask(*state, &a).type, DHCP_NAK);
	assert_int_equal(ask(*state, &a).to, 0xffffffff);
	/* Who has chosen another server hears nothing. */
	a.wanted = FIRST;
	a.server = SERVER - 1;
	assert_int_equal(ask(*state, &a).type, 0);
}

static void what_is_given_back_is_free(void **state)
{
	uint32_t address = get(*state, 1, FIRST);
	struct dhcp_ask a = card(2, DHCP_RELEASE);

	a.ciaddr = address;
	ask(*state, &a);		/* it is not that one's */
	assert_int_not_equal(get(*state, 2, FIRST), address);
	a = card(1, DHCP_RELEASE);
	a.ciaddr = address;
	ask(*state, &a);
	now++;
	assert_int_equal(get(*state, 3, FIRST), address);
	/* Somebody else uses the address: nobody gets it for a while. */
	a = card(3, DHCP_DECLINE);
	a.wanted = address;
	ask(*state, &a);
	assert_int_not_equal(get(*state, 3, FIRST), address);
	now += DHCP_BAD_NS;
	assert_int_equal(get(*state, 4, FIRST), address);
}

/* held() - the address that the switch is to hear of, for so many seconds; it
 * is said once. */
static uint32_t held(struct dhcp *d, unsigned int seconds)
{
	uint16_t s, host = dhcp_held(d, &s);

	if (host)
		assert_int_equal(s, seconds);
	assert_int_equal(dhcp_held(d, &s), 0);
	return host ? HOSTONLY_SUBNET + host : 0;
}

static void the_switch_hears_who_has_an_address(void **state)
{
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	uint32_t address = ask(*state, &a).yours;

	assert_int_not_equal(address, 0);
	assert_int_equal(held(*state, 60), address);
	now += 59 * SECOND + SECOND / 2;
	ask(*state, &a);		/* a begun second counts whole */
	assert_int_equal(held(*state, 60), address);
	get(*state, 1, 0);
	assert_int_equal(held(*state, DHCP_LEASE_S), address);
	a.type = DHCP_RELEASE;
	a.ciaddr = address;
	ask(*state, &a);
	assert_int_equal(held(*state, 0), address);
	get(*state, 1, 0);
	a.type = DHCP_DECLINE;
	a.ciaddr = 0;
	a.wanted = address;
	ask(*state, &a);
	assert_int_equal(held(*state, DHCP_BAD_NS / SECOND), address);
	/* Of its own cards the switch knows it. */
	a = card(2, DHCP_DISCOVER);
	dhcp_card(*state, a.mac, 77, false);
	assert_int_not_equal(get(*state, 2, 0), 0);
	assert_int_equal(held(*state, 0), 0);
}

static void who_has_an_address_may_ask(void **state)
{
	struct dhcp_ask a = card(1, DHCP_INFORM);
	struct dhcp_said s;

	a.ciaddr = a.from = FIRST - 5;
	s = ask(*state, &a);
	assert_int_equal(s.type, DHCP_ACK);
	assert_int_equal(s.yours, 0);
	assert_int_equal(s.lease_s, 0);
	assert_int_equal(s.mask, 0xffffff00);
	assert_int_equal(s.to, FIRST - 5);
}

static void one_card_one_lease(void **state)
{
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	size_t len;
	unsigned int i;

	for (i = 0; i < 1000; i++) {	/* many clients, says one card */
		len = dhcp_build(&a, frame);
		put_be32(frame + 42 + 28 + 2, i);
		assert_int_equal(dhcp_answer(*state, frame, len, out, now), 0);
	}
	assert_int_not_equal(get(*state, 2, 0), 0);
}

static void the_server_answers_arp(void **state)
{
	static const uint8_t from[6] = { 0x00, 0x0c, 0x29, 1, 2, 3 };
	uint8_t *arp = frame + 14;

	memset(frame, 0, 60);
	memset(frame, 255, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, 0x0806);
	memcpy(arp, "\0\1\10\0\6\4\0\1", 8);
	memcpy(arp + 8, from, 6);
	put_be32(arp + 14, FIRST);
	put_be32(arp + 24, SERVER);
	assert_int_equal(dhcp_answer(*state, frame, 60, out, now), 60);
	assert_memory_equal(out, from, 6);
	assert_memory_equal(out + 6, out + 14 + 8, 6);
	assert_int_equal(out[14 + 7], 2);
	assert_int_equal(get_be32(out + 14 + 14), SERVER);
	assert_memory_equal(out + 14 + 18, from, 6);
	assert_int_equal(get_be32(out + 14 + 24), FIRST);
	put_be32(arp + 24, SERVER - 1);
	assert_int_equal(dhcp_answer(*state, frame, 60, out, now), 0);
}

static void half_a_request_is_none(void **state)
{
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	size_t len = dhcp_build(&a, frame), i;
	uint8_t *copy;

	for (i = 0; i < len; i++) {	/* nothing beyond it is looked at */
		copy = malloc(i ? i : 1);
		memcpy(copy, frame, i);
		assert_int_equal(dhcp_answer(*state, copy, i, out, now), 0);
		free(copy);
	}
}

/* bad() - a request with some of its bytes changed is not answered. */
static void bad(struct dhcp *d, size_t at, uint8_t value)
{
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	size_t len = dhcp_build(&a, frame);

	frame[at] = value;
	put_be16(frame + 24, 0);
	put_be16(frame + 24, (uint16_t)~packet_words(frame + 14, 20));
	assert_int_equal(dhcp_answer(d, frame, len, out, now), 0);
}

static void bad_requests_are_not_answered(void **state)
{
	bad(*state, 14, 0x44);		/* a header of 16 bytes */
	bad(*state, 14, 0x4f);		/* ... and of 60: UDP is elsewhere */
	bad(*state, 14, 0x65);		/* of IPv6 */
	bad(*state, 16, 0x40);		/* longer than the frame */
	bad(*state, 20, 0x20);		/* a fragment */
	bad(*state, 23, 6);		/* TCP */
	bad(*state, 37, 68);		/* another port */
	bad(*state, 38, 0x40);		/* UDP longer than IP */
	bad(*state, 38, 0);		/* UDP shorter than a request */
	bad(*state, 41, 1);		/* a wrong checksum of UDP */
	bad(*state, 42, 2);		/* a reply */
	bad(*state, 43, 6);		/* not Ethernet */
	bad(*state, 44, 16);		/* a longer address: CVE-2007-0063 */
	bad(*state, 42 + 24, 10);	/* by a relay */
	bad(*state, 42 + 236, 0);	/* no cookie */
	bad(*state, 42 + 241, 0);	/* an empty type */
	bad(*state, 42 + 241, 255);	/* ... and one beyond the end */
	bad(*state, 42 + 242, 2);	/* an offer */
	bad(*state, 42 + 242, 99);
	bad(*state, 6, 1);		/* from a group */
}

static void random_requests(void **state)
{
	unsigned int seed = test_seed(1), i, k;
	struct dhcp_ask a = card(1, DHCP_DISCOVER);
	size_t len, cut;
	uint8_t *copy;

	for (i = 0; i < 200000; i++) {
		a = card((uint8_t)rand_r(&seed), (uint8_t)(rand_r(&seed) % 9));
		a.wanted = FIRST + (uint32_t)rand_r(&seed) % 200;
		a.ciaddr = rand_r(&seed) % 2 ? a.wanted : 0;
		len = dhcp_build(&a, frame);
		for (k = (unsigned int)rand_r(&seed) % 8; k; k--)
			frame[(size_t)rand_r(&seed) % 320] =
				(uint8_t)rand_r(&seed);
		put_be16(frame + 24, 0);
		put_be16(frame + 24, (uint16_t)~packet_words(frame + 14, 20));
		cut = rand_r(&seed) % 4 ? len : (size_t)rand_r(&seed) % len;
		copy = malloc(cut ? cut : 1);
		memcpy(copy, frame, cut);
		len = dhcp_answer(*state, copy, cut, out, now);
		assert_true(len <= DHCP_FRAME_MAX);
		free(copy);
		now += SECOND;
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_lease_says_all), T(each_card_has_its_own),
		T(subnets_of_all_widths),
		T(who_is_there_is_remembered), T(a_card_keeps_its_address),
		T(a_wish_is_granted_if_it_can_be),
		T(wrong_addresses_are_refused), T(what_is_given_back_is_free),
		T(the_switch_hears_who_has_an_address),
		T(who_has_an_address_may_ask), T(one_card_one_lease),
		T(the_server_answers_arp), T(half_a_request_is_none),
		T(bad_requests_are_not_answered), T(random_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
