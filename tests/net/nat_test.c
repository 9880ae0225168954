/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_test.c - the NAT by its frames: what a guest would send and see, with
 * no guest, through the real vmnetd and vmnet-nat.
 *
 * The station here is 10.0.2.15. What it sends to 10.0.2.2 arrives at servers
 * on this host's loopback, which the tests open themselves.
 * tests/run: waits
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
#include "tests/net/lib_daemon.h"

#define US		0x0a00020fu
#define GATEWAY		0x0a000202u
#define NAMESERVER	0x0a000203u

enum { ARP = 0x0806, IP = 0x0800, ICMP = 1, TCP = 6, UDP = 17 };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

/* Where things are in a frame with an IP header of 20 bytes. */
enum { AT_IP = 14, AT_BODY = 34, AT_UDP_DATA = 42, AT_TCP_DATA = 54 };

static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };

struct station {
	struct vmnet_client net;
	uint8_t gateway[6];
	uint8_t out[VMNET_FRAME_MAX], in[VMNET_FRAME_MAX];
	size_t in_len;
};

/* ---- building frames --------------------------------------------------- */

static uint32_t sum_words(const uint8_t *p, size_t n, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < n; i += 2)
		sum += get_be16(p + i);
	if (n & 1)
		sum += (uint32_t)p[n - 1] << 8;
	return sum;
}

static uint16_t checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void transmit(struct station *s, size_t len)
{
	assert_int_equal(vmnet_client_send(&s->net, s->out, len), 0);
}

/* ether() - begin a frame: all zero after its header. */
static void ether(struct station *s, const uint8_t *to, uint16_t type)
{
	memset(s->out, 0, sizeof(s->out));
	memcpy(s->out, to, 6);
	memcpy(s->out + 6, mac, 6);
	put_be16(s->out + 12, type);
}

/* send_ip() - put the IP header before a body of @len bytes, and send. */
static void send_ip(struct station *s, uint8_t proto, uint32_t from,
		    uint32_t to, size_t len)
{
	uint8_t *ip = s->out + AT_IP;

	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + len));
	ip[8] = 64;
	ip[9] = proto;
	put_be32(ip + 12, from);
	put_be32(ip + 16, to);
	put_be16(ip + 10, checksum(sum_words(ip, 20, 0)));
	transmit(s, AT_BODY + len);
}

/* send_udp() - @len bytes of data are in place; no checksum: 0 means so. */
static void send_udp(struct station *s, uint32_t from, uint16_t sport,
		     uint32_t to, uint16_t dport, size_t len)
{
	uint8_t *udp = s->out + AT_BODY;

	put_be16(udp, sport);
	put_be16(udp + 2, dport);
	put_be16(udp + 4, (uint16_t)(8 + len));
	send_ip(s, UDP, from, to, 8 + len);
}

static void send_tcp(struct station *s, uint16_t port, uint32_t seq,
		     uint32_t ack, uint8_t flags, const char *data)
{
	size_t len = 20 + strlen(data);
	uint8_t *tcp;

	ether(s, s->gateway, IP);
	tcp = s->out + AT_BODY;
	put_be16(tcp, 4000);
	put_be16(tcp + 2, port);
	put_be32(tcp + 4, seq);
	put_be32(tcp + 8, ack);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	put_be16(tcp + 14, 8192);
	memcpy(tcp + 20, data, strlen(data));
	put_be32(s->out + AT_IP + 12, US);
	put_be32(s->out + AT_IP + 16, GATEWAY);
	put_be16(tcp + 16, checksum(sum_words(s->out + AT_IP + 12, 8,
		sum_words(tcp, len, TCP + (uint32_t)len))));
	send_ip(s, TCP, US, GATEWAY, len);
}

/* ---- what comes back --------------------------------------------------- */

/* await_ip() - the next frame of that protocol is in s->in. */
static bool await_ip(struct station *s, uint8_t proto)
{
	do {
		s->in_len = (size_t)daemon_receive(&s->net, s->in);
		if (s->in_len >= AT_BODY + 8u &&
		    get_be16(s->in + 12) == IP && s->in[AT_IP + 9] == proto)
			return true;
	} while (s->in_len);
	return false;
}

