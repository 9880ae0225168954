/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket.c - RFC 6455: see websocket.h. */
#include "screen/websocket.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "screen/sha1.h"

/* RFC, 5.2. */
#define FIN	0x80u
#define RESERVED 0x70u
#define OPCODE	0x0fu
#define MASKED	0x80u
enum opcode { CONTINUED = 0, TEXT, BINARY, CLOSE = 8, PING, PONG };

void websocket_accept(const char *key, size_t len, char *out)
{
	static const char salt[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t all[128], sum[SHA1_SIZE + 1] = { 0 };
	unsigned int i;
	uint32_t v;

	len = MIN(len, sizeof(all) - sizeof(salt));
	memcpy(all, key, len);
	memcpy(all + len, salt, sizeof(salt) - 1);
	sha1(all, len + sizeof(salt) - 1, sum);
	for (i = 0; i < SHA1_SIZE; i += 3) {
		v = (uint32_t)sum[i] << 16 | (uint32_t)sum[i + 1] << 8 |
		    sum[i + 2];
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = digits[v >> 6 & 63];
		*out++ = digits[v & 63];
	}
	out[-1] = '=';	/* 20 bytes are two more than 18 */
	*out = '\0';
}

size_t websocket_head(size_t n, uint8_t *out)
{
	unsigned int i;

	out[0] = FIN | BINARY;
	if (n < 126) {
		out[1] = (uint8_t)n;
		return 2;
	}
	if (n <= 0xffff) {
		out[1] = 126;
		out[2] = (uint8_t)(n >> 8);
		out[3] = (uint8_t)n;
		return 4;
	}
	out[1] = 127;
	for (i = 0; i < 8; i++)
		out[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	return 10;
}

/* head_length() - Return: bytes of the frame's head, as far as it tells yet. */
static size_t head_length(const struct websocket *w)
{
	unsigned int n = w->head_len > 1 ? w->head[1] & 0x7f : 0;

	return w->head_len < 2 ? 2 : 6 + (n == 126 ? 2 : n == 127 ? 8 : 0);
}

/* head_length_field() - Return: how many bytes follow the head. */
static uint64_t head_length_field(const struct websocket *w)
{
	unsigned int n = w->head[1] & 0x7f, i, size = n == 126 ? 2 : 8;
	uint64_t v = 0;

	if (n < 126)
		return n;
	for (i = 0; i < size; i++)
		v = v << 8 | w->head[2 + i];
	return v;
}

static bool is_control(const struct websocket *w)
{
	return w->head[0] & 8;
}

/* head_ok() - is the whole head right? A browser must mask its frames (RFC,
 * 5.1). */
static bool head_ok(struct websocket *w)
{
	unsigned int op = w->head[0] & OPCODE;

	if (w->head[0] & RESERVED || !(w->head[1] & MASKED) ||
	    (op > BINARY && op < CLOSE) || op > PONG)
		return false;
	w->left = head_length_field(w);
	w->at = 0;
	return !is_control(w) ||
	       (w->left <= WEBSOCKET_CONTROL && w->head[0] & FIN);
}

/* frame_control() - a control frame is whole: answer it (RFC, 5.5). */
static void frame_control(const struct websocket *w,
			  struct websocket_reply *reply)
{
	unsigned int op = w->head[0] & OPCODE;
	size_t n = (size_t)w->at;

	if (op == PONG)
		return;
	reply->bytes[0] = FIN | (op == PING ? PONG : CLOSE);
	reply->bytes[1] = (uint8_t)n;
	memcpy(reply->bytes + 2, w->control, n);
	reply->len = 2 + n;
	reply->end = op == CLOSE;
}

/* frame_body() - take bytes of the frame. Return: how many of @n. */
static size_t frame_body(struct websocket *w, const uint8_t *in, size_t n,
			 uint8_t *out)
{
	const uint8_t *mask = w->head + head_length(w) - 4;
	size_t i, now = (size_t)MIN(w->left, (uint64_t)n);

	for (i = 0; i < now; i++) {
		uint8_t byte = in[i] ^ mask[(w->at + i) % 4];

		if (is_control(w))
			w->control[w->at + i] = byte;
		else
			out[i] = byte;
	}
	w->at += now;
	w->left -= now;
	return now;
}

ssize_t websocket_feed(struct websocket *w, const uint8_t *in, size_t n,
		       size_t *used, uint8_t *out,
		       struct websocket_reply *reply)
{
	size_t written = 0, now;

	reply->len = *used = 0;
	reply->end = false;
	while (*used < n && !reply->len) {
		if (w->head_len < head_length(w)) {
			w->head[w->head_len++] = in[(*used)++];
			if (w->head_len < head_length(w))
				continue;
			if (!head_ok(w))
				return -1;
		}
		now = frame_body(w, in + *used, n - *used, out + written);
		*used += now;
		written += is_control(w) ? 0 : now;
		if (w->left)
			continue;
		if (is_control(w))
			frame_control(w, reply);
		w->head_len = 0;
	}
	return (ssize_t)written;
}
