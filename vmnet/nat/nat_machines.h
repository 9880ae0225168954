/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_machines.h - a guest's questions for names of machines (names.h), which
 * go to no server of the host.
 *
 * 1. What comes by UDP to 10.0.2.3 is answered.
 * 2. What comes by TCP is refused, by a reset: answers are short, so a client
 *    asks by UDP first, and that connection leads to a server of the host.
 */
#ifndef VMNET_NAT_MACHINES_H
#define VMNET_NAT_MACHINES_H

#include <stdbool.h>

#include "vmnet/nat/nat_packet.h"
#include "vmnet/proto/proto.h"

struct nat_machines {
	struct nat_out *out;	/* the way to the guest */
	struct vmnet_names names;	/* who is there, as the switch says */
};

/* nat_machines_takes() - a UDP packet from the guest. Return: was it a question
 * for a machine, and is it answered? */
bool nat_machines_takes(struct nat_machines *m, const struct nat_packet *p);

/* nat_machines_refuses() - a TCP packet to 10.0.2.3. Return: was it a question
 * for a machine? Then the guest hears of a reset, and @p has become one for
 * the other side, with none of the question in it. */
bool nat_machines_refuses(struct nat_machines *m, struct nat_packet *p);

#endif
