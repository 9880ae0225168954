/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmmouse.h - VMware's back door, as far as an absolute pointer needs it.
 *
 * Sources: the drivers that speak it, Linux's vmmouse and X.Org's
 * xf86-input-vmmouse: the calls, their numbers and what they look at. There is
 * no data sheet.
 *
 * It is one port, and a call is an IN of 32 bits from it with the magic number
 * in EAX: the low half of ECX says which one, EBX is its argument, and EAX to
 * EDX are what it returns. So the board hands it the processor's registers:
 * they lie in @cpu while an access is made, and are the processor's again
 * afterwards.
 *
 * 1. Without the magic number nothing is changed and ones are read, as where
 *    there is no port; writes go nowhere.
 * 2. While it is enabled, all movement goes by its queue, four words an event;
 *    the PS/2 mouse only pokes its driver (ps2_mouse_poke()).
 * 3. An event is merged with the newest one that waits if that has the same
 *    buttons: of positions the last one counts, the wheel is added up. If
 *    VMMOUSE_EVENTS wait, it is merged in any case.
 */
#ifndef DEVICES_INPUT_VMMOUSE_H
#define DEVICES_INPUT_VMMOUSE_H

#include <stdbool.h>
#include <stdint.h>

#define VMMOUSE_EVENTS	16u

/* The processor's, in struct vmmouse_regs. */
enum vmmouse_reg { VMMOUSE_EAX, VMMOUSE_EBX, VMMOUSE_ECX, VMMOUSE_EDX,
		   VMMOUSE_REGS };

struct vmmouse_event {
	uint32_t word[4];	/* flags and buttons, x, y, wheel */
};

struct vmmouse_regs {
	uint32_t cpu[VMMOUSE_REGS];	/* of the access under way */
	struct vmmouse_event event[VMMOUSE_EVENTS];
	uint8_t head, count;	/* of @event */
	uint8_t word;		/* of the first one: so many were fetched */
	uint8_t enabled;
	uint8_t absolute;	/* positions are wanted, not movement */
	uint8_t greets;		/* the first word to fetch is its version */
};

struct vmmouse {
	struct vmmouse_regs *regs;
};

void vmmouse_reset(struct vmmouse *v);

/* vmmouse_call() - an IN of 32 bits: regs->cpu are the processor's, before and
 * after it. */
void vmmouse_call(struct vmmouse *v);

/* vmmouse_absolute() - does the guest want to know where the pointer is? */
static inline bool vmmouse_absolute(const struct vmmouse *v)
{
	return v->regs->enabled && v->regs->absolute;
}

/* vmmouse_enabled() - does its driver listen? */
static inline bool vmmouse_enabled(const struct vmmouse *v)
{
	return v->regs->enabled;
}

/**
 * vmmouse_point() - where the pointer is now
 * @x, @y: 0 to 65535, from the left and from above
 * @dz: the wheel, steps toward the user
 * @buttons: all that are down now (PS2_MOUSE_LEFT, RIGHT, MIDDLE)
 */
void vmmouse_point(struct vmmouse *v, unsigned int x, unsigned int y, int dz,
		   unsigned int buttons);

/**
 * vmmouse_move() - the user moves the mouse, or one of its buttons
 * @dx, @dy: counts to the right, and away from the user
 * @dz: the wheel, steps toward the user
 * @buttons: all that are down now
 */
void vmmouse_move(struct vmmouse *v, int dx, int dy, int dz,
		  unsigned int buttons);

#endif
