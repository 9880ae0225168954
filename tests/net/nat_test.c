/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_test.c - the NAT by its frames: what a guest would send and see, with
 * no guest, through the real vmnetd and vmnet-nat.
 *
 * The station here is 10.0.2.15. What it sends to 10.0.2.2 arrives at servers
 * on this host's loopback, which the tests open themselves.
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
#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_station.h"

static void send_tcp(struct station *s, uint16_t port, uint32_t seq,
		     uint32_t ack, uint8_t flags, const char *data)
{
	station_send_tcp(s, &(struct segment){
		.to = STATION_GATEWAY, .port = port, .window = 8192,
		.seq = seq, .ack = ack, .flags = flags,
		.data = data, .len = strlen(data),
	});
}

/* ---- tests ------------------------------------------------------------- */

static void the_gateway_answers_arp(void **state)
{
	struct station *s = *state;

	assert_true(station_find(s, STATION_GATEWAY, s->gateway));
	assert_memory_equal(s->in + AT_IP + 18, s->mac, 6);
	assert_int_equal(s->gateway[0] & 1, 0);
}

static void dhcp_gives_an_address(void **state)
{
	struct station *s = *state;
	struct dhcp_said said;

	assert_true(station_dhcp(s, DHCP_DISCOVER, 0, &said));
	assert_int_equal(said.type, DHCP_OFFER);
	assert_false(said.no_proxy);	/* nothing is there to boot */
	assert_int_equal(said.yours, STATION_IP);
	assert_true(station_dhcp(s, DHCP_REQUEST, said.yours, &said));
	assert_int_equal(said.type, DHCP_ACK);
	assert_int_equal(said.yours, STATION_IP);
	assert_int_equal(said.mask, 0xffffff00);
	assert_int_equal(said.router, STATION_GATEWAY);
	assert_int_equal(said.names, STATION_DNS);
}

static void the_gateway_answers_a_ping(void **state)
{
	struct station *s = *state;
	uint8_t *icmp = s->out + AT_BODY;

	station_ether(s, s->gateway, ETHER_IP);
	icmp[0] = 8;
	put_be32(icmp + 4, 0xabcd0001);
	memset(icmp + 8, 0x5a, 56);
	put_be16(icmp + 2, station_checksum(icmp, 64, 0));
	station_send_ip(s, IP_ICMP, STATION_IP, STATION_GATEWAY, 64);
	assert_true(station_await(s, IP_ICMP));
	assert_int_equal(s->in[AT_BODY], 0);
	assert_int_equal(s->in_len, AT_BODY + 64);
	assert_memory_equal(s->in + AT_BODY + 4, icmp + 4, 60);
	assert_int_equal(station_checksum(s->in + AT_BODY, 64, 0), 0);
}

static void udp_reaches_the_host(void **state)
{
	struct station *s = *state;
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char got[16];
	uint16_t port;
	int fd = station_server(SOCK_DGRAM, &port);

	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "to the host", 11);
	station_send_udp(s, STATION_IP, 5000, STATION_GATEWAY, port, 11);
	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&peer, &len),
			 11);
	assert_memory_equal(got, "to the host", 11);
	assert_int_equal(
		sendto(fd, "and back", 8, 0, (struct sockaddr *)&peer, len), 8);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_GATEWAY);
	assert_int_equal(get_be16(s->in + AT_BODY), port);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 5000);
	assert_memory_equal(s->in + AT_UDP_DATA, "and back", 8);
	close(fd);
}

static void tcp_reaches_the_host(void **state)
{
	struct station *s = *state;
	uint32_t theirs;
	char got[16];
	uint16_t port;
	int fd = station_server(SOCK_STREAM, &port), peer;

	send_tcp(s, port, 1000, 0, TCP_SYN, "");
	assert_true(station_await_tcp(s, TCP_SYN | TCP_ACK));
	assert_int_equal(get_be32(s->in + AT_BODY + 8), 1001);
	theirs = get_be32(s->in + AT_BODY + 4) + 1;
	send_tcp(s, port, 1001, theirs, TCP_ACK, "");
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	send_tcp(s, port, 1001, theirs, TCP_PSH | TCP_ACK, "question");
	assert_int_equal(recv(peer, got, 8, MSG_WAITALL), 8);
	assert_memory_equal(got, "question", 8);
	assert_int_equal(send(peer, "answer", 6, MSG_NOSIGNAL), 6);
	do
		assert_true(station_await_tcp(s, TCP_ACK));
	while (get_be16(s->in + AT_IP + 2) == 40);
	assert_memory_equal(s->in + AT_BODY + (s->in[AT_BODY + 12] >> 4) * 4,
			    "answer", 6);
	assert_int_equal(get_be32(s->in + AT_BODY + 8), 1009);
	close(peer);
	send_tcp(s, port, 1009, theirs + 6, TCP_ACK, "");
	assert_true(station_await_tcp(s, TCP_FIN));
	close(fd);
}

/* send_garbage() - random bytes; the types that libslirp reads, mostly. */
static void send_garbage(struct station *s, unsigned int *seed)
{
	size_t len = 14 + (size_t)rand_r(seed) % 1500, i;
	unsigned int kind = (unsigned int)rand_r(seed) % 4;

	station_ether(s, s->gateway, kind == 0 ? ETHER_ARP : ETHER_IP);
	for (i = AT_IP; i < len; i++)
		s->out[i] = (uint8_t)rand_r(seed);
	if (kind > 1) {			/* a good beginning of a bad body */
		s->out[AT_IP] = 0x45;
		put_be16(s->out + AT_IP + 2, (uint16_t)(len - AT_IP));
		if (rand_r(seed) & 1)
			put_be16(s->out + AT_IP + 6, 0);
		s->out[AT_IP + 9] = kind == 2 ? IP_UDP : IP_ICMP;
		put_be32(s->out + AT_IP + 16, STATION_GATEWAY);
		put_be16(s->out + AT_IP + 10, 0);
		put_be16(s->out + AT_IP + 10,
			 station_checksum(s->out + AT_IP, 20, 0));
	}
	while (vmnet_client_send(&s->net, s->out, len) == -EAGAIN)
		usleep(1000);
	while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
		;
}

static void bad_frames_hurt_nobody(void **state)
{
	unsigned int seed = test_seed(1), i;
	struct station *s = *state;

	for (i = 0; i < 2000; i++)
		send_garbage(s, &seed);
	/* All that is one NAT's work, and it is as well as it was. */
	assert_true(station_alive(s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, station_set_up, \
					     station_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_gateway_answers_arp), T(dhcp_gives_an_address),
		T(the_gateway_answers_a_ping), T(udp_reaches_the_host),
		T(tcp_reaches_the_host), T(bad_frames_hurt_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
