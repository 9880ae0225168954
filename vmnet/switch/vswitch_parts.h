/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vswitch_parts.h - what the switch's own files share; nobody else's business.
 *
 * vswitch.c is the loop. It calls kinds of ports and of networks by their
 * tables only (port.h, hub.h); these call vswitch_net.c and messages.c.
 */
#ifndef VMNET_VSWITCH_PARTS_H
#define VMNET_VSWITCH_PARTS_H

#include <sys/epoll.h>

#include "vmnet/switch/vswitch.h"

/* Slots that no card gets: for who is to be told that VMNet is full, and for
 * what asks for the statistics. */
#define SLOTS_KEPT	8u
BUILD_ASSERT(FDB_PORTS - SLOTS_KEPT == 120);	/* as VMNET_FULL says */

/*
 * Who added a descriptor to the epoll set. The event's data holds that, and of
 * a port its slot and its number, but no address: a client may hold what it
 * gave us longer than its port lives.
 */
enum vswitch_source {
	SOURCE_LISTEN,
	SOURCE_LINKS,	/* links.h, or a helper that has opened a link */
	SOURCE_PORT,	/* a port's socket */
	SOURCE_BELL,	/* the bell of a port's rings */
	SOURCE_CONTROL_LISTEN,
	SOURCE_CONTROL,	/* a control connection */
};

/* ---- vswitch.c: what vswitch_run() is made of, for tests -------------- */

/* vswitch_open() - @sw: all zero. Return: 0 or -errno; vswitch_close() is to
 * follow in either case. #syscalls epoll_create1 epoll_ctl */
int vswitch_open(struct vswitch *sw, int listen, int keeper);
/* vswitch_round() - wait for up to @wait_most_ns; do what there is to do.
 * Return: false if all is over. */
bool vswitch_round(struct vswitch *sw, uint64_t wait_most_ns);
/* vswitch_control() - serve control connections, too, which come in at @listen;
 * before the first round. Return: 0 or -errno. #syscalls epoll_ctl */
int vswitch_control(struct vswitch *sw, const struct control_ops *control,
		    int listen);
/* vswitch_close() - put all out, and give all back but @sw itself. */
void vswitch_close(struct vswitch *sw);

/* ---- vswitch_net.c ----------------------------------------------------- */

/* vswitch_watch() - wait for @mask at the port; @op: EPOLL_CTL_ADD or MOD
 * #syscalls[switch] epoll_ctl */
void vswitch_watch(struct vswitch *sw, int op, struct port *port,
		   uint32_t mask);

/* vswitch_watch_bell() - wait for the bell of the port's rings, too: for each
 * time that it is rung. It is never read: who rings it could make that wait.
 * #syscalls[switch] epoll_ctl */
void vswitch_watch_bell(struct vswitch *sw, struct port *port);

/* vswitch_unwatch() - wait for nothing of a port any more, before its
 * descriptors are closed: the kernel forgets a descriptor only when the last
 * one who has the file closes it. #syscalls[switch] epoll_ctl */
void vswitch_unwatch(struct vswitch *sw, const struct port *port);

/* vswitch_watch_control() - control_ops.ready() is to be told of what comes
 * at @fd, a control connection's, as of @number.
 * #syscalls[switch] epoll_ctl */
void vswitch_watch_control(struct vswitch *sw, int fd, uint32_t number);

/* vswitch_unwatch_fd() - wait for nothing of a descriptor any more.
 * #syscalls[switch] epoll_ctl */
void vswitch_unwatch_fd(struct vswitch *sw, int fd);

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
 * #syscalls[switch] setsockopt
 */
struct port *vswitch_add_port(struct vswitch *sw, int fd,
			      const struct port_ops *ops);

/* vswitch_free_slots() - how many ports more there could be. */
unsigned int vswitch_free_slots(const struct vswitch *sw);

/**
 * vswitch_get_hub() - find a network, or make it
 * @iface: of a bridged network; else ""
 *
 * Return: NULL if there is no room.
 * #syscalls[switch] getrandom
 */
struct hub *vswitch_get_hub(struct vswitch *sw, unsigned int network,
			    const char *iface);

/* vswitch_address() - an address for a card that comes (addresses.h); what is
 * new is written down. Return: its last byte; 0: all are in use. */
uint16_t vswitch_address(struct vswitch *sw, const struct address_range *range,
			 const uint8_t mac[6]);

/**
 * vswitch_named_hub() - the network that a hello names; it is made if it is not
 * there
 * @number: as decode_hello() has it
 * @status: why it may not be, if it is NULL
 */
struct hub *vswitch_named_hub(struct vswitch *sw,
			      const struct vmnet_hello *hello,
			      unsigned int number, enum vmnet_status *status);

/* vswitch_watch_links() - hear of changes of the host's interfaces, from now
 * on: sw->links_changed. Return: do we? */
bool vswitch_watch_links(struct vswitch *sw);

/* vswitch_answer() - reply to a port's hello; with its link.
 * #syscalls[switch] sendto */
void vswitch_answer(struct port *port, enum vmnet_status status);

/* vswitch_refuse() - reply to a port's hello that it may not join, and why;
 * count it. The connection ends when that is sent. */
void vswitch_refuse(struct vswitch *sw, struct port *port,
		    enum vmnet_status status);

/* vswitch_timed() - a client's time line begins, or anew: one frame in @every;
 * 0: it ends. Return: 0 or -ENOMEM. */
int vswitch_timed(struct vswitch *sw, struct port *port, uint32_t every);

/* ---- messages.c -------------------------------------------------------- */

/* messages_ready() - port_ops.ready() of who speaks by messages.
 * #syscalls[switch] recvmmsg */
void messages_ready(struct vswitch *sw, struct port *port, uint32_t events);

/* ---- client_port.c ----------------------------------------------------- */

extern const struct port_ops client_port;

/* rings_look() - what is in the rings of a port that has joined: as much as one
 * may have at a time. */
void rings_look(struct vswitch *sw, struct port *port);

/* client_accept() - somebody has connected. #syscalls[switch] accept4 close */
void client_accept(struct vswitch *sw);

#endif
