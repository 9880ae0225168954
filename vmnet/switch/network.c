/* SPDX-License-Identifier: BSD-2-Clause */
/* network.c - which kinds of networks there are: see network.h. */
#include "vmnet/switch/network.h"

#include "vmnet/bridge/bridged_network.h"
#include "vmnet/dhcp/hostonly_network.h"
#include "vmnet/nat/nat_network.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/vde/vde_network.h"

static const struct network_ops *const kinds[] = {
	[NET_PRIVATE] = &plain_network,
	[NET_HOSTONLY] = &hostonly_network,
	[NET_NAT] = &nat_network,
	[NET_BRIDGED] = &bridged_network,
	[NET_VDE] = &vde_network,
};

const struct network_ops *network_kind(enum net_kind kind)
{
	return kinds[kind];
}

void network_stats(struct text *t, const struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		kinds[i]->stats(t, sw);
}
