/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walls.h - what hostel-screen may ask of the kernel once it shows.
 *
 * Clients may send anything, and a guest may draw anything; libvncserver,
 * libpng and ncurses work on it. So this process holds nothing but its sockets,
 * video memory that it can only read, and, for a text screen, the terminal.
 */
#ifndef SCREEN_WALLS_H
#define SCREEN_WALLS_H

#include "screen/client/display.h"

/* walls_prepare() - give up files, networks and capabilities. To be called
 * before there is a second thread. Return: 0, or a negative errno. */
int walls_prepare(void);

/* walls_close() - set the system call filter for displays of @kind. Return: 0,
 * or a negative errno. */
int walls_close(enum display_kind kind);

#endif
