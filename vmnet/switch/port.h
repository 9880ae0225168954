/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - one plug of the switch: a connection, its queue and its counters.
 *
 * 1. Nothing here blocks. What the peer does not read waits in a queue of
 *    PORT_QUEUE frames behind the socket's own buffer; only what does not
 *    fit there is dropped.
 * 2. offered = out + queued + drops of the way out, always (port_check()).
 *    received = in + drops of the way in.
 * 3. An event never waits behind frames and is never lost: only the newest
 *    state of the link counts.
 * 4. A client with rings gives and gets its frames there; the socket carries
 *    events, and its end is the port's end. A frame goes into the ring at once,
 *    past the queue, unless something waits that must come before it; the
 *    client is told at the next flush.
 * 5. A port with fd -1 works like any other but is never flushed: tests hold
 *    such ports.
 * 6. A port has its turn in each round. While most of what it sends is lost,
 *    its turns get shorter, down to TURN_LEAST frames (port_turn_end()): so who
 *    floods, or writes nonsense, costs the others next to nothing.
 */
#ifndef VMNET_PORT_H
#define VMNET_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/framering.h"
#include "vmnet/proto/proto.h"
#include "vmnet/tap/tap.h"
#include "vmnet/tap/timeline.h"

#define PORT_QUEUE	256u
#define PORT_BATCH	32u	/* messages of a port, before others' turn */
#define RING_BATCH	128u	/* frames of a ring */
#define TURN_LEAST	4u	/* of who sends what nobody gets: port.h, 6 */

#define DROP(name, where, text) DROP_##name,
enum drop {
#include "vmnet/proto/drops.def"
	DROP_COUNT
};
#undef DROP

/* The word for each reason in reports. */
extern const char *const drop_names[DROP_COUNT];

enum port_state {
	PORT_HELLO,	/* connected, said nothing yet */
	PORT_JOINED,	/* on a network */
	PORT_LEAVING,	/* to be freed when this round is over */
};

struct hub;
struct port;
struct port_conditions;
struct vmnet_event;
struct vswitch;

/*
 * What a kind of port does in its own way. A kind has a file of its own, which
 * has its table; who makes a port says which, and nobody asks afterwards.
 */
struct port_ops {
	const char *kind;	/* its word in the statistics */
	int socket_buffer;	/* bytes that the kernel may hold for it */

	/* ready() - its socket is; @events: as epoll_wait() tells them */
	void (*ready)(struct vswitch *sw, struct port *port, uint32_t events);

	/* look() - in each round: take what came without waking the switch */
	void (*look)(struct vswitch *sw, struct port *port);

	/* must_wait() - does more wait for its way out of the network than is
	 * good? Then what it sends waits with it, and nothing is lost. */
	bool (*must_wait)(const struct port *port);

	/* event() - its peer says something that is no frame. Return: is it
	 * what such a peer may say? */
	bool (*event)(struct vswitch *sw, struct port *port,
		      const struct vmnet_event *event);

	/* ask() - its peer asks for a change (struct vmnet_ask), or a NAT says
	 * that it could not open a port (struct vmnet_forward): @msg, @len, as
	 * it came. Return: may such a peer ask? */
	bool (*ask)(struct vswitch *sw, struct port *port, const void *msg,
		    size_t len);

	/* flush() - give the peer what waits for it. Return: 0; or -errno: the
	 * connection is broken. */
	int (*flush)(struct port *port);

	/* input() - for hub_input(): bring a frame of its peer's to where it
	 * belongs; hub_from_station(), or what the kind has instead */
	void (*input)(struct hub *hub, struct port *from, const uint8_t *frame,
		      size_t len, uint64_t now_ns);

	/* Addresses that nobody knows are behind it, if anywhere: a frame for
	 * one is no flood to this port. */
	bool unknown_here;

	/* hears() - is a frame that @from sends to all meant for it, too? */
	bool (*hears)(const struct port *port, const struct port *from);

	/* tell_link() - its network works from now on, or not */
	void (*tell_link)(struct port *port, bool up);

	/* gone() - it is about to be freed; its network is still there */
	void (*gone)(struct vswitch *sw, struct port *port);
};

/* @before is always 0: to a packet socket, that nothing is left to do with
 * the frame behind it (struct virtio_net_hdr; vmnet/bridge/bridge_io.c). */
#define PORT_BEFORE 10u

