/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adapter_port.h - the host's place on a host-only network, as the switch has
 * it: a port, and behind it the process that holds the host's TAP device
 * (adapter_main.c).
 *
 * 1. The port gets no frames before the process says that its device works.
 * 2. A process that has worked and ends is started again, at most once in
 *    VSWITCH_PAUSE_NS. A process that never worked, since this user may not
 *    have such a device, is not started again until the network is made anew.
 */
#ifndef VMNET_ADAPTER_PORT_H
#define VMNET_ADAPTER_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmnet/switch/hub.h"

/* One network's; begins all zero. */
struct adapter_place {
	struct port *port;	/* NULL: there is no process now */
	bool works;		/* the process has said that it works */
	bool worked;		/* an earlier process, or this one, has */
	uint64_t started_ns;	/* when one was last started; 0: never */
	uint64_t lost;		/* frames that were lost as the host's device
				 * was down */
};

/**
 * adapter_tend() - start the process if it is missing
 * @place: of @hub; stays where it is as long as there is a port
 *
 * Return: is it to be called again soon?
 * #syscalls[switch] sendto close
 */
bool adapter_tend(struct vswitch *sw, struct hub *hub,
		  struct adapter_place *place);

#endif
