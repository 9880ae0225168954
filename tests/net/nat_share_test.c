/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_share_test.c - many guests on the NAT, and one that wants all of it:
 * each has an address, and what one uses up is its own.
 *
 * The tests' network is their own, with this host's 127.0.0.1 reached by
 * 10.0.2.2, and a name server there.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"
#include "vmnet/nat/nat_udp.h"

#define MANY	20u
#define PORT	7777u
#define DNS	53u

static bool networked;
static char file[] = "/tmp/hostel-names-XXXXXX";

static struct station *guest(uint8_t number)
{
	const struct vmnet_wishes wishes = { .host_loopback = true };
	const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 1, number };
	struct station *s;

	s = station_new_nat(mac, STATION_IP + number, &wishes);
	memcpy(s->gateway, "\x52\x55\x0a\x00\x02\x02", 6);
	return s;
}

#define NEED_NETWORK() do {						\
	if (!networked)							\
		skip_because("no user namespaces on this host");	\
} while (0)

/* ---- addresses --------------------------------------------------------- */

static uint32_t lease(struct station *s)
{
	struct dhcp_said said;
	uint32_t got;

	assert_true(station_dhcp(s, DHCP_DISCOVER, 0, &said));
	assert_int_equal(said.type, DHCP_OFFER);
	got = said.yours;
	assert_true(station_dhcp(s, DHCP_REQUEST, got, &said));
	assert_int_equal(said.yours, got);
	assert_int_equal(said.type, DHCP_ACK);
	return got;
}

static void many_guests_get_many_addresses(void **state)
{
	struct station *s[MANY];
	uint32_t had[MANY];
	unsigned int i, j;

	(void)state;
	for (i = 0; i < MANY; i++) {
		s[i] = guest((uint8_t)i);
		had[i] = lease(s[i]);
		for (j = 0; j < i; j++)
			assert_int_not_equal(had[i], had[j]);
	}
	assert_int_equal(had[0], STATION_IP);
	/* Who comes again has the address it had. */
	for (i = 3; i < 6; i++)
		station_free(s[i]);
	for (i = 5; i >= 3; i--) {
		s[i] = guest((uint8_t)i);
		assert_int_equal(lease(s[i]), had[i]);
	}
	for (i = 0; i < MANY; i++)
		station_free(s[i]);
}

/* One that asks for its neighbour's address does not get it. */
static void an_address_is_one_guests(void **state)
{
	struct station *a = guest(1), *b = guest(2);
	uint32_t first = lease(a), second = lease(b);
	struct dhcp_said said;

	(void)state;
	assert_true(station_dhcp(b, DHCP_REQUEST, first, &said));
	assert_int_equal(said.type, DHCP_NAK);
	assert_true(station_dhcp(b, DHCP_DISCOVER, first, &said));
	assert_int_equal(said.yours, second);
	assert_int_equal(said.type, DHCP_OFFER);
	station_free(a);
	station_free(b);
}

/* They are on one network, and hear each other, but not one another's NAT. */
static void guests_reach_each_other(void **state)
{
	struct station *a = guest(1), *b = guest(2);
	uint8_t mac[6];

	(void)state;
	assert_true(station_find(a, STATION_GATEWAY, mac));
	assert_memory_equal(mac, a->gateway, 6);
	while (station_receive(b))	/* the question, and no answer */
		assert_int_equal(b->in[AT_IP + 7], 1);
	station_ether(a, b->mac, 0x88b5);
	station_send(a, 60);
	assert_true(station_receive(b));
	assert_memory_equal(b->in + 6, a->mac, 6);
	station_free(a);
	station_free(b);
}

/* ---- what one can use up ----------------------------------------------- */

static void ask(struct station *s, uint16_t from, uint32_t to, uint16_t port)
{
	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "who?", 4);
	station_send_udp(s, s->ip, from, to, port, 4);
}

/* answer() - one question at the server. Return: did one come? */
static bool answer(int server)
{
	struct sockaddr_in by;
	socklen_t len = sizeof(by);
	char got[16];

	return recvfrom(server, got, sizeof(got), 0, (struct sockaddr *)&by,
			&len) == 4 &&
	       sendto(server, "me", 2, 0, (struct sockaddr *)&by, len) == 2;
}

/* a_name() - can it look one up? */
static void a_name(struct station *s, int server)
{
	ask(s, 2999, STATION_DNS, DNS);
	assert_true(answer(server));
	while (station_await(s, IP_UDP))
		if (get_be16(s->in + AT_BODY + 2) == 2999)
			return;
	fail_msg("no answer");
}

static void a_connection(struct station *s, int server)
{
	const struct segment syn = { .to = STATION_GATEWAY, .port = PORT,
		.window = 8192, .seq = 1000, .flags = TCP_SYN };
	uint8_t mac[6];
	int peer;

	/* So that the NAT has heard of it, too: it would ask, in vain. */
	assert_true(station_find(s, STATION_GATEWAY, mac));
	station_send_tcp(s, &syn);
	assert_true(station_await_tcp(s, TCP_SYN | TCP_ACK));
	peer = accept(server, NULL, NULL);
	assert_true(peer >= 0);
	close(peer);
}

