/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - a card's plug into VMNet: what VMApp sees of the wire.
 *
 * One struct vmnet_client is one port of one network. It starts the daemon
 * if none runs, and plugs itself in again if the daemon dies.
 *
 * 1. Nothing here blocks but vmnet_client_open() and vmnet_stats_*(), and
 *    these for VMNET_OPEN_MS at most.
 * 2. vmnet_client_fd() is one descriptor from open to close, across
 *    reconnections: poll it for reading. When it is readable, call
 *    vmnet_client_recv() until it says -EAGAIN. The timer of reconnections
 *    is inside; no other timer is needed.
 * 3. The link is up only between the daemon's "link up" and its loss.
 * 4. Every frame that passes here is counted, sent, received or dropped.
 * 5. One change is asked for at a time (vmnet_client_move(),
 *    vmnet_client_forward()), and is answered in vmnet_client_recv() or
 *    vmnet_client_news(), which then say that something has changed. A change
 *    that was refused, or cut off, has not been made.
 * 6. With rings (vmnet_client_open_rings()) frames make no system call, and
 *    the rings outlive the connection. Another process may move
 *    frames through them instead, while this one does not run.
 */
#ifndef VMNET_CLIENT_H
#define VMNET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/framering.h"
#include "vmnet/client/dial.h"
#include "vmnet/proto/proto.h"

#define VMNET_OPEN_MS	5000
/* A card that was moved has no link for so long: a guest that looks at it only
 * now and then (Linux's driver of the Lance: every two to three seconds) is to
 * see it go, and asks for an address of the new network when it comes. */
#define VMNET_MOVED_MS	4000

enum vmnet_client_state {
	VMNET_CLIENT_DOWN,	/* no connection; a timer runs */
	VMNET_CLIENT_JOINING,	/* hello is sent, no reply yet */
	VMNET_CLIENT_UP,	/* plugged in */
};

struct vmnet_client_stats {
#define CLIENT_COUNTER(field, word) uint64_t field;
#define CLIENT_DROP(field, word) uint64_t field;
#include "vmnet/client/counters.def"
};

struct vmnet_client {
	int poll_fd;		/* the stable descriptor (an epoll set) */
	int sock;		/* -1 while down */
	int timer;		/* of the next attempt */
	int (*dial)(void *arg);	/* makes a connection, as vmnet_dial() does */
	void *dial_arg;
	struct vmnet_dial own;	/* the one that it has at first */
	enum vmnet_client_state state;
	bool link;		/* @up, and not @moved */
	bool up;		/* as the daemon says */
	bool moved;		/* is being moved, or was just now */
	uint64_t moved_ms;	/* until then; 0: it has no answer yet */
	struct vmnet_ask ask;	/* without an answer yet, if ... */
	bool asking;		/* ... this */
	bool answered;		/* vmnet_client_answer() has one */
	enum vmnet_status answer;
	uint32_t asks;		/* how many there were: their numbers */
	struct vmnet_hello wish;	/* what it wants of a NAT, when it is
					 * on that network */
	bool joined_once;
	bool refused;		/* the daemon said no: do not ask again */
	bool forged;		/* it loses frames as their sender's address
				 * is not the card's; from then on true */
	bool want_write;
	bool promiscuous, told;	/* what is wanted, and what the daemon knows */
	struct ring_pair *rings;	/* or NULL: frames by the socket */
	int ring_fds[3];	/* RING_FD_*; with rings */
	bool bell_apart;	/* the client's bell is not in poll_fd */
	unsigned int attempts;	/* since the connection was lost */
	uint32_t port;		/* number in the daemon's statistics */
	enum net_kind kind;	/* of the network that it is on, or was last */
	struct vmnet_hello hello;	/* of the network that it is on */
	struct vmnet_forward lost[VMNET_FORWARDS]; /* vmnet_client_lost() */
	char why[256];		/* what went wrong last, for the user */
	struct vmnet_client_stats stats;
	struct stamper stamper;		/* with rings */
};

