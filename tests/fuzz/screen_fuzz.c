/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen_fuzz.c - what others say to hostel-screen, and what that says to
 * hostel-app: any bytes as a message of either; as RFB of a viewer, whole and
 * in pieces, which are to be the same; as a browser's request; as a WebSocket;
 * as the value of --display.
 *
 * Input: a byte says which, and how long pieces are; the rest is it.
 *
 * tests/fuzz: runs 20000
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "screen/client/display.h"
#include "screen/client/message.h"
#include "screen/http.h"
#include "screen/rfb_gate.h"
#include "screen/websocket.h"
#include "tests/fuzz/target.h"

#define TOKEN "abcdefghijkmnpqrstuvwxyz23456789"

static struct page page;

#define SEED(text) { text, sizeof(text) - 1 }

static const struct {
	const char *text;
	size_t len;
} seeds[] = {
	SEED("\0\1\0\0\0\36\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	SEED("\1RFB 003.008\n\1\1\2\0\0\1\0\0\0\0\3\0\0\0\0\0\2\2\1\2\4\1\0\0\0\0\0a"),
	SEED("\2RFB 003.003\n0123456789abcdef\1\6\0\0\0\0\0\0\3abc\5\0\0\1\0\2"),
	SEED("\3GET /?token=" TOKEN
	     " HTTP/1.1\r\nHost: 127.0.0.1:5800\r\n\r\n"),
	SEED("\3GET /websockify?token=" TOKEN
	     " HTTP/1.1\r\nHost: localhost:5800\r\n"
	     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
	SEED("\4\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89\x80\0\0\0\0"),
	SEED("\5vnc:127.0.0.1:5901"),
};

const char *fuzz_open(void)
{
	page.count = 1;
	page.files[0] = (struct page_file){ "/app/ui.js", "text/javascript",
					    (uint8_t *)(void *)"x", 1 };
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	if (n >= ARRAY_SIZE(seeds) || size < seeds[n].len)
		return 0;
	memcpy(buf, seeds[n].text, seeds[n].len);
	return seeds[n].len;
}

static void message(const uint8_t *data, size_t n)
{
	uint8_t bytes[SCREEN_MESSAGE_SIZE];
	struct screen_message m, again;

	if (!screen_message_decode(data, n, &m))
		return;
	ASSERT(m.code < SCREEN_KEYS && m.error <= 0);
	ASSERT(m.x <= SCREEN_POINTER_MOST && m.y <= SCREEN_POINTER_MOST);
	ASSERT(abs(m.wheel) <= SCREEN_WHEEL_MOST);
	screen_message_encode(&m, bytes);
	ASSERT(screen_message_decode(bytes, sizeof(bytes), &again));
	ASSERT(!memcmp(&m, &again, sizeof(m)));
}

/* through() - the gate, in pieces. Return: bytes in @out, or -1. */
static ssize_t through(struct rfb_gate *g, const uint8_t *data, size_t n,
		       size_t piece, uint8_t *out)
{
	ssize_t got, all = 0;
	uint8_t *now;
	size_t at;

	for (at = 0; at < n; at += piece) {
		/* As much room as is promised to be enough, and no more. */
		now = malloc(MIN(piece, n - at) + RFB_GATE_HELD);
		ASSERT(now);
		got = rfb_gate_feed(g, data + at, MIN(piece, n - at), now);
		if (got > 0)
			memcpy(out + all, now, (size_t)got);
		free(now);
		if (got < 0)
			return -1;
		all += got;
		ASSERT(g->held_len < RFB_GATE_HELD);
	}
	return all;
}

static void viewer(bool password, const uint8_t *data, size_t n)
{
	uint8_t request[RFB_REQUEST_LEN], *whole, *pieces;
	struct rfb_gate a, b;
	ssize_t all, same;

	whole = malloc(n + RFB_GATE_HELD);
	pieces = malloc(n + RFB_GATE_HELD);
	ASSERT(whole && pieces);
	rfb_gate_open(&a, password);
	rfb_gate_open(&b, password);
	all = through(&a, data, n, n + 1, whole);
	same = through(&b, data, n, n ? 1 + data[0] % 9 : 1, pieces);
	ASSERT(all == same &&
	       (all <= 0 || !memcmp(whole, pieces, (size_t)all)));
	if (rfb_gate_request(&a, request))
		ASSERT(a.x <= a.x_end && a.y <= a.y_end);
	free(whole);
	free(pieces);
}

static void browser(const uint8_t *data, size_t n)
{
	struct http_server s = { .page = &page, .port = 5800, .token = TOKEN };
	struct http_answer a;
	char *text = malloc(n + 1);
	size_t end;

	ASSERT(text);
	memcpy(text, data, n);
	end = http_end(text, n);
	ASSERT(end <= n);
	if (end) {
		http_answer(&s, text, end, &a);
		ASSERT(!memcmp(a.head, "HTTP/1.1 ", 9));
		ASSERT(strstr(a.head, "\r\n\r\n"));
		ASSERT(!a.websocket || memmem(text, end, TOKEN, 32));
	}
	free(text);
}

static void websocket(const uint8_t *data, size_t n)
{
	struct websocket w = { .head_len = 0 };
	struct websocket_reply reply;
	size_t at, used, piece;
	uint8_t *out;
	ssize_t got = 0;

	for (at = 0; at < n && got >= 0; at += used) {
		piece = MIN(n - at, (size_t)1 + data[at] % 31);
		out = malloc(piece);
		ASSERT(out);
		got = websocket_feed(&w, data + at, piece, &used, out, &reply);
		free(out);
		ASSERT(got < 0 ||
		       (used && used <= piece && (size_t)got <= used));
		ASSERT(reply.len <= sizeof(reply.bytes));
		ASSERT(got < 0 || used == piece || reply.len);
	}
}

static void display(const uint8_t *data, size_t n)
{
	char text[300], error[DISPLAY_ERROR] = "";
	struct display d;

	n = MIN(n, sizeof(text) - 1);
	memcpy(text, data, n);
	text[n] = '\0';
	if (!display_parse(text, &d, error))
		ASSERT(*error && memchr(error, 0, sizeof(error)));
	ASSERT(memchr(d.path, 0, sizeof(d.path)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	switch (data[0] % 6) {
	case 0:
		message(data + 1, size - 1);
		break;
	case 1:
	case 2:
		viewer(data[0] % 6 == 2, data + 1, size - 1);
		break;
	case 3:
		browser(data + 1, size - 1);
		break;
	case 4:
		websocket(data + 1, size - 1);
		break;
	default:
		display(data + 1, size - 1);
	}
	return 0;
}
