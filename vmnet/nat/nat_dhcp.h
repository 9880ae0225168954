/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_dhcp.h - what libslirp's DHCP does not say to a guest that boots.
 *
 * A PXE ROM that has an offer waits for one of a second server, a "ProxyDHCP",
 * which might know more of booting: iPXE, our card's, for three seconds. On
 * this network there is none, and iPXE believes who says so by its own option
 * (175: options in an option; of these 176, a byte; see iPXE's dhcp.h). Other
 * clients skip an option that they do not know (RFC 2131 3.5).
 */
#ifndef VMNET_NAT_DHCP_H
#define VMNET_NAT_DHCP_H

#include <stddef.h>
#include <stdint.h>

/**
 * nat_dhcp_no_proxy() - if that is an answer of the DHCP server's, add the
 *	option
 * @frame, @len: for the guest; changed in place, where libslirp leaves room
 *	behind its options, checksum and all
 */
void nat_dhcp_no_proxy(uint8_t *frame, size_t len);

#endif
