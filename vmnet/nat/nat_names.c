/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_names.c - questions for names by TCP: see nat_names.h. */
#include "vmnet/nat/nat_names.h"

#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "vmnet/proto/proto.h"

#define DNS_PORT	53u
#define TCP_SUM		16u
#define TCP_FLAGS	13u
#define FLAG_SYN	2u
#define AT_FROM		12u	/* addresses in the IP header */
#define AT_TO		16u

/* change_address() - and the checksums of both headers with it. */
static void change_address(uint8_t *ip, uint8_t *tcp, unsigned int at,
			   uint32_t to)
{
	uint16_t ip_sum = get_be16(ip + 10), sum = get_be16(tcp + TCP_SUM);
	uint8_t now[4];
	unsigned int i;

	put_be32(now, to);
	for (i = 0; i < 4; i += 2) {
		ip_sum = nat_sum_change(ip_sum, get_be16(ip + at + i),
					get_be16(now + i));
		sum = nat_sum_change(sum, get_be16(ip + at + i),
				     get_be16(now + i));
	}
	memcpy(ip + at, now, 4);
	put_be16(ip + 10, ip_sum);
	put_be16(tcp + TCP_SUM, sum);
}

/* server_pick() - Return: an IPv4 server, or 0. */
static uint32_t server_pick(const struct resolv_page *page)
{
	struct resolv r;
	unsigned int i;

	resolv_get(page, &r);
	for (i = 0; i < r.count; i++)
		if (r.server[i].family == AF_INET)
			return get_be32(r.server[i].addr);
	return 0;
}

bool nat_names_out(struct nat_names *n, struct nat_packet *p)
{
	uint16_t port;
	unsigned int i;

	if (p->body_len < TCP_HEADER || get_be16(p->body + 2) != DNS_PORT)
		return false;
	port = get_be16(p->body);
	for (i = 0; i < NAT_NAMES && n->link[i].port != port; i++)
		;
	if (i == NAT_NAMES)
		i = n->next++ % NAT_NAMES;
	if ((p->body[TCP_FLAGS] & FLAG_SYN) || n->link[i].port != port)
		n->link[i].server = server_pick(n->page);
	n->link[i].port = port;
	if (!n->link[i].server)
		return false;
	change_address(p->ip, p->body, AT_TO, n->link[i].server);
	p->to = n->link[i].server;
	return true;
}

void nat_names_back(const struct nat_names *n, uint8_t *frame, size_t len)
{
	uint8_t *ip = frame + ETHER_HEADER, *tcp;
	size_t header;
	unsigned int i;

	if (len < ETHER_HEADER + IP_HEADER + TCP_HEADER ||
	    get_be16(frame + 12) != TYPE_IP || ip[9] != PROTO_TCP)
		return;
	header = (ip[0] & 15u) * 4u;
	tcp = ip + header;
	if (len < ETHER_HEADER + header + TCP_HEADER ||
	    get_be16(tcp) != DNS_PORT)
		return;
	for (i = 0; i < NAT_NAMES; i++)
		if (n->link[i].server && n->link[i].port == get_be16(tcp + 2) &&
		    n->link[i].server == get_be32(ip + AT_FROM)) {
			change_address(ip, tcp, AT_FROM,
				       nat_nameserver(n->subnet));
			return;
		}
}
