/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - the walls of hostel-app, VMApp's own process.
 *
 * After app_sandbox_close() it can use what it holds (the terminal, the
 * report, VMNet's sockets, guest RAM) and get new connections to VMNet from
 * its keeper; it can open, connect, start, signal and trace nothing.
 */
#ifndef VMAPP_SANDBOX_H
#define VMAPP_SANDBOX_H

/* app_sandbox_close() - Return: 0, or a negative errno.
 * #syscalls prctl seccomp */
int app_sandbox_close(void);

#endif
