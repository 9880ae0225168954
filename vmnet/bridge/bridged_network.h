/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridged_network.h - bridged networks, as the switch has them: when a bridge
 * (bridge.h) is opened, who is told, and when its link changes.
 *
 * 1. The network has an uplink port while its bridge has a socket.
 * 2. Who joins is answered when that is open for the first time, or can not
 *    be opened.
 */
#ifndef VMNET_BRIDGED_NETWORK_H
#define VMNET_BRIDGED_NETWORK_H

#include "vmnet/switch/hub.h"

extern const struct network_ops bridged_network;

/* The port of the wire, while the bridge has a socket: port->own is the
 * struct bridge. */
extern const struct port_ops uplink_port;

#endif
