/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - close the VMM world: about ten system calls, no file but RAM.
 *
 * 1. After sandbox_close() the process can open, send, signal and start
 *    nothing; a call outside the list kills it at once.
 * 2. New memory can come only from the guest-RAM file or from nowhere
 *    (anonymous), and never executable.
 */
#ifndef VMM_SANDBOX_H
#define VMM_SANDBOX_H

/**
 * sandbox_close() - drop what is not needed and install the filter
 * @ram_fd: the one descriptor that stays open
 * @dump_fd: @ram_fd + 2, and stays open for writing, too; or -1
 *
 * Return: 0, or a negative errno: the VMM must not run a guest then.
 *
 * #syscalls close_range prctl setrlimit seccomp
 */
int sandbox_close(int ram_fd, int dump_fd);

#endif
