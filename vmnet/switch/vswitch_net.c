/* SPDX-License-Identifier: BSD-2-Clause */
/* vswitch_net.c - the switch's ports and networks: see vswitch_parts.h. */
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/network.h"
#include "vmnet/switch/vswitch_parts.h"

/* port_source() - what its events hold: see enum vswitch_source. */
static uint64_t port_source(const struct port *port, enum vswitch_source source)
{
	return (uint64_t)port->number << 32 | port->slot << 8 | source;
}
BUILD_ASSERT(FDB_PORTS <= 1 << 24);

struct port *vswitch_event_port(struct vswitch *sw, const struct epoll_event *e)
{
	unsigned int slot = (uint32_t)e->data.u64 >> 8;
	struct port *port = slot < FDB_PORTS ? sw->port[slot] : NULL;

	return port && port->number == e->data.u64 >> 32 ? port : NULL;
}

void vswitch_watch(struct vswitch *sw, int op, struct port *port, uint32_t mask)
{
	struct epoll_event e = { .events = mask };

	e.data.u64 = port_source(port, SOURCE_PORT);
	port->watched = mask;
	epoll_ctl(sw->epoll, op, port->fd, &e);
}

void vswitch_watch_bell(struct vswitch *sw, struct port *port)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };

	e.data.u64 = port_source(port, SOURCE_BELL);
	epoll_ctl(sw->epoll, EPOLL_CTL_ADD, port->switch_bell, &e);
}

void vswitch_unwatch(struct vswitch *sw, const struct port *port)
{
	epoll_ctl(sw->epoll, EPOLL_CTL_DEL, port->fd, NULL);
	if (port->rings)
		epoll_ctl(sw->epoll, EPOLL_CTL_DEL, port->switch_bell, NULL);
}

void vswitch_watch_control(struct vswitch *sw, int fd, uint32_t number)
{
	struct epoll_event e = { .events = EPOLLIN };

	e.data.u64 = (uint64_t)number << 32 | SOURCE_CONTROL;
	epoll_ctl(sw->epoll, EPOLL_CTL_ADD, fd, &e);
}

void vswitch_unwatch_fd(struct vswitch *sw, int fd)
{
	epoll_ctl(sw->epoll, EPOLL_CTL_DEL, fd, NULL);
}

/* Each port has a tap, and each machine a name. */
BUILD_ASSERT(TAP_PORTS >= FDB_PORTS);
BUILD_ASSERT(VMNET_NAMES >= FDB_PORTS);

struct port *vswitch_add_port(struct vswitch *sw, int fd,
			      const struct port_ops *ops)
{
	int size = ops->socket_buffer;
	unsigned int slot;

	for (slot = 0; slot < FDB_PORTS && sw->port[slot]; slot++)
		;
	if (slot == FDB_PORTS)
		return NULL;
	sw->port[slot] = port_new(fd, ops, slot, ++sw->next_number);
	if (!sw->port[slot])
		return NULL;
	tap_port_open(&sw->tap, &sw->port[slot]->tap, sw->next_number);
	sw->port[slot]->times = &sw->times;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	vswitch_watch(sw, EPOLL_CTL_ADD, sw->port[slot], EPOLLIN);
	return sw->port[slot];
}

int vswitch_timed(struct vswitch *sw, struct port *port, uint32_t every)
{
	struct card_times *card = port->rings ? &port->rings->times : NULL;
	int err = 0;

	if (every)
		err = timeline_on(&sw->times, port->slot, port->number, card,
				  every);
	else
		timeline_off(&sw->times, port->slot);
	if (port->hub)
		port->hub->ops->timed(port);
	return err;
}

unsigned int vswitch_free_slots(const struct vswitch *sw)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_PORTS; i++)
		n += !sw->port[i];
	return n;
}

/* hub_find() - Return: the network, or NULL if it does not exist. */
static struct hub *hub_find(struct vswitch *sw, unsigned int network,
			    const char *iface)
{
	struct hub *hub;
	unsigned int i;

	for (i = 0; i < VSWITCH_HUBS; i++) {
		hub = sw->hub[i];
		if (hub && hub->network == network &&
		    !strcmp(hub->iface, iface))
			return hub;
	}
	return NULL;
}

uint16_t vswitch_address(struct vswitch *sw, const struct address_range *range,
			 const uint8_t mac[6])
{
	bool new = false;
	uint16_t host =
		addresses_take(&sw->addresses, &sw->nets, range, mac, &new);

	if (host && new)
		child_remember(sw->keeper, range->network, mac, host);
	return host;
}

bool vswitch_watch_links(struct vswitch *sw)
{
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_LINKS };

	if (!sw->links_watched && sw->links >= 0)
		sw->links_watched =
			epoll_ctl(sw->epoll, EPOLL_CTL_ADD, sw->links, &e) == 0;
	return sw->links_watched;
}

static struct hub *hub_make(struct vswitch *sw, unsigned int network,
			    const char *iface)
{
	const struct network *conf = &sw->nets.net[network];
	struct hub *hub;
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = (uint32_t)clock_now_ns();
	hub = hub_new(network_kind(conf->kind), network, seed);
	if (!hub)
		return NULL;
	hub->conf = *conf;
	strcpy(hub->iface, iface);
	hub->link = true;
	if (hub->ops->open(sw, hub) < 0) {
		hub_free(hub);
		return NULL;
	}
	return hub;
}

struct hub *vswitch_get_hub(struct vswitch *sw, unsigned int network,
			    const char *iface)
{
	struct hub *hub = hub_find(sw, network, iface);
	unsigned int i;

	if (hub)
		return hub;
	for (i = 0; i < VSWITCH_HUBS; i++)
		if (!sw->hub[i])
			return sw->hub[i] = hub_make(sw, network, iface);
	return NULL;
}

struct hub *vswitch_named_hub(struct vswitch *sw,
			      const struct vmnet_hello *hello,
			      unsigned int number, enum vmnet_status *status)
{
	const struct network *conf = &sw->nets.net[number];
	const char *iface = proto_iface(hello->network);
	struct hub *hub;

	if (conf->kind == NET_BRIDGED) {
		iface = *iface ? iface : conf->iface;
		number = BRIDGED_NUMBER;	/* one for each interface */
	}
	*status = VMNET_NO_NAME;
	if (conf->kind == NET_BRIDGED && !*iface)
		return NULL;
	*status = VMNET_NOT_NAT;
	if (conf->kind != NET_NAT && hello_wishes(hello) &&
	    !(hello->flags & VMNET_HELLO_IF_NAT))
		return NULL;
	hub = vswitch_get_hub(sw, number, iface);
	*status = hub ? VMNET_OK : VMNET_FULL;
	return hub;
}

void vswitch_answer(struct port *port, enum vmnet_status status)
{
	struct vmnet_reply reply = {
		.magic = VMNET_MAGIC, .version = VMNET_VERSION,
		.status = (uint16_t)status, .port = port->number,
		.frame_max = VMNET_FRAME_MAX,
		.link = port->link,
		.kind = port->kind,
	};

	if (send(port->fd, &reply, sizeof(reply), MSG_DONTWAIT | MSG_NOSIGNAL) <
	    0)
		port_leave(port);
}

void vswitch_refuse(struct vswitch *sw, struct port *port,
		    enum vmnet_status status)
{
	sw->refused[status]++;
	vswitch_answer(port, status);
	port_leave(port);
}
