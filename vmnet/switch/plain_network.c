/* SPDX-License-Identifier: BSD-2-Clause */
/* plain_network.c - a private hub: see plain_network.h. */
#include "vmnet/switch/plain_network.h"

int plain_open(struct vswitch *sw, struct hub *hub)
{
	(void)sw, (void)hub;
	return 0;
}

void plain_close(struct hub *hub)
{
	(void)hub;
}

enum vmnet_status plain_join(struct vswitch *sw, struct hub *hub,
			     struct port *client,
			     const struct vmnet_hello *hello)
{
	(void)sw, (void)hello;
	client->link = hub->link;
	return VMNET_OK;
}

bool plain_opening(const struct hub *hub)
{
	(void)hub;
	return false;
}

void plain_ask(struct vswitch *sw, struct port *client,
	       const struct vmnet_ask *ask)
{
	(void)sw, (void)ask;
	port_answer(client, VMNET_NOT_NAT);
}

void plain_leave(struct vswitch *sw, struct port *client)
{
	(void)sw, (void)client;
}

bool plain_tend(struct vswitch *sw, struct hub *hub)
{
	(void)sw, (void)hub;
	return false;
}

bool plain_full(const struct port *client)
{
	(void)client;
	return false;
}

void plain_timed(const struct port *client)
{
	(void)client;
}

void plain_look(struct text *t, const struct port *client)
{
	(void)t, (void)client;
}

bool plain_own_way(const struct port *client, const uint8_t *frame,
		   struct port **to)
{
	(void)client, (void)frame, (void)to;
	return false;
}

void plain_count(struct hub *hub)
{
	(void)hub;
}

void plain_hub_stats(struct text *t, const struct hub *hub)
{
	(void)t, (void)hub;
}

void plain_stats(struct text *t, const struct vswitch *sw)
{
	(void)t, (void)sw;
}

const struct network_ops plain_network = {
	.kind = "private",
	.open = plain_open,
	.close = plain_close,
	.join = plain_join,
	.opening = plain_opening,
	.ask = plain_ask,
	.leave = plain_leave,
	.tend = plain_tend,
	.full = plain_full,
	.timed = plain_timed,
	.look = plain_look,
	.own_way = plain_own_way,
	.count = plain_count,
	.hub_stats = plain_hub_stats,
	.stats = plain_stats,
};
