/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vde_network.h - a network that is joined to a VDE switch, as the switch has
 * it: a private hub with a port for the cable (vde_main.c), which is there as
 * long as the network is.
 *
 * 1. The cable hears nothing before its process says that the VDE switch
 *    answers; until then, and without one, there are VMNet's machines only.
 * 2. When it ends it is started again: at most once in VSWITCH_PAUSE_NS if it
 *    has worked, else in ten times that.
 */
#ifndef VMNET_VDE_NETWORK_H
#define VMNET_VDE_NETWORK_H

#include "vmnet/switch/hub.h"

extern const struct network_ops vde_network;

#endif
