/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * video.h - the VGA on this board: its memory is a part of the memory file, and
 * shows where BAR0 says, and in the window at A0000 when that is plain memory.
 *
 * 1. That part is VGA_MEMORY bytes. VGA_SHOWN_SIZE bytes follow, which the
 *    address map never shows: there the card's registers are copied for
 *    hostel-screen. With a smaller part there is no VGA.
 * 2. The map is set only if it really changes: after each change the VMM world
 *    drops all mappings and TLB entries.
 */
#ifndef MACHINE_VIDEO_H
#define MACHINE_VIDEO_H

#include <stdbool.h>

#include "devices/wires.h"

struct pc;

/* video_wire() - wire the VGA; for pc_wire(). @clock: copied. Return: is there
 * a VGA? */
bool video_wire(struct pc *pc, const struct clock_wire *clock);

/* video_moved() - the VGA's PCI registers have changed: make the address map
 * follow. */
void video_moved(struct pc *pc);

#endif
