/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.h - what the host world waits for: descriptors and one deadline.
 *
 * 1. One epoll set, level-triggered, used by the main thread only.
 * 2. A source is a descriptor and a function; it must stay in place while it
 *    is watched.
 * 3. The set itself is a descriptor (events.fd), readable when any source
 *    is: that is what the watcher looks at while the guest runs.
 */
#ifndef VMAPP_EVENTS_H
#define VMAPP_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct vm;

struct source {
	int fd;
	uint32_t mask;		/* EPOLLIN, EPOLLOUT; 0: not watched */
	void (*ready)(struct vm *vm, struct source *src, uint32_t got);
};

struct events {
	int fd;			/* the epoll set */
	int timer_fd;		/* makes a chip's alarm a host interrupt */
	uint64_t timer_ns;	/* what it is set to, host clock; 0: off */
	int signal_fd;
	struct source timer_source, signal_source;
};

/* events_signal() - take one of these, if there is one. */
void events_signal(struct vm *vm);

/*
 * events_signals() - a signalfd for the signals that we take, blocked from now
 * on, in our children too: so hostel-app misses none while it begins.
 * @more: one more signal, or 0
 * Return: the descriptor, or -1 and errno.
 */
int events_signals(int more);

/* events_open() - Return: 0, or a negative errno. */
int events_open(struct vm *vm);
void events_close(struct vm *vm);

/* events_watch() - watch @src->fd for @mask from now on; 0 stops it.
 * Return: false if it can not be watched, as it is always ready (a plain
 * file). */
bool events_watch(struct vm *vm, struct source *src, uint32_t mask);

/**
 * events_wait() - wait for sources and run their functions
 * @timeout_ns: at most this long; 0 does not wait, UINT64_MAX is for ever
 */
void events_wait(struct vm *vm, uint64_t timeout_ns);

/* events_set_timer() - be woken at @host_ns (CLOCK_MONOTONIC); 0: never. */
void events_set_timer(struct vm *vm, uint64_t host_ns);

#endif
