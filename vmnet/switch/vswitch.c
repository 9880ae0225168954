/* SPDX-License-Identifier: BSD-2-Clause */
/* vswitch.c - the switch's loop: see vswitch.h. */
#include "vmnet/switch/vswitch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "base/poll_ns.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/switch/sandbox.h"
#include "vmnet/switch/vswitch_parts.h"

/* Frames from one ring before others have their turn. */
#define RING_BATCH 128u

/*
 * A busy ring: so many frames in so long a time. To wake the switch costs the
 * VMM tens of microseconds on a host that is a virtual machine itself. So while
 * a ring is busy the switch asks for no bell, but sleeps for a moment and looks
 * again: what has come by then goes to the wire together. A lone frame, or an
 * answer that somebody waits for, rings as ever.
 */
#define BUSY_FRAMES	8u
#define BUSY_NS		200000u
#define NAP_NS		50000u

#define DEADLINE_NS	100000000u	/* a look at who is late */

static unsigned int count_clients(const struct vswitch *sw)
{
	unsigned int i, n = 0;

	for (i = 0; i < FDB_PORTS; i++)
		n += sw->port[i] && sw->port[i]->kind == PORT_CLIENT;
	return n;
}

/* ---- what comes in ----------------------------------------------------- */

static void answer_stats(const struct vswitch *sw, struct port *port)
{
	char *text = malloc(VMNET_STATS_MAX);
	unsigned int i;
	size_t len;

	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i] && sw->hub[i]->bridge)
			bridge_count_lost(sw->hub[i]->bridge);
	vswitch_answer(port, VMNET_OK);
	if (text) {
		len = vswitch_stats(sw, text, VMNET_STATS_MAX);
		if (!len || send(port->fd, text, len,
				 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			log_debug("a statistics client got no answer");
	}
	free(text);
	port_leave(port);
}

/* take_rings() - the descriptors of a hello: as many as it says, and good. */
static enum vmnet_status take_rings(struct vswitch *sw, struct port *port,
				    const struct vmnet_hello *hello, int *fds,
				    size_t *n)
{
	size_t want = hello->flags & VMNET_HELLO_RINGS ? RING_FDS : 0;

	if (*n != want || (want && !port_use_rings(port, fds)))
		return VMNET_BAD_RINGS;
	*n = 0;
	if (want)
		vswitch_watch_bell(sw, port);
	return VMNET_OK;
}

/* join() - a client's first message, and the descriptors that came with it;
 * @n: becomes 0 if they are the port's now. */
static void join(struct vswitch *sw, struct port *port, const void *msg,
		 size_t len, int *fds, size_t *n)
{
	struct vmnet_hello hello;
	enum vmnet_status status;
	unsigned int network = 0;
	struct hub *hub;

	status = decode_hello(msg, len, &hello, &network);
	if (status == VMNET_OK)
		status = take_rings(sw, port, &hello, fds, n);
	if (status == VMNET_OK && (hello.flags & VMNET_HELLO_STATS)) {
		answer_stats(sw, port);
		return;
	}
	hub = status == VMNET_OK ?
	      vswitch_get_hub(sw, network, proto_iface(hello.network)) : NULL;
	if (status == VMNET_OK && !hub)
		status = VMNET_FULL;
	if (status == VMNET_OK && network == VSWITCH_NAT_NETWORK)
		status = vswitch_nat_join(sw, port, &hello);
	if (status != VMNET_OK) {
		sw->refused[status]++;
		vswitch_answer(port, status);
		port_leave(port);
		return;
	}
	memcpy(port->mac, hello.mac, sizeof(port->mac));
	port->station = true;
	port->any_mac = hello.flags & VMNET_HELLO_ANY_MAC;
	hub_join(hub, port);
	port->unanswered = hub->bridge && !hub->bridge->opened;
	if (!port->unanswered) {
		/* The reply says the same: no event is needed for it. */
		port->link = hub->link && !port->nat_setup;
		vswitch_answer(port, VMNET_OK);
	}
	vswitch_nat_tend(sw);
	vswitch_dhcp_tend(sw);
}

/* take_event() - the NAT says that it works, or what it dropped; a client
 * that it is promiscuous. Return: true if it did. */
static bool take_event(struct vswitch *sw, struct port *port,
		       const void *msg, size_t len)
{
	bool from_nat = port->kind == PORT_NAT;
	struct vmnet_event event;

	if (decode_event(msg, len, &event) < 0 ||
	    event.type == VMNET_EVENT_FORGED ||
	    from_nat == (event.type == VMNET_EVENT_PROMISCUOUS))
		return false;
	if (event.type == VMNET_EVENT_PROMISCUOUS)
		port->promiscuous = event.value;
	else if (event.type == VMNET_EVENT_LINK)
		vswitch_nat_link(port, event.value);
	else
		sw->nat_drops[event.value] += event.count;
	return true;
}

static void port_message(struct vswitch *sw, struct port *port,
			 const uint8_t *msg, size_t len, uint64_t now_ns)
{
	if (port->state == PORT_JOINED && !take_event(sw, port, msg, len) &&
	    port_accept(port, len))
		hub_input(port->hub, port, msg, len, now_ns);
}

/* hello_readable() - a client says what it wants. */
static void hello_readable(struct vswitch *sw, struct port *port)
{
	uint8_t msg[VMNET_FRAME_MAX];
	int fds[FDPASS_MAX];
	size_t n = ARRAY_SIZE(fds), i;
	ssize_t len = fdpass_recv(port->fd, msg, sizeof(msg), fds, &n);

	if (len == -EAGAIN || len == -EINTR)
		return;
	if (len == 0 || (len < 0 && len != -EMSGSIZE)) {
		port_leave(port);
		return;
	}
	if (len < 0)		/* what does not fit is no hello of ours */
		len = 0, n = 0;
	join(sw, port, msg, (size_t)len, fds, &n);
	for (i = 0; i < n; i++)
		close(fds[i]);
}

/* ring_busy() - so many frames were found in the port's ring: is it busy? */
static bool ring_busy(struct port *port, unsigned int frames, uint64_t now_ns)
{
	if (now_ns - port->counted_ns > BUSY_NS) {
		port->counted_ns = now_ns;
		port->counted = 0;
	}
	port->counted += frames;
	if (port->counted >= BUSY_FRAMES)
		port->busy_ns = now_ns;
	return now_ns - port->busy_ns < BUSY_NS;
}

/* rings_readable() - as much as one port may have at a time. */
static void rings_readable(struct vswitch *sw, struct port *port)
{
	uint8_t frame[RING_FRAME_MAX];
	uint64_t now = clock_now_ns();
	unsigned int i;
	size_t len;

	for (i = 0; i < RING_BATCH && port_take(port, frame, &len); i++)
		if (len)
			hub_input(port->hub, port, frame, len, now);
	port_take_end(port);
	if (i == RING_BATCH)
		sw->more = true;
	else if (ring_busy(port, i, now))
		sw->nap = true;
	else if (!ring_ask_frames(&port->rings->to_switch, RING_WAKE_BELL))
		sw->more = true;
}

/**
 * port_readable() - take up to PORT_BATCH messages from a port
 *
 * Each message is in our own memory before anything looks at it. A length
 * over the buffer (MSG_TRUNC gives the true one) is refused by port_accept().
 */
static void port_readable(struct vswitch *sw, struct port *port)
{
	uint8_t buf[PORT_BATCH][VMNET_FRAME_MAX + 1];
	struct mmsghdr msgs[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	uint64_t now = clock_now_ns();
	int i, n;

	if (port->state == PORT_HELLO) {
		hello_readable(sw, port);
		return;
	}
	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < (int)PORT_BATCH; i++) {
		iov[i] = (struct iovec){ buf[i], sizeof(buf[i]) };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(port->fd, msgs, PORT_BATCH, MSG_DONTWAIT | MSG_TRUNC,
		     NULL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		port_leave(port);
		return;
	}
	for (i = 0; i < n; i++) {
		if (!msgs[i].msg_len) {		/* end of the connection */
			port_leave(port);
			return;
		}
		port_message(sw, port, buf[i], msgs[i].msg_len, now);
	}
}

/* uplink_readable() - frames from the wire, or its end. */
static void uplink_readable(struct vswitch *sw, struct port *port,
			    uint32_t events)
{
	if ((events & ~(uint32_t)EPOLLOUT) && port->state == PORT_JOINED &&
	    bridge_receive(port->hub->bridge, clock_now_ns()) < 0)
		sw->links_changed = true;
}

static void accept_client(struct vswitch *sw)
{
	int fd = accept4(sw->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct port *port;

	if (fd < 0)
		return;
	port = vswitch_add_port(sw, fd, PORT_CLIENT);
	if (!port) {
		sw->refused[VMNET_FULL]++;
		close(fd);
		return;
	}
	port->deadline_ns = clock_now_ns() + VSWITCH_HELLO_NS;
}

/* ---- each round -------------------------------------------------------- */

static void free_hub(struct vswitch *sw, struct hub *hub)
{
	unsigned int i;

	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i] == hub)
			sw->hub[i] = NULL;
	bridge_free(hub->bridge);
	hub_free(hub);
}

static void free_port(struct vswitch *sw, struct port *port)
{
	struct hub *hub = port->hub;
	struct port *nat = NULL;
	unsigned int i;

	if (port->kind == PORT_CLIENT)
		nat = vswitch_nat_leave(sw, port);
	if (nat)
		free_port(sw, nat);
	if (hub && port->kind == PORT_NAT)
		vswitch_nat_ended(sw, port);
	if (hub && port->kind == PORT_DHCP)
		vswitch_dhcp_ended(sw);
	if (hub && port->kind == PORT_UPLINK) {
		hub_set_link(hub, false);
		hub->bridge->port = NULL;
	}
	if (hub)
		hub_leave(hub, port);
	sw->port[port->slot] = NULL;
	vswitch_unwatch(sw, port);
	port_free(port);
	if (!hub || hub->clients)
		return;
	/* Nobody is left on the network: its own ports go, then it. */
	for (i = 0; i < FDB_PORTS; i++)
		if (hub->port[i]) {
			free_port(sw, hub->port[i]);
			return;
		}
	free_hub(sw, hub);
}

/* flush() - Return: false if the connection is broken. */
static bool flush(struct port *port)
{
	if (port->kind != PORT_UPLINK)
		return port_flush(port) == 0;
	bridge_flush(port->hub->bridge);
	return true;
}

static void tend_port(struct vswitch *sw, struct port *port, uint64_t now)
{
	if (port->state == PORT_HELLO && now > port->deadline_ns) {
		sw->hello_timeouts++;
		port_leave(port);
	}
	if (port->state == PORT_JOINED && port_has_work(port) &&
	    !flush(port))
		port_leave(port);
}

/*
 * must_wait() - does more wait for the client's way out of the network than is
 * good? Then what it sends waits with it, and nothing is lost.
 */
static bool must_wait(const struct port *client)
{
	if (!client->hub)
		return false;
	if (client->hub->bridge)
		return bridge_full(client->hub->bridge);
	return client->nat && client->nat->queued > PORT_QUEUE - RING_BATCH;
}

/* watch_port() - after all flushing: what is to be waited for at this port? */
static void watch_port(struct vswitch *sw, struct port *port)
{
	uint32_t mask = port->blocked ? EPOLLOUT : 0;

	if (port->kind != PORT_CLIENT || !must_wait(port))
		mask |= EPOLLIN;
	if (mask != port->watched)
		vswitch_watch(sw, EPOLL_CTL_MOD, port, mask);
}

static void free_leaving(struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i] && sw->port[i]->state == PORT_LEAVING)
			free_port(sw, sw->port[i]);
}

