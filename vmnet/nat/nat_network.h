/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_network.h - the network "nat", as the switch has it: each client has a
 * NAT of its own (nat_main.c), so that no guest can use up another one's.
 *
 * 1. A client has a seat while it is on the network, and its NAT, if there is
 *    one, has that seat, too; a NAT with no seat is about to be freed.
 * 2. A lease is busy while the client is there, also while its NAT is not.
 * 3. What a NAT sends goes to its client only, and no other client's frames go
 *    to it. The client's link is up only while its NAT says that it works.
 * 4. A NAT that dies is started again, at most once in VSWITCH_PAUSE_NS.
 */
#ifndef VMNET_NAT_NETWORK_H
#define VMNET_NAT_NETWORK_H

#include "vmnet/switch/hub.h"

extern const struct network_ops nat_network;

#endif
