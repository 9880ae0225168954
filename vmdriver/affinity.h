/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * affinity.h - which CPU the two worlds of a VM run on.
 *
 * They never run at the same time, so on an idle host a second CPU would only
 * make each world switch dearer: both stay on one. On a busy host they go where
 * the scheduler puts them. The VMM world decides (vmm/share.h), and says which
 * in the cross page; the host world follows (docs/decisions/0002).
 */
#ifndef VMDRIVER_AFFINITY_H
#define VMDRIVER_AFFINITY_H

#include <sched.h>

#define AFFINITY_ANY (-1)

/* affinity_all() - the CPUs that the calling thread may use now.
 * #syscalls sched_getaffinity */
void affinity_all(cpu_set_t *all);

/* affinity_here() - the CPU that we are on, or AFFINITY_ANY.
 * #syscalls[vmm] getcpu */
int affinity_here(void);

/**
 * affinity_set() - the calling thread stays on one CPU, or on none
 * @all: where it may be
 * @cpu: one of these, or else it may be on all of them
 *
 * Does nothing where there is only one.
 *
 * #syscalls[vmm app] sched_setaffinity
 */
void affinity_set(const cpu_set_t *all, int cpu);

#endif
