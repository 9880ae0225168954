/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_stack_test.c - what a real kernel sends to a bridged station: TCP and
 * UDP of the other machine, whose interface takes over checksums and cutting,
 * as a veth does by default. All that the station sees is as on a wire.
 *
 * The station is 10.77.0.3 and fd77::3; its TCP is a few lines: it accepts
 * one connection and acknowledges what comes in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"
#include "tests/net/lib_wire.h"

#define PORT	5001
#define STREAM	200000u

enum { SYN = PACKET_SYN, ACK = PACKET_ACK };

static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };

struct station {
	struct vmnet_client net;
	uint8_t in[VMNET_FRAME_MAX], out[VMNET_FRAME_MAX];
	size_t in_len;
	struct packet_parts at;		/* of what is in @in */
	uint8_t data[STREAM], got[STREAM];
};

static int set_up(void **state)
{
	struct station *s = calloc(1, sizeof(*s));
	unsigned int i;

	daemon_set_up(NULL);
	/* The station answers neither ARP nor neighbour solicitations. */
	wire_shell("for ip in 10.77.0.3 fd77::3; do $LAB_PEER ip neigh replace "
		   "$ip lladdr 00:50:56:00:00:0a dev wire0; done");
	daemon_plug(&s->net, "bridged=wire0", mac);
	for (i = 0; i < STREAM; i++)
		s->data[i] = (uint8_t)(i * 13 + i / 255);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct station *s = *state;

	vmnet_client_close(&s->net);
	free(s);
	return daemon_tear_down(NULL);
}

/* counted() - a number that the daemon tells of the hub */
static json_int_t counted(const char *key)
{
	json_t *all = json_loads(daemon_stats(), 0, NULL);
	json_t *hub = json_array_get(json_object_get(all, "hubs"), 0);
	json_int_t n = json_integer_value(json_object_get(hub, key));

	json_decref(all);
	return n;
}

/* await() - the next frame of that protocol for our port; it must be right */
static bool await(struct station *s, unsigned int proto)
{
	do {
		s->in_len = (size_t)daemon_receive(&s->net, s->in);
		if (!packet_parts(s->in, s->in_len, &s->at) ||
		    s->at.proto != proto ||
		    get_be16(s->in + s->at.l4 + 2) != PORT)
			continue;
		assert_memory_equal(s->in, mac, 6);
		assert_true(packet_is_right(s->in, &s->at));
		return true;
	} while (s->in_len);
	return false;
}

/* ---- UDP --------------------------------------------------------------- */

/* peer() - a socket of the other machine, to be connected to the station */
static int peer(bool v6, int type)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(PORT) };
	struct sockaddr_in a4 = { .sin_family = AF_INET,
				  .sin_port = htons(PORT) };
	int fd = wire_socket(PEER, v6 ? AF_INET6 : AF_INET,
			     type | SOCK_NONBLOCK, 0);
	int rc;

	inet_pton(AF_INET6, "fd77::3", &a6.sin6_addr);
	inet_pton(AF_INET, "10.77.0.3", &a4.sin_addr);
	rc = v6 ? connect(fd, (struct sockaddr *)&a6, sizeof(a6)) :
		  connect(fd, (struct sockaddr *)&a4, sizeof(a4));
	assert_true(rc == 0 || errno == EINPROGRESS);
	return fd;
}

static void udp_sums_are_finished(void **state)
{
	struct station *s = *state;
	unsigned int v6;
	size_t len;
	int fd;

	for (v6 = 0; v6 < 2; v6++) {
		fd = peer(v6, SOCK_DGRAM);
		for (len = 0; len < 1400; len += 61) {
			assert_int_equal(send(fd, s->data, len, 0), len);
			assert_true(await(s, PACKET_UDP));
			assert_int_equal(s->at.v6, v6);
			assert_int_equal(s->at.end - s->at.data, len);
			assert_memory_equal(s->in + s->at.data, s->data, len);
		}
		close(fd);
	}
	/* The kernel left them to us: else this has tested nothing. */
	assert_int_equal(counted("sums_finished"), 2 * 23);
}

