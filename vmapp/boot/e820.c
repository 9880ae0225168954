/* SPDX-License-Identifier: BSD-2-Clause */
/* e820.c - the memory map that a guest is told: see e820.h. */
#include "vmapp/boot/e820.h"

unsigned int e820_make(struct e820_entry map[E820_ENTRIES], uint64_t ram)
{
	map[0] = (struct e820_entry){ 0, LOW_END, E820_RAM };
	map[1] = (struct e820_entry){ LOW_END, 0xa0000 - LOW_END,
				      E820_RESERVED };
	map[2] = (struct e820_entry){ ACPI_BASE, ACPI_END - ACPI_BASE,
				      E820_RESERVED };
	map[3] = (struct e820_entry){ HIGH_BASE, ram - HIGH_BASE, E820_RAM };
	return E820_ENTRIES;
}
