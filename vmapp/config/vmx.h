/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx.h - read a .vmx file: VMware's `key = "value"` lines.
 *
 * 1. Keys are not case-sensitive; a file that is named in a value is looked for
 *    from the .vmx file's own folder.
 * 2. A setting is used; or of no effect here, and named once, whole; or of
 *    something that a guest would miss, and then an error says what to do. No
 *    disk, card or port is left out silently. All mistakes of a file are told
 *    at once, each with file and line. vmxkeys.def has all three kinds.
 * 3. A device whose .present is FALSE is not there, whatever else is said of
 *    it, in any order.
 */
#ifndef VMAPP_CONFIG_VMX_H
#define VMAPP_CONFIG_VMX_H

#include <stdbool.h>

#include "vmapp/config/options.h"

/**
 * vmx_load() - read a file into a configuration
 * @config: changed by what the file says; its strings live until
 *	vmx_unload(), also if this fails
 * @path: the file
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes: the last of what is
 *	wrong; what is before that is logged
 */
bool vmx_load(struct vm_config *config, const char *path, char *error);

/* vmx_unload() - give back the strings that a file's values are in. */
void vmx_unload(struct vm_config *config);

#endif
