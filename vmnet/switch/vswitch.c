/* SPDX-License-Identifier: BSD-2-Clause */
/* vswitch.c - the switch's loop: see vswitch.h. */
#include "vmnet/switch/vswitch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/poll_ns.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/links.h"
#include "vmnet/switch/sandbox.h"
#include "vmnet/switch/vswitch_parts.h"

/* While a port is busy (port_is_busy()). */
#define NAP_NS		50000u
/* A look at who is late. */
#define DEADLINE_NS	100000000u

/* ---- who leaves -------------------------------------------------------- */

static void free_port(struct vswitch *sw, struct port *port)
{
	port->ops->gone(sw, port);
	if (port->hub)
		hub_leave(port->hub, port);
	sw->port[port->slot] = NULL;
	vswitch_unwatch(sw, port);
	port_free(port);
}

/* free_hub() - nobody is left on the network: its own ports go, then it. */
static void free_hub(struct vswitch *sw, struct hub *hub)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i])
			free_port(sw, hub->port[i]);
	hub->ops->close(hub);
	hub_free(hub);
}

/* free_empty() - networks that nobody is on, or waits for. */
static void free_empty(struct vswitch *sw)
{
	struct hub *hub;
	unsigned int i;

	for (i = 0; i < VSWITCH_HUBS; i++) {
		hub = sw->hub[i];
		if (!hub || hub->clients)
			continue;
		sw->hub[i] = NULL;
		free_hub(sw, hub);
	}
}

/* free_leaving() - Return: was there one? */
static bool free_leaving(struct vswitch *sw)
{
	bool any = false, again;
	unsigned int i;

	/* Who leaves may take another one along. */
	do {
		again = false;
		for (i = 0; i < FDB_PORTS; i++)
			if (sw->port[i] && sw->port[i]->state == PORT_LEAVING) {
				free_port(sw, sw->port[i]);
				again = any = true;
			}
	} while (again);
	free_empty(sw);
	return any;
}

/* ---- each round -------------------------------------------------------- */

static void tend_port(struct vswitch *sw, struct port *port, uint64_t now)
{
	if (port->state == PORT_HELLO && now > port->deadline_ns) {
		sw->hello_timeouts++;
		port_leave(port);
	}
	if (port->state == PORT_JOINED && port_has_work(port) &&
	    port->ops->flush(port) < 0)
		port_leave(port);
}

/* watch_port() - after all flushing: what is to be waited for at this port? */
static void watch_port(struct vswitch *sw, struct port *port)
{
	uint32_t mask = port->blocked ? EPOLLOUT : 0;

	if (!port->ops->must_wait(port)) {
		mask |= port->busy ? 0 : EPOLLIN;
		/* What was kept can go now, and nobody else would say so. */
		sw->more |= port->kept;
	}
	port->kept = false;
	if (mask != port->watched)
		vswitch_watch(sw, EPOLL_CTL_MOD, port, mask);
}

/* tend_networks() - what each kind has to do; false: that is all for now. */
static bool tend_networks(struct vswitch *sw)
{
	bool soon = false;
	unsigned int i;

	if (sw->links_changed)
		links_drain(sw->links);
	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i])
			soon |= sw->hub[i]->ops->tend(sw, sw->hub[i]);
	sw->links_changed = false;
	return soon;
}

/* look_at_ports() - what came in without a word. */
static void look_at_ports(struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			sw->port[i]->ops->look(sw, sw->port[i]);
}

/* vswitch_tend() - flush, time out, free; Return: false if all is over. */
static bool vswitch_tend(struct vswitch *sw)
{
	uint64_t now = clock_now_ns();
	unsigned int i;

	/* First who left: a NAT that died takes the link down, and the
	 * others must be told before a new one can bring it up again. */
	sw->tap.now_ns = now;
	free_leaving(sw);
	sw->more = sw->nap = false;
	sw->soon = tend_networks(sw);
	look_at_ports(sw);
	conditioned_tend(sw, clock_now_ns());
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			tend_port(sw, sw->port[i], now);
	/* A network may now lack what it had: see to that at once. */
	sw->more |= free_leaving(sw);
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			watch_port(sw, sw->port[i]);
	tap_flush(&sw->tap);
	if (sw->clients)
		sw->empty_since_ns = 0;
	else if (!sw->empty_since_ns)
		sw->empty_since_ns = now;
	return !sw->empty_since_ns ||
	       now - sw->empty_since_ns < VSWITCH_GRACE_NS;
}

