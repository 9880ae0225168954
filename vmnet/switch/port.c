/* SPDX-License-Identifier: BSD-2-Clause */
/* port.c - one plug of the switch: see port.h. */
#include "vmnet/switch/port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/switch/conditioned.h"

/*
 * A busy port: so many frames in so long a time. To wake the switch costs who
 * does it tens of microseconds on a host that is a virtual machine itself. So
 * while a port is busy the switch asks for no wake-up, but sleeps for a moment
 * and looks again: what has come by then goes on together. A lone frame, or an
 * answer that somebody waits for, wakes it as ever; and who has put in all that
 * it has for now cuts the nap short (ring_rest_due()).
 */
#define BUSY_FRAMES	8u
#define BUSY_NS		200000u

/*
 * Nor does a busy card's client need a bell at once. It looks at its ring
 * whenever it sends (machine/pcnet.c), so it has taken what came in long before
 * it could be told: the bell, the watcher's wake-up and the signal that stops
 * the guest would all be for nothing. So its bell waits for so long, and is
 * rung only if frames are still there. One that sleeps is woken at once.
 */
#define BELL_WAITS_NS	50000u

#define DROP(name, where, text) [DROP_##name] = #name,
const char *const drop_names[DROP_COUNT] = {
#include "vmnet/proto/drops.def"
};
#undef DROP

enum drop_place { DROP_AT_IN, DROP_AT_HUB, DROP_AT_LINK, DROP_AT_OUT };

#define DROP(name, where, text) DROP_AT_##where,
static const uint8_t place_of[DROP_COUNT] = {
#include "vmnet/proto/drops.def"
};
#undef DROP

struct port *port_new(int fd, const struct port_ops *ops, unsigned int slot,
		      uint32_t number)
{
	struct port *port = calloc(1, sizeof(*port));

	if (!port)
		return NULL;
	port->queue = calloc(PORT_QUEUE, sizeof(*port->queue));
	if (!port->queue) {
		free(port);
		return NULL;
	}
	port->fd = fd;
	port->switch_bell = port->client_bell = -1;
	port->ops = ops;
	port->slot = slot;
	port->number = number;
	port->state = PORT_HELLO;
	port->turn = RING_BATCH;
	return port;
}

void port_free(struct port *port)
{
	ASSERT(!port->hub && !port->move);
	conditioned_free(port);
	if (port->times)
		timeline_off(port->times, port->slot);
	tap_port_close(&port->tap);
	if (port->fd >= 0)
		close(port->fd);
	if (port->rings) {
		ring_detach(port->rings);
		close(port->switch_bell);
		close(port->client_bell);
	}
	free(port->queue);
	free(port);
}

/*
 * It is no file, pipe, socket or device, and takes eight bytes. To add zero to
 * an eventfd changes nothing and never waits (eventfd(2)); whatever else can be
 * written to would make us wait, or never be quiet.
 */
bool port_is_bell(int fd)
{
	const uint64_t zero = 0;
	struct stat st;

	return fstat(fd, &st) == 0 && !(st.st_mode & S_IFMT) &&
	       fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	       write(fd, &zero, sizeof(zero)) == (ssize_t)sizeof(zero);
}

bool port_use_rings(struct port *port, const int *fds)
{
	int i;

	for (i = RING_FD_SWITCH_BELL; i < RING_FDS; i++)
		if (!port_is_bell(fds[i]))
			return false;
	port->rings = ring_attach(fds[RING_FD_PAIR]);
	if (!port->rings)
		return false;
	close(fds[RING_FD_PAIR]);
	port->switch_bell = fds[RING_FD_SWITCH_BELL];
	port->client_bell = fds[RING_FD_CLIENT_BELL];
	return true;
}

/* drop_way() - which way were frames going that are lost for this reason? */
static enum tap_way drop_way(enum drop why)
{
	return place_of[why] == DROP_AT_OUT ? TAP_TO_PEER : TAP_FROM_PEER;
}

void port_drop(struct port *port, enum drop why, const void *frame, size_t len)
{
	port->drops[why]++;
	tap_frame(&port->tap, drop_way(why), 1 + why, frame, len);
}

void port_drop_unseen(struct port *port, enum drop why, uint64_t n)
{
	port->drops[why] += n;
	if (n)
		tap_frame(&port->tap, drop_way(why), 1 + why, NULL, n);
}

