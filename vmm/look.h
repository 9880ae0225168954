/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.h - is it worth it to look for an answer before the VMM sleeps?
 *
 * To be woken takes longer than many an answer does. But to look takes a CPU
 * from who shall answer, if there is no other one; and answers differ. So each
 * cause to look has its own memory: after LOOK_VAIN looks in vain, one behind
 * the other, there is none for the next LOOK_BLIND times.
 */
#ifndef VMM_LOOK_H
#define VMM_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#define LOOK_VAIN	4u
#define LOOK_BLIND	64u

struct look {
	uint8_t vain;		/* looks in vain, one behind the other */
	uint8_t blind;		/* so often there is none */
};

/* look_is_on() - is it worth it, on a host that has @cpus CPUs for us? */
static inline bool look_is_on(struct look *l, int cpus)
{
	if (!l->blind)
		return cpus > 1;
	l->blind--;
	return false;
}

/* look_note() - how it went. */
static inline void look_note(struct look *l, bool vain)
{
	l->vain = vain ? (uint8_t)(l->vain + 1) : 0;
	if (l->vain < LOOK_VAIN)
		return;
	l->vain = 0;
	l->blind = LOOK_BLIND;
}

#endif
