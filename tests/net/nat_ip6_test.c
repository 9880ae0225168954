/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_ip6_test.c - IPv6 through the NAT, in a network namespace whose only
 * way out is its loopback interface: what is sent to 2001:db8:1::1 arrives at
 * servers of this test.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"
#include "tests/net/lib_station.h"

#define SERVER	"2001:db8:1::1"
#define OURS	"fd48:6f73:7465:6c00::15"
#define GATEWAY	"fd48:6f73:7465:6c00::2"

enum { AT_IP6 = 14, AT_BODY6 = 54, ICMP6 = 58, PORT = 4000 };

static bool lab;	/* are we in a namespace? */

/* ---- frames ------------------------------------------------------------ */

/* send6() - a body of @len bytes that is in place; @sum: where in it the
 * checksum is */
static void send6(struct station *s, uint8_t next, const char *from,
		  const char *to, size_t len, size_t sum)
{
	static const uint8_t router[6] = { 0x52, 0x56, 0, 0, 0, 2 };
	uint8_t *ip = s->out + AT_IP6, *body = s->out + AT_BODY6;

	memcpy(s->out, router, 6);
	memcpy(s->out + 6, s->mac, 6);
	put_be16(s->out + 12, ETHER_IP6);
	memset(ip, 0, 40);
	ip[0] = 0x60;
	put_be16(ip + 4, (uint16_t)len);
	ip[6] = next;
	ip[7] = 255;
	inet_pton(AF_INET6, from, ip + 8);
	inet_pton(AF_INET6, to, ip + 24);
	put_be16(body + sum, 0);
	put_be16(body + sum, station_checksum(body, len,
					      packet_words(ip + 8, 32) + next +
						      (uint32_t)len));
	station_send(s, AT_BODY6 + len);
}

/* await6() - the next frame of that protocol, and type if it is not 0 */
static bool await6(struct station *s, uint8_t next, uint8_t type)
{
	while (station_receive(s))
		if (get_be16(s->in + 12) == ETHER_IP6 &&
		    s->in[AT_IP6 + 6] == next &&
		    (!type || s->in[AT_BODY6] == type))
			return true;
	return false;
}

static void solicit(struct station *s)
{
	memset(s->out + AT_BODY6, 0, 8);
	s->out[AT_BODY6] = 133;
	send6(s, ICMP6, "fe80::15", "ff02::2", 8, 2);
}

/* answer() - the NAT asks where we are. */
static void answer(struct station *s)
{
	uint8_t *icmp = s->out + AT_BODY6;

	memset(icmp, 0, 32);
	icmp[0] = 136;
	icmp[4] = 0x60;
	inet_pton(AF_INET6, OURS, icmp + 8);
	icmp[24] = 2, icmp[25] = 1;
	memcpy(icmp + 26, s->mac, 6);
	send6(s, ICMP6, OURS, GATEWAY, 32, 2);
}

static void send_tcp6(struct station *s, const char *to,
		      const struct segment *g)
{
	uint8_t *tcp = s->out + AT_BODY6;

	memset(tcp, 0, 20);
	put_be16(tcp, PORT);
	put_be16(tcp + 2, g->port);
	put_be32(tcp + 4, g->seq);
	put_be32(tcp + 8, g->ack);
	tcp[12] = 5 << 4;
	tcp[13] = g->flags;
	put_be16(tcp + 14, 8192);
	put_be16(tcp + 18, g->urgent);
	memcpy(tcp + 20, g->data, g->len);
	send6(s, IP_TCP, OURS, to, 20 + g->len, 16);
}

static void send_udp6(struct station *s, const char *to, uint16_t port)
{
	uint8_t *udp = s->out + AT_BODY6;

	put_be16(udp, PORT);
	put_be16(udp + 2, port);
	put_be16(udp + 4, 8 + 4);
	memcpy(udp + 8, "ask!", 4);
	send6(s, IP_UDP, OURS, to, 12, 6);
}

/* ---- set-up ------------------------------------------------------------ */

/* server6() - of this test; sets its port. */
static int server6(const char *address, int type, uint16_t *port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6 };
	struct timeval patience = { .tv_sec = 3 };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET6, type, 0);

	inet_pton(AF_INET6, address, &a.sin6_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin6_port);
	return fd;
}

