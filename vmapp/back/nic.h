/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic.h - what a PCnet (machine/pcnet.h) is plugged into in the host world:
 * VMNet, by its socket or by its rings.
 *
 * In the paper's version 2.0 a frame goes out by one write to a VMNet socket
 * and comes in by one read of it, both by VMApp. With the step notify frames
 * go through rings in shared memory, and a bit of a shared vector says that
 * some came in.
 *
 * With direct the VMM world moves them between the same rings and the guest;
 * what is here runs while the guest is halted, or may not do DMA.
 *
 * 1. A frame that the chip can not take yet stays in VMNet's socket or ring,
 *    or (with a socket) in nic.held: nothing is dropped here.
 * 2. A frame that VMNet can not take yet stays in the guest's ring.
 */
#ifndef VMAPP_NIC_H
#define VMAPP_NIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/pcnet.h"
#include "vmapp/events.h"
#include "vmnet/client/client.h"

struct nic_config;
struct vm;

struct nic {
	struct vm *vm;
	unsigned int index;
	uint8_t mac[6];
	struct pcnet *card;	/* the board's */
	struct vmnet_client net;
	bool plugged;		/* net is open */
	bool pulled;		/* the user has the cable out */
	bool told_forged;	/* the user knows of net.forged */
	uint64_t ticket;	/* the request that waits for VMNet's answer */
	enum vmnet_ask_what asked;	/* what that is; and ... */
	struct vmnet_forward forward;	/* ... of which port */
	bool direct;		/* the VMM has its rings, too */
	struct source source;
	struct source bell;	/* direct: VMNet's bell, while the guest is
				 * halted */
	size_t held_len;	/* a frame read from the socket, not yet
				 * taken */
	uint8_t held[VMNET_FRAME_MAX];
};

/**
 * nic_plug() - connect a card to its network, starting VMNet on demand
 * @config: which, and what for
 *
 * Return: 0, or -1 with the reason in @nic->net.why.
 */
int nic_plug(struct nic *nic, const struct nic_config *config);
void nic_unplug(struct nic *nic);

/* nic_link() - does the chip see a link? VMNet has one, and the cable is in. */
bool nic_link(const struct nic *nic);
/* nic_pull() - the user pulls the cable out (or plugs it in): while it is out
 * the chip counts all frames as lost, "tx_link" and "rx_link". */
void nic_pull(struct nic *nic, bool out);

/* nic_network() - which one it is on. */
const char *nic_network(const struct nic *nic);
/* nic_on_nat() - then ports of the host may lead to it. */
bool nic_on_nat(const struct nic *nic);

/**
 * nic_connect() - have it moved to another network; until it is, and for a
 * while after, the chip sees no link
 * @ticket: for verbs_nic(), which tells the end of it
 *
 * Return: VMNET_OK, or why it was not asked.
 */
enum vmnet_status nic_connect(struct nic *nic, const char *network,
			      uint64_t ticket);

/**
 * nic_change_forward() - ask VMNet to open or close a port of the host that
 * leads to the card
 * @f: which port, and where it leads; copied
 * @what: VMNET_ASK_FORWARD or VMNET_ASK_UNFORWARD
 * @ticket: for verbs_nic(), which is called with the answer
 *
 * Return: VMNET_OK, or why it was not asked.
 */
enum vmnet_status nic_change_forward(struct nic *nic,
				     const struct vmnet_forward *f,
				     enum vmnet_ask_what what, uint64_t ticket);

/* nic_listen() - direct: hear VMNet's bell, or leave it to the watcher. */
void nic_listen(struct nic *nic, bool on);

/* nic_noticed() - has VMNet set the card's bit of the shared vector? */
bool nic_noticed(const struct nic *nic);

#endif
