/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch_parts.h - what the switch's own files share; nobody else's business.
 *
 * vswitch.c is the loop, and calls vswitch_bridge.c; both call vswitch_net.c.
 */
#ifndef VMNET_VSWITCH_PARTS_H
#define VMNET_VSWITCH_PARTS_H

#include "vmnet/vswitch.h"

/* ---- vswitch_net.c ----------------------------------------------------- */

/* vswitch_watch() - wait for @mask at the port; @op: EPOLL_CTL_ADD or MOD */
void vswitch_watch(struct vswitch *sw, int op, struct port *port,
		   uint32_t mask);

/* vswitch_watch_bell() - wait for the bell of the port's rings, too. */
void vswitch_watch_bell(struct vswitch *sw, struct port *port);

/* What epoll gives back for a bell is its port's address plus one. */
static inline bool vswitch_is_bell(const void *ptr)
{
	return (uintptr_t)ptr & 1;
}

static inline struct port *vswitch_bell_port(void *ptr)
{
	return (struct port *)((char *)ptr - 1);
}

/**
 * vswitch_add_port() - a port in a free slot
 * @fd: its socket; the port's from now on
 *
 * Return: the port, or NULL if there is no room (@fd is still the caller's).
 */
struct port *vswitch_add_port(struct vswitch *sw, int fd,
			      enum port_kind kind);

/* vswitch_find_hub() - Return: the network, or NULL if it does not exist.
 * @iface: of a bridged network; else it does not count */
struct hub *vswitch_find_hub(struct vswitch *sw, unsigned int network,
			     const char *iface);

/* vswitch_get_hub() - the same, but it is made; NULL: there is no room. */
struct hub *vswitch_get_hub(struct vswitch *sw, unsigned int network,
			    const char *iface);

/* vswitch_answer() - reply to a port's hello; with its network's link. */
void vswitch_answer(struct port *port, enum vmnet_status status);

/* ---- vswitch_bridge.c -------------------------------------------------- */

/**
 * vswitch_bridges_tend() - look at what may have changed at host interfaces
 *
 * In each round; costs nothing while nothing has, and all links are up.
 */
void vswitch_bridges_tend(struct vswitch *sw);

#endif
