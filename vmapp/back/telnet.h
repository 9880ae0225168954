/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * telnet.h - the telnet protocol for a serial port: RFC 854 and 855, with the
 * options BINARY (856), ECHO (857) and SUPPRESS GO AHEAD (858).
 *
 * 1. This side offers to be binary, to echo (so the client does not: the guest
 *    does) and to suppress go-aheads, and asks the client for the first and
 *    the last. It agrees to these from whoever asks first, and to no other.
 * 2. What it has agreed to or refused once it does not say again: so no two
 *    ends can keep each other answering.
 * 3. Any bytes are safe. To each byte that comes belong at most three of reply,
 *    and one for the guest.
 */
#ifndef VMAPP_BACK_TELNET_H
#define VMAPP_BACK_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TELNET_HELLO 15u	/* bytes of telnet_hello() */
#define TELNET_REPLY 3u		/* most for each byte that comes */

struct telnet {
	uint8_t state, verb;
	bool after_cr;		/* NVT: a NUL behind a CR is no byte */
	bool binary;		/* the client sends binary */
	uint8_t refused[32];	/* bits: options that were, by DONT or WONT */
};

/* telnet_hello() - begin: @t is all new. @to: receives TELNET_HELLO bytes */
void telnet_hello(struct telnet *t, uint8_t *to);

/* What came, taken apart. */
struct telnet_in {
	uint8_t *bytes;		/* for the guest; room for as many as came */
	size_t count;
	uint8_t *reply;		/* to the client; room for TELNET_REPLY times as
				 * many, or NULL: none are wanted */
	size_t reply_len;
	unsigned int breaks;	/* times that BREAK was pressed */
};

/* telnet_take() - @n bytes came from the client; @in: its counts are set */
void telnet_take(struct telnet *t, const uint8_t *from, size_t n,
		 struct telnet_in *in);

/* telnet_give() - @n bytes of the guest's; @to: room for twice as many. Return:
 * how many it became. */
size_t telnet_give(const uint8_t *from, size_t n, uint8_t *to);

#endif
