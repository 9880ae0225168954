/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * web_test.c - hostel-screen for browsers: the page, its token, a WebSocket
 * with RFB in it, and browsers that mean ill. (A real one: browser_test.c.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/screen/lib_screen.h"

static char folder[64];

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_page(void **state)
{
	char path[96];

	(void)state;
	strcpy(folder, "/tmp/hostel-web-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/app", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	put_file("vnc.html", "<p>the page</p>");
	put_file("app/ui.js", "the code");
	put_file("secret.txt", "no part of a page");
	setenv("HOSTEL_NOVNC", folder, 1);
	return 0;
}

static int remove_page(void **state)
{
	static const char *const names[] = { "app/ui.js", "vnc.html",
					     "secret.txt", "app", "" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		remove(path);
	}
	return 0;
}

static char token[64];
static char host[64];

static void start(struct bench *b)
{
	if (!bench_start(b, "web", 320, 200))
		fail_msg("it does not start: %s", b->words);
	snprintf(token, sizeof(token), "%s", bench_said(b, "token="));
	snprintf(host, sizeof(host), "%s", bench_said(b, "http://"));
	*strchr(host, '/') = '\0';
	assert_int_equal(strlen(token), 32);
}

/* get() - all that it is answered; good until the next call. */
static const char *get(struct bench *b, const char *target, const char *fields)
{
	static char answer[16384];
	size_t len = 0;
	ssize_t n = 1;
	int fd = bench_connect(b);
	char text[2048];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
		 target, host, fields);
	assert_true(send(fd, text, strlen(text), 0) > 0);
	while (n > 0 && len < sizeof(answer) - 1) {
		n = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);
		len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	answer[len] = '\0';
	return answer;
}

/* with_token() - @before, the token, @after; good until the next call. */
static const char *with_token(const char *before, const char *after)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s%s%s", before, token, after);
	return text;
}

static void the_page(void **state)
{
	struct bench b;
	const char *a;

	(void)state;
	start(&b);
	assert_non_null(strstr(get(&b, "/", ""), "403 "));
	assert_non_null(strstr(get(&b, "/?token=wrong", ""), "403 "));
	assert_non_null(strstr(get(&b, "/vnc.html", ""), "403 "));
	a = get(&b, with_token("/?token=", ""), "");
	assert_non_null(strstr(a, "302 Found"));
	assert_non_null(strstr(a, with_token("token%3D", "")));
	a = get(&b, with_token("/vnc.html?path=websockify%3Ftoken%3D", ""), "");
	assert_non_null(strstr(a, "200 OK"));
	assert_non_null(strstr(a, "<p>the page</p>"));
	assert_non_null(strstr(get(&b, "/app/ui.js", ""), "the code"));
	assert_non_null(strstr(get(&b, "/secret.txt", ""), "404 "));
	assert_non_null(strstr(get(&b, "/../../../etc/passwd", ""), "404 "));
	assert_true(bench_end(&b));
}

#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" \
		"Sec-WebSocket-Version: 13\r\n"                             \
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static void sockets_want_the_token(void **state)
{
	struct bench b;

	(void)state;
	start(&b);
	assert_non_null(strstr(get(&b, "/websockify", UPGRADE), "403 "));
	assert_non_null(
		strstr(get(&b, "/websockify?token=x", UPGRADE), "403 "));
	assert_non_null(strstr(get(&b, with_token("/websockify?token=", ""),
				   UPGRADE "Origin: http://evil.example\r\n"),
			       "403 "));
	assert_true(bench_end(&b));
}

