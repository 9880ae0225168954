/* SPDX-License-Identifier: BSD-2-Clause */
/* hub.c - one network, a learning switch: see hub.h. */
#include "vmnet/switch/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/names/names.h"
#include "vmnet/switch/conditioned.h"

struct hub *hub_new(const struct network_ops *ops, unsigned int network,
		    uint32_t seed)
{
	struct hub *hub = calloc(1, sizeof(*hub));

	if (!hub)
		return NULL;
	hub->ops = ops;
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

/* hub_drop() - the frame that is decided on is lost. */
static void hub_drop(struct hub *hub, enum drop why)
{
	hub->drops[why]++;
	hub->fate = why;
}

/* hub_fix() - the card's address is there; of two cards with one address the
 * one that came first has it. */
static void hub_fix(struct hub *hub, struct port *port)
{
	/* Time does not matter: it is fixed. */
	if (port && port->station)
		fdb_fix(&hub->fdb, port->mac, port->slot, 0);
}

/* hub_tap() - who captures this network hears the port from now on. */
static void hub_tap(const struct hub *hub, struct port *port)
{
	const struct vmnet_owner *o = &port->owner;
	char name[VMNET_NAME_MAX], whose[TAP_WHOSE_MAX];

	if (hub->iface[0])
		snprintf(name, sizeof(name), VMNET_BRIDGED "%s", hub->iface);
	else
		snprintf(name, sizeof(name), "vmnet%u", hub->network);
	if (!o->pid)
		snprintf(whose, sizeof(whose), "%s", port->ops->kind);
	else if (o->name[0])
		snprintf(whose, sizeof(whose), "%s:%u", o->name, o->nic);
	else
		snprintf(whose, sizeof(whose), "@%u:%u", o->pid, o->nic);
	tap_port_join(&port->tap, name, port->station ? port->mac : NULL,
		      whose);
}

void hub_join(struct hub *hub, struct port *port)
{
	ASSERT(port->slot < FDB_PORTS && !hub->port[port->slot]);
	ASSERT(!port->hub);
	hub->port[port->slot] = port;
	port->kind = hub->conf.kind;
	port->hub = hub;
	port->state = PORT_JOINED;
	hub->left_in -= conditioned_gave(port);
	hub->left_offered -= conditioned_got(port);
	hub_fix(hub, port);
	hub_tap(hub, port);
}

void hub_leave(struct hub *hub, struct port *port)
{
	unsigned int i;

	ASSERT(port->hub == hub && hub->port[port->slot] == port);
	hub->port[port->slot] = NULL;
	port->hub = NULL;
	hub->left_in += conditioned_gave(port);
	hub->left_offered += conditioned_got(port);
	fdb_forget_port(&hub->fdb, port->slot);
	for (i = 0; i < FDB_PORTS; i++)
		hub_fix(hub, hub->port[i]);
	port_drop_queue(port);
	tap_port_leave(&port->tap);
}

void hub_set_link(struct hub *hub, bool up)
{
	unsigned int i;

	hub->link = up;
	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i])
			hub->port[i]->ops->tell_link(hub->port[i], up);
}

/* Who of the others hears a frame that is for more than one. */
enum audience { ALL, PROMISCUOUS, UNKNOWN_HERE };

static bool hub_hears(const struct port *port, const struct port *from,
		      enum audience who)
{
	if (who == PROMISCUOUS && !port->promiscuous)
		return false;
	if (who == UNKNOWN_HERE && !port->ops->unknown_here)
		return false;
	return port->ops->hears(port, from);
}

/**
 * hub_flood() - offer a frame to every port but the one it came from
 *
 * Return: to how many.
 */
static unsigned int hub_flood(struct hub *hub, struct port *from,
			      const uint8_t *frame, size_t len,
			      enum audience who)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (!port || port == from || !hub_hears(port, from, who))
			continue;
		hub->heard |= port_offer(port, frame, len);
		n++;
	}
	if (n == 0)
		return 0;
	hub->floods++;
	hub->out += n;
	hub->copies += n - 1;
	return n;
}

/* hub_learn() - Return: may a frame of that sender come from there? */
static bool hub_learn(struct hub *hub, struct port *from,
		      const uint8_t sender[6], uint64_t now_ns)
{
	bool own = !memcmp(sender, from->mac, 6);

	if ((!from->station || from->any_mac || own) &&
	    fdb_learn(&hub->fdb, sender, from->slot, now_ns))
		return true;
	hub_drop(hub, DROP_source_forged);
	if (from->station)
		port_forged(from);
	return false;
}

void hub_give(struct hub *hub, struct port *to, const uint8_t *frame,
	      size_t len)
{
	if (!to) {
		hub_drop(hub, DROP_no_receiver);
		return;
	}
	hub->out++;
	hub->heard |= port_offer(to, frame, len);
}

