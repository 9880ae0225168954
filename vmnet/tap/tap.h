/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap.h - the switch's side of seeing frames: the last of each port, always,
 * and copies of all for who captures.
 *
 * 1. Each frame that a port counts is noted once at that port. On its way in:
 *    when the hub takes it, or when it is dropped before. On its way out: when
 *    the peer has it, or when it is dropped. A frame that the hub drops is
 *    noted on its way in, with the reason.
 * 2. Nothing here waits, or fails for the caller. A capture that does not keep
 *    up loses its own copies (tapring.h).
 * 3. The last TAP_LAST records of a port hold TAP_HEADERS bytes each: bounded
 *    memory, and a bounded time for each frame. Their stamps are those of the
 *    switch's round; a capture has the clock read for each frame.
 * 4. tap_flush() publishes records, so until then tap_fate() can still change
 *    that of the last frame.
 * 5. A port (struct tap_port) belongs to its owner, and is in struct tap from
 *    tap_port_open() to tap_port_close(). One that is all zero is in none, and
 *    notes nothing.
 */
#ifndef VMNET_TAP_H
#define VMNET_TAP_H

#include "vmnet/tap/tapring.h"

#define TAP_LAST	256u	/* records kept of each port */
#define TAP_HEADERS	96u	/* bytes of a frame in each */
#define TAP_CAPTURES	16u	/* at a time */
#define TAP_WHOSE_MAX	(VMNET_MACHINE_MAX + 8)

/* For tests and benches: "off": no last records are kept. */
#define TAP_LAST_VARIABLE "HOSTEL_VMNET_LAST"

struct tap_record {
	struct tap_mark mark;
	uint8_t data[TAP_HEADERS];
};
BUILD_ASSERT(sizeof(struct tap_record) == 128);

/* What a capture is of. All that are named have to be so. */
struct tap_want {
	uint32_t number;	/* of a port; 0: any */
	uint8_t mac[6];		/* of a port's card; all 0: any */
	bool last;		/* only what has been, not what comes */
	char network[VMNET_NAME_MAX];	/* as tap_port_join() has it; "":
					 * any */
	uint16_t snap;		/* bytes kept of each frame */
};

struct tap;

struct tap_port {
	struct tap *tap;		/* NULL: in none */
	struct tap_record *last;	/* TAP_LAST of them; NULL: none */
	uint32_t noted;			/* put there, ever */
	uint32_t enter;			/* of these: the last tap_enter()'s */
	uint32_t captures;		/* a bit for each that hears it */
	uint16_t index[TAP_CAPTURES];	/* of its description in each */
	bool joined;			/* it is on a network */
	uint32_t number;
	uint8_t mac[6];
	char network[VMNET_NAME_MAX];
	char whose[TAP_WHOSE_MAX];	/* "web:0", or what kind it is */
};

struct tap_capture {
	struct tap_ring *ring;		/* NULL: this one is free */
	int bell;
	struct tap_want want;
	uint32_t head, published;	/* records put, ever; and told */
	unsigned int ports;		/* descriptions */
	uint32_t unheard;		/* ports that found no place for one */
	bool entered;			/* the ring has the frame of the last
					 * tap_enter(), and ... */
	uint32_t enter;			/* ... there: as @head counts */
	struct {
		uint64_t seen, dropped, lost;
		uint64_t told;		/* of the lost: in some record */
	} count[TAP_TOLD];
};

struct tap {
	uint64_t now_ns;		/* of this round */
	uint32_t serial;		/* of the next record */
	bool keep_last;
	unsigned int captures;		/* how many there are */
	struct tap_port *port[TAP_PORTS];	/* NULL: none */
	struct tap_capture capture[TAP_CAPTURES];
};

/* ---- for the switch ---------------------------------------------------- */

/* tap_open() - @tap is all zero. TAP_LAST_VARIABLE says if last records are
 * kept. */
void tap_open(struct tap *tap);

/* tap_port_open() - @port is all zero, and stays where it is. Without memory,
 * or room, it notes less. */
void tap_port_open(struct tap *tap, struct tap_port *port, uint32_t number);
void tap_port_close(struct tap_port *port);

/* tap_port_join() - it is on a network now. @mac: of its card; NULL: none.
 * @whose: for people */
void tap_port_join(struct tap_port *port, const char *network,
		   const uint8_t *mac, const char *whose);

/* tap_port_leave() - it is on none any more: who captures that network hears it
 * no longer. */
void tap_port_leave(struct tap_port *port);

/**
 * tap_capture_open() - begin a capture
 * @fd: of the client's ring; the caller's
 * @bell: an eventfd, kept until tap_capture_close(); the caller's
 *
 * Return: its number; -EPROTO: @fd is no ring; -ENOENT: there is no such port;
 * -EBUSY: there are as many as there can be.
 */
int tap_capture_open(struct tap *tap, int fd, int bell,
		     const struct tap_want *want);
/* tap_capture_close() - all that was noted before can be seen, and its end. */
void tap_capture_close(struct tap *tap, int capture);

/* tap_flush() - who captures may see all that was noted, and is woken. */
void tap_flush(struct tap *tap);

/* ---- for ports and hubs ------------------------------------------------ */

/* tap_note() - see tap_frame() */
void tap_note(struct tap_port *port, enum tap_way way, unsigned int drop,
	      const void *frame, size_t len);

/* tap_hears() - does anybody listen at this port? */
static inline bool tap_hears(const struct tap_port *port)
{
	return port->last || port->captures;
}

/**
 * tap_frame() - a frame passes here, or is lost
 * @drop: 0, or 1 + enum drop
 * @frame, @len: in our own memory; NULL: @len frames that nobody saw
 */
static inline void tap_frame(struct tap_port *port, enum tap_way way,
			     unsigned int drop, const void *frame, size_t len)
{
	if (tap_hears(port))
		tap_note(port, way, drop, frame, len);
}

/* tap_enter() - a frame from the peer, which the hub is about to decide on;
 * @now_ns: the time */
static inline void tap_enter(struct tap_port *port, const void *frame,
			     size_t len, uint64_t now_ns)
{
	if (!tap_hears(port))
		return;
	port->tap->now_ns = now_ns;
	port->enter = port->noted;
	tap_note(port, TAP_FROM_PEER, 0, frame, len);
}

/* tap_fate() - the frame of the last tap_enter() is lost, as the hub decided.
 * @drop: as there */
void tap_fate(struct tap_port *port, unsigned int drop);

#endif
