/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_ip6.c - IPv6 through the NAT: see nat_ip6.h. */
#include "vmnet/nat/nat_ip6.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "vmnet/proto/checksum.h"
#include "vmnet/nat/nat_filter.h"
#include "vmnet/nat/nat_packet.h"

#define IP6_HEADER	40u
#define AT_NEXT		6u	/* offsets in the IPv6 header: RFC 8200 3 */
#define AT_HOPS		7u
#define AT_FROM		8u
#define AT_TO		24u
#define PROTO_ICMP6	58u

enum { ECHO_REQUEST = 128, ROUTER_SOLICIT = 133, ROUTER_ADVERT,
       NEIGHBOUR_SOLICIT, NEIGHBOUR_ADVERT };

enum { TFTP_PORT = 69, DHCP6_PORT = 547 };

static const uint8_t prefix[8] = NAT6_PREFIX;
static const uint8_t link_local[8] = { 0xfe, 0x80 };
/* What libslirp calls itself: of an address's last four bytes. */
static const uint8_t router_mac[6] = { 0x52, 0x56, 0, 0, 0, 2 };
static const uint8_t router_id[8] = { 0, 0, 0, 0, 0, 0, 0, 2 };

bool nat_ip6_host(void)
{
	/* Any address of the Internet: 2000::/3, RFC 4291 2.4. */
	const struct sockaddr_in6 a = { .sin6_family = AF_INET6,
		.sin6_port = htons(9),
		.sin6_addr.s6_addr = { 0x20, 0, [15] = 1 } };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has;

	if (fd < 0)
		return false;
	has = connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
	close(fd);
	return has;
}

struct in6_addr nat_ip6_address(uint8_t last)
{
	struct in6_addr a = { .s6_addr = NAT6_PREFIX };

	a.s6_addr[15] = last;
	return a;
}

void nat_ip6_socket(int fd)
{
	const int off = 0;

	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &off, sizeof(off));
}

/* ---- from the guest ---------------------------------------------------- */

static bool is_prefix(const uint8_t *address, const uint8_t *net)
{
	return memcmp(address, net, 8) == 0;
}

/* is_router() - ::2 of our network, or of the link */
static bool is_router(const uint8_t *address)
{
	return (is_prefix(address, prefix) || is_prefix(address, link_local)) &&
	       memcmp(address + 8, router_id, 8) == 0;
}

/* is_outside() - global unicast, others' private networks (not ours), and
 * IPv4 by the host's own translator (RFC 6052); all else is near. */
static bool is_outside(const uint8_t *to)
{
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(to, nat64, sizeof(nat64)) == 0)
		return to[12] != 127 && to[12] != 0;
	return (to[0] & 0xe0) == 0x20 ||
	       ((to[0] & 0xfe) == 0xfc && !is_prefix(to, prefix));
}

static enum nat_ip6_way filter_icmp(const uint8_t *ip, const uint8_t *icmp,
				    size_t len)
{
	static const uint8_t nowhere[16];
	const uint8_t *from = ip + AT_FROM;
	bool near = is_prefix(from, link_local) || is_prefix(from, prefix) ||
		    memcmp(from, nowhere, 16) == 0;

	if (len < 8 || !near)
		return IP6_IGNORED;
	switch (icmp[0]) {
	case ROUTER_SOLICIT:
		return ip[AT_HOPS] == 255 && !icmp[1] ? IP6_ADVERTISE :
							IP6_IGNORED;
	case NEIGHBOUR_SOLICIT:
	case NEIGHBOUR_ADVERT:
		return len >= 24 ? IP6_TO_STACK : IP6_IGNORED;
	case ECHO_REQUEST:
		return is_router(ip + AT_TO) ? IP6_TO_STACK : IP6_IGNORED;
	default:
		return IP6_IGNORED;
	}
}

