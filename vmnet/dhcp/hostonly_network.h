/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostonly_network.h - the network "hostonly", as the switch has it: a private
 * hub with a port for its DHCP server (dhcp_main.c), which is started with the
 * network and, if it dies, again, at most once in VSWITCH_PAUSE_NS; and with
 * one for the host, where it may have a device for that (adapter_port.h).
 */
#ifndef VMNET_HOSTONLY_NETWORK_H
#define VMNET_HOSTONLY_NETWORK_H

#include "vmnet/switch/hub.h"

extern const struct network_ops hostonly_network;

#endif
