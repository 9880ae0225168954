/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_station.h - a station on VMNet, for tests: it builds frames and looks
 * at what comes back, through the real vmnetd and its helpers, with no guest.
 *
 * What is sent to the gateway 10.0.2.2 arrives at servers on this host's
 * loopback, which station_server() opens. All numbers in the host's order.
 */
#ifndef TESTS_NET_LIB_STATION_H
#define TESTS_NET_LIB_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/net/lib_dhcp.h"
#include "vmnet/client/client.h"

#define STATION_IP	0x0a00020fu	/* 10.0.2.15 */
#define STATION_GATEWAY	0x0a000202u
#define STATION_DNS	0x0a000203u
#define STATION_PORT	4000u		/* of its TCP connections */
#define STATION_BODY	65535u		/* room for an IP packet's data */

enum { ETHER_IP = 0x0800, ETHER_ARP = 0x0806, ETHER_IP6 = 0x86dd };
enum { IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16,
       TCP_URG = 32 };

/* Where things are in a frame with an IP header of 20 bytes. */
enum { AT_IP = 14, AT_BODY = 34, AT_UDP_DATA = 42, AT_TCP_DATA = 54 };

struct station {
	struct vmnet_client net;
	uint8_t mac[6], gateway[6];
	uint32_t ip;
	uint16_t id;		/* of the next IP packet */
	unsigned int groups;	/* frames to more than one */
	uint8_t out[AT_BODY + STATION_BODY];
	uint8_t in[VMNET_FRAME_MAX];
	size_t in_len;
};

/* One TCP segment. */
struct segment {
	uint32_t to;
	uint16_t port, window, mss;	/* mss 0: no such option */
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t urgent;
	const void *data;
	size_t len;
};

/* station_new() - plug in; @ip: its address, as it has it without asking. */
struct station *station_new(const char *network, const uint8_t mac[6],
			    uint32_t ip);
void station_free(struct station *s);

/* station_plug() - plug in as @plug says */
struct station *station_plug(const struct vmnet_plug *plug);

/* station_new_nat() - on the NAT, with wishes; NULL: none */
struct station *station_new_nat(const uint8_t mac[6], uint32_t ip,
				const struct vmnet_wishes *wishes);

/* station_new_machine() - the card of a machine of that name; @pid: of its
 * hostel, as it says */
struct station *station_new_machine(const char *network, const uint8_t mac[6],
				    const char *name, pid_t pid);

/* station_set_up(), station_tear_down() - around a test (cmocka): a daemon of
 * its own, a station on the NAT that knows its gateway. */
int station_set_up(void **state);
int station_tear_down(void **state);

/* station_ether() - begin a frame: all zero after its header. */
void station_ether(struct station *s, const uint8_t *to, uint16_t type);

/* station_send() - the first @len bytes of s->out, as they are. */
void station_send(struct station *s, size_t len);

/* station_header() - an IP header before a body of @len bytes. */
void station_header(struct station *s, uint8_t proto, uint32_t from,
		    uint32_t to, size_t len);

/* station_send_ip() - put the headers before the body, which is in place, and
 * send the packet. */
void station_send_ip(struct station *s, uint8_t proto, uint32_t from,
		     uint32_t to, size_t len);

/* station_send_udp() - @len bytes of data are in place; with no checksum. */
void station_send_udp(struct station *s, uint32_t from, uint16_t sport,
		      uint32_t to, uint16_t dport, size_t len);

/* station_udp_header() - before @len bytes of data in place; checksum, too */
void station_udp_header(struct station *s, uint16_t sport, uint32_t to,
			uint16_t dport, size_t len);

/* station_build_tcp() - from STATION_PORT. Return: its length with header. */
size_t station_build_tcp(struct station *s, const struct segment *g);

/* station_build_tcp_from() - station_build_tcp() from port @from. */
size_t station_build_tcp_from(struct station *s, uint16_t from,
			      const struct segment *g);

/* station_send_tcp() - build a segment from STATION_PORT, and send it. */
void station_send_tcp(struct station *s, const struct segment *g);

/**
 * station_connect() - a TCP connection to a server of the host
 * @g: port, window and mss are set; becomes a segment that goes on from there
 * @fd: the server's socket
 *
 * Return: the server's end of it.
 */
int station_connect(struct station *s, struct segment *g, int fd);

/**
 * station_drain() - take what comes, in order, until the end of it
 * @g: its ack grows with that, and is sent
 *
 * Return: TCP_FIN, TCP_RST or, if nothing more comes, 0.
 */
uint8_t station_drain(struct station *s, struct segment *g);

/**
 * station_send_fragment() - a part of the body that is in place
 * @offset, @len: which; @offset is a multiple of eight
 * @more: is it not the last?
 */
void station_send_fragment(struct station *s, uint8_t proto, uint32_t to,
			   size_t offset, size_t len, bool more);

/* station_send_fragments() - all of a body of @len bytes, in order. */
void station_send_fragments(struct station *s, uint8_t proto, uint32_t to,
			    size_t len);

/* station_receive() - the next frame is in s->in; false: none for 2 s. */
bool station_receive(struct station *s);

/* station_await() - the next frame of that IPv4 protocol is in s->in. */
bool station_await(struct station *s, uint8_t proto);

/* station_await_tcp() - until a segment with all of @flags comes. */
bool station_await_tcp(struct station *s, uint8_t flags);

/**
 * station_await_whole() - put a packet together from its fragments
 * @body: room for STATION_BODY bytes
 *
 * Return: the body's length; 0 if nothing whole came.
 */
size_t station_await_whole(struct station *s, uint8_t proto, uint8_t *body);

/* station_find() - ARP: who has @ip? Its address goes to @mac. */
bool station_find(struct station *s, uint32_t ip, uint8_t mac[6]);

/* station_dhcp() - ask for @wanted (0: any), and read the server's answer;
 * false: none came. */
bool station_dhcp(struct station *s, uint8_t type, uint32_t wanted,
		  struct dhcp_said *said);

/* station_alive() - the gateway still answers, and is the same process. */
bool station_alive(struct station *s);

/* station_server() - a socket on the host's loopback; sets its port. */
int station_server(int type, uint16_t *port);

/* station_checksum() - as it goes into a packet, of bytes after a sum. */
uint16_t station_checksum(const uint8_t *p, size_t n, uint32_t sum);

#endif
