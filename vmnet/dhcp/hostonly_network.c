/* SPDX-License-Identifier: BSD-2-Clause */
/* hostonly_network.c - the switch's side of the network "hostonly": see
 * hostonly_network.h. */
#include "vmnet/dhcp/hostonly_network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "vmnet/adapter/adapter_port.h"
#include "vmnet/dhcp/dhcp.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch_parts.h"

/* A host-only network's own data: hub->own. */
struct hostonly {
	struct adapter_place adapter;	/* the host's own place */
	struct port *port;	/* of its server; NULL: there is none */
	uint64_t started_ns;
	uint64_t told;		/* it knows who was there at that time:
				 * vswitch->changes */
	/* Until when it has given each of its addresses, from the first on, to
	 * somebody of whom the switch knows nothing. */
	uint64_t held[DHCP_LEASES];
};

/* A client's data where there is DHCP: port->own. (The adapter's port has
 * something else there.) */
struct hostonly_seat {
	uint16_t host;		/* its number in the subnet */
	bool told;		/* the server knows, ... */
	bool names;		/* ... and that it is to tell of itself as the
				 * name server */
};

/* ---- the port of the server -------------------------------------------- */

static void dhcp_gone(struct vswitch *sw, struct port *port)
{
	struct hostonly *own = port->hub ? port->hub->own : NULL;

	child_end(sw->keeper, port->pid);
	if (sw->dhcp_pid == port->pid)
		sw->dhcp_pid = 0;
	if (own)
		own->port = NULL;
}

/* dhcp_event() - what it says of an address that is nobody's here. */
static bool dhcp_event(struct vswitch *sw, struct port *port,
		       const struct vmnet_event *e)
{
	struct hostonly *own = port->hub->own;
	unsigned int i =
		(e->count & 0xffff) - subnet_dhcp_first(port->hub->conf.prefix);

	(void)sw;
	if (e->type != VMNET_EVENT_HELD)
		return false;
	if (i < DHCP_LEASES)
		own->held[i] =
			clock_now_ns() + (e->count >> 16) * 1000000000ull;
	return true;
}

static const struct port_ops dhcp_port = {
	.kind = "dhcp",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = messages_ready,
	.look = port_never_looks,
	.must_wait = port_never_waits,
	.event = dhcp_event,
	.ask = port_no_ask,
	.flush = port_flush,
	.input = hub_from_station,
	.hears = port_hears_all,
	.tell_link = port_keeps_link,
	.gone = dhcp_gone,
};

/* dhcp_spawn() - start a DHCP server, and tell it its network. Return: its
 * port, or NULL. */
static struct port *dhcp_spawn(struct vswitch *sw, const struct hub *hub)
{
	const struct vmnet_dhcp_setup setup = {
		.magic = VMNET_MAGIC, .version = VMNET_VERSION,
		.prefix = hub->conf.prefix, .subnet = hub->conf.subnet,
	};
	struct port *port = NULL;
	pid_t pid;
	int fd;

