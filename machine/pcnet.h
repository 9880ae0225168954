/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcnet.h - a PCnet card on the board: its Lance, its PCI function, and how
 * frames go between the Lance and what the card is plugged into.
 *
 * The work half runs in the world that has the CPU. Each world has a plug of
 * its own for each card whose frames it can move.
 *
 * 1. A frame that the chip can not take yet stays in the plug: nothing is
 *    dropped here.
 * 2. A frame that the plug can not take yet stays in the guest's ring.
 * 3. Both worlds account for their time and a frame's times here: pc_world.rows
 *    and .trip.
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
 * is sent is lost. Lengths are bytes, of whole frames without check sequence.
 */
struct pcnet_plug {
	void *self;
	/* Send a frame. Return: false: no room, try again later. */
	bool (*send)(void *self, const uint8_t *frame, size_t len);
	/* Some frames were sent: wake their receiver. Return: did it sleep? */
	bool (*flush)(void *self);
	/* Frames are about to be taken in: next() and take(), then end(). */
	void (*begin)(void *self);
	/* Return: the length of the next frame, as its ring says (a hostile
	 * peer may change it). 0: there is none; who puts one in wakes us. */
	size_t (*next)(void *self);
	/* Take the next frame. Return: its bytes, which hold until the next
	 * call; NULL: it was no good frame. */
	const uint8_t *(*take)(void *self, size_t *len);
	/* No more are taken in now. @more: there may be some, so see to it that
	 * pcnet_poll() is called again. */
	void (*end)(void *self, bool more);
	unsigned int batch;	/* most frames taken in between begin and end */
	/* Times of frames (base/stamper.h): send() and take() stamp theirs, the
	 * card's own are stamped in pcnet.c. NULL: none are taken. */
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
 * @n: receives the handle; zeroed by the caller, who also fills in its plug
 * @pc: the machine, with its state and world set; kept, not owned
 * @index: the card's number, less than NIC_MAX
 * @irq, @clock: the Lance's; copied
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

/* pcnet_transmit() - send the frames in the guest's ring, if its registers say
 * that there are any. */
void pcnet_transmit(struct pcnet *n);

/* pcnet_receive() - hand frames from the plug to the chip, while the chip has
 * room, and at most a batch. */
void pcnet_receive(struct pcnet *n);

/* pcnet_work() - the chip's registers ask for its work half: transmit and
 * receive. */
void pcnet_work(struct pcnet *n);

/* pcnet_poll() - the plug may have frames, or room again: receive, and send
 * whatever is in the guest's ring. */
void pcnet_poll(struct pcnet *n);

/* pcnet_tick() - the chip's alarm rang: run it, then receive. */
void pcnet_tick(struct pcnet *n);

#endif
