/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.c - a DHCP server: see dhcp.h.
 *
 * decode_request() checks a frame and copies what counts; give() chooses an
 * address; what follows writes the answer. Offsets are those of RFC 2131's
 * figure 1 (a BOOTP packet), RFC 826 (ARP), 791 and 768.
 */
#include "vmnet/dhcp/dhcp.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "vmnet/names/names.h"
#include "vmnet/proto/checksum.h"

enum {
	ETHER_HEADER = 14, TYPE_IP = 0x0800, TYPE_ARP = 0x0806,
	IP_HEADER = 20, PROTO_UDP = 17, UDP_HEADER = 8,
	SERVER_PORT = 67, CLIENT_PORT = 68, FRAME_MIN = 60,
};

/* Where things are in a BOOTP packet. */
enum {
	AT_OP = 0, AT_HTYPE = 1, AT_HLEN = 2, AT_XID = 4, AT_FLAGS = 10,
	AT_CIADDR = 12, AT_YIADDR = 16, AT_SIADDR = 20, AT_GIADDR = 24,
	AT_CHADDR = 28, AT_COOKIE = 236, AT_OPTIONS = 240, BOOTP_MIN = 300,
};

enum { OP_REQUEST = 1, OP_REPLY = 2, FLAG_BROADCAST = 0x8000 };
#define COOKIE 0x63825363u

enum {
	OPTION_PAD = 0, OPTION_MASK = 1, OPTION_NAMES = 6, OPTION_DOMAIN = 15,
	OPTION_BROADCAST = 28,
	OPTION_WANTED = 50, OPTION_LEASE = 51, OPTION_TYPE = 53,
	OPTION_SERVER = 54, OPTION_END = 255,
};

enum {
	DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM,
};

struct lease {
	uint8_t mac[6];		/* who has it, or had it last; 0: nobody */
	uint64_t until_ns;	/* in use until then; 0: never was */
};

struct dhcp {
	uint32_t server, mask, first;
	unsigned int leases;	/* from @first on: they are given */
	uint8_t mac[6];		/* the server's own */
	struct lease lease[DHCP_LEASES];
	/* What the switch has said, once for each card. */
	struct card {
		uint8_t mac[6];
		uint16_t host;	/* 0: a free place */
		bool names;	/* it hears that we know names */
		bool gone;	/* it is not there any more */
		uint64_t told;	/* when: @cards */
	} card[DHCP_CARDS];
	uint64_t cards;		/* that were told, ever */
	struct vmnet_names names;	/* who is there, as the switch says */
	uint16_t held, held_s;	/* what the switch is to be told: dhcp_held() */
};

/* What counts of a request. */
struct request {
	uint8_t type;
	uint8_t mac[6];
	uint8_t xid[4];
	uint16_t flags;
	uint32_t ciaddr;	/* what the client has */
	uint32_t wanted;	/* option 50, or 0 */
	uint32_t server;	/* option 54, or 0 */
};

struct dhcp *dhcp_new(uint32_t subnet, unsigned int prefix)
{
	struct dhcp *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->server = subnet + subnet_server(prefix);
	d->mask = subnet_mask(prefix);
	d->first = subnet + subnet_dhcp_first(prefix);
	d->leases = MIN(d->server - d->first, DHCP_LEASES);
	d->mac[0] = 0x52;	/* locally administered, of its IP address */
	d->mac[1] = 0x55;
	put_be32(d->mac + 2, d->server);
	return d;
}

/* card_place() - Return: the best place for a card: a free one; else that of a
 * card that has gone, the oldest; the oldest of all, if the switch has told of
 * more than there can be. */
static struct card *card_place(struct dhcp *d)
{
	struct card *best = d->card, *c;

	for (c = d->card; c < d->card + DHCP_CARDS; c++) {
		if (!c->host)
			return c;
		if (c->gone != best->gone ? c->gone : c->told < best->told)
			best = c;
	}
	return best;
}

void dhcp_card(struct dhcp *d, const uint8_t mac[6], uint16_t host, bool names)
{
	struct card *c;

	if (host >= (d->server & ~d->mask))
		return;
	for (c = d->card; c < d->card + DHCP_CARDS; c++)
		if (c->host == host || !memcmp(c->mac, mac, 6))
			memset(c, 0, sizeof(*c));
	c = card_place(d);
	memcpy(c->mac, mac, 6);
	c->host = host;
	c->names = names;
	c->gone = false;
	c->told = ++d->cards;
}

