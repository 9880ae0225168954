/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_hostile_test.c - what broke other NATs, sent to ours: application-layer
 * gateways (CVE-2005-4459, libslirp's tcp_emu), DHCP and TFTP servers
 * (CVE-2007-0063, CVE-2020-3947, CVE-2021-3592 to 3595), NC-SI and ARP that end
 * early (CVE-2020-29129 and 29130), TCP's urgent pointer (CVE-2026-9539), and
 * TCP that is garbage under a good header. After each the same process still
 * answers.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_dhcp.h"
#include "tests/net/lib_station.h"

static void quiet(struct station *s)
{
	while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
		;
}

/* ---- gateways ---------------------------------------------------------- */

/* spoken() - bytes to a server of any port arrive as they are: no gateway has
 * read them, and no address in them was changed. */
static void spoken(struct station *s, const char *text)
{
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);
	char got[1400] = "";

	g.flags = TCP_ACK | TCP_PSH;
	g.data = text, g.len = strlen(text);
	station_send_tcp(s, &g);
	assert_int_equal(recv(peer, got, g.len, MSG_WAITALL), g.len);
	assert_string_equal(got, text);
	close(peer);
	close(fd);
}

static void no_gateway_reads_along(void **state)
{
	char port[1300];

	memset(port, '1', sizeof(port));
	memcpy(port, "PORT 10,0,2,15,", 15);
	strcpy(port + sizeof(port) - 3, "\r\n");
	spoken(*state, "PORT 10,0,2,15,4,1\r\n");
	spoken(*state, "EPRT |1|10.0.2.15|1025|\r\n");
	spoken(*state, "EPRT |1|");
	spoken(*state, "\1DCC SEND f 167772687 1025 9\1\r\n");
	spoken(*state, port);
	assert_true(station_alive(*state));
}

/* Ports at which libslirp has or had emulation: FTP, rlogin, rsh, IRC, ident,
 * RealAudio, ksh. Nobody listens, mostly; that does not count. */
static void ports_of_old_emulations(void **state)
{
	static const uint16_t ports[] = { 21, 23, 113, 513, 514, 543, 544,
		555, 6667, 6668, 7070, 517, 518, 27960 };
	static const char text[] = "PORT 1,1,1,1,1,1,1,1\r\n"
		"\1DCC CHAT x 4294967295 99999\1 4242 , 99999\r\n";
	struct station *s = *state;
	struct segment g = { .to = STATION_GATEWAY, .window = 8192 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		g.port = ports[i];
		g.flags = TCP_SYN;
		g.data = "", g.len = 0;
		station_send_tcp(s, &g);
		g.seq++;
		g.flags = TCP_ACK | TCP_PSH;
		g.data = text, g.len = sizeof(text) - 1;
		station_send_tcp(s, &g);
		station_ether(s, s->gateway, ETHER_IP);
		memcpy(s->out + AT_UDP_DATA, text, sizeof(text));
		station_send_udp(s, s->ip, 4000, STATION_GATEWAY, ports[i],
				 sizeof(text));
		quiet(s);
	}
	assert_true(station_alive(s));
}

/* ---- DHCP and TFTP ----------------------------------------------------- */

static void malformed_dhcp(void **state)
{
	unsigned int seed = test_seed(1), i, k;
	struct station *s = *state;
	struct dhcp_ask a = { 0 };
	size_t len, data;

	memcpy(a.mac, s->mac, 6);
	for (i = 0; i < 3000; i++) {
		a.type = (uint8_t)(1 + rand_r(&seed) % 9);
		a.wanted = rand_r(&seed) % 2 ? STATION_IP : 0;
		len = dhcp_build(&a, s->out);
		for (k = (unsigned int)rand_r(&seed) % 12; k; k--)
			s->out[AT_UDP_DATA + (size_t)rand_r(&seed) % 300] =
				(uint8_t)rand_r(&seed);
		/* Cut, with lengths that agree, so that it is looked at. */
		data = (size_t)rand_r(&seed) % (len - AT_UDP_DATA + 1);
		station_send_udp(s, 0, 68, 0xffffffff, 67, data);
		quiet(s);
	}
	assert_true(station_alive(s));
	a = (struct dhcp_ask){ .type = DHCP_DISCOVER };
	memcpy(a.mac, s->mac, 6);
	station_send(s, dhcp_build(&a, s->out));
	while (station_receive(s))
		if (dhcp_read(s->in, s->in_len).type == DHCP_OFFER)
			return;
	fail_msg("no offer after all that");
}