/* idle_ns() - how long a round may wait: for a deadline, or for ever. */
static uint64_t idle_ns(const struct vswitch *sw)
{
	unsigned int i;

	if (sw->more)
		return 0;
	if (sw->nap)
		return NAP_NS;
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i] && sw->port[i]->state == PORT_HELLO)
			return DEADLINE_NS;
	if (sw->empty_since_ns || sw->soon)
		return DEADLINE_NS;
	return POLL_FOREVER;
}

/* wait_ns() - how long the switch may sleep: idle_ns(), but no longer than
 * until a frame is due on a link with conditions. */
static uint64_t wait_ns(const struct vswitch *sw)
{
	uint64_t idle = idle_ns(sw), now;

	if (idle == 0 || sw->due_ns == LINE_NEVER)
		return idle;
	now = clock_now_ns();
	return sw->due_ns > now ? MIN(idle, sw->due_ns - now) : 0;
}

int vswitch_open(struct vswitch *sw, int listen_fd, int keeper)
{
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_LISTEN };

	sw->listen = listen_fd;
	sw->keeper = keeper;
	sw->links = -1;
	tap_open(&sw->tap);
	timelines_open(&sw->times);
	networking_builtin(&sw->nets);
	sw->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sw->epoll < 0 ||
	    epoll_ctl(sw->epoll, EPOLL_CTL_ADD, listen_fd, &e) < 0)
		return -errno;
	sw->links = links_open();	/* later it could not be opened */
	return 0;
}

int vswitch_control(struct vswitch *sw, const struct control_ops *control,
		    int listen_fd)
{
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_CONTROL_LISTEN };

	sw->control = control;
	sw->control_listen = listen_fd;
	return epoll_ctl(sw->epoll, EPOLL_CTL_ADD, listen_fd, &e) < 0 ? -errno :
									0;
}

/* ready_take() - one descriptor is ready: see who added it. */
static void ready_take(struct vswitch *sw, const struct epoll_event *got)
{
	struct port *port;

	switch (vswitch_source(got)) {
	case SOURCE_LISTEN:
		client_accept(sw);
		break;
	case SOURCE_LINKS:
		sw->links_changed = true;
		break;
	case SOURCE_PORT:
		port = vswitch_event_port(sw, got);
		if (port)
			port->ops->ready(sw, port, got->events);
		break;
	case SOURCE_CONTROL_LISTEN:
		sw->control->accept(sw);
		break;
	case SOURCE_CONTROL:
		sw->control->ready(sw, (uint32_t)(got->data.u64 >> 32));
		break;
	case SOURCE_BELL:
		break;		/* vswitch_tend() looks at all ports */
	}
}

bool vswitch_round(struct vswitch *sw, uint64_t wait_most_ns)
{
	struct epoll_event got[16];
	int i, n;

	if (!vswitch_tend(sw))
		return false;
	n = poll_ns(sw->epoll, got, ARRAY_SIZE(got),
		    MIN(wait_ns(sw), wait_most_ns));
	for (i = 0; i < n; i++)
		ready_take(sw, &got[i]);
	return true;
}

void vswitch_close(struct vswitch *sw)
{
	unsigned int i;

	if (sw->control)
		sw->control->close(sw);
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			free_port(sw, sw->port[i]);
	free_empty(sw);
	frame_pool_close(&sw->lines);
	if (sw->links >= 0)
		close(sw->links);
	if (sw->epoll >= 0)
		close(sw->epoll);
}

int vswitch_run(const struct vswitch_setup *setup)
{
	struct vswitch *sw = calloc(1, sizeof(*sw));
	int err;

	if (!sw)
		return -ENOMEM;
	err = vswitch_open(sw, setup->listen, setup->keeper);
	sw->nets = *setup->nets;
	sw->addresses = *setup->addresses;
	if (!err)
		err = vswitch_control(sw, setup->control,
				      setup->control_listen);
	if (!err)
		err = switch_sandbox_close();
	while (!err && vswitch_round(sw, POLL_FOREVER))
		;
	vswitch_close(sw);
	free(sw);
	return err;
}
