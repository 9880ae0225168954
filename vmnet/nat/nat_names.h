/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_names.h - questions for names by TCP: what the guest sends to
 * 10.0.2.3:53 goes to a name server of the host, and comes back from 10.0.2.3.
 *
 * Addresses are changed in the frames on both sides of libslirp, so that it
 * needs no name server, nor a file that names one. Only IPv4 servers can be
 * asked by TCP. Which connection was changed is kept by the guest's port.
 */
#ifndef VMNET_NAT_NAMES_H
#define VMNET_NAT_NAMES_H

#include <stdbool.h>

#include "vmnet/nat/nat_packet.h"
#include "vmnet/keeper/resolv.h"

#define NAT_NAMES	64u	/* connections; a new one replaces the oldest */

struct nat_names {
	const struct resolv_page *page;	/* or NULL */
	uint32_t subnet;	/* of the network */
	struct {
		uint16_t port;		/* 0: free */
		uint32_t server;
	} link[NAT_NAMES];
	unsigned int next;
};

/**
 * nat_names_out() - a TCP packet from the guest to 10.0.2.3
 * @p: changed in place
 *
 * Return: false if there is no server for it.
 */
bool nat_names_out(struct nat_names *n, struct nat_packet *p);

/* nat_names_back() - a frame of libslirp's to the guest; changed in place if
 * it comes from such a server. */
void nat_names_back(const struct nat_names *n, uint8_t *frame, size_t len);

#endif
