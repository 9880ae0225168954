/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addresses.h - which card has which address on the networks that give some.
 *
 * 1. A card has the address that is kept for it (networking.h), else the one
 *    that it had last, else one that nobody has had, else the one of whoever
 *    has been away the longest.
 * 2. No two cards of a network have one address at a time.
 * 3. What is new the caller has written down (child.h): so it stays when
 *    vmnetd ends. ADDRESSES are remembered at most.
 * 4. None that is chosen here ends in .0 or .255.
 *
 * An address is its number in the subnet (subnet.h). No system call is made
 * here.
 */
#ifndef VMNET_ADDRESSES_H
#define VMNET_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "vmnet/proto/networking.h"

#define ADDRESSES	1024u

/* Of a line of the file that remembers them. */
struct address {
	uint8_t network;
	uint16_t host;		/* 0: a free place */
	uint8_t mac[6];
	bool busy;
	uint64_t used;		/* when it was, in an order of our own */
};

struct addresses {
	uint64_t clock;
	struct address row[ADDRESSES];
};

/* The addresses that may be given: from the first to the last. */
struct address_range {
	uint8_t network;
	uint16_t first, last;
	bool spread;	/* where a card's first one is looked for depends on
			 * the card, so that it most likely is the same in
			 * each run, even if nothing is remembered */
};

/**
 * addresses_take() - the address of a card that comes
 * @new: set if it has to be written down
 *
 * Return: 0: all are in use.
 */
uint16_t addresses_take(struct addresses *a, const struct networking *n,
			const struct address_range *range, const uint8_t mac[6],
			bool *new);

/* addresses_leave() - that card has gone. */
void addresses_leave(struct addresses *a, unsigned int network, uint16_t host);

/* addresses_remember() - that a card had an address, at some time before; a
 * later call over an earlier one. */
void addresses_remember(struct addresses *a, unsigned int network,
			const uint8_t mac[6], uint16_t host);

#endif
