/* SPDX-License-Identifier: BSD-2-Clause */
/* kind.c - what a file is, by its size and its ends: see kind.h. */
#include "disk/kind.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/disk/floppy_format.h"
#include "devices/medium.h"

const char *const disk_format_names[DISK_FORMAT_COUNT] = {
#define DISK_FORMAT_NAME(id, name, qemu) name,
	DISK_FORMATS(DISK_FORMAT_NAME)
#undef DISK_FORMAT_NAME
};

const char *const disk_format_qemu[DISK_FORMAT_COUNT] = {
#define DISK_FORMAT_QEMU(id, name, qemu) qemu,
	DISK_FORMATS(DISK_FORMAT_QEMU)
#undef DISK_FORMAT_QEMU
};

const char *const drive_kind_names[DRIVE_KINDS] = { "none", "disk", "cdrom",
						    "floppy" };

/* Magic numbers, by the formats' own documents: qcow2.txt of QEMU, VMware's
 * "Virtual Disk Format" 5.0, VirtualBox's VDI (at 40h, little-endian
 * beda107f), Microsoft's VHD 1.0 (a footer, of which a dynamic disk has a copy
 * in front) and MS-VHDX 2.2.1. */
static const struct magic {
	enum disk_format format;
	bool tail;
	uint8_t at, len;
	char bytes[22];
} magics[] = {
	{ DISK_QCOW2, false, 0, 4, "QFI\xfb" },
	{ DISK_VMDK, false, 0, 4, "KDMV" },
	{ DISK_VMDK, false, 0, 4, "COWD" },
	{ DISK_VMDK, false, 0, 21, "# Disk DescriptorFile" },
	{ DISK_VDI, false, 0x40, 4, "\x7f\x10\xda\xbe" },
	{ DISK_VHDX, false, 0, 8, "vhdxfile" },
	{ DISK_VHD, false, 0, 8, "conectix" },
	{ DISK_VHD, true, 0, 8, "conectix" },
};

enum disk_format disk_format_of(const uint8_t *head, const uint8_t *tail)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(magics); i++)
		if (!memcmp((magics[i].tail ? tail : head) + magics[i].at,
			    magics[i].bytes, magics[i].len))
			return magics[i].format;
	return DISK_RAW;
}

bool disk_is_cd(const uint8_t *head, const uint8_t *id)
{
	return !memcmp(id, "CD001", 5) && get_le16(head + 510) != 0xaa55;
}

/* A partition table: four entries, each with its last sector by cylinder, head
 * and sector, and how many it has. */
#define TABLE_AT	0x1beu
#define ENTRY_SIZE	16u
#define ENTRIES		4u
#define END_HEAD	5u
#define END_SECTOR	6u	/* bits 0-5 */
#define ENTRY_SECTORS	12u	/* 32 bits */
#define CYLINDERS_MOST	16383u	/* that a disk can tell of */

void disk_shape(const uint8_t *head, uint64_t sectors, uint8_t *heads,
		uint8_t *per_track)
{
	const uint8_t *entry = head + TABLE_AT;
	uint64_t cylinders, h, s;
	unsigned int i;

	*heads = *per_track = 0;
	if (get_le16(head + 510) != 0xaa55)
		return;
	for (i = 0; i < ENTRIES; i++, entry += ENTRY_SIZE) {
		h = entry[END_HEAD] + 1u;
		s = entry[END_SECTOR] & 63;
		if (!get_le32(entry + ENTRY_SECTORS) || h == 1 || !s)
			continue;
		cylinders = sectors / (h * s);
		if (cylinders < 1 || cylinders > CYLINDERS_MOST)
			continue;
		*heads = (uint8_t)MIN(h, 255u);
		*per_track = (uint8_t)s;
		return;
	}
}

/* floppy_sectors() - a file whose size no floppy has is the beginning of one of
 * 1.44 MB, or of 2.88 MB. */
static uint64_t floppy_sectors(uint64_t bytes)
{
	uint64_t sectors = bytes / MEDIUM_SECTOR;
	const struct floppy_format *f;

	/* What ends in mid-sector has none; those that have are even. */
	if (bytes % MEDIUM_SECTOR)
		sectors |= 1;
	f = floppy_format(sectors);
	return f ? f->sectors : 0;
}

uint64_t disk_sectors(enum drive_kind kind, uint64_t bytes)
{
	if (!bytes)
		return 0;
	if (kind == DRIVE_FLOPPY)
		return floppy_sectors(bytes);
	return MIN(bytes / MEDIUM_SECTOR, DISK_SECTORS_MOST);
}
