/* SPDX-License-Identifier: BSD-2-Clause */
/* http.c - a browser's requests: see http.h. */
#include "screen/http.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"

#define HTTP_PORT 80u

/* A piece of the request. */
struct span {
	const char *at;
	size_t len;
};

struct request {
	struct span path, query;	/* of what is asked for */
	struct span rest;		/* lines of fields */
	bool get;
};

static bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && !strncasecmp(s.at, text, s.len);
}

/* span_has() - @word stands in a list with commas or blanks. */
static bool span_has(struct span s, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= s.len; i++)
		if (!strncasecmp(s.at + i, word, n))
			return true;
	return false;
}

size_t http_end(const char *text, size_t len)
{
	const char *end = memmem(text, len, "\r\n\r\n", 4);

	return end ? (size_t)(end - text) + 4 : 0;
}

/* http_until() - Return: @s up to @c; @s becomes what is behind @c. */
static struct span http_until(struct span *s, char c)
{
	const char *end = memchr(s->at, c, s->len);
	struct span got = { s->at, end ? (size_t)(end - s->at) : s->len };
	size_t gone = got.len + (end != NULL);

	s->at += gone;
	s->len -= gone;
	return got;
}

static void http_parse(const char *text, size_t len, struct request *r)
{
	struct span all = { text, len }, line = http_until(&all, '\n');
	struct span method = http_until(&line, ' '),
		    target = http_until(&line, ' ');

	r->get = span_is(method, "GET");
	r->path = http_until(&target, '?');
	r->query = http_until(&target, '#');
	r->rest = all;
}

/* http_field() - Return: the value of a field of the head; the first, if there
 * are two. */
static struct span http_field(const struct request *r, const char *name)
{
	struct span rest = r->rest, line, key;

	while (rest.len) {
		line = http_until(&rest, '\n');
		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		key = http_until(&line, ':');
		while (line.len && *line.at == ' ')
			line.at++, line.len--;
		if (span_is(key, name))
			return line;
	}
	return (struct span){ "", 0 };
}

/* is_us() - is it a name that only this host can have, with our port? (Browsers
 * leave out the one that is HTTP's.) Another name that leads here (DNS
 * rebinding) is not accepted. */
static bool is_us(const struct http_server *s, struct span host)
{
	static const char *const names[] = { "127.0.0.1", "localhost" };
	char text[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(text, sizeof(text), "%s:%u", names[i], s->port);
		if (span_is(host, text) ||
		    (s->port == HTTP_PORT && span_is(host, names[i])))
			return true;
	}
	return false;
}

/* http_same() - are they equal? Takes as long wherever they differ. */
static bool http_same(const char *a, const char *b, size_t n)
{
	unsigned int differ = 0;
	size_t i;

	for (i = 0; i < n; i++)
		differ |= (unsigned int)(uint8_t)(a[i] ^ b[i]);
	return !differ;
}

/* knows_token() - does the query have "token=" and the token? The page has it in
 * the path of the WebSocket, where '=' is written %3D. */
static bool knows_token(const struct http_server *s, struct span query)
{
	static const char *const before[] = { "token=", "token%3D" };
	size_t i, j, n, len = strlen(s->token);
	bool known = false;

	for (j = 0; len && j < ARRAY_SIZE(before); j++) {
		n = strlen(before[j]);
		for (i = 0; i + n + len <= query.len; i++)
			if (!strncasecmp(query.at + i, before[j], n))
				known |= http_same(query.at + i + n, s->token,
						   len);
	}
	return known;
}

/* http_say() - fill in a status line with fields, and perhaps a body. */
static void http_say(struct http_answer *out, const char *status,
		     const char *type, const void *body, size_t len)
{
	out->body = body;
	out->body_len = len;
	snprintf(out->head, sizeof(out->head),
		 "HTTP/1.1 %s\r\n"
		 "Content-Type: %s\r\n"
		 "Content-Length: %zu\r\n"
		 "Connection: close\r\n"
		 "Cache-Control: no-store\r\n"
		 "Referrer-Policy: no-referrer\r\n"
		 "X-Content-Type-Options: nosniff\r\n"
		 "Content-Security-Policy: frame-ancestors 'none'\r\n\r\n",
		 status, type, len);
}

