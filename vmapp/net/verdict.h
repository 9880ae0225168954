/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h - what limits a port, from two looks at it a short time apart.
 *
 * 1. A verdict follows from counters only. If they do not tell, it is
 *    VERDICT_UNKNOWN.
 * 2. Of several limits, the one nearest to the frames' receiver counts: if a
 *    ring is full because the receiver is slow, the verdict is the receiver.
 */
#ifndef VMAPP_NET_VERDICT_H
#define VMAPP_NET_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_WHO	80u	/* bytes of a port's name */
#define VERDICT_TEXT	1024u	/* bytes of a paragraph */

/* VERDICT_<id>, and its word for programs. */
#define VERDICT_LIST(X)							\
	X(LINK_DOWN,	"link-down")					\
	X(READER,	"receiver-slow")				\
	X(PEER,		"peer-slow")					\
	X(RATE,		"link-rate")					\
	X(LOSS,		"link-loss")					\
	X(NAT_WINDOW,	"nat-window")					\
	X(IDLE,		"idle")						\
	X(NAT_BUSY,	"nat-busy")					\
	X(RING,		"ring-full")					\
	X(GUEST_CPU,	"guest-cpu")					\
	X(GUEST_READS,	"guest-reads-slowly")				\
	X(DELAY,	"link-delay")					\
	X(UNKNOWN,	"unknown")

#define VERDICT_ENUM(id, word) VERDICT_##id,
enum verdict {
	VERDICT_LIST(VERDICT_ENUM)
	VERDICTS
};
#undef VERDICT_ENUM

/* One direction of a link that has conditions. */
struct look_link {
	uint64_t rate;		/* bits per second; 0: any */
	uint64_t delay_us;
	uint64_t in, lost, full, queued;	/* frames */
};

/* One look. */
struct look {
	double s;		/* when: seconds, CLOCK_MONOTONIC */
	char who[VERDICT_WHO];
	bool link;
	uint64_t in, in_bytes;	/* from its machine */
	uint64_t out, out_bytes;	/* to it */
	uint64_t unread;	/* frames lost as its machine does not read */
	uint64_t stalls, keeps;	/* of its ring: counters.def */
	uint64_t ring_out, ring_in;	/* frames that wait in the ring */
	struct look_link from, to;	/* its link */
	/* Of all others on its network: */
	uint64_t peers_unread;
	uint64_t peer_unread;	/* most of it: */
	char peer[VERDICT_WHO];
	double switch_cpu_s;
	bool nat, nat_state;	/* it has a NAT, which has told ... */
	double nat_cpu_s;
	uint64_t connections, unsent, shut_ms, kept_unread;
	bool machine;		/* its machine has told ... */
	double wall_s, idle_s;	/* ... that */
};

/**
 * verdict_of() - what limits the port?
 * @a, @b: one look at it, and a later one
 * @text: receives a paragraph for people, VERDICT_TEXT bytes
 */
enum verdict verdict_of(const struct look *a, const struct look *b, char *text);

/* verdict_word() - Return: the verdict's word for programs ("idle"). */
const char *verdict_word(enum verdict v);

#endif
