/* SPDX-License-Identifier: BSD-2-Clause */
/* network.c - which kinds of networks there are: see network.h. */
#include "vmnet/switch/network.h"

#include "vmnet/bridge/bridged_network.h"
#include "vmnet/dhcp/hostonly_network.h"
#include "vmnet/nat/nat_network.h"
#include "vmnet/switch/plain_network.h"

/* All other numbers are private hubs. */
static const struct {
	unsigned int number;
	const struct network_ops *ops;
} kinds[] = {
	{ BRIDGED_NUMBER, &bridged_network },
	{ HOSTONLY_NUMBER, &hostonly_network },
	{ NAT_NUMBER, &nat_network },
};

const struct network_ops *network_kind(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].number == number)
			return kinds[i].ops;
	return &plain_network;
}

void network_stats(struct text *t, const struct vswitch *sw)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		kinds[i].ops->stats(t, sw);
}
