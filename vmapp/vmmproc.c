/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmmproc.c - start and end the process of the VMM world.
 *
 * The child gets the descriptors of vmdriver/doorfd.h, and the standard three
 * until it closes them itself; nothing else of ours.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fds.h"
#include "base/log.h"
#include "vmdriver/doorfd.h"

int vmmproc_path(char *path, size_t size)
{
	return beside("hostel-vmm", path, size);
}

/* child_fds() - what the child gets, by its number there; -1: nothing. */
static void child_fds(const struct vm *vm, int *fds)
{
	const struct vmnet_client *net;
	unsigned int i;

	for (i = 0; i < DOOR_FD_END; i++)
		fds[i] = -1;
	fds[DOOR_FD_RAM] = vm->ram.fd;
	fds[DOOR_FD_CROSS] = vm->cross_fd;
	fds[DOOR_FD_DUMP] = vm->dump_fd;
	for (i = 0; i < vm->board.nic_count; i++) {
		if (!vm->board.nic[i].direct)
			continue;
		net = &vm->board.nic[i].net;
		fds[door_fd_rings(i)] = net->ring_fds[RING_FD_PAIR];
		fds[door_fd_bell(i)] = net->ring_fds[RING_FD_SWITCH_BELL];
	}
	for (i = 0; i <= DRIVE_IDE3; i++) {
		if (!vm->disk[i].direct)
			continue;
		fds[door_fd_channel(i)] = vm->disk[i].channel_fd;
		fds[door_fd_drive_bell(i)] = vm->disk[i].source.fd;
	}
}

/*
 * child_exec() - in the child: only async-signal-safe calls
 *
 * If @parent dies, so does it, also if that was before it asked. An orphan's
 * new parent need not be process 1: there are subreapers.
 */
static void child_exec(const char *path, int *fds, pid_t parent)
{
	char *argv[] = { (char *)"hostel-vmm", NULL };
	char *envp[] = { NULL };
	sigset_t none;

	/* It outlasts the execve(). */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* What ends the VM is VMApp's to decide, also where a signal goes to
	 * the whole process group; and before the VMM could say so. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);	/* a disk process may have ended */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fds_place(DOOR_FD_RAM, fds + DOOR_FD_RAM,
		      DOOR_FD_END - DOOR_FD_RAM) < 0)
		_exit(1);
	execve(path, argv, envp);
	_exit(1);
}

/* hear_children() - Return: a descriptor that can be read when a child has
 * ended; -1 with errno. */
static int hear_children(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL,
				.sa_flags = SA_NOCLDSTOP };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	/* Who started us may have had it ignored: no child could be reaped. */
	if (sigaction(SIGCHLD, &sa, NULL) < 0 ||
	    sigprocmask(SIG_BLOCK, &child, NULL) < 0)
		return -1;
	return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int pidfd_signal(int pidfd, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/*
 * signalling_pidfd() - to signal a child by; -1: this host has no such thing
 *
 * (Linux 5.3, and a container may deny either call.) Then its number will do:
 * it is the child's own until we reap it.
 */
static int signalling_pidfd(pid_t child)
{
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	if (pidfd >= 0 && pidfd_signal(pidfd, 0) < 0) {
		close(pidfd);
		pidfd = -1;
	}
	return pidfd;	/* close-on-exec by birth */
}

int vmmproc_start(struct vm *vm)
{
	const pid_t self = getpid();
	char path[PATH_MAX];
	int fds[DOOR_FD_END];
	int err = vmmproc_path(path, sizeof(path));

	if (err)
		return err;
	if (access(path, X_OK) < 0)
		return -errno;
	child_fds(vm, fds);
	/* The watcher may send it before the VMM has a handler. The attention
	 * word stays raised, and is looked at before the guest runs. Here, as
	 * in the child there would be a moment when it is not yet ignored. */
	signal(SIGALRM, SIG_IGN);
	vm->child_fd = hear_children();
	if (vm->child_fd < 0)
		return -errno;
	vm->vmm_pid = fork();
	if (vm->vmm_pid < 0)
		return -errno;
	if (vm->vmm_pid == 0)
		child_exec(path, fds, self);
	vm->vmm_pidfd = signalling_pidfd(vm->vmm_pid);
	/* By its number, too: our keeper has no other way to end us. */
	if (vmmproc_signal(vm, 0) == 0 && kill(vm->vmm_pid, 0) == 0)
		return 0;
	return -ENOTSUP;
}

int vmmproc_signal(const struct vm *vm, int number)
{
	if (vm->vmm_pidfd < 0)
		return kill(vm->vmm_pid, number);
	return pidfd_signal(vm->vmm_pidfd, number);
}

bool vmmproc_ended(const struct vm *vm)
{
	struct signalfd_siginfo news;
	siginfo_t info = { 0 };

	/* One signal may stand for several children, so look behind it. */
	while (read(vm->child_fd, &news, sizeof(news)) > 0)
		;
	return waitid(P_PID, (id_t)vm->vmm_pid, &info,
		      WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid;
}

void vmmproc_end(struct vm *vm)
{
	/* First who sends it signals: its number is free once it is reaped,
	 * and 0 is our whole process group. */
	watcher_stop(vm);
	if (vm->vmm_pid > 0) {
		/* Who can not be ended here ends when we do. */
		if (vmmproc_signal(vm, SIGKILL) == 0 || errno == ESRCH)
			waitpid(vm->vmm_pid, &vm->vmm_status, 0);
		vm->vmm_pid = 0;
	}
	if (vm->vmm_pidfd >= 0)
		close(vm->vmm_pidfd);
	if (vm->child_fd >= 0)
		close(vm->child_fd);
	vm->vmm_pidfd = vm->child_fd = -1;
}
