/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - close the VMM world: about ten system calls, no file but RAM and
 * what is written to: the switch's bells and the dump.
 *
 * 1. After sandbox_close() the process can open, send, signal and start
 *    nothing; a call outside the list kills it at once.
 * 2. It has no capabilities; where the host allows it, no files, and user, IPC
 *    and network namespaces of its own (base/privileges.h).
 * 3. New memory can come only from the guest-RAM file or from nowhere
 *    (anonymous), and never executable.
 */
#ifndef VMM_SANDBOX_H
#define VMM_SANDBOX_H

/**
 * sandbox_close() - drop what is not needed and install the filter
 * @ram_fd: stays open, to be mapped
 * @out, @n: other descriptors that stay open, to be written to only; in
 *           ascending order, all above @ram_fd
 *
 * Return: 0, or a negative errno: the VMM must not run a guest then.
 *
 * #syscalls prctl setrlimit
 */
int sandbox_close(int ram_fd, const int *out, unsigned int n);

#endif