struct port_frame {
	uint16_t len;
	uint8_t before[PORT_BEFORE];
	uint8_t data[VMNET_FRAME_MAX];
	struct frame_times times;
};

struct port {
	unsigned int slot;	/* index in the switch, below FDB_PORTS */
	uint32_t number;	/* never used twice; for reports */
	const struct port_ops *ops;
	enum port_state state;
	int fd;
	uint8_t mac[6];		/* as its hello says */
	bool station;		/* it has said hello: hub.h, 5 */
	struct vmnet_owner owner;	/* as its hello says, too */
	bool any_mac;		/* and may send from other addresses, too */
	bool forged, forged_pending;	/* it did so without that; the peer
					 * does not know yet */
	void *own;		/* what its network keeps for it; or NULL */
	pid_t pid;		/* the process at its other end; 0: a client */
	bool promiscuous;	/* wants what is on the wire for others, too */
	bool unanswered;	/* its hello waits for a bridge to open */
	uint32_t asked;		/* number of what its peer asks for and has no
				 * answer to yet; 0: nothing */
	struct port_move *move;	/* that is to be moved; or NULL */
	struct hub *hub;	/* NULL unless joined */
	uint8_t kind;		/* enum net_kind of that */
	uint64_t came;		/* there: vswitch->changes at that time */
	unsigned int conditioned;	/* directions whose link has conditions,
					 * or had them and is not empty yet */
	struct port_conditions *conditions;	/* NULL: it never had any */
	uint64_t deadline_ns;	/* PORT_HELLO: until when */

	bool link;		/* what the peer is to know */
	bool event_pending;	/* ... and does not know yet */
	bool answer_pending;	/* the answer to what it asked for: */
	uint8_t answer;		/* enum vmnet_status; and ... */
	uint32_t answer_number;	/* ... what that was */
	bool blocked;		/* the socket is full: wait for EPOLLOUT */
	bool kept;		/* must_wait() kept something in this round */
	bool busy;		/* it is looked at soon in any case: no word of
				 * what comes in is wanted */
	uint32_t watched;	/* what the switch waits for: EPOLLIN, ... */
	unsigned int head, queued;
	struct port_frame *queue;
	unsigned int untold;	/* frames in the ring since it was told */
	struct ring_pair *rings;	/* or NULL: frames by the socket */
	int switch_bell, client_bell;	/* with rings; else -1 */
	unsigned int turn;	/* frames that may be taken in a turn */
	unsigned int vain;	/* of this turn: what nobody gets */
	uint64_t flood_ns;	/* when what it has flooded would be through,
				 * if that went evenly (hub.h, 7) */
	unsigned int counted;		/* frames from it since ... */
	uint64_t counted_ns, busy_ns;	/* ... and when it last was busy */
	uint64_t bell_ns;	/* its bell is rung then, if it has not looked
				 * (port.c); 0: no bell waits */

	struct tap_port tap;		/* who sees its frames */
	struct timelines *times;	/* the switch's; NULL: it has none */
	struct port *timed;		/* a NAT's: the port whose line its
					 * frames are on; else NULL */

	/* counters */
#define PORT_COUNTER(field, word) uint64_t field;
#include "vmnet/switch/counters.def"
	uint64_t drops[DROP_COUNT];
};

/**
 * port_new() - a port for a connection
 * @fd: its socket, non-blocking; owned by the port from now on; or -1
 *
 * Return: the port, or NULL if there is no memory (@fd is still the caller's).
 */
struct port *port_new(int fd, const struct port_ops *ops, unsigned int slot,
		      uint32_t number);

/* port_is_bell() - is it an eventfd, as a client brings one to be woken by? It
 * does not wait from now on. #syscalls[switch] fcntl fstat write */
bool port_is_bell(int fd);

/**
 * port_use_rings() - its frames go by rings from now on
 * @fds: RING_FDS descriptors, as they came with the hello; taken over
 *
 * Return: false if they are no rings; @fds are still the caller's.
 * #syscalls[switch] close
 */
bool port_use_rings(struct port *port, const int *fds);

/**
 * port_take() - take one frame out of the ring
 * @buf: RING_FRAME_MAX bytes
 * @len: its length, if port_accept() took it; 0: it is lost, and counted
 *
 * Who fills the ring with what is no frame gets no more of our time than who
 * sends good ones: each is one turn.
 *
 * Return: false if there was none.
 */
bool port_take(struct port *port, uint8_t *buf, size_t *len);

