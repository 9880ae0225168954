/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.h - the host's monotonic clock, in nanoseconds, through the vDSO. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000ull

/* clock_now_ns() - nanoseconds of CLOCK_MONOTONIC; never goes back. A system
 * call only where the vDSO has no clock.
 * #syscalls[vmm app serial switch nat dhcp capture] clock_gettime */
static inline uint64_t clock_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

#endif
