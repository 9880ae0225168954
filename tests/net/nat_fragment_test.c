/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_fragment_test.c - packets larger than a frame through the NAT, both
 * ways, and fragments that are not what they should be.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_station.h"

static uint8_t body[STATION_BODY], got[STATION_BODY];

static void fill(uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)(i * 7 + i / 251);
}

/* lost() - does the daemon come to say that so many fragments were lost? */
static bool lost(const char *text)
{
	unsigned int i;

	for (i = 0; i < 40 && !strstr(daemon_stats(), text); i++)
		usleep(50000);
	return strstr(daemon_stats(), text) != NULL;
}

/* a_ping() - of that many bytes, as ping -s has it, comes back as it was. */
static void a_ping(struct station *s, size_t size)
{
	uint8_t *icmp = s->out + AT_BODY;
	size_t len = 8 + size;

	station_ether(s, s->gateway, ETHER_IP);
	memset(icmp, 0, 8);
	icmp[0] = 8;
	put_be32(icmp + 4, 0xabcd0001);
	fill(icmp + 8, size);
	put_be16(icmp + 2, station_checksum(icmp, len, 0));
	station_send_fragments(s, IP_ICMP, STATION_GATEWAY, len);
	assert_int_equal(station_await_whole(s, IP_ICMP, body), len);
	assert_int_equal(body[0], 0);
	assert_int_equal(station_checksum(body, len, 0), 0);
	assert_memory_equal(body + 4, icmp + 4, len - 4);
}

static void large_pings_are_answered(void **state)
{
	struct station *s = *state;

	a_ping(s, 1473);
	a_ping(s, 4000);
	a_ping(s, 65507);
	assert_true(station_alive(s));
	assert_null(strstr(daemon_stats(), "nat_fragment"));
}

/* udp_both_ways() - a datagram to a server of the host, and one back. */
static void udp_both_ways(struct station *s, size_t len)
{
	struct sockaddr_in peer;
	socklen_t peer_len = sizeof(peer);
	uint16_t port;
	int fd = station_server(SOCK_DGRAM, &port);

	fill(s->out + AT_UDP_DATA, len);
	station_udp_header(s, 5000, STATION_GATEWAY, port, len);
	station_send_fragments(s, IP_UDP, STATION_GATEWAY, 8 + len);
	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&peer, &peer_len),
			 len);
	assert_memory_equal(got, s->out + AT_UDP_DATA, len);
	assert_int_equal(sendto(fd, got, len, 0, (struct sockaddr *)&peer,
				peer_len),
			 len);
	assert_int_equal(station_await_whole(s, IP_UDP, body), 8 + len);
	assert_memory_equal(body + 8, got, len);
	close(fd);
}

static void large_datagrams_pass_both_ways(void **state)
{
	struct station *s = *state;

	udp_both_ways(s, 1473);
	udp_both_ways(s, 8192);		/* NFS by UDP */
	udp_both_ways(s, 65507);
	assert_true(station_alive(s));
}

static void a_segment_in_fragments_is_disarmed(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);
	char text[8];

	/* The urgent pointer, far too large, comes in a second fragment. */
	g.flags = TCP_ACK | TCP_PSH;
	g.data = "ordinary", g.len = 8;
	station_send_tcp(s, &g);		/* which the server has */
	assert_int_equal(recv(peer, text, 8, MSG_WAITALL), 8);
	g.seq += 8;
	g.data = "urgently";
	g.flags |= TCP_URG;
	g.urgent = 0xffff;
	station_build_tcp(s, &g);
	s->id++;
	station_send_fragment(s, IP_TCP, STATION_GATEWAY, 16, 12, false);
	station_send_fragment(s, IP_TCP, STATION_GATEWAY, 0, 16, true);
	assert_int_equal(recv(peer, text, 8, MSG_WAITALL), 8);
	assert_memory_equal(text, "urgently", 8);
	close(peer);
	close(fd);
}

static void overlapping_fragments_are_lost_and_told_of(void **state)
{
	struct station *s = *state;
	uint16_t port;
	int fd = station_server(SOCK_DGRAM, &port);

	station_ether(s, s->gateway, ETHER_IP);
	fill(s->out + AT_UDP_DATA, 1000);
	station_udp_header(s, 5000, STATION_GATEWAY, port, 1000);
	s->id++;
	station_send_fragment(s, IP_UDP, STATION_GATEWAY, 0, 504, true);
	s->out[AT_BODY + 500] ^= 1;
	station_send_fragment(s, IP_UDP, STATION_GATEWAY, 496, 512, false);
	s->out[AT_BODY + 500] ^= 1;
	station_send_fragment(s, IP_UDP, STATION_GATEWAY, 504, 504, false);
	assert_true(lost("\"nat_fragment\": 3"));
	assert_true(station_alive(s));
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), -1);
	udp_both_ways(s, 2000);		/* another packet is another one */
	close(fd);
}

/* garbage() - fragments of all kinds, of few packets, so that they meet. */
static void garbage(struct station *s, unsigned int *seed)
{
	static const uint8_t protos[] = { IP_UDP, IP_ICMP, IP_TCP, IP_UDP };
	size_t offset = (size_t)rand_r(seed) % 90 * 8;
	size_t len = 1 + (size_t)rand_r(seed) % 700;

	if (rand_r(seed) % 4 == 0)
		offset = (size_t)rand_r(seed) % 8192 * 8;
	if (rand_r(seed) % 2)
		len &= ~(size_t)7;
	offset = MIN(offset, STATION_BODY - 1000u) & ~(size_t)7;
	s->id = (uint16_t)(rand_r(seed) % 6);
	station_send_fragment(s, protos[rand_r(seed) % 4], STATION_GATEWAY,
			      offset, len, rand_r(seed) % 3);
}

static void bad_fragments_hurt_nobody(void **state)
{
	unsigned int seed = test_seed(1), i;
	struct station *s = *state;

	for (i = 0; i < STATION_BODY; i++)
		s->out[AT_BODY + i] = (uint8_t)rand_r(&seed);
	for (i = 0; i < 5000; i++) {
		garbage(s, &seed);
		while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
			;
	}
	assert_true(station_alive(s));
	s->id = 1000;
	udp_both_ways(s, 3000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, station_set_up, \
					     station_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(large_pings_are_answered),
		T(large_datagrams_pass_both_ways),
		T(a_segment_in_fragments_is_disarmed),
		T(overlapping_fragments_are_lost_and_told_of),
		T(bad_fragments_hurt_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