static void http_refuse(struct http_answer *out, const char *status,
			const char *why)
{
	http_say(out, status, "text/plain", why, strlen(why));
}

/* to_the_page() - redirect from the entry, whose address users are told. */
static void to_the_page(const struct http_server *s, struct http_answer *out)
{
	snprintf(out->head, sizeof(out->head),
		 "HTTP/1.1 302 Found\r\n"
		 "Location: /vnc.html?autoconnect=1&resize=scale&reconnect=1"
		 "&path=websockify%%3Ftoken%%3D%s\r\n"
		 "Content-Length: 0\r\n"
		 "Connection: close\r\n"
		 "Cache-Control: no-store\r\n"
		 "Referrer-Policy: no-referrer\r\n\r\n",
		 s->token);
}

/* http_upgrade() - the connection of our own page becomes a WebSocket. */
static void http_upgrade(const struct http_server *s, const struct request *r,
			 struct http_answer *out)
{
	struct span key = http_field(r, "Sec-WebSocket-Key");
	struct span origin = http_field(r, "Origin");
	char accept[WEBSOCKET_ACCEPT];

	if (origin.len > 7 && !strncasecmp(origin.at, "http://", 7)) {
		origin.at += 7;
		origin.len -= 7;
	}
	if (origin.len && !is_us(s, origin)) {
		http_refuse(out, "403 Forbidden",
			    "This is for Hostel's own page.\n");
		return;
	}
	if (!span_has(http_field(r, "Upgrade"), "websocket") || !key.len ||
	    !span_is(http_field(r, "Sec-WebSocket-Version"), "13")) {
		http_refuse(out, "400 Bad Request",
			    "This is for a WebSocket.\n");
		return;
	}
	websocket_accept(key.at, key.len, accept);
	out->websocket = true;
	snprintf(out->head, sizeof(out->head),
		 "HTTP/1.1 101 Switching Protocols\r\n"
		 "Upgrade: websocket\r\n"
		 "Connection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: %s\r\n%s\r\n",
		 accept,
		 span_has(http_field(r, "Sec-WebSocket-Protocol"), "binary") ?
			 "Sec-WebSocket-Protocol: binary\r\n" :
			 "");
}

/* http_file() - answer with a file of noVNC. */
static void http_file(const struct http_server *s, const struct request *r,
		      struct http_answer *out)
{
	const struct page_file *f = page_find(s->page, r->path.at, r->path.len);

	if (f)
		http_say(out, "200 OK", f->type, f->data, f->len);
	else
		http_refuse(out, "404 Not Found", "There is no such file.\n");
}

/* is_secret() - is the token needed for this path? */
static bool is_secret(struct span path)
{
	return span_is(path, "/") || span_is(path, "/websockify") ||
	       (path.len > 5 &&
		!strncasecmp(path.at + path.len - 5, ".html", 5));
}

void http_answer(const struct http_server *s, const char *text, size_t len,
		 struct http_answer *out)
{
	struct request r;

	memset(out, 0, sizeof(*out));
	http_parse(text, len, &r);
	if (!r.get)
		http_refuse(out, "405 Method Not Allowed", "Only GET is.\n");
	else if (!is_us(s, http_field(&r, "Host")))
		http_refuse(out, "403 Forbidden",
			    "Open the address that Hostel has printed.\n");
	else if (is_secret(r.path) && !knows_token(s, r.query))
		http_refuse(
			out, "403 Forbidden",
			"Open the address that Hostel has printed, with its "
			"token.\n");
	else if (span_is(r.path, "/"))
		to_the_page(s, out);
	else if (span_is(r.path, "/websockify"))
		http_upgrade(s, &r, out);
	else
		http_file(s, &r, out);
}