/* port_take_end() - after port_take(): wake a client that waits for room. */
void port_take_end(struct port *port);

/* port_turn_end() - @taken frames were taken in this turn: how long is the next
 * one? */
void port_turn_end(struct port *port, unsigned int taken);

/* port_free() - close the connection; the port is on no hub any more. */
void port_free(struct port *port);

/* port_drop() - count a frame that is lost here, and show it to who captures.
 * @frame, @len: its bytes, in our own memory */
void port_drop(struct port *port, enum drop why, const void *frame, size_t len);

/* port_drop_unseen() - count @n lost frames whose bytes nobody has. */
void port_drop_unseen(struct port *port, enum drop why, uint64_t n);

/**
 * port_accept() - may this message go to the hub? Count it.
 * @msg: its bytes, in our own memory: VMNET_FRAME_MAX of them, or all
 * @len: its true length
 *
 * Return: true if it is a frame; if not it is counted as dropped.
 */
bool port_accept(struct port *port, const void *msg, size_t len);

/**
 * port_offer() - put one frame into the peer's ring, or queue it; by way of the
 * conditions of its link
 * @frame, @len: a frame that port_accept() took; copied
 *
 * Return: false if the queue was full and the frame is dropped.
 */
bool port_offer(struct port *port, const uint8_t *frame, size_t len);

/* port_deliver() - port_offer() past the conditions of the port's link: for a
 * frame that has been through them, or if there are none. */
bool port_deliver(struct port *port, const uint8_t *frame, size_t len);

/* port_set_link() - tell the peer, at the next flush, that the link is @up. */
void port_set_link(struct port *port, bool up);

/* port_forged() - tell the peer, once, that it sent from another's address. */
void port_forged(struct port *port);

/* port_answer() - tell the peer what became of what it asks for. */
void port_answer(struct port *port, enum vmnet_status status);

/**
 * port_flush() - give the peer what waits for it, as far as it takes it
 *
 * Sets @port->blocked if something is left. Return: 0, or -errno if the
 * connection is broken.
 * #syscalls[switch] sendto
 */
int port_flush(struct port *port);

/* port_waiting() - the @i-th frame of the queue. */
struct iovec port_waiting(const struct port *port, unsigned int i);

/* port_sent() - the first @n of the queue are out. */
void port_sent(struct port *port, unsigned int n);

/* port_lose() - the first of the queue is lost. */
void port_lose(struct port *port, enum drop why);

/**
 * port_is_busy() - does so much come in that it is better looked at now and
 * then than waited for?
 * @frames: that were found just now
 */
bool port_is_busy(struct port *port, unsigned int frames, uint64_t now_ns);

/* port_leave() - it is to be freed at the end of this round. */
static inline void port_leave(struct port *port)
{
	port->state = PORT_LEAVING;
}

/* port_has_work() - is there something to flush? */
static inline bool port_has_work(const struct port *port)
{
	return port->queued > 0 || port->untold > 0 || port->bell_ns ||
	       port->event_pending || port->forged_pending ||
	       port->answer_pending;
}

/* port_crowded() - would a flush make room, or have the peer make it? */
static inline bool port_crowded(const struct port *port)
{
	return !port->blocked && port->queued + port->untold >= PORT_QUEUE / 2;
}

/* port_timed() - has it a time line? */
static inline bool port_timed(const struct port *port)
{
	return port->times && port->times->of[port->slot];
}

/* port_drop_queue() - the peer is gone: count what waited as lost. */
void port_drop_queue(struct port *port);

/* port_check() - does invariant 2 hold? */
bool port_check(const struct port *port);

/* ---- for kinds that have nothing to say to it -------------------------- */

/* Ways of struct port_ops. port_never_looks(): nothing comes without waking the
 * switch. port_never_waits(): never more than is good. port_no_event(): no
 * event is one that it may say. port_no_ask(): it may ask for no change.
 * port_hears_all(): what anybody sends to all is for it, too.
 * port_keeps_link(): it is not told of the network's. */
void port_never_looks(struct vswitch *sw, struct port *port);
bool port_never_waits(const struct port *port);
bool port_no_event(struct vswitch *sw, struct port *port,
		   const struct vmnet_event *event);
bool port_no_ask(struct vswitch *sw, struct port *port, const void *msg,
		 size_t len);
bool port_hears_all(const struct port *port, const struct port *from);
void port_keeps_link(struct port *port, bool up);

#endif