/* times_taken() - a frame came by the ring of a card, or of a NAT. */
static void times_taken(struct port *port, const struct ring_stamp *stamp)
{
	if (port->timed)
		timeline_from_nat(port->times, port->timed->slot, stamp);
	else
		timeline_from_card(port->times, port->slot, stamp);
}

bool port_take(struct port *port, uint8_t *buf, size_t *len)
{
	bool timed = port_timed(port->timed ? port->timed : port);
	struct ring_stamp stamp = { 0 };
	uint64_t bad = 0;
	size_t got = ring_get_stamped(&port->rings->to_switch, buf, &bad,
				      timed ? &stamp : NULL);

	port->received += bad;
	port_drop_unseen(port, DROP_ring_broken, bad);
	if (UNLIKELY(timed))
		times_taken(port, &stamp);
	port->vain += bad > 0;
	*len = got && port_accept(port, buf, got) ? got : 0;
	return got > 0;
}

void port_turn_end(struct port *port, unsigned int taken)
{
	if (port->vain * 2 > taken)
		port->turn = MAX(port->turn / 2, TURN_LEAST);
	else if (taken)
		port->turn = MIN(port->turn * 2, RING_BATCH);
	port->vain = 0;
}

static void client_wake(struct port *port, enum ring_wake how)
{
	if (how == RING_WAKE_BELL)
		bell_ring(port->client_bell);
	else if (how == RING_WAKE_SLEEPER)
		ring_wake_sleeper(port->rings);
}

/* room_tell() - the client waits for room: there is some. If it sleeps it is
 * woken as for a frame; after the notice, as it looks at that when it no longer
 * asks to be woken so. */
static void room_tell(struct port *port)
{
	atomic_fetch_or(&port->rings->notice, RING_NOTICE_ROOM);
	client_wake(port, ring_frames_wake(&port->rings->to_client) ==
					  RING_WAKE_SLEEPER ?
				  RING_WAKE_SLEEPER :
				  RING_WAKE_BELL);
}

void port_take_end(struct port *port)
{
	if (!ring_room_due(&port->rings->to_switch))
		return;
	port->stalls++;
	room_tell(port);
}

bool port_accept(struct port *port, const void *msg, size_t len)
{
	port->received++;
	if (len < VMNET_FRAME_MIN || len > VMNET_FRAME_MAX) {
		port->vain++;
		port_drop(port,
			  len < VMNET_FRAME_MIN ? DROP_frame_short :
						  DROP_frame_long,
			  msg, len);
		return false;
	}
	port->in++;
	port->in_bytes += len;
	return true;
}

/* times_given() - the peer has a frame, with these times. */
static void times_given(struct port *port, const struct frame_times *t)
{
	if (UNLIKELY(t->from.number || t->to.number))
		timeline_given(port->times, t, port->timed);
}

/* times_stamp() - what goes with a frame into the ring: @stamp, or NULL. */
static const struct ring_stamp *times_stamp(const struct port *port,
					    const struct frame_times *t,
					    struct ring_stamp *stamp)
{
	return port->timed ? timeline_nat_stamp(t, stamp) :
			     timeline_stamp(t, stamp);
}

/* sends_often() - was the port busy of late? */
static bool sends_often(const struct port *port, uint64_t now_ns)
{
	return now_ns - port->busy_ns < BUSY_NS;
}

/* bell_waits() - there are frames in the client's ring: is a bell that it asks
 * for to wait? See BELL_WAITS_NS. */
static bool bell_waits(struct port *port, enum ring_wake wake)
{
	uint64_t now;

	if (wake != RING_WAKE_BELL || !port->station)
		return false;
	now = clock_now_ns();
	if (port->bell_ns)
		return now < port->bell_ns;
	if (!sends_often(port, now))
		return false;
	port->bell_ns = now + BELL_WAITS_NS;
	return true;
}

/* frames_tell() - the client is told that there are frames; or will be. */
static void frames_tell(struct port *port)
{
	struct frame_ring *ring = &port->rings->to_client;
	enum ring_wake wake = RING_WAKE_NOT;

	/* It has taken what was there before. */
	if (ring_count(ring) <= port->untold)
		port->bell_ns = 0;
	if (!bell_waits(port, ring_frames_wake(ring))) {
		port->bell_ns = 0;
		wake = ring_frames_due(ring);
	}
	atomic_fetch_or(&port->rings->notice, RING_NOTICE_FRAMES);
	client_wake(port, wake);
}