	pid = child_start(sw->keeper, CHILD_DHCP, NULL, &fd);
	if (pid < 0)
		return NULL;
	if (send(fd, &setup, sizeof(setup), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(setup))
		port = vswitch_add_port(sw, fd, &dhcp_port);
	if (!port) {
		close(fd);
		child_end(sw->keeper, pid);
		return NULL;
	}
	port->pid = pid;
	sw->dhcp_pid = sw->dhcp_pid ? sw->dhcp_pid : pid;
	return port;
}

/* seat_of() - Return: a client's data; NULL: @port is no client, or has
 * none. */
static struct hostonly_seat *seat_of(const struct port *port)
{
	return port && port->station ? port->own : NULL;
}

/* kept_tell() - tell the server which addresses are kept for cards that have
 * not come; they may be behind one that has. */
static void kept_tell(const struct vswitch *sw, const struct hub *hub, int fd)
{
	const struct network_fixed *f = sw->nets.fixed;
	struct vmnet_dhcp_card msg;

	for (; f < sw->nets.fixed + sw->nets.fixed_count; f++) {
		if (f->network != hub->network)
			continue;
		msg = (struct vmnet_dhcp_card){ .host = f->host };
		memcpy(msg.mac, f->mac, sizeof(msg.mac));
		if (send(fd, &msg, sizeof(msg), MSG_DONTWAIT | MSG_NOSIGNAL) <
		    0)
			log_debug("a DHCP server was not told: %s",
				  strerror(errno));
	}
}

static void dhcp_start(struct vswitch *sw, struct hub *hub)
{
	struct hostonly *own = hub->own;
	struct hostonly_seat *seat;
	unsigned int i;

	own->started_ns = clock_now_ns();
	own->told = 0;
	own->port = dhcp_spawn(sw, hub);
	if (!own->port)
		return;
	kept_tell(sw, hub, own->port->fd);
	for (i = 0; i < FDB_PORTS; i++) {
		seat = seat_of(hub->port[i]);
		if (seat)
			seat->told = false;
	}
	hub_join(hub, own->port);
}

/* reaches_out() - does the card's machine have another card on a network with
 * name servers of the outside? Then it is to ask those: many guests ask only
 * the server that they were told of last. */
static bool reaches_out(const struct vswitch *sw, const struct port *card)
{
	const struct port *p;
	unsigned int i;

	for (i = 0; card->owner.pid && i < FDB_PORTS; i++) {
		p = sw->port[i];
		if (p && p->hub && p->owner.pid == card->owner.pid &&
		    (p->hub->conf.kind == NET_NAT ||
		     p->hub->conf.kind == NET_BRIDGED))
			return true;
	}
	return false;
}

/* seat_tell() - tell the server a card's address. Return: is it still to be
 * told? */
static bool seat_tell(const struct hostonly *own, const struct port *card,
		      bool names)
{
	struct hostonly_seat *seat = card->own;
	struct vmnet_dhcp_card msg = { .host = seat->host, .names = names };

	if (seat->told && seat->names == names)
		return false;
	seat->names = names;
	memcpy(msg.mac, card->mac, sizeof(msg.mac));
	seat->told = send(own->port->fd, &msg, sizeof(msg),
			  MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
	return !seat->told;
}

/* seat_end() - the card goes: its server need not remember it. One that can not
 * be told now has one to remember that is not there. */
static void seat_end(const struct hostonly *own, const struct port *card)
{
	const struct hostonly_seat *seat = card->own;
	struct vmnet_dhcp_card msg = { .host = seat->host, .gone = 1 };

	if (!own->port || !seat->told)
		return;
	memcpy(msg.mac, card->mac, sizeof(msg.mac));
	if (send(own->port->fd, &msg, sizeof(msg),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a DHCP server was not told: %s", strerror(errno));
}

/* seat_host() - for hub_names(): Return: the number of a card's address in its
 * subnet. */
static uint16_t seat_host(const struct port *card)
{
	const struct hostonly_seat *seat = seat_of(card);

	return seat ? seat->host : 0;
}

/* server_tell() - tell the server what it does not know yet of cards and
 * machines. Return: is something left? */
static bool server_tell(const struct vswitch *sw, const struct hub *hub)
{
	struct hostonly *own = hub->own;
	const struct port *port;
	struct vmnet_names names;
	bool missing = false;
	unsigned int i;

	if (!own->port || own->told == sw->changes)
		return !own->port;
	for (i = 0; i < FDB_PORTS; i++) {
		port = hub->port[i];
		if (seat_of(port))
			missing |= seat_tell(own, port, !reaches_out(sw, port));
	}
	hub_names(hub, seat_host, &names);
	if (send(own->port->fd, &names, sizeof(names),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		missing = true;
	own->told = missing ? own->told : sw->changes;
	return missing;
}

/* ---- the network ------------------------------------------------------- */

static int hostonly_open(struct vswitch *sw, struct hub *hub)
{
	(void)sw;
	hub->own = calloc(1, sizeof(struct hostonly));
	return hub->own ? 0 : -ENOMEM;
}

static void hostonly_close(struct hub *hub)
{
	free(hub->own);
	hub->own = NULL;
}

static enum vmnet_status hostonly_join(struct vswitch *sw, struct hub *hub,
				       struct port *client,
				       const struct vmnet_hello *hello)
{
	const struct hostonly *own = hub->own;
	const struct address_range range = {
		.network = (uint8_t)hub->network,
		.first = (uint16_t)subnet_dhcp_first(hub->conf.prefix),
		.last = (uint16_t)subnet_dhcp_last(hub->conf.prefix),
		.spread = true,
		.held = own->held, .held_count = DHCP_LEASES,
		.now_ns = clock_now_ns(),
	};
	struct hostonly_seat *seat;

	if (!hub->conf.dhcp)
		return plain_join(sw, hub, client, hello);
	seat = calloc(1, sizeof(*seat));
	if (!seat)
		return VMNET_FULL;
	seat->host = vswitch_address(sw, &range, hello->mac);
	if (!seat->host) {
		free(seat);
		return VMNET_NO_ADDRESS;
	}
	client->own = seat;
	return plain_join(sw, hub, client, hello);
}

static void hostonly_leave(struct vswitch *sw, struct port *client)
{
	struct hostonly_seat *seat = client->own;

	if (!seat)
		return;
	seat_end(client->hub->own, client);
	addresses_leave(&sw->addresses, client->hub->network, seat->host);
	free(seat);
	client->own = NULL;
}

static bool hostonly_tend(struct vswitch *sw, struct hub *hub)
{
	struct hostonly *own = hub->own;
	bool soon = adapter_tend(sw, hub, &own->adapter);

	if (!hub->conf.dhcp)
		return soon;
	if (!own->port && clock_now_ns() - own->started_ns > VSWITCH_PAUSE_NS)
		dhcp_start(sw, hub);
	return server_tell(sw, hub) || soon;
}

static void hostonly_hub_stats(struct text *t, const struct hub *hub)
{
	const struct hostonly *own = hub->own;
	const struct port *adapter = own->adapter.port;

	if (!own->adapter.works)
		return;
	text_count(t, "adapter_pid", (uint64_t)adapter->pid);
	text_count(t, "adapter_lost", own->adapter.lost);
}

static void hostonly_stats(struct text *t, const struct vswitch *sw)
{
	text_add(t, "\"dhcp_pid\": %d, ", (int)sw->dhcp_pid);
}

const struct network_ops hostonly_network = {
	.kind = "hostonly",
	.open = hostonly_open,
	.close = hostonly_close,
	.join = hostonly_join,
	.opening = plain_opening,
	.ask = plain_ask,
	.leave = hostonly_leave,
	.tend = hostonly_tend,
	.full = plain_full,
	.timed = plain_timed,
	.look = plain_look,
	.own_way = plain_own_way,
	.count = plain_count,
	.hub_stats = hostonly_hub_stats,
	.stats = hostonly_stats,
};
