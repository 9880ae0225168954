/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - a browser's request, and what it is answered.
 *
 * Any page of the world that the user's browser shows can send requests here.
 * So a request must have the token that hostel-screen has printed, name this
 * host in Host, and come from our own page by its Origin. noVNC's files are no
 * secret; only the entry page and the WebSocket ask for the token.
 *
 * Pure: no system call. Any bytes may come.
 */
#ifndef SCREEN_HTTP_H
#define SCREEN_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "screen/page.h"
#include "screen/websocket.h"

#define HTTP_REQUEST_MOST 8192u	/* bytes of a request's head */
#define HTTP_TOKEN	33u	/* with its NUL */

struct http_server {
	const struct page *page;
	char token[HTTP_TOKEN];
	unsigned int port;
};

struct http_answer {
	char head[1024];	/* NUL-terminated */
	const void *body;	/* of the page, or a sentence; not owned */
	size_t body_len;	/* bytes */
	bool websocket;		/* the connection becomes a WebSocket */
};

/**
 * http_answer() - answer one request
 * @text, @len: the request's head, with the empty line that ends it
 * @out: receives the answer
 */
void http_answer(const struct http_server *s, const char *text, size_t len,
		 struct http_answer *out);

/* http_end() - Return: the length of the request's head that begins at @text;
 * 0 if its end is not among the @len bytes. */
size_t http_end(const char *text, size_t len);

#endif