/* port_put() - straight into the ring. Return: false: it has to be queued. */
static bool port_put(struct port *port, const uint8_t *frame, size_t len,
		     const struct frame_times *t)
{
	struct ring_stamp stamp;

	if (!port->rings || port->queued || port->event_pending ||
	    !ring_put_stamped(&port->rings->to_client, frame, len,
			      times_stamp(port, t, &stamp)))
		return false;
	times_given(port, t);
	if (++port->untold % RING_EARLY == 0)
		frames_tell(port);
	port->out++;
	port->out_bytes += len;
	tap_frame(&port->tap, TAP_TO_PEER, 0, frame, len);
	return true;
}

bool port_offer(struct port *port, const uint8_t *frame, size_t len)
{
	if (LIKELY(!(port->conditioned & CONDITIONS_OUT)))
		return port_deliver(port, frame, len);
	conditioned_offer(port, frame, len);
	return true;
}

/* times_offered() - what goes with a frame for the peer. */
static void times_offered(struct port *port, struct frame_times *t)
{
	t->from.number = t->to.number = 0;
	if (port->times && UNLIKELY(port->times->of[port->slot] ||
				    port->times->passing.from.number))
		timeline_offered(port->times, port->slot, t);
}

bool port_deliver(struct port *port, const uint8_t *frame, size_t len)
{
	struct frame_times times;
	struct port_frame *f;

	ASSERT(len >= VMNET_FRAME_MIN && len <= VMNET_FRAME_MAX);
	port->offered++;
	times_offered(port, &times);
	if (port_put(port, frame, len, &times))
		return true;
	if (port->queued == PORT_QUEUE) {
		port_drop(port, DROP_port_queue_full, frame, len);
		return false;
	}
	f = &port->queue[(port->head + port->queued) % PORT_QUEUE];
	f->len = (uint16_t)len;
	memcpy(f->data, frame, len);
	f->times = times;
	port->queued++;
	return true;
}

void port_set_link(struct port *port, bool up)
{
	if (port->link == up)
		return;
	port->link = up;
	port->event_pending = !port->event_pending;	/* twice: no news */
}

void port_answer(struct port *port, enum vmnet_status status)
{
	port->answer_pending = true;
	port->answer = (uint8_t)status;
	port->answer_number = port->asked;
	port->asked = 0;
}

void port_forged(struct port *port)
{
	port->forged_pending |= !port->forged;
	port->forged = true;
}

/**
 * port_blocked() - a send did not work: is it only for now?
 *
 * Return: 0 and @port->blocked set, or -errno.
 */
static int port_blocked(struct port *port)
{
	if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
		return -errno;
	port->blocks++;
	port->blocked = true;
	return 0;
}

/**
 * port_send_event() - tell the peer what it is to know
 * @pending: no longer so if it was told; false: it is not to be told
 *
 * Return: 0 or -errno; @port->blocked is set if it has to wait.
 * #syscalls[switch] sendto
 */
static int port_send_event(struct port *port, const struct vmnet_event *event,
			   bool *pending)
{
	if (!*pending)
		return 0;

	if (send(port->fd, event, sizeof(*event), MSG_DONTWAIT | MSG_NOSIGNAL) <
	    0)
		return port_blocked(port);
	*pending = false;
	return 0;
}

struct iovec port_waiting(const struct port *port, unsigned int i)
{
	struct port_frame *f = &port->queue[(port->head + i) % PORT_QUEUE];

	ASSERT(i < port->queued);
	return (struct iovec){ f->data, f->len };
}

void port_sent(struct port *port, unsigned int n)
{
	struct iovec v;

	for (; n > 0; n--) {
		v = port_waiting(port, 0);
		port->out_bytes += v.iov_len;
		port->out++;
		tap_frame(&port->tap, TAP_TO_PEER, 0, v.iov_base, v.iov_len);
		times_given(port, &port->queue[port->head].times);
		port->head = (port->head + 1) % PORT_QUEUE;
		port->queued--;
	}
}

void port_lose(struct port *port, enum drop why)
{
	struct iovec v = port_waiting(port, 0);

	port_drop(port, why, v.iov_base, v.iov_len);
	port->head = (port->head + 1) % PORT_QUEUE;
	port->queued--;
}

/**
 * port_send_some() - send the frames that wait, as far as they are taken
 *
 * One call for each: those that send more take addresses, and the walls let
 * none through (sandbox.c).
 * Return: 0 or -errno; @port->blocked is set if the socket is full.
 * #syscalls[switch] sendto
 */
