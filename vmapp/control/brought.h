/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * brought.h - what comes beside an answer of a machine: a picture or a text, in
 * a descriptor. `hostel ctl` looks into it.
 *
 * The machine, or its hostel-screen, may be one that somebody has taken over:
 * the descriptor may be anything. It is read only if it is a plain file, up to
 * a size; a picture is what begins as a PNG does; of a text nothing but
 * printable characters is left.
 */
#ifndef VMAPP_CONTROL_BROUGHT_H
#define VMAPP_CONTROL_BROUGHT_H

#include <jansson.h>

/**
 * brought_take() - do with it what the user wants
 * @o: the answer; taken
 * @path: the file that a picture is written to; NULL: it is a text, which
 *	the answer gets as "text"
 * @fd: what came, or -1; taken
 *
 * Return: the answer, or another one that says why not; the caller's.
 * #syscalls fstat openat write close unlink
 */
json_t *brought_take(json_t *o, const char *path, int fd);

#endif
