/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network.h - which kinds of networks there are.
 *
 * A new kind has a folder with its struct network_ops, and a row in
 * network.c: that is the only file of switch/ that knows of these folders.
 */
#ifndef VMNET_NETWORK_H
#define VMNET_NETWORK_H

#include "vmnet/proto/networking.h"
#include "vmnet/switch/hub.h"

/* network_kind() - Return: the functions of networks of @kind. */
const struct network_ops *network_kind(enum net_kind kind);

/* network_stats() - add what each kind tells of all its networks to @t. */
void network_stats(struct text *t, const struct vswitch *sw);

#endif
