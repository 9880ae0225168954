/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - a browser's request, and what it is answered.
 *
 * A page of this host's is reached by every page of the world that the user's
 * browser shows, so who asks must know the token that hostel-screen has
 * printed, call us by a name of this host's own, and come from our own page.
 * The parts of noVNC are no secret; the entry, its pages and the WebSocket are
 * for those who have the token.
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
	size_t body_len;
	bool websocket;		/* from now on it is one */
};

/**
 * http_answer() - to one request
 * @text, @len: all of its head, up to the empty line and with it
 */
void http_answer(const struct http_server *s, const char *text, size_t len,
		 struct http_answer *out);

/* http_end() - how long the head of a request is that begins at @text; 0: its
 * end is not here yet. */
size_t http_end(const char *text, size_t len);

#endif
