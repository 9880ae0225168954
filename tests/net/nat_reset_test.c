/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_reset_test.c - a TCP connection that ends badly on one side of the NAT
 * ends badly on the other, whatever else was going on: a download that is cut
 * short must not look whole.
 *
 * Where a test needs the NAT to find data and a reset together, its station
 * takes nothing until both are there.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_station.h"

static char block[1460];

/* reset() - the server ends its end of a connection by a RST. */
static void reset(int peer)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(peer);
}

/* fill() - the server sends until nobody takes any more; at most @limit. */
static void fill(int peer, size_t limit)
{
	size_t sent = 0;
	unsigned int idle = 0;
	ssize_t n;

	while (sent < limit && idle < 20) {
		n = send(peer, block, MIN(sizeof(block), limit - sent),
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		idle = n > 0 ? 0 : idle + 1;
		if (n > 0)
			sent += (size_t)n;
		else
			usleep(10000);
	}
	usleep(100000);
}

/* choke() - the guest sends what the server does not read, until the NAT has
 * as much of it as it takes, and can not get rid of it. */
static void choke(struct station *s, struct segment *g)
{
	unsigned int idle = 0, i;
	uint32_t acked = g->seq;

	g->flags = TCP_ACK | TCP_PSH;
	g->data = block, g->len = sizeof(block);
	while (idle < 5) {
		g->seq = acked;
		for (i = 0; i < 16; i++) {
			station_send_tcp(s, g);
			g->seq += (uint32_t)g->len;
		}
		usleep(20000);
		idle++;
		while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
			if (s->in[AT_IP + 9] == IP_TCP &&
			    (int32_t)(get_be32(s->in + AT_BODY + 8) - acked) >
				    0) {
				acked = get_be32(s->in + AT_BODY + 8);
				idle = 0;
			}
	}
	g->seq = acked;
	g->len = 0;
	g->flags = TCP_ACK;
}

static void after_data(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 2920 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	fill(peer, 400000);
	reset(peer);
	usleep(100000);
	station_send_tcp(s, &g);
	g.window = 65000;
	assert_int_equal(station_drain(s, &g), TCP_RST);
	assert_true(station_alive(s));
	close(fd);
}

static void with_nothing_under_way(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	reset(peer);
	assert_int_equal(station_drain(s, &g), TCP_RST);
	close(fd);
}

static void of_an_upload(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	g.flags = TCP_ACK | TCP_PSH;
	g.data = block, g.len = sizeof(block);
	station_send_tcp(s, &g);
	g.seq += (uint32_t)g.len;
	usleep(100000);
	close(peer);		/* with data that it has not read */
	g.len = 0;
	assert_int_equal(station_drain(s, &g), TCP_RST);
	close(fd);
}

static void after_the_guest_has_ended_its_side(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 2920 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	g.flags = TCP_ACK | TCP_FIN;
	station_send_tcp(s, &g);
	g.flags = TCP_ACK;
	g.seq++;
	fill(peer, 400000);
	reset(peer);
	usleep(100000);
	g.window = 65000;
	station_send_tcp(s, &g);
	assert_int_equal(station_drain(s, &g), TCP_RST);
	close(fd);
}

static void after_the_server_has_ended_its_side(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	shutdown(peer, SHUT_WR);
	assert_int_equal(station_drain(s, &g), TCP_FIN);
	g.ack++;
	g.flags = TCP_ACK | TCP_PSH;
	g.data = block, g.len = sizeof(block);
	station_send_tcp(s, &g);
	g.seq += (uint32_t)g.len;
	usleep(100000);
	reset(peer);
	usleep(100000);
	station_send_tcp(s, &g);	/* only by sending can this be found */
	g.seq += (uint32_t)g.len;
	g.len = 0;
	assert_int_equal(station_drain(s, &g), TCP_RST);
	assert_true(station_alive(s));
	close(fd);
}

/* The NAT has no room for more of the server's data, and more lies before the
 * reset, when it finds the reset as it sends. */
static void while_both_ways_are_full(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 32 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	assert_int_equal(send(peer, block, 32, 0), 32);
	assert_true(station_await_tcp(s, TCP_ACK));
	fill(peer, 400000);
	choke(s, &g);
	reset(peer);
	usleep(200000);
	g.window = 65000;
	g.ack += 32;
	station_send_tcp(s, &g);
	assert_int_equal(station_drain(s, &g), TCP_RST);
	assert_true(station_alive(s));
	close(fd);
}

static void a_refused_connection(void **state)
{
	struct station *s = *state;
	struct segment g = { .to = STATION_GATEWAY, .window = 8192,
			     .flags = TCP_SYN, .data = "" };

	close(station_server(SOCK_STREAM, &g.port));
	station_send_tcp(s, &g);
	assert_true(station_await_tcp(s, TCP_RST));
}

static void a_clean_end_stays_one(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 2920 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);

	fill(peer, 300000);
	close(peer);
	usleep(100000);
	g.window = 65000;
	station_send_tcp(s, &g);
	assert_int_equal(station_drain(s, &g), TCP_FIN);
	close(fd);
}

static void by_the_guest(void **state)
{
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);
	char byte;

	g.flags = TCP_ACK | TCP_PSH;
	g.data = "x", g.len = 1;
	station_send_tcp(s, &g);
	g.seq++;
	g.len = 0;
	assert_int_equal(recv(peer, &byte, 1, 0), 1);
	g.flags = TCP_ACK | TCP_RST;
	station_send_tcp(s, &g);
	assert_int_equal(recv(peer, &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	close(peer);
	close(fd);
}

#define T(f) cmocka_unit_test_setup_teardown(f, station_set_up, \
					     station_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(after_data), T(with_nothing_under_way), T(of_an_upload),
		T(after_the_guest_has_ended_its_side),
		T(after_the_server_has_ended_its_side),
		T(while_both_ways_are_full), T(a_refused_connection),
		T(a_clean_end_stays_one), T(by_the_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