/* may_flood() - one frame more: hub.h, 7. */
static bool may_flood(struct port *from, uint64_t now_ns)
{
	const uint64_t each = NSEC_PER_SEC / FLOOD_RATE;

	from->flood_ns = MAX(from->flood_ns, now_ns);
	if (from->flood_ns - now_ns >= FLOOD_BURST * each)
		return false;
	from->flood_ns += each;
	return true;
}

/* hub_give_all() - to all that hear the sender, if it may. */
static void hub_give_all(struct hub *hub, struct port *from,
			 const uint8_t *frame, size_t len, uint64_t now_ns)
{
	bool may = may_flood(from, now_ns);
	enum audience who = may ? ALL : UNKNOWN_HERE;

	if (!may && frame[0] & 1)
		hub_drop(hub, DROP_flood_limit);
	else if (!hub_flood(hub, from, frame, len, who))
		hub_drop(hub, may ? DROP_no_receiver : DROP_flood_limit);
}

/* hub_find() - the port of its receiver; FDB_NO_PORT: a group or unknown. */
static unsigned int hub_find(struct hub *hub, const uint8_t *frame,
			     uint64_t now_ns)
{
	unsigned int slot = FDB_NO_PORT;

	if (!(frame[0] & 1))
		slot = fdb_lookup(&hub->fdb, frame, now_ns);
	ASSERT(slot == FDB_NO_PORT || hub->port[slot]);
	return slot;
}

void hub_from_station(struct hub *hub, struct port *from, const uint8_t *frame,
		      size_t len, uint64_t now_ns)
{
	struct port *own;
	unsigned int slot;

	if (!hub_learn(hub, from, frame + 6, now_ns))
		return;
	if (hub->ops->own_way(from, frame, &own)) {
		hub_give(hub, own, frame, len);
		return;
	}
	slot = hub_find(hub, frame, now_ns);
	if (slot == from->slot)
		hub_drop(hub, DROP_hairpin);
	else if (slot == FDB_NO_PORT)
		hub_give_all(hub, from, frame, len, now_ns);
	else
		hub_give(hub, hub->port[slot], frame, len);
}

void hub_from_wire(struct hub *hub, struct port *from, const uint8_t *frame,
		   size_t len, uint64_t now_ns)
{
	unsigned int slot;

	if (!hub_learn(hub, from, frame + 6, now_ns))
		return;
	slot = hub_find(hub, frame, now_ns);
	if (frame[0] & 1)
		hub_give_all(hub, from, frame, len, now_ns);
	else if (slot != FDB_NO_PORT && slot != from->slot)
		hub_give(hub, hub->port[slot], frame, len);
	else if (!hub_flood(hub, from, frame, len, PROMISCUOUS))
		hub_drop(hub, DROP_not_ours);
}

void hub_input(struct hub *hub, struct port *from, const uint8_t *frame,
	       size_t len, uint64_t now_ns)
{
	const uint8_t *sender = frame + 6;

	hub->in++;
	hub->fate = DROP_COUNT;
	hub->heard = false;
	tap_enter(&from->tap, frame, len, now_ns);
	if (!hub->link)
		hub_drop(hub, DROP_link_down);
	else if (sender[0] & 1)
		hub_drop(hub, DROP_source_group);
	else
		from->ops->input(hub, from, frame, len, now_ns);
	if (hub->fate != DROP_COUNT)
		tap_fate(&from->tap, 1 + hub->fate);
	from->vain += !hub->heard;
}

/* hub_next() - the card that came first after @came; or NULL. */
static const struct port *hub_next(const struct hub *hub, uint64_t came)
{
	const struct port *next = NULL, *port;
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++) {
		port = hub->port[i];
		if (port && port->station && port->came > came &&
		    (!next || port->came < next->came))
			next = port;
	}
	return next;
}

void hub_names(const struct hub *hub, uint16_t (*host)(const struct port *port),
	       struct vmnet_names *names)
{
	const struct port *port = hub_next(hub, 0);
	uint16_t address;

	*names = (struct vmnet_names){ .magic = VMNET_MAGIC,
				       .version = VMNET_VERSION };
	for (; port; port = hub_next(hub, port->came)) {
		address = host(port);
		if (address)
			names_add(names, &port->owner, address);
	}
}

bool hub_check(const struct hub *hub)
{
	uint64_t lost = 0;
	unsigned int i;

	for (i = 0; i < DROP_COUNT; i++)
		lost += hub->drops[i];
	return hub->in + hub->copies == hub->out + lost;
}

uint64_t hub_ports_in(const struct hub *hub)
{
	uint64_t sum = hub->left_in;
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i])
			sum += conditioned_gave(hub->port[i]);
	return sum;
}

uint64_t hub_ports_offered(const struct hub *hub)
{
	uint64_t sum = hub->left_offered;
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i])
			sum += conditioned_got(hub->port[i]);
	return sum;
}
