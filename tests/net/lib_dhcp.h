/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_dhcp.h - a DHCP client, for tests: it makes requests and reads answers,
 * field by field (RFC 2131), and knows nothing of the server's code.
 */
#ifndef TESTS_NET_LIB_DHCP_H
#define TESTS_NET_LIB_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DHCP_DISCOVER = 1, DHCP_OFFER, DHCP_REQUEST, DHCP_DECLINE, DHCP_ACK,
       DHCP_NAK, DHCP_RELEASE, DHCP_INFORM };

/* What a client asks; 0: such a field or option is not there. */
struct dhcp_ask {
	uint8_t type;
	uint8_t mac[6];
	bool broadcast;		/* the answer, please */
	uint32_t ciaddr, wanted, server;
	uint32_t from, to;	/* in the IP header; to 0: everybody */
	const uint8_t *to_mac;	/* NULL: everybody */
};

struct dhcp_said {
	uint8_t type;		/* 0: it was no answer of a DHCP server */
	uint8_t to_mac[6];
	uint32_t to, yours, server, mask, router, names, lease_s;
	uint32_t next;		/* siaddr: who has the file to boot */
	char file[129];		/* that, or "" */
	bool no_proxy;		/* iPXE is to wait for no other server */
};

#define DHCP_XID 0x12345678u

/* dhcp_build() - a frame of @a. @frame: room for 600 bytes. Return: length */
size_t dhcp_build(const struct dhcp_ask *a, uint8_t *frame);

/* dhcp_read() - take a frame apart, whatever it is. */
struct dhcp_said dhcp_read(const uint8_t *frame, size_t len);

#endif