/* upgrade() - Return: a WebSocket that has been accepted. */
static int upgrade(struct bench *b)
{
	int fd = bench_connect(b);
	char text[1024], in[1024];
	size_t len = 0;

	snprintf(
		text, sizeof(text),
		"GET /websockify?token=%s HTTP/1.1\r\nHost: %s\r\n"
		"Origin: http://%s\r\nSec-WebSocket-Protocol: binary\r\n" UPGRADE
		"\r\n",
		token, host, host);
	assert_true(send(fd, text, strlen(text), 0) > 0);
	/* Byte by byte, so that nothing of what follows is taken. */
	while (len < 4 || memcmp(in + len - 4, "\r\n\r\n", 4)) {
		assert_int_equal(recv(fd, in + len, 1, 0), 1);
		len++;
	}
	in[len] = '\0';
	assert_non_null(strstr(in, "101 "));
	assert_non_null(strstr(in, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	return fd;
}

/* say() - a frame, masked; less than 126 bytes. */
static void say(int fd, uint8_t opcode, const void *data, size_t n)
{
	static const uint8_t mask[4] = { 1, 2, 3, 4 };
	uint8_t frame[256] = { 0x80 | opcode, (uint8_t)(0x80 | n), 1, 2, 3,
			       4 };
	size_t i;

	for (i = 0; i < n; i++)
		frame[6 + i] = ((const uint8_t *)data)[i] ^ mask[i % 4];
	assert_int_equal(send(fd, frame, 6 + n, 0), 6 + n);
}

/* hear() - @n bytes of what is in frames. */
static void hear(int fd, void *data, size_t n)
{
	static size_t left;	/* of a frame that was not taken whole */
	uint8_t head[4], *to = data;
	size_t now;

	while (n) {
		while (!left) {
			assert_int_equal(recv(fd, head, 2, MSG_WAITALL), 2);
			assert_int_equal(head[0], 0x82);
			left = head[1];
			if (left < 126)
				continue;
			assert_int_equal(left, 126);
			assert_int_equal(recv(fd, head, 2, MSG_WAITALL), 2);
			left = (size_t)(head[0] << 8 | head[1]);
		}
		now = left < n ? left : n;
		assert_int_equal(recv(fd, to, now, MSG_WAITALL), now);
		left -= now;
		to += now;
		n -= now;
	}
}

/* viewer() - a WebSocket whose RFB has been agreed on. */
static int viewer(struct bench *b)
{
	int fd = upgrade(b);
	uint8_t in[64];

	hear(fd, in, 12);
	assert_memory_equal(in, "RFB 003.008\n", 12);
	say(fd, 2, "RFB 003.008\n", 12);
	hear(fd, in, 2);
	assert_memory_equal(in, "\1\1", 2);	/* no password: the token */
	say(fd, 2, "\1", 1);
	hear(fd, in, 4);
	say(fd, 2, "\1", 1);
	hear(fd, in, 24 + 13);
	assert_memory_equal(in, "\1\x40\0\xc8", 4);
	return fd;
}

/* sees() - the pixel at the left and top, which is bench_pixel()'s. */
static void sees(int fd)
{
	uint8_t in[4 + 12 + 4];

	say(fd, 2, "\3\0\0\0\0\0\0\1\0\1", 10);
	hear(fd, in, sizeof(in));
	assert_memory_equal(in + 16, "\x0c\x0b\x0a", 3);
}

static void rfb_in_a_socket(void **state)
{
	struct screen_message m;
	struct bench b;
	uint8_t in[8];
	int fd;

	(void)state;
	start(&b);
	bench_pixel(&b, 0, 0, 0x0a0b0c);
	fd = viewer(&b);
	sees(fd);
	say(fd, 2, "\4\1\0\0\0\0\0a", 8);
	assert_true(bench_hear(&b, &m, NULL));
	assert_int_equal(m.kind, SCREEN_KEY);
	assert_int_equal(m.code, 30);
	/* A ping, and a farewell. */
	say(fd, 9, "hey", 3);
	assert_int_equal(recv(fd, in, 5, MSG_WAITALL), 5);
	assert_memory_equal(in, "\x8a\3hey", 5);
	say(fd, 8, "\3\xe8", 2);
	assert_int_equal(recv(fd, in, 4, MSG_WAITALL), 4);
	assert_memory_equal(in, "\x88\2\3\xe8", 4);
	assert_int_equal(recv(fd, in, 1, 0), 0);
	close(fd);
	assert_true(bench_hear(&b, &m, NULL));	/* it lets go */
	assert_false(m.down);
	assert_true(bench_end(&b));
}

/* ends() - the other side ends it, within two seconds. */
static bool ends(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char in[4096];
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, 2000) == 1)
		n = recv(fd, in, sizeof(in), 0);
	close(fd);
	return n <= 0;
}

