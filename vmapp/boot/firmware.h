/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.h - a machine that starts as a PC does: at its processor's reset
 * vector, in a ROM.
 *
 * The ROM is a file of the host: SeaBIOS of Debian's package, or --bios. What
 * it asks of the machine by fw_cfg is made here: boot order, memory, our ACPI
 * tables, and the ROMs of cards. For a machine that has none (--kernel), the
 * glyphs of the VGA's BIOS are all that is taken.
 */
#ifndef VMAPP_FIRMWARE_H
#define VMAPP_FIRMWARE_H

#include "machine/pc.h"
#include "vmapp/boot/boot.h"
#include "vmapp/boot/fwitems.h"
#include "vmapp/boot/textmode.h"

struct firmware {
	struct boot_file rom;	/* data: NULL: there is no firmware */
	struct fwitems items;
	uint8_t font[TEXTMODE_FONT];	/* without firmware */
	bool has_font;
};

/**
 * firmware_open() - read what is needed, before there is guest memory
 * @f: filled in; release with firmware_close(), also after a failure
 *
 * Return: false if something can not be had; that is explained.
 */
bool firmware_open(struct firmware *f, const struct vm_config *config);

/* firmware_parts() - of the memory file: its ROM and configuration. */
void firmware_parts(const struct firmware *f, struct memfile *parts);

/* firmware_load() - put it into a memory file of such parts. @entry: receives
 * how the processor starts. */
void firmware_load(const struct firmware *f, struct guestmem *ram,
		   struct boot_entry *entry);

/* firmware_board() - what a board that was powered on once keeps: the sizes
 * of its memory, its boot order and what its drives are, in the RTC's RAM. */
void firmware_board(struct pc *pc, const struct vm_config *config);

/* firmware_font() - for textmode_set(); NULL: this host has none. */
static inline const uint8_t *firmware_font(const struct firmware *f)
{
	return f->has_font ? f->font : NULL;
}

/* firmware_close() - harmless on a zeroed struct. */
void firmware_close(struct firmware *f);

#endif
