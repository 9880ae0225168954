/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmmproc.c - start and end the process of the VMM world.
 *
 * The child gets guest RAM as descriptor 3, the cross page as 4, the file of
 * --dump as 5, and the standard three until it closes them itself; nothing
 * else of ours.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

enum { CHILD_RAM_FD = 3, CHILD_CROSS_FD = 4, CHILD_DUMP_FD = 5,
       CHILD_FIRST_FREE };

/* vmm_path() - hostel-vmm lies beside our own executable. */
static int vmm_path(char *path, size_t size)
{
	static const char name[] = "hostel-vmm";
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n < 0)
		return -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash + 1 - path) + sizeof(name) > size)
		return -ENAMETOOLONG;
	memcpy(slash + 1, name, sizeof(name));
	return 0;
}

/* child_exec() - in the child: only async-signal-safe calls. */
static void child_exec(struct vm *vm, const char *path)
{
	char *argv[] = { (char *)"hostel-vmm", NULL };
	char *envp[] = { NULL };
	sigset_t none;
	int ram, cross, dump;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* First out of the way of 3 and 4, whatever they are now. */
	ram = fcntl(vm->ram.fd, F_DUPFD, CHILD_FIRST_FREE);
	cross = fcntl(vm->cross_fd, F_DUPFD, CHILD_FIRST_FREE);
	dump = vm->dump_fd < 0 ? -1 :
	       fcntl(vm->dump_fd, F_DUPFD, CHILD_FIRST_FREE);
	if (ram < 0 || cross < 0 || dup2(ram, CHILD_RAM_FD) < 0 ||
	    dup2(cross, CHILD_CROSS_FD) < 0)
		_exit(1);
	if (dump >= 0 && dup2(dump, CHILD_DUMP_FD) < 0)
		_exit(1);
	close_range(dump < 0 ? CHILD_DUMP_FD : CHILD_FIRST_FREE, ~0u, 0);
	execve(path, argv, envp);
	_exit(1);
}

int vmmproc_start(struct vm *vm)
{
	char path[PATH_MAX];
	int err = vmm_path(path, sizeof(path));

	if (err)
		return err;
	if (access(path, X_OK) < 0)
		return -errno;
	/* The watcher may send it before the VMM has a handler. The attention
	 * word stays raised, and is looked at before the guest runs. Here, as
	 * in the child there would be a moment when it is not yet ignored. */
	signal(SIGALRM, SIG_IGN);
	vm->vmm_pid = fork();
	if (vm->vmm_pid < 0)
		return -errno;
	if (vm->vmm_pid == 0)
		child_exec(vm, path);
	vm->vmm_pidfd = (int)syscall(SYS_pidfd_open, vm->vmm_pid, 0);
	if (vm->vmm_pidfd < 0) {
		err = -errno;
		vmmproc_end(vm);
		return err;
	}
	fcntl(vm->vmm_pidfd, F_SETFD, FD_CLOEXEC);
	return 0;
}

void vmmproc_signal(const struct vm *vm, int number)
{
	syscall(SYS_pidfd_send_signal, vm->vmm_pidfd, number, NULL, 0);
}

void vmmproc_end(struct vm *vm)
{
	/* First who sends it signals: its number is free once it is reaped,
	 * and 0 is our whole process group. */
	watcher_stop(vm);
	if (vm->vmm_pid > 0) {
		if (vm->vmm_pidfd >= 0)
			vmmproc_signal(vm, SIGKILL);
		else
			kill(vm->vmm_pid, SIGKILL);	/* half started */
		waitpid(vm->vmm_pid, &vm->vmm_status, 0);
		vm->vmm_pid = 0;
	}
	if (vm->vmm_pidfd >= 0)
		close(vm->vmm_pidfd);
	vm->vmm_pidfd = -1;
}
