/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch.h - the switch: all ports, all networks, one epoll loop.
 *
 * 1. At most FDB_PORTS ports and VSWITCH_HUBS networks; a network exists
 *    while a client is on it.
 * 2. On the NAT network each client has a NAT process of its own (nat_main.c),
 *    with a port that nobody else can reach; the client's link is up only
 *    while that process says that it works. If it dies it is started again,
 *    at most once in VSWITCH_NAT_PAUSE_NS.
 * 3. A bridged network has an uplink port while its bridge (bridge.h) has a
 *    socket. Who joins it is answered when that is open for the first time,
 *    or can not be opened.
 * 4. The network "hostonly" has a port for its DHCP server (dhcp_main.c), which
 *    is started and, if it dies, started again as the NAT is.
 * 5. The loop ends VSWITCH_GRACE_NS after the last client left.
 * 6. A client that does not say hello in VSWITCH_HELLO_NS is put out.
 */
#ifndef VMNET_VSWITCH_H
#define VMNET_VSWITCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vmnet/switch/hub.h"

#define VSWITCH_HUBS	16u
#define VSWITCH_NAT_NETWORK NAT_NUMBER
#define VSWITCH_BRIDGED_NETWORK 0u
#define VSWITCH_HOSTONLY_NETWORK 1u
#define VSWITCH_GRACE_NS	1000000000ull
#define VSWITCH_HELLO_NS	2000000000ull
#define VSWITCH_NAT_PAUSE_NS	500000000ull

/* Who has or had an address of the NAT network. */
struct nat_lease {
	uint8_t mac[6];
	bool busy;
	uint64_t left_ns;	/* 0: nobody has had it yet */
};

struct vswitch {
	int epoll;
	int listen;
	struct port *port[FDB_PORTS];
	struct hub *hub[VSWITCH_HUBS];
	uint32_t next_number;
	uint64_t empty_since_ns;	/* no client since; 0: there is one */
	struct nat_lease lease[NAT_LAST_HOST + 1];	/* by last byte */
	pid_t dhcp_pid;			/* 0: none */
	uint64_t dhcp_started_ns;
	bool dhcp_missing;		/* try again soon */
	int keeper;			/* for child_start() */
	int links;			/* tells of host interfaces; or -1 */
	bool links_watched;
	bool links_changed;
	bool more;			/* a ring holds frames: do not sleep */
	bool nap;			/* one is busy: do not sleep for long */
	/* counters */
	uint64_t refused[VMNET_STATUS_COUNT];	/* hellos, by reason */
	uint64_t hello_timeouts, nat_starts;
	uint64_t nat_drops[NAT_DROP_COUNT];	/* of all NATs there were */
};

/**
 * vswitch_run() - serve until nobody is left
 * @listen: a listening socket; still the caller's afterwards
 * @keeper: socket to the process that starts helpers (child.h)
 *
 * Gives up the right to most system calls (sandbox.h), for good.
 *
 * Return: 0, or -errno if it could not begin.
 * #syscalls socket bind epoll_create1 seccomp and those of sandbox.c
 */
int vswitch_run(int listen, int keeper);

/**
 * vswitch_stats() - all counters as JSON text
 * @buf, @size: where to; VMNET_STATS_MAX is enough for any counters
 *
 * Return: its length; 0 if it does not fit: half of it is of no use.
 */
size_t vswitch_stats(const struct vswitch *sw, char *buf, size_t size);

#endif
