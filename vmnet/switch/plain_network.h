/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain_network.h - the simplest kind of network, a private hub: "vmnetN".
 *
 * It has clients and nothing else, and works from the first moment. Other kinds
 * put its functions into their own tables where they have nothing to do either.
 */
#ifndef VMNET_PLAIN_NETWORK_H
#define VMNET_PLAIN_NETWORK_H

#include "vmnet/switch/hub.h"

extern const struct network_ops plain_network;

/* Each is for the member of that name in struct network_ops (hub.h), and does
 * nothing, but that plain_join() gives the client the hub's link. */
int plain_open(struct vswitch *sw, struct hub *hub);
void plain_close(struct hub *hub);
enum vmnet_status plain_join(struct vswitch *sw, struct hub *hub,
			     struct port *client,
			     const struct vmnet_hello *hello);
bool plain_opening(const struct hub *hub);
void plain_ask(struct vswitch *sw, struct port *client,
	       const struct vmnet_ask *ask);
void plain_leave(struct vswitch *sw, struct port *client);
bool plain_tend(struct vswitch *sw, struct hub *hub);
bool plain_full(const struct port *client);
void plain_timed(const struct port *client);
void plain_look(struct text *t, const struct port *client);
bool plain_own_way(const struct port *client, const uint8_t *frame,
		   struct port **to);
void plain_count(struct hub *hub);
void plain_hub_stats(struct text *t, const struct hub *hub);
void plain_stats(struct text *t, const struct vswitch *sw);

#endif