/* silence() - nothing of that type, and of that protocol, is there or comes. */
static void silence(struct station *s, uint16_t type, uint8_t proto)
{
	while (station_receive(s))
		assert_false(get_be16(s->in + 12) == type &&
			     (!proto || s->in[AT_IP + 9] == proto));
}

/* CVE-2021-3592: a header that was looked at where the packet
 * had ended. What is shorter than a request is none, and gets no answer that
 * memory could leak by: each length, with lengths in it that agree. */
static void cut_dhcp(void **state)
{
	struct dhcp_ask a = { .type = DHCP_DISCOVER };
	struct station *s = *state;
	size_t len;

	memcpy(a.mac, s->mac, 6);
	for (len = 0; len < 240; len++) {
		dhcp_build(&a, s->out);
		station_send_udp(s, 0, 68, 0xffffffff, 67, len);
	}
	silence(s, ETHER_IP, IP_UDP);
	assert_true(station_alive(s));
}

/* CVE-2021-3593 to 3595: the same of TFTP, with names that do not end. */
static void cut_tftp(void **state)
{
	static const uint8_t ask[] = "\0\1pxelinux.0\0octet";
	struct station *s = *state;
	size_t len;

	for (len = 0; len < sizeof(ask) - 1; len++) {
		station_ether(s, s->gateway, ETHER_IP);
		memcpy(s->out + AT_UDP_DATA, ask, len);
		station_send_udp(s, s->ip, 4000, STATION_GATEWAY, 69, len);
	}
	while (station_receive(s)) {	/* an error is right, and no more */
		if (get_be16(s->in + 12) != ETHER_IP ||
		    s->in[AT_IP + 9] != IP_UDP)
			continue;
		assert_int_equal(get_be16(s->in + AT_UDP_DATA), 5);
		assert_in_range(s->in_len, AT_UDP_DATA + 5, 200);
	}
	assert_true(station_alive(s));
}

static void malformed_tftp(void **state)
{
	static const char name[] = "\0\1../../../etc/passwd\0octet\0"
				   "tsize\0"
				   "99999999999\0blksize\0-1\0";
	unsigned int seed = test_seed(1), i, k;
	struct station *s = *state;
	size_t len;

	for (i = 0; i < 2000; i++) {
		station_ether(s, s->gateway, ETHER_IP);
		memcpy(s->out + AT_UDP_DATA, name, sizeof(name));
		for (k = (unsigned int)rand_r(&seed) % 4; k; k--)
			s->out[AT_UDP_DATA + (size_t)rand_r(&seed) % 40] =
				(uint8_t)rand_r(&seed);
		len = i % 4 ? sizeof(name) : (size_t)rand_r(&seed) % 600;
		station_send_udp(s, s->ip, 4000, STATION_GATEWAY, 69, len);
		while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
			assert_null(memmem(s->in, sizeof(s->in), "root:", 5));
	}
	assert_true(station_alive(s));
}

/* ---- frames of other kinds --------------------------------------------- */

/* CVE-2020-29130: ARP that ends early. */
static void short_arp(void **state)
{
	struct station *s = *state;
	uint8_t *arp = s->out + AT_IP;
	size_t len;

	for (len = 14; len < 14 + 28; len++) {
		station_ether(s, s->gateway, ETHER_ARP);
		if (len % 2)
			memset(s->out, 255, 6);
		put_be16(arp, 1);
		put_be16(arp + 2, ETHER_IP);
		arp[4] = 6, arp[5] = 4, arp[7] = 1;
		memcpy(arp + 8, s->mac, 6);
		put_be32(arp + 14, s->ip);
		put_be32(arp + 24, STATION_GATEWAY);
		station_send(s, len);
	}
	silence(s, ETHER_ARP, 0);
	assert_true(station_alive(s));
}

