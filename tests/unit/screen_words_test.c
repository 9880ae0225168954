/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen_words_test.c - what hostel-screen hears before its library does:
 * clients' RFB through the gate, browsers' requests and WebSockets, messages
 * of the machine, --display; and how often it looks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "screen/client/display.h"
#include "screen/client/message.h"
#include "screen/http.h"
#include "screen/pace.h"
#include "screen/rfb_gate.h"
#include "screen/sha1.h"
#include "screen/websocket.h"

/* ---- the gate ---------------------------------------------------------- */

#define HELLO	"RFB 003.008\n"
#define CUT(n4)	"\6\0\0\0" n4
#define KEY_A	"\4\1\0\0\0\0\0a"

static uint8_t out[70000];

/* feed() - @n bytes in pieces of @piece. Return: bytes that came out, or -1. */
static ssize_t feed(struct rfb_gate *g, const void *in, size_t n, size_t piece)
{
	ssize_t got, all = 0;
	size_t at, now;

	for (at = 0; at < n; at += now) {
		now = MIN(piece, n - at);
		got = rfb_gate_feed(g, (const uint8_t *)in + at, now,
				    out + all);
		if (got < 0)
			return -1;
		all += got;
	}
	return all;
}

/* let_in() - one who has said all that comes first. */
static void let_in(struct rfb_gate *g)
{
	rfb_gate_open(g, false);
	assert_int_equal(feed(g, HELLO "\1\1", 14, 14), 14);
	assert_int_equal(g->state, RFB_TALKS);
}

static void first_words(void **state)
{
	struct rfb_gate g;

	(void)state;
	rfb_gate_open(&g, true);
	assert_int_equal(feed(&g,
			      HELLO "\2"
				    "0123456789abcdef"
				    "\0",
			      30, 1),
			 30);
	assert_int_equal(g.state, RFB_TALKS);
	/* 3.3 chooses no type; odd ones are taken for what they are near. */
	rfb_gate_open(&g, true);
	assert_int_equal(feed(&g, "RFB 003.005\n", 12, 5), 12);
	assert_memory_equal(out, "RFB 003.003\n", 12);
	assert_int_equal(g.state, RFB_SAYS_RESPONSE);
	rfb_gate_open(&g, false);
	assert_int_equal(feed(&g, "RFB 003.889\n", 12, 12), 12);
	assert_memory_equal(out, "RFB 003.008\n", 12);
}

static void wrong_first_words(void **state)
{
	static const char *const wrong[] = {
		"GET / HTTP/1.1\r\n", "RFB 004.000\n", "RFB 003.00a\n",
		"RFB 003.001\n", "RFB 003.0088",
		("\x16\x03\x01\x02\x00\x01\x00"
		 "\x01\xfc\x03\x03\x00"),
	};
	struct rfb_gate g;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		rfb_gate_open(&g, true);
		assert_int_equal(feed(&g, wrong[i], 12, 12), -1);
	}
	/* No security, where a password is asked for, and the other way. */
	rfb_gate_open(&g, true);
	assert_int_equal(feed(&g, HELLO "\1", 13, 13), -1);
	rfb_gate_open(&g, false);
	assert_int_equal(feed(&g, HELLO "\2", 13, 13), -1);
	/* TightVNC's, by which files could be sent */
	rfb_gate_open(&g, false);
	assert_int_equal(feed(&g, HELLO "\x10", 13, 13), -1);
}

static void messages_are_whole(void **state)
{
	struct rfb_gate g;

	(void)state;
	let_in(&g);
	assert_int_equal(feed(&g, KEY_A, 7, 1), 0);
	assert_int_equal(feed(&g, &KEY_A[7], 1, 1), 8);
	assert_memory_equal(out, KEY_A, 8);
	assert_int_equal(feed(&g, "\5\0\0\1\0\2" KEY_A, 14, 3), 14);
}

static void cut_text_is_swallowed(void **state)
{
	static uint8_t text[60000];
	struct rfb_gate g;
	unsigned int i;

	(void)state;
	let_in(&g);
	assert_int_equal(feed(&g, CUT("\0\0\0\3") "abc" KEY_A, 19, 19), 8);
	assert_memory_equal(out, KEY_A, 8);
	/* 4 GiB less a little, of which some comes */
	assert_int_equal(feed(&g, CUT("\x7f\xff\xff\xff"), 8, 8), 0);
	for (i = 0; i < 100; i++)
		assert_int_equal(feed(&g, text, sizeof(text), sizeof(text)), 0);
	/* The extended clipboard's length is less than 0. */
	let_in(&g);
	assert_int_equal(feed(&g, CUT("\xff\xff\xff\xfc") "abcd" KEY_A, 20, 7),
			 8);
	let_in(&g);
	assert_int_equal(feed(&g, CUT("\x80\0\0\0"), 8, 8), 0);
	assert_int_equal(g.swallow, 1u << 31);
}

