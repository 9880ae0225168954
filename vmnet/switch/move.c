/* SPDX-License-Identifier: BSD-2-Clause */
/* move.c - a client that asks for a change: see move.h. */
#include "vmnet/switch/move.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/vswitch_parts.h"

/* A port that is to be moved as soon as that network has opened, which is kept
 * for it until then (hub->clients). */
struct port_move {
	struct hub *to;
	struct vmnet_hello hello;
};

/* take_rest() - what the card has sent so far goes to the network that it was
 * sent on. */
static void take_rest(struct port *port)
{
	uint8_t frame[RING_FRAME_MAX];
	uint64_t now = clock_now_ns();
	unsigned int i;
	size_t len;

	if (!port->rings)
		return; /* it came by the socket, before this */
	for (i = 0; i < RING_SLOTS && port_take(port, frame, &len); i++)
		if (len)
			conditioned_input(port, frame, len, now);
	port_take_end(port);
}

/* old_leave() - its network forgets the port, which has what its kind keeps
 * there (@port->own). */
static void old_leave(struct vswitch *sw, struct port *port)
{
	struct hub *hub = port->hub;

	while (port->queued)
		port_lose(port, DROP_port_moved);
	hub->ops->leave(sw, port);
	hub->clients--;
	hub_leave(hub, port);
}

/**
 * move_now() - onto a network that is open
 *
 * Return: VMNET_OK, or why it may not; then nothing has changed.
 */
static enum vmnet_status move_now(struct vswitch *sw, struct port *port,
				  struct hub *to,
				  const struct vmnet_hello *hello)
{
	bool was = port->link, forged, known, up;
	uint64_t bell_ns;
	void *old = port->own, *own;
	enum vmnet_status status;

	port->own = NULL;	/* not every kind of network keeps something */
	status = to->ops->join(sw, to, port, hello);
	own = port->own;
	up = port->link;
	port->own = old;
	port->link = was;
	if (status != VMNET_OK)
		return status;
	take_rest(port);
	/* What is in its ring is told of. A broken connection ends later. */
	port->ops->flush(port);
	known = port->link != port->event_pending;
	forged = port->forged_pending;
	bell_ns = port->bell_ns;
	old_leave(sw, port);
	port->own = own;
	port->link = up;
	port->event_pending = up != known;
	port->forged_pending = forged;
	port->bell_ns = bell_ns;
	hub_join(to, port);
	port->came = ++sw->changes;
	to->clients++;
	return VMNET_OK;
}

/* move_later() - when that network has opened. */
static enum vmnet_status move_later(struct port *port, struct hub *to,
				    const struct vmnet_hello *hello)
{
	port->move = malloc(sizeof(*port->move));
	if (!port->move)
		return VMNET_FULL;
	port->move->to = to;
	port->move->hello = *hello;
	to->clients++;
	return VMNET_OK;
}

void move_forget(struct port *port)
{
	if (!port->move)
		return;
	port->move->to->clients--;
	free(port->move);
	port->move = NULL;
}

void move_opened(struct vswitch *sw, struct hub *hub, enum vmnet_status status)
{
	struct vmnet_hello hello;
	struct port *port;
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++) {
		port = sw->port[i];
		if (!port || !port->move || port->move->to != hub ||
		    port->state != PORT_JOINED)
			continue;
		hello = port->move->hello;
		move_forget(port);
		port_answer(port, status != VMNET_OK ?
					  status :
					  move_now(sw, port, hub, &hello));
	}
}

/* move() - @hello: as decode_ask() took it; @network: its number */
static void move(struct vswitch *sw, struct port *port,
		 struct vmnet_hello *hello, unsigned int network)
{
	enum vmnet_status status;
	struct hub *hub = vswitch_named_hub(sw, hello, network, &status);

	memcpy(hello->mac, port->mac, sizeof(hello->mac));
	if (!hub || hub == port->hub)
		; /* it may not be, or it is there */
	else if (hub->ops->opening(hub))
		status = move_later(port, hub, hello);
	else
		status = move_now(sw, port, hub, hello);
	if (!port->move)
		port_answer(port, status);
}

bool client_ask(struct vswitch *sw, struct port *port, const void *msg,
		size_t len)
{
	struct vmnet_ask ask = { 0 };
	unsigned int network = 0;
	enum vmnet_status status = decode_ask(msg, len, &ask, &network);

	/* Who does not wait for an answer gets none. */
	if (!ask.number || port->asked)
		return false;
	port->asked = ask.number;
	if (status != VMNET_OK)
		port_answer(port, status);
	else if (ask.what == VMNET_ASK_MOVE)
		move(sw, port, &ask.hello, network);
	else
		port->hub->ops->ask(sw, port, &ask);
	return true;
}
