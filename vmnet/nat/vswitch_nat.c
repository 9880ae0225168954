/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch_nat.c - the switch's NATs: each client of the network has its own,
 * so that no guest can use up another one's. See vswitch_parts.h.
 *
 * 1. A client and its NAT point at each other (port->nat), or neither does.
 * 2. A lease is busy while the client is there, also while its NAT is not.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/vswitch_parts.h"

/* ---- addresses --------------------------------------------------------- */

/* better() - is @a rather than @b the one to give away? Never used first,
 * then who left long ago. */
static bool better(const struct nat_lease *a, const struct nat_lease *b)
{
	return !b || a->left_ns < b->left_ns;
}

/* lease_take() - Return: the last byte of an address, or 0: all are in use. */
static uint8_t lease_take(struct vswitch *sw, const uint8_t mac[6])
{
	struct nat_lease *best = NULL, *l;
	unsigned int i;

	for (i = NAT_FIRST_HOST; i <= NAT_LAST_HOST; i++) {
		l = &sw->lease[i];
		if (l->busy)
			continue;
		if (l->left_ns && !memcmp(l->mac, mac, sizeof(l->mac))) {
			best = l;
			break;
		}
		if (better(l, best))
			best = l;
	}
	if (!best)
		return 0;
	memcpy(best->mac, mac, sizeof(best->mac));
	best->busy = true;
	return (uint8_t)(best - sw->lease);
}

static void lease_leave(struct vswitch *sw, uint8_t host)
{
	sw->lease[host].busy = false;
	sw->lease[host].left_ns = clock_now_ns();
}

/* ---- processes --------------------------------------------------------- */

/* nat_spawn() - Return: the port of a NAT that has been told what it is to
 * do, or NULL. */
static struct port *nat_spawn(struct vswitch *sw, const struct port *client)
{
	const struct vmnet_nat_setup *setup = client->nat_setup;
	struct port *nat = NULL;
	pid_t pid;
	int fd;

	pid = child_start(sw->keeper, CHILD_NAT, NULL, &fd);
	if (pid < 0)
		return NULL;
	if (send(fd, setup, sizeof(*setup), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*setup))
		nat = vswitch_add_port(sw, fd, PORT_NAT);
	if (!nat) {
		close(fd);
		child_end(sw->keeper, pid);
		return NULL;
	}
	nat->pid = pid;
	return nat;
}

static void nat_start(struct vswitch *sw, struct port *client)
{
	struct port *nat;

	client->nat_tried_ns = clock_now_ns();
	nat = nat_spawn(sw, client);
	if (!nat)
		return;
	nat->nat = client;
	client->nat = nat;
	sw->nat_starts++;
	hub_join(client->hub, nat);
}

/* lacks_nat() - is this a client without the NAT that it needs? */
static bool lacks_nat(const struct port *port)
{
	return port && port->kind == PORT_CLIENT && port->nat_setup &&
		port->state == PORT_JOINED && !port->nat;
}

enum vmnet_status vswitch_nat_join(struct vswitch *sw, struct port *client,
				   const struct vmnet_hello *hello)
{
	struct vmnet_nat_setup *setup = calloc(1, sizeof(*setup));

	if (setup)
		client->nat_host = lease_take(sw, hello->mac);
	if (!client->nat_host) {
		free(setup);
		return VMNET_FULL;
	}
	setup->magic = VMNET_MAGIC;
	setup->version = VMNET_VERSION;
	setup->host_loopback = !!(hello->flags & VMNET_HELLO_HOST_LOOPBACK);
	setup->host = client->nat_host;
	memcpy(setup->mac, hello->mac, sizeof(setup->mac));
	memcpy(setup->forward, hello->forward, sizeof(setup->forward));
	client->nat_setup = setup;
	return VMNET_OK;
}

void vswitch_nat_tend(struct vswitch *sw)
{
	uint64_t now = clock_now_ns();
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (lacks_nat(sw->port[i]) &&
		    now - sw->port[i]->nat_tried_ns > VSWITCH_NAT_PAUSE_NS)
			nat_start(sw, sw->port[i]);
}

bool vswitch_nat_waits(const struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (lacks_nat(sw->port[i]))
			return true;
	return false;
}

void vswitch_nat_link(struct port *nat, bool up)
{
	if (nat->nat)
		port_set_link(nat->nat, up);
}

void vswitch_nat_ended(struct vswitch *sw, struct port *nat)
{
	child_end(sw->keeper, nat->pid);
	if (!nat->nat)
		return;
	nat->nat->nat = NULL;
	port_set_link(nat->nat, false);
	nat->nat = NULL;
}

struct port *vswitch_nat_leave(struct vswitch *sw, struct port *client)
{
	struct port *nat = client->nat;

	if (client->nat_host)
		lease_leave(sw, client->nat_host);
	free(client->nat_setup);
	client->nat_setup = NULL;
	client->nat_host = 0;
	if (nat)
		nat->nat = client->nat = NULL;
	return nat;
}
