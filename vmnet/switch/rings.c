/* SPDX-License-Identifier: BSD-2-Clause */
/* rings.c - frames that a port's peer has put into its ring: rings_look() of
 * vswitch_parts.h, for cards and for NATs. */
#include "base/clock.h"
#include "base/framering.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/port.h"
#include "vmnet/switch/vswitch_parts.h"

static void nap(struct vswitch *sw, struct port *port)
{
	ring_nap(&port->rings->to_switch);
	sw->nap = true;
}

void rings_look(struct vswitch *sw, struct port *port)
{
	uint8_t frame[RING_FRAME_MAX];
	uint64_t now = clock_now_ns();
	unsigned int i, turn = port->turn;
	size_t len;

	ring_nap_end(&port->rings->to_switch);
	for (i = 0; i < turn && port_take(port, frame, &len); i++)
		if (len)
			conditioned_input(port, frame, len, now);
	port_take_end(port);
	port_turn_end(port, i);
	if (i == turn)
		sw->more = true;
	else if (port_is_busy(port, i, now))
		nap(sw, port);
	else if (!ring_ask_frames(&port->rings->to_switch, RING_WAKE_BELL))
		sw->more = true;
}