void dhcp_card_gone(struct dhcp *d, const uint8_t mac[6], uint16_t host)
{
	struct card *c;

	for (c = d->card; c < d->card + DHCP_CARDS; c++)
		if (c->host == host && !memcmp(c->mac, mac, 6))
			c->gone = true;
}

uint16_t dhcp_held(struct dhcp *d, uint16_t *seconds)
{
	uint16_t host = d->held;

	*seconds = d->held_s;
	d->held = 0;
	return host;
}

void dhcp_names(struct dhcp *d, const struct vmnet_names *names)
{
	d->names = *names;
}

/* ---- what came in ------------------------------------------------------ */

/* pseudo_sum() - of UDP's pseudo header, to add to */
static uint64_t pseudo_sum(const uint8_t *ip, size_t udp_len)
{
	uint8_t word[4] = { 0, PROTO_UDP, (uint8_t)(udp_len >> 8),
			    (uint8_t)udp_len };

	return sum_bytes(ip + 12, 8) + sum_bytes(word, 4);
}

/* find_data() - Return: the data of a datagram to that port of the server, or
 * to all; its length is in @len. NULL: it is none, or not sound. */
static const uint8_t *find_data(const struct dhcp *d, const uint8_t *frame,
				size_t *len, uint16_t port)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	const uint8_t *ip = frame + ETHER_HEADER, *udp;
	size_t header, total, n;

	if (*len < ETHER_HEADER + IP_HEADER ||
	    get_be16(frame + 12) != TYPE_IP ||
	    (memcmp(frame, everyone, 6) && memcmp(frame, d->mac, 6)))
		return NULL;
	header = (ip[0] & 15u) * 4u;
	total = get_be16(ip + 2);
	if (ip[0] >> 4 != 4 || header < IP_HEADER || ip[9] != PROTO_UDP ||
	    total > *len - ETHER_HEADER || total < header + UDP_HEADER ||
	    (get_be16(ip + 6) & 0x3fff) ||	/* a fragment */
	    sum_fold(sum_bytes(ip, header)) != 0xffff)
		return NULL;
	udp = ip + header;
	n = get_be16(udp + 4);
	if (get_be16(udp + 2) != port || n < UDP_HEADER || n > total - header ||
	    (get_be16(udp + 6) &&
	     sum_fold(pseudo_sum(ip, n) + sum_bytes(udp, n)) != 0xffff))
		return NULL;
	*len = n - UDP_HEADER;
	return udp + UDP_HEADER;
}

/* decode_options() - Return: false if one does not end in the packet. */
static bool decode_options(const uint8_t *p, size_t len, struct request *r)
{
	size_t at = 0, n;

	while (at < len && p[at] != OPTION_END) {
		if (p[at] == OPTION_PAD) {
			at++;
			continue;
		}
		if (len - at < 2 || p[at + 1] > len - at - 2)
			return false;
		n = p[at + 1];
		if (p[at] == OPTION_TYPE && n == 1)
			r->type = p[at + 2];
		if (p[at] == OPTION_WANTED && n == 4)
			r->wanted = get_be32(p + at + 2);
		if (p[at] == OPTION_SERVER && n == 4)
			r->server = get_be32(p + at + 2);
		at += 2 + n;
	}
	return true;
}

/* decode_request() - Return: is it one to us, and @r filled in? */
static bool decode_request(const struct dhcp *d, const uint8_t *frame,
			   size_t len, struct request *r)
{
	const uint8_t *b = find_data(d, frame, &len, SERVER_PORT);

	if (!b || len < AT_OPTIONS || b[AT_OP] != OP_REQUEST ||
	    b[AT_HTYPE] != 1 || b[AT_HLEN] != 6 || get_be32(b + AT_GIADDR) ||
	    get_be32(b + AT_COOKIE) != COOKIE ||
	    memcmp(b + AT_CHADDR, frame + 6, 6) || (frame[6] & 1))
		return false;
	memset(r, 0, sizeof(*r));
	memcpy(r->mac, b + AT_CHADDR, 6);
	memcpy(r->xid, b + AT_XID, 4);
	r->flags = get_be16(b + AT_FLAGS);
	r->ciaddr = get_be32(b + AT_CIADDR);
	return decode_options(b + AT_OPTIONS, len - AT_OPTIONS, r);
}

/* ---- leases ------------------------------------------------------------ */