/* find_gateway() - ARP for 10.0.2.2; the NAT learns of us by it as well. */
static bool find_gateway(struct station *s)
{
	uint8_t *arp = s->out + AT_IP;

	ether(s, everyone, ARP);
	put_be16(arp, 1);
	put_be16(arp + 2, IP);
	arp[4] = 6, arp[5] = 4;
	put_be16(arp + 6, 1);
	memcpy(arp + 8, mac, 6);
	put_be32(arp + 14, US);
	put_be32(arp + 24, GATEWAY);
	transmit(s, 60);
	while (daemon_receive(&s->net, s->in))
		if (get_be16(s->in + 12) == ARP && s->in[AT_IP + 7] == 2) {
			memcpy(s->gateway, s->in + AT_IP + 8, 6);
			return get_be32(s->in + AT_IP + 14) == GATEWAY;
		}
	return false;
}

static int set_up(void **state)
{
	struct station *s = calloc(1, sizeof(*s));

	daemon_set_up(NULL);
	daemon_plug_nat(&s->net, mac);
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

/* server() - a socket on the host's loopback; sets its port. */
static int server(int type, uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 3 };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, type, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* ---- tests ------------------------------------------------------------- */

static void the_gateway_answers_arp(void **state)
{
	struct station *s = *state;

	assert_true(find_gateway(s));
	assert_memory_equal(s->in + AT_IP + 18, mac, 6);
	assert_int_equal(s->gateway[0] & 1, 0);
}

/* option() - a DHCP option's value as 32 bits; 0: it is not there. */
static uint32_t option(const struct station *s, uint8_t number)
{
	const uint8_t *p = s->in + AT_UDP_DATA + 240;
	const uint8_t *end = s->in + s->in_len;

	while (p + 2 < end && *p != 255) {
		if (*p == 0) {
			p++;
			continue;
		}
		if (*p == number && p + 2 + p[1] <= end)
			return p[1] == 4 ? get_be32(p + 2) : p[2];
		p += 2 + p[1];
	}
	return 0;
}

/* dhcp() - ask (1) or request (3); the answer is in s->in. */
static bool dhcp(struct station *s, uint8_t kind, uint32_t wanted)
{
	uint8_t *b = s->out + AT_UDP_DATA;

	ether(s, everyone, IP);
	b[0] = 1, b[1] = 1, b[2] = 6;
	put_be32(b + 4, 0x12345678);
	memcpy(b + 28, mac, 6);
	put_be32(b + 236, 0x63825363);
	b[240] = 53, b[241] = 1, b[242] = kind;
	b[243] = 255;
	if (wanted) {
		b[243] = 50, b[244] = 4;
		put_be32(b + 245, wanted);
		b[249] = 255;
	}
	send_udp(s, 0, 68, 0xffffffff, 67, 300);
	return await_ip(s, UDP) && s->in_len > AT_UDP_DATA + 244u &&
		get_be32(s->in + AT_UDP_DATA + 4) == 0x12345678;
}

static void dhcp_gives_an_address(void **state)
{
	struct station *s = *state;
	uint32_t got;

	assert_true(dhcp(s, 1, 0));
	assert_int_equal(option(s, 53), 2);		/* an offer */
	got = get_be32(s->in + AT_UDP_DATA + 16);
	assert_int_equal(got, US);
	assert_true(dhcp(s, 3, got));
	assert_int_equal(option(s, 53), 5);		/* it is ours */
	assert_int_equal(get_be32(s->in + AT_UDP_DATA + 16), US);
	assert_int_equal(option(s, 1), 0xffffff00);
	assert_int_equal(option(s, 3), GATEWAY);
	assert_int_equal(option(s, 6), NAMESERVER);
}

static void the_gateway_answers_a_ping(void **state)
{
	struct station *s = *state;
	uint8_t *icmp = s->out + AT_BODY;

	assert_true(find_gateway(s));
	ether(s, s->gateway, IP);
	icmp[0] = 8;
	put_be32(icmp + 4, 0xabcd0001);
	memset(icmp + 8, 0x5a, 56);
	put_be16(icmp + 2, checksum(sum_words(icmp, 64, 0)));
	send_ip(s, ICMP, US, GATEWAY, 64);
	assert_true(await_ip(s, ICMP));
	assert_int_equal(s->in[AT_BODY], 0);
	assert_int_equal(s->in_len, AT_BODY + 64);
	assert_memory_equal(s->in + AT_BODY + 4, icmp + 4, 60);
	assert_int_equal(checksum(sum_words(s->in + AT_BODY, 64, 0)), 0);
}

static void udp_reaches_the_host(void **state)
{
	struct station *s = *state;
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char got[16];
	uint16_t port;
	int fd = server(SOCK_DGRAM, &port);

	assert_true(find_gateway(s));
	ether(s, s->gateway, IP);
	memcpy(s->out + AT_UDP_DATA, "to the host", 11);
	send_udp(s, US, 5000, GATEWAY, port, 11);
	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&peer, &len), 11);
	assert_memory_equal(got, "to the host", 11);
	assert_int_equal(sendto(fd, "and back", 8, 0,
				(struct sockaddr *)&peer, len), 8);
	assert_true(await_ip(s, UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), GATEWAY);
	assert_int_equal(get_be16(s->in + AT_BODY), port);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 5000);
	assert_memory_equal(s->in + AT_UDP_DATA, "and back", 8);
	close(fd);
}