static void encodings_are_chosen(void **state)
{
	/* raw, JPEG quality 6, Tight, the extended clipboard, LastRect */
	static const uint8_t said[] = {
		2, 0, 0, 5, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xe6, 0, 0, 0, 7,
		0xc0, 0xa1, 0xe5, 0xce, 0xff, 0xff, 0xff, 0x20,
	};
	static const uint8_t left[] = {
		2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0x20,
	};
	struct rfb_gate g;

	(void)state;
	let_in(&g);
	assert_int_equal(feed(&g, said, sizeof(said), 5), sizeof(left));
	assert_memory_equal(out, left, sizeof(left));
	assert_int_equal(feed(&g, "\2\0\0\0", 4, 4), 4);
	assert_int_equal(feed(&g, "\2\0\1\1", 4, 4), -1);	/* 257 */
}

static void requests_become_one(void **state)
{
	struct rfb_gate g;

	(void)state;
	let_in(&g);
	assert_int_equal(rfb_gate_request(&g, out), 0);
	assert_int_equal(feed(&g, "\3\1\0\1\0\2\0\3\0\4", 10, 10), 0);
	assert_int_equal(rfb_gate_request(&g, out), 10);
	assert_memory_equal(out, "\3\1\0\1\0\2\0\3\0\4", 10);
	assert_int_equal(feed(&g, "\3\1\0\1\0\2\0\3\0\4", 10, 10), 0);
	assert_int_equal(feed(&g, "\3\0\0\0\0\7\0\1\0\1", 10, 10), 0);
	assert_int_equal(feed(&g, "\3\1\xff\xff\0\0\xff\xff\0\1", 10, 10), 0);
	assert_int_equal(rfb_gate_request(&g, out), 10);
	assert_memory_equal(out, "\3\0\0\0\0\0\xff\xff\0\10", 10);
	assert_int_equal(rfb_gate_request(&g, out), 0);
}

static void hostile_messages(void **state)
{
	static const char *const wrong[] = {
		"\7", "\xff\0\0\0", "\1", "\x96", /* file transfer */
		/* pixels: 24 bits, 16 with a colour map, shifts beyond them */
		"\0\0\0\0\x18\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0",
		"\0\0\0\0\x10\x10\0\0\0\x1f\0\x3f\0\x1f\x0b\x05\0\0\0\0",
		"\0\0\0\0\x10\x10\0\1\0\x1f\0\x3f\0\x1f\x0c\x05\0\0\0\0",
		"\0\0\0\0\x08\x08\0\1\0\xff\0\1\0\1\x08\0\0\0\0\0",
		"\0\0\0\0\x20\xff\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0",
	};
	struct rfb_gate g;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		let_in(&g);
		assert_int_equal(feed(&g, wrong[i], i < 4 ? 1 : 20, 20), -1);
	}
	let_in(&g);
	assert_int_equal(feed(&g,
			      "\0\0\0\0\x20\x18\0\1\0\xff\0\xff\0\xff\x10\x08"
			      "\0\0\0\0",
			      20, 20),
			 20);
	/* SetDesktopSize, with two screens */
	assert_int_equal(feed(&g, "\xfb\0\0\1\0\1\2\0", 8, 8), 0);
	memset(out, 7, 32);
	assert_int_equal(g.swallow, 32);
}

/* ---- browsers ---------------------------------------------------------- */

