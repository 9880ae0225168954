/* SPDX-License-Identifier: BSD-2-Clause */
/* fds.h - descriptors, many at a time. */
#ifndef BASE_FDS_H
#define BASE_FDS_H

/**
 * fds_close() - close all descriptors from @first to @last
 * @last: ~0u: the last there can be
 *
 * By close_range() (Linux 5.9); else those that /proc/self/fd lists; without
 * /proc all that there can be: 65,536 one by one, a million by poll(), which
 * misses O_PATH ones. Not for a process whose other threads open files
 * meanwhile.
 *
 * #syscalls close_range openat getdents64 fstat poll close
 */
void fds_close(unsigned int first, unsigned int last);

/**
 * fds_close_inherited() - close what came from whoever started this program
 *
 * That is what would go on to the next program: all that we open is
 * close-on-exec. The standard three stay. As fds_close(), by /proc/self/fd or
 * else by number.
 *
 * #syscalls openat getdents64 fstat fcntl poll close
 */
void fds_close_inherited(void);

/**
 * fds_place() - in a child that is about to run another program: have each
 * descriptor at the number that it looks for it at, and close all others
 * @first: number of fds[0]; @fds[i] comes to @first + i
 * @fds: changed; -1: nothing is to be there
 *
 * What lies below @first stays. Async-signal-safe as long as close_range() is
 * there.
 *
 * Return: 0, or -1 with errno.
 * #syscalls fcntl dup2 close
 */
int fds_place(int first, int *fds, int n);

#endif
