/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_filter.h - which of a guest's frames are the NAT's business, and whose.
 *
 * 1. Only frames to the NAT's own addresses, or to groups: what the switch
 *    floods, because nobody knows its receiver, is not for the outside.
 * 2. Only from an address of its subnet; and what is for an address in there
 *    is never looked for outside, nor is 127.0.0.1 or another address that
 *    means "this host".
 * 3. libslirp sees ARP, DHCP, ICMP and TCP only, and no fragments; of IPv6 what
 *    nat_ip6.h lets it see.
 *
 * libslirp before 4.9.2 trusts TCP's urgent pointer (CVE-2026-9539: a length
 * underflow, and host memory leaves by the socket). Debian 12 has 4.7.0. No
 * program that we know of needs urgent data through NAT, so it is made
 * ordinary data before libslirp looks.
 */
#ifndef VMNET_NAT_FILTER_H
#define VMNET_NAT_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/nat/nat_packet.h"
#include "vmnet/proto/proto.h"

enum nat_way {
	NAT_TO_STACK,		/* libslirp's */
	NAT_TO_UDP,		/* nat_udp.h's */
	NAT_TO_NAMES,		/* nat_names.h's, and then libslirp's */
	NAT_IGNORED,		/* nobody's, and that is no loss */
	NAT_LOST,		/* one that is counted */
};

/**
 * nat_filter() - look at a frame from a guest, and disarm it
 * @frame, @len: our own copy; changed in place, checksums kept right
 * @setup: whose NAT this is
 * @p: filled in if it is an IPv4 packet that is not ignored or lost
 * @why: filled in if it is lost
 *
 * IPv4 fragments are refused, of all protocols: 4.7.0 can be crashed by
 * fragments that do not fit together (found by tests/net/nat_test.c), and a
 * TCP flag could hide behind reassembly. They are made whole before they come
 * here (ip_reassemble.h).
 */
enum nat_way nat_filter(uint8_t *frame, size_t len,
			const struct vmnet_nat_setup *setup,
			struct nat_packet *p, enum nat_drop *why);

/* nat_disarm() - take the urgent pointer out of a TCP header, if it is there */
void nat_disarm(uint8_t *tcp);

/* nat_syn() - does this TCP header begin a connection? */
bool nat_syn(const uint8_t *tcp);

/* nat_opens() - does this packet begin a TCP connection? */
bool nat_opens(const struct nat_packet *p);

#endif