static void hostile_browsers(void **state)
{
	static char much[20000];
	struct bench b;
	int fd, slow;

	(void)state;
	start(&b);
	memset(much, 'x', sizeof(much));
	slow = bench_connect(&b);
	assert_true(send(slow, "GET /", 5, 0) == 5);
	fd = bench_connect(&b);
	send(fd, much, sizeof(much), MSG_NOSIGNAL);
	assert_true(ends(fd));		/* a request with no end */
	fd = bench_connect(&b);
	send(fd, "\x16\x03\1\2\0\r\n\r\n", 9, MSG_NOSIGNAL);
	assert_true(ends(fd));		/* TLS */
	fd = upgrade(&b);
	send(fd, "\x82\5hello", 7, MSG_NOSIGNAL);
	assert_true(ends(fd));		/* not masked */
	fd = upgrade(&b);
	say(fd, 2, "GET / HTTP/1.1", 14);
	assert_true(ends(fd));		/* no RFB */
	fd = upgrade(&b);
	close(fd);			/* goes away at once */
	assert_non_null(strstr(get(&b, "/app/ui.js", ""), "the code"));
	close(slow);
	assert_true(bench_end(&b));
}

/* whole() - ask for all of the screen, anew: 256,000 bytes. */
static void whole(int fd)
{
	say(fd, 2, "\3\0\0\0\0\0\1\x40\0\xc8", 10);
}

/* A browser that is closed, or whose host is, in the middle of what it is sent
 * or of what it sends: another one that looks notices nothing, and what the
 * first one began is never done. */
static void browsers_gone_in_mid_frame(void **state)
{
	static const uint8_t half_head[] = { 0x82 };
	/* A key's press, all but its last byte. */
	static const uint8_t half_key[] = { 0x82, 0x88, 0, 0, 0, 0,
					    4, 1, 0, 0, 0, 0, 0 };
	struct screen_message m;
	uint8_t some[1000];
	struct bench b;
	int fd, other, unfinished;

	(void)state;
	start(&b);
	bench_pixel(&b, 0, 0, 0x0a0b0c);
	other = viewer(&b);
	fd = viewer(&b);
	whole(fd);
	assert_int_equal(recv(fd, some, sizeof(some), MSG_WAITALL), 1000);
	close(fd);			/* with a reset: all else is unread */
	sees(other);
	fd = viewer(&b);
	whole(fd);
	assert_int_equal(recv(fd, some, 1, 0), 1);
	shutdown(fd, SHUT_WR);		/* it still listens */
	assert_true(ends(fd));
	sees(other);
	fd = viewer(&b);
	assert_int_equal(send(fd, half_head, sizeof(half_head), 0), 1);
	close(fd);
	fd = viewer(&b);
	assert_int_equal(send(fd, half_key, sizeof(half_key), 0), 13);
	close(fd);
	unfinished = viewer(&b);
	assert_int_equal(send(unfinished, half_key, sizeof(half_key), 0), 13);
	sees(other);
	/* The first key that is heard is the one that was pressed whole. */
	say(other, 2, "\4\1\0\0\0\0\0b", 8);
	assert_true(bench_hear(&b, &m, NULL));
	assert_int_equal(m.kind, SCREEN_KEY);
	assert_int_equal(m.code, 48);
	assert_int_equal(send(unfinished, "a", 1, 0), 1);
	assert_true(bench_hear(&b, &m, NULL));
	assert_int_equal(m.code, 30);
	close(unfinished);
	close(other);
	assert_true(bench_end(&b));
}

static void no_page_no_start(void **state)
{
	struct bench b;

	(void)state;
	setenv("HOSTEL_NOVNC", "/nonexistent", 1);
	assert_false(bench_start(&b, "web", 320, 200));
	assert_int_equal(WEXITSTATUS(b.status), 69);
	assert_non_null(strstr(b.words, "install Debian's package novnc"));
	assert_non_null(strstr(b.words, "tools/fetch-novnc /nonexistent"));
	setenv("HOSTEL_NOVNC", folder, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page),
		cmocka_unit_test(sockets_want_the_token),
		cmocka_unit_test(rfb_in_a_socket),
		cmocka_unit_test(hostile_browsers),
		cmocka_unit_test(browsers_gone_in_mid_frame),
		cmocka_unit_test(no_page_no_start),
	};

	return cmocka_run_group_tests(tests, make_page, remove_page);
}
