/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdb.h - which address is behind which port (a bridge's filtering database,
 * IEEE 802.1D-2004 7.9).
 *
 * 1. At most FDB_SIZE addresses in all and FDB_PER_PORT behind one port: a
 *    guest that invents addresses pushes out its own only.
 * 2. An address that was silent for FDB_AGE_NS is forgotten.
 * 3. A fixed address stays behind its port until that leaves.
 * 4. An entry is in one hash chain or in the free list, never in both.
 */
#ifndef VMNET_FDB_H
#define VMNET_FDB_H

#include <stdbool.h>
#include <stdint.h>

#define FDB_SIZE	1024u
#define FDB_BUCKETS	256u
#define FDB_PER_PORT	64u
#define FDB_AGE_NS	(300ull * 1000000000ull)	/* 802.1D table 7-5 */
#define FDB_PORTS	128u
#define FDB_NO_PORT	0xffffu

struct fdb_entry {
	uint64_t seen_ns;	/* when it last sent */
	uint8_t mac[6];
	bool fixed;
	uint16_t port;		/* FDB_NO_PORT: free */
	uint16_t next;		/* index + 1 in its chain; 0 ends it */
};

struct fdb {
	struct fdb_entry entry[FDB_SIZE];
	uint16_t bucket[FDB_BUCKETS];	/* index + 1, or 0 */
	uint16_t free;			/* index + 1, or 0 */
	uint16_t count[FDB_PORTS];	/* entries per port */
	uint32_t seed;			/* of the hash */
	/* counters */
	uint64_t learned, moved, aged, evicted, full;
};

/**
 * fdb_init() - an empty table
 * @seed: random, so that nobody can choose addresses of one chain
 */
void fdb_init(struct fdb *fdb, uint32_t seed);

/**
 * fdb_learn() - note that an address sends from a port
 * @mac: sender's address, not a group address
 * @port: below FDB_PORTS
 * @now_ns: time, never going back
 *
 * Return: false if that address is fixed behind another port.
 */
bool fdb_learn(struct fdb *fdb, const uint8_t mac[6], unsigned int port,
	       uint64_t now_ns);

/**
 * fdb_fix() - an address is behind that port from now on, and no other
 *
 * A full table makes room: as long as ports fix fewer addresses than FDB_SIZE.
 * Return: false if it is fixed behind another one.
 */
bool fdb_fix(struct fdb *fdb, const uint8_t mac[6], unsigned int port,
	     uint64_t now_ns);

/**
 * fdb_lookup() - find the port of an address
 *
 * Return: the port, or FDB_NO_PORT if it is unknown or too old.
 */
unsigned int fdb_lookup(struct fdb *fdb, const uint8_t mac[6], uint64_t now_ns);

/* fdb_forget_port() - drop every address behind a port that leaves. */
void fdb_forget_port(struct fdb *fdb, unsigned int port);

/* fdb_used() - how many addresses are known, old ones included. */
unsigned int fdb_used(const struct fdb *fdb);

/* fdb_check() - do the invariants hold? For tests. */
bool fdb_check(const struct fdb *fdb);

#endif
