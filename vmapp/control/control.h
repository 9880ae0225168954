/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - who talks to a running machine: lines in, answers out.
 *
 * The keeper accepts connections, sees whose they are, and hands them to
 * hostel-app by a socket, the door. Here each is served: a line is a request,
 * and has one line as its answer. What they mean is in verbs.c.
 *
 * Nobody who talks to a machine makes its guest wait:
 * 1. Nothing here blocks. One turn takes one more client, and from each client
 *    one read and one request; after it there are CONTROL_REST_NS of rest,
 *    whatever comes meanwhile: so many host interrupts there may be, no more.
 * 2. A client has CONTROL_LINE bytes for what it asks and has no answer to
 *    yet, and one answer under way; it is read from only when it has taken
 *    that. Whoever has more to say than fits is cut off, and so is who takes
 *    CONTROL_PATIENCE_NS to end a line or to take an answer, and who sends
 *    what is no JSON object.
 * 3. What takes another process its time is answered later: the client waits,
 *    nobody else does.
 * 4. There are CONTROL_CLIENTS. One more takes the place of the one that has
 *    been silent longest.
 *
 * With a request may come one descriptor: a file that the client has opened, as
 * nobody here can. The last one counts.
 *
 * It waits in a set of events of its own (control.outer), which is a source of
 * the machine's, and the only one while that is paused.
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
