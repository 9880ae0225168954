/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge_io.c - frames between a hub and a packet socket: see bridge.h. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/if_packet.h>

#include "base/bytes.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/bridge/bridge_join.h"
#include "vmnet/bridge/bridge_offload.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/hub.h"

#define TAG_LEN		4u	/* 802.1Q */
#define TYPE_VLAN	0x8100
#define WIRE_MAX	(65536u + 64u)	/* the longest that is cut */

/* The kernel takes a VLAN tag out; the frame has room to put it back. */
struct wire_message {
	struct virtio_net_hdr vnet;
	uint8_t room[TAG_LEN], frame[WIRE_MAX];
	union {
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
		struct cmsghdr align;
	} control;
};

struct wire_message *bridge_room(void)
{
	return calloc(PORT_BATCH, sizeof(struct wire_message));
}

/* ---- from the wire ----------------------------------------------------- */

static struct wire_tag find_tag(struct msghdr *mh)
{
	struct wire_tag tag = { .there = false };
	struct tpacket_auxdata aux;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_PACKET ||
		    c->cmsg_type != PACKET_AUXDATA ||
		    c->cmsg_len < CMSG_LEN(sizeof(aux)))
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		tag.there = aux.tp_status & TP_STATUS_VLAN_VALID;
		tag.value = aux.tp_vlan_tci;
		tag.type = aux.tp_status & TP_STATUS_VLAN_TPID_VALID ?
				   aux.tp_vlan_tpid :
				   TYPE_VLAN;
	}
	return tag;
}

/* frame_deliver() - @frame, before which there is room for a tag, to the hub */
static void frame_deliver(struct bridge *b, uint8_t *frame, size_t len,
			  const struct wire_tag *tag, uint64_t now_ns)
{
	if (tag->there && len >= VMNET_FRAME_MIN) {
		memmove(frame - TAG_LEN, frame, 12);
		frame -= TAG_LEN;
		len += TAG_LEN;
		put_be16(frame + 12, tag->type);
		put_be16(frame + 14, tag->value);
	}
	if (port_accept(b->port, frame, len))
		conditioned_input(b->port, frame, len, now_ns);
}

/**
 * make_room() - a long frame has become many: let the stations have them
 *
 * Else a second one would find full queues.
 */
static void make_room(const struct bridge *b)
{
	struct hub *hub = b->port->hub;
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++) {
		struct port *port = hub->port[i];

		if (port && port != b->port && port_crowded(port))
			port->ops->flush(port);
	}
}

/* message_cut() - deliver the frames that a long one stands for */
static void message_cut(struct bridge *b, const struct offload *o,
			const uint8_t *frame, size_t len,
			const struct wire_tag *tag, uint64_t now_ns)
{
	uint8_t one[TAG_LEN + VMNET_FRAME_MAX];
	unsigned int i;
	size_t n;

	if (o->header + o->step > VMNET_FRAME_MAX) {
		/* too long */
		port_accept(b->port, frame, o->header + o->step);
		return;
	}
	b->cuts++;
	for (i = 0; i < o->count; i++) {
		n = offload_cut(o, frame, len, i, one + TAG_LEN);
		frame_deliver(b, one + TAG_LEN, n, tag, now_ns);
	}
	make_room(b);
}

/* frame_take() - what came in, whole, with room for a tag before it */
static void frame_take(struct bridge *b, const struct virtio_net_hdr *vnet,
		       uint8_t *frame, size_t len, const struct wire_tag *tag,
		       uint64_t now_ns)
{
	struct offload o;
	int err;

	if (len < VMNET_FRAME_MIN) {
		port_accept(b->port, frame, len);	/* counts it as lost */
		return;
	}
	err = decode_offload(vnet, frame, len, &o);
	if (err) {
		b->port->received++;
		port_drop(b->port,
			  err == -EPROTO ? DROP_offload_bad :
					   DROP_offload_unknown,
			  frame, len);
		return;
	}
	if (o.count) {
		message_cut(b, &o, frame, len, tag, now_ns);
		return;
	}
	b->sums += o.sum;
	offload_finish(&o, frame, len);
	frame_deliver(b, frame, len, tag, now_ns);
}

/* message_take() - one message, whose true length is @len */
static void message_take(struct bridge *b, struct wire_message *m, size_t len,
			 struct msghdr *mh, uint64_t now_ns)
{
	struct wire_tag tag = find_tag(mh);

	len = len > sizeof(m->vnet) ? len - sizeof(m->vnet) : 0;
	if (len > WIRE_MAX)
		port_accept(b->port, m->frame, len);	/* counts it as lost */
	else
		frame_take(b, &m->vnet, m->frame, len, &tag, now_ns);
}

void bridge_count_lost(struct bridge *b)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (!b->port || getsockopt(b->port->fd, SOL_PACKET, PACKET_STATISTICS,
				   &stats, &len) < 0)
		return;
	b->port->received += stats.tp_drops;
	port_drop_unseen(b->port, DROP_wire_overrun, stats.tp_drops);
}

/* not_received() - why is nothing there? */
static int not_received(struct port *port, int err)
{
	if (err == EAGAIN || err == EINTR)
		return 0;
	if (err != EINVAL)
		return -err;
	/* The kernel could not say how that one was merged, and it is gone. */
	port->received++;
	port_drop_unseen(port, DROP_offload_unknown, 1);
	return 0;
}

/* messages_take() - up to so many, at most PORT_BATCH. Return: how many; or -1
 * with errno set. */
