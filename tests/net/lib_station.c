/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_station.c - a station on VMNet: see lib_station.h. */
#include "tests/net/lib_station.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"

#define FRAGMENT 1480u	/* data of a full one */

static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };

uint16_t station_checksum(const uint8_t *p, size_t n, uint32_t sum)
{
	sum += packet_words(p, n);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static struct station *station_made(const uint8_t mac[6], uint32_t ip)
{
	struct station *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	memcpy(s->mac, mac, 6);
	s->ip = ip;
	return s;
}

struct station *station_new(const char *network, const uint8_t mac[6],
			    uint32_t ip)
{
	struct station *s = station_made(mac, ip);

	if (!strcmp(network, "nat"))
		daemon_plug_nat(&s->net, mac);
	else
		daemon_plug(&s->net, network, mac);
	return s;
}

static struct station *station_plugged(uint32_t ip,
				       const struct vmnet_plug *plug)
{
	struct station *s = station_made(plug->mac, ip);

	if (vmnet_client_plug(&s->net, plug) < 0)
		fail_msg("%s", s->net.why);
	assert_true(vmnet_client_link(&s->net));
	return s;
}

struct station *station_plug(const struct vmnet_plug *plug)
{
	return station_plugged(0, plug);
}

struct station *station_new_nat(const uint8_t mac[6], uint32_t ip,
				const struct vmnet_wishes *wishes)
{
	const struct vmnet_plug plug = { .network = "nat", .mac = mac,
					 .wishes = wishes };

	return station_plugged(ip, &plug);
}

struct station *station_new_machine(const char *network, const uint8_t mac[6],
				    const char *name, pid_t pid)
{
	const struct vmnet_plug plug = { .network = network, .mac = mac,
					 .machine = name, .machine_pid = pid };

	return station_plugged(0, &plug);
}

void station_free(struct station *s)
{
	vmnet_client_close(&s->net);
	free(s);
}

int station_set_up(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
	struct station *s;

	daemon_set_up(NULL);
	s = station_new("nat", mac, STATION_IP);
	assert_true(station_find(s, STATION_GATEWAY, s->gateway));
	*state = s;
	return 0;
}

int station_tear_down(void **state)
{
	station_free(*state);
	return daemon_tear_down(NULL);
}

/* ---- building frames --------------------------------------------------- */

void station_ether(struct station *s, const uint8_t *to, uint16_t type)
{
	memset(s->out, 0, VMNET_FRAME_MAX);
	memcpy(s->out, to, 6);
	memcpy(s->out + 6, s->mac, 6);
	put_be16(s->out + 12, type);
}

static void send_frame(struct station *s, const uint8_t *frame, size_t len)
{
	int err;

	while ((err = vmnet_client_send(&s->net, frame, len)) == -EAGAIN)
		usleep(1000);
	assert_int_equal(err, 0);
	/* No faster than the switch lets one flood (hub.h, 7), or what is meant
	 * for others would be lost there. */
	if (frame[0] & 1 && ++s->groups % 200 == 0)
		usleep(25000);
}

void station_send(struct station *s, size_t len)
{
	send_frame(s, s->out, len);
}

/* ip_header() - @fragment: RFC 791's flags and offset */
static void ip_header(struct station *s, uint8_t *ip, uint8_t proto,
		      uint32_t from, uint32_t to, size_t len, uint16_t fragment)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + len));
	put_be16(ip + 4, s->id);
	put_be16(ip + 6, fragment);
	ip[8] = 64;
	ip[9] = proto;
	put_be32(ip + 12, from);
	put_be32(ip + 16, to);
	put_be16(ip + 10, station_checksum(ip, 20, 0));
}

void station_header(struct station *s, uint8_t proto, uint32_t from,
		    uint32_t to, size_t len)
{
	s->id++;
	ip_header(s, s->out + AT_IP, proto, from, to, len, 0);
}

void station_send_ip(struct station *s, uint8_t proto, uint32_t from,
		     uint32_t to, size_t len)
{
	station_header(s, proto, from, to, len);
	station_send(s, AT_BODY + len);
}

