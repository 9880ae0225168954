/* SPDX-License-Identifier: BSD-2-Clause */
/* poll_ns.c - wait at an epoll set, to the nanosecond: see poll_ns.h. */
#include "base/poll_ns.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/clock.h"

int poll_ns(int epoll, struct epoll_event *got, int most, uint64_t timeout_ns)
{
	struct pollfd set = { .fd = epoll, .events = POLLIN };
	struct timespec ts = {
		.tv_sec = (time_t)(timeout_ns / NSEC_PER_SEC),
		.tv_nsec = (long)(timeout_ns % NSEC_PER_SEC),
	};
	int n;

	if (timeout_ns == 0 || timeout_ns == POLL_FOREVER)
		return epoll_wait(epoll, got, most, timeout_ns ? -1 : 0);
	n = epoll_pwait2(epoll, got, most, &ts, NULL);
	if (n >= 0 || errno == EINTR)
		return n;
	n = ppoll(&set, 1, &ts, NULL);
	return n > 0 ? epoll_wait(epoll, got, most, 0) : n;
}
