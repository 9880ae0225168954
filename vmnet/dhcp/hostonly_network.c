/* SPDX-License-Identifier: BSD-2-Clause */
/* hostonly_network.c - the switch's side of the network "hostonly": see
 * hostonly_network.h. */
#include "vmnet/dhcp/hostonly_network.h"

#include <unistd.h>

#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch_parts.h"

static void dhcp_end(struct vswitch *sw)
{
	child_end(sw->keeper, sw->dhcp_pid);
	sw->dhcp_pid = 0;
}

static void dhcp_gone(struct vswitch *sw, struct port *port)
{
	(void)port;
	dhcp_end(sw);
}

static const struct port_ops dhcp_port = {
	.kind = "dhcp",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = messages_ready,
	.look = port_never_looks,
	.must_wait = port_never_waits,
	.event = port_no_event,
	.ask = port_no_ask,
	.flush = port_flush,
	.input = hub_from_station,
	.hears = port_hears_all,
	.tell_link = port_keeps_link,
	.gone = dhcp_gone,
};

static void dhcp_start(struct vswitch *sw, struct hub *hub)
{
	struct port *port;
	int fd;

	sw->dhcp_started_ns = clock_now_ns();
	sw->dhcp_pid = child_start(sw->keeper, CHILD_DHCP, NULL, &fd);
	if (sw->dhcp_pid < 0) {
		sw->dhcp_pid = 0;
		return;
	}
	port = vswitch_add_port(sw, fd, &dhcp_port);
	if (!port) {
		close(fd);
		dhcp_end(sw);
		return;
	}
	hub_join(hub, port);
}

static bool hostonly_tend(struct vswitch *sw, struct hub *hub)
{
	if (!sw->dhcp_pid &&
	    clock_now_ns() - sw->dhcp_started_ns > VSWITCH_PAUSE_NS)
		dhcp_start(sw, hub);
	return !sw->dhcp_pid;
}

static void hostonly_stats(struct text *t, const struct vswitch *sw)
{
	text_add(t, "\"dhcp_pid\": %d, ", (int)sw->dhcp_pid);
}

const struct network_ops hostonly_network = {
	.kind = "hostonly",
	.open = plain_open,
	.close = plain_close,
	.join = plain_join,
	.opening = plain_opening,
	.ask = plain_ask,
	.leave = plain_leave,
	.tend = hostonly_tend,
	.full = plain_full,
	.own_way = plain_own_way,
	.count = plain_count,
	.hub_stats = plain_hub_stats,
	.stats = hostonly_stats,
};