void station_send_udp(struct station *s, uint32_t from, uint16_t sport,
		      uint32_t to, uint16_t dport, size_t len)
{
	uint8_t *udp = s->out + AT_BODY;

	put_be16(udp, sport);
	put_be16(udp + 2, dport);
	put_be16(udp + 4, (uint16_t)(8 + len));
	put_be16(udp + 6, 0);
	station_send_ip(s, IP_UDP, from, to, 8 + len);
}

/* pseudo() - the sum of a pseudo-header */
static uint32_t pseudo(uint32_t from, uint32_t to, uint8_t proto, size_t len)
{
	return (from >> 16) + (from & 0xffff) + (to >> 16) + (to & 0xffff) +
	       proto + (uint32_t)len;
}

void station_udp_header(struct station *s, uint16_t sport, uint32_t to,
			uint16_t dport, size_t len)
{
	uint8_t *udp = s->out + AT_BODY;

	put_be16(udp, sport);
	put_be16(udp + 2, dport);
	put_be16(udp + 4, (uint16_t)(8 + len));
	put_be16(udp + 6, 0);
	put_be16(udp + 6, station_checksum(udp, 8 + len,
					   pseudo(s->ip, to, IP_UDP, 8 + len)));
}

size_t station_build_tcp(struct station *s, const struct segment *g)
{
	return station_build_tcp_from(s, STATION_PORT, g);
}

size_t station_build_tcp_from(struct station *s, uint16_t from,
			      const struct segment *g)
{
	size_t header = g->mss ? 24 : 20;
	uint8_t *tcp = s->out + AT_BODY;

	station_ether(s, s->gateway, ETHER_IP);
	put_be16(tcp, from);
	put_be16(tcp + 2, g->port);
	put_be32(tcp + 4, g->seq);
	put_be32(tcp + 8, g->ack);
	tcp[12] = (uint8_t)(header << 2);
	tcp[13] = g->flags;
	put_be16(tcp + 14, g->window);
	put_be16(tcp + 18, g->urgent);
	if (g->mss) {
		tcp[20] = 2, tcp[21] = 4;
		put_be16(tcp + 22, g->mss);
	}
	if (g->len)
		memcpy(tcp + header, g->data, g->len);
	put_be16(tcp + 16, station_checksum(tcp, header + g->len,
					    pseudo(s->ip, g->to, IP_TCP,
						   header + g->len)));
	return header + g->len;
}

void station_send_tcp(struct station *s, const struct segment *g)
{
	size_t len = station_build_tcp(s, g);

	station_send_ip(s, IP_TCP, s->ip, g->to, len);
}

void station_send_fragment(struct station *s, uint8_t proto, uint32_t to,
			   size_t offset, size_t len, bool more)
{
	uint8_t frame[AT_BODY + FRAGMENT];

	assert_true(len <= FRAGMENT);
	memcpy(frame, s->gateway, 6);
	memcpy(frame + 6, s->mac, 6);
	put_be16(frame + 12, ETHER_IP);
	ip_header(s, frame + AT_IP, proto, s->ip, to, len,
		  (uint16_t)(offset / 8 | (more ? 0x2000 : 0)));
	memcpy(frame + AT_BODY, s->out + AT_BODY + offset, len);
	send_frame(s, frame, AT_BODY + len);
}

void station_send_fragments(struct station *s, uint8_t proto, uint32_t to,
			    size_t len)
{
	size_t at, part;

	s->id++;
	for (at = 0; at < len; at += part) {
		part = MIN(len - at, FRAGMENT);
		station_send_fragment(s, proto, to, at, part, at + part < len);
	}
}

/* ---- what comes back --------------------------------------------------- */

bool station_receive(struct station *s)
{
	s->in_len = (size_t)daemon_receive(&s->net, s->in);
	return s->in_len > 0;
}

bool station_await(struct station *s, uint8_t proto)
{
	while (station_receive(s))
		if (s->in_len > AT_BODY && get_be16(s->in + 12) == ETHER_IP &&
		    s->in[AT_IP + 9] == proto)
			return true;
	return false;
}

