/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcmap.h - what lies where in this machine's memory.
 *
 *	00000000  RAM
 *	000a0000  the video card's window: its registers' work, or its memory
 *	000c0000  RAM or ROM, as the host bridge's PAM registers say; the last
 *		  128 KiB of the firmware's ROM show from 000e0000
 *	00100000  RAM, to its end
 *	...       video memory, where its card's BAR has it
 *	ffffffff  the firmware's ROM ends here
 *
 * Sources: Intel 82441FX data sheet, 3.2.18 (PAM) and 4.1 (memory map).
 */
#ifndef MACHINE_PCMAP_H
#define MACHINE_PCMAP_H

#include "devices/pci.h"
#include "machine/memmap.h"

#define PCMAP_VGA	0xa0000u	/* first byte of the window */
#define PCMAP_VGA_END	0xc0000u
#define PCMAP_ROM_LOW	0xe0000u	/* the ROM's end shows from here */
#define PCMAP_HIGH	0x100000u
#define PCMAP_ROM_END	(1ull << 32)
#define PCMAP_VIDEO_MAX	(16ull << 20)	/* bytes: what BAR0 has */

enum pcmap_owner { OWNER_NONE, OWNER_RAM, OWNER_ROM, OWNER_VGA };

/**
 * pcmap_power_on() - the map with no BAR set, and all PAM registers zero
 * @file: what there is; parts that do not fit into the map are not there
 */
void pcmap_power_on(struct memmap_state *s, const struct memfile *file);

/* pcmap_pam() - the host bridge's registers have changed. Return: was it a
 * change of the map? */
bool pcmap_pam(struct memmap_state *s, const struct pci_config *bridge);

/* pcmap_video() - video memory shows from @first on, but no more of it than
 * PCMAP_VIDEO_MAX bytes; 0: nowhere. @file: as at power-on. RAM and ROM come
 * first where they are, too. Return: was it a change of the map? */
bool pcmap_video(struct memmap_state *s, const struct memfile *file,
		 uint64_t first);

/* pcmap_window() - part of the window is video memory: @size bytes (0: none)
 * from @first on, counted from the window's first, are that from @at on.
 * Return: was it a change of the map? */
bool pcmap_window(struct memmap_state *s, const struct memfile *file,
		  uint32_t first, uint32_t size, uint32_t at);

#endif
