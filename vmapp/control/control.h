/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - who talks to a running machine: lines in, answers out.
 *
 * The keeper accepts connections, checks whose they are, and hands them to
 * hostel-app by a socket, the door. Here each is served: a request is a line,
 * and its answer is a line. verbs.c does what requests ask for.
 *
 * No client makes the guest wait:
 * 1. Nothing here blocks. One turn accepts one client, and takes from each
 *    client one read and one request. CONTROL_REST_NS of rest follow, which
 *    bounds how many host interrupts clients can cause.
 * 2. A client has CONTROL_LINE bytes for requests that are not answered yet,
 *    and one answer under way; it is read from again when it has taken the
 *    answer. A client is cut off if its requests do not fit, if it takes
 *    CONTROL_PATIENCE_NS to end a line or to take an answer, or if it sends
 *    something else than a JSON object.
 * 3. If another process has to do something first, the answer comes later: only
 *    this client waits.
 * 4. There are CONTROL_CLIENTS places. One client more takes the place of the
 *    one that has been silent longest.
 *
 * A descriptor may come with a request: a file that the client has opened,
 * since hostel-app can open none. Of several the last one counts.
 *
 * Clients are in a set of events of their own (control.outer). It is a source
 * of the machine's set, and the only one while the machine is paused.
 */
#ifndef VMAPP_CONTROL_CONTROL_H
#define VMAPP_CONTROL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmapp/events.h"

#define CONTROL_CLIENTS		8
#define CONTROL_LINE		4096u
#define CONTROL_ANSWER_MAX	(256u << 10)
#define CONTROL_REST_NS		4000000u
#define CONTROL_PATIENCE_NS	5000000000ull
/* How long an answer may be that comes later. */
#define CONTROL_LATER_NS	10000000000ull

struct control;

struct control_client {
	struct source source;	/* fd -1: nobody */
	struct control *control;
	char in[CONTROL_LINE];
	size_t in_len;
	bool ended;		/* it has no more to say */
	int given;		/* a descriptor that came with it; -1: none */
	char *out;		/* an answer under way, malloc()ed; or NULL */
	size_t out_len, out_done;
	int out_fd;		/* sent along with it; -1: none */
	uint64_t ticket;	/* its answer will come later; 0: no */
	uint64_t heard_ns;	/* host time: when what it does now began */
};

/* CONTROL_LATER - instead of an answer: it will be given by control_finish(),
 * with the ticket that the request has (control->ticket). */
extern char control_later[1];
#define CONTROL_LATER control_later

/**
 * control_answer - what a request is answered
 * @line, @len: it, without its newline; any bytes
 * @last: may be set: the client is cut off after this answer
 *
 * Return: one line with its newline, control's to free(); CONTROL_LATER; NULL:
 * none, the client is cut off.
 */
typedef char *control_answer(void *owner, const char *line, size_t len,
			     bool *last);

struct control {
	struct events outer;	/* @gate, and its timer is the rest */
	struct events inner;	/* @door and clients; its timer: who is late */
	struct source gate;	/* @inner */
	struct source door;	/* from the keeper; fd -1: none */
	struct source mine;	/* @outer, for who has this in a set of its
				 * own: see control_plug() */
	control_answer *answer;
	void *owner;
	struct control_client client[CONTROL_CLIENTS];
	int given;		/* of the request that is being answered */
	uint64_t requests, cut_off;	/* how many; clients */
	uint64_t ticket;	/* of the request that is being answered */
};

/* control_take() - from inside @c->answer: the descriptor that the client sent
 * with its request (SCM_RIGHTS), the caller's from now on; -1: none. What is
 * not taken is closed. */
int control_take(struct control *c);

/**
 * control_open() - begin to serve
 * @door: socket by which connected clients come (fdpass.h); stays the
 *	caller's; -1: none will
 *
 * Return: 0, or a negative errno; control_close() may be called then, too.
 */
int control_open(struct control *c, int door, control_answer *answer,
		 void *owner);
void control_close(struct control *c);

/* control_plug() - have @ev run control_turn() when there is something. */
void control_plug(struct control *c, struct events *ev);

/* control_turn() - @c->outer.fd can be read: a turn, or it has rested.
 * #syscalls[app] sendto close
 */
void control_turn(struct control *c);

/**
 * control_finish() - the answer to a request that was to have it later
 * @ticket: the request's; whoever asked may be gone
 * @line: as of a control_answer
 * @fd: a descriptor that goes with it, or -1; control's from here on
 */
void control_finish(struct control *c, uint64_t ticket, char *line, int fd);

/* control_more_time() - what that request asked for gets on: it is not late. */
void control_more_time(struct control *c, uint64_t ticket);

/* control_serve() - one turn, whether it has rested or not. */
void control_serve(struct control *c);

#endif