static void sums(void **state)
{
	/* FIPS 180-4's examples, and RFC 6455's, 1.3 */
	uint8_t sum[SHA1_SIZE];
	char accept[WEBSOCKET_ACCEPT];

	(void)state;
	sha1((const uint8_t *)"abc", 3, sum);
	assert_memory_equal(sum,
			    "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e"
			    "\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d",
			    SHA1_SIZE);
	sha1((const uint8_t *)"abcdbcdecdefdefgefghfghighijhijkijkljklmklmn"
			      "lmnomnopnopq",
	     56, sum);
	assert_memory_equal(sum,
			    "\x84\x98\x3e\x44\x1c\x3b\xd2\x6e\xba\xae"
			    "\x4a\xa1\xf9\x51\x29\xe5\xe5\x46\x70\xf1",
			    SHA1_SIZE);
	websocket_accept("dGhlIHNhbXBsZSBub25jZQ==", 24, accept);
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static struct page page;
static struct http_server server = { .page = &page, .port = 5800,
				     .token = "abcdefghijkmnpqrstuvwxyz23456789" };

#define HOST	"Host: 127.0.0.1:5800\r\n"
#define TOKEN	"token=abcdefghijkmnpqrstuvwxyz23456789"
#define UPGRADE	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
		"Sec-WebSocket-Version: 13\r\n" \
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

/* answers() - a request with @status; what else it says is in the result,
 * good until the next call. */
static const struct http_answer *answers(const char *status, const char *target,
					 const char *fields)
{
	static struct http_answer a;
	char text[2048], want[64];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s HTTP/1.1\r\n%s\r\n",
				    target, fields);

	assert_int_equal(http_end(text, n), n);
	assert_int_equal(http_end(text, n - 1), 0);
	http_answer(&server, text, n, &a);
	snprintf(want, sizeof(want), "HTTP/1.1 %s ", status);
	if (strncmp(a.head, want, strlen(want)))
		fail_msg("%s: %.40s", target, a.head);
	return &a;
}

static void pages_want_the_token(void **state)
{
	const struct http_answer *a;

	(void)state;
	page.count = 2;
	page.files[0] = (struct page_file){ "/vnc.html", "text/html",
					    (uint8_t *)(void *)"page", 4 };
	page.files[1] = (struct page_file){ "/app/ui.js", "text/javascript",
					    (uint8_t *)(void *)"code", 4 };
	answers("403", "GET /", HOST);
	answers("403", "GET /?token=", HOST);
	answers("403", "GET /?token=abcdefghijkmnpqrstuvwxyz23456788", HOST);
	answers("403",
		"GET /?"
		"token=abcdefghijkmnpqrstuvwxyz2345678",
		HOST);
	answers("403", "GET /vnc.html", HOST);
	a = answers("302", "GET /?" TOKEN, HOST);
	assert_non_null(strstr(a->head, "Location: /vnc.html?"));
	a = answers("200",
		    "GET /vnc.html?path=websockify%3Ftoken%3D"
		    "abcdefghijkmnpqrstuvwxyz23456789",
		    HOST);
	assert_memory_equal(a->body, "page", 4);
	a = answers("200", "GET /app/ui.js", HOST);
	assert_int_equal(a->body_len, 4);
	answers("404", "GET /app/ui.jsx", HOST);
	answers("404", "GET /../../etc/passwd", HOST);
	answers("404", "GET ", HOST);
	answers("405", "POST /?" TOKEN, HOST);
}

static void other_names_are_refused(void **state)
{
	(void)state;
	answers("302", "GET /?" TOKEN, "Host: localhost:5800\r\n");
	answers("403", "GET /?" TOKEN, "");
	answers("403", "GET /?" TOKEN, "Host: evil.example:5800\r\n");
	answers("403", "GET /app/ui.js", "Host: evil.example\r\n");
	answers("403", "GET /?" TOKEN, "Host: 127.0.0.1:58000\r\n");
	answers("403", "GET /websockify?" TOKEN,
		HOST UPGRADE "Origin: http://evil.example\r\n");
	answers("403", "GET /websockify?" TOKEN,
		HOST UPGRADE "Origin: null\r\n");
}

/* Browsers leave out the port that is HTTP's own. */
static void port_80_is_not_named(void **state)
{
	(void)state;
	answers("403", "GET /?" TOKEN, "Host: 127.0.0.1\r\n");
	server.port = 80;
	answers("302", "GET /?" TOKEN, "Host: 127.0.0.1\r\n");
	answers("302", "GET /?" TOKEN, "Host: localhost\r\n");
	answers("302", "GET /?" TOKEN, "Host: localhost:80\r\n");
	answers("101", "GET /websockify?" TOKEN,
		"Host: localhost\r\n" UPGRADE "Origin: http://localhost\r\n");
	answers("403", "GET /?" TOKEN, "Host: evil.example\r\n");
	answers("403", "GET /?" TOKEN, "Host: localhost:8080\r\n");
	server.port = 5800;
}

