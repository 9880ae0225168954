/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_sandbox.h - the walls of vmnet-nat, which parses what a guest sends.
 *
 * After nat_sandbox_close() it can use IPv4 and IPv6 sockets as any program
 * of the user's could, and nothing else: it can open no file, make no socket
 * of another kind, start, signal and trace nothing.
 */
#ifndef VMNET_NAT_SANDBOX_H
#define VMNET_NAT_SANDBOX_H

/* nat_sandbox_close() - close them, for good.
 * Return: 0, or a negative errno. */
int nat_sandbox_close(void);

#endif
