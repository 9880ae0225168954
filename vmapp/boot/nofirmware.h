/* SPDX-License-Identifier: BSD-2-Clause */
/* nofirmware.h - what a BIOS would have done to the board, for a guest that is
 * started without one. */
#ifndef VMAPP_NOFIRMWARE_H
#define VMAPP_NOFIRMWARE_H

#include "machine/pc.h"

/* The IRQ lines that PIRQ A-D are routed to, as SeaBIOS does: our ACPI tables
 * are for both. */
extern const uint8_t firmware_lines[4];

/**
 * nofirmware() - give the cards their windows and lines, the screen its text
 * (textmode.h), and the RTC's RAM the memory sizes
 * @pc: just powered on
 * @ram_size: bytes, all of it
 * @font: TEXTMODE_FONT bytes; NULL: there are none
 */
void nofirmware(struct pc *pc, uint64_t ram_size, const uint8_t *font);

#endif
