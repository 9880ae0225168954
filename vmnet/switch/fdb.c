/* SPDX-License-Identifier: BSD-2-Clause */
/* fdb.c - which address is behind which port: see fdb.h. */
#include "vmnet/switch/fdb.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

#define ANY_PORT FDB_PORTS

void fdb_init(struct fdb *fdb, uint32_t seed)
{
	unsigned int i;

	memset(fdb, 0, sizeof(*fdb));
	fdb->seed = seed | 1;
	for (i = 0; i < FDB_SIZE; i++) {
		fdb->entry[i].port = FDB_NO_PORT;
		fdb->entry[i].next = (uint16_t)(i + 1 < FDB_SIZE ? i + 2 : 0);
	}
	fdb->free = 1;
}

/* fdb_bucket() - where the chain of an address begins. */
static uint16_t *fdb_bucket(struct fdb *fdb, const uint8_t mac[6])
{
	uint64_t h = get_le32(mac) ^ (uint64_t)get_le16(mac + 4) << 32;

	h = (h ^ fdb->seed) * 0x9e3779b97f4a7c15ull;
	return &fdb->bucket[h >> 56];
}
BUILD_ASSERT(FDB_BUCKETS == 256);

/**
 * fdb_link() - find what points to an entry
 *
 * Return: the place that holds the entry's index + 1, or 0 if none has @mac.
 */
static uint16_t *fdb_link(struct fdb *fdb, const uint8_t mac[6])
{
	uint16_t *link = fdb_bucket(fdb, mac);

	while (*link && memcmp(fdb->entry[*link - 1].mac, mac, 6) != 0)
		link = &fdb->entry[*link - 1].next;
	return link;
}

/* fdb_remove() - free the entry that @link points to. */
static void fdb_remove(struct fdb *fdb, uint16_t *link)
{
	uint16_t index = *link;
	struct fdb_entry *e = &fdb->entry[index - 1];

	*link = e->next;
	fdb->count[e->port]--;
	e->port = FDB_NO_PORT;
	e->next = fdb->free;
	fdb->free = index;
}

/* fdb_evict() - free the entry of @port, or of any port if that is ANY_PORT,
 * that was silent longest. */
static void fdb_evict(struct fdb *fdb, unsigned int port)
{
	struct fdb_entry *oldest = NULL;
	unsigned int i;

	for (i = 0; i < FDB_SIZE; i++) {
		struct fdb_entry *e = &fdb->entry[i];

		if (e->port == FDB_NO_PORT || e->fixed ||
		    (port != ANY_PORT && e->port != port))
			continue;
		if (!oldest || e->seen_ns < oldest->seen_ns)
			oldest = e;
	}
	if (oldest)
		fdb_remove(fdb, fdb_link(fdb, oldest->mac));
}

/* fdb_expire() - free every entry that is too old. */
static void fdb_expire(struct fdb *fdb, uint64_t now_ns)
{
	unsigned int i;

	for (i = 0; i < FDB_SIZE; i++) {
		struct fdb_entry *e = &fdb->entry[i];

		if (e->port == FDB_NO_PORT || e->fixed ||
		    now_ns - e->seen_ns < FDB_AGE_NS)
			continue;
		fdb_remove(fdb, fdb_link(fdb, e->mac));
		fdb->aged++;
	}
}

/**
 * fdb_add() - a new entry for an address that is in no chain
 *
 * Return: false if there is no room; its frames are then flooded, which is
 * slow but not wrong.
 */
static bool fdb_add(struct fdb *fdb, const uint8_t mac[6], unsigned int port,
		    uint64_t now_ns)
{
	struct fdb_entry *e;
	uint16_t *bucket, index;

	if (fdb->count[port] >= FDB_PER_PORT) {
		fdb_evict(fdb, port);
		fdb->evicted++;
	}
	if (!fdb->free)
		fdb_expire(fdb, now_ns);
	if (!fdb->free) {
		fdb->full++;
		return false;
	}
	index = fdb->free;
	e = &fdb->entry[index - 1];
	fdb->free = e->next;
	memcpy(e->mac, mac, 6);
	e->port = (uint16_t)port;
	e->fixed = false;
	e->seen_ns = now_ns;
	bucket = fdb_bucket(fdb, mac);
	e->next = *bucket;
	*bucket = index;
	fdb->count[port]++;
	return true;
}

bool fdb_learn(struct fdb *fdb, const uint8_t mac[6], unsigned int port,
	       uint64_t now_ns)
{
	uint16_t *link = fdb_link(fdb, mac);
	struct fdb_entry *e;
	bool moves = false;

	ASSERT(port < FDB_PORTS);
	if (*link) {
		e = &fdb->entry[*link - 1];
		if (e->port == port) {
			e->seen_ns = now_ns;
			return true;
		}
		if (e->fixed)
			return false;
		/* Take it out and add it, so that the limits are obeyed */
		fdb_remove(fdb, link);
		moves = true;
	}
	if (!fdb_add(fdb, mac, port, now_ns))
		return true;
	if (moves)
		fdb->moved++;
	else
		fdb->learned++;
	return true;
}

bool fdb_fix(struct fdb *fdb, const uint8_t mac[6], unsigned int port,
	     uint64_t now_ns)
{
	if (!fdb->free && !*fdb_link(fdb, mac))
		fdb_evict(fdb, ANY_PORT);
	if (!fdb_learn(fdb, mac, port, now_ns))
		return false;
	fdb->entry[*fdb_link(fdb, mac) - 1].fixed = true;
	return true;
}

unsigned int fdb_lookup(struct fdb *fdb, const uint8_t mac[6], uint64_t now_ns)
{
	uint16_t *link = fdb_link(fdb, mac);

	if (!*link)
		return FDB_NO_PORT;
	if (!fdb->entry[*link - 1].fixed &&
	    now_ns - fdb->entry[*link - 1].seen_ns >= FDB_AGE_NS) {
		fdb_remove(fdb, link);
		fdb->aged++;
		return FDB_NO_PORT;
	}
	return fdb->entry[*link - 1].port;
}

void fdb_forget_port(struct fdb *fdb, unsigned int port)
{
	unsigned int i;

	for (i = 0; i < FDB_SIZE; i++) {
		struct fdb_entry *e = &fdb->entry[i];

		if (e->port == port)
			fdb_remove(fdb, fdb_link(fdb, e->mac));
	}
}

unsigned int fdb_used(const struct fdb *fdb)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_SIZE; i++)
		n += fdb->entry[i].port != FDB_NO_PORT;
	return n;
}

bool fdb_check(const struct fdb *fdb)
{
	unsigned int i, chained = 0, unused = 0, counted = 0;
	uint16_t at;

	for (i = 0; i < FDB_BUCKETS; i++) {
		for (at = fdb->bucket[i]; at; at = fdb->entry[at - 1].next) {
			if (fdb->entry[at - 1].port >= FDB_PORTS ||
			    ++chained > FDB_SIZE)
				return false;
		}
	}
	for (at = fdb->free; at; at = fdb->entry[at - 1].next) {
		if (fdb->entry[at - 1].port != FDB_NO_PORT ||
		    ++unused > FDB_SIZE)
			return false;
	}
	for (i = 0; i < FDB_PORTS; i++) {
		if (fdb->count[i] > FDB_PER_PORT)
			return false;
		counted += fdb->count[i];
	}
	return chained + unused == FDB_SIZE && counted == chained &&
	       fdb_used(fdb) == chained;
}
