/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_state.h - what state a guest's TCP connections are in, as the host's
 * kernel has it (nat_states.def): for who asks why a network is slow. */
#ifndef VMNET_NAT_STATE_H
#define VMNET_NAT_STATE_H

#include "vmnet/nat/nat_reset.h"
#include "vmnet/proto/proto.h"

/**
 * nat_state_look() - of all connections
 * @count: receives NAT_STATE_COUNT numbers
 *
 * Costs two system calls for each connection. #syscalls[nat] getsockopt ioctl
 */
void nat_state_look(const struct nat_reset *r, uint32_t *count);

#endif
