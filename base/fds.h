/* SPDX-License-Identifier: BSD-2-Clause */
/* fds.h - descriptors, many at a time. */
#ifndef BASE_FDS_H
#define BASE_FDS_H

/**
 * fds_close() - close all descriptors from @first to @last
 * @last: ~0u: the last there can be
 *
 * By close_range() (Linux 5.9); else those that /proc/self/fd lists; without
 * /proc all that there can be, one by one. Not for a process whose other
 * threads open files meanwhile.
 *
 * #syscalls close_range openat getdents64 fstat close
 */
void fds_close(unsigned int first, unsigned int last);

/**
 * fds_close_inherited() - close what came from whoever started this program
 *
 * That is what would go on to the next program: all that we open is
 * close-on-exec. The standard three stay. As fds_close(), by /proc/self/fd or
 * else one by one.
 *
 * #syscalls openat getdents64 fstat fcntl close
 */
void fds_close_inherited(void);

#endif
