/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - what the user does: keys, and a mouse or another pointer.
 *
 * 1. Only the world that has the CPU calls these. The controller's pin wakes a
 *    guest that waits for an interrupt.
 * 2. The pointer's events go to VMware's back door while the guest has a driver
 *    for it, and to the PS/2 mouse otherwise: never to both.
 */
#ifndef MACHINE_INPUT_H
#define MACHINE_INPUT_H

#include <stdbool.h>

struct pc;

/* pc_key() - the user presses or releases a key. @number: keys.def's, which
 * are Linux's. Return: false if the guest will not see it: no room, scanning is
 * off, or there is no such key. */
bool pc_key(struct pc *pc, unsigned int number, bool down);

/* pc_keyboard_idle() - has the guest fetched all that was typed, and is there
 * room for a key? */
bool pc_keyboard_idle(const struct pc *pc);

/* pc_keyboard_tick() - the keyboard's alarm rang: a key that is held down
 * repeats. */
void pc_keyboard_tick(struct pc *pc);

/**
 * pc_mouse() - the user moves the mouse or a button
 * @dx, @dy: pixels to the right, and down
 * @dz: the wheel, steps toward the user (that is: down)
 * @buttons: all that are down now (PS2_MOUSE_LEFT, ...)
 */
void pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned int buttons);

/* pc_mouse_heard() - does the guest listen to a mouse at all? */
bool pc_mouse_heard(const struct pc *pc);

/**
 * pc_pointer() - the user points at a place on the screen
 * @x, @y: 0 to 65535, from the left and from the upper edge
 * @dz, @buttons: as for pc_mouse()
 *
 * Return: false if the guest's driver takes movements only: call pc_mouse().
 */
bool pc_pointer(struct pc *pc, unsigned int x, unsigned int y, int dz,
		unsigned int buttons);

#endif