/* tend_rings() - what came by rings. */
static void tend_rings(struct vswitch *sw)
{
	unsigned int i;

	sw->more = sw->nap = false;
	for (i = 0; i < FDB_PORTS; i++) {
		struct port *p = sw->port[i];

		if (p && p->rings && p->state == PORT_JOINED &&
		    !must_wait(p))
			rings_readable(sw, p);
	}
}

/* tend() - flush, time out, free; Return: false if all is over. */
static bool tend(struct vswitch *sw)
{
	uint64_t now = clock_now_ns();
	unsigned int i;

	/* First who left: a NAT that died takes the link down, and the
	 * others must be told before a new one can bring it up again. */
	free_leaving(sw);
	vswitch_bridges_tend(sw);
	tend_rings(sw);
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			tend_port(sw, sw->port[i], now);
	free_leaving(sw);
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			watch_port(sw, sw->port[i]);
	vswitch_nat_tend(sw);
	sw->dhcp_missing = vswitch_dhcp_tend(sw);
	if (count_clients(sw))
		sw->empty_since_ns = 0;
	else if (!sw->empty_since_ns)
		sw->empty_since_ns = now;
	return !sw->empty_since_ns ||
	       now - sw->empty_since_ns < VSWITCH_GRACE_NS;
}

/* wait_ns() - how long a round may wait: for a deadline, or for ever. */
static uint64_t wait_ns(const struct vswitch *sw)
{
	unsigned int i;

	if (sw->more)
		return 0;
	if (sw->nap)
		return NAP_NS;
	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i] && sw->port[i]->state == PORT_HELLO)
			return DEADLINE_NS;
	if (sw->empty_since_ns || sw->dhcp_missing || vswitch_nat_waits(sw))
		return DEADLINE_NS;
	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i] && !sw->hub[i]->link)
			return DEADLINE_NS;
	return POLL_FOREVER;
}