static int set_up(void **state)
{
	*state = NULL;
	if (!lab)
		skip_because("no user and network namespaces here");
	station_set_up(state);
	answer(*state);
	return 0;
}

static int tear_down(void **state)
{
	return *state ? station_tear_down(state) : 0;
}

/* ---- tests ------------------------------------------------------------- */

static void a_router_is_advertised(void **state)
{
	static const uint8_t net[8] = { 0xfd, 0x48, 0x6f, 0x73, 0x74, 0x65,
					0x6c };
	struct station *s = *state;
	uint8_t *ip = s->in + AT_IP6, *icmp = s->in + AT_BODY6;

	solicit(s);
	assert_true(await6(s, ICMP6, 134));
	assert_int_equal(ip[7], 255);
	assert_int_equal(
		station_checksum(icmp, s->in_len - AT_BODY6,
				 packet_words(ip + 8, 32) + ICMP6 +
					 (uint32_t)(s->in_len - AT_BODY6)),
		0);
	assert_memory_equal(icmp + 16 + 8 + 16, net, 8);
	assert_true(station_alive(s));
}

static void udp_passes_both_ways(void **state)
{
	struct station *s = *state;
	struct sockaddr_in6 peer;
	socklen_t len = sizeof(peer);
	char got[8];
	uint16_t port;
	int fd = server6(SERVER, SOCK_DGRAM, &port);

	send_udp6(s, SERVER, port);
	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&peer, &len),
			 4);
	assert_int_equal(
		sendto(fd, "answer", 6, 0, (struct sockaddr *)&peer, len), 6);
	assert_true(await6(s, IP_UDP, 0));
	assert_memory_equal(s->in + AT_BODY6 + 8, "answer", 6);
	close(fd);
}

static void tcp_passes_and_is_disarmed(void **state)
{
	struct station *s = *state;
	struct segment g = { .flags = TCP_SYN, .seq = 1000, .data = "" };
	int fd = server6(SERVER, SOCK_STREAM, &g.port), peer;
	char got[8];

	send_tcp6(s, SERVER, &g);
	assert_true(await6(s, IP_TCP, 0));
	assert_int_equal(s->in[AT_BODY6 + 13], TCP_SYN | TCP_ACK);
	g.ack = get_be32(s->in + AT_BODY6 + 4) + 1;
	g.seq++;
	g.flags = TCP_ACK;
	send_tcp6(s, SERVER, &g);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	g.flags = TCP_ACK | TCP_PSH | TCP_URG;
	g.urgent = 0xffff;		/* CVE-2026-9539 */
	g.data = "urgently", g.len = 8;
	send_tcp6(s, SERVER, &g);
	assert_int_equal(recv(peer, got, 8, MSG_WAITALL), 8);
	assert_memory_equal(got, "urgently", 8);
	assert_int_equal(send(peer, "answer", 6, MSG_NOSIGNAL), 6);
	do
		assert_true(await6(s, IP_TCP, 0));
	while (s->in_len < AT_BODY6 + 26u);
	assert_memory_equal(s->in + AT_BODY6 + 20, "answer", 6);
	close(peer);
	close(fd);
}

static void what_means_this_host_is_not_reached(void **state)
{
	static const char *const near[] = { "::1", "::ffff:127.0.0.1",
		"::127.0.0.1", "::", "64:ff9b::127.0.0.1", "fe80::1",
		"fd48:6f73:7465:6c00::3", "ff02::1" };
	struct station *s = *state;
	struct segment g = { .flags = TCP_SYN, .data = "" };
	int six = server6("::", SOCK_STREAM, &g.port), udp;
	uint16_t port;
	char got[8];
	size_t i;

	udp = server6("::", SOCK_DGRAM, &port);
	for (i = 0; i < ARRAY_SIZE(near); i++) {
		send_tcp6(s, near[i], &g);
		send_udp6(s, near[i], port);
	}
	assert_true(station_alive(s));
	usleep(200000);
	fcntl(six, F_SETFL, O_NONBLOCK);
	assert_int_equal(accept(six, NULL, NULL), -1);
	assert_int_equal(recv(udp, got, sizeof(got), MSG_DONTWAIT), -1);
	close(six);
	close(udp);
}

