/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h - what a machine's screen, keyboard and mouse are plugged into:
 * hostel-app's end of the socket to hostel-screen (screen/client/message.h).
 *
 * It knows no machine and no chip: it has a socket, a set of events, and
 * functions of its owner's.
 *
 * 1. Nothing here blocks, and fast typing does not hold up the guest: one turn
 *    takes at most SCREEN_TURN messages, and SCREEN_REST_NS of rest follow.
 * 2. hostel-screen may be gone, or never have been there: then there are no
 *    keys, and questions are refused at once.
 */
#ifndef VMAPP_BACK_SCREEN_H
#define VMAPP_BACK_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/client/message.h"
#include "vmapp/events.h"

#define SCREEN_TURN	32
#define SCREEN_REST_NS	4000000u
#define SCREEN_QUESTIONS 8u

/* The owner, and the functions that are called for it. */
struct screen_owner {
	void *self;
	void (*key)(void *self, unsigned int code, bool down);
	/* @x, @y: 0 to SCREEN_POINTER_MOST */
	void (*pointer)(void *self, unsigned int x, unsigned int y, int wheel,
			unsigned int buttons);
	/* @ticket: as screen_ask() had it; @error: 0, or a negative errno;
	 * @fd: what it asked for, the owner's from here on, or -1 */
	void (*answer)(void *self, uint64_t ticket, int error, int fd);
};

struct screen_back {
	struct events events;	/* @source, and its timer is the rest */
	struct source source;	/* the socket; fd -1: nobody is there */
	struct source mine;	/* @events, in the machine's set */
	struct screen_owner owner;
	uint64_t question[SCREEN_QUESTIONS];	/* tickets; 0: none */
	uint64_t keys, pointers, broken;	/* messages, for the report */
};

/**
 * screen_open() - begin, with no hostel-screen connected
 * @back: zeroed; it stays in place
 * @events: the machine's set; kept, not owned
 * @owner: copied
 *
 * Return: 0, or a negative errno; screen_close() may be called then, too.
 */
int screen_open(struct screen_back *back, struct events *events,
		const struct screen_owner *owner);
void screen_close(struct screen_back *back);

/* screen_plug() - hostel-screen is at the other end of socket @fd, which is
 * @back's from now on. */
void screen_plug(struct screen_back *back, int fd);

/* screen_there() - is hostel-screen connected? */
static inline bool screen_there(const struct screen_back *back)
{
	return back->source.fd >= 0;
}

/**
 * screen_ask() - ask for a picture, or the text of the screen
 * @kind: SCREEN_ASK_PICTURE or SCREEN_ASK_TEXT
 * @ticket: for the answer; not 0
 *
 * Return: 0: owner.answer() will be called; or a negative errno: it will not.
 */
int screen_ask(struct screen_back *back, enum screen_kind kind,
	       uint64_t ticket);

/* screen_turn() - take messages that have come; called when @events is
 * readable: a message is there, or the rest is over. */
void screen_turn(struct screen_back *back);

#endif
