/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_wire.c - the NAT's way to the switch: see nat_wire.h. */
#include "vmnet/nat/nat_wire.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdpass.h"
#include "vmnet/proto/proto.h"

/*
 * A burst: so many frames at once, after which the NAT waits. It is the data of
 * a window, and the guest's acknowledgement is all that brings more: so the
 * switch's nap is cut short. Fewer frames are acknowledgements most often, and
 * go with others.
 */
#define BURST 8u

bool nat_wire_open(struct nat_wire *w, int fd)
{
	const struct vmnet_event event = { .type = VMNET_EVENT_RINGS };
	int fds[RING_FDS] = { -1, -1, -1 };
	bool sent = false;

	w->rings = ring_create(&fds[RING_FD_PAIR]);
	if (!w->rings)
		return false;
	ring_reset(w->rings);
	w->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	w->switch_bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	fds[RING_FD_SWITCH_BELL] = w->switch_bell;
	fds[RING_FD_CLIENT_BELL] = w->bell;
	if (w->bell >= 0 && w->switch_bell >= 0)
		sent = fdpass_send(fd, &event, sizeof(event), fds, RING_FDS) ==
		       0;
	close(fds[RING_FD_PAIR]);
	return sent;
}

/* switch_tell() - the switch is woken for what it was not told of, if it asks
 * for that. */
static void switch_tell(struct nat_wire *w)
{
	struct frame_ring *ring = &w->rings->to_switch;

	if (ring_frames_due(ring) ||
	    (w->untold >= BURST && ring_rest_due(ring)))
		bell_ring(w->switch_bell);
}

void nat_wire_flush(struct nat_wire *w)
{
	if (w->untold)
		switch_tell(w);
	w->untold = 0;
}

bool nat_wire_send(struct nat_wire *w, const void *frame, size_t len,
		   const struct ring_stamp *stamp, int most_ms)
{
	uint64_t end = clock_now_ns() + (uint64_t)most_ms * 1000000;
	struct pollfd p = { .fd = w->bell, .events = POLLIN };

	while (!ring_put_or_ask(&w->rings->to_switch, frame, len, stamp)) {
		if (clock_now_ns() >= end)
			return false;
		nat_wire_flush(w);
		/* It may ring for a frame; that is looked for in any case. */
		poll(&p, 1, most_ms / 10 + 1);
		bell_hush(w->bell);
	}
	if (++w->untold % RING_EARLY == 0)
		switch_tell(w);	/* more is to come, but it may begin */
	return true;
}

bool nat_wire_idle(struct nat_wire *w)
{
	return !w->rings ||
	       ring_ask_frames(&w->rings->to_client, RING_WAKE_BELL);
}

size_t nat_wire_take(struct nat_wire *w, void *buf, uint64_t *bad,
		     struct ring_stamp *stamp)
{
	return ring_get_stamped(&w->rings->to_client, buf, bad, stamp);
}

void nat_wire_taken(struct nat_wire *w)
{
	if (ring_room_due(&w->rings->to_client))
		bell_ring(w->switch_bell);
}
