// SPDX-License-Identifier: BSD-2-Clause
/*
 * host.c - what this host offers the translator, found once, at start.
 *
 * Nothing of it decides what translated code means: only how much it costs.
 * What a translator can not do without at all (windows, a code cache) is
 * tried by bt_create(), which says what failed.
 */
#include <stdio.h>

#include "base/host.h"
#include "vmm/bt/bt.h"

#define MAPS_USUAL	65530u	/* vm.max_map_count as Linux comes */
#define MAPS_FEW	5000u	/* HOSTEL_HOST=no-maps */

/* max_maps() - how many mappings the host lets a process have. */
static uint32_t max_maps(void)
{
	FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
	unsigned int n;

	if (!f)
		return MAPS_USUAL;
	if (fscanf(f, "%u", &n) != 1)
		n = MAPS_USUAL;
	fclose(f);
	return n;
}

struct bt_host bt_host(uint32_t denied)
{
	return (struct bt_host){
		.denied = denied,
		.maps = {
			.max_maps = denied & HOST_BIT(maps) ? MAPS_FEW :
				    max_maps(),
			.populate = !(denied & HOST_BIT(populate)),
		},
	};
}
