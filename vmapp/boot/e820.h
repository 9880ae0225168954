/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * e820.h - what VMApp puts where in RAM before the guest starts, and the memory
 * map (BIOS function E820h) that the guest is told. What lies where at all is
 * in machine/pcmap.h.
 *
 *	00000400  some words of the BIOS data area  boot.c
 *	00010000  boot parameters ("zero page")     BOOT_PARAMS
 *	00011000  GDT for the first instructions    BOOT_GDT
 *	00020000  kernel command line               BOOT_CMDLINE
 *	0009fc00  end of usable low memory
 *	000a0000  no RAM (video)
 *	000e0000  ACPI tables, reserved             ACPI_BASE
 *	000f0000  as a BIOS: reserved, with what a reset vector leads to; an
 *		  image linked to 1 MB may have its ELF header over it
 *	00100000  usable memory, to the end of RAM
 */
#ifndef VMAPP_E820_H
#define VMAPP_E820_H

#include <stdint.h>

#define BOOT_PARAMS	0x10000u
#define BOOT_GDT	0x11000u
#define BOOT_STACK	0x1f000u
#define BOOT_CMDLINE	0x20000u
#define BOOT_CMDLINE_MAX 0x10000u
#define BOOT_MBI	0x30000u	/* multiboot information */
#define LOW_END		0x9fc00u
#define ACPI_BASE	0xe0000u
#define ACPI_TABLES_END	0xf0000u	/* of what the tables may use */
#define ACPI_END	0x100000u	/* of what is reserved for them */
#define BIOS_POST	0xfe05bu
#define BIOS_VECTOR	0xffff0u
#define HIGH_BASE	0x100000u

enum e820_type { E820_RAM = 1, E820_RESERVED = 2 };

struct e820_entry {
	uint64_t addr, size;
	uint32_t type;		/* enum e820_type */
};

#define E820_ENTRIES 4

/* e820_make() - the map of a machine with @ram bytes; Return: entries. */
unsigned int e820_make(struct e820_entry map[E820_ENTRIES], uint64_t ram);

#endif
