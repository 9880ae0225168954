/* SPDX-License-Identifier: BSD-2-Clause */
/* messages.c - what a peer says at its socket, message by message: events and,
 * if it has no rings, frames. See vswitch_parts.h. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/vswitch_parts.h"

/* event_take() - Return: was it an event that such a peer may send? */
static bool event_take(struct vswitch *sw, struct port *port, const void *msg,
		       size_t len)
{
	struct vmnet_event event;

	return decode_event(msg, len, &event) == 0 &&
	       port->ops->event(sw, port, &event);
}

/* ask_take() - Return: was it something that such a peer may ask for? */
static bool ask_take(struct vswitch *sw, struct port *port, const void *msg,
		     size_t len)
{
	return (len == VMNET_ASK_SIZE || len == sizeof(struct vmnet_forward)) &&
	       port->ops->ask(sw, port, msg, len);
}

/* stamp_take() - Return: was it what a NAT says of its frames' times? */
static bool stamp_take(struct port *port, const void *msg, size_t len)
{
	struct vmnet_stamp s;

	if (!port->timed || !decode_stamp(msg, len, &s))
		return false;
	timeline_nat_done(port->times, port->timed->slot, s.before, s.a, s.b);
	return true;
}

/* frame_begins() - it may be one that is noted on a time line. */
static void frame_begins(struct port *port)
{
	if (UNLIKELY(port_timed(port)))
		timeline_from_socket(port->times, port->slot);
}

static void message_take(struct vswitch *sw, struct port *port,
			 const uint8_t *msg, size_t len, uint64_t now_ns)
{
	if (port->state != PORT_JOINED || event_take(sw, port, msg, len) ||
	    ask_take(sw, port, msg, len) || stamp_take(port, msg, len) ||
	    !port_accept(port, msg, len))
		return;
	frame_begins(port);
	conditioned_input(port, msg, len, now_ns);
}

/**
 * messages_take() - take a turn of messages from a port, PORT_BATCH at most
 *
 * Each message is in our own memory before anything looks at it. A length
 * over the buffer (MSG_TRUNC gives the true one) is refused by port_accept().
 */
static void messages_take(struct vswitch *sw, struct port *port)
{
	uint8_t buf[PORT_BATCH][VMNET_ASK_SIZE + 1];
	struct mmsghdr msgs[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	uint64_t now = clock_now_ns();
	unsigned int most = MIN(PORT_BATCH, port->turn);
	int i, n;

	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < (int)PORT_BATCH; i++) {
		iov[i] = (struct iovec){ buf[i], sizeof(buf[i]) };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(port->fd, msgs, most, MSG_DONTWAIT | MSG_TRUNC, NULL);
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
		message_take(sw, port, buf[i], msgs[i].msg_len, now);
	}
	port_turn_end(port, (unsigned int)n);
}

void messages_ready(struct vswitch *sw, struct port *port, uint32_t events)
{
	if (events & (EPOLLIN | EPOLLHUP))
		messages_take(sw, port);
	else if (events & EPOLLERR)
		port_leave(port);
}
