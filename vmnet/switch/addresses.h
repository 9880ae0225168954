/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addresses.h - which card has which address on the networks that give some.
 *
 * 1. A card gets the address that is reserved for it (networking.h); else the
 *    one that it had last; else one that no card has had; else the one of the
 *    card that has been away the longest.
 * 2. No two cards of a network have one address at a time. An address that is
 *    held by somebody else (struct address_range) is given to no card, unless
 *    it is reserved for that card.
 * 3. The caller has new addresses written down (child.h), so they stay when
 *    vmnetd ends. At most ADDRESSES are remembered.
 * 4. None that is chosen here ends in .0 or .255.
 *
 * An address is given by its number in the subnet (subnet.h). No system call is
 * made here.
 */
#ifndef VMNET_ADDRESSES_H
#define VMNET_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "vmnet/proto/networking.h"

#define ADDRESSES	1024u

/* An address that was given, or is. */
struct address {
	uint8_t network;
	uint16_t host;		/* 0: a free place */
	uint8_t mac[6];
	bool busy;		/* a card has it now */
	uint64_t used;		/* when it was last given: addresses.clock */
};

struct addresses {
	uint64_t clock;
	struct address row[ADDRESSES];
};

/* The addresses that may be given: from the first to the last. */
struct address_range {
	uint8_t network;
	uint16_t first, last;
	bool spread;	/* the search for a free one begins at a place that
			 * depends on the card's MAC, so that a card most likely
			 * has one address in each run, even if none is
			 * remembered */
	/* Until when, by the clock of @now_ns, somebody who is no card of this
	 * switch has each address from @first on; NULL: nobody has any */
	const uint64_t *held;
	unsigned int held_count;
	uint64_t now_ns;
};

/**
 * addresses_take() - give a card an address
 * @mac: the card's
 * @new: receives whether it is to be written down
 *
 * Return: its number; 0: all are in use.
 */
uint16_t addresses_take(struct addresses *a, const struct networking *n,
			const struct address_range *range, const uint8_t mac[6],
			bool *new);

/* addresses_leave() - the card with that address has gone. */
void addresses_leave(struct addresses *a, unsigned int network, uint16_t host);

/* addresses_remember() - note that a card had an address in an earlier run. A
 * later call counts over an earlier one. */
void addresses_remember(struct addresses *a, unsigned int network,
			const uint8_t mac[6], uint16_t host);

#endif
