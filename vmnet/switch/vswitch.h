/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch.h - the switch: all ports, all networks, one epoll loop.
 *
 * 1. At most FDB_PORTS ports and VSWITCH_HUBS networks; a network exists
 *    while a client is on it.
 * 2. What a network has beside its clients is its kind's matter: a NAT for
 *    each of them (nat_network.h), a DHCP server (hostonly_network.h), a host
 *    interface (bridged_network.h).
 * 3. The loop ends VSWITCH_GRACE_NS after the last client left.
 * 4. A client that does not say hello in VSWITCH_HELLO_NS is put out.
 */
#ifndef VMNET_VSWITCH_H
#define VMNET_VSWITCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vmnet/conditions/framequeue.h"
#include "vmnet/proto/networking.h"
#include "vmnet/switch/addresses.h"
#include "vmnet/switch/control.h"
#include "vmnet/switch/hub.h"

#define VSWITCH_HUBS	16u
#define VSWITCH_GRACE_NS	1000000000ull
#define VSWITCH_HELLO_NS	2000000000ull
/* Before a helper that died is started again. */
#define VSWITCH_PAUSE_NS	500000000ull
/* Room for bursts in the kernel, so that queues rarely have to be used. */
#define VSWITCH_SOCKET_BUFFER	(1 << 20)

struct nat_seat;

struct vswitch {
	int epoll;
	int listen;
	struct port *port[FDB_PORTS];
	struct hub *hub[VSWITCH_HUBS];
	uint32_t next_number;
	unsigned int clients;	/* also who has not said hello yet */
	uint64_t changes;	/* how often one came to a network, or left */
	uint64_t empty_since_ns;	/* no client since; 0: there is one */
	struct tap tap;
	struct timelines times;
	struct networking nets;		/* which networks there are */
	struct addresses addresses;	/* who has which on them */
	struct nat_seat *nat_seats;	/* [nat_network.c] */
	pid_t dhcp_pid;			/* [hostonly_network.c] of the first
					 * server; 0: none */
	/* all */
	int keeper;			/* for child_start() */
	const struct control_ops *control;	/* NULL: none are served */
	int control_listen;
	void *controls;			/* [vmnet/ctl] */
	int links;			/* links.h; or -errno */
	bool links_watched;
	bool links_changed;
	bool more;			/* there is more to do: do not sleep */
	bool nap;			/* a ring is busy: a short sleep only */
	bool soon;			/* a network lacks something */
	struct frame_pool lines;	/* what waits in links' conditions */
	uint64_t due_ns;		/* when that is to be looked at */
	/* counters */
	uint64_t refused[VMNET_STATUS_COUNT];	/* hellos, by reason */
#define SWITCH_COUNTER(field, word) uint64_t field;
#include "vmnet/switch/counters.def"
	uint64_t nat_drops[NAT_DROP_COUNT];	/* of all NATs there were */
};

/* What a switch begins with. Descriptors are the caller's, still. */
struct vswitch_setup {
	int listen;		/* where cards come in */
	int keeper;		/* to who starts helpers (child.h) */
	const struct control_ops *control;	/* who serves control ... */
	int control_listen;	/* ... connections, and where they come in */
	const struct networking *nets;		/* copied, as is ... */
	const struct addresses *addresses;	/* ... what was remembered */
};

/**
 * vswitch_run() - serve until nobody is left
 *
 * Gives up the right to most system calls (sandbox.h), for good.
 *
 * Return: 0, or -errno if it could not begin.
 */
int vswitch_run(const struct vswitch_setup *setup);

/**
 * vswitch_stats() - all counters as JSON text
 * @buf, @size: where to; VMNET_STATS_MAX is enough for any counters
 *
 * Return: its length; 0 if it does not fit: half of it is of no use.
 * #syscalls[switch] getpid
 */
size_t vswitch_stats(const struct vswitch *sw, char *buf, size_t size);

#endif
