/* SPDX-License-Identifier: BSD-2-Clause */
/* affinity.c - one VM, one CPU: see affinity.h. */
#include "vmapp/affinity.h"

#include <sched.h>
#include <unistd.h>

void affinity_share(pid_t pid)
{
	cpu_set_t all, one;
	int count, nth, cpu;

	if (sched_getaffinity(0, sizeof(all), &all) < 0)
		return;
	count = CPU_COUNT(&all);
	if (count < 2)
		return;
	nth = (int)(getpid() % count);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all) && nth-- == 0)
			break;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(pid, sizeof(one), &one) == 0)
		sched_setaffinity(0, sizeof(one), &one);
}
