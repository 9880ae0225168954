// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_native.c - start a native runner and pass batches to it.
 *
 * The runner dies with us: its pipe ends, and it asked to be killed with its
 * parent.
 */
#include "tests/insn/lib_native.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* become_runner() - in the child: put descriptors in place and exec. */
static _Noreturn void become_runner(const char *path, const char *through,
				    int share, int go, int done)
{
	/* First out of the way of the numbers that they shall have. */
	int a = fcntl(share, F_DUPFD, 10);
	int b = fcntl(go, F_DUPFD, 10);
	int c = fcntl(done, F_DUPFD, 10);

	dup2(a, NATIVE_FD_SHARE);
	dup2(b, NATIVE_FD_GO);
	dup2(c, NATIVE_FD_DONE);
	close(a);
	close(b);
	close(c);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (through)
		execlp(through, through, "-cpu", "max", path, (char *)NULL);
	else
		execl(path, path, (char *)NULL);
	_exit(127);
}

bool native_start(struct native *n, const char *program, const char *through)
{
	const char *dir = getenv("HOSTEL_BUILD_DIR");
	char path[4096];
	int share = memfd_create("insn-cases", MFD_CLOEXEC);
	int go[2] = { -1, -1 }, done[2] = { -1, -1 };
	void *p;

	memset(n, 0, sizeof(*n));
	n->go = n->done = -1;
	snprintf(path, sizeof(path), "%s/tests/insn/%s",
		 dir ? dir : HOSTEL_BUILD, program);
	signal(SIGPIPE, SIG_IGN);	/* it may be gone */
	if (share < 0 || ftruncate(share, sizeof(*n->share)) ||
	    pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC)) {
		perror("native runner");
		return false;
	}
	p = mmap(NULL, sizeof(*n->share), PROT_READ | PROT_WRITE, MAP_SHARED,
		 share, 0);
	if (p == MAP_FAILED) {
		perror("native runner");
		return false;
	}
	n->share = p;
	fflush(NULL);
	n->pid = fork();
	if (n->pid == 0)
		become_runner(path, through, share, go[0], done[1]);
	close(share);
	close(go[0]);
	close(done[1]);
	n->go = go[1];
	n->done = done[0];
	/* An empty batch: it lives, and low_mapped is known. */
	if (n->pid > 0 && native_begin(n, 0) && native_finish(n))
		return true;
	native_stop(n);
	return false;
}

bool native_begin(struct native *n, unsigned int count)
{
	uint8_t byte = (uint8_t)count;

	return write(n->go, &byte, 1) == 1;
}

bool native_finish(struct native *n)
{
	uint8_t byte;
	ssize_t got;

	do
		got = read(n->done, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1;
}

void native_stop(struct native *n)
{
	if (n->go >= 0)
		close(n->go);
	if (n->done >= 0)
		close(n->done);
	if (n->pid > 0)
		waitpid(n->pid, NULL, 0);
	if (n->share)
		munmap(n->share, sizeof(*n->share));
	memset(n, 0, sizeof(*n));
	n->go = n->done = -1;
}
