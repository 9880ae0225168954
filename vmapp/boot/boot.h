/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - put something to boot into guest RAM.
 *
 * bootlinux.c: a Linux bzImage, by its 32-bit boot protocol;
 * bootelf.c:   an image with a multiboot (version 1) header.
 *
 * 1. Everything is checked before anything is written.
 * 2. An error is explained in one sentence, and the loader returns false.
 */
#ifndef VMAPP_BOOT_H
#define VMAPP_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "vmapp/boot/acpi.h"
#include "vmapp/config/options.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/guestmem.h"

/* A file, mapped to be read. */
struct boot_file {
	const char *path;
	const uint8_t *data;
	size_t size;
};

/**
 * boot_load() - load what the configuration names, and the ACPI tables
 * @ram: guest RAM, all zero
 * @entry: receives the state in which the processor starts
 *
 * #syscalls openat fstat mmap close munmap
 */
bool boot_load(struct guestmem *ram, const struct vm_config *config,
	       struct boot_entry *entry);

/**
 * boot_file_open() - map a file
 * @f: filled in; release with boot_file_close()
 * @what: it is, for the message
 *
 * Return: false if it is none, or empty; that is explained.
 */
bool boot_file_open(struct boot_file *f, const char *path, const char *what);
/* boot_file_close() - harmless on a zeroed struct. */
void boot_file_close(struct boot_file *f);

/* boot_platform() - what our ACPI tables tell of the board. */
void boot_platform(struct acpi_platform *platform, const struct vm_config *c);

/* @initrd: its data is NULL if there is none. @cmdline: never NULL. */
bool bootlinux_load(struct guestmem *ram, const struct boot_file *kernel,
		    const struct boot_file *initrd, const char *cmdline,
		    struct boot_entry *entry);
/* @module: the first and only one; its data is NULL if there is none. */
bool bootelf_load(struct guestmem *ram, const struct boot_file *kernel,
		  const struct boot_file *module, const char *cmdline,
		  struct boot_entry *entry);
/* bootelf_is() - is it bootelf_load()'s, good or bad? */
bool bootelf_is(const struct boot_file *kernel);

/* boot_low() - memory that every machine has (GUESTMEM_MIN), for tables. */
static inline void *boot_low(struct guestmem *ram, uint32_t addr, size_t len)
{
	void *p = guestmem_ptr(ram, addr, len);

	ASSERT(p);
	return p;
}

#endif
