/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * video.h - the VGA on this board: its memory is a part of the memory file, and
 * shows where BAR0 says, and in the window at A0000 when that is plain memory.
 *
 * 1. That part is VGA_MEMORY bytes, and behind them VGA_SHOWN_SIZE more, which
 *    the address map never shows: what is told to who draws. With less than
 *    that there is no VGA.
 * 2. The map is changed when it has to, and no oftener: each change costs the
 *    VMM world all that it knows of addresses.
 */
#ifndef MACHINE_VIDEO_H
#define MACHINE_VIDEO_H

#include <stdbool.h>

#include "devices/wires.h"

struct pc;

/* video_wire() - of pc_wire(). Return: is there a VGA? */
bool video_wire(struct pc *pc, const struct clock_wire *clock);

/* video_moved() - its PCI registers have changed. */
void video_moved(struct pc *pc);

#endif
