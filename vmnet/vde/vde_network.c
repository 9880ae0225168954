/* SPDX-License-Identifier: BSD-2-Clause */
/* vde_network.c - a network with a VDE switch: see vde_network.h. */
#include "vmnet/vde/vde_network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch_parts.h"

/* What such a network keeps for itself: hub->own. */
struct vde_place {
	struct port *port;	/* the cable's; NULL: there is none now */
	bool works;		/* the VDE switch answers */
	bool worked;		/* it did, while that one was there */
	uint64_t started_ns;	/* when one was last started; 0: never */
	uint64_t lost[2];	/* frames that the cable lost: enum vde_drop */
};

/* ---- the port of the cable --------------------------------------------- */

/* vde_event() - it works; or it has lost frames. */
static bool vde_event(struct vswitch *sw, struct port *port,
		      const struct vmnet_event *event)
{
	struct vde_place *place = port->own;

	(void)sw;
	if (event->type == VMNET_EVENT_LINK && place)
		place->works = place->worked = event->value;
	else if (event->type == VMNET_EVENT_DROPS &&
		 event->value >= ARRAY_SIZE(place->lost))
		return false;
	else if (event->type == VMNET_EVENT_DROPS && place)
		place->lost[event->value] += event->count;
	return event->type == VMNET_EVENT_LINK ||
	       event->type == VMNET_EVENT_DROPS;
}

static bool vde_hears(const struct port *port, const struct port *from)
{
	const struct vde_place *place = port->own;

	(void)from;
	return place && place->works;
}

static void vde_gone(struct vswitch *sw, struct port *port)
{
	struct vde_place *place = port->own;

	child_end(sw->keeper, port->pid);
	port->own = NULL;
	if (!place)
		return;
	place->port = NULL;
	place->works = false;
}

static const struct port_ops vde_port = {
	.kind = "vde",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = messages_ready,
	.look = port_never_looks,
	.must_wait = port_never_waits,
	.event = vde_event,
	.ask = port_no_ask,
	.flush = port_flush,
	.input = hub_from_station,
	.hears = vde_hears,
	.tell_link = port_keeps_link,
	.gone = vde_gone,
};

/* vde_spawn() - Return: the cable's port, or NULL. */
static struct port *vde_spawn(struct vswitch *sw, const struct hub *hub)
{
	char name[VMNET_IFACE_MAX];
	struct port *port;
	pid_t pid;
	int fd;

	snprintf(name, sizeof(name), "vmnet%u", hub->network);
	pid = child_start(sw->keeper, CHILD_VDE, name, &fd);
	if (pid < 0)
		return NULL;
	port = vswitch_add_port(sw, fd, &vde_port);
	if (!port) {
		close(fd);
		child_end(sw->keeper, pid);
		return NULL;
	}
	port->pid = pid;
	return port;
}

/* ---- the network ------------------------------------------------------- */

static int vde_open_hub(struct vswitch *sw, struct hub *hub)
{
	(void)sw;
	hub->own = calloc(1, sizeof(struct vde_place));
	return hub->own ? 0 : -ENOMEM;
}

static void vde_close_hub(struct hub *hub)
{
	free(hub->own);
	hub->own = NULL;
}

/* vde_tend() - start the cable if it is missing. Return: is it? */
static bool vde_tend(struct vswitch *sw, struct hub *hub)
{
	struct vde_place *place = hub->own;
	uint64_t now = clock_now_ns();
	uint64_t pause = VSWITCH_PAUSE_NS * (place->worked ? 1 : 10);

	if (place->port)
		return false;
	if (place->started_ns && now - place->started_ns < pause)
		return true;
	place->started_ns = now;
	place->worked = false;
	place->port = vde_spawn(sw, hub);
	if (place->port) {
		place->port->own = place;
		hub_join(hub, place->port);
	}
	return !place->port;
}

static void vde_hub_stats(struct text *t, const struct hub *hub)
{
	const struct vde_place *place = hub->own;

	if (!place->works)
		return;
	text_count(t, "vde_pid", (uint64_t)place->port->pid);
	text_count(t, "vde_lost", place->lost[VDE_DROP_OUT]);
	text_count(t, "vde_in_lost", place->lost[VDE_DROP_IN]);
}

const struct network_ops vde_network = {
	.kind = "vde",
	.open = vde_open_hub,
	.close = vde_close_hub,
	.join = plain_join,
	.opening = plain_opening,
	.ask = plain_ask,
	.leave = plain_leave,
	.tend = vde_tend,
	.full = plain_full,
	.timed = plain_timed,
	.look = plain_look,
	.own_way = plain_own_way,
	.count = plain_count,
	.hub_stats = vde_hub_stats,
	.stats = plain_stats,
};
