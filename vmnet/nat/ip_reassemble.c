/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_reassemble.c - IPv4 fragments become whole: see ip_reassemble.h.
 *
 * A packet's data lies in its buffer behind room for the longest headers, and
 * a bit for each eight bytes says what has come: fragments begin at multiples
 * of eight, so none of these is ever half there, but for the very last.
 */
#include "vmnet/nat/ip_reassemble.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/checksum.h"

#define ETHER_HEADER	14u
#define TYPE_IP		0x0800u
#define IP_MIN		20u
#define IP_MAX		65535u
#define HEADERS		(ETHER_HEADER + 60u)	/* with all IP options */
#define FRAGMENT_OFFSET	0x1fffu
#define MORE_FRAGMENTS	0x2000u
#define BLOCK		8u
#define BLOCKS		((IP_MAX + 1) / BLOCK)

/* Which packet a fragment is of: RFC 791's four, and who sent it. */
struct packet_key {
	uint8_t sender[6];
	uint8_t addresses[8];
	uint8_t id[2];
	uint8_t protocol;
};

BUILD_ASSERT(sizeof(struct packet_key) == 17);	/* compared as bytes */

struct fragment {
	struct packet_key key;
	const uint8_t *frame, *data;
	size_t header;		/* of IP, in bytes */
	size_t offset, len;	/* of the data */
	bool last;
};

struct packet {
	bool used;
	bool spoilt;		/* what still comes of it is lost */
	struct packet_key key;
	uint64_t begun_ns;
	uint8_t *buf;		/* HEADERS and IP_MAX bytes; not if spoilt */
	size_t header;		/* 0: the first fragment has not come */
	size_t total;		/* 0: the last one has not come */
	size_t end, got;	/* the furthest byte; how many are here */
	uint32_t fragments;
	uint64_t have[BLOCKS / 64];
};

struct reassembly {
	struct packet packet[REASSEMBLY_PACKETS];
	uint8_t *whole;		/* what was given last */
	uint32_t lost;
};

struct reassembly *reassembly_new(void)
{
	return calloc(1, sizeof(struct reassembly));
}

/* give_up() - a packet's place is free; what had come of it is lost. */
static void give_up(struct reassembly *r, struct packet *p)
{
	r->lost += p->fragments;
	free(p->buf);
	memset(p, 0, sizeof(*p));
}

void reassembly_free(struct reassembly *r)
{
	unsigned int i;

	for (i = 0; i < REASSEMBLY_PACKETS; i++)
		free(r->packet[i].buf);
	free(r->whole);
	free(r);
}

uint32_t reassembly_lost(struct reassembly *r)
{
	uint32_t lost = r->lost;

	r->lost = 0;
	return lost;
}

void reassembly_tend(struct reassembly *r, uint64_t now_ns)
{
	unsigned int i;

	for (i = 0; i < REASSEMBLY_PACKETS; i++)
		if (r->packet[i].used &&
		    now_ns - r->packet[i].begun_ns >= REASSEMBLY_NS)
			give_up(r, &r->packet[i]);
}

/* is_fragment() - of IPv4, that is; whether it is sound is another matter. */
static bool is_fragment(const uint8_t *frame, size_t len)
{
	return len >= ETHER_HEADER + IP_MIN &&
	       get_be16(frame + 12) == TYPE_IP &&
	       get_be16(frame + ETHER_HEADER + 6) &
		       (FRAGMENT_OFFSET | MORE_FRAGMENTS);
}

/**
 * decode_fragment() - check all that one fragment says of itself
 * @f: filled in; only good if the answer is true
 */
static bool decode_fragment(const uint8_t *frame, size_t len,
			    struct fragment *f)
{
	const uint8_t *ip = frame + ETHER_HEADER;
	uint16_t word = get_be16(ip + 6), total = get_be16(ip + 2);

	f->frame = frame;
	f->header = (ip[0] & 15u) * 4u;
	if (ip[0] >> 4 != 4 || f->header < IP_MIN || total <= f->header ||
	    total > len - ETHER_HEADER ||
	    sum_fold(sum_bytes(ip, f->header)) != 0xffff)
		return false;
	f->data = ip + f->header;
	f->len = total - f->header;
	f->offset = (word & FRAGMENT_OFFSET) * BLOCK;
	f->last = !(word & MORE_FRAGMENTS);
	memcpy(f->key.sender, frame + 6, 6);
	memcpy(f->key.addresses, ip + 12, 8);
	memcpy(f->key.id, ip + 4, 2);
	f->key.protocol = ip[9];
	return f->offset + f->len + IP_MIN <= IP_MAX &&
	       (f->last || f->len % BLOCK == 0);
}

/* count_of() - how many places has the sender of that packet? Spoilt ones
 * are places, too. */
static unsigned int count_of(const struct reassembly *r,
			     const uint8_t sender[6])
{
	unsigned int i, n = 0;

	for (i = 0; i < REASSEMBLY_PACKETS; i++)
		n += r->packet[i].used &&
		     !memcmp(r->packet[i].key.sender, sender, 6);
	return n;
}

/* oldest_of() - the sender's packet that began first; it has one. */
static struct packet *oldest_of(struct reassembly *r, const uint8_t sender[6])
{
	struct packet *oldest = NULL;
	unsigned int i;

