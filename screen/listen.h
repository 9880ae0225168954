/* SPDX-License-Identifier: BSD-2-Clause */
/* listen.h - the socket that clients of the screen come to. */
#ifndef SCREEN_LISTEN_H
#define SCREEN_LISTEN_H

#include "screen/client/display.h"

#define LISTEN_WHERE 160	/* room for where it is, for people */

/**
 * listen_open() - make the socket, and listen
 * @d: where; its port is filled in if it was 0
 * @name, @pid: of the machine: see display_socket()
 * @where: receives "127.0.0.1:5900" or a path, LISTEN_WHERE bytes
 *
 * Return: a descriptor; dies with one sentence if it can not be had.
 * #syscalls socket setsockopt bind listen connect unlink close umask
 */
int listen_open(struct display *d, const char *name, long pid, char *where);

#endif
