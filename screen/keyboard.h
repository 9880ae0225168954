/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - what clients type, as keys of a keyboard, and where they point.
 *
 * A client of the screen tells characters (X keysyms); the guest has a keyboard
 * with keys, laid out as in the USA. A character that takes Shift there, and is
 * typed without it on the client's keyboard, gets it. One that takes none there
 * and is typed with it, as a German '/', has the guest's Shift up while its key
 * is down. Digits and arrows of the keypad become those beside it: the client
 * has a NumLock of its own.
 *
 * 1. A key is down while any client holds it; a client that goes away releases
 *    its keys, and its mouse buttons where it pointed last.
 * 2. If the socket to hostel-app is full, an event is lost. Releases of keys
 *    are not, nor those of the buttons of a client that goes: they are sent
 *    again later.
 */
#ifndef SCREEN_KEYBOARD_H
#define SCREEN_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/client/message.h"

/* Of one client. */
struct keyboard {
	uint8_t held[SCREEN_KEYS / 8];	/* bits: keys, as the guest knows */
	bool shift_lent;	/* Shift is held for a character */
	uint8_t lifted;		/* bits: Shifts that the client alone holds */
	uint8_t lifts;		/* and the key for which they are up */
	uint8_t buttons;	/* as VNC has them */
	uint32_t x, y;		/* where it pointed last, as messages have it */
};

struct keyboard_out {
	int app;		/* socket to hostel-app; -1: gone */
	uint64_t sent, lost;
	/* bits: keys whose release could not be sent yet */
	uint8_t let_go[SCREEN_KEYS / 8];
	/* a client went with a button down, and that could not be sent yet */
	bool owes_buttons;
	uint32_t x, y;		/* where its buttons are released */
	bool owing;		/* there are such keys, or buttons */
};

/* keyboard_sym() - a client pressed or released X keysym @sym. */
void keyboard_sym(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		  bool down);

/* keyboard_type() - press and release the key of X keysym @sym. @ctrl: with
 * Ctrl held. */
void keyboard_type(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		   bool ctrl);

/**
 * keyboard_point() - a client points at a place of the picture
 * @x, @y: pixels, of a picture of @width by @height
 * @buttons: as VNC has them: left, middle, right, wheel away, wheel near
 */
void keyboard_point(struct keyboard *k, struct keyboard_out *out,
		    unsigned int x, unsigned int y, unsigned int width,
		    unsigned int height, uint8_t buttons);

/* keyboard_gone() - the keyboard's client is gone: release all its keys and
 * buttons. */
void keyboard_gone(struct keyboard *k, struct keyboard_out *out);

/* keyboard_pay() - send the releases that could not be sent before. */
void keyboard_pay(struct keyboard_out *out);

#endif
