/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_ip6.h - IPv6 through the NAT, where the host has a way out itself.
 *
 * A guest gets an address of fd48:6f73:7465:6c00::/64 by router advertisement
 * (RFC 4861, 4862), and TCP and UDP reach the outside by libslirp. Names are
 * looked up at 10.0.2.3, as ever. Hosts prefer IPv4 to such an address (RFC
 * 6724), so IPv6 is used where there is nothing else.
 *
 * 1. Only what is for the outside goes on: never an address that means this
 *    host or its links, in whatever form (::1, ::ffff:127.0.0.1, fe80::), but
 *    for the gateway ::2, which libslirp takes for the host's ::1 if that is
 *    allowed.
 * 2. TCP's urgent pointer is disarmed as it is in IPv4: nat_filter.h.
 * 3. Advertisements are ours: libslirp looks into a file for each of its own,
 *    so it hears of no solicitation, nor of DHCPv6. Of ICMPv6 it gets
 *    neighbour discovery, and pings of the gateway.
 */
#ifndef VMNET_NAT_IP6_H
#define VMNET_NAT_IP6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>

#define NAT6_PREFIX { 0xfd, 0x48, 0x6f, 0x73, 0x74, 0x65, 0x6c, 0x00 }
#define NAT6_ADVERTISE_NS 300000000000ull	/* and when it is asked */
#define NAT6_ADVERT_LEN	110u

enum nat_ip6_way {
	IP6_TO_STACK,		/* to libslirp */
	IP6_OPENS,		/* to libslirp, which may open a socket then */
	IP6_ADVERTISE,		/* the guest asks for a router */
	IP6_IGNORED,
	IP6_LOST,		/* TCP or UDP that must not go on */
};

/* nat_ip6_host() - has the host a way to the IPv6 Internet? Sends nothing.
 * #syscalls socket connect close */
bool nat_ip6_host(void);

/* nat_ip6_address() - of the NAT's network; @last: 2 is the gateway */
struct in6_addr nat_ip6_address(uint8_t last);

/**
 * nat_ip6_filter() - where does an IPv6 frame from a guest go? Disarm it.
 * @frame, @len: our own copy; changed in place, checksums kept right
 * @host_loopback: may the gateway be reached by TCP and UDP?
 */
enum nat_ip6_way nat_ip6_filter(uint8_t *frame, size_t len, bool host_loopback);

/* nat_ip6_advert() - a router advertisement. @frame: NAT6_ADVERT_LEN bytes */
void nat_ip6_advert(uint8_t *frame);

/* nat_ip6_socket() - libslirp has a new socket: errors of routers come back
 * as errors, for it can not bear some kinds of messages about them. */
void nat_ip6_socket(int fd);

#endif
