/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move.h - a client that asks for a change, and how it gets onto another
 * network while it is plugged in.
 *
 * 1. A client asks for one thing at a time. It gets one answer, behind the news
 *    of its link.
 * 2. A port that may not move stays where it was, as it was: it leaves its
 *    network only when the other one has it.
 * 3. Its number, its counters, its rings and its card's address stay. What its
 *    card has sent before goes to the old network, and what waits for it there
 *    is lost and counted (port_moved). What is in its ring for it stays, and
 *    the bell that waits for that. The conditions of its link stay; what waits
 *    in them is lost (conditioned.h).
 */
#ifndef VMNET_MOVE_H
#define VMNET_MOVE_H

#include "vmnet/switch/hub.h"

/* client_ask() - a client's port_ops.ask(): do what it asks for, and answer
 * now, or later if it has to wait for a network. */
bool client_ask(struct vswitch *sw, struct port *port, const void *msg,
		size_t len);

/* move_opened() - a network that clients wait for works now (@status is
 * VMNET_OK), or can not: move the clients that wait for it, and answer them. */
void move_opened(struct vswitch *sw, struct hub *hub, enum vmnet_status status);

/* move_forget() - @port's client leaves: it waits for no network any more. */
void move_forget(struct port *port);

#endif
