/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_forward.h - ports of the host that lead to the guest: those that the NAT
 * is told of when it begins, and those that come and go while it runs.
 *
 * 1. What is in the table is open. What could not be opened when the NAT began
 *    is taken out of it, and the switch is told.
 * 2. Connections that came by a port stay when it is closed.
 */
#ifndef VMNET_NAT_FORWARD_H
#define VMNET_NAT_FORWARD_H

#include <slirp/libslirp.h>
#include <stdint.h>

#include "vmnet/nat/nat_udp.h"
#include "vmnet/proto/proto.h"

struct nat_forwards {
	Slirp *slirp; /* for TCP; the caller's */
	struct nat_udp *udp; /* the caller's */
	uint32_t guest; /* its address */
	struct vmnet_forward *table; /* VMNET_FORWARDS; the caller's */
};

/**
 * nat_forward_all() - open all of the table
 * @lost: receives those that could not be opened; VMNET_FORWARDS
 *
 * VMApp has tried them, so one that is taken is most likely the last NAT's of a
 * guest that was reset, and free in a moment: it waits for that.
 *
 * Return: how many could not be opened.
 * #syscalls poll
 */
unsigned int nat_forward_all(const struct nat_forwards *n,
			     struct vmnet_forward *lost);

/**
 * nat_forward_change() - what is asked for: one more, or one less
 *
 * Return: VMNET_OK, or why not; then nothing has changed.
 */
enum vmnet_status nat_forward_change(const struct nat_forwards *n,
				     const struct vmnet_ask *ask);

#endif
