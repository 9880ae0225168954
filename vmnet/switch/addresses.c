/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.c - which card has which address: see addresses.h. */
#include "vmnet/switch/addresses.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"

/* row_of() - Return: the row of an address; NULL: no card has or had it. */
static struct address *row_of(struct addresses *a, unsigned int network,
			      uint16_t host)
{
	unsigned int i;

	for (i = 0; i < ADDRESSES; i++)
		if (a->row[i].host == host && a->row[i].network == network)
			return &a->row[i];
	return NULL;
}

/* row_of_card() - Return: the row of the address that the card had last on that
 * network. */
static struct address *row_of_card(struct addresses *a, unsigned int network,
				   const uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < ADDRESSES; i++)
		if (a->row[i].host && a->row[i].network == network &&
		    !memcmp(a->row[i].mac, mac, 6))
			return &a->row[i];
	return NULL;
}

/* row_room() - Return: a free row, or the one that was used the longest time
 * ago; NULL: all are busy. */
static struct address *row_room(struct addresses *a)
{
	struct address *best = NULL, *row;

	for (row = a->row; row < a->row + ADDRESSES; row++) {
		if (!row->host)
			return row;
		if (!row->busy && (!best || row->used < best->used))
			best = row;
	}
	return best;
}

static struct address *row_set(struct addresses *a, unsigned int network,
			       const uint8_t mac[6], uint16_t host)
{
	struct address *row = row_of(a, network, host);

	if (!row)
		row = row_room(a);
	if (!row)
		return NULL;
	row->network = (uint8_t)network;
	row->host = host;
	memcpy(row->mac, mac, sizeof(row->mac));
	row->used = ++a->clock;
	return row;
}

/* is_busy() - does a card have that address now? */
static bool is_busy(struct addresses *a, unsigned int network, uint16_t host)
{
	const struct address *row = row_of(a, network, host);

	return row && row->busy;
}

/* is_held() - does somebody who is no card have that address of the range? */
static bool is_held(const struct address_range *r, unsigned int host)
{
	return r->held && host - r->first < r->held_count &&
	       r->held[host - r->first] > r->now_ns;
}

/* may_give() - is it an address of the range that is nobody else's? */
static bool may_give(const struct networking *n, const struct address_range *r,
		     unsigned int host)
{
	return host >= r->first && host <= r->last && subnet_plain(host) &&
	       !networking_kept(n, r->network, (uint16_t)host) &&
	       !is_held(r, host);
}

/* mac_hash() - FNV-1a */
static uint32_t mac_hash(const uint8_t mac[6])
{
	uint32_t hash = 2166136261u;
	unsigned int i;

	for (i = 0; i < 6; i++)
		hash = (hash ^ mac[i]) * 16777619u;
	return hash ^ hash >> 16;
}

/* address_choose() - an address of the range that is kept for nobody: never
 * used, or not for the longest time. 0: all are in use. */
static uint16_t address_choose(struct addresses *a, const struct networking *n,
			       const struct address_range *r,
			       const uint8_t mac[6])
{
	const unsigned int count = r->last - r->first + 1u;
	unsigned int host, i, begin = r->spread ? mac_hash(mac) % count : 0;
	const struct address *row, *best = NULL;

	for (i = 0; i < count; i++) {
		host = r->first + (begin + i) % count;
		if (!may_give(n, r, host))
			continue;
		row = row_of(a, r->network, (uint16_t)host);
		if (!row)
			return (uint16_t)host;
		if (!row->busy && (!best || row->used < best->used))
			best = row;
	}
	return best ? best->host : 0;
}

uint16_t addresses_take(struct addresses *a, const struct networking *n,
			const struct address_range *r, const uint8_t mac[6],
			bool *new)
{
	uint16_t host = networking_fixed(n, r->network, mac);
	struct address *row = row_of_card(a, r->network, mac);

	/* Two cards with one address of their own: the second is another's. */
	if (host && is_busy(a, r->network, host))
		host = 0;
	if (!host && row && !row->busy && may_give(n, r, row->host))
		host = row->host;
	if (!host)
		host = address_choose(a, n, r, mac);
	if (!host)
		return 0;
	*new = !row || row->host != host;
	if (row && row->host != host && !row->busy)
		row->host = 0;		/* it has one only */
	row = row_set(a, r->network, mac, host);
	if (!row)
		return 0;
	row->busy = true;
	return host;
}

void addresses_leave(struct addresses *a, unsigned int network, uint16_t host)
{
	struct address *row = row_of(a, network, host);

	ASSERT(row && row->busy);
	row->busy = false;
	row->used = ++a->clock;
}

void addresses_remember(struct addresses *a, unsigned int network,
			const uint8_t mac[6], uint16_t host)
{
	struct address *row = row_of_card(a, network, mac);

	if (row)
		row->host = 0;
	row_set(a, network, mac, host);
}
