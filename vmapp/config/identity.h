/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h - what tells one machine from all others, from one run to the
 * next: its cards' addresses are made of it.
 *
 * It is made of what stays, the first of these that there is: --name, the
 * .vmx file's uuid.bios, the path of that file, a random number. A name and a
 * path are some host's (and a name some user's), so what that host calls itself
 * is part of them: two containers may well have the same path.
 */
#ifndef VMAPP_CONFIG_IDENTITY_H
#define VMAPP_CONFIG_IDENTITY_H

#include <stdint.h>

#include "vmapp/config/options.h"

/**
 * identity_make() - Return: the number
 * @config: its name, uuid and vmx count
 *
 * Without these three it is another one for each call: to be called once for
 * a machine, resets and all.
 *
 * #syscalls uname openat read getuid getrandom
 */
uint64_t identity_make(const struct vm_config *config);

/* identity_mac() - the address of card @index, in the range in which VMware
 * generates them (00:0C:29). */
void identity_mac(uint64_t identity, unsigned int index, uint8_t mac[6]);

/* identity_card() - the address of a machine's card @index: the one that was
 * given, or else identity_mac(). */
void identity_card(const struct vm_config *config, unsigned int index,
		   uint8_t mac[6]);

#endif
