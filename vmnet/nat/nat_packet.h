/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_packet.h - IPv4 packets as the NAT takes them apart and makes them
 * (RFC 791, 768, 792).
 */
#ifndef VMNET_NAT_PACKET_H
#define VMNET_NAT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETHER_HEADER	14u
#define TYPE_IP	0x0800u
#define TYPE_ARP	0x0806u
#define TYPE_IP6	0x86ddu
#define IP_HEADER	20u
#define UDP_HEADER	8u
#define TCP_HEADER	20u
#define IP_PACKET_MAX	65535u
#define NAT_MTU		1500u

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17 };

/* ICMP's types and codes that we send. */
enum { ICMP_UNREACHABLE = 3, ICMP_TIME_EXCEEDED = 11 };
enum { UNREACHABLE_NET, UNREACHABLE_HOST, UNREACHABLE_PORT = 3,
       UNREACHABLE_FORBIDDEN = 13 };

/* A packet that was checked; points into the caller's copy. */
struct nat_packet {
	uint8_t *ip;
	size_t header, body_len;
	uint8_t *body;
	uint8_t proto, ttl;
	uint32_t from, to;	/* in our byte order */
};

/* The way to the guest. */
struct nat_out {
	void (*send)(void *opaque, const uint8_t *frame, size_t len);
	void *opaque;
	uint8_t mac[6];		/* of the guest's card */
	uint32_t subnet, mask;	/* of the network; .2 is the NAT */
	uint16_t id;		/* of the next packet */
};

/**
 * nat_packet_parse() - check an IPv4 header
 * @ip, @len: the packet, maybe with padding behind it; no fragment
 *
 * Return: is it sound, and @p filled in?
 */
bool nat_packet_parse(uint8_t *ip, size_t len, struct nat_packet *p);

/* nat_sum() - of a TCP or UDP body with its pseudo header: 0 if it is right */
uint16_t nat_sum(uint32_t from, uint32_t to, uint8_t proto, const uint8_t *body,
		 size_t len);

/* nat_sum_change() - a checksum after a word of 16 bits changed: RFC 1624 */
uint16_t nat_sum_change(uint16_t sum, uint16_t was, uint16_t is);

/**
 * nat_out_ip() - send a packet to the guest, in fragments if need be
 * @body, @len: at most IP_PACKET_MAX - IP_HEADER bytes
 */
void nat_out_ip(struct nat_out *out, uint8_t proto, uint32_t from, uint32_t to,
		const uint8_t *body, size_t len);

/* nat_udp_sound() - is a packet a whole UDP datagram with a right checksum? */
bool nat_udp_sound(const struct nat_packet *p);

/* From where to where a datagram goes. */
struct nat_udp_way {
	uint32_t from, to;
	uint16_t from_port, to_port;
};

/**
 * nat_out_udp() - send a datagram to the guest
 * @datagram: UDP_HEADER bytes for its header, and then its data
 * @len: of the data; more than a packet has room for is left out
 */
void nat_out_udp(struct nat_out *out, const struct nat_udp_way *way,
		 uint8_t *datagram, size_t len);

/**
 * nat_out_error() - tell the guest by ICMP that its packet did not get through
 * @from: who says so
 * @quote: the packet's header and 8 bytes of its body
 */
void nat_out_error(struct nat_out *out, uint8_t type, uint8_t code,
		   uint32_t from, const uint8_t *quote, size_t len);

#endif
