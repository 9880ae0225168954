/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tftp.h - the folders that guests may read by TFTP: opened here, once, by who
 * has the user's rights, and handed on as descriptors.
 */
#ifndef VMAPP_CONFIG_TFTP_H
#define VMAPP_CONFIG_TFTP_H

#include "vmapp/config/options.h"

/**
 * tftp_open() - open the folders of all cards, number them
 * @config: its cards' wishes are filled in; the descriptors live until the
 *	process ends, or tftp_close()
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes
 *
 * Return: false if one can not be used. A boot file that is not there is only
 * a warning: somebody may still put it there.
 * #syscalls openat faccessat getrandom
 */
bool tftp_open(struct vm_config *config, char *error);

/* tftp_close() - for who needs them no more. #syscalls close */
void tftp_close(const struct vm_config *config);

#endif
