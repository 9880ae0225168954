/* SPDX-License-Identifier: BSD-2-Clause */
/* adapter_port.c - the host's place on a host-only network: see
 * adapter_port.h. */
#include "vmnet/adapter/adapter_port.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/vswitch_parts.h"

/* adapter_event() - the process says that it works, or that frames were
 * lost. */
static bool adapter_event(struct vswitch *sw, struct port *port,
			  const struct vmnet_event *event)
{
	struct adapter_place *place = port->own;

	(void)sw;
	if (event->type == VMNET_EVENT_LINK && place)
		place->works = place->worked = event->value;
	else if (event->type == VMNET_EVENT_DROPS && place)
		place->lost += event->count;
	return event->type == VMNET_EVENT_LINK ||
	       event->type == VMNET_EVENT_DROPS;
}

static bool adapter_hears(const struct port *port, const struct port *from)
{
	const struct adapter_place *place = port->own;

	(void)from;
	return place && place->works;
}

static void adapter_gone(struct vswitch *sw, struct port *port)
{
	struct adapter_place *place = port->own;

	child_end(sw->keeper, port->pid);
	port->own = NULL;
	if (!place)
		return;
	place->port = NULL;
	place->works = false;
}

static const struct port_ops adapter_port = {
	.kind = "adapter",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = messages_ready,
	.look = port_never_looks,
	.must_wait = port_never_waits,
	.event = adapter_event,
	.ask = port_no_ask,
	.flush = port_flush,
	.input = hub_from_station,
	.hears = adapter_hears,
	.tell_link = port_keeps_link,
	.gone = adapter_gone,
};

/* adapter_spawn() - start a process, and tell it its network. Return: its port,
 * or NULL. */
static struct port *adapter_spawn(struct vswitch *sw, const struct hub *hub)
{
	const struct vmnet_dhcp_setup setup = {
		.magic = VMNET_MAGIC, .version = VMNET_VERSION,
		.subnet = hub->conf.subnet,
	};
	struct port *port = NULL;
	char name[VMNET_IFACE_MAX];
	pid_t pid;
	int fd;

	snprintf(name, sizeof(name), "vmnet%u", hub->network);
	pid = child_start(sw->keeper, CHILD_ADAPTER, name, &fd);
	if (pid < 0)
		return NULL;
	if (send(fd, &setup, sizeof(setup), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(setup))
		port = vswitch_add_port(sw, fd, &adapter_port);
	if (!port) {
		close(fd);
		child_end(sw->keeper, pid);
		return NULL;
	}
	port->pid = pid;
	return port;
}

bool adapter_tend(struct vswitch *sw, struct hub *hub,
		  struct adapter_place *place)
{
	uint64_t now = clock_now_ns();

	if (!hub->conf.adapter || place->port ||
	    (place->started_ns && !place->worked))
		return false;
	if (place->started_ns && now - place->started_ns < VSWITCH_PAUSE_NS)
		return true;
	place->started_ns = now;
	place->port = adapter_spawn(sw, hub);
	if (place->port) {
		place->port->own = place;
		hub_join(hub, place->port);
	}
	return !place->port && place->worked;
}
