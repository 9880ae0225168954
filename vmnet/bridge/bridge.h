/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge.h - a network's plug into a host interface: bridged networking.
 *
 * The plug is a packet socket, bound to the interface and promiscuous, so
 * that a guest has its own address on the wire. To open it is a privilege
 * that vmnetd lacks: vmnet-bridge (bridge_main.c), which may have it, opens
 * it, hands it over and ends. It becomes a port of the hub, the uplink, whose
 * frames are moved by bridge_receive() and bridge_flush().
 *
 * 1. Nothing here blocks: the socket is a non-blocking one from its birth.
 * 2. The network's link is up while the interface is up, has a carrier, and
 *    is the very one that the socket is bound to. When it is removed and one
 *    of its name appears, the helper is asked again.
 * 3. Frames arrive in the hub as a wire would have carried them: checksums
 *    finished, long ones cut (bridge_offload.h), VLAN tags in their place.
 *    The other way frames may be put together (bridge_join.h); the wire
 *    carries them as they were.
 * 4. What the wire does not take yet waits in the guests' own rings: while
 *    bridge_full(), the switch reads nothing from the network's stations.
 * 5. Every frame that is lost is counted at the uplink's port, also those
 *    that the kernel lost.
 * 6. Frames come in by a ring in memory (bridge_ring.h), with no system call
 *    and no wake-up while it is busy; by messages where the kernel gives none.
 */
#ifndef VMNET_BRIDGE_H
#define VMNET_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vmnet/bridge/bridge_ring.h"
#include "vmnet/proto/proto.h"

#define BRIDGE_PAUSE_NS	500000000ull	/* before the helper is asked again */

struct hub;
struct port;
struct wire_message;

/* What vmnet-bridge says; with the socket if the status is VMNET_OK. */
struct bridge_answer {
	uint32_t magic;		/* VMNET_MAGIC */
	uint16_t status;	/* enum vmnet_status */
	uint16_t ring;		/* 1: bridge_ring_make() has worked; else 0 */
};

struct bridge {
	char iface[VMNET_IFACE_MAX];
	int links;		/* links_open()'s; not the bridge's own */
	struct port *port;	/* NULL: there is no socket */
	bool opened;		/* there was one once */
	bool full;		/* bridge_full() */
	size_t longest;		/* bytes of a frame that it takes */
	bool no_join;		/* it refused frames that were put together */
	pid_t helper;		/* 0: none runs */
	int helper_fd, keeper;
	uint64_t asked_ns;
	struct bridge_ring ring;	/* of the port's socket; or none */
	struct wire_message *messages;	/* room for what comes in without */
	/* counters */
#define BRIDGE_COUNTER(field, word) uint64_t field;
#include "vmnet/switch/counters.def"
};

/**
 * bridge_new() - a bridge without a socket
 * @iface: a name that is proto_iface_ok()
 * @links: links_open()'s descriptor, asked about the interface
 *
 * Return: the bridge, or NULL if there is no memory.
 */
struct bridge *bridge_new(const char *iface, int links);

/* bridge_free() - end the helper if it runs; the port is the caller's. */
void bridge_free(struct bridge *b);

/**
 * bridge_ask() - start the helper; none must run
 * @keeper: who starts it (child.h)
 *
 * Return: 0, and @b->helper_fd is to be polled for reading; or -errno.
 */
int bridge_ask(struct bridge *b, int keeper, uint64_t now_ns);

/**
 * bridge_answered() - has the helper answered?
 * @sock: receives the packet socket if it is VMNET_OK; the caller's
 *
 * Its ring, if it has one, is mapped then: bridge_ring_unmap().
 *
 * Return: -EAGAIN if not; else an enum vmnet_status, and no helper runs.
 * #syscalls[switch] close
 */
int bridge_answered(struct bridge *b, int *sock);

/**
 * bridge_up() - does the interface work, and is the socket bound to it?
 *
 * Without a socket: does it work?
 * #syscalls[switch] ioctl getsockname
 */
bool bridge_up(const struct bridge *b);

/* bridge_stale() - has the interface that the socket is bound to gone? */
bool bridge_stale(const struct bridge *b);

/* bridge_learn() - see what the interface takes; after it was opened, and when
 * it has changed. #syscalls[switch] ioctl */
void bridge_learn(struct bridge *b);

/* bridge_full() - does more wait for the wire than is good? It stays so until
 * a good part is gone, so that not every frame changes it. */
bool bridge_full(struct bridge *b);

/* ---- bridge_io.c ------------------------------------------------------- */

/* bridge_room() - memory for bridge_receive(), or NULL. */
struct wire_message *bridge_room(void);

/**
 * bridge_receive() - bring some of what the wire has to the hub; without a ring
 *
 * Return: 0, or -errno if the interface went down or away.
 * #syscalls[switch] recvmmsg
 */
int bridge_receive(struct bridge *b, uint64_t now_ns);

/**
 * bridge_ring_receive() - take frames from the ring of the packet socket, up to
 * RING_BATCH of them, and give them to the hub
 *
 * Return: how many were there.
 * #syscalls[switch] recvmmsg
 */
unsigned int bridge_ring_receive(struct bridge *b, uint64_t now_ns);

/* bridge_error() - what went wrong at the socket, which is no more to be told
 * of; 0: nothing. #syscalls[switch] getsockopt */
int bridge_error(struct bridge *b);

/* bridge_count_lost() - learn what the kernel has lost, before that is told.
 * #syscalls[switch] getsockopt */
void bridge_count_lost(struct bridge *b);

/**
 * bridge_flush() - put what waits for the wire onto it
 *
 * @b->port is blocked afterwards if something is left.
 * #syscalls[switch] writev
 */
void bridge_flush(struct bridge *b);

#endif