static uint32_t address_of(const struct dhcp *d, const struct lease *l)
{
	return d->first + (uint32_t)(l - d->lease);
}

/* lease_at() - of an address, or NULL: it is none of ours */
static struct lease *lease_at(struct dhcp *d, uint32_t address)
{
	return address - d->first < d->leases ? &d->lease[address - d->first] :
						NULL;
}

static struct lease *lease_of(struct dhcp *d, const uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < DHCP_LEASES; i++)
		if (!memcmp(d->lease[i].mac, mac, 6))
			return &d->lease[i];
	return NULL;
}

/* mac_place() - where among the addresses a card belongs (FNV-1a) */
static unsigned int mac_place(const struct dhcp *d, const uint8_t mac[6])
{
	uint32_t hash = 2166136261u;
	unsigned int i;

	for (i = 0; i < 6; i++)
		hash = (hash ^ mac[i]) * 16777619u;
	return (hash ^ hash >> 16) % d->leases;
}

/* card_find() - the place of a card of which the switch has said something;
 * DHCP_CARDS: it has not. */
static unsigned int card_find(const struct dhcp *d, const uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < DHCP_CARDS; i++)
		if (d->card[i].host && !memcmp(d->card[i].mac, mac, 6))
			break;
	return i;
}

/* card_address() - what the switch has said of that card; 0: nothing. */
static uint32_t card_address(const struct dhcp *d, const uint8_t mac[6])
{
	unsigned int i = card_find(d, mac);

	return i == DHCP_CARDS ? 0 : (d->server & d->mask) + d->card[i].host;
}

/* is_a_cards() - has the switch said that address of a card? */
static bool is_a_cards(const struct dhcp *d, uint32_t address)
{
	unsigned int i;

	for (i = 0; i < DHCP_CARDS; i++)
		if (d->card[i].host &&
		    (d->server & d->mask) + d->card[i].host == address)
			return true;
	return false;
}

/* is_free() - for this card, of which the switch has said nothing? */
static bool is_free(const struct dhcp *d, const struct lease *l,
		    const uint8_t mac[6], uint64_t now_ns)
{
	return subnet_plain(address_of(d, l)) &&
	       !is_a_cards(d, address_of(d, l)) &&
	       (l->until_ns <= now_ns || !memcmp(l->mac, mac, 6));
}

/* lease_choose() - a lease for a card that has none; NULL: all are in use */
static struct lease *lease_choose(struct dhcp *d, const struct request *r,
				  uint64_t now_ns)
{
	struct lease *l = lease_at(d, r->wanted), *best = NULL;
	unsigned int i, at = mac_place(d, r->mac);

	if (l && is_free(d, l, r->mac, now_ns))
		return l;
	for (i = 0; i < d->leases; i++) {
		l = &d->lease[(at + i) % d->leases];
		if (is_free(d, l, r->mac, now_ns) &&
		    (!best || l->until_ns < best->until_ns))
			best = l;
	}
	return best;
}

/* lease_end() - somebody has the lease until then, or nobody from then on, and
 * the switch is to hear it. */
static void lease_end(struct dhcp *d, struct lease *l, uint64_t until_ns,
		      uint64_t now_ns)
{
	uint64_t s = until_ns > now_ns ? until_ns - now_ns : 0;

	l->until_ns = until_ns;
	d->held = (uint16_t)(address_of(d, l) & ~d->mask);
	d->held_s = (uint16_t)((s + 999999999u) / 1000000000u);
}

/* lease_take() - the lease is the card's until then; it has no other one. */
static void lease_take(struct dhcp *d, struct lease *l, const uint8_t mac[6],
		       uint64_t until_ns, uint64_t now_ns)
{
	struct lease *had = lease_of(d, mac);

	if (had && had != l)
		memset(had, 0, sizeof(*had));
	memcpy(l->mac, mac, 6);
	lease_end(d, l, until_ns, now_ns);
}

/* ---- what goes out ----------------------------------------------------- */

static uint8_t *add_option(uint8_t *p, uint8_t number, uint32_t value)
{
	p[0] = number;
	p[1] = 4;
	put_be32(p + 2, value);
	return p + 6;
}

/* add_names() - where names of machines are known, to a card that is to hear
 * it. */