static void nc_si_and_other_types(void **state)
{
	static const uint16_t types[] = { 0x88f8, 0x86dd, 0x8100, 0x88a8,
		0x0806, 0x8035, 0x88cc, 0, 1500 };
	unsigned int seed = test_seed(1), i;
	struct station *s = *state;
	size_t len, k;

	for (i = 0; i < 3000; i++) {
		station_ether(s, s->gateway, types[i % ARRAY_SIZE(types)]);
		if (i % 2)
			memset(s->out, 255, 6);
		len = 14 + (size_t)rand_r(&seed) % (i % 3 ? 60 : 1500);
		for (k = 14; k < len; k++)
			s->out[k] = (uint8_t)rand_r(&seed);
		/* A command of NC-SI: DSP0222 8.2.1 */
		s->out[14] = 0, s->out[15] = 1;
		s->out[18] = (uint8_t)(rand_r(&seed) % 0x30);
		station_send(s, len);
		quiet(s);
	}
	assert_true(station_alive(s));
}

/* ---- TCP --------------------------------------------------------------- */

static void urgent_data_is_ordinary(void **state)
{
	static const uint16_t pointers[] = { 0, 1, 8, 9, 2048, 0x7fff, 0xffff };
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);
	char got[16];
	size_t i;

	g.flags = TCP_ACK | TCP_PSH | TCP_URG;
	g.data = "urgently", g.len = 8;
	for (i = 0; i < ARRAY_SIZE(pointers); i++) {
		g.urgent = pointers[i];
		station_send_tcp(s, &g);
		g.seq += 8;
		assert_int_equal(recv(peer, got, 8, MSG_WAITALL), 8);
		assert_memory_equal(got, "urgently", 8);
	}
	/* Not a byte more, neither in the stream nor out of it. */
	usleep(100000);
	assert_int_equal(recv(peer, got, 8, MSG_DONTWAIT), -1);
	assert_int_equal(recv(peer, got, 8, MSG_DONTWAIT | MSG_OOB), -1);
	close(peer);
	close(fd);
	assert_true(station_alive(s));
}

static void garbage_under_a_good_header(void **state)
{
	unsigned int seed = test_seed(1), i;
	struct station *s = *state;
	struct segment g = { .window = 8192 };
	int fd = station_server(SOCK_STREAM, &g.port);
	int peer = station_connect(s, &g, fd);
	uint8_t *tcp = s->out + AT_BODY;
	size_t len, k;

	for (i = 0; i < 5000; i++) {
		g.data = "", g.len = 0;
		g.flags = (uint8_t)rand_r(&seed);
		if (i % 8)	/* most of them do not end it */
			g.flags &= (uint8_t)~(TCP_RST | TCP_SYN);
		g.urgent = (uint16_t)rand_r(&seed);
		station_build_tcp(s, &g);
		len = (size_t)rand_r(&seed) % 1400;
		for (k = 20; k < len; k++)
			tcp[k] = (uint8_t)rand_r(&seed);
		put_be32(tcp + 4, g.seq + (uint32_t)rand_r(&seed) % 9000);
		if (rand_r(&seed) % 2)	/* options, up to beyond the end */
			tcp[12] = (uint8_t)rand_r(&seed);
		put_be16(tcp + 16, 0);
		put_be16(tcp + 16,
			 station_checksum(tcp, len,
					  (s->ip >> 16) + (s->ip & 0xffff) +
						  (STATION_GATEWAY >> 16) +
						  (STATION_GATEWAY & 0xffff) +
						  IP_TCP + (uint32_t)len));
		station_send_ip(s, IP_TCP, s->ip, STATION_GATEWAY, len);
		quiet(s);
	}
	close(peer);
	close(fd);
	assert_true(station_alive(s));
	spoken(s, "as well as it was");
}

#define T(f) cmocka_unit_test_setup_teardown(f, station_set_up, \
					     station_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(no_gateway_reads_along), T(ports_of_old_emulations),
		T(malformed_dhcp), T(cut_dhcp), T(malformed_tftp), T(cut_tftp),
		T(short_arp),
		T(nc_si_and_other_types), T(urgent_data_is_ordinary),
		T(garbage_under_a_good_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