static void websockets_want_the_token(void **state)
{
	const struct http_answer *a;

	(void)state;
	answers("403", "GET /websockify", HOST UPGRADE);
	answers("403", "GET /websockify?token=x", HOST UPGRADE);
	answers("400", "GET /websockify?" TOKEN, HOST);
	a = answers("101", "GET /websockify?" TOKEN,
		    HOST UPGRADE "Origin: http://127.0.0.1:5800\r\n");
	assert_true(a->websocket);
	assert_non_null(strstr(a->head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

/* unframe() - in pieces of @piece. Return: as websocket_feed(). */
static ssize_t unframe(struct websocket *w, const void *in, size_t n,
		       size_t piece, struct websocket_reply *reply)
{
	ssize_t got, all = 0;
	size_t at, used;

	for (at = 0; at < n; at += used) {
		got = websocket_feed(w, (const uint8_t *)in + at,
				     MIN(piece, n - at), &used, out + all,
				     reply);
		if (got < 0)
			return -1;
		all += got;
	}
	return all;
}

static void frames(void **state)
{
	/* RFC 6455, 5.7: "Hello", masked; in two frames with a ping between */
	static const char hello[] = "\x81\x85\x37\xfa\x21\x3d"
				    "\x7f\x9f\x4d\x51\x58";
	static const char pieces[] = "\x02\x82\0\0\0\0He"
				     "\x89\x81\0\0\0\0!"
				     "\x80\x83\0\0\0\0llo";
	struct websocket_reply r;
	struct websocket w = { .head_len = 0 };
	uint8_t head[WEBSOCKET_HEAD];
	size_t piece, used;

	(void)state;
	for (piece = 1; piece < 12; piece++) {
		assert_int_equal(unframe(&w, hello, 11, piece, &r), 5);
		assert_memory_equal(out, "Hello", 5);
		assert_int_equal(unframe(&w, pieces, 24, piece, &r), 5);
		assert_memory_equal(out, "Hello", 5);
	}
	assert_int_equal(websocket_feed(&w, (const uint8_t *)pieces, 24, &used,
					out, &r),
			 2);
	assert_int_equal(used, 15);
	assert_memory_equal(r.bytes, "\x8a\1!", r.len);
	assert_false(r.end);
	assert_int_equal(websocket_head(5, head), 2);
	assert_memory_equal(head, "\x82\5", 2);
	assert_int_equal(websocket_head(300, head), 4);
	assert_memory_equal(head, "\x82\x7e\1\x2c", 4);
	assert_int_equal(websocket_head(0x12345, head), 10);
	assert_memory_equal(head, "\x82\x7f\0\0\0\0\0\1\x23\x45", 10);
}

static void hostile_frames(void **state)
{
	static const char *const wrong[] = {
		"\x82\5hello",			/* not masked */
		"\xc2\x81\0\0\0\0x",		/* reserved bits */
		"\x83\x81\0\0\0\0x",		/* no such opcode */
		"\x89\xfe\0\x7e\0\0\0\0",	/* a ping of 126 bytes */
		"\x09\x81\0\0\0\0x",		/* in pieces */
	};
	struct websocket_reply r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct websocket w = { .head_len = 0 };

		assert_int_equal(unframe(&w, wrong[i], 8, 8, &r), -1);
	}
	struct websocket w = { .head_len = 0 };
	assert_int_equal(unframe(&w, "\x88\x80\0\0\0\0", 6, 1, &r), 0);
	assert_true(r.end);
}

/* ---- the machine ------------------------------------------------------- */

static bool comes_back(const struct screen_message *m)
{
	uint8_t bytes[SCREEN_MESSAGE_SIZE];
	struct screen_message got;

	screen_message_encode(m, bytes);
	return screen_message_decode(bytes, sizeof(bytes), &got) &&
	       !memcmp(m, &got, sizeof(got));
}

static void messages_are_checked(void **state)
{
	static const struct screen_message good[] = {
		{ .kind = SCREEN_KEY, .code = 30, .down = true },
		{ .kind = SCREEN_KEY, .code = 255 },
		{ .kind = SCREEN_POINTER, .x = 65535, .y = 1, .wheel = -1,
		  .buttons = 7 },
		{ .kind = SCREEN_ANSWER, .id = 9, .error = -22 },
		{ .kind = SCREEN_ASK_PICTURE, .id = 0xffffffff },
		{ .kind = SCREEN_ASK_TEXT },
	};
	static const struct screen_message bad[] = {
		{ .kind = SCREEN_KEY, .code = 0 },
		{ .kind = SCREEN_KEY, .code = 256 },
		{ .kind = SCREEN_POINTER, .x = 65536 },
		{ .kind = SCREEN_POINTER, .y = 0xffffffff },
		{ .kind = SCREEN_POINTER, .wheel = 9 },
		{ .kind = SCREEN_POINTER, .buttons = 8 },
		{ .kind = SCREEN_ANSWER, .error = 1 },
		{ .kind = SCREEN_ANSWER, .error = -4096 },
	};
	struct screen_message got;
	uint8_t bytes[SCREEN_MESSAGE_SIZE + 1] = { SCREEN_ASK_TEXT };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(comes_back(&good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(comes_back(&bad[i]));
	assert_true(screen_message_decode(bytes, sizeof(bytes) - 1, &got));
	assert_false(screen_message_decode(bytes, sizeof(bytes), &got));
	assert_false(screen_message_decode(bytes, 4, &got));
	assert_false(screen_message_decode(bytes, 0, &got));
	bytes[0] = 0;
	assert_false(screen_message_decode(bytes, SCREEN_MESSAGE_SIZE, &got));
	bytes[0] = SCREEN_ASK_TEXT + 1;
	assert_false(screen_message_decode(bytes, SCREEN_MESSAGE_SIZE, &got));
}

static void displays(void **state)
{
	static const char *const wrong[] = {
		"", "vn", "vncx", "vnc:", "vnc:0", "vnc:65536", "vnc:5900x",
		"vnc:-1", "vnc:127.0.0.1:", "vnc:1.2.3", "vnc:unix:", "text:1",
		"web:", "web:0.0.0.0", "web:0.0.0.0:5800", "vnc:localhost",
	};
	char error[DISPLAY_ERROR], long_path[200];
	struct display d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		*error = '\0';
		if (display_parse(wrong[i], &d, error) || !*error)
			fail_msg("'%s' is taken", wrong[i]);
	}
	assert_true(display_parse("vnc", &d, error));
	assert_true(d.kind == DISPLAY_VNC && !d.port && !d.local);
	assert_true(display_is_loopback(&d));
	assert_true(display_parse("vnc:0.0.0.0:5901", &d, error));
	assert_true(d.port == 5901 && !d.address);
	assert_false(display_is_loopback(&d));
	assert_true(display_parse("vnc:unix:/tmp/x", &d, error));
	assert_string_equal(d.path, "/tmp/x");
	assert_true(display_parse("vnc:unix", &d, error) && d.local);
	assert_true(display_parse("web:5801", &d, error));
	assert_true(d.kind == DISPLAY_WEB && d.port == 5801);
	assert_true(display_parse("text", &d, error));
	assert_true(display_parse("none", &d, error));
	snprintf(long_path, sizeof(long_path), "vnc:unix:/%0150d", 1);
	assert_false(display_parse(long_path, &d, error));
}

/* looks() - in a second of which each look costs so much and finds @tiles. */
static unsigned int looks(uint64_t cost_ns, unsigned int tiles, bool typed)
{
	struct pace p = { 0 };
	uint64_t now = 10000000000ull;
	unsigned int i, n = 0;

	for (i = 0; i < 20; i++) {	/* it has found its pace */
		pace_looked(&p, now, cost_ns, tiles);
		now = p.due_ns;
	}
	for (i = 0; i < 1000; i++, now += 1000000) {
		if (typed && i % 100 == 0)
			pace_input(&p, now);
		if (now < p.due_ns)
			continue;
		pace_looked(&p, now, cost_ns, tiles);
		n++;
	}
	return n;
}

static void the_pace(void **state)
{
	(void)state;
	assert_in_range(looks(100000, 8, false), 55, 63); /* much changes */
	assert_in_range(looks(100000, 0, true), 55, 63);	/* one types */
	assert_in_range(looks(100000, 1, false), 15, 21);	/* a cursor */
	assert_in_range(looks(1000000, 0, false), 5, 8);	/* dear: 1 % */
	assert_in_range(looks(20000000, 0, false), 3, 4);
	assert_in_range(looks(20000000, 9, false), 20, 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_words),
		cmocka_unit_test(wrong_first_words),
		cmocka_unit_test(messages_are_whole),
		cmocka_unit_test(cut_text_is_swallowed),
		cmocka_unit_test(encodings_are_chosen),
		cmocka_unit_test(requests_become_one),
		cmocka_unit_test(hostile_messages),
		cmocka_unit_test(sums),
		cmocka_unit_test(pages_want_the_token),
		cmocka_unit_test(other_names_are_refused),
		cmocka_unit_test(port_80_is_not_named),
		cmocka_unit_test(websockets_want_the_token),
		cmocka_unit_test(frames),
		cmocka_unit_test(hostile_frames),
		cmocka_unit_test(messages_are_checked),
		cmocka_unit_test(displays),
		cmocka_unit_test(the_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
