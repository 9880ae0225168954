/* SPDX-License-Identifier: BSD-2-Clause */
/* events.c - the host world's epoll set: see events.h. */
#include "vmapp/events.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/poll_ns.h"
#include "vmapp/vm.h"

static void timer_ready(struct vm *vm, struct source *src, uint32_t got)
{
	uint64_t expirations;

	(void)got;
	vm->events.timer_ns = 0;
	if (read(src->fd, &expirations, sizeof(expirations)) < 0 &&
	    errno != EAGAIN)
		log_warn("timer: %s", strerror(errno));
	/* board_run_alarms() follows each host call: see run.c. */
}

static void signal_ready(struct vm *vm, struct source *src, uint32_t got)
{
	struct signalfd_siginfo info;

	(void)got;
	if (read(src->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1) {
		vm->report_asked = true;
		return;
	}
	vm->outcome = VM_QUIT;
	vm->quit_signal = (int)info.ssi_signo;
}

void events_signal(struct vm *vm)
{
	signal_ready(vm, &vm->events.signal_source, EPOLLIN);
}

int events_signals(int more)
{
	struct sigaction hup;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* Who was started with it ignored, as nohup(1) does, keeps that. Not
	 * so SIGINT: a script's shell has it ignored for all in the
	 * background. */
	if (sigaction(SIGHUP, NULL, &hup) < 0 || hup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);	/* --report: one more, now */
	if (more)
		sigaddset(&set, more);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int events_open(struct vm *vm)
{
	struct events *ev = &vm->events;

	ev->timer_fd = ev->signal_fd = -1;
	ev->fd = epoll_create1(EPOLL_CLOEXEC);
	if (ev->fd < 0)
		return -errno;
	ev->timer_fd = timerfd_create(CLOCK_MONOTONIC,
				      TFD_CLOEXEC | TFD_NONBLOCK);
	if (ev->timer_fd < 0)
		return -errno;
	ev->signal_fd = events_signals(0);
	if (ev->signal_fd < 0)
		return -errno;
	ev->timer_source.fd = ev->timer_fd;
	ev->timer_source.ready = timer_ready;
	events_watch(vm, &ev->timer_source, EPOLLIN);
	ev->signal_source.fd = ev->signal_fd;
	ev->signal_source.ready = signal_ready;
	events_watch(vm, &ev->signal_source, EPOLLIN);
	return 0;
}

void events_close(struct vm *vm)
{
	struct events *ev = &vm->events;

	if (ev->timer_fd >= 0)
		close(ev->timer_fd);
	if (ev->signal_fd >= 0)
		close(ev->signal_fd);
	if (ev->fd >= 0)
		close(ev->fd);
	ev->fd = ev->timer_fd = ev->signal_fd = -1;
}

bool events_watch(struct vm *vm, struct source *src, uint32_t mask)
{
	struct epoll_event e = { .events = mask, .data.ptr = src };
	int op = !src->mask ? EPOLL_CTL_ADD :
		 !mask	    ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

	if (mask == src->mask)
		return true;
	src->mask = mask;
	if (epoll_ctl(vm->events.fd, op, src->fd, &e) == 0)
		return true;
	if (errno != EPERM)
		log_warn("epoll: %s", strerror(errno));
	src->mask = 0;
	return false;
}

void events_wait(struct vm *vm, uint64_t timeout_ns)
{
	struct epoll_event got[16];
	int i, n;

	n = poll_ns(vm->events.fd, got, 16, timeout_ns);
	vm->cross->trip.noticed = stamp(vm->config->stamps);
	for (i = 0; i < n; i++) {
		struct source *src = got[i].data.ptr;

		/* An earlier one in this batch may have turned it off. */
		if (src->mask)
			src->ready(vm, src, got[i].events);
	}
}

void events_set_timer(struct vm *vm, uint64_t host_ns)
{
	struct itimerspec its = { 0 };

	if (host_ns == vm->events.timer_ns)
		return;
	vm->events.timer_ns = host_ns;
	its.it_value.tv_sec = (time_t)(host_ns / NSEC_PER_SEC);
	its.it_value.tv_nsec = (long)(host_ns % NSEC_PER_SEC);
	timerfd_settime(vm->events.timer_fd, TFD_TIMER_ABSTIME, &its, NULL);
}