static uint8_t *add_names(const struct dhcp *d, const uint8_t mac[6],
			  uint8_t *p)
{
	const size_t n = sizeof(NAMES_DOMAIN) - 1;
	unsigned int i = card_find(d, mac);

	if (i == DHCP_CARDS || !d->card[i].names)
		return p;
	p = add_option(p, OPTION_NAMES, d->server);
	p[0] = OPTION_DOMAIN;
	p[1] = (uint8_t)n;
	memcpy(p + 2, NAMES_DOMAIN, n);
	return p + 2 + n;
}

/* Where an answer goes, and from which port of ours. */
struct way {
	const uint8_t *mac;
	uint32_t to;
	uint16_t port, from_port;
};

/* write_headers() - around @len bytes of data, which are in place */
static size_t write_headers(const struct dhcp *d, uint8_t *out, size_t len,
			    const struct way *way)
{
	uint8_t *ip = out + ETHER_HEADER, *udp = ip + IP_HEADER;

	memset(out, 0, ETHER_HEADER + IP_HEADER + UDP_HEADER);
	memcpy(out, way->mac, 6);
	memcpy(out + 6, d->mac, 6);
	put_be16(out + 12, TYPE_IP);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(IP_HEADER + UDP_HEADER + len));
	ip[8] = 64;
	ip[9] = PROTO_UDP;
	put_be32(ip + 12, d->server);
	put_be32(ip + 16, way->to);
	put_le16(ip + 10, (uint16_t)~sum_fold(sum_bytes(ip, IP_HEADER)));
	put_be16(udp, way->from_port);
	put_be16(udp + 2, way->port);
	put_be16(udp + 4, (uint16_t)(UDP_HEADER + len));
	put_le16(udp + 6,
		 (uint16_t)~sum_fold(pseudo_sum(ip, UDP_HEADER + len) +
				     sum_bytes(udp, UDP_HEADER + len)));
	if (!get_be16(udp + 6))		/* 0 would mean that there is none */
		put_be16(udp + 6, 0xffff);
	return ETHER_HEADER + IP_HEADER + UDP_HEADER + len;
}

/**
 * reply_write() - write an answer
 * @type: OFFER, ACK or NAK
 * @yours: the address that is given, or 0
 */
static size_t reply_write(const struct dhcp *d, const struct request *r,
			  uint8_t type, uint32_t yours, uint8_t *out)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t *b = out + ETHER_HEADER + IP_HEADER + UDP_HEADER;
	uint8_t *p = b + AT_OPTIONS;
	uint32_t to = r->ciaddr ? r->ciaddr : yours;
	bool all = type == NAK || !to ||
		   (!r->ciaddr && (r->flags & FLAG_BROADCAST));
	const struct way way = {
		.mac = all ? everyone : r->mac, .to = all ? 0xffffffff : to,
		.port = CLIENT_PORT, .from_port = SERVER_PORT,
	};

	memset(out, 0, DHCP_FRAME_MAX);
	b[AT_OP] = OP_REPLY, b[AT_HTYPE] = 1, b[AT_HLEN] = 6;
	memcpy(b + AT_XID, r->xid, 4);
	put_be16(b + AT_FLAGS, r->flags);
	if (type != NAK)
		put_be32(b + AT_CIADDR, r->ciaddr);
	put_be32(b + AT_YIADDR, yours);
	memcpy(b + AT_CHADDR, r->mac, 6);
	put_be32(b + AT_COOKIE, COOKIE);
	p[0] = OPTION_TYPE, p[1] = 1, p[2] = type;
	p = add_option(p + 3, OPTION_SERVER, d->server);
	if (type != NAK && yours)
		p = add_option(p, OPTION_LEASE, DHCP_LEASE_S);
	if (type != NAK) {
		p = add_option(p, OPTION_MASK, d->mask);
		p = add_option(p, OPTION_BROADCAST, d->server | ~d->mask);
		p = add_names(d, r->mac, p);
	}
	*p++ = OPTION_END;
	return write_headers(d, out, MAX((size_t)(p - b), (size_t)BOOTP_MIN),
			     &way);
}

static size_t on_discover(struct dhcp *d, const struct request *r, uint8_t *out,
			  uint64_t now_ns)
{
	struct lease *l = lease_of(d, r->mac);
	uint32_t known = card_address(d, r->mac);

	if (known)
		return reply_write(d, r, OFFER, known, out);
	if (l && !is_free(d, l, r->mac, now_ns))
		l = NULL;	/* it has become another's */
	if (!l)
		l = lease_choose(d, r, now_ns);
	if (!l)
		return 0;
	lease_take(d, l, r->mac, MAX(l->until_ns, now_ns + DHCP_OFFER_NS),
		   now_ns);
	return reply_write(d, r, OFFER, address_of(d, l), out);
}

