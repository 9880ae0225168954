// SPDX-License-Identifier: BSD-2-Clause
/*
 * benchloops.c - what cpubench and realbench share. See the header.
 */
#include "guests/benchloops.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

_Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

void wait_for(pid_t pid)
{
	int status;

	if (pid < 0)
		fail("fork");
	if (waitpid(pid, &status, 0) < 0 || status)
		fail("the child");
}

void loop_fork(unsigned int n)
{
	while (n--) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		wait_for(pid);
	}
}

void loop_exec(unsigned int n, const char *path, char *const argv[])
{
	while (n--) {
		pid_t pid = fork();

		if (pid == 0) {
			execv(path, argv);
			_exit(127);
		}
		wait_for(pid);
	}
}

void loop_pipe(unsigned int n)
{
	int there[2], back[2];
	char c = 0;
	pid_t pid;

	if (pipe(there) < 0 || pipe(back) < 0)
		fail("pipe");
	pid = fork();
	if (pid == 0) {
		close(there[1]);
		close(back[0]);
		while (read(there[0], &c, 1) == 1)
			if (write(back[1], &c, 1) != 1)
				break;
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	while (n--)
		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			fail("ping-pong");
	close(there[1]);
	close(back[0]);
	wait_for(pid);
}

void loop_mmap(unsigned int n)
{
	const size_t size = 64 * 4096;
	unsigned int i;

	while (n--) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			fail("mmap");
		for (i = 0; i < 64; i++)
			p[i * 4096] = 1;
		munmap(p, size);
	}
}
