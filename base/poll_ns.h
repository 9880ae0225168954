/* SPDX-License-Identifier: BSD-2-Clause */
/* poll_ns.h - wait at an epoll set, to the nanosecond. */
#ifndef BASE_POLL_NS_H
#define BASE_POLL_NS_H

#include <stdint.h>

struct epoll_event;

#define POLL_FOREVER UINT64_MAX

/**
 * poll_ns() - epoll_wait() with a timeout in nanoseconds
 * @timeout_ns: 0: only look; POLL_FOREVER
 *
 * By epoll_pwait2() (Linux 5.11); else by ppoll(), as a set of descriptors is
 * itself one that can be waited for. That takes a call more, and 1.3 us where
 * there and back take 11.
 *
 * Return: as epoll_wait().
 * #syscalls[app switch] epoll_wait epoll_pwait2 ppoll
 */
int poll_ns(int epoll, struct epoll_event *got, int most, uint64_t timeout_ns);

#endif
