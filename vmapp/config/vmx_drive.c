/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx_drive.c - ide0:0 to ide1:1, floppy0 and floppy1 of a .vmx file: see
 * vmx_parts.h.
 *
 * A drive that the file names is there, or an error says why not. A medium of
 * the host's own drives, of which there is none here, is one that is not in:
 * if the file does not insist, the drive is empty.
 */
#include "vmapp/config/vmx_parts.h"

#include <string.h>
#include <strings.h>

#include "base/check.h"

/* What is in it. */
enum medium { IMAGE, HOSTS, PARTITION };

static const struct {
	const char *type;
	bool floppy;
	enum drive_kind kind;
	enum medium medium;
} types[] = {
	{ "disk", false, DRIVE_DISK, IMAGE },
	{ "ata-hardDisk", false, DRIVE_DISK, IMAGE },
	{ "rawDisk", false, DRIVE_DISK, PARTITION },
	{ "cdrom-image", false, DRIVE_CDROM, IMAGE },
	{ "cdrom-raw", false, DRIVE_CDROM, HOSTS },
	{ "atapi-cdrom", false, DRIVE_CDROM, HOSTS },
	{ "file", true, DRIVE_FLOPPY, IMAGE },
	{ "device", true, DRIVE_FLOPPY, HOSTS },
};

/* The lines of one: NULL, or the last of that word. */
struct lines {
	const char *device;
	const struct vmx_line *present, *file, *type, *mode;
	struct drive_config *drive;
};

/* drive_out() - is nothing in it at first, or is what is in it left to VMware
 * to find? */
static bool drive_out(struct vmx *v, const struct lines *l)
{
	return vmx_said_is(v, l->device, "startConnected", "FALSE") ||
	       vmx_said_is(v, l->device, "autodetect", "TRUE") ||
	       vmx_said_is(v, l->device, "fileName", "auto detect");
}

/* drive_image() - the file in it. */
static void drive_image(struct vmx *v, const struct lines *l,
			enum drive_kind kind)
{
	const char *path;

	if (kind != DRIVE_DISK && drive_out(v, l)) {
		l->drive->kind = kind;
		return;
	}
	if (!l->file) {
		vmx_bad_line(v, l->present, "it needs .fileName, the image");
		return;
	}
	v->line = l->file->number;
	if (!vmx_keep_file(v, &path, l->file->key, l->file->value))
		return;
	if (strlen(path) >= sizeof(l->drive->file)) {
		vmx_bad_line(v, l->file, "the name is too long");
		return;
	}
	strcpy(l->drive->file, path);
	l->drive->kind = kind;
}

/* drive_hosts() - the host's own drive. */
static void drive_hosts(struct vmx *v, const struct lines *l,
			enum drive_kind kind)
{
	if (l->file && *l->file->value && !drive_out(v, l)) {
		vmx_bad_line(
			v, l->file,
			kind == DRIVE_CDROM ?
				"the host's own drive is not; use deviceType "
				"= \"cdrom-image\" and an .iso file, or "
				"startConnected = \"FALSE\"" :
				"the host's own drive is not; use fileType "
				"= \"file\" and an image, or startConnected "
				"= \"FALSE\"");
		return;
	}
	l->drive->kind = kind;
}

/* drive_mode() - may what the guest writes stay? */
static bool drive_mode(struct vmx *v, const struct lines *l)
{
	static const char *const kept[] = { "persistent",
					    "independent-persistent", "" };
	size_t i;

	for (i = 0; l->mode && i < ARRAY_SIZE(kept); i++)
		if (!strcasecmp(l->mode->value, kept[i]))
			return true;
	if (l->mode)
		vmx_bad_line(v, l->mode,
			     "use persistent, and run it with --snapshot to "
			     "throw away what it writes");
	return !l->mode;
}

static void drive_plug(struct vmx *v, const struct lines *l, bool floppy)
{
	const char *type = l->type   ? l->type->value :
			   floppy    ? "device" :
				     "disk";
	size_t i;

	/* "file" is what a floppy is if it has one. */
	if (!l->type && floppy && l->file)
		type = "file";
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].floppy == floppy &&
		    !strcasecmp(types[i].type, type))
			break;
	if (i == ARRAY_SIZE(types))
		vmx_bad_line(v, l->type,
			     floppy ? "use file" :
				      "use disk, cdrom-image or cdrom-raw");
	else if (types[i].medium == PARTITION)
		vmx_bad_line(
			v, l->type,
			"a disk of the host's is not; use disk, and a file");
	else if (types[i].medium == HOSTS)
		drive_hosts(v, l, types[i].kind);
	else if (types[i].kind != DRIVE_DISK || drive_mode(v, l))
		drive_image(v, l, types[i].kind);
	/* As drive_parse() has it. */
	l->drive->format = l->drive->kind == DRIVE_DISK ? DRIVE_GUESS :
							  DISK_RAW;
	l->drive->read_only = l->drive->kind == DRIVE_CDROM ||
			      vmx_said_is(v, l->device, "readonly", "TRUE");
}

/* drive_here() - is there one? It must not be left out silently. */
static bool drive_here(struct vmx *v, const struct lines *l)
{
	bool here = false;

	if (!l->present && l->file && *l->file->value)
		vmx_bad_line(v, l->file,
			     "say .present = \"TRUE\" or \"FALSE\", too");
	if (!l->present)
		return false;
	if (!vmx_bool(l->present->value, &here))
		vmx_bad_line(v, l->present, "use TRUE or FALSE");
	return here;
}

void vmx_plug_drives(struct vmx *v)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++) {
		const char *device = drive_names[i];
		struct lines l = {
			.device = device,
			.present = vmx_said(v, device, "present"),
			.file = vmx_said(v, device, "fileName"),
			.type = vmx_said(v, device,
					 i < DRIVE_FLOPPY_A ? "deviceType" :
							"fileType"),
			.mode = vmx_said(v, device, "mode"),
			.drive = &v->config->drive[i],
		};

		if (drive_here(v, &l))
			drive_plug(v, &l, i >= DRIVE_FLOPPY_A);
	}
}
