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

#define FLOPPIES 4u	/* from this place on */

const char *const vmx_drive_names[VMX_DRIVES] = {
	"ide0:0", "ide0:1", "ide1:0", "ide1:1", "floppy0", "floppy1"
};

/* What is in it. */
enum medium { IMAGE, HOSTS, PARTITION };

static const struct {
	const char *type;
	bool floppy;
	enum vmx_drive_kind kind;
	enum medium medium;
} types[] = {
	{ "disk", false, VMX_DISK, IMAGE },
	{ "ata-hardDisk", false, VMX_DISK, IMAGE },
	{ "rawDisk", false, VMX_DISK, PARTITION },
	{ "cdrom-image", false, VMX_CDROM, IMAGE },
	{ "cdrom-raw", false, VMX_CDROM, HOSTS },
	{ "atapi-cdrom", false, VMX_CDROM, HOSTS },
	{ "file", true, VMX_FLOPPY, IMAGE },
	{ "device", true, VMX_FLOPPY, HOSTS },
};

/* The lines of one: NULL, or the last of that word. */
struct lines {
	const char *device;
	const struct vmx_line *present, *file, *type, *mode;
	struct vmx_drive *drive;
};

static void drive_bad(struct vmx *v, const struct vmx_line *l, const char *want)
{
	v->line = l->number;
	vmx_bad(v, l->key, l->value, want);
}

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
			enum vmx_drive_kind kind)
{
	if (kind != VMX_DISK && drive_out(v, l)) {
		l->drive->kind = kind;
		return;
	}
	if (!l->file) {
		drive_bad(v, l->present, "it needs .fileName, the image");
		return;
	}
	v->line = l->file->number;
	if (vmx_keep_file(v, &l->drive->file, l->file->key, l->file->value))
		l->drive->kind = kind;
}

/* drive_hosts() - the host's own drive. */
static void drive_hosts(struct vmx *v, const struct lines *l,
			enum vmx_drive_kind kind)
{
	if (l->file && *l->file->value && !drive_out(v, l)) {
		drive_bad(v, l->file,
			  kind == VMX_CDROM ?
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
		drive_bad(v, l->mode,
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
		drive_bad(v, l->type,
			  floppy ? "use file" :
				   "use disk, cdrom-image or cdrom-raw");
	else if (types[i].medium == PARTITION)
		drive_bad(v, l->type,
			  "a disk of the host's is not; use disk, and a file");
	else if (types[i].medium == HOSTS)
		drive_hosts(v, l, types[i].kind);
	else if (types[i].kind != VMX_DISK || drive_mode(v, l))
		drive_image(v, l, types[i].kind);
	l->drive->read_only = vmx_said_is(v, l->device, "readonly", "TRUE");
}

/* drive_here() - is there one? It must not be left out silently. */
static bool drive_here(struct vmx *v, const struct lines *l)
{
	bool here = false;

	if (!l->present && l->file && *l->file->value)
		drive_bad(v, l->file,
			  "say .present = \"TRUE\" or \"FALSE\", too");
	if (!l->present)
		return false;
	if (!vmx_bool(l->present->value, &here))
		drive_bad(v, l->present, "use TRUE or FALSE");
	return here;
}

void vmx_plug_drives(struct vmx *v)
{
	unsigned int i;

	for (i = 0; i < VMX_DRIVES; i++) {
		const char *device = vmx_drive_names[i];
		struct lines l = {
			.device = device,
			.present = vmx_said(v, device, "present"),
			.file = vmx_said(v, device, "fileName"),
			.type = vmx_said(v, device,
					 i < FLOPPIES ? "deviceType" :
							"fileType"),
			.mode = vmx_said(v, device, "mode"),
			.drive = &v->config->vmx_drive[i],
		};

		if (drive_here(v, &l))
			drive_plug(v, &l, i >= FLOPPIES);
	}
}
