/* SPDX-License-Identifier: BSD-2-Clause */
/* vswitch_bridge.c - the switch's bridged networks: when a bridge is opened,
 * who is told, and when its link changes. See vswitch_parts.h. */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/switch/vswitch_parts.h"

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
		vswitch_answer(port, status);
		if (status != VMNET_OK) {
			sw->refused[status]++;
			port_leave(port);
		}
	}
}

/* bridge_take() - what the helper has opened becomes the uplink. */
static void bridge_take(struct vswitch *sw, struct hub *hub)
{
	struct bridge *b = hub->bridge;
	int sock = -1, status = bridge_answered(b, &sock);

	if (status == -EAGAIN)
		return;
	if (status == VMNET_OK) {
		b->port = vswitch_add_port(sw, sock, PORT_UPLINK);
		if (b->port) {
			hub_join(hub, b->port);
			bridge_learn(b);
			b->opened = true;
		} else {
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
	struct bridge *b = hub->bridge;
	uint64_t now = clock_now_ns();
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_LINKS };

	if (b->opened && (now - b->asked_ns < BRIDGE_PAUSE_NS ||
			  !bridge_up(b)))
		return;
	if (bridge_ask(b, sw->keeper, now) < 0)
		bridge_opened(sw, hub, VMNET_NO_BRIDGE);
	else
		epoll_ctl(sw->epoll, EPOLL_CTL_ADD, b->helper_fd, &e);
}

static void bridge_tend(struct vswitch *sw, struct hub *hub)
{
	struct bridge *b = hub->bridge;

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
}

void vswitch_bridges_tend(struct vswitch *sw)
{
	unsigned int i;

	if (sw->links_changed)
		bridge_watch_drain(sw->links);
	for (i = 0; i < VSWITCH_HUBS; i++) {
		struct hub *hub = sw->hub[i];

		if (hub && hub->bridge && (sw->links_changed || !hub->link))
			bridge_tend(sw, hub);
	}
	sw->links_changed = false;
}