static int messages_take(struct bridge *b, int most, uint64_t now_ns)
{
	struct mmsghdr msgs[PORT_BATCH];
	struct iovec iov[PORT_BATCH][2];
	int i, n;

	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < most; i++) {
		struct wire_message *m = &b->messages[i];
		struct msghdr *mh = &msgs[i].msg_hdr;

		iov[i][0] = (struct iovec){ &m->vnet, sizeof(m->vnet) };
		iov[i][1] = (struct iovec){ m->frame, sizeof(m->frame) };
		mh->msg_iov = iov[i];
		mh->msg_iovlen = 2;
		mh->msg_control = m->control.bytes;
		mh->msg_controllen = sizeof(m->control.bytes);
	}
	n = recvmmsg(b->port->fd, msgs, (unsigned int)most,
		     MSG_DONTWAIT | MSG_TRUNC, NULL);
	for (i = 0; i < n; i++)
		message_take(b, &b->messages[i], msgs[i].msg_len,
			     &msgs[i].msg_hdr, now_ns);
	return n;
}

int bridge_receive(struct bridge *b, uint64_t now_ns)
{
	return messages_take(b, PORT_BATCH, now_ns) < 0 ?
		       not_received(b->port, errno) :
		       0;
}

/* slot_take() - a frame of the ring */
static void slot_take(struct bridge *b, struct bridge_frame *f, uint64_t now_ns)
{
	if (f->kind == BRIDGE_FRAME_HERE) {
		frame_take(b, &f->vnet, f->frame, f->len, &f->tag, now_ns);
	} else if (f->kind == BRIDGE_FRAME_LOST ||
		   messages_take(b, 1, now_ns) != 1) {
		b->port->received++;
		port_drop(b->port, DROP_wire_overrun, f->frame, f->held);
	}
}

unsigned int bridge_ring_receive(struct bridge *b, uint64_t now_ns)
{
	struct bridge_frame f;
	unsigned int n;

	for (n = 0; n < RING_BATCH && bridge_ring_next(&b->ring, &f); n++) {
		slot_take(b, &f, now_ns);
		bridge_ring_done(&b->ring);
	}
	return n;
}

int bridge_error(struct bridge *b)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(b->port->fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		return -errno;
	return -err;
}

/* ---- to the wire ------------------------------------------------------- */

/* What one call is to send: a frame, or several as one message. */
struct message {
	struct join join;
	struct iovec iov[1 + PORT_QUEUE];
	unsigned int iovs;
};

BUILD_ASSERT(sizeof(struct virtio_net_hdr) == PORT_BEFORE);
BUILD_ASSERT(offsetof(struct join, header) == PORT_BEFORE);

/* put_iov() - @v without its first @skip bytes */
static void put_iov(struct message *m, struct iovec v, size_t skip)
{
	v.iov_base = (uint8_t *)v.iov_base + skip;
	v.iov_len -= skip;
	m->iov[m->iovs++] = v;
}

/* put_join() - several frames as one message: a header, and data of each */
static void put_join(struct message *m, const struct port *port)
{
	struct iovec head = { &m->join.vnet, PORT_BEFORE + m->join.head };
	unsigned int i;

	join_seal(&m->join);
	put_iov(m, head, 0);
	for (i = 0; i < m->join.count; i++)
		put_iov(m, port_waiting(port, i), m->join.head);
}

/* put_one() - a frame with what is before it in the queue */
static void put_one(struct message *m, struct iovec v)
{
	v.iov_base = (uint8_t *)v.iov_base - PORT_BEFORE;
	v.iov_len += PORT_BEFORE;
	put_iov(m, v, 0);
}

/* join_some() - the next frame, and those that go on where it ends */
static void join_some(const struct bridge *b, struct join *j)
{
	struct iovec v = port_waiting(b->port, 0);

	join_first(j, v.iov_base, v.iov_len);
	if (b->no_join || v.iov_len > b->longest)
		return;
	while (j->count < b->port->queued) {
		v = port_waiting(b->port, j->count);
		if (!join_next(j, v.iov_base, v.iov_len))
			break;
	}
}

/* frames_lose() - so many of the queue are lost */
static void frames_lose(struct port *port, unsigned int frames, enum drop why)
{
	for (; frames > 0; frames--)
		port_lose(port, why);
}

/* not_sent() - why not? The message, of so many frames, is lost, or waits; or
 * it is tried again, frame by frame. */
static void not_sent(struct bridge *b, unsigned int frames, int err)
{
	if (err == EAGAIN || err == EINTR) {
		b->port->blocks++;
		b->port->blocked = true;
	} else if (err == ENOBUFS) {
		frames_lose(b->port, frames, DROP_wire_full);
	} else if (err == ENETDOWN || err == ENXIO || err == ENODEV) {
		frames_lose(b->port, frames, DROP_wire_down);
	} else if (frames > 1) {
		b->no_join = true;
	} else {
		frames_lose(b->port, 1,
			    err == EMSGSIZE ? DROP_wire_mtu :
					      DROP_wire_refused);
	}
}

/* send_next() - by writev(), which takes no address: the walls let none
 * through (sandbox.c). */
static void send_next(struct bridge *b)
{
	struct message m;

	m.iovs = 0;
	join_some(b, &m.join);
	if (m.join.count > 1)
		put_join(&m, b->port);
	else
		put_one(&m, port_waiting(b->port, 0));
	if (writev(b->port->fd, m.iov, (int)m.iovs) < 0) {
		not_sent(b, m.join.count, errno);
		return;
	}
	b->joins += m.join.count > 1;
	port_sent(b->port, m.join.count);
}

void bridge_flush(struct bridge *b)
{
	b->port->blocked = false;
	while (!b->port->blocked && b->port->queued > 0)
		send_next(b);
}
