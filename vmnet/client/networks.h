/* SPDX-License-Identifier: BSD-2-Clause */
/* networks.h - the user's file of networks (vmnet/proto/networking.h), as a
 * command reads it. */
#ifndef VMNET_CLIENT_NETWORKS_H
#define VMNET_CLIENT_NETWORKS_H

#include "vmnet/proto/home.h"
#include "vmnet/proto/networking.h"

/**
 * networks_read() - read the file, if there is one
 * @why, @size: room for a sentence if it is not good; then each line of it that
 *		makes no sense has been told (base/log.h)
 *
 * Return: is it good?
 */
bool networks_read(struct networking *n, char *why, size_t size);

/* networks_tell() - say each of the lines of @errors (networking_parse()). */
void networks_tell(const char *path, const char *errors);

#endif
