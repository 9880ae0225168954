/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - vmnetd's helpers: programs that hold what it does not.
 *
 * A helper finds one end of a socket pair as descriptor CHILD_FD and has
 * nothing else of ours: no other descriptor, no environment. It dies with
 * vmnetd, unless it has rights of its own (file capabilities): then it has to
 * end by itself.
 */
#ifndef VMNET_CHILD_H
#define VMNET_CHILD_H

#include <sys/types.h>

#define CHILD_FD 3

/**
 * child_start() - run a program
 * @path: its file; its last part is its argv[0]
 * @arg: argv[1], or NULL
 * @fd: receives our end of a non-blocking SOCK_SEQPACKET pair; the caller
 *      owns it. It is at its end of file when the program has ended, or could
 *      not be run.
 *
 * Return: its pid, or -errno.
 * #syscalls socketpair fork execve
 */
pid_t child_start(const char *path, const char *arg, int *fd);

/* child_end() - kill it, if it has not ended, and reap it; 0: there is none */
void child_end(pid_t pid);

#endif
