/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - keys and pointers: see input.h. */
#include "machine/input.h"

#include <limits.h>

#include "machine/pc.h"

bool pc_key(struct pc *pc, unsigned int number, bool down)
{
	bool taken = ps2_keyboard_key(&pc->keyboard, number, down);

	i8042_look(&pc->kbc);
	return taken;
}

bool pc_keyboard_idle(const struct pc *pc)
{
	return ps2_keyboard_idle(&pc->keyboard) &&
	       !i8042_keyboard_waits(&pc->kbc);
}

void pc_keyboard_tick(struct pc *pc)
{
	ps2_keyboard_tick(&pc->keyboard, i8042_keyboard_waits(&pc->kbc));
	i8042_look(&pc->kbc);
}

void pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned int buttons)
{
	/* On a screen, down is where a mouse comes nearer. */
	dy = dy == INT_MIN ? INT_MAX : -dy;
	if (vmmouse_enabled(&pc->vmmouse)) {
		vmmouse_move(&pc->vmmouse, dx, dy, dz, buttons);
		ps2_mouse_poke(&pc->mouse);
	} else {
		ps2_mouse_move(&pc->mouse, dx, dy, dz, buttons);
	}
	i8042_look(&pc->kbc);
}

bool pc_mouse_heard(const struct pc *pc)
{
	return vmmouse_enabled(&pc->vmmouse) || pc->mouse.regs->enabled ||
	       pc->mouse.regs->remote;
}

bool pc_pointer(struct pc *pc, unsigned int x, unsigned int y, int dz,
		unsigned int buttons)
{
	if (!vmmouse_absolute(&pc->vmmouse))
		return false;
	vmmouse_point(&pc->vmmouse, x, y, dz, buttons);
	ps2_mouse_poke(&pc->mouse);
	i8042_look(&pc->kbc);
	return true;
}
