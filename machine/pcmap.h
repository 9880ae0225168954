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
 * pcmap_power_on() - make the map of power-on: no BAR set, PAM registers zero
 * @file: sizes of RAM, ROM and video memory; a part that does not fit into the
 *	map is not shown
 */
void pcmap_power_on(struct memmap_state *s, const struct memfile *file);

/* pcmap_pam() - make the map follow the host bridge's PAM registers. Return:
 * has the map changed? */
bool pcmap_pam(struct memmap_state *s, const struct pci_config *bridge);

/**
 * pcmap_video() - show video memory
 * @file: as at power-on
 * @first: from this address on, at most PCMAP_VIDEO_MAX bytes; 0: nowhere.
 *	Where RAM or ROM lies at those addresses, it hides video memory
 *
 * Return: has the map changed?
 */
bool pcmap_video(struct memmap_state *s, const struct memfile *file,
		 uint64_t first);

/**
 * pcmap_window() - make a part of the window at A0000 plain video memory
 * @file: as at power-on
 * @first: the part's first byte, counted from the window's first
 * @size: bytes; 0: the whole window is the chip's
 * @at: the byte of video memory that the part's first byte shows
 *
 * Return: has the map changed?
 */
bool pcmap_window(struct memmap_state *s, const struct memfile *file,
		  uint32_t first, uint32_t size, uint32_t at);

#endif
