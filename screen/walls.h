/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walls.h - what hostel-screen may ask of the kernel once it shows.
 *
 * Clients of the screen say what they like to it, and so does the guest, by
 * what it draws; libvncserver, libpng and ncurses see all of it. So it holds
 * nothing but its sockets, video memory that it can not write, and, for a text
 * screen, the terminal.
 */
#ifndef SCREEN_WALLS_H
#define SCREEN_WALLS_H

#include "screen/client/display.h"

/* walls_prepare() - give up files, networks and capabilities; before there is
 * a second thread. Return: 0, or a negative errno. */
int walls_prepare(void);

/* walls_close() - the filter for that kind of display. Return: 0, or a
 * negative errno. */
int walls_close(enum display_kind kind);

#endif
