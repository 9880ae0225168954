/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmos.c - the clock's RAM: see cmos.h.
 *
 * Sources: IBM PC AT Technical Reference (10h-18h); Bochs and QEMU, whose
 * firmware reads the others.
 */
#include "vmapp/boot/cmos.h"

#include "base/bytes.h"

#define CMOS_FLOPPIES	0x10	/* a nibble of each: the high one is A */
#define CMOS_EQUIPMENT	0x14	/* bit 0: floppies, 7-6: how many less one */
#define EQUIPMENT	0x06	/* an FPU, a PS/2 mouse */
#define CMOS_BASE_LOW	0x15	/* KiB below 640, 16 bits */
#define CMOS_EXT_LOW	0x17	/* KiB above 1 MiB, 16 bits */
#define CMOS_EXT2_LOW	0x30	/* the same; firmware's own */
#define CMOS_HIGH_LOW	0x34	/* 64 KiB above 16 MiB, 16 bits */
#define CMOS_BOOT_THIRD	0x38	/* bits 4-7 */
#define CMOS_CYLINDERS	0x39	/* two bits of each disk: enum translation */
#define CMOS_BOOT	0x3d	/* bits 0-3 the first, 4-7 the second */

/* How a BIOS makes fewer cylinders of a disk's, for INT 13h has no more than
 * 1024 of them. */
enum translation {
	TRANSLATION_NONE,
	TRANSLATION_LBA,	/* 63 sectors, as many heads as it takes */
	TRANSLATION_LARGE,	/* half the cylinders, twice the heads, ... */
};
#define CYLINDERS	1024u
#define LARGE_MOST	131072u	/* cylinders times heads */

static void cmos_word(struct mc146818 *rtc, uint8_t at, uint32_t value)
{
	mc146818_set_ram(rtc, at, (uint8_t)value);
	mc146818_set_ram(rtc, at + 1, (uint8_t)(value >> 8));
}

void cmos_memory(struct mc146818 *rtc, uint64_t ram)
{
	uint64_t kb = ram >> 10;

	cmos_word(rtc, CMOS_BASE_LOW, 640);
	cmos_word(rtc, CMOS_EXT_LOW, (uint32_t)MIN(kb - 1024, 0xffffu));
	cmos_word(rtc, CMOS_EXT2_LOW, (uint32_t)MIN(kb - 1024, 0xffffu));
	cmos_word(rtc, CMOS_HIGH_LOW,
		  kb > 16384 ? (uint32_t)MIN((kb - 16384) / 64, 0xffffu) : 0);
}

void cmos_floppies(struct mc146818 *rtc, uint8_t a, uint8_t b)
{
	uint8_t equipment = EQUIPMENT;

	if (a || b)
		equipment |= 0x01;
	if (a && b)
		equipment |= 0x40;
	mc146818_set_ram(rtc, CMOS_FLOPPIES, (uint8_t)(a << 4 | (b & 15)));
	mc146818_set_ram(rtc, CMOS_EQUIPMENT, equipment);
}

static enum translation translation(const struct medium_info *disk)
{
	struct ide_geometry own;

	ide_geometry(disk, &own);
	if (!disk->heads)
		return own.cylinders <= CYLINDERS ? TRANSLATION_NONE :
						    TRANSLATION_LBA;
	if (disk->heads == own.heads)
		return TRANSLATION_NONE;
	return (uint32_t)own.cylinders * own.heads <= LARGE_MOST ?
		       TRANSLATION_LARGE :
		       TRANSLATION_LBA;
}

void cmos_disks(struct mc146818 *rtc,
		const struct medium_info *const disk[CMOS_DISKS])
{
	uint8_t value = 0;
	unsigned int i;

	for (i = 0; i < CMOS_DISKS; i++)
		if (disk[i])
			value |= (uint8_t)(translation(disk[i]) << 2 * i);
	mc146818_set_ram(rtc, CMOS_CYLINDERS, value);
}

/* boot_code() - 1 floppy, 2 disk, 3 CD, 4 network; 0: none. */
static uint8_t boot_code(char letter)
{
	switch (letter) {
	case 'a':
		return 1;
	case 'c':
		return 2;
	case 'd':
		return 3;
	case 'n':
		return 4;
	default:
		return 0;
	}
}

void cmos_boot_order(struct mc146818 *rtc, const char *order)
{
	uint8_t code[3] = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(code) && order[i]; i++)
		code[i] = boot_code(order[i]);
	mc146818_set_ram(rtc, CMOS_BOOT, (uint8_t)(code[0] | code[1] << 4));
	mc146818_set_ram(rtc, CMOS_BOOT_THIRD, (uint8_t)(code[2] << 4));
}
