/* SPDX-License-Identifier: BSD-2-Clause */
/* affinity.c - one VM, one CPU: see affinity.h. */
#include "vmdriver/affinity.h"

void affinity_all(cpu_set_t *all)
{
	CPU_ZERO(all);
	sched_getaffinity(0, sizeof(*all), all);
}

int affinity_here(void)
{
	int cpu = sched_getcpu();

	return cpu < 0 ? AFFINITY_ANY : cpu;
}

void affinity_set(const cpu_set_t *all, int cpu)
{
	cpu_set_t one;

	if (CPU_COUNT(all) < 2)
		return;
	if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, all)) {
		sched_setaffinity(0, sizeof(*all), all);
		return;
	}
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}
