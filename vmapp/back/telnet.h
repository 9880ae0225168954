/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * telnet.h - the telnet protocol for a serial port: RFC 854 and 855, with the
 * options BINARY (856), ECHO (857) and SUPPRESS GO AHEAD (858).
 *
 * 1. This side offers BINARY, ECHO (so that the client does not echo; the guest
 *    does) and SUPPRESS GO AHEAD, and asks the client for BINARY and SUPPRESS
 *    GO AHEAD. It agrees to these, whichever side asks first, and to no other
 *    option.
 * 2. It says once that it agrees to an option, or refuses it. So the two ends
 *    can not keep each other answering.
 * 3. Any bytes are safe. Each byte that comes makes at most three bytes of
 *    reply, and one for the guest.
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
	bool after_cr;		/* not binary: a NUL behind a CR is dropped */
	bool binary;		/* the client sends binary */
	uint8_t refused[32];	/* bits: options refused by DONT or WONT */
};

/* telnet_hello() - begin with a new client. @t: is set up. @to: receives
 * TELNET_HELLO bytes for the client */
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

/* telnet_take() - @n bytes at @from came from the client: take them apart. @in:
 * the caller sets bytes and reply; their counts and breaks are filled in */
void telnet_take(struct telnet *t, const uint8_t *from, size_t n,
		 struct telnet_in *in);

/* telnet_give() - @n bytes at @from go to the client: IAC is doubled. @to:
 * receives them, room for 2 * @n. Return: how many. */
size_t telnet_give(const uint8_t *from, size_t n, uint8_t *to);

#endif
