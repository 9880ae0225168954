/* SPDX-License-Identifier: BSD-2-Clause */
/* hub.c - one network, a learning switch: see hub.h. */
#include "vmnet/switch/hub.h"

#include <stdlib.h>
#include <string.h>

struct hub *hub_new(unsigned int network, uint32_t seed)
{
	struct hub *hub = calloc(1, sizeof(*hub));

	if (!hub)
		return NULL;
	hub->network = network;
	fdb_init(&hub->fdb, seed);
	return hub;
}

void hub_free(struct hub *hub)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		ASSERT(!hub->port[i]);
	free(hub);
}

/* hub_fix() - the card's address is there; of two cards with one address the
 * one that came first has it. */
static void hub_fix(struct hub *hub, struct port *port)
{
	/* Time does not matter: it is fixed. */
	if (port && port->station)
		fdb_fix(&hub->fdb, port->mac, port->slot, 0);
}

void hub_join(struct hub *hub, struct port *port)
{
	ASSERT(port->slot < FDB_PORTS && !hub->port[port->slot]);
	ASSERT(!port->hub);
	hub->port[port->slot] = port;
	port->hub = hub;
	port->state = PORT_JOINED;
	if (port->kind == PORT_CLIENT)
		hub->clients++;
	hub_fix(hub, port);
}

void hub_leave(struct hub *hub, struct port *port)
{
	unsigned int i;

	ASSERT(port->hub == hub && hub->port[port->slot] == port);
	hub->port[port->slot] = NULL;
	port->hub = NULL;
	if (port->kind == PORT_CLIENT)
		hub->clients--;
	fdb_forget_port(&hub->fdb, port->slot);
	for (i = 0; i < FDB_PORTS; i++)
		hub_fix(hub, hub->port[i]);
	port_drop_queue(port);
}

void hub_set_link(struct hub *hub, bool up)
{
	unsigned int i;

	hub->link = up;
	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (port && port->kind == PORT_CLIENT)
			port_set_link(port, up);
	}
}

/**
 * hub_flood() - offer a frame to every port but the one it came from
 * @all: or only to those that are promiscuous
 *
 * Return: to how many.
 */
static unsigned int hub_flood(struct hub *hub, struct port *from,
			      const uint8_t *frame, size_t len, bool all)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (!port || port == from || !(all || port->promiscuous))
			continue;
		if (port->kind == PORT_NAT && port->nat != from)
			continue;	/* it is another client's own */
		port_offer(port, frame, len);
		n++;
	}
	if (n == 0)
		return 0;
	hub->floods++;
	hub->out += n;
	hub->copies += n - 1;
	return n;
}

/* hub_station() - the port whose hello had this address, or FDB_NO_PORT. */
static unsigned int hub_station(const struct hub *hub, const uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i] && hub->port[i]->kind == PORT_CLIENT &&
		    !memcmp(hub->port[i]->mac, mac, 6))
			return i;
	return FDB_NO_PORT;
}

/**
 * hub_from_wire() - decide on a unicast from the uplink
 * @slot: of its receiver if that is known, else FDB_NO_PORT
 *
 * Return: true if @slot is the port to give it to; if not it is done with.
 */
static bool hub_from_wire(struct hub *hub, struct port *from,
			  const uint8_t *frame, size_t len, unsigned int *slot)
{
	if (*slot == FDB_NO_PORT)
		*slot = hub_station(hub, frame);
	if (*slot != FDB_NO_PORT && *slot != from->slot)
		return true;
	if (!hub_flood(hub, from, frame, len, false))
		hub->drops[DROP_not_ours]++;
	return false;
}

/* hub_learn() - Return: may a frame of that sender come from there? */
static bool hub_learn(struct hub *hub, struct port *from,
		      const uint8_t sender[6], uint64_t now_ns)
{
	bool own = !memcmp(sender, from->mac, 6);

	if ((!from->station || from->any_mac || own) &&
	    fdb_learn(&hub->fdb, sender, from->slot, now_ns))
		return true;
	hub->drops[DROP_source_forged]++;
	if (from->station)
		port_forged(from);
	return false;
}

/* hub_give() - to that port and no other; NULL: it is not there. */
static void hub_give(struct hub *hub, struct port *to, const uint8_t *frame,
		     size_t len)
{
	if (!to) {
		hub->drops[DROP_no_receiver]++;
		return;
	}
	hub->out++;
	port_offer(to, frame, len);
}

/**
 * hub_own_nat() - is the frame a matter of a client and its own NAT only?
 *
 * All NATs have the same addresses: the table of addresses knows none of them.
 * Return: true if it is, and done with.
 */
static bool hub_own_nat(struct hub *hub, struct port *from,
			const uint8_t *frame, size_t len)
{
	if (hub->network != NAT_NUMBER ||
	    (from->kind != PORT_NAT && !nat_mac(frame)))
		return false;
	hub_give(hub, from->nat, frame, len);
	return true;
}

void hub_input(struct hub *hub, struct port *from, const uint8_t *frame,
	       size_t len, uint64_t now_ns)
{
	const uint8_t *to = frame, *sender = frame + 6;
	unsigned int slot = FDB_NO_PORT;

	hub->in++;
	if (!hub->link) {
		hub->drops[DROP_link_down]++;
		return;
	}
	if (sender[0] & 1) {
		hub->drops[DROP_source_group]++;
		return;
	}
	if (from->kind != PORT_NAT && !hub_learn(hub, from, sender, now_ns))
		return;
	if (hub_own_nat(hub, from, frame, len))
		return;
	if (!(to[0] & 1)) {
		slot = fdb_lookup(&hub->fdb, to, now_ns);
		if (from->kind == PORT_UPLINK &&
		    !hub_from_wire(hub, from, frame, len, &slot))
			return;
	}
	if (slot == FDB_NO_PORT) {
		if (!hub_flood(hub, from, frame, len, true))
			hub->drops[DROP_no_receiver]++;
		return;
	}
	if (slot == from->slot) {
		hub->drops[DROP_hairpin]++;
		return;
	}
	ASSERT(hub->port[slot]);
	hub_give(hub, hub->port[slot], frame, len);
}

bool hub_check(const struct hub *hub)
{
	uint64_t lost = 0;
	unsigned int i;

	for (i = 0; i < DROP_COUNT; i++)
		lost += hub->drops[i];
	return hub->in + hub->copies == hub->out + lost;
}
