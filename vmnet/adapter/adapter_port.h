/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adapter_port.h - the host's place on a host-only network, as the switch has
 * it: a port, and behind it the process that holds the host's TAP device
 * (adapter_main.c).
 *
 * 1. It hears nothing before that process says that it works.
 * 2. One that has worked and ends is started again, at most once in
 *    VSWITCH_PAUSE_NS. One that never worked, as this user may not have such
 *    a device, is not, until the network begins anew.
 */
#ifndef VMNET_ADAPTER_PORT_H
#define VMNET_ADAPTER_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmnet/switch/hub.h"

/* A network's; begins all zero. */
struct adapter_place {
	struct port *port;	/* NULL: there is none now */
	bool works;		/* that one does */
	bool worked;		/* one did */
	uint64_t started_ns;	/* when one was last started; 0: never */
	uint64_t lost;		/* frames that the host did not take, as its
				 * device was down */
};

/**
 * adapter_tend() - start the process if it is missing
 * @place: of @hub; stays where it is as long as there is a port
 *
 * Return: is it to be tried again?
 * #syscalls[switch] sendto close
 */
bool adapter_tend(struct vswitch *sw, struct hub *hub,
		  struct adapter_place *place);

#endif
