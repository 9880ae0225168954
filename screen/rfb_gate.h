/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rfb_gate.h - what a VNC client may say, before libvncserver hears it.
 *
 * The protocol is RFC 6143's. The gate reads what the client sends, and passes
 * on whole messages of those kinds that a screen needs. So the library never
 * waits for the rest of a message, and never sees what it has no need to parse,
 * such as cut text, in which it has had holes.
 *
 * 1. It holds back at most RFB_GATE_HELD bytes, whatever comes.
 * 2. Cut text of any length is dropped without memory for it; so are requests
 *    for another size. Only encodings on a list are passed on.
 * 3. Requests for a picture are kept apart, and several become one: a client
 *    that asks again and again, and does not read, gets one answer.
 * 4. A client that says anything else is cut off.
 * 5. Pure: no system call.
 */
#ifndef SCREEN_RFB_GATE_H
#define SCREEN_RFB_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the server says first: RFC 6143, 7.1.1. */
#define RFB_VERSION	"RFB 003.008\n"
#define RFB_VERSION_LEN	12u
#define RFB_REQUEST_LEN	10u

#define RFB_GATE_ENCODINGS 256u	/* more in one message: cut off */
#define RFB_GATE_HELD	(4u + 4 * RFB_GATE_ENCODINGS)

enum rfb_state {
	RFB_SAYS_VERSION,
	RFB_SAYS_TYPE,		/* of security */
	RFB_SAYS_RESPONSE,	/* to the challenge */
	RFB_SAYS_INIT,
	RFB_TALKS,		/* it is in, if the password is right */
};

struct rfb_gate {
	enum rfb_state state;
	bool password;		/* the server asks for one */
	uint8_t held[RFB_GATE_HELD];	/* of one message */
	size_t held_len;
	uint64_t swallow;	/* bytes to come that nobody wants */
	bool requested;		/* there is a request for a picture: */
	bool all;		/* of all of it, changed or not */
	uint16_t x, y, x_end, y_end;
};

/* rfb_gate_open() - begin with a new client. @password: the server asks for
 * one. */
void rfb_gate_open(struct rfb_gate *g, bool password);

/**
 * rfb_gate_feed() - take some bytes from the client
 * @in, @n: any bytes
 * @out: receives what may go on to the server: @n + RFB_GATE_HELD bytes of
 *	room are enough
 *
 * Return: how many bytes @out has, or -1: cut the client off.
 */
ssize_t rfb_gate_feed(struct rfb_gate *g, const uint8_t *in, size_t n,
		      uint8_t *out);

/* rfb_gate_request() - if the client has asked for a picture: write one request
 * for the server, and forget it. @out: RFB_REQUEST_LEN bytes. Return: how many
 * were written, 0 if it has not. */
size_t rfb_gate_request(struct rfb_gate *g, uint8_t *out);

#endif
