/* SPDX-License-Identifier: BSD-2-Clause */
/* memmap.c - the memory map that a guest is told: see memmap.h. */
#include "vmapp/memmap.h"

unsigned int memmap_make(struct memmap_entry map[MEMMAP_ENTRIES],
			 uint64_t ram)
{
	map[0] = (struct memmap_entry){ 0, LOW_END, MEMMAP_RAM };
	map[1] = (struct memmap_entry){ LOW_END, 0xa0000 - LOW_END,
					MEMMAP_RESERVED };
	map[2] = (struct memmap_entry){ ACPI_BASE, ACPI_END - ACPI_BASE,
					MEMMAP_RESERVED };
	map[3] = (struct memmap_entry){ HIGH_BASE, ram - HIGH_BASE,
					MEMMAP_RAM };
	return MEMMAP_ENTRIES;
}
