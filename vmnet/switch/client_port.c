/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_port.c - the ports of cards: who comes in, says hello and joins a
 * network, by rings or by its socket alone; and who only asks for the
 * statistics. See vswitch_parts.h.
 *
 * 1. Nothing that a client says is believed before decode_hello() or
 *    decode_event() has looked at it, in our own memory.
 * 2. A client that is on a network keeps it there (hub->clients).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "vmnet/switch/move.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/vswitch_parts.h"

/* ---- hello ------------------------------------------------------------- */

static void stats_answer(const struct vswitch *sw, struct port *port)
{
	char *text = malloc(VMNET_STATS_MAX);
	size_t len;

	vswitch_answer(port, VMNET_OK);
	if (text) {
		len = vswitch_stats(sw, text, VMNET_STATS_MAX);
		if (!len ||
		    send(port->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			log_debug("a statistics client got no answer");
	}
	free(text);
	port_leave(port);
}

/* rings_take() - the descriptors of a hello: as many as it says, and good. */
static enum vmnet_status rings_take(struct vswitch *sw, struct port *port,
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

/* link_enter() - the conditions of its link, as its hello wants them. */
static enum vmnet_status link_enter(struct vswitch *sw, struct port *port,
				    const struct vmnet_hello *hello)
{
	int err = 0;

	if (hello->in.given)
		err = conditioned_change(sw, port, CONDITIONS_IN, &hello->in);
	if (err == 0 && hello->out.given)
		err = conditioned_change(sw, port, CONDITIONS_OUT, &hello->out);
	return err < 0 ? VMNET_NO_ROOM : VMNET_OK;
}

/* hub_enter() - onto a network. */
static enum vmnet_status hub_enter(struct vswitch *sw, struct port *port,
				   const struct vmnet_hello *hello,
				   unsigned int network)
{
	enum vmnet_status status;
	struct hub *hub;

	if (vswitch_free_slots(sw) < SLOTS_KEPT)
		return VMNET_FULL;
	hub = vswitch_named_hub(sw, hello, network, &status);
	if (!hub)
		return status;
	memcpy(port->mac, hello->mac, sizeof(port->mac));
	status = link_enter(sw, port, hello);
	if (status == VMNET_OK)
		status = hub->ops->join(sw, hub, port, hello);
	if (status != VMNET_OK)
		return status;
	port->owner = hello->owner;
	port->station = true;
	port->any_mac = hello->flags & VMNET_HELLO_ANY_MAC;
	hub_join(hub, port);
	port->came = ++sw->changes;
	hub->clients++;
	if (sw->times.always)
		vswitch_timed(sw, port, sw->times.always);
	return VMNET_OK;
}

/* hello_take() - a client's first message, and the descriptors that came with
 * it; @n: becomes 0 if they are the port's now. */
static void hello_take(struct vswitch *sw, struct port *port, const void *msg,
		       size_t len, int *fds, size_t *n)
{
	struct vmnet_hello hello;
	enum vmnet_status status;
	unsigned int network = 0;

	status = decode_hello(msg, len, &hello, &network);
	if (status == VMNET_OK)
		status = rings_take(sw, port, &hello, fds, n);
	if (status == VMNET_OK && (hello.flags & VMNET_HELLO_STATS)) {
		stats_answer(sw, port);
		return;
	}
	if (status == VMNET_OK)
		status = hub_enter(sw, port, &hello, network);
	if (status != VMNET_OK)
		vswitch_refuse(sw, port, status);
	else if (!port->unanswered)
		vswitch_answer(port, VMNET_OK);
}

/* hello_ready() - a client says what it wants. */
static void hello_ready(struct vswitch *sw, struct port *port)
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
	hello_take(sw, port, msg, (size_t)len, fds, &n);
	for (i = 0; i < n; i++)
		close(fds[i]);
}

static void client_ready(struct vswitch *sw, struct port *port, uint32_t events)
{
	if (port->state == PORT_HELLO && (events & (EPOLLIN | EPOLLHUP)))
		hello_ready(sw, port);
	else
		messages_ready(sw, port, events);
}

/* ---- rings ------------------------------------------------------------- */

static bool client_must_wait(const struct port *port)
{
	return port->hub && port->hub->ops->full(port);
}

static void client_look(struct vswitch *sw, struct port *port)
{
	if (!port->rings || port->state != PORT_JOINED)
		return;
	port->kept = client_must_wait(port);
	port->keeps += port->kept;
	if (!port->kept)
		rings_look(sw, port);
}

/* ---- the rest of the table --------------------------------------------- */

static bool client_event(struct vswitch *sw, struct port *port,
			 const struct vmnet_event *event)
{
	(void)sw;
	if (event->type != VMNET_EVENT_PROMISCUOUS)
		return false;
	port->promiscuous = event->value;
	return true;
}

static void client_gone(struct vswitch *sw, struct port *port)
{
	sw->clients--;
	move_forget(port);
	if (!port->hub)
		return;
	sw->changes++;
	port->hub->clients--;
	port->hub->ops->leave(sw, port);
}

const struct port_ops client_port = {
	.kind = "client",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = client_ready,
	.look = client_look,
	.must_wait = client_must_wait,
	.event = client_event,
	.ask = client_ask,
	.flush = port_flush,
	.input = hub_from_station,
	.hears = port_hears_all,
	.tell_link = port_set_link,
	.gone = client_gone,
};

void client_accept(struct vswitch *sw)
{
	int fd = accept4(sw->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct port *port;

	if (fd < 0)
		return;
	port = vswitch_add_port(sw, fd, &client_port);
	if (!port) {
		sw->refused[VMNET_FULL]++;
		close(fd);
		return;
	}
	sw->clients++;
	port->deadline_ns = clock_now_ns() + VSWITCH_HELLO_NS;
}