bool station_await_tcp(struct station *s, uint8_t flags)
{
	while (station_await(s, IP_TCP))
		if (s->in_len >= AT_TCP_DATA &&
		    (s->in[AT_BODY + 13] & flags) == flags)
			return true;
	return false;
}

size_t station_await_whole(struct station *s, uint8_t proto, uint8_t *body)
{
	size_t got = 0, total = 0, offset, len;
	uint16_t word;

	while (station_await(s, proto)) {
		word = get_be16(s->in + AT_IP + 6);
		offset = (word & 0x1fffu) * 8u;
		len = get_be16(s->in + AT_IP + 2) - 20u;
		if (offset + len > STATION_BODY || AT_BODY + len > s->in_len)
			return 0;
		memcpy(body + offset, s->in + AT_BODY, len);
		got += len;
		if (!(word & 0x2000))
			total = offset + len;
		if (total && got >= total)
			return got == total ? total : 0;
	}
	return 0;
}

int station_connect(struct station *s, struct segment *g, int fd)
{
	int peer;

	g->to = STATION_GATEWAY;
	g->seq = 1000;
	g->flags = TCP_SYN;
	g->data = "", g->len = 0;
	station_send_tcp(s, g);
	assert_true(station_await_tcp(s, TCP_SYN | TCP_ACK));
	assert_int_equal(get_be32(s->in + AT_BODY + 8), 1001);
	g->mss = 0;
	g->seq++;
	g->ack = get_be32(s->in + AT_BODY + 4) + 1;
	g->flags = TCP_ACK;
	station_send_tcp(s, g);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	return peer;
}

uint8_t station_drain(struct station *s, struct segment *g)
{
	size_t header, len;
	uint8_t flags;

	while (station_await_tcp(s, 0)) {
		flags = s->in[AT_BODY + 13];
		header = (s->in[AT_BODY + 12] >> 4) * 4u;
		len = get_be16(s->in + AT_IP + 2) - 20u - header;
		if (flags & TCP_RST)
			return TCP_RST;
		if (get_be32(s->in + AT_BODY + 4) == g->ack)
			g->ack += (uint32_t)len;
		else
			flags &= (uint8_t)~TCP_FIN;
		if (len)
			station_send_tcp(s, g);
		if (flags & TCP_FIN)
			return TCP_FIN;
	}
	return 0;
}

bool station_find(struct station *s, uint32_t ip, uint8_t mac[6])
{
	uint8_t *arp = s->out + AT_IP;

	station_ether(s, everyone, ETHER_ARP);
	put_be16(arp, 1);
	put_be16(arp + 2, ETHER_IP);
	arp[4] = 6, arp[5] = 4;
	put_be16(arp + 6, 1);
	memcpy(arp + 8, s->mac, 6);
	put_be32(arp + 14, s->ip);
	put_be32(arp + 24, ip);
	station_send(s, 60);
	while (station_receive(s))
		if (get_be16(s->in + 12) == ETHER_ARP &&
		    s->in[AT_IP + 7] == 2 &&
		    get_be32(s->in + AT_IP + 14) == ip) {
			memcpy(mac, s->in + AT_IP + 8, 6);
			return true;
		}
	return false;
}

bool station_dhcp(struct station *s, uint8_t type, uint32_t wanted,
		  struct dhcp_said *said)
{
	struct dhcp_ask ask = { .type = type, .wanted = wanted };

	memcpy(ask.mac, s->mac, 6);
	station_send(s, dhcp_build(&ask, s->out));
	do {	/* others' questions are broadcast, too */
		if (!station_await(s, IP_UDP))
			return false;
		*said = dhcp_read(s->in, s->in_len);
	} while (!said->type);
	return true;
}

bool station_alive(struct station *s)
{
	uint8_t mac[6];

	return station_find(s, STATION_GATEWAY, mac) &&
	       s->net.stats.link_changes == 1 &&
	       strstr(daemon_stats(), "\"nat_starts\": 1,");
}

int station_server(int type, uint16_t *port)
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
