/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h - what a machine's screen, keyboard and mouse are plugged into:
 * hostel-app's end of the socket to hostel-screen (screen/client/message.h).
 *
 * It knows no machine and no chip: it has a socket, a set of events, and
 * functions of its owner's.
 *
 * 1. Nothing here blocks, and nobody who types makes the guest wait: one turn
 *    takes SCREEN_TURN messages at most, and after it there is a rest.
 * 2. hostel-screen may be gone, or never have been: then there are no keys,
 *    and questions are answered at once, that it can not be done.
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

/* Whose it is, and what it is told. */
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
 * screen_open() - have one with nobody there
 * @back: zeroed; it stays in place
 * @events: the machine's set
 *
 * Return: 0, or a negative errno; screen_close() may be called then, too.
 */
int screen_open(struct screen_back *back, struct events *events,
		const struct screen_owner *owner);
void screen_close(struct screen_back *back);

/* screen_plug() - hostel-screen is there, at the other end of @fd; taken. */
void screen_plug(struct screen_back *back, int fd);

static inline bool screen_there(const struct screen_back *back)
{
	return back->source.fd >= 0;
}

/**
 * screen_ask() - for a picture, or the text of the screen
 * @kind: SCREEN_ASK_PICTURE or SCREEN_ASK_TEXT
 * @ticket: for the answer; not 0
 *
 * Return: 0: the owner will be told; or a negative errno: it will not.
 */
int screen_ask(struct screen_back *back, enum screen_kind kind,
	       uint64_t ticket);

/* screen_turn() - there is something, or it has rested. */
void screen_turn(struct screen_back *back);

#endif
