/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * websocket.h - RFC 6455, as much of it as a browser needs that shows a screen.
 *
 * 1. Pure: no system call. Any bytes may come.
 * 2. A message of the browser is only its bytes: text, binary and their pieces
 *    are the same to us. Frames of control are small, by the RFC.
 */
#ifndef SCREEN_WEBSOCKET_H
#define SCREEN_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WEBSOCKET_ACCEPT 32u	/* room for what is said to a key, with NUL */
#define WEBSOCKET_HEAD	10u	/* the most that is put before a message */
#define WEBSOCKET_CONTROL 125u	/* bytes of a frame of control: RFC, 5.5 */

struct websocket {
	uint8_t head[14];	/* of a frame, as far as it is here */
	size_t head_len;
	uint64_t left;		/* of its bytes */
	uint64_t at;		/* how many were taken, for the mask */
	uint8_t control[WEBSOCKET_CONTROL];	/* of a frame of control */
};

/* websocket_accept() - the answer to Sec-WebSocket-Key (RFC 6455, 4.2.2).
 * @key, @len: the key, as it stands in the request. @out: receives a
 * NUL-terminated text, WEBSOCKET_ACCEPT bytes. */
void websocket_accept(const char *key, size_t len, char *out);

/* A frame to be sent back: a pong, or a close. */
struct websocket_reply {
	uint8_t bytes[4 + WEBSOCKET_CONTROL];
	size_t len;		/* 0: nothing is to be sent */
	bool end;		/* close the connection then */
};

/**
 * websocket_feed() - take some bytes from a browser
 * @in, @n: any bytes
 * @used: receives how many of them were taken: less than @n only if @reply is
 *	to be sent first; then feed the rest
 * @out: receives the messages' bytes: @n bytes of room are enough
 * @reply: receives what is to be sent back
 *
 * Return: how many bytes @out has, or -1: cut the browser off.
 */
ssize_t websocket_feed(struct websocket *w, const uint8_t *in, size_t n,
		       size_t *used, uint8_t *out,
		       struct websocket_reply *reply);

/* websocket_head() - the frame's head that goes before @n bytes for the
 * browser. @out: WEBSOCKET_HEAD bytes. Return: how many were written. */
size_t websocket_head(size_t n, uint8_t *out);

#endif
