/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcnet.h - a PCnet card on the board: its Lance, its PCI function, and how
 * frames go between the Lance and what the card is plugged into.
 *
 * The work half runs in either world, one at a time: in the one that owns the
 * door. Each has a plug of its own for a card whose frames it can move.
 *
 * 1. A frame that the chip can not take yet stays in the plug: nothing is
 *    dropped here.
 * 2. A frame that the plug can not take yet stays in the guest's ring.
 * 3. How a world's time and a frame's way are accounted for is said here, and
 *    is the same in both: pc_world.rows and .trip.
 */
#ifndef MACHINE_PCNET_H
#define MACHINE_PCNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/lance_regs.h"
#include "devices/pcnet_pci.h"

struct pc;
struct stamper;

/*
 * What a card's cable is plugged into. All NULL: there is no cable, and what
 * is sent is lost on the air.
 */
struct pcnet_plug {
	void *self;
	/* A frame goes out. Return: false: no room, ask again. */
	bool (*send)(void *self, const uint8_t *frame, size_t len);
	/* Some went; wake who takes them. Return: true if that was needed. */
	bool (*flush)(void *self);
	/* A look for frames is about to begin. */
	void (*begin)(void *self);
	/* How long is the frame that waits, as far as is known? 0: there is
	 * none, and whoever puts one in will tell. */
	size_t (*next)(void *self);
	/* Take what waits; good until the next call. NULL: it was no frame. */
	const uint8_t *(*take)(void *self, size_t *len);
	/* The look is over. @more: perhaps there are more, be called again. */
	void (*end)(void *self, bool more);
	unsigned int batch;	/* frames taken in at one look */
	/* The card's side of the time line (base/stamper.h): send() and take()
	 * note what they do, the rest is noted here. NULL: there is none. */
	struct stamper *stamper;
};

/* A card as one world sees it. */
struct pcnet {
	struct pc *pc;
	unsigned int index;	/* which card, from 0 */
	struct pcnet_pci pci;
	struct lance lance;
	struct pcnet_plug plug;
};

/**
 * pcnet_wire() - connect a card's pins
 * @n: card number @index of @pc, which is otherwise wired; its plug is left
 *	unconnected, and is the caller's to fill in
 * @irq, @clock: the Lance's
 * @stats: counters of what the Lance does in this world; kept, not owned
 */
void pcnet_wire(struct pcnet *n, struct pc *pc, unsigned int index,
		struct irq_wire irq, struct clock_wire clock,
		struct lance_stats *stats);

/**
 * pcnet_power_on() - put the maker's address into the EEPROM, and reset
 * @mac: six bytes in wire order
 */
void pcnet_power_on(struct pcnet *n, const uint8_t mac[6]);

/* pcnet_transmit() - send what the guest wants sent, if anything. */
void pcnet_transmit(struct pcnet *n);

/* pcnet_receive() - from the plug to the chip, as far as it has room. */
void pcnet_receive(struct pcnet *n);

/* pcnet_work() - the registers ask for work: both of that. */
void pcnet_work(struct pcnet *n);

/* pcnet_poll() - the plug has frames, or room. */
void pcnet_poll(struct pcnet *n);

/* pcnet_tick() - the chip's alarm rang. */
void pcnet_tick(struct pcnet *n);

#endif