int vswitch_open(struct vswitch *sw, int listen_fd, int keeper)
{
	struct epoll_event e = { .events = EPOLLIN,
				 .data.u64 = SOURCE_LISTEN };

	sw->listen = listen_fd;
	sw->keeper = keeper;
	sw->links = -1;
	sw->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sw->epoll < 0 ||
	    epoll_ctl(sw->epoll, EPOLL_CTL_ADD, listen_fd, &e) < 0)
		return -errno;
	sw->links = bridge_watch();	/* later it could not be opened */
	return 0;
}

static void take_port(struct vswitch *sw, struct port *port, uint32_t events)
{
	if (port->kind == PORT_UPLINK)
		uplink_readable(sw, port, events);
	else if (events & (EPOLLIN | EPOLLHUP))
		port_readable(sw, port);
	else if (events & EPOLLERR)
		port_leave(port);
}

/* take() - one descriptor is ready: see who added it. */
static void take(struct vswitch *sw, const struct epoll_event *got)
{
	struct port *port;

	switch (vswitch_source(got)) {
	case SOURCE_LISTEN:
		accept_client(sw);
		break;
	case SOURCE_LINKS:
		sw->links_changed = true;
		break;
	case SOURCE_PORT:
		port = vswitch_event_port(sw, got);
		if (port)
			take_port(sw, port, got->events);
		break;
	case SOURCE_BELL:
		break;		/* tend() looks at all rings */
	}
}

bool vswitch_round(struct vswitch *sw, uint64_t wait_most_ns)
{
	struct epoll_event got[16];
	int i, n;

	if (!tend(sw))
		return false;
	n = poll_ns(sw->epoll, got, ARRAY_SIZE(got),
		    MIN(wait_ns(sw), wait_most_ns));
	for (i = 0; i < n; i++)
		take(sw, &got[i]);
	return true;
}

void vswitch_close(struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i])
			free_port(sw, sw->port[i]);
	if (sw->links >= 0)
		close(sw->links);
	if (sw->epoll >= 0)
		close(sw->epoll);
}

int vswitch_run(int listen_fd, int keeper)
{
	struct vswitch *sw = calloc(1, sizeof(*sw));
	int err;

	if (!sw)
		return -ENOMEM;
	err = vswitch_open(sw, listen_fd, keeper);
	if (!err)
		err = switch_sandbox_close();
	while (!err && vswitch_round(sw, POLL_FOREVER))
		;
	vswitch_close(sw);
	free(sw);
	return err;
}
