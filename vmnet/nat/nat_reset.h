/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_reset.h - a TCP connection that is reset on one side of the NAT is
 * reset on the other, not closed: who downloads must learn that there is
 * more to come.
 *
 * libslirp 4.7.0 resets the guest's connection if it hears of a reset as it
 * reads from the host's socket, and closes it, with a FIN, if it hears of it
 * as it writes. Told of an error it does both, reading first; and where more
 * data lies before the error, writing finds it. A guest's reset it makes a
 * close of the host's socket. So:
 *
 * 1. Of an error of a connected socket libslirp hears that there is something
 *    to read. It reads the data, and then the reset, at its own pace.
 * 2. If it has no room to read, it hears nothing until it has: the guest is
 *    slow, and gets in order what came before the reset.
 * 3. If it does not read any more, as the far side had ended its half, it
 *    hears of the error as it is: then it finds nothing but the reset.
 * 4. A socket that is closed while a guest's reset is taken in is closed by a
 *    reset.
 *
 * Sockets that listen, connect, or are not TCP's: as libslirp is used to.
 */
#ifndef VMNET_NAT_RESET_H
#define VMNET_NAT_RESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAT_RESET_FDS 2048u	/* descriptors beyond are not looked after */

struct nat_reset {
	uint8_t state[NAT_RESET_FDS];	/* by descriptor */
	bool by_guest;		/* a guest's reset is being taken in */
};

/* nat_reset_opened() - libslirp has a new socket. */
void nat_reset_opened(struct nat_reset *r, int fd);

/* nat_reset_closing() - libslirp closes a socket next.
 * #syscalls[nat] setsockopt */
void nat_reset_closing(struct nat_reset *r, int fd);

/**
 * nat_reset_asked() - libslirp wants to hear of a socket
 * @events: SLIRP_POLL_* as it wants them
 *
 * Return: true if there is nothing to poll it for now (rule 2).
 */
bool nat_reset_asked(struct nat_reset *r, int fd, int events);

/**
 * nat_reset_told() - what libslirp is to hear of a socket
 * @events: SLIRP_POLL_* as poll() has found them
 * @reads: did libslirp ask to read?
 *
 * Return: @events, or what libslirp is to make of an error instead (rules 1 to
 * 3). #syscalls[nat] ioctl
 */
int nat_reset_told(struct nat_reset *r, int fd, int events, bool reads);

/* nat_reset_connected() - is it the socket of a TCP connection? */
bool nat_reset_connected(const struct nat_reset *r, int fd);

/* nat_reset_frame() - a frame goes to libslirp; NULL: it has been there. */
void nat_reset_frame(struct nat_reset *r, const uint8_t *frame, size_t len);

#endif