/* garbage() - ICMPv6 of all types, and headers that lead on. */
static void garbage(struct station *s, unsigned int *seed)
{
	static const uint8_t nexts[] = { ICMP6, ICMP6, IP_UDP, IP_TCP, 0, 44,
					 43, 60 };
	static const char *const to[] = { SERVER, GATEWAY, "ff02::1",
		"ff02::1:2", "fe80::2", "ff02::1:ff00:2" };
	size_t len = 4 + (size_t)rand_r(seed) % 1400, i;
	uint8_t next = nexts[rand_r(seed) % 8];

	for (i = 0; i < len; i++)
		s->out[AT_BODY6 + i] = (uint8_t)rand_r(seed);
	if (next == ICMP6)
		s->out[AT_BODY6] = (uint8_t)(rand_r(seed) % 2 ?
						     130 + rand_r(seed) % 10 :
						     rand_r(seed));
	if (next == IP_UDP && rand_r(seed) % 2)
		put_be16(s->out + AT_BODY6 + 2, rand_r(seed) % 2 ? 547 : 69);
	send6(s, next, rand_r(seed) % 3 ? OURS : "fe80::15",
	      to[rand_r(seed) % 6], len, next == IP_TCP ? 16 : 2);
	while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
		;
}

static void bad_packets_hurt_nobody(void **state)
{
	unsigned int seed = test_seed(1), i;
	struct station *s = *state;

	for (i = 0; i < 3000; i++)
		garbage(s, &seed);
	assert_true(station_alive(s));
	solicit(s);
	assert_true(await6(s, ICMP6, 134));
}

/* CVE-2020-10756: an echo whose header says that there is more of it than the
 * frame has: no answer with what lies behind. The other way round it is one. */
static void a_ping_longer_than_its_frame(void **state)
{
	static const uint16_t said[] = { 9, 40, 1400, 0x7fff, 0xffff };
	struct station *s = *state;
	uint8_t *icmp = s->out + AT_BODY6;
	size_t i;

	solicit(s);
	assert_true(await6(s, ICMP6, 134));
	for (i = 0; i < ARRAY_SIZE(said); i++) {
		memset(icmp, 0, 8);
		icmp[0] = 128;
		send6(s, ICMP6, OURS, GATEWAY, 8, 2);
		put_be16(s->out + AT_IP6 + 4, said[i]);
		station_send(s, AT_BODY6 + 8);
	}
	i = 0;
	while (station_receive(s)) {
		if (get_be16(s->in + 12) != ETHER_IP6)
			continue;
		if (s->in[AT_BODY6] == 135)
			answer(s);
		if (s->in[AT_BODY6] != 129)
			continue;
		assert_int_equal(get_be16(s->in + AT_IP6 + 4), 8);
		i++;
	}
	assert_in_range(i, 1, ARRAY_SIZE(said));
	assert_true(station_alive(s));
}

static void a_host_without_has_none(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
	struct station *s;

	(void)state;
	if (!lab)
		skip_because("no user and network namespaces here");
	assert_int_equal(system("ip -6 route del default dev lo"), 0);
	daemon_set_up(NULL);
	s = station_new("nat", mac, STATION_IP);
	solicit(s);
	assert_false(await6(s, ICMP6, 134));
	station_free(s);
	daemon_tear_down(NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(a_router_is_advertised), T(udp_passes_both_ways),
		T(tcp_passes_and_is_disarmed),
		T(what_means_this_host_is_not_reached),
		T(bad_packets_hurt_nobody), T(a_ping_longer_than_its_frame),
		cmocka_unit_test(a_host_without_has_none),
	};

	(void)argc;
	lab = getenv("NAT_IP6_LAB") != NULL;
	if (!lab && system("unshare -Urn true 2>/dev/null") == 0) {
		setenv("NAT_IP6_LAB", "1", 1);
		execlp("unshare", "unshare", "-Urn", argv[0], (char *)NULL);
	}
	lab = lab && system("ip link set lo up && ip -6 addr add " SERVER
			    "/128 dev lo && "
			    "ip -6 route add default dev lo") == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
