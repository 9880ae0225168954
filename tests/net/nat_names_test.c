/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_names_test.c - 10.0.2.3: a guest's questions for names reach a name
 * server of this host, whichever there is now, and come back from 10.0.2.3.
 *
 * The tests' network is their own; the name servers are sockets here.
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
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"

#define DNS 53u

static bool networked;
static char file[] = "/tmp/hostel-names-XXXXXX";

static void names_are(const char *text)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
	names_are("nameserver 127.0.0.1\n");
	return station_set_up(state);
}

#define NEED_NETWORK() do {						\
	if (!networked)							\
		skip_because("no user namespaces on this host");	\
} while (0)

static void ask(struct station *s, uint16_t from, uint16_t port)
{
	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "who?", 4);
	station_send_udp(s, STATION_IP, from, STATION_DNS, port, 4);
}

/* asked() - did the question come to that server, within @ms? */
static bool asked(int server, struct sockaddr_in6 *by, int ms)
{
	struct timeval patience = { .tv_sec = ms / 1000,
				    .tv_usec = ms % 1000 * 1000 };
	socklen_t len = sizeof(*by);
	char got[16];

	setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	return recvfrom(server, got, sizeof(got), 0, (struct sockaddr *)by,
			&len) == 4 &&
	       !memcmp(got, "who?", 4);
}

/* served() - the server has been asked, and its answer arrives. */
static void served(struct station *s, int server, uint16_t from)
{
	struct sockaddr_in6 by;
	socklen_t len;

	assert_true(asked(server, &by, 3000));
	len = by.sin6_family == AF_INET6 ? sizeof(by) :
					   sizeof(struct sockaddr_in);
	assert_int_equal(sendto(server, "it is me", 8, 0,
				(struct sockaddr *)&by, len),
			 8);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_DNS);
	assert_int_equal(get_be16(s->in + AT_BODY), DNS);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), from);
	assert_memory_equal(s->in + AT_UDP_DATA, "it is me", 8);
}

static void a_question_is_answered(void **state)
{
	struct station *s = *state;
	int server;

	NEED_NETWORK();
	server = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	ask(s, 3000, DNS);
	served(s, server, 3000);
	ask(s, 3000, DNS);		/* A and AAAA, from one socket */
	ask(s, 3000, DNS);
	served(s, server, 3000);
	served(s, server, 3000);
	close(server);
}

static void a_server_by_ipv6(void **state)
{
	struct station *s = *state;
	int server;

	NEED_NETWORK();
	names_are("# no other\nnameserver ::1\n");
	usleep(2500000);		/* it is looked at each second */
	server = own_net_bind(SOCK_DGRAM, "::1", DNS);
	ask(s, 3000, DNS);
	served(s, server, 3000);
	close(server);
}

/* The host goes to another network, while the guest runs. */
static void servers_change(void **state)
{
	struct station *s = *state;
	struct sockaddr_in6 by;
	int first, second;
	uint16_t i;

	NEED_NETWORK();
	first = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	second = own_net_bind(SOCK_DGRAM, "127.0.0.2", DNS);
	ask(s, 3000, DNS);
	served(s, first, 3000);
	names_are("nameserver 127.0.0.2\n");
	for (i = 0; i < 30; i++) {
		ask(s, (uint16_t)(3100 + i), DNS);
		if (asked(second, &by, 200))
			break;
	}
	assert_true(i < 30);
	close(first);
	close(second);
}

static void a_silent_server_is_not_asked_for_ever(void **state)
{
	struct station *s = *state;
	struct sockaddr_in6 by;
	int silent, good;

	NEED_NETWORK();
	names_are("nameserver 127.0.0.3\nnameserver 127.0.0.1\n");
	usleep(2500000);
	silent = own_net_bind(SOCK_DGRAM, "127.0.0.3", DNS);
	good = own_net_bind(SOCK_DGRAM, "127.0.0.1", DNS);
	ask(s, 3000, DNS);
	assert_true(asked(silent, &by, 3000));
	usleep(1700000);
	ask(s, 3000, DNS);
	served(s, good, 3000);
	close(silent);
	close(good);
}

static void no_server_is_told_at_once(void **state)
{
	struct station *s = *state;

	NEED_NETWORK();
	names_are("# nameserver 127.0.0.1\n");
	usleep(2500000);
	ask(s, 3000, DNS);
	assert_true(station_await(s, IP_ICMP));
	assert_int_equal(s->in[AT_BODY], 3);
	ask(s, 3000, 54);		/* nor is there another service */
	assert_true(station_await(s, IP_ICMP));
	assert_int_equal(s->in[AT_BODY], 3);
	assert_int_equal(s->in[AT_BODY + 1], 3);
}

static void a_question_by_tcp(void **state)
{
	struct segment g = { .to = STATION_DNS, .port = DNS, .window = 8192,
			     .seq = 1000, .flags = TCP_SYN };
	struct station *s = *state;
	int server, peer;
	char got[16];

	NEED_NETWORK();
	server = own_net_bind(SOCK_STREAM, "127.0.0.1", DNS);
	station_send_tcp(s, &g);
	assert_true(station_await_tcp(s, TCP_SYN | TCP_ACK));
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_DNS);
	g.seq = 1001, g.ack = get_be32(s->in + AT_BODY + 4) + 1;
	g.flags = TCP_ACK | TCP_PSH, g.data = "who?", g.len = 4;
	station_send_tcp(s, &g);
	peer = accept(server, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(recv(peer, got, 4, MSG_WAITALL), 4);
	assert_memory_equal(got, "who?", 4);
	assert_int_equal(send(peer, "me", 2, MSG_NOSIGNAL), 2);
	do
		assert_true(station_await_tcp(s, TCP_ACK));
	while (get_be16(s->in + AT_IP + 2) == 40);
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_DNS);
	assert_int_equal(station_checksum(s->in + AT_IP, 20, 0), 0);
	close(peer);
	close(server);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, station_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_question_is_answered), T(a_question_by_tcp),
		T(a_server_by_ipv6), T(servers_change),
		T(a_silent_server_is_not_asked_for_ever),
		T(no_server_is_told_at_once),
	};
	int failed, fd = mkstemp(file);

	if (fd < 0)
		return 1;
	close(fd);
	setenv("HOSTEL_VMNET_RESOLV", file, 1);
	networked = own_net();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	return failed;
}
