/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vnc.h - libvncserver: the picture for those who watch, and what they type.
 *
 * Only the main thread is in the library. It has no socket of the host's: each
 * client is a socket pair whose other end the pump has (pump.h).
 */
#ifndef SCREEN_VNC_H
#define SCREEN_VNC_H

#include <poll.h>
#include <stdbool.h>

#include "screen/keyboard.h"
#include "screen/pump.h"
#include "screen/view.h"

struct _rfbScreenInfo;

struct vnc {
	struct _rfbScreenInfo *rfb;
	struct view *view;
	struct keyboard_out *keys;
	char *passwords[2];	/* as the library wants them; [0] NULL: none */
	char *first;		/* a dark picture, until there is another */
	char title[96];
	bool heard;		/* a client typed or pointed */
};

/**
 * vnc_open() - have a server with no clients
 * @v: zeroed; it stays in place
 * @password: kept; NULL: none is asked for
 * @name: of the machine, for the viewer's title
 *
 * Return: false: no memory.
 */
bool vnc_open(struct vnc *v, struct view *view, struct keyboard_out *keys,
	      char *password, const char *name);

/* vnc_add() - a client has come. @fd: the library's end of its socket pair; the
 * library's from now on. */
void vnc_add(struct vnc *v, int fd);

/* vnc_poll() - fill in @f with what to poll for, at most @room of them. Return:
 * how many. */
size_t vnc_poll(struct vnc *v, struct pollfd *f, size_t room);

/* vnc_wanted() - does a client wait for a picture? */
bool vnc_wanted(struct vnc *v);

/* vnc_turn() - take clients' messages, and send them what has changed. */
void vnc_turn(struct vnc *v);

/* vnc_told() - Return: the functions that view_look() is to call, so that
 * clients see changes. */
struct view_told vnc_told(struct vnc *v);

#endif