static int port_send_some(struct port *port)
{
	struct iovec v;

	while (port->queued > 0) {
		v = port_waiting(port, 0);
		if (send(port->fd, v.iov_base, v.iov_len,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return port_blocked(port);
		port_sent(port, 1);
	}
	return 0;
}

/* bell_look() - a bell waits: has the client looked by itself? */
static void bell_look(struct port *port)
{
	if (ring_count(&port->rings->to_client) == 0)
		port->bell_ns = 0;
	else
		frames_tell(port);
}

/* port_put_some() - what waits goes to the ring, as far as there is room; and
 * the client is told of all that is new there. */
static void port_put_some(struct port *port)
{
	struct frame_ring *ring = &port->rings->to_client;
	struct ring_stamp stamp;
	struct iovec v;

	while (port->queued) {
		v = port_waiting(port, 0);
		if (!ring_put_or_ask(ring, v.iov_base, v.iov_len,
				     times_stamp(port,
						 &port->queue[port->head].times,
						 &stamp)))
			break;
		port_sent(port, 1);
		port->untold++;
	}
	if (port->untold) {
		frames_tell(port);
	} else {
		port->blocks++;
		if (port->bell_ns)
			bell_look(port);
	}
	port->untold = 0;
}

/* port_send_events() - those that are pending. Return: as port_send_event(). */
static int port_send_events(struct port *port)
{
	const struct vmnet_event link = { .type = VMNET_EVENT_LINK,
					  .value = port->link };
	const struct vmnet_event forged = { .type = VMNET_EVENT_FORGED };
	const struct vmnet_event answer = { .type = VMNET_EVENT_ANSWER,
					    .value = port->answer,
					    .kind = port->kind,
					    .count = port->answer_number };
	int err;

	/* The link first: who is moved knows it when it has its answer. */
	err = port_send_event(port, &link, &port->event_pending);
	if (!err)
		err = port_send_event(port, &forged, &port->forged_pending);
	if (!err && !port->event_pending)
		err = port_send_event(port, &answer, &port->answer_pending);
	return err;
}

int port_flush(struct port *port)
{
	int err;

	port->blocked = false;
	if (port->fd < 0)
		return 0;
	err = port_send_events(port);
	if (port->rings && port->queued + port->untold > 0)
		port_put_some(port);
	else if (port->bell_ns)
		bell_look(port);
	if (err == 0 && !port->blocked && !port->rings)
		err = port_send_some(port);
	return err;
}

bool port_is_busy(struct port *port, unsigned int frames, uint64_t now_ns)
{
	if (now_ns - port->counted_ns > BUSY_NS) {
		port->counted_ns = now_ns;
		port->counted = 0;
	}
	port->counted += frames;
	if (port->counted >= BUSY_FRAMES)
		port->busy_ns = now_ns;
	return sends_often(port, now_ns);
}

void port_drop_queue(struct port *port)
{
	conditioned_leave(port);
	while (port->queued)
		port_lose(port, DROP_port_left);
	port->untold = 0;
	port->bell_ns = 0;
	port->event_pending = port->forged_pending = false;
	port->answer_pending = false;
}

/* drops_at() - frames that were lost where drops.def says @place. */
static uint64_t drops_at(const struct port *port, enum drop_place place)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < DROP_COUNT; i++)
		if (place_of[i] == place)
			sum += port->drops[i];
	return sum;
}

bool port_check(const struct port *port)
{
	return port->received == port->in + drops_at(port, DROP_AT_IN) &&
	       port->offered ==
		       port->out + port->queued + drops_at(port, DROP_AT_OUT) &&
	       !drops_at(port, DROP_AT_HUB) && !drops_at(port, DROP_AT_LINK) &&
	       conditioned_check(port) && port->queued <= PORT_QUEUE &&
	       port->head < PORT_QUEUE;
}

/* ---- for kinds that have nothing to say to it -------------------------- */

void port_never_looks(struct vswitch *sw, struct port *port)
{
	(void)sw, (void)port;
}

bool port_never_waits(const struct port *port)
{
	(void)port;
	return false;
}

bool port_no_event(struct vswitch *sw, struct port *port,
		   const struct vmnet_event *event)
{
	(void)sw, (void)port, (void)event;
	return false;
}

bool port_no_ask(struct vswitch *sw, struct port *port, const void *msg,
		 size_t len)
{
	(void)sw, (void)port, (void)msg, (void)len;
	return false;
}

bool port_hears_all(const struct port *port, const struct port *from)
{
	(void)port, (void)from;
	return true;
}

void port_keeps_link(struct port *port, bool up)
{
	(void)port, (void)up;
}
