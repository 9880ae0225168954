/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hub.h - one network: a learning switch (IEEE 802.1D-2004 7.7 to 7.9).
 *
 * 1. in + copies = out + drops by reason (hub_check()): a frame that is
 *    flooded to N ports makes N - 1 copies. @out counts what was offered to
 *    ports, whose own counters go on from there.
 * 2. A frame never goes back to the port that it came from.
 * 3. While the link is down nothing passes, and every client knows it.
 * 4. What comes from the uplink, the wire of a host interface, and is for no
 *    machine here, goes to promiscuous ports only: a busy network is not
 *    copied to every guest. A machine is known by the address of its hello
 *    as well, so one that keeps silent is found.
 * 5. A card's address is behind its port and no other, whoever sends from it;
 *    and it is the only one that the port may send from, unless its hello asks
 *    for more. So no machine gets what is for another.
 * 6. On the NAT network each client has a NAT of its own (port->nat): what that
 *    sends goes to its client only, and no other client's frames go to it.
 *
 * No system call is made here; the switch flushes the ports afterwards.
 */
#ifndef VMNET_HUB_H
#define VMNET_HUB_H

#include "vmnet/switch/fdb.h"
#include "vmnet/switch/port.h"

struct bridge;

struct hub {
	unsigned int network;	/* N of vmnetN */
	struct bridge *bridge;	/* of a bridged network; not the hub's own */
	bool link;
	unsigned int clients;	/* ports of kind PORT_CLIENT */
	struct port *port[FDB_PORTS];	/* by slot; NULL: not here */
	struct fdb fdb;
	/* counters */
	uint64_t in, copies, out, floods;
	uint64_t drops[DROP_COUNT];
};

/**
 * hub_new() - an empty network with its link down
 * @seed: random, for the table of addresses
 *
 * Return: the hub, or NULL if there is no memory.
 */
struct hub *hub_new(unsigned int network, uint32_t seed);

/* hub_free() - free a network that has no port left. */
void hub_free(struct hub *hub);

/* hub_join() - connect a port that is on no network; @port->station says
 * whether its card's address is known. */
void hub_join(struct hub *hub, struct port *port);

/* hub_leave() - disconnect a port; its addresses are forgotten. */
void hub_leave(struct hub *hub, struct port *port);

/* hub_set_link() - the network works from now on, or not; all are told. */
void hub_set_link(struct hub *hub, bool up);

/**
 * hub_input() - bring a frame from a port to where it belongs
 * @from: a port of this hub
 * @frame, @len: a frame that port_accept() took
 * @now_ns: time, for the table of addresses
 */
void hub_input(struct hub *hub, struct port *from, const uint8_t *frame,
	       size_t len, uint64_t now_ns);

/* hub_check() - do the hub's books balance? */
bool hub_check(const struct hub *hub);

#endif
