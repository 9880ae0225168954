/* SPDX-License-Identifier: BSD-2-Clause */
/* hub.c - one network, a learning switch: see hub.h. */
#include "vmnet/hub.h"

#include <stdlib.h>

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

void hub_join(struct hub *hub, struct port *port)
{
	ASSERT(port->slot < FDB_PORTS && !hub->port[port->slot]);
	ASSERT(!port->hub);
	hub->port[port->slot] = port;
	port->hub = hub;
	port->state = PORT_JOINED;
	if (port->kind == PORT_CLIENT)
		hub->clients++;
}

void hub_leave(struct hub *hub, struct port *port)
{
	ASSERT(port->hub == hub && hub->port[port->slot] == port);
	hub->port[port->slot] = NULL;
	port->hub = NULL;
	if (port->kind == PORT_CLIENT)
		hub->clients--;
	fdb_forget_port(&hub->fdb, port->slot);
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

/* hub_flood() - offer a frame to every port but the one it came from. */
static void hub_flood(struct hub *hub, struct port *from,
		      const uint8_t *frame, size_t len)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (!port || port == from)
			continue;
		port_offer(port, frame, len);
		n++;
	}
	if (n == 0) {
		hub->drops[DROP_no_receiver]++;
		return;
	}
	hub->floods++;
	hub->out += n;
	hub->copies += n - 1;
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
	fdb_learn(&hub->fdb, sender, from->slot, now_ns);
	if (!(to[0] & 1))
		slot = fdb_lookup(&hub->fdb, to, now_ns);
	if (slot == FDB_NO_PORT) {
		hub_flood(hub, from, frame, len);
		return;
	}
	if (slot == from->slot) {
		hub->drops[DROP_hairpin]++;
		return;
	}
	ASSERT(hub->port[slot]);
	hub->out++;
	port_offer(hub->port[slot], frame, len);
}

bool hub_check(const struct hub *hub)
{
	uint64_t lost = 0;
	unsigned int i;

	for (i = 0; i < DROP_COUNT; i++)
		lost += hub->drops[i];
	return hub->in + hub->copies == hub->out + lost;
}
