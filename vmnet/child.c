/* SPDX-License-Identifier: BSD-2-Clause */
/* child.c - vmnetd's helpers: see child.h. */
#include "vmnet/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* become() - in the child: run @path, holding only @fd. */
static void become(const char *path, const char *arg, int fd)
{
	const char *slash = strrchr(path, '/');
	char *argv[] = { (char *)(slash ? slash + 1 : path), (char *)arg,
			 NULL };
	char *envp[] = { NULL };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* dup2 onto itself would keep close-on-exec. */
	if (fd == CHILD_FD ? fcntl(fd, F_SETFD, 0) < 0 :
			     dup2(fd, CHILD_FD) < 0)
		_exit(1);
	close_range(CHILD_FD + 1, ~0u, 0);
	execve(path, argv, envp);
	_exit(1);
}

pid_t child_start(const char *path, const char *arg, int *fd)
{
	int pair[2], err;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		become(path, arg, pair[1]);
	err = -errno;
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return err;
	}
	*fd = pair[0];
	return pid;
}

void child_end(pid_t pid)
{
	if (pid <= 0)
		return;		/* to kill(), these are not one process */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
