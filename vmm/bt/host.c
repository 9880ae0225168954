// SPDX-License-Identifier: BSD-2-Clause
/*
 * host.c - what this host offers the translator, found once, at start.
 *
 * Nothing of it decides what translated code means, nor what the guest is told
 * that it has: only how much it costs.
 * What a translator can not do without at all (windows, a code cache) is
 * tried by bt_create(), which says what failed.
 */
#include <cpuid.h>

#include "base/host.h"
#include "vmm/bt/bt.h"

struct bt_host bt_host(uint32_t denied)
{
	unsigned int a, b, c = 0, d;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		c = 0;
	return (struct bt_host){
		.denied = denied,
		.popcnt = (c & bit_POPCNT) && !(denied & HOST_BIT(popcnt)),
		.movbe = (c & bit_MOVBE) && !(denied & HOST_BIT(movbe)),
		.maps = {
			.max_maps = host_max_maps(denied),
			.populate = !(denied & HOST_BIT(populate)),
		},
	};
}
