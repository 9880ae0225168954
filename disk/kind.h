/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kind.h - kinds of drives and formats of images: what can be said of a file
 * by its size and by the bytes at its ends.
 *
 * Nothing of a format is parsed here. Its magic number only chooses who reads
 * the file: we ourselves (raw), or qemu-nbd. Of what is on a disk, only its
 * partition table is looked at.
 */
#ifndef DISK_KIND_H
#define DISK_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum drive_kind {
	DRIVE_NONE,		/* there is no such drive */
	DRIVE_DISK,
	DRIVE_CDROM,
	DRIVE_FLOPPY,
	DRIVE_KINDS
};

/* X(id, name, what qemu-nbd calls it) */
#define DISK_FORMATS(X)			\
	X(RAW, "raw", NULL)		\
	X(QCOW2, "qcow2", "qcow2")	\
	X(VMDK, "vmdk", "vmdk")		\
	X(VDI, "vdi", "vdi")		\
	X(VHD, "vhd", "vpc")		\
	X(VHDX, "vhdx", "vhdx")

enum disk_format {
#define DISK_FORMAT_ENUM(id, name, qemu) DISK_##id,
	DISK_FORMATS(DISK_FORMAT_ENUM)
#undef DISK_FORMAT_ENUM
	DISK_FORMAT_COUNT
};

/* Names of formats: for people ("raw", "qcow2"), and qemu-nbd's (NULL: raw). */
extern const char *const disk_format_names[DISK_FORMAT_COUNT];
extern const char *const disk_format_qemu[DISK_FORMAT_COUNT];

/* "none", "disk", "cdrom", "floppy". */
extern const char *const drive_kind_names[DRIVE_KINDS];

/* Bytes of a file's beginning and end that disk_format_of() looks at. */
#define DISK_HEAD 512u

/**
 * disk_format_of() - which format do these bytes look like?
 * @head: the first DISK_HEAD bytes of the file
 * @tail: its last DISK_HEAD bytes
 *
 * Return: DISK_RAW for anything that is not known.
 */
enum disk_format disk_format_of(const uint8_t *head, const uint8_t *tail);

/* disk_is_cd() - is a file a CD's image (ECMA-119, 8.4.2)? @id: its 5 bytes at
 * DISK_CD_AT; @head: its first DISK_HEAD bytes. Return: false also if it begins
 * with a disk's boot sector: then it can be either. */
#define DISK_CD_AT 32769u
bool disk_is_cd(const uint8_t *head, const uint8_t *id);

/**
 * disk_shape() - how a disk's cylinders were counted by who partitioned it
 * @head: its first DISK_HEAD bytes
 * @sectors: how many it has
 * @heads, @per_track: receive that; 255 heads may be 256. 0 if it has no
 *	partition table, or one that does not say
 *
 * A partition ends at the end of a cylinder, as old partitioning programs had
 * it: the first one with such an end counts. QEMU goes by that, too
 * (hw/block/hd-geometry.c), so a disk stays the same in both.
 */
void disk_shape(const uint8_t *head, uint64_t sectors, uint8_t *heads,
		uint8_t *per_track);

/* The most sectors that an image can have: ATA's LBA48. */
#define DISK_SECTORS_MOST (1ull << 48)

/**
 * disk_sectors() - how many sectors a drive finds in an image
 * @bytes: of the file
 *
 * For a disk and a CD: the file's whole sectors. For a floppy: the file's, if
 * some floppy has that size; else those of a floppy of 1.44 MB, or 2.88 MB if
 * the file is larger, of which the part behind the file's end reads as zeros.
 *
 * Return: 0: none, as it is empty or, for a floppy, too large.
 */
uint64_t disk_sectors(enum drive_kind kind, uint64_t bytes);

#endif
