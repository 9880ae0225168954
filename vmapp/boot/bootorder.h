/* SPDX-License-Identifier: BSD-2-Clause */
/* bootorder.h - what firmware is to boot from, and in which order. */
#ifndef VMAPP_BOOTORDER_H
#define VMAPP_BOOTORDER_H

#include <stddef.h>

#include "vmapp/config/options.h"

/**
 * bootorder_text() - the machine's drives and cards in the order of
 * config->boot_order, a line for each, as Open Firmware calls them
 * @text, @size: where to; cut off if it is too small
 *
 * Source: what SeaBIOS looks for (its log names each path).
 */
void bootorder_text(const struct vm_config *config, char *text, size_t size);

#endif
