/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - what the user does: keys, and one of the two kinds of pointer.
 *
 * 1. To be called by a world that has the CPU. A guest that waits for an
 *    interrupt is woken by the controller's pin.
 * 2. The pointer goes by VMware's back door while the guest has a driver for
 *    that, and by the PS/2 mouse otherwise: never by both.
 */
#ifndef MACHINE_INPUT_H
#define MACHINE_INPUT_H

#include <stdbool.h>

struct pc;

/* pc_key() - the user presses a key, or lets it go. @number: as in keys.def
 * (Linux's). Return: false if the guest will not know (ps2_keyboard_key()). */
bool pc_key(struct pc *pc, unsigned int number, bool down);

/* pc_keyboard_idle() - may a key be typed? It has room, and the guest has
 * fetched what was typed before. */
bool pc_keyboard_idle(const struct pc *pc);

/* pc_keyboard_tick() - the alarm of the keyboard rang: a key repeats. */
void pc_keyboard_tick(struct pc *pc);

/**
 * pc_mouse() - the user moves a mouse, or one of its buttons
 * @dx, @dy: pixels to the right, and down
 * @dz: the wheel, steps toward the user (that is: down)
 * @buttons: all that are down now (PS2_MOUSE_LEFT, ...)
 */
void pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned int buttons);

/* pc_mouse_heard() - does the guest listen to a mouse at all? */
bool pc_mouse_heard(const struct pc *pc);

/**
 * pc_pointer() - the user points at something
 * @x, @y: 0 to 65535, from the left and from the upper end of the screen
 *
 * Return: false: this guest knows of movement only; call pc_mouse().
 */
bool pc_pointer(struct pc *pc, unsigned int x, unsigned int y, int dz,
		unsigned int buttons);

#endif
