/* SPDX-License-Identifier: BSD-2-Clause */
/* bootorder.c - what firmware is to boot from: see bootorder.h. */
#include "vmapp/boot/bootorder.h"

#include <stdio.h>
#include <string.h>

#include "machine/pc.h"

struct text {
	char *at;
	size_t room;
};

/* text_line() - one more; there is an end-of-line between two. */
static void text_line(struct text *t, const char *line)
{
	size_t used = strlen(t->at);

	snprintf(t->at + used, t->room - used, "%s%s", used ? "\n" : "", line);
}

static void add_drive(struct text *t, unsigned int place)
{
	char line[64];

	if (place >= DRIVE_FLOPPY_A)
		snprintf(line, sizeof(line),
			 "/pci@i0cf8/isa@1/fdc@03f0/floppy@%u",
			 place - DRIVE_FLOPPY_A);
	else
		snprintf(line, sizeof(line),
			 "/pci@i0cf8/ide@1,1/drive@%u/disk@%u", place / 2,
			 place % 2);
	text_line(t, line);
}

static void add_drives(struct text *t, const struct vm_config *c,
		       enum drive_kind kind)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		if (c->drive[i].kind == kind)
			add_drive(t, i);
}

static void add_nics(struct text *t, const struct vm_config *c)
{
	char line[64];
	unsigned int i;

	for (i = 0; i < c->nic_count; i++) {
		snprintf(line, sizeof(line), "/pci@i0cf8/ethernet@%x",
			 pc_nic_slot(i));
		text_line(t, line);
	}
}

void bootorder_text(const struct vm_config *c, char *text, size_t size)
{
	struct text t = { text, size };
	const char *letter;

	*text = '\0';
	for (letter = c->boot_order; *letter; letter++) {
		if (*letter == 'a')
			add_drives(&t, c, DRIVE_FLOPPY);
		else if (*letter == 'c')
			add_drives(&t, c, DRIVE_DISK);
		else if (*letter == 'd')
			add_drives(&t, c, DRIVE_CDROM);
		else
			add_nics(&t, c);
	}
}
