/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.h - what a loop of the host world waits for: descriptors and one
 * deadline.
 *
 * It knows no machine: whoever watches a descriptor brings a function and a
 * pointer for it.
 *
 * 1. One epoll set, level-triggered, used by one thread only.
 * 2. A source is a descriptor and a function; it must stay in place while it
 *    is watched.
 * 3. The set itself is a descriptor (events.fd), readable when any source
 *    is: that is what the watcher looks at while the guest runs. So one set
 *    may be a source of another.
 */
#ifndef VMAPP_EVENTS_H
#define VMAPP_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct source {
	int fd;
	uint32_t mask;		/* EPOLLIN, EPOLLOUT; 0: not watched */
	void *owner;		/* for @ready */
	/* @got: what of @mask is so, or EPOLLERR, EPOLLHUP */
	void (*ready)(void *owner, struct source *src, uint32_t got);
};

struct events {
	int fd;			/* the epoll set; -1: not open */
	int timer_fd;		/* makes a deadline an event */
	uint64_t timer_ns;	/* what it is set to, host clock; 0: off */
	struct source timer_source;
	/* After each wait, before the sources' functions; NULL: nothing */
	void (*woken)(void *owner);
	void *owner;
};

/* EVENTS_CLOSED - a set that is not open yet: events_close() may be called. */
#define EVENTS_CLOSED ((struct events){ .fd = -1, .timer_fd = -1 })

/* events_open() - Return: 0, or a negative errno; what there is then is
 * events_close()'s. @ev->woken may be set after it.
 * #syscalls epoll_create1 timerfd_create */
int events_open(struct events *ev);
/* events_close() - forget all sources. #syscalls[app] close */
void events_close(struct events *ev);

/* events_watch() - watch @src->fd for @mask from now on; 0 stops it.
 * Return: false if it can not be watched, as it is always ready (a plain
 * file).
 * #syscalls[app] epoll_ctl */
bool events_watch(struct events *ev, struct source *src, uint32_t mask);

/**
 * events_wait() - wait for sources and run their functions
 * @timeout_ns: at most this long; 0 does not wait, UINT64_MAX is for ever
 */
void events_wait(struct events *ev, uint64_t timeout_ns);

/* events_set_timer() - be woken at @host_ns (CLOCK_MONOTONIC); 0: never. What
 * is due then is the caller's to know.
 * #syscalls[app] timerfd_settime */
void events_set_timer(struct events *ev, uint64_t host_ns);

#endif
