/* SPDX-License-Identifier: BSD-2-Clause */
/* drives.c - where drives are, and what is in them: see drives.h. */
#include "vmapp/config/drives.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "vmapp/config/options.h"

#define FAIL(...) \
	(snprintf(error, CONFIG_ERROR_SIZE, __VA_ARGS__), false)

const char *const drive_names[CONFIG_DRIVES] = {
	"ide0:0", "ide0:1", "ide1:0", "ide1:1", "floppy0", "floppy1"
};

/* In the order in which they are taken. */
static const int8_t places[DRIVE_KINDS][5] = {
	[DRIVE_NONE] = { -1 },
	[DRIVE_DISK] = { DRIVE_IDE0_0, DRIVE_IDE0_1, DRIVE_IDE1_0,
			 DRIVE_IDE1_1, -1 },
	[DRIVE_CDROM] = { DRIVE_IDE1_0, DRIVE_IDE1_1, DRIVE_IDE0_1,
			  DRIVE_IDE0_0, -1 },
	[DRIVE_FLOPPY] = { DRIVE_FLOPPY_A, DRIVE_FLOPPY_B, -1 },
};

/* drive_format() - Return: false with @error set: there is none such. */
static bool drive_format(struct drive_config *d, const char *option,
			 const char *name, char *error)
{
	unsigned int f;

	for (f = 0; f < DISK_FORMAT_COUNT; f++)
		if (!strcmp(name, disk_format_names[f])) {
			d->format = f;
			return true;
		}
	return FAIL("%s: the format '%.20s' is not known; use raw, qcow2, "
		    "vmdk, vdi, vhd or vhdx",
		    option, name);
}

/* drive_word() - the last word of the name, if it is one of ours: cut it off.
 * Return: 0: it is none; 1; -1 with @error set. */
static int drive_word(struct drive_config *d, const char *option, char *error)
{
	char *comma = strrchr(d->file, ',');
	const char *word = comma ? comma + 1 : "";

	if (!strcmp(word, "ro"))
		d->read_only = true;
	else if (strncmp(word, "format=", 7))
		return 0;
	else if (!drive_format(d, option, word + 7, error))
		return -1;
	*comma = '\0';
	return 1;
}

bool drive_parse(struct drive_config *d, enum drive_kind kind,
		 const char *option, const char *text, char *error)
{
	int got;

	memset(d, 0, sizeof(*d));
	d->kind = kind;
	/* What is in other drives has no magic number that may be trusted. */
	d->format = kind == DRIVE_DISK ? DRIVE_GUESS : DISK_RAW;
	d->read_only = kind == DRIVE_CDROM;
	if (strlen(text) >= sizeof(d->file))
		return FAIL("%s: the name of the file is too long", option);
	strcpy(d->file, text);
	do
		got = drive_word(d, option, error);
	while (got > 0);
	if (got < 0)
		return false;
	if (!*d->file)
		return FAIL("%s '%.80s' names no file", option, text);
	if (strcmp(d->file, "none"))
		return true;
	*d->file = '\0';
	return kind != DRIVE_DISK ||
	       FAIL("a disk can not be taken out: --disk none is not possible; "
		    "leave it out");
}

/* drives_forget() - the first of a kind was given: those of a .vmx file do not
 * count any more. */
static void drives_forget(struct vm_config *config, enum drive_kind kind)
{
	unsigned int i;

	if (config->drives_given & 1u << kind)
		return;
	config->drives_given |= 1u << kind;
	for (i = 0; i < CONFIG_DRIVES; i++)
		if (config->drive[i].kind == kind)
			config->drive[i].kind = DRIVE_NONE;
}

bool drives_add(struct vm_config *config, enum drive_kind kind,
		const char *text, char *error)
{
	const int8_t *place = places[kind];
	char option[16];

	snprintf(option, sizeof(option), "--%s", drive_kind_names[kind]);
	drives_forget(config, kind);
	while (*place >= 0 && config->drive[*place].kind != DRIVE_NONE)
		place++;
	if (*place < 0 && kind == DRIVE_FLOPPY)
		return FAIL("there are two floppy drives; give --floppy at "
			    "most twice");
	if (*place < 0)
		return FAIL("there is room for four disks and CD-ROM drives; "
			    "give --disk and --cdrom at most four times in "
			    "all");
	return drive_parse(&config->drive[*place], kind, option, text, error);
}

/* floppy_letter() - "a" or "B": one of the two floppy drives'. */
static bool floppy_letter(const char *word, int drive)
{
	return (*word | 0x20) == 'a' + drive - DRIVE_FLOPPY_A && !word[1];
}

int drive_find(const struct vm_config *config, const char *word)
{
	int i;

	for (i = 0; i < CONFIG_DRIVES; i++) {
		enum drive_kind kind = config->drive[i].kind;

		if (kind == DRIVE_NONE)
			continue;
		if (!strcasecmp(word, drive_names[i]) ||
		    (kind != DRIVE_DISK &&
		     !strcasecmp(word, drive_kind_names[kind])) ||
		    (i >= DRIVE_FLOPPY_A && floppy_letter(word, i)))
			return i;
	}
	return -1;
}
