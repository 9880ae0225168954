/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h - hostel-screen: one machine's screen, for those who watch.
 *
 * Theory of operation
 *
 *	guest's video memory --(read only)--> view --> vnc --> pump --> viewers
 *	                                         \---> text --> this terminal
 *	hostel-app <-- keys, pointer -- keyboard <--- vnc, text
 *	hostel-app <-- pictures when it asks for one
 *
 * It is started by the keeper, so it outlives resets of the guest and clients
 * stay. It maps its part of the memory file before anybody has said a word to
 * it, and closes the file; then it closes its walls.
 *
 * 1. The picture is looked at only while somebody waits for one: at the pace
 *    of pace.h. With nobody it sleeps in one poll().
 * 2. It never makes the guest wait: it only reads, and what it has to tell is
 *    lost if there is no room; but for answers: while one is owed, no other
 *    question is taken.
 * 3. It ends when its keeper does.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "screen/client/display.h"
#include "screen/http.h"
#include "screen/keyboard.h"
#include "screen/pace.h"
#include "screen/pump.h"
#include "screen/text.h"
#include "screen/view.h"
#include "screen/vnc.h"

struct screen {
	struct display display;
	const char *name;	/* of the machine, or "" */
	struct view view;
	struct keyboard_out keys;
	struct pace pace;
	struct vnc vnc;
	struct pump pump;
	struct http_server web;
	struct page page;
	char password[9];	/* VNC's have eight characters at most */
	int news;		/* from the pump; -1: there is none */
	struct text text;
	bool ended;		/* the keeper is gone */
	bool owes;		/* hostel-app has had no room for an answer: */
	struct screen_message answer;
	int answer_fd;		/* what goes with it, or -1 */
};

/* screen_run() - show it, until the keeper ends. */
void screen_run(struct screen *s);

#endif
