/* SPDX-License-Identifier: BSD-2-Clause */
/* rfb_gate.c - what a VNC client may say: see rfb_gate.h. */
#include "screen/rfb_gate.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

/* Security types: RFC 6143, 7.1.2. */
#define SECURITY_NONE	1
#define SECURITY_VNC	2
#define RESPONSE_LEN	16u

/* Messages of a client: RFC 6143, 7.5, and SetDesktopSize. */
enum said {
	SET_PIXEL_FORMAT = 0,
	SET_ENCODINGS = 2,
	REQUEST = 3,
	KEY = 4,
	POINTER = 5,
	CUT_TEXT = 6,
	SET_SIZE = 251,
};

/* Never more than this at once, so that no count overflows. */
#define SWALLOW_MOST (1ull << 40)

void rfb_gate_open(struct rfb_gate *g, bool password)
{
	memset(g, 0, sizeof(*g));
	g->password = password;
}

/* encoding_is_let() - is it an encoding without loss, or one that tells a
 * change of size? */
static bool encoding_is_let(int32_t e)
{
	static const int32_t let[] = {
		0, 1, 2, 5, 6, 7, 16,	/* raw, CopyRect, RRE, Hextile, zlib,
					 * Tight, ZRLE */
		-223, -224,		/* NewFBSize, LastRect */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(let); i++)
		if (e == let[i])
			return true;
	return e >= -256 && e <= -247;	/* how hard to compress */
}

/* gate_length() - Return: the length of the message that is held, or a part of
 * it after which to ask again; 0: it is no message. */
static size_t gate_length(const struct rfb_gate *g)
{
	const uint8_t *p = g->held;

	switch (g->state) {
	case RFB_SAYS_VERSION:
		return RFB_VERSION_LEN;
	case RFB_SAYS_TYPE:
	case RFB_SAYS_INIT:
		return 1;
	case RFB_SAYS_RESPONSE:
		return RESPONSE_LEN;
	case RFB_TALKS:
		break;
	}
	if (!g->held_len)
		return 1;
	switch (p[0]) {
	case SET_PIXEL_FORMAT:
		return 20;
	case SET_ENCODINGS:
		if (g->held_len < 4)
			return 4;
		return get_be16(p + 2) > RFB_GATE_ENCODINGS ?
			       0 :
			       4 + 4u * get_be16(p + 2);
	case REQUEST:
		return RFB_REQUEST_LEN;
	case KEY:
	case CUT_TEXT:
	case SET_SIZE:
		return 8;
	case POINTER:
		return 6;
	default:
		return 0;
	}
}

/* gate_version() - take the client's version, and write for the server the one
 * of those it knows that the client speaks. Return: false: it is no version. */
static bool gate_version(struct rfb_gate *g, uint8_t *out)
{
	const uint8_t *p = g->held;
	unsigned int i, minor = 0;

	if (memcmp(p, RFB_VERSION, 8) || p[11] != '\n')
		return false;
	for (i = 8; i < 11; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		minor = minor * 10 + p[i] - '0';
	}
	if (minor < 3)
		return false;
	memcpy(out, RFB_VERSION, RFB_VERSION_LEN);
	out[10] = minor < 7 ? '3' : minor == 7 ? '7' : '8';
	g->state = minor >= 7	 ? RFB_SAYS_TYPE :
		   g->password ? RFB_SAYS_RESPONSE :
				 RFB_SAYS_INIT;
	return true;
}

/* gate_request() - a request for a picture came: join it to the one that
 * waits. */
static void gate_request(struct rfb_gate *g)
{
	uint16_t x = get_be16(g->held + 2), y = get_be16(g->held + 4);
	uint16_t x_end = (uint16_t)MIN(x + get_be16(g->held + 6), 0xffff);
	uint16_t y_end = (uint16_t)MIN(y + get_be16(g->held + 8), 0xffff);

	if (!g->requested) {
		g->x = x, g->y = y, g->x_end = x_end, g->y_end = y_end;
		g->all = false;
	}
	g->requested = true;
	g->all |= !g->held[1];
	g->x = MIN(g->x, x);
	g->y = MIN(g->y, y);
	g->x_end = MAX(g->x_end, x_end);
	g->y_end = MAX(g->y_end, y_end);
}

