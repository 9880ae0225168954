/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_tftp.h - TFTP at 10.0.2.2, port 69: the guest reads files of one folder
 * (RFC 1350, and the options of RFC 2347 to 2349).
 *
 * Not by libslirp, which opens files itself by their path: this process can
 * open none. Who can is another one (nat_folder.h), asked for each file.
 *
 * 1. It reads; what would write is refused. A transfer is of the bytes that the
 *    file had when it was asked for: one that grows meanwhile ends there; one
 *    that shrinks ends with an error.
 * 2. A transfer is one port of the guest. There are NAT_TFTP_TRANSFERS at
 *    most; one more, and the one that was used last the longest time ago ends.
 * 3. All answers come from port 69, as PXE clients know it from others.
 * 4. Whatever the guest sends, an answer is never longer than NAT_MTU, and a
 *    packet makes at most one. A block goes again after its time-out, of a
 *    second if the guest does not say, NAT_TFTP_TRIES times.
 */
#ifndef VMNET_NAT_TFTP_H
#define VMNET_NAT_TFTP_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "vmnet/nat/nat_packet.h"

#define NAT_TFTP_TRANSFERS	16u
#define NAT_TFTP_TRIES		6u
#define NAT_TFTP_BLOCK_MAX \
	(NAT_MTU - IP_HEADER - UDP_HEADER - 4u)	/* 4: TFTP's header */

struct nat_tftp;

/**
 * nat_tftp_new() - begin with no transfer
 * @out: the way to the guest; used as long as there is this
 * @folder: nat_folder_start()'s socket; used, but not closed
 *
 * Return: NULL if there is no memory. vmnet-nat does not free it: that
 * process ends before.
 */
struct nat_tftp *nat_tftp_new(struct nat_out *out, int folder);

/* nat_tftp_free() - end all transfers. #syscalls[nat] close */
void nat_tftp_free(struct nat_tftp *t);

/* nat_tftp_takes() - is that UDP packet for this? */
bool nat_tftp_takes(const struct nat_tftp *t, const struct nat_packet *p);

/**
 * nat_tftp_input() - a packet from the guest
 * @p: nat_tftp_takes() says yes
 *
 * #syscalls[nat] sendto pread64
 */
void nat_tftp_input(struct nat_tftp *t, const struct nat_packet *p,
		    uint64_t now_ns);

/* nat_tftp_fill() - what is to be polled, one. */
void nat_tftp_fill(const struct nat_tftp *t, struct pollfd *poll);

/* nat_tftp_wait_ms() - how long nothing is to be done if nothing comes; @ms if
 * that is less. */
uint32_t nat_tftp_wait_ms(const struct nat_tftp *t, uint64_t now_ns,
			  uint32_t ms);

/* nat_tftp_poll() - files that were opened, and blocks that go again. */
void nat_tftp_poll(struct nat_tftp *t, const struct pollfd *poll,
		   uint64_t now_ns);

#endif
