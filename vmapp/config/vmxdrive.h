/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmxdrive.h - what a .vmx file says of the board's drives, which has two IDE
 * channels of two drives, and two floppy drives.
 */
#ifndef VMAPP_CONFIG_VMXDRIVE_H
#define VMAPP_CONFIG_VMXDRIVE_H

#include <stdbool.h>

#define VMX_DRIVES 6u	/* ide0:0 ide0:1 ide1:0 ide1:1 floppy0 floppy1 */

enum vmx_drive_kind {
	VMX_NO_DRIVE, VMX_DISK, VMX_CDROM, VMX_FLOPPY
};

struct vmx_drive {
	enum vmx_drive_kind kind;
	bool read_only;
	const char *file;	/* NULL: nothing is in it */
};

/* "ide0:0" and so on. */
extern const char *const vmx_drive_names[VMX_DRIVES];

#endif
