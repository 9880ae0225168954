/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmxfile.h - the form of a .vmx file: VMware's `key = "value"` lines, with
 * what is wrong with them. What keys mean is vmx.c's.
 *
 * 1. '#' begins a comment, alone or behind a value; blank lines, the byte order
 *    mark of UTF-8 and carriage returns are fine. Quotes may be left out, and
 *    may be in a quoted value.
 * 2. A line may be as long as a file, which has 4 MiB at most: annotations and
 *    what programs keep in guestinfo.* are.
 * 3. All mistakes are told, in the order of their lines, each in one sentence.
 */
#ifndef VMAPP_CONFIG_VMXFILE_H
#define VMAPP_CONFIG_VMXFILE_H

#include <stdbool.h>

#include "vmapp/config/options.h"

#define VMX_ERRORS_TOLD 20u	/* more than that are counted */

struct vmx_line {
	struct vmx_line *next;
	unsigned int number;	/* from 1 */
	const char *key, *value;
	char text[];		/* of both */
};

struct vmx_error {
	unsigned int line;
	char text[CONFIG_ERROR_SIZE];
};

struct vmx_file {
	const char *path;	/* not owned */
	struct vmx_line *lines;	/* in their order */
	struct vmx_line **end;
	unsigned int error_count;
	struct vmx_error error[VMX_ERRORS_TOLD];
};

/**
 * vmxfile_read() - read a file; lines that are no settings are errors
 * @f: filled in, also if this fails; release with vmxfile_free()
 * @error: receives one sentence if the file can not be read
 *
 * #syscalls openat read close
 */
bool vmxfile_read(struct vmx_file *f, const char *path, char *error);

/* vmxfile_error() - note a mistake at a line. */
void vmxfile_error(struct vmx_file *f, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * vmxfile_good() - were there no mistakes?
 * @error: if there were, receives the last one; those before it are logged
 */
bool vmxfile_good(struct vmx_file *f, char *error);

void vmxfile_free(struct vmx_file *f);

#endif
