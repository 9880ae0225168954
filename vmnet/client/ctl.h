/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl.h - the asking side of VMNet's control socket (vmnet/proto/ctl.h): for
 * `hostel net`, not for machines.
 *
 * What vmnetd says may come from a switch that a guest has taken over: how long
 * it is and how late is bounded, and whoever prints it has to look at it first.
 */
#ifndef VMNET_CLIENT_CTL_H
#define VMNET_CLIENT_CTL_H

#include "vmnet/proto/ctl.h"

/**
 * vmnet_ctl_open() - connect to the daemon that runs; none is started
 * @why, @size: room for a sentence if it can not be done
 *
 * Return: a socket, the caller's; or -errno: -ENOENT: none runs.
 * #syscalls poll
 */
int vmnet_ctl_open(char *why, size_t size);

/* What is asked. */
struct vmnet_ctl_ask {
	enum ctl_verb verb;
	union ctl_args args;	/* all zero behind those of the verb */
	const int *fds;		/* that go with it; still the caller's */
	size_t nfds;
};

/**
 * vmnet_ctl_ask() - ask, and wait for the answer
 * @sock: vmnet_ctl_open()'s; of no more use if this is negative
 * @text: receives the answer's text, ended by NUL; the caller's, free(). NULL
 *	  if it is not CTL_DONE
 *
 * Return: enum ctl_status, or -errno if no answer came that makes sense.
 * #syscalls recvfrom poll
 */
int vmnet_ctl_ask(int sock, const struct vmnet_ctl_ask *ask, char **text);

#endif
