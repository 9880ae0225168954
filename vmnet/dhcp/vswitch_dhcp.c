/* SPDX-License-Identifier: BSD-2-Clause */
/* vswitch_dhcp.c - the DHCP server of the network "hostonly": when it runs.
 * See vswitch_parts.h. */
#include <unistd.h>

#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/vswitch_parts.h"

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
	port = vswitch_add_port(sw, fd, PORT_DHCP);
	if (!port) {
		close(fd);
		vswitch_dhcp_ended(sw);
		return;
	}
	hub_join(hub, port);
}

/* dhcp_wanted() - Return: the network that lacks its server, or NULL. */
static struct hub *dhcp_wanted(struct vswitch *sw)
{
	struct hub *hub = vswitch_find_hub(sw, VSWITCH_HOSTONLY_NETWORK, "");

	return hub && hub->clients && !sw->dhcp_pid ? hub : NULL;
}

void vswitch_dhcp_ended(struct vswitch *sw)
{
	child_end(sw->keeper, sw->dhcp_pid);
	sw->dhcp_pid = 0;
}

bool vswitch_dhcp_tend(struct vswitch *sw)
{
	struct hub *hub = dhcp_wanted(sw);

	if (hub && clock_now_ns() - sw->dhcp_started_ns > VSWITCH_NAT_PAUSE_NS)
		dhcp_start(sw, hub);
	return dhcp_wanted(sw) != NULL;
}