/* await_tcp() - until a segment with all of @flags comes. */
static bool await_tcp(struct station *s, uint8_t flags)
{
	while (await_ip(s, TCP))
		if ((s->in[AT_BODY + 13] & flags) == flags)
			return true;
	return false;
}

static void tcp_reaches_the_host(void **state)
{
	struct station *s = *state;
	uint32_t theirs;
	char got[16];
	uint16_t port;
	int fd = server(SOCK_STREAM, &port), peer;

	assert_true(find_gateway(s));
	send_tcp(s, port, 1000, 0, SYN, "");
	assert_true(await_tcp(s, SYN | ACK));
	assert_int_equal(get_be32(s->in + AT_BODY + 8), 1001);
	theirs = get_be32(s->in + AT_BODY + 4) + 1;
	send_tcp(s, port, 1001, theirs, ACK, "");
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	send_tcp(s, port, 1001, theirs, PSH | ACK, "question");
	assert_int_equal(recv(peer, got, 8, MSG_WAITALL), 8);
	assert_memory_equal(got, "question", 8);
	assert_int_equal(send(peer, "answer", 6, MSG_NOSIGNAL), 6);
	do
		assert_true(await_tcp(s, ACK));
	while (get_be16(s->in + AT_IP + 2) == 40);
	assert_memory_equal(s->in + AT_BODY +
			    (s->in[AT_BODY + 12] >> 4) * 4, "answer", 6);
	assert_int_equal(get_be32(s->in + AT_BODY + 8), 1009);
	close(peer);
	send_tcp(s, port, 1009, theirs + 6, ACK, "");
	assert_true(await_tcp(s, FIN));
	close(fd);
}

/* send_garbage() - random bytes; the types that libslirp reads, mostly. */
static void send_garbage(struct station *s, unsigned int *seed)
{
	size_t len = 14 + (size_t)rand_r(seed) % 1500, i;
	unsigned int kind = (unsigned int)rand_r(seed) % 4;

	ether(s, s->gateway, kind == 0 ? ARP : IP);
	for (i = AT_IP; i < len; i++)
		s->out[i] = (uint8_t)rand_r(seed);
	if (kind > 1) {			/* a good beginning of a bad body */
		s->out[AT_IP] = 0x45;
		put_be16(s->out + AT_IP + 2, (uint16_t)(len - AT_IP));
		if (rand_r(seed) & 1)
			put_be16(s->out + AT_IP + 6, 0);
		s->out[AT_IP + 9] = kind == 2 ? UDP : ICMP;
		put_be32(s->out + AT_IP + 16, GATEWAY);
		put_be16(s->out + AT_IP + 10, 0);
		put_be16(s->out + AT_IP + 10,
			 checksum(sum_words(s->out + AT_IP, 20, 0)));
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

	assert_true(find_gateway(s));
	for (i = 0; i < 2000; i++)
		send_garbage(s, &seed);
	/* All that is one NAT's work, and it is as well as it was. */
	assert_true(find_gateway(s));
	assert_int_equal(s->net.stats.link_changes, 1);
	assert_non_null(strstr(daemon_stats(), "\"nat_starts\": 1,"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_gateway_answers_arp), T(dhcp_gives_an_address),
		T(the_gateway_answers_a_ping), T(udp_reaches_the_host),
		T(tcp_reaches_the_host), T(bad_frames_hurt_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
