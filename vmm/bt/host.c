// SPDX-License-Identifier: BSD-2-Clause
/*
 * host.c - what this host offers the translator, found once, at start.
 *
 * Nothing of it decides what translated code means: only how much it costs.
 * What a translator can not do without at all (windows, a code cache) is
 * tried by bt_create(), which says what failed.
 */
#include "base/host.h"
#include "vmm/bt/bt.h"

struct bt_host bt_host(uint32_t denied)
{
	return (struct bt_host){
		.denied = denied,
		.maps = {
			.max_maps = host_max_maps(denied),
			.populate = !(denied & HOST_BIT(populate)),
		},
	};
}