/**
 * vmnet_client_open() - plug into a network, starting VMNet on demand
 * @c: to be filled in; need not be initialised
 * @network: "nat", "hostonly", "vmnetN" or "bridged=INTERFACE"
 * @mac: the card's address
 *
 * Waits until the network works, at most VMNET_OPEN_MS. The daemon is
 * "vmnetd" beside this program's own file, or $HOSTEL_VMNETD. Its socket is
 * in $XDG_RUNTIME_DIR/hostel or /tmp/hostel-UID, or $HOSTEL_VMNET_DIR.
 *
 * Return: 0 (the link may still be down), or -errno with a sentence in
 * @c->why; nothing is left open then. -EINVAL means that the request itself
 * is refused (no such network).
 * #syscalls poll epoll_create1 timerfd_create
 */
int vmnet_client_open(struct vmnet_client *c, const char *network,
		      const uint8_t mac[6]);

/* What a card wants of its NAT. */
struct vmnet_wishes {
	bool host_loopback;	/* 10.0.2.2 is the host's 127.0.0.1 */
	unsigned int forwards;
	struct vmnet_forward forward[VMNET_FORWARDS];
	uint64_t folder;	/* a random number, of the folder that the
				 * guest may read by TFTP; 0: none */
	int folder_fd;		/* that folder; the caller's */
	char bootfile[VMNET_BOOTFILE_MAX];	/* in there: what DHCP tells
						 * the guest to boot; or "" */
};

/* What a card wants of its plug. */
struct vmnet_plug {
	const char *network;
	const uint8_t *mac;	/* 6 bytes: the card's address */
	bool any_mac;		/* it may send from other addresses, too */
	bool rings;		/* frames by shared memory, and ... */
	bool bell_apart;	/* ... vmnet_client_fd() does not tell of them:
				 * that does vmnet_client_bell() */
	const char *machine;	/* whose card it is, for people: its name ... */
	pid_t machine_pid;	/* ... and its hostel; 0: no machine's */
	unsigned int nic;	/* the card's number in it */
	/* the conditions of its link, from the card and to it; NULL: none */
	const struct vmnet_conditions *in, *out;
	const struct vmnet_wishes *wishes;	/* other networks than the
				 * NAT's refuse any; NULL: none */
	bool wishes_wait;	/* no: they wait until it is moved there */
	/* who connects, as of vmnet_client_dial_by(); NULL: it does itself */
	int (*dial)(void *arg);
	void *dial_arg;
};

/* vmnet_client_plug() - vmnet_client_open(), with all that can be asked for.
 * @plug: not kept. Return: as there; -EINVAL also for wishes that the network
 * refuses. */
int vmnet_client_plug(struct vmnet_client *c, const struct vmnet_plug *plug);

/**
 * vmnet_client_open_rings() - as vmnet_client_open(), for frames by shared
 * memory
 * @c, @network, @mac: as there
 * @bell_apart: vmnet_client_fd() does not tell of frames; who wants to know
 *              waits for vmnet_client_bell() itself
 *
 * Return: as there.
 */
int vmnet_client_open_rings(struct vmnet_client *c, const char *network,
			    const uint8_t mac[6], bool bell_apart);

/* vmnet_client_bell() - readable when VMNet wants a look at the rings; -1:
 * there are none. */
static inline int vmnet_client_bell(const struct vmnet_client *c)
{
	return c->rings ? c->ring_fds[RING_FD_CLIENT_BELL] : -1;
}

/* vmnet_client_news() - with rings: what is not a frame. Return: true if the
 * link changed, or there is an answer. #syscalls[app] recvfrom */
bool vmnet_client_news(struct vmnet_client *c);

/* vmnet_client_noticed() - has VMNet set a bit in the shared vector? No
 * system call. */
static inline bool vmnet_client_noticed(const struct vmnet_client *c)
{
	return c->rings &&
	       atomic_load_explicit(&c->rings->notice, memory_order_acquire);
}

/* vmnet_client_hush() - clear that vector and the bell, then look. */
void vmnet_client_hush(struct vmnet_client *c);

/* vmnet_client_flush() - after some vmnet_client_send(): wake VMNet, if it
 * sleeps. Nothing to do without rings. */
void vmnet_client_flush(struct vmnet_client *c);

/**
 * vmnet_client_dial_by() - have somebody else connect from now on
 * @dial: as vmnet_dial(), but for its argument and its sentence
 * @arg: its argument
 */
