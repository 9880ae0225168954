/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * networks.h - do a machine's cards fit the networks that there are, as the
 * user's file of networks says (docs/NETWORKS.md)?
 *
 * vmnetd reads that file, too, but has no terminal to say what is wrong there.
 */
#ifndef VMAPP_CONFIG_NETWORKS_H
#define VMAPP_CONFIG_NETWORKS_H

#include <stdbool.h>

#include "vmapp/config/options.h"

/**
 * networks_check() - read the file, and look at each card
 * @config: all options are in there
 * @error: CONFIG_ERROR_SIZE bytes: a sentence if one does not fit
 *
 * Lines of the file that make no sense are told, all of them, and then
 * @error says how many.
 *
 * Return: is all well?
 */
bool networks_check(const struct vm_config *config, char *error);

#endif
