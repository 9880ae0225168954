/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx.h - read a .vmx file: VMware's `key = "value"` lines.
 *
 * 1. Keys are not case-sensitive; '#' begins a comment; blank lines are fine.
 * 2. Keys that we do not know are named in one warning and ignored; a bad
 *    value or a line that is no setting is an error with file and line.
 */
#ifndef VMAPP_VMX_H
#define VMAPP_VMX_H

#include <stdbool.h>

#include "vmapp/options.h"

/**
 * vmx_load() - read a file into a configuration
 * @config: changed by what the file says; its strings live until
 *	vmx_unload(), also if this fails
 * @path: the file
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes
 *
 * #syscalls openat read close
 */
bool vmx_load(struct vm_config *config, const char *path, char *error);

/* vmx_unload() - give back the strings that a file's values are in. */
void vmx_unload(struct vm_config *config);

#endif
