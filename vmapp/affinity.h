/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * affinity.h - keep the two worlds of one VM on one CPU.
 *
 * They never run at the same time, so a second CPU would only make each
 * world switch dearer: waking a sleeper on another core costs an interrupt
 * (measured: see docs/decisions/).
 */
#ifndef VMAPP_AFFINITY_H
#define VMAPP_AFFINITY_H

#include <sys/types.h>

/**
 * affinity_share() - put the calling thread and @pid on one CPU
 *
 * Chooses among the CPUs we may use, by our process number, so that several
 * VMs spread. Does nothing where there is only one, or where it may not.
 *
 * #syscalls sched_getaffinity sched_setaffinity
 */
void affinity_share(pid_t pid);

#endif