/* flood_syns() - @n connections that nobody accepts, each from another port */
static void flood_syns(struct station *s, unsigned int n)
{
	struct segment syn = { .to = STATION_GATEWAY, .port = PORT + 1,
		.window = 8192, .flags = TCP_SYN };
	unsigned int i;
	size_t len;

	for (i = 0; i < n; i++) {
		/* The sum stays right, as a word of SEQ takes it back. */
		syn.seq = n - i;
		len = station_build_tcp(s, &syn);
		put_be16(s->out + AT_BODY + 16, station_checksum(
			 (uint8_t[2]){ 0, 0 }, 2, (uint16_t)~get_be16(
			 s->out + AT_BODY + 16) + i));
		put_be16(s->out + AT_BODY, (uint16_t)(STATION_PORT + i));
		station_send_ip(s, IP_TCP, s->ip, syn.to, len);
	}
}

static void syns_starve_nobody(void **state)
{
	int names, server, deaf;
	struct station *a, *b;
	unsigned int i;

	(void)state;
	NEED_NETWORK();
	names = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	server = own_net_bind(SOCK_STREAM, "127.0.0.1", PORT);
	deaf = own_net_bind(SOCK_STREAM, "127.0.0.1", PORT + 1);
	a = guest(0), b = guest(1);
	flood_syns(a, 2000);
	a_name(a, names);
	a_name(b, names);
	a_connection(b, server);
	for (i = 0; i < 40 && !strstr(daemon_stats(), "nat_conn"); i++)
		usleep(50000);
	assert_non_null(strstr(daemon_stats(), "\"nat_connections\": "));
	station_free(a);
	station_free(b);
	close(names), close(server), close(deaf);
}

/* flows() - from @n ports; the server knows who asked. */
static void flows(struct station *s, int server, uint16_t from, unsigned int n,
		  struct sockaddr_in *by)
{
	socklen_t len;
	char got[16];
	unsigned int i;

	for (i = 0; i < n; i++) {
		len = sizeof(by[i]);
		ask(s, (uint16_t)(from + i), STATION_GATEWAY, PORT);
		assert_int_equal(recvfrom(server, got, sizeof(got), 0,
					  (struct sockaddr *)&by[i], &len),
				 4);
	}
}

/* reached() - does the server's datagram come to the guest's port? */
static bool reached(struct station *s, int server, uint16_t port,
		    const struct sockaddr_in *by)
{
	sendto(server, "me", 2, 0, (const struct sockaddr *)by, sizeof(*by));
	while (station_await(s, IP_UDP))
		if (get_be16(s->in + AT_BODY + 2) == port)
			return true;
	return false;
}

static void the_oldest_flow_makes_room(void **state)
{
	static struct sockaddr_in by[NAT_UDP_FLOWS + 20], again;
	struct station *a;
	int names, server;

	(void)state;
	NEED_NETWORK();
	names = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	server = own_net_bind(SOCK_DGRAM, "127.0.0.1", PORT);
	a = guest(0);
	flows(a, server, 10000, NAT_UDP_FLOWS, by);
	flows(a, server, 10000, 1, &again);	/* used: the newest now */
	assert_int_equal(again.sin_port, by[0].sin_port);
	flows(a, server, 10000 + NAT_UDP_FLOWS, 20, by + NAT_UDP_FLOWS);
	a_name(a, names);
	assert_true(reached(a, server, 10000, &by[0]));
	assert_false(reached(a, server, 10001, &by[1]));
	assert_false(reached(a, server, 10020, &by[20]));
	assert_true(reached(a, server, 10021, &by[21]));
	assert_true(reached(a, server, 10000 + NAT_UDP_FLOWS + 19,
			    &by[NAT_UDP_FLOWS + 19]));
	station_free(a);
	close(names), close(server);
}

/* Questions without answers take only one another's places. */
static void questions_starve_nothing(void **state)
{
	struct station *a;
	int names, server;
	unsigned int i;
	char got[16];

	(void)state;
	NEED_NETWORK();
	names = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	server = own_net_bind(SOCK_DGRAM, "127.0.0.1", PORT);
	a = guest(0);
	for (i = 0; i < 300; i++) {
		ask(a, (uint16_t)(20000 + i), STATION_DNS, DNS);
		assert_int_equal(recv(names, got, sizeof(got), 0), 4);
	}
	a_name(a, names);
	ask(a, 5000, STATION_GATEWAY, PORT);
	assert_true(answer(server));
	station_free(a);
	close(names), close(server);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					     daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(many_guests_get_many_addresses), T(an_address_is_one_guests),
		T(guests_reach_each_other), T(syns_starve_nobody),
		T(the_oldest_flow_makes_room), T(questions_starve_nothing),
	};
	int failed;

	if (!own_net_names(file))
		return 1;
	networked = own_net();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	return failed;
}
