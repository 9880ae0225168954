/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_packet.h - look at a frame as its receiver would: where its parts are,
 * and whether its checksums are right. Slow and plain on purpose: not the way
 * in which the code under test adds up.
 */
#ifndef TESTS_NET_LIB_PACKET_H
#define TESTS_NET_LIB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_TCP = 6, PACKET_UDP = 17 };
enum { PACKET_FIN = 0x01, PACKET_SYN = 0x02, PACKET_PSH = 0x08,
       PACKET_ACK = 0x10, PACKET_CWR = 0x80 };

/* Where things are: offsets into the frame. */
struct packet_parts {
	bool v6;
	unsigned int proto;
	size_t ip, l4, data, end;
};

/* packet_known() - make a frame of @len bytes, of which each is known. */
void packet_known(uint8_t *frame, size_t len, const uint8_t *to,
		  const uint8_t *from, uint16_t type);

/* packet_words() - RFC 1071: the folded sum of big-endian words */
uint32_t packet_words(const uint8_t *p, size_t n);

/* packet_pseudo() - the folded sum of a frame's pseudo-header */
uint32_t packet_pseudo(const uint8_t *frame, const struct packet_parts *p);

/**
 * packet_parts() - take a TCP or UDP frame apart, VLAN tags or not
 *
 * Return: false if it is none, or if a length in it does not agree with @len.
 */
bool packet_parts(const uint8_t *frame, size_t len, struct packet_parts *p);

/* packet_is_right() - are its IPv4 and its TCP or UDP checksum right? */
bool packet_is_right(const uint8_t *frame, const struct packet_parts *p);

#endif
