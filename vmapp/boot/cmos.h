/* SPDX-License-Identifier: BSD-2-Clause */
/* cmos.h - what a PC's firmware finds, or leaves, in the clock's RAM. */
#ifndef VMAPP_CMOS_H
#define VMAPP_CMOS_H

#include "devices/disk/floppy_format.h"
#include "devices/disk/ide.h"
#include "devices/mc146818.h"

#define CMOS_DISKS	4u

/* cmos_memory() - the sizes of memory. @ram: bytes, all of it */
void cmos_memory(struct mc146818 *rtc, uint64_t ram);

/* cmos_boot_order() - which to boot first. @order: as in struct vm_config */
void cmos_boot_order(struct mc146818 *rtc, const char *order);

/* cmos_floppies() - which floppy drives there are: enum floppy_type of each;
 * FLOPPY_NONE: no such drive. */
void cmos_floppies(struct mc146818 *rtc, uint8_t a, uint8_t b);

/**
 * cmos_disks() - how the BIOS is to count the cylinders of its disks
 * @disk: what is in each IDE drive that is a disk; NULL: it is none
 *
 * As in QEMU, so that an image is the same disk in both: as the disk does
 * itself, if it was partitioned so, or if it is small enough for that.
 */
void cmos_disks(struct mc146818 *rtc,
		const struct medium_info *const disk[CMOS_DISKS]);

#endif
