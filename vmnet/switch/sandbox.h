/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - the walls of vmnet-switch, the process that moves frames.
 *
 * After switch_sandbox_close() it can use the sockets that it has or is
 * given; it can open, connect, bind, start, signal and trace nothing, and has
 * no capabilities. What else it lacks, see base/privileges.h.
 */
#ifndef VMNET_SANDBOX_H
#define VMNET_SANDBOX_H

/* switch_sandbox_close() - Return: 0, or a negative errno. */
int switch_sandbox_close(void);

#endif