void vmnet_client_dial_by(struct vmnet_client *c, int (*dial)(void *arg),
			  void *arg);

/**
 * vmnet_client_move() - onto another network, as it is plugged in
 * @network: as of vmnet_client_open()
 *
 * What the card wants of a NAT goes with it. It has no link from now on until
 * VMNET_MOVED_MS after it was moved; if it is refused, it has it again.
 *
 * Return: VMNET_OK: it will be answered; or why it was not asked.
 * #syscalls[app] sendto
 */
enum vmnet_status vmnet_client_move(struct vmnet_client *c,
				    const char *network);

/**
 * vmnet_client_forward() - one more port of the host leads to it, or one less
 * @what: VMNET_ASK_FORWARD or VMNET_ASK_UNFORWARD
 *
 * Return: as vmnet_client_move(). #syscalls[app] sendto
 */
enum vmnet_status vmnet_client_forward(struct vmnet_client *c,
				       const struct vmnet_forward *f,
				       enum vmnet_ask_what what);

/* vmnet_client_lost() - Return: is there a port of this host that could not be
 * opened, and is no longer forwarded? Each is told once; then @f is set. */
bool vmnet_client_lost(struct vmnet_client *c, struct vmnet_forward *f);

/* vmnet_client_answer() - of what was asked. Return: is there one? Only once;
 * then @status is set. */
bool vmnet_client_answer(struct vmnet_client *c, enum vmnet_status *status);

/* vmnet_client_close() - unplug; the daemon ends by itself if it is idle. */
void vmnet_client_close(struct vmnet_client *c);

/* vmnet_client_fd() - poll this for reading; it never changes. */
static inline int vmnet_client_fd(const struct vmnet_client *c)
{
	return c->poll_fd;
}

/* vmnet_client_link() - may frames pass now? */
static inline bool vmnet_client_link(const struct vmnet_client *c)
{
	return c->link;
}

/**
 * vmnet_client_send() - put one frame on the wire
 * @frame, @len: VMNET_FRAME_MIN to VMNET_FRAME_MAX bytes, without FCS
 *
 * Return: 0 if it is sent; -EAGAIN if the socket is full (the frame is still
 * the caller's; see vmnet_client_want_write()); -EPIPE if the link is down
 * (the frame is lost and counted); -EMSGSIZE for a wrong size.
 * #syscalls[app] sendto
 */
int vmnet_client_send(struct vmnet_client *c, const void *frame, size_t len);

/**
 * vmnet_client_want_write() - make the descriptor readable when there is room
 * @on: after a send said -EAGAIN; off again as soon as a send succeeds
 *
 * #syscalls[app] epoll_ctl
 */
void vmnet_client_want_write(struct vmnet_client *c, bool on);

/**
 * vmnet_client_promiscuous() - ask for what is on the wire for others, or not
 *
 * On a bridged network, unicasts from the wire for no machine here; on others
 * nothing comes of it. Costs nothing while @on does not change.
 * #syscalls[app] sendto
 */
void vmnet_client_promiscuous(struct vmnet_client *c, bool on);

/**
 * vmnet_client_recv() - take one frame or one change of the link
 * @buf, @size: room, at least VMNET_FRAME_MAX bytes
 *
 * Also does the reconnecting when its time has come.
 *
 * Return: the frame's length; 0 if the link changed (ask
 * vmnet_client_link()), or there is an answer; -EAGAIN if there is nothing now.
 * #syscalls[app] recvfrom read timerfd_settime close
 */
ssize_t vmnet_client_recv(struct vmnet_client *c, void *buf, size_t size);

/**
 * vmnet_stats_on() - ask the daemon at the other end of a fresh connection
 * @sock: vmnet_dial()'s, closed here; or its -errno, which is returned
 * @buf, @size: as vmnet_stats_query()
 */
ssize_t vmnet_stats_on(int sock, char *buf, size_t size);

/**
 * vmnet_stats_query() - ask a running daemon for its counters
 * @buf, @size: room for JSON text ended by NUL; VMNET_STATS_MAX is enough
 *
 * Starts no daemon. Return: length of the text, or -errno (-ENOENT or
 * -ECONNREFUSED: none runs).
 */
ssize_t vmnet_stats_query(char *buf, size_t size);

#endif
