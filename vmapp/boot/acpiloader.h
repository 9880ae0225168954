/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpiloader.h - our ACPI tables for firmware that puts them where it likes: as
 * files, and commands that say how to join them.
 *
 * Source: QEMU's table loader as SeaBIOS reads it: commands of 128 bytes,
 * ALLOCATE, ADD_POINTER and ADD_CHECKSUM.
 */
#ifndef VMAPP_ACPILOADER_H
#define VMAPP_ACPILOADER_H

#include "vmapp/boot/acpi.h"
#include "vmapp/boot/fwitems.h"

/* acpiloader_add() - add the files of @platform's tables. */
void acpiloader_add(struct fwitems *items,
		    const struct acpi_platform *platform);

#endif