size_t rfb_gate_request(struct rfb_gate *g, uint8_t *out)
{
	if (!g->requested)
		return 0;
	g->requested = false;
	out[0] = REQUEST;
	out[1] = !g->all;
	put_be16(out + 2, g->x);
	put_be16(out + 4, g->y);
	put_be16(out + 6, (uint16_t)(g->x_end - g->x));
	put_be16(out + 8, (uint16_t)(g->y_end - g->y));
	return RFB_REQUEST_LEN;
}

/* gate_encodings() - pass on encodings that are on the list. Return: bytes
 * written. */
static size_t gate_encodings(const struct rfb_gate *g, uint8_t *out)
{
	unsigned int i, n = get_be16(g->held + 2), kept = 0;

	memcpy(out, g->held, 4);
	for (i = 0; i < n; i++) {
		const uint8_t *e = g->held + 4 + 4 * i;

		if (encoding_is_let((int32_t)get_be32(e)))
			memcpy(out + 4 + 4 * kept++, e, 4);
	}
	put_be16(out + 2, (uint16_t)kept);
	return 4 + 4 * kept;
}

/* pixel_format_ok() - true colour of 8, 16 or 32 bits, whose parts are within
 * these bits: RFC 6143, 7.4. */
static bool pixel_format_ok(const uint8_t *f)
{
	unsigned int bits = f[0], i;

	if (bits != 8 && bits != 16 && bits != 32)
		return false;
	if (!f[3] || f[1] > 32)
		return false;
	for (i = 0; i < 3; i++)
		if (f[10 + i] >= bits ||
		    (uint64_t)get_be16(f + 4 + 2 * i) << f[10 + i] >> bits)
			return false;
	return true;
}

/* gate_talk() - a whole message came after the handshake. Return: bytes
 * written, or -1. */
static ssize_t gate_talk(struct rfb_gate *g, uint8_t *out)
{
	uint32_t n;

	switch (g->held[0]) {
	case SET_PIXEL_FORMAT:
		if (!pixel_format_ok(g->held + 4))
			return -1;
		break;
	case SET_ENCODINGS:
		return (ssize_t)gate_encodings(g, out);
	case REQUEST:
		gate_request(g);
		return 0;
	case CUT_TEXT:
		/* Less than 0: the extended clipboard's, as many bytes. */
		n = get_be32(g->held + 4);
		g->swallow = n >> 31 ? -n : n;
		return 0;
	case SET_SIZE:
		g->swallow = 16ull * g->held[6];
		return 0;
	default:
		break;
	}
	memcpy(out, g->held, g->held_len);
	return (ssize_t)g->held_len;
}

/* gate_whole() - the message that is held is whole. Return: bytes written, or
 * -1. */
static ssize_t gate_whole(struct rfb_gate *g, uint8_t *out)
{
	switch (g->state) {
	case RFB_SAYS_VERSION:
		return gate_version(g, out) ? (ssize_t)RFB_VERSION_LEN : -1;
	case RFB_SAYS_TYPE:
		if (g->held[0] != (g->password ? SECURITY_VNC : SECURITY_NONE))
			return -1;
		g->state = g->password ? RFB_SAYS_RESPONSE : RFB_SAYS_INIT;
		break;
	case RFB_SAYS_RESPONSE:
		g->state = RFB_SAYS_INIT;
		break;
	case RFB_SAYS_INIT:
		g->state = RFB_TALKS;
		break;
	case RFB_TALKS:
		return gate_talk(g, out);
	}
	memcpy(out, g->held, g->held_len);
	return (ssize_t)g->held_len;
}

/* pass_over() - drop bytes that are not wanted. Return: how many of @n. */
static size_t pass_over(struct rfb_gate *g, size_t n)
{
	size_t gone = (size_t)MIN(g->swallow, (uint64_t)n);

	ASSERT(g->swallow < SWALLOW_MOST);
	g->swallow -= gone;
	return gone;
}

ssize_t rfb_gate_feed(struct rfb_gate *g, const uint8_t *in, size_t n,
		      uint8_t *out)
{
	size_t used = 0, wanted, more, written = 0;
	ssize_t now;

	for (;;) {
		used += pass_over(g, n - used);
		wanted = gate_length(g);
		if (!wanted)
			return -1;
		more = MIN(wanted - g->held_len, n - used);
		memcpy(g->held + g->held_len, in + used, more);
		g->held_len += more;
		used += more;
		if (g->held_len < wanted)
			return (ssize_t)written;
		if (gate_length(g) != wanted)
			continue;	/* now it is known to be longer */
		now = gate_whole(g, out + written);
		g->held_len = 0;
		if (now < 0)
			return -1;
		written += (size_t)now;
	}
}
