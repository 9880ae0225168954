/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch_parts.h - what the switch's own files share; nobody else's business.
 *
 * vswitch.c is the loop, and calls vswitch_bridge.c, vswitch_nat.c and
 * vswitch_dhcp.c; all four call vswitch_net.c.
 */
#ifndef VMNET_VSWITCH_PARTS_H
#define VMNET_VSWITCH_PARTS_H

#include <sys/epoll.h>

#include "vmnet/switch/vswitch.h"

/*
 * Who added a descriptor to the epoll set. The event's data holds that, and of
 * a port its slot and its number, but no address: a client may hold what it
 * gave us longer than its port lives.
 */
enum vswitch_source {
	SOURCE_LISTEN,
	SOURCE_LINKS,	/* host interfaces, or vmnet-bridge's answer */
	SOURCE_PORT,	/* a port's socket */
	SOURCE_BELL,	/* the bell of a port's rings */
};

/* ---- vswitch.c: what vswitch_run() is made of, for tests -------------- */

/* vswitch_open() - @sw: all zero. Return: 0 or -errno; vswitch_close() is to
 * follow in either case. */
int vswitch_open(struct vswitch *sw, int listen, int keeper);
/* vswitch_round() - wait for up to @wait_most_ns; do what there is to do.
 * Return: false if all is over. */
bool vswitch_round(struct vswitch *sw, uint64_t wait_most_ns);
/* vswitch_close() - put all out, and give all back but @sw itself. */
void vswitch_close(struct vswitch *sw);

/* ---- vswitch_net.c ----------------------------------------------------- */

/* vswitch_watch() - wait for @mask at the port; @op: EPOLL_CTL_ADD or MOD */
void vswitch_watch(struct vswitch *sw, int op, struct port *port,
		   uint32_t mask);

/* vswitch_watch_bell() - wait for the bell of the port's rings, too: for each
 * time that it is rung. It is never read: who rings it could make that wait. */
void vswitch_watch_bell(struct vswitch *sw, struct port *port);

/* vswitch_unwatch() - wait for nothing of a port any more, before its
 * descriptors are closed: the kernel forgets a descriptor only when the last
 * one who has the file closes it. */
void vswitch_unwatch(struct vswitch *sw, const struct port *port);

/* vswitch_source() - who added what the event is of? */
static inline enum vswitch_source vswitch_source(const struct epoll_event *e)
{
	return (enum vswitch_source)(e->data.u64 & 0xff);
}

/* vswitch_event_port() - Return: the port that it is of; NULL: it is gone. */
struct port *vswitch_event_port(struct vswitch *sw,
				const struct epoll_event *e);

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

/* ---- vswitch_nat.c ----------------------------------------------------- */

/**
 * vswitch_nat_join() - a client came to the NAT network
 * @hello: what it wants of its NAT
 *
 * Gives it an address: the one it last had, if that is free.
 * Return: VMNET_OK or VMNET_FULL.
 */
enum vmnet_status vswitch_nat_join(struct vswitch *sw, struct port *client,
				   const struct vmnet_hello *hello);

/* vswitch_nat_tend() - start NATs that are missing, in each round. */
void vswitch_nat_tend(struct vswitch *sw);

/* vswitch_nat_waits() - is one missing that could not be started yet? */
bool vswitch_nat_waits(const struct vswitch *sw);

/* vswitch_nat_link() - a NAT says that it works. */
void vswitch_nat_link(struct port *nat, bool up);

/* vswitch_nat_ended() - a NAT's port is about to be freed: end the process,
 * tell its client. */
void vswitch_nat_ended(struct vswitch *sw, struct port *nat);

/* vswitch_nat_leave() - a client is about to be freed. Return: its NAT, which
 * must be freed, too; or NULL. */
struct port *vswitch_nat_leave(struct vswitch *sw, struct port *client);

/* ---- vswitch_dhcp.c ---------------------------------------------------- */

/**
 * vswitch_dhcp_tend() - start the DHCP server where it is wanted
 *
 * In each round. Return: true if it must be tried again soon.
 */
bool vswitch_dhcp_tend(struct vswitch *sw);

/* vswitch_dhcp_ended() - its port goes: so does what is left of it. */
void vswitch_dhcp_ended(struct vswitch *sw);

/* ---- vswitch_bridge.c -------------------------------------------------- */

/**
 * vswitch_bridges_tend() - look at what may have changed at host interfaces
 *
 * In each round; costs nothing while nothing has, and all links are up.
 */
void vswitch_bridges_tend(struct vswitch *sw);

#endif
