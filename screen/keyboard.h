/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - what clients type, as keys of a keyboard, and where they point.
 *
 * A client of the screen tells characters (X keysyms); the guest has a keyboard
 * with keys, laid out as in the USA. A character that takes Shift there, and is
 * typed without it on the client's keyboard, gets it.
 *
 * 1. A key is held by those clients that hold it; who goes away lets go.
 * 2. What has no room on its way to hostel-app is lost, but for keys that are
 *    let go: these are told again.
 */
#ifndef SCREEN_KEYBOARD_H
#define SCREEN_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/client/message.h"

/* Of one client. */
struct keyboard {
	uint8_t held[SCREEN_KEYS / 8];	/* bits */
	bool shift_lent;	/* Shift is held for a character */
	uint8_t buttons;	/* as VNC has them */
};

struct keyboard_out {
	int app;		/* socket to hostel-app; -1: gone */
	uint64_t sent, lost;
	/* what could not be told yet: keys to let go */
	uint8_t let_go[SCREEN_KEYS / 8];
	bool owing;
};

/* keyboard_sym() - character @sym was pressed, or let go. */
void keyboard_sym(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		  bool down);

/* keyboard_type() - press a character, and let it go. @ctrl: with Ctrl. */
void keyboard_type(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		   bool ctrl);

/**
 * keyboard_point() - the pointer is there
 * @x, @y: pixels, of @width and @height
 * @buttons: as VNC has them: left, middle, right, wheel away, wheel near
 */
void keyboard_point(struct keyboard *k, struct keyboard_out *out,
		    unsigned int x, unsigned int y, unsigned int width,
		    unsigned int height, uint8_t buttons);

/* keyboard_gone() - its client is: all keys are let go. */
void keyboard_gone(struct keyboard *k, struct keyboard_out *out);

/* keyboard_pay() - tell what could not be told before. */
void keyboard_pay(struct keyboard_out *out);

#endif
