/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pump.h - the thread that clients of the screen talk to.
 *
 *	client -- pump: HTTP, WebSocket, gate -- socket pair -- libvncserver
 *
 * libvncserver waits inside its functions: for the rest of a message, or for
 * room in a socket. With clients' own sockets, a client that sends half a
 * message or does not read would stop the screen for all. So the library has
 * one end of a socket pair for each client, and the pump has the other: the
 * library gets whole messages (rfb_gate.h), and what it writes is always taken
 * at once.
 *
 * 1. The pump's thread alone touches clients' sockets. It never touches the
 *    library, which is the main thread's: between them are socket pairs, and a
 *    pipe by which the main thread gets its ends, one int each.
 * 2. The library hears of a client only when that has sent its version: only
 *    then the socket pair is made. A client has PUMP_PATIENCE_NS for each step
 *    of the handshake, and PUMP_PASSWORD_NS for the one in which a person types
 *    the password.
 * 3. What waits for a client is bounded: while anything does, no request for a
 *    picture is passed on. A client that reads nothing for PUMP_STUCK_NS is cut
 *    off; one whose host is gone a bit earlier, by the socket (listen.c).
 * 4. There are PUMP_CLIENTS places. One client more takes the place of one that
 *    has not finished its handshake; if there is none, it is turned away.
 * 5. With no client it sleeps in one poll(), for ever.
 */
#ifndef SCREEN_PUMP_H
#define SCREEN_PUMP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/http.h"
#include "screen/rfb_gate.h"
#include "screen/websocket.h"

#define PUMP_CLIENTS	8u
#define PUMP_LISTENERS	2u
#define PUMP_PATIENCE_NS 10000000000ull
#define PUMP_PASSWORD_NS 120000000000ull
#define PUMP_STUCK_NS	30000000000ull
#define PUMP_WAITING_MOST (64u << 20)	/* bytes for one client */

/* Bytes that wait, in one piece. */
struct pump_bytes {
	uint8_t *data;		/* malloc()ed */
	size_t len, done, room;
};

struct pump_client {
	int sock;		/* -1: nobody */
	int lib;		/* our end of its pair; -1: not yet, or gone */
	bool web;		/* it begins with a browser's request */
	bool framed;		/* it is a WebSocket by now */
	bool closing;		/* when all is sent, it is over */
	uint64_t since_ns;	/* its step of the handshake began; later: it
				 * took something */
	struct rfb_gate gate;
	struct websocket frames;
	struct pump_bytes in;	/* of the browser's request */
	struct pump_bytes to_client, to_lib;
	size_t skip;		/* bytes of the library's that we have said */
};

struct pump {
	int listener[PUMP_LISTENERS];	/* -1: none */
	int news;		/* write end: ends for the library */
	bool password;
	const struct http_server *web;	/* NULL: clients speak RFB at once */
	uint64_t rested_ns;	/* no client is taken in before */
	struct pump_client client[PUMP_CLIENTS];
	pthread_t thread;
};

/**
 * pump_start() - begin to serve
 * @p: zeroed, but for what to listen at (or -1), password and web; it stays in
 *	place for ever
 * @news: receives a descriptor that ends for the library come by, an int each
 *
 * Return: 0, or a negative errno.
 * #syscalls pipe2
 */
int pump_start(struct pump *p, int *news);

#endif
