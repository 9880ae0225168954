/* SPDX-License-Identifier: BSD-2-Clause */
/* bridged_network.c - the switch's side of bridged networks: see
 * bridged_network.h. */
#include "vmnet/bridge/bridged_network.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/switch/move.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch_parts.h"

/* To the wire: less than an interface's queue holds, which else would lose
 * what we had better kept. */
#define UPLINK_BUFFER	(1 << 17)

/* ---- the port of the wire ---------------------------------------------- */

/* uplink_ready() - frames from the wire, or its end. With a ring the frames
 * are found in the next round: uplink_look(). */
static void uplink_ready(struct vswitch *sw, struct port *port, uint32_t events)
{
	struct bridge *b = port->own;
	int err = 0;

	if (port->state != PORT_JOINED)
		return;
	if (b->ring.slots && (events & EPOLLERR))
		err = bridge_error(b);
	else if (!b->ring.slots && (events & ~(uint32_t)EPOLLOUT))
		err = bridge_receive(b, clock_now_ns());
	if (err < 0)
		sw->links_changed = true;
}

static void uplink_look(struct vswitch *sw, struct port *port)
{
	struct bridge *b = port->own;
	uint64_t now = clock_now_ns();
	unsigned int n;

	if (!b->ring.slots || port->state != PORT_JOINED)
		return;
	n = bridge_ring_receive(b, now);
	port->busy = port_is_busy(port, n, now);
	if (n == RING_BATCH)
		sw->more = true;
	else if (port->busy)
		sw->nap = true;
}

static int uplink_flush(struct port *port)
{
	bridge_flush(port->own);
	return 0;
}

static void uplink_gone(struct vswitch *sw, struct port *port)
{
	struct bridge *b = port->own;

	(void)sw;
	hub_set_link(port->hub, false);
	bridge_ring_unmap(&b->ring);
	b->port = NULL;
}

const struct port_ops uplink_port = {
	.kind = "uplink",
	.socket_buffer = UPLINK_BUFFER,
	.ready = uplink_ready,
	.look = uplink_look,
	.must_wait = port_never_waits,
	.event = port_no_event,
	.ask = port_no_ask,
	.flush = uplink_flush,
	.input = hub_from_wire,
	.unknown_here = true,
	.hears = port_hears_all,
	.tell_link = port_keeps_link,
	.gone = uplink_gone,
};

/* ---- the network ------------------------------------------------------- */

/* bridge_opened() - for the first time, or not: those who wait are told. */
static void bridge_opened(struct vswitch *sw, struct hub *hub,
			  enum vmnet_status status)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (!port || !port->unanswered)
			continue;
		port->unanswered = false;
		port->link = hub->link;
		if (status == VMNET_OK)
			vswitch_answer(port, status);
		else
			vswitch_refuse(sw, port, status);
	}
	move_opened(sw, hub, status);
}

/* bridge_take() - what the helper has opened becomes the uplink. */
static void bridge_take(struct vswitch *sw, struct hub *hub)
{
	struct bridge *b = hub->own;
	int sock = -1, status = bridge_answered(b, &sock);

	if (status == -EAGAIN)
		return;
	if (status == VMNET_OK) {
		b->port = vswitch_add_port(sw, sock, &uplink_port);
		if (b->port) {
			b->port->own = b;
			hub_join(hub, b->port);
			bridge_learn(b);
			b->opened = true;
		} else {
			bridge_ring_unmap(&b->ring);
			close(sock);
			status = VMNET_FULL;
		}
	}
	hub->link = b->port && bridge_up(b);
	bridge_opened(sw, hub, (enum vmnet_status)status);
	hub_set_link(hub, hub->link);
}

/* bridge_ask_helper() - once first, and then when there is an interface. */
static void bridge_ask_helper(struct vswitch *sw, struct hub *hub)
{
	struct bridge *b = hub->own;
	uint64_t now = clock_now_ns();
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_LINKS };

	if (b->opened && (now - b->asked_ns < BRIDGE_PAUSE_NS || !bridge_up(b)))
		return;
	if (bridge_ask(b, sw->keeper, now) < 0)
		bridge_opened(sw, hub, VMNET_NO_BRIDGE);
	else
		epoll_ctl(sw->epoll, EPOLL_CTL_ADD, b->helper_fd, &e);
}

/* bridged_tend() - look at what may have changed at the host's interface; costs
 * nothing while nothing has, and the link is up. */
static bool bridged_tend(struct vswitch *sw, struct hub *hub)
{
	struct bridge *b = hub->own;

	if (!sw->links_changed && hub->link)
		return false;
	if (b->helper) {
		bridge_take(sw, hub);
	} else if (!b->port) {
		bridge_ask_helper(sw, hub);
	} else {
		hub_set_link(hub, bridge_up(b));
		bridge_learn(b);
		if (bridge_stale(b))
			port_leave(b->port);
	}
	return !hub->link;
}

static int bridged_open(struct vswitch *sw, struct hub *hub)
{
	if (!vswitch_watch_links(sw))
		return -ENODEV;
	hub->link = false;
	hub->own = bridge_new(hub->iface, sw->links);
	return hub->own ? 0 : -ENOMEM;
}

static void bridged_close(struct hub *hub)
{
	bridge_free(hub->own);
}

static enum vmnet_status bridged_join(struct vswitch *sw, struct hub *hub,
				      struct port *client,
				      const struct vmnet_hello *hello)
{
	const struct bridge *b = hub->own;

	client->unanswered = !b->opened;
	return plain_join(sw, hub, client, hello);
}

static bool bridged_opening(const struct hub *hub)
{
	return !((const struct bridge *)hub->own)->opened;
}

static bool bridged_full(const struct port *client)
{
	return bridge_full(client->hub->own);
}

static void bridged_count(struct hub *hub)
{
	bridge_count_lost(hub->own);
}

static void bridged_hub_stats(struct text *t, const struct hub *hub)
{
	const struct bridge *b = hub->own;

	text_add(t, "\"interface\": \"%s\", ", hub->iface);
#define BRIDGE_COUNTER(field, word) text_count(t, word, b->field);
#include "vmnet/switch/counters.def"
}

const struct network_ops bridged_network = {
	.kind = "bridged",
	.open = bridged_open,
	.close = bridged_close,
	.join = bridged_join,
	.opening = bridged_opening,
	.ask = plain_ask,
	.leave = plain_leave,
	.tend = bridged_tend,
	.full = bridged_full,
	.timed = plain_timed,
	.look = plain_look,
	.own_way = plain_own_way,
	.count = bridged_count,
	.hub_stats = bridged_hub_stats,
	.stats = plain_stats,
};
