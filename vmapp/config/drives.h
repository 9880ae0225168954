/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drives.h - the drives that the user asked for: where each one is, and what
 * is in it.
 *
 * The board has six places: two channels of two IDE drives, each a disk or a
 * CD-ROM drive, and two floppy drives.
 */
#ifndef VMAPP_CONFIG_DRIVES_H
#define VMAPP_CONFIG_DRIVES_H

#include <limits.h>
#include <stdbool.h>

#include "disk/kind.h"

enum drive_place {
	DRIVE_IDE0_0, DRIVE_IDE0_1, DRIVE_IDE1_0, DRIVE_IDE1_1,
	DRIVE_FLOPPY_A, DRIVE_FLOPPY_B,
	CONFIG_DRIVES
};

/* "ide0:0", "ide0:1", "ide1:0", "ide1:1", "floppy0", "floppy1". */
extern const char *const drive_names[CONFIG_DRIVES];

/* Its format is told by the file's first bytes. */
#define DRIVE_GUESS DISK_FORMAT_COUNT

struct drive_config {
	enum drive_kind kind;	/* DRIVE_NONE: there is no such drive */
	enum disk_format format; /* or DRIVE_GUESS */
	bool read_only;
	char file[PATH_MAX];	/* "": nothing is in it */
};

struct vm_config;

/**
 * drive_parse() - "FILE[,format=raw|...][,ro]", or "none" for an empty drive
 * @d: filled in
 * @option: its name, for sentences
 * @error: CONFIG_ERROR_SIZE bytes
 *
 * A word behind a comma that is neither is a part of the file's name.
 *
 * Return: false with @error set.
 */
bool drive_parse(struct drive_config *d, enum drive_kind kind,
		 const char *option, const char *text, char *error);

/**
 * drives_add() - --disk, --cdrom or --floppy was given
 *
 * The first of a kind takes away those of a .vmx file. A disk is at the first
 * place that is free, a CD-ROM drive at the second channel first.
 *
 * Return: false with @error set.
 */
bool drives_add(struct vm_config *config, enum drive_kind kind,
		const char *text, char *error);

/**
 * drive_find() - find a drive of this machine by a user's word
 * @word: its name in full (drive_names); or "cdrom" or "floppy": the first
 *	drive of that kind; or "a", "b": the floppy drives
 *
 * Return: its enum drive_place, or -1.
 */
int drive_find(const struct vm_config *config, const char *word);

#endif