static void long_udp_is_cut(void **state)
{
	struct station *s = *state;
	int step = 1000, fd = peer(false, SOCK_DGRAM);
	size_t done, n;

	assert_int_equal(
		setsockopt(fd, SOL_UDP, UDP_SEGMENT, &step, sizeof(step)), 0);
	assert_int_equal(send(fd, s->data, 12345, 0), 12345);
	if (!await(s, PACKET_UDP)) {
		assert_non_null(strstr(daemon_stats(), "\"offload_unknown\""));
		skip_because("Linux before 6.2 tells a packet socket "
			     "nothing of it");
	}
	for (done = 0;; done += n) {
		n = s->at.end - s->at.data;
		assert_int_equal(n, MIN(1000, 12345 - done));
		assert_memory_equal(s->in + s->at.data, s->data + done, n);
		if (done + n == 12345)
			break;
		assert_true(await(s, PACKET_UDP));
	}
	assert_int_equal(counted("long_frames_cut"), 1);
	close(fd);
}

/* ---- TCP --------------------------------------------------------------- */

/* reply() - to what is in s->in: a segment without data */
static void reply(struct station *s, uint8_t flags, uint32_t seq, uint32_t ack)
{
	struct packet_parts at = s->at;
	uint8_t *ip = s->out + at.ip, *tcp = s->out + at.l4;
	size_t address = at.v6 ? 16 : 4, from = at.v6 ? 8 : 12;

	memcpy(s->out, s->in, at.data);
	memcpy(s->out, s->in + 6, 6);
	memcpy(s->out + 6, mac, 6);
	memcpy(ip + from, s->in + at.ip + from + address, address);
	memcpy(ip + from + address, s->in + at.ip + from, address);
	at.end = at.l4 + 20;
	if (at.v6) {
		put_be16(ip + 4, 20);
	} else {
		put_be16(ip + 2, (uint16_t)(at.end - at.ip));
		put_be16(ip + 10, 0);
		put_be16(ip + 10, (uint16_t)~packet_words(ip, at.l4 - at.ip));
	}
	memcpy(tcp, s->in + at.l4 + 2, 2);
	memcpy(tcp + 2, s->in + at.l4, 2);
	put_be32(tcp + 4, seq);
	put_be32(tcp + 8, ack);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	put_be16(tcp + 14, 65535);
	put_be32(tcp + 16, 0);
	put_be16(tcp + 16, (uint16_t)packet_pseudo(s->out, &at));
	put_be16(tcp + 16, (uint16_t)~packet_words(tcp, 20));
	assert_int_equal(vmnet_client_send(&s->net, s->out, at.end), 0);
}

static uint32_t sequence(const struct station *s)
{
	return get_be32(s->in + s->at.l4 + 4);
}

/* take_stream() - all that the peer sends, in whatever order it comes */
static void take_stream(struct station *s, int fd)
{
	uint32_t first, at;
	size_t sent = 0, done = 0, n;
	ssize_t rc;

	assert_true(await(s, PACKET_TCP));
	assert_int_equal(s->in[s->at.l4 + 13] & (SYN | ACK), SYN);
	first = sequence(s) + 1;
	reply(s, SYN | ACK, 1000, first);
	while (done < STREAM) {
		rc = send(fd, s->data + sent, STREAM - sent, MSG_NOSIGNAL);
		sent += rc > 0 ? (size_t)rc : 0;
		assert_true(await(s, PACKET_TCP));
		at = sequence(s) - first;
		n = s->at.end - s->at.data;
		assert_true(at <= STREAM && n <= STREAM - at);
		memcpy(s->got + at, s->in + s->at.data, n);
		if (at == done)
			done += n;
		if (n)
			reply(s, ACK, 1001, first + (uint32_t)done);
	}
	assert_memory_equal(s->got, s->data, STREAM);
}

static void tcp(struct station *s, bool v6)
{
	int fd = peer(v6, SOCK_STREAM);

	take_stream(s, fd);
	/* Else the kernel cut it all by itself, and this has tested nothing. */
	assert_in_range(counted("long_frames_cut"), 1, STREAM);
	close(fd);
}

static void long_tcp_is_cut(void **state)
{
	tcp(*state, false);
}

static void long_tcp_over_ipv6_is_cut(void **state)
{
	tcp(*state, true);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(udp_sums_are_finished), T(long_udp_is_cut),
		T(long_tcp_is_cut), T(long_tcp_over_ipv6_is_cut),
	};

	(void)argc;
	wire_lab(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
