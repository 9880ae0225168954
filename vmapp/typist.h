/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * typist.h - types on the machine's keyboard what the control socket asks for,
 * as fast as a guest can follow.
 *
 * 1. One stroke (a key that is pressed, or let go) every TYPIST_STROKE_NS of
 *    the host's time, and only when the guest has fetched all that was typed
 *    before: the keyboard never runs over. It is a fast typist's pace, as a
 *    guest's own buffer may be short: 15 keys, with a PC's BIOS.
 * 2. Who asked is told when all is typed; or, if the guest has not looked at
 *    its keyboard for TYPIST_PATIENCE strokes, that it does not.
 * 3. Several clients' texts are typed one after the other, never mixed.
 * 4. While the machine is paused, nothing is typed.
 */
#ifndef VMAPP_TYPIST_H
#define VMAPP_TYPIST_H

#include <stdbool.h>
#include <stdint.h>

#include "vmapp/control/strokes.h"
#include "vmapp/events.h"

#define TYPIST_STROKE_NS	10000000u
#define TYPIST_PATIENCE		500u
#define TYPIST_JOBS		8u

struct vm;

/* What one client wants typed. */
struct typist_job {
	struct strokes strokes;
	uint64_t ticket;	/* control.h's */
	size_t at;		/* so many strokes are typed */
	unsigned int waited;	/* ticks for the next one */
};

struct typist {
	struct vm *vm;
	struct events clock;	/* its timer is when to type on */
	struct source source;	/* @clock, in the machine's events */
	struct typist_job job[TYPIST_JOBS];
	unsigned int first, jobs;
};

/* typist_open() - Return: 0, or a negative errno; typist_close() may be called
 * then, too, and on a struct of zeroes. */
int typist_open(struct typist *t, struct vm *vm);
void typist_close(struct typist *t);

/* typist_type() - begin with it, or when what was asked for before is done.
 * @strokes: the typist's from here on. Return: false: it has too much to do;
 * they stay the caller's. */
bool typist_type(struct typist *t, const struct strokes *strokes,
		 uint64_t ticket);

#endif
