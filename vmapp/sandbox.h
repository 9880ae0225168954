/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - the walls of hostel-app, VMApp's own process.
 *
 * After both steps it can use what it holds (the terminal, the
 * report, VMNet's sockets, guest RAM) and get new connections to VMNet from
 * its keeper; it can open, connect, start and trace nothing, and signal nobody
 * but its VMM.
 */
#ifndef VMAPP_SANDBOX_H
#define VMAPP_SANDBOX_H

#include <sys/types.h>

/**
 * app_sandbox_prepare() - give up files, networks and capabilities
 *
 * Before the process has a second thread, which would keep them; after all is
 * open, and hostel-vmm runs. What was inherited from whoever started hostel is
 * closed.
 *
 * Return: 0, or a negative errno.
 */
int app_sandbox_prepare(void);

/**
 * app_sandbox_close() - close the walls
 * @by_number: the one process that may be signalled by its number, for a
 *	kernel without pidfds; 0: none
 *
 * Return: 0, or a negative errno.
 */
int app_sandbox_close(pid_t by_number);

#endif
