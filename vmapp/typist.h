/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * typist.h - types on the machine's keyboard what the control socket asks for,
 * as fast as a guest can follow.
 *
 * 1. There is one stroke (a key is pressed, or released) every TYPIST_STROKE_NS
 *    of host time, and only when the guest has fetched all strokes before it.
 *    So the keyboard's buffer never overflows. This is a fast typist's pace,
 *    since a guest's own buffer may be short: 15 keys, with a PC's BIOS.
 * 2. The client gets its answer when all is typed; or, if the guest has not
 *    read its keyboard for TYPIST_PATIENCE strokes, that it does not.
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
	size_t at;		/* strokes typed so far */
	unsigned int waited;	/* ticks waited for the next stroke */
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

/* typist_type() - type @strokes, after those that were asked for before.
 * @strokes: the typist's from here on. @ticket: control.h's, for the answer.
 * Return: false if there are too many jobs; @strokes stay the caller's. */
bool typist_type(struct typist *t, const struct strokes *strokes,
		 uint64_t ticket);

#endif