/* filter_data() - TCP and UDP */
static enum nat_ip6_way filter_data(const uint8_t *ip, uint8_t *body,
				    size_t len, bool host_loopback)
{
	bool tcp = ip[AT_NEXT] == PROTO_TCP;
	uint16_t port;

	if (len < (tcp ? TCP_HEADER : UDP_HEADER) ||
	    !is_prefix(ip + AT_FROM, prefix) || is_router(ip + AT_FROM))
		return IP6_LOST;
	port = get_be16(body + 2);
	if (!is_outside(ip + AT_TO) &&
	    !(host_loopback && is_router(ip + AT_TO) &&
	      is_prefix(ip + AT_TO, prefix)))
		return IP6_LOST;
	if (!tcp)
		return port == TFTP_PORT || port == DHCP6_PORT ? IP6_LOST :
								 IP6_OPENS;
	nat_disarm(body);
	return nat_syn(body) ? IP6_OPENS : IP6_TO_STACK;
}

enum nat_ip6_way nat_ip6_filter(uint8_t *frame, size_t len, bool host_loopback)
{
	uint8_t *ip = frame + ETHER_HEADER, *body = ip + IP6_HEADER;
	size_t body_len;

	if (len < ETHER_HEADER + IP6_HEADER || ip[0] >> 4 != 6 ||
	    (!(frame[0] & 1) && memcmp(frame, router_mac, 6)))
		return IP6_IGNORED;
	body_len = get_be16(ip + 4);
	if (body_len > len - ETHER_HEADER - IP6_HEADER || !ip[AT_HOPS])
		return IP6_IGNORED;
	if (ip[AT_NEXT] == PROTO_ICMP6)
		return filter_icmp(ip, body, body_len);
	if (ip[AT_TO] == 0xff)		/* to a group */
		return IP6_IGNORED;
	if (ip[AT_NEXT] != PROTO_TCP && ip[AT_NEXT] != PROTO_UDP)
		return IP6_IGNORED;
	return filter_data(ip, body, body_len, host_loopback);
}

/* ---- to the guest ------------------------------------------------------ */

/* put_advert() - RFC 4861 4.2, with 4.6.1 and 4.6.2. Return: its length */
static size_t put_advert(uint8_t *icmp)
{
	uint8_t *link = icmp + 16, *net = link + 8;

	icmp[0] = ROUTER_ADVERT;
	icmp[4] = 64;			/* hops */
	put_be16(icmp + 6, 1800);	/* a router for so many seconds */
	link[0] = 1, link[1] = 1;
	memcpy(link + 2, router_mac, 6);
	net[0] = 3, net[1] = 4, net[2] = 64;
	net[3] = 0xc0;			/* on the link; make an address of it */
	put_be32(net + 4, 86400);	/* valid, and preferred */
	put_be32(net + 8, 14400);
	memcpy(net + 16, prefix, sizeof(prefix));
	return 16 + 8 + 32;
}

void nat_ip6_advert(uint8_t *frame)
{
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	uint8_t *ip = frame + ETHER_HEADER, *icmp = ip + IP6_HEADER;
	uint8_t pseudo[4] = { 0, PROTO_ICMP6 };
	size_t len;

	memset(frame, 0, NAT6_ADVERT_LEN);
	frame[0] = frame[1] = 0x33;
	frame[5] = 1;
	memcpy(frame + 6, router_mac, 6);
	put_be16(frame + 12, TYPE_IP6);
	ip[0] = 0x60;
	ip[AT_NEXT] = PROTO_ICMP6;
	ip[AT_HOPS] = 255;
	memcpy(ip + AT_FROM, link_local, 8);
	memcpy(ip + AT_FROM + 8, router_id, 8);
	memcpy(ip + AT_TO, all_nodes, 16);
	len = put_advert(icmp);
	put_be16(ip + 4, (uint16_t)len);
	put_be16(pseudo + 2, (uint16_t)len);
	put_le16(icmp + 2, (uint16_t)~sum_fold(sum_bytes(ip + AT_FROM, 32) +
					       sum_bytes(pseudo, 4) +
					       sum_bytes(icmp, len)));
}
