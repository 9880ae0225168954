/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - what a signal to hostel-app asks for.
 *
 * They are blocked and come by a descriptor: no handler runs anywhere. The
 * keeper has the same ones, and passes them on.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_open(int more)
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

void signals_take(struct vm *vm)
{
	struct signalfd_siginfo info;

	if (read(vm->signals.fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1) {
		vm->report_asked = true;
		return;
	}
	vm->outcome = VM_QUIT;
	if (info.ssi_code != SI_QUEUE || info.ssi_int != QUIT_TYPED)
		vm->quit_signal = (int)info.ssi_signo;
}

static void signals_ready(void *owner, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	signals_take(owner);
}

int signals_watch(struct vm *vm)
{
	int fd = signals_open(0);

	if (fd < 0)
		return -errno;
	vm->signals = (struct source){ .fd = fd, .owner = vm,
				       .ready = signals_ready };
	events_watch(&vm->events, &vm->signals, EPOLLIN);
	return 0;
}
