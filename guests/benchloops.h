// SPDX-License-Identifier: BSD-2-Clause
/*
 * benchloops.h - what cpubench and realbench share: a clock, processes, and
 * loops of system calls. Each loop does its thing @n times.
 */
#ifndef GUESTS_BENCHLOOPS_H
#define GUESTS_BENCHLOOPS_H

#include <sys/types.h>

/* now_ns() - the monotonic clock. */
double now_ns(void);

/* fail() - end the program: what failed, and errno. */
_Noreturn void fail(const char *what);

/* wait_for() - @pid, as fork() returned it, must end with status 0. */
void wait_for(pid_t pid);

/* loop_fork() - fork, exit at once, wait. */
void loop_fork(unsigned int n);

/* loop_exec() - fork, exec of @path with @argv, wait. */
void loop_exec(unsigned int n, const char *path, char *const argv[]);

/* loop_pipe() - a byte to another process and back. */
void loop_pipe(unsigned int n);

/* loop_mmap() - 64 fresh pages, each touched, unmapped. */
void loop_mmap(unsigned int n);

#endif
