/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * textmode.h - the screen as a BIOS leaves it: text, 80 by 25, empty, with the
 * cursor at its start. For a guest that is started without one.
 *
 * Glyphs are those of the VGA BIOS that a machine with firmware has. On a host
 * without that file, a guest's text shows only if it loads glyphs of its own.
 */
#ifndef VMAPP_TEXTMODE_H
#define VMAPP_TEXTMODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/video/vga.h"

#define TEXTMODE_NUMBER	3u
#define TEXTMODE_COLUMNS 80u
#define TEXTMODE_LINES	25u
#define TEXTMODE_POINTS	16u	/* scan lines of a glyph */
#define TEXTMODE_FONT	(256u * TEXTMODE_POINTS)

/**
 * textmode_font() - find the glyphs in a VGA BIOS
 * @rom, @size: all of it
 * @font: TEXTMODE_FONT bytes; filled in only if they are there
 */
bool textmode_font(const uint8_t *rom, size_t size, uint8_t *font);

/**
 * textmode_set() - as INT 10h does with AX = 3
 * @v: just powered on
 * @font: TEXTMODE_FONT bytes; NULL: there are none
 */
void textmode_set(struct vga *v, const uint8_t *font);

#endif