static size_t on_request(struct dhcp *d, const struct request *r, uint8_t *out,
			 uint64_t now_ns)
{
	uint32_t address = r->wanted ? r->wanted : r->ciaddr;
	uint32_t known = card_address(d, r->mac);
	struct lease *l = lease_of(d, r->mac);

	if (r->server && r->server != d->server) {	/* another one's */
		if (l)
			lease_end(d, l, now_ns, now_ns);
		return 0;
	}
	if (known)
		return reply_write(d, r, address == known ? ACK : NAK,
				   address == known ? known : 0, out);
	l = lease_at(d, address);
	if (!l || !is_free(d, l, r->mac, now_ns))
		return reply_write(d, r, NAK, 0, out);
	lease_take(d, l, r->mac, now_ns + DHCP_LEASE_S * 1000000000ull, now_ns);
	return reply_write(d, r, ACK, address, out);
}

/* on_return() - a card gives its lease back, or says that somebody else, who
 * never asked us, uses the address. */
static void on_return(struct dhcp *d, const struct request *r, uint64_t now_ns)
{
	struct lease *l = lease_of(d, r->mac);

	if (!l ||
	    address_of(d, l) != (r->type == DECLINE ? r->wanted : r->ciaddr))
		return;
	if (r->type == DECLINE)
		memset(l->mac, 0, sizeof(l->mac));
	lease_end(d, l, now_ns + (r->type == DECLINE ? DHCP_BAD_NS : 0),
		  now_ns);
}

/* on_arp() - RFC 826: who has the server's address? */
static size_t on_arp(const struct dhcp *d, const uint8_t *frame, size_t len,
		     uint8_t *out)
{
	static const uint8_t request[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	const uint8_t *arp = frame + ETHER_HEADER;
	uint8_t *a = out + ETHER_HEADER;

	if (len < ETHER_HEADER + 28 || memcmp(arp, request, 8) ||
	    get_be32(arp + 24) != d->server || (frame[6] & 1))
		return 0;
	memset(out, 0, FRAME_MIN);
	memcpy(out, frame + 6, 6);
	memcpy(out + 6, d->mac, 6);
	put_be16(out + 12, TYPE_ARP);
	memcpy(a, request, 8);
	a[7] = 2;
	memcpy(a + 8, d->mac, 6);
	put_be32(a + 14, d->server);
	memcpy(a + 18, arp + 8, 10);
	return FRAME_MIN;
}

/* on_question() - for a machine's name, by DNS. */
static size_t on_question(const struct dhcp *d, const uint8_t *frame,
			  size_t len, uint8_t *out)
{
	const struct names_place place = {
		.names = &d->names, .subnet = d->server & d->mask,
		.mask = d->mask,
	};
	const uint8_t *msg = find_data(d, frame, &len, NAMES_PORT), *ip;
	struct way way = { .mac = frame + 6, .from_port = NAMES_PORT };
	size_t n;

	ip = frame + ETHER_HEADER;
	if (!msg || get_be32(ip + 16) != d->server || (frame[6] & 1))
		return 0;
	n = names_answer(&place, msg, len,
			 out + ETHER_HEADER + IP_HEADER + UDP_HEADER);
	if (!n)
		return 0;
	way.to = get_be32(ip + 12);
	way.port = get_be16(msg - UDP_HEADER);
	n = write_headers(d, out, n, &way);
	if (n < FRAME_MIN)
		memset(out + n, 0, FRAME_MIN - n);
	return MAX(n, (size_t)FRAME_MIN);
}

size_t dhcp_answer(struct dhcp *d, const uint8_t *frame, size_t len,
		   uint8_t *out, uint64_t now_ns)
{
	struct request r;

	if (len < ETHER_HEADER)
		return 0;
	if (get_be16(frame + 12) == TYPE_ARP)
		return on_arp(d, frame, len, out);
	if (!decode_request(d, frame, len, &r))
		return on_question(d, frame, len, out);
	switch (r.type) {
	case DISCOVER:
		return on_discover(d, &r, out, now_ns);
	case REQUEST:
		return on_request(d, &r, out, now_ns);
	case INFORM:
		return r.ciaddr ? reply_write(d, &r, ACK, 0, out) : 0;
	case DECLINE:
	case RELEASE:
		on_return(d, &r, now_ns);
		return 0;
	default:
		return 0;
	}
}
