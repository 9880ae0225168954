/* SPDX-License-Identifier: BSD-2-Clause */
/* events.c - an epoll set of the host world: see events.h. */
#include "vmapp/events.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/poll_ns.h"

static void timer_ready(void *owner, struct source *src, uint32_t got)
{
	struct events *ev = owner;
	uint64_t expirations;

	(void)got;
	ev->timer_ns = 0;
	if (read(src->fd, &expirations, sizeof(expirations)) < 0 &&
	    errno != EAGAIN)
		log_warn("timer: %s", strerror(errno));
}

int events_open(struct events *ev)
{
	*ev = EVENTS_CLOSED;
	ev->fd = epoll_create1(EPOLL_CLOEXEC);
	if (ev->fd < 0)
		return -errno;
	ev->timer_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (ev->timer_fd < 0)
		return -errno;
	ev->timer_source = (struct source){
		.fd = ev->timer_fd, .owner = ev, .ready = timer_ready };
	events_watch(ev, &ev->timer_source, EPOLLIN);
	return 0;
}

void events_close(struct events *ev)
{
	if (ev->timer_fd >= 0)
		close(ev->timer_fd);
	if (ev->fd >= 0)
		close(ev->fd);
	*ev = EVENTS_CLOSED;
}

bool events_watch(struct events *ev, struct source *src, uint32_t mask)
{
	struct epoll_event e = { .events = mask, .data.ptr = src };
	int op = !src->mask ? EPOLL_CTL_ADD :
		 !mask	    ? EPOLL_CTL_DEL :
			      EPOLL_CTL_MOD;

	if (mask == src->mask)
		return true;
	src->mask = mask;
	if (epoll_ctl(ev->fd, op, src->fd, &e) == 0)
		return true;
	if (errno != EPERM)
		log_warn("epoll: %s", strerror(errno));
	src->mask = 0;
	return false;
}

void events_wait(struct events *ev, uint64_t timeout_ns)
{
	struct epoll_event got[16];
	int i, n;

	n = poll_ns(ev->fd, got, 16, timeout_ns);
	if (ev->woken)
		ev->woken(ev->owner);
	for (i = 0; i < n; i++) {
		struct source *src = got[i].data.ptr;

		/* An earlier one in this batch may have turned it off. */
		if (src->mask)
			src->ready(src->owner, src, got[i].events);
	}
}

void events_set_timer(struct events *ev, uint64_t host_ns)
{
	struct itimerspec its = { 0 };

	if (host_ns == ev->timer_ns)
		return;
	ev->timer_ns = host_ns;
	its.it_value.tv_sec = (time_t)(host_ns / NSEC_PER_SEC);
	its.it_value.tv_nsec = (long)(host_ns % NSEC_PER_SEC);
	timerfd_settime(ev->timer_fd, TFD_TIMER_ABSTIME, &its, NULL);
}
