/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h - the asking side of control sockets: `hostel ps`, `hostel ctl`.
 *
 * The machine that answers may be one that its guest has taken over: how long
 * an answer is, how deep and how late is bounded, and what of it goes to a
 * terminal is printable.
 */
#ifndef VMAPP_CONTROL_ASK_H
#define VMAPP_CONTROL_ASK_H

#include <stdbool.h>

#include <jansson.h>

#include "vmapp/control/place.h"
#include "vmapp/control/request.h"

/* More machines than this are not looked at. */
#define ASK_MACHINES 256

/* ask_machines() - all that run. Return: how many; dies if the folder can not
 * be used. @found: room for ASK_MACHINES; their sockets are the caller's. */
int ask_machines(struct place_found *found);

/**
 * ask_check() - can these words be said to a machine?
 * @words: behind the verb, up to NULL
 * @why: REQUEST_WHY_SIZE bytes: a sentence if they can not
 *
 * A machine cuts off who says more than it has room for: so this is known
 * before one is connected to.
 */
bool ask_check(enum verb verb, char **words, char *why);

/**
 * ask() - one request, one answer
 * @sock: connected; stays the caller's
 * @fd: a descriptor that goes with it, still the caller's; -1: none
 * @wait_ms: so long for the answer
 *
 * @back: receives what came with the answer, the caller's, or -1; NULL: nothing
 *	is wanted
 *
 * Return: an object with a boolean "ok", the caller's; NULL: no answer came in
 * time, or none that makes sense.
 * #syscalls poll recvfrom
 */
json_t *ask(int sock, enum verb verb, char **words, int fd, int wait_ms,
	    int *back);

/* ask_text() - string @key of @o as it may be printed, in a buffer that the
 * next call but three uses again; "-" if there is none. */
const char *ask_text(const json_t *o, const char *key);

/* ask_word() - @string as it may be printed, in one of ask_text()'s buffers. */
const char *ask_word(const json_t *string);

#endif