	for (i = 0; i < REASSEMBLY_PACKETS; i++) {
		struct packet *p = &r->packet[i];

		if (p->used && !memcmp(p->key.sender, sender, 6) &&
		    (!oldest || p->begun_ns < oldest->begun_ns))
			oldest = p;
	}
	ASSERT(oldest);
	return oldest;
}

/* free_place() - one for a packet of that sender: rule 2. */
static struct packet *free_place(struct reassembly *r, const uint8_t sender[6])
{
	unsigned int i, n, most = 0;
	struct packet *p = NULL;

	if (count_of(r, sender) >= REASSEMBLY_PER_SENDER) {
		p = oldest_of(r, sender);
		give_up(r, p);
		return p;
	}
	for (i = 0; i < REASSEMBLY_PACKETS; i++) {
		if (!r->packet[i].used)
			return &r->packet[i];
		n = count_of(r, r->packet[i].key.sender);
		if (n > most) {
			most = n;
			p = &r->packet[i];
		}
	}
	p = oldest_of(r, p->key.sender);
	give_up(r, p);
	return p;
}

/* place_of() - the packet of a fragment, begun if need be; NULL: no memory */
static struct packet *place_of(struct reassembly *r, const struct fragment *f,
			       uint64_t now_ns)
{
	struct packet *p;
	unsigned int i;

	for (i = 0; i < REASSEMBLY_PACKETS; i++)
		if (r->packet[i].used &&
		    !memcmp(&r->packet[i].key, &f->key, sizeof(f->key)))
			return &r->packet[i];
	p = free_place(r, f->key.sender);
	p->buf = malloc(HEADERS + IP_MAX);
	if (!p->buf)
		return NULL;
	p->used = true;
	p->key = f->key;
	p->begun_ns = now_ns;
	return p;
}

/* packet_spoil() - nothing good can come of it any more: rule 4. */
static void packet_spoil(struct reassembly *r, struct packet *p)
{
	r->lost += p->fragments;
	p->fragments = 0;
	free(p->buf);
	p->buf = NULL;
	p->spoilt = true;
}

/* count_blocks() - how many of the fragment's blocks are here already? */
static size_t count_blocks(const struct packet *p, const struct fragment *f)
{
	size_t b, n = 0;

	for (b = f->offset / BLOCK; b * BLOCK < f->offset + f->len; b++)
		n += has_bit(p->have, (uint32_t)b);
	return n;
}

enum fit { FITS, AGAIN, SPOILS };

/* fragment_fit() - how does a fragment go with what is here? */
static enum fit fragment_fit(const struct packet *p, const struct fragment *f)
{
	size_t end = f->offset + f->len;
	size_t here = count_blocks(p, f);

	/* There is one end, and nothing is beyond it. */
	if (p->total ? end > p->total || (f->last && end != p->total) :
		       f->last && p->end > end)
		return SPOILS;
	if (!here)
		return FITS;
	if (here == (f->len + BLOCK - 1) / BLOCK &&
	    !memcmp(p->buf + HEADERS + f->offset, f->data, f->len))
		return AGAIN;
	return SPOILS;
}

/* fragment_add() - a fragment that fits. */
static void fragment_add(struct packet *p, const struct fragment *f)
{
	size_t headers = ETHER_HEADER + f->header, b;

	memcpy(p->buf + HEADERS + f->offset, f->data, f->len);
	for (b = f->offset / BLOCK; b * BLOCK < f->offset + f->len; b++)
		set_bit(p->have, (uint32_t)b);
	p->got += f->len;
	p->end = MAX(p->end, f->offset + f->len);
	p->fragments++;
	if (f->last)
		p->total = p->end;
	if (f->offset == 0) {	/* its headers are the packet's */
		memcpy(p->buf + HEADERS - headers, f->frame, headers);
		p->header = f->header;
	}
}

/* packet_finish() - the packet is whole: it leaves its place. */
static uint8_t *packet_finish(struct reassembly *r, struct packet *p,
			      size_t *len)
{
	uint8_t *ip = p->buf + HEADERS - p->header;

	put_be16(ip + 2, (uint16_t)(p->header + p->total));
	put_be16(ip + 6, 0);
	put_le16(ip + 10, 0);
	put_le16(ip + 10, (uint16_t)~sum_fold(sum_bytes(ip, p->header)));
	*len = ETHER_HEADER + p->header + p->total;
	free(r->whole);
	r->whole = p->buf;
	memset(p, 0, sizeof(*p));
	return ip - ETHER_HEADER;
}

uint8_t *reassembly_take(struct reassembly *r, uint8_t *frame, size_t *len,
			 uint64_t now_ns)
{
	struct packet *p = NULL;
	struct fragment f;
	enum fit how;

	if (!is_fragment(frame, *len))
		return frame;
	reassembly_tend(r, now_ns);
	if (decode_fragment(frame, *len, &f))
		p = place_of(r, &f, now_ns);
	if (!p || p->spoilt) {
		r->lost++;
		return NULL;
	}
	how = fragment_fit(p, &f);
	if (how == AGAIN)
		return NULL;
	if (how == FITS)
		fragment_add(p, &f);
	if (how == SPOILS || p->header + p->end > IP_MAX) {
		r->lost += how == SPOILS;
		packet_spoil(r, p);
		return NULL;
	}
	if (!p->header || !p->total || p->got != p->total)
		return NULL;
	return packet_finish(r, p, len);
}
