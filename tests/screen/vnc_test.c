/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vnc_test.c - hostel-screen for viewers, with libvncclient as one: size,
 * pixels, keys, passwords, several at a time; and viewers that mean ill.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rfb/rfbclient.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "tests/screen/lib_screen.h"

#define KEY_A 30
#define KEY_1 2
#define KEY_SHIFT 42

/* ---- a viewer ---------------------------------------------------------- */

static const char *password;

static char *give_password(rfbClient *cl)
{
	(void)cl;
	/* An empty one the library does not send, nor does it free it. */
	return password && *password ? strdup(password) : NULL;
}

/* resized() - cl->height rows; the library frees nothing of it. */
static rfbBool resized(rfbClient *cl)
{
	free(cl->frameBuffer);
	cl->frameBuffer = calloc((size_t)cl->width * (size_t)cl->height, 4);
	return cl->frameBuffer != NULL;
}

/* viewer() - connected; NULL: it was not let in. */
static rfbClient *viewer(struct bench *b, const char *encodings)
{
	const char *where = bench_said(b, "VNC ");
	rfbClient *cl = rfbGetClient(8, 3, 4);
	char host[128];

	snprintf(host, sizeof(host), "%s", where);
	free(cl->serverHost);	/* the library's own is an empty word */
	rfbEnableClientLogging = FALSE;
	cl->GetPassword = give_password;
	cl->MallocFrameBuffer = resized;
	cl->canHandleNewFBSize = TRUE;
	cl->appData.encodingsString = encodings;
	cl->format.redShift = 16;
	cl->format.greenShift = 8;
	cl->format.blueShift = 0;
	if (*host == '/') {
		cl->serverHost = strdup(host);
		cl->serverPort = 0;
	} else {
		cl->serverPort = atoi(strchr(host, ':') + 1);
		*strchr(host, ':') = '\0';
		cl->serverHost = strdup(host);
	}
	if (!rfbInitClient(cl, NULL, NULL))
		return NULL;	/* and it is cleaned up */
	return cl;
}

static void leave(rfbClient *cl)
{
	free(cl->frameBuffer);
	cl->frameBuffer = NULL;
	rfbClientCleanup(cl);
}

static uint32_t seen(const rfbClient *cl, unsigned int x, unsigned int y)
{
	uint32_t v;

	memcpy(&v, cl->frameBuffer + 4 * (y * (unsigned int)cl->width + x), 4);
	return v & 0xffffff;
}

/* sees() - it does within so long. */
static bool sees(rfbClient *cl, unsigned int x, unsigned int y, uint32_t xrgb,
		 unsigned int ms)
{
	uint64_t end = clock_now_ns() + ms * 1000000ull;
	int n = 0;

	while (clock_now_ns() < end && n >= 0) {
		if ((int)x < cl->width && (int)y < cl->height &&
		    seen(cl, x, y) == xrgb)
			return true;
		n = WaitForMessage(cl, 20000);
		if (n > 0 && !HandleRFBServerMessage(cl))
			return false;
	}
	return false;
}

/* becomes() - its picture has another size, within ten seconds. */
static bool becomes(rfbClient *cl, int width, int height)
{
	uint64_t end = clock_now_ns() + 10 * NSEC_PER_SEC;

	while (cl->width != width || cl->height != height)
		if (clock_now_ns() > end || (WaitForMessage(cl, 20000) > 0 &&
					     !HandleRFBServerMessage(cl)))
			return false;
	return true;
}

static void pattern(struct bench *b, unsigned int width, unsigned int height)
{
	unsigned int x, y;

	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			bench_pixel(b, x, y,
				    (x * 5 << 16 & 0xff0000) |
					    (y * 3 << 8 & 0xff00) |
					    ((x ^ y) & 0xff));
}

static uint32_t of_pattern(unsigned int x, unsigned int y)
{
	return (x * 5 << 16 & 0xff0000) | (y * 3 << 8 & 0xff00) |
	       ((x ^ y) & 0xff);
}

/* all_seen() - of the pattern, every pixel. */
static void all_seen(rfbClient *cl, unsigned int width, unsigned int height)
{
	unsigned int x, y;

	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			if (seen(cl, x, y) != of_pattern(x, y))
				fail_msg("(%u, %u) is %06x, not %06x", x, y,
					 seen(cl, x, y), of_pattern(x, y));
}

static void start(struct bench *b, const char *display)
{
	static char told[16];

	unsetenv("HOSTEL_VNC_PASSWORD");
	if (!bench_start(b, display, 320, 200))
		fail_msg("it does not start: %s", b->words);
	snprintf(told, sizeof(told), "%s", bench_said(b, "password "));
	password = told;
}

static void start_local(struct bench *b)
{
	char display[96];

	snprintf(display, sizeof(display), "vnc:unix:/tmp/hostel-vnc-test-%d",
		 (int)getpid());
	start(b, display);
}

static void end_local(struct bench *b)
{
	assert_true(bench_end(b));
	unlink(bench_said(b, "VNC "));
}

/* raw_in() - a connection that has said what comes first: no password. */
static int raw_in(struct bench *b)
{
	int fd = bench_connect(b);
	char in[64];

	assert_int_equal(send(fd, "RFB 003.008\n\1\1", 14, 0), 14);
	/* version, types, the result, ServerInit with its name */
	assert_int_equal(recv(fd, in, 12 + 2 + 4 + 24 + 13, MSG_WAITALL), 55);
	return fd;
}

/* still_serves() - somebody else, at once. */
static void still_serves(struct bench *b)
{
	static uint32_t colour = 0x111111;
	uint64_t from = clock_now_ns();
	rfbClient *cl = viewer(b, "raw");

	assert_non_null(cl);
	colour += 0x010203;
	bench_pixel(b, 3, 3, colour);
	assert_true(sees(cl, 3, 3, colour, 5000));
	leave(cl);
	assert_true(clock_now_ns() - from < 4 * NSEC_PER_SEC);
	assert_true(bench_alive(b));
}

/* ---- tests ------------------------------------------------------------- */

static void pictures_are_right(void **state)
{
	static const char *const encodings[] = {
		"raw", "tight", "zrle", "hextile", "zlib", "rre",
	};
	struct bench b;
	rfbClient *cl;
	size_t i;

	(void)state;
	start(&b, "vnc");
	pattern(&b, 320, 200);
	for (i = 0; i < ARRAY_SIZE(encodings); i++) {
		cl = viewer(&b, encodings[i]);
		assert_non_null(cl);
		assert_int_equal(cl->width, 320);
		assert_int_equal(cl->height, 200);
		assert_string_equal(cl->desktopName, "test - Hostel");
		assert_true(sees(cl, 319, 199, of_pattern(319, 199), 10000));
		all_seen(cl, 320, 200);
		leave(cl);
	}
	assert_true(bench_end(&b));
}

/* one_pixel() - who asks only for what is there, not for what changes. */
static uint32_t one_pixel(int fd)
{
	uint8_t in[20];

	assert_int_equal(send(fd, "\3\0\0\0\0\0\0\1\0\1", 10, 0), 10);
	assert_int_equal(recv(fd, in, sizeof(in), MSG_WAITALL), sizeof(in));
	return (uint32_t)(in[18] << 16 | in[17] << 8 | in[16]);
}

static void who_asks_gets_no_old_picture(void **state)
{
	struct bench b;
	int fd;

	(void)state;
	start_local(&b);
	bench_pixel(&b, 0, 0, 0x102030);
	fd = raw_in(&b);
	poll(NULL, 0, 400);
	assert_int_equal(one_pixel(fd), 0x102030);
	bench_pixel(&b, 0, 0, 0x405060);
	poll(NULL, 0, 400);	/* longer than from one look to the next */
	assert_int_equal(one_pixel(fd), 0x405060);
	close(fd);
	end_local(&b);
}

static void changes_are_seen(void **state)
{
	struct bench b;
	rfbClient *cl;

	(void)state;
	start(&b, "vnc");
	cl = viewer(&b, "tight raw");
	assert_non_null(cl);
	assert_true(sees(cl, 5, 5, 0, 10000));
	bench_pixel(&b, 7, 150, 0x123456);
	assert_true(sees(cl, 7, 150, 0x123456, 10000));
	bench_pixel(&b, 319, 0, 0xabcdef);
	assert_true(sees(cl, 319, 0, 0xabcdef, 10000));
	/* Another size: all of it. */
	bench_size(&b, 800, 600);
	pattern(&b, 800, 600);
	assert_true(becomes(cl, 800, 600));
	assert_true(sees(cl, 799, 599, of_pattern(799, 599), 20000));
	all_seen(cl, 800, 600);
	bench_size(&b, 64, 48);
	pattern(&b, 64, 48);
	assert_true(becomes(cl, 64, 48));
	assert_true(sees(cl, 63, 47, of_pattern(63, 47), 20000));
	all_seen(cl, 64, 48);
	leave(cl);
	assert_true(bench_end(&b));
}

/* ask() - a raw client asks for the picture. */
static void ask(int fd, const char *of)
{
	assert_int_equal(send(fd, of, 10, 0), 10);
}

/* told_size() - the next update is a new size, no pixels. */
static void told_size(int fd, const char *size)
{
	uint8_t in[16];

	assert_int_equal(recv(fd, in, sizeof(in), MSG_WAITALL), sizeof(in));
	assert_memory_equal(in, "\0\0\0\1\0\0\0\0", 8);
	assert_memory_equal(in + 8, size, 4);
	assert_memory_equal(in + 12, "\xff\xff\xff\x21", 4);	/* -223 */
}

/* A client's pixels are those of the library's own format: 32 bits deep, red
 * lowest. */
static void colours_outlive_a_new_size(void **state)
{
	/* SetPixelFormat, SetEncodings: raw and NewFBSize */
	static const char says[] = "\0\0\0\0"
				   "\x20\x20\0\1\0\xff\0\xff\0\xff\0\x08\x10"
				   "\0\0\0"
				   "\2\0\0\2\0\0\0\0\xff\xff\xff\x21";
	struct bench b;
	int fd;

	(void)state;
	start_local(&b);
	bench_pixel(&b, 0, 0, 0x102030);
	fd = raw_in(&b);
	assert_int_equal(send(fd, says, 32, 0), 32);
	assert_int_equal(one_pixel(fd), 0x302010);
	bench_pixel(&b, 0, 0, 0x405060);
	bench_size(&b, 64, 48);
	ask(fd, "\3\1\0\0\0\0\0\1\0\1");
	told_size(fd, "\0\x40\0\x30");
	assert_int_equal(one_pixel(fd), 0x605040);
	close(fd);
	end_local(&b);
}

/* size_and_wait() - for longer than from one look to the next. */
static void size_and_wait(struct bench *b, unsigned int width,
			  unsigned int height)
{
	bench_size(b, width, height);
	poll(NULL, 0, 400);
}

/* The size changes before a client has said what it understands: one that can
 * is told, one that can not is cut off and gets no pixels. */
static void a_new_size_before_the_first_picture(void **state)
{
	static const char can[] = "\2\0\0\2\0\0\0\0\xff\xff\xff\x21";
	static const char can_not[] = "\2\0\0\1\0\0\0\0";
	static const char all[] = "\3\0\0\0\0\0\1\x40\0\xc8";
	struct bench b;
	char in[1];
	int fd;

	(void)state;
	start_local(&b);
	fd = raw_in(&b);
	size_and_wait(&b, 64, 48);
	assert_int_equal(send(fd, can, 12, 0), 12);
	ask(fd, all);
	told_size(fd, "\0\x40\0\x30");
	close(fd);
	bench_size(&b, 320, 200);
	fd = raw_in(&b);
	size_and_wait(&b, 640, 480);
	assert_int_equal(send(fd, can_not, 8, 0), 8);
	ask(fd, all);
	assert_int_equal(recv(fd, in, 1, 0), 0);
	close(fd);
	/* It says nothing of it at all. */
	fd = raw_in(&b);
	size_and_wait(&b, 64, 48);
	ask(fd, all);
	assert_int_equal(recv(fd, in, 1, 0), 0);
	close(fd);
	still_serves(&b);
	end_local(&b);
}

/* key() - the next message is that key. */
static void key(struct bench *b, unsigned int code, bool down)
{
	struct screen_message m;

	assert_true(bench_hear(b, &m, NULL));
	assert_int_equal(m.kind, SCREEN_KEY);
	assert_int_equal(m.code, code);
	assert_int_equal(m.down, down);
}

static void keys_arrive(void **state)
{
	struct screen_message m;
	struct bench b;
	rfbClient *cl;

	(void)state;
	start(&b, "vnc");
	cl = viewer(&b, "raw");
	assert_non_null(cl);
	SendKeyEvent(cl, 'a', TRUE);
	key(&b, KEY_A, true);
	SendKeyEvent(cl, 'a', FALSE);
	key(&b, KEY_A, false);
	/* It takes Shift on the guest's keyboard. */
	SendKeyEvent(cl, '!', TRUE);
	key(&b, KEY_SHIFT, true);
	key(&b, KEY_1, true);
	SendKeyEvent(cl, '!', FALSE);
	key(&b, KEY_1, false);
	key(&b, KEY_SHIFT, false);
	SendPointerEvent(cl, 319, 100, rfbButton1Mask | rfbButton3Mask);
	assert_true(bench_hear(&b, &m, NULL));
	assert_int_equal(m.kind, SCREEN_POINTER);
	assert_int_equal(m.x, 65535);
	assert_in_range(m.y, 32700, 33000);
	assert_int_equal(m.buttons, 3);
	SendPointerEvent(cl, 0, 0, rfbWheelUpMask);
	assert_true(bench_hear(&b, &m, NULL));
	assert_int_equal(m.wheel, -1);
	/* What no key is for is nothing. Who goes away lets go. */
	SendKeyEvent(cl, 0x1000fff, TRUE);
	SendKeyEvent(cl, 'a', TRUE);
	key(&b, KEY_A, true);
	leave(cl);
	key(&b, KEY_A, false);
	assert_true(bench_end(&b));
}

static void passwords(void **state)
{
	struct bench b;
	rfbClient *cl;

	(void)state;
	start(&b, "vnc");
	assert_int_equal(strlen(password), 8);
	cl = viewer(&b, "raw");
	assert_non_null(cl);
	leave(cl);
	password = "wrongone";
	assert_null(viewer(&b, "raw"));
	password = "";
	assert_null(viewer(&b, "raw"));
	assert_true(bench_end(&b));
	/* One of the user's own; and none for a socket of his own. */
	setenv("HOSTEL_VNC_PASSWORD", "mine", 1);
	assert_true(bench_start(&b, "vnc", 320, 200));
	assert_null(strstr(b.words, "mine"));
	password = "mine";
	cl = viewer(&b, "raw");
	assert_non_null(cl);
	leave(cl);
	assert_true(bench_end(&b));
	setenv("HOSTEL_VNC_PASSWORD", "ninechars", 1);
	assert_false(bench_start(&b, "vnc", 320, 200));
	assert_int_equal(WEXITSTATUS(b.status), 69);
	unsetenv("HOSTEL_VNC_PASSWORD");
}

static void a_local_socket(void **state)
{
	char path[64], display[96];
	struct bench b, other;
	struct stat st;
	rfbClient *cl;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/hostel-vnc-test-%d", (int)getpid());
	snprintf(display, sizeof(display), "vnc:unix:%s", path);
	start(&b, display);
	assert_string_equal(bench_said(&b, "VNC "), path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_string_equal(password, "");
	cl = viewer(&b, "raw");
	assert_non_null(cl);
	leave(cl);
	/* Taken; and later left behind. */
	assert_false(bench_start(&other, display, 320, 200));
	assert_int_equal(WEXITSTATUS(other.status), 69);
	assert_non_null(strstr(other.words, "something already"));
	assert_true(bench_end(&b));
	start(&b, display);
	assert_true(bench_end(&b));
	unlink(path);
}

static void a_port_that_is_taken(void **state)
{
	struct bench a, b;
	char display[32];

	(void)state;
	start(&a, "vnc");
	snprintf(display, sizeof(display), "vnc%s",
		 strchr(bench_said(&a, "VNC "), ':'));
	assert_false(bench_start(&b, display, 320, 200));
	assert_int_equal(WEXITSTATUS(b.status), 69);
	assert_non_null(strstr(b.words, "is taken by another program"));
	/* Who names none gets the next one. */
	start(&b, "vnc");
	assert_string_not_equal(bench_said(&b, "VNC "), display + 4);
	assert_true(bench_end(&b));
	assert_true(bench_end(&a));
}

static void two_viewers(void **state)
{
	rfbClient *one, *two;
	struct bench b;

	(void)state;
	start(&b, "vnc");
	one = viewer(&b, "raw");
	two = viewer(&b, "zrle");
	assert_true(one && two);
	assert_true(sees(one, 0, 0, 0, 10000));
	bench_pixel(&b, 9, 9, 0x00ff00);
	assert_true(sees(one, 9, 9, 0x00ff00, 10000));
	assert_true(sees(two, 9, 9, 0x00ff00, 10000));
	SendKeyEvent(two, 'a', TRUE);
	key(&b, KEY_A, true);
	leave(two);
	key(&b, KEY_A, false);
	bench_pixel(&b, 9, 9, 0x0000ff);
	assert_true(sees(one, 9, 9, 0x0000ff, 10000));
	leave(one);
	assert_true(bench_end(&b));
}

/* ---- viewers that mean ill --------------------------------------------- */

/* closed() - it is, within two seconds. */
static bool closed(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char in[4096];
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, 2000) == 1)
		n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
	close(fd);
	return n == 0 || (n < 0 && errno == ECONNRESET);
}

static void half_words_stop_nobody(void **state)
{
	struct bench b;
	int fd[5];
	size_t i;

	(void)state;
	start_local(&b);
	fd[0] = bench_connect(&b);	/* says nothing */
	fd[1] = bench_connect(&b);
	assert_int_equal(send(fd[1], "RFB 0", 5, 0), 5);
	fd[2] = raw_in(&b);		/* half a key */
	assert_int_equal(send(fd[2], "\4\1\0", 3, 0), 3);
	fd[3] = raw_in(&b);		/* 2 GiB of cut text, of which a bit */
	assert_int_equal(send(fd[3],
			      "\6\0\0\0\x7f\xff\xff\xff"
			      "abc",
			      11, 0),
			 11);
	fd[4] = raw_in(&b);		/* encodings that never come */
	assert_int_equal(send(fd[4], "\2\0\0\x40", 4, 0), 4);
	still_serves(&b);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	still_serves(&b);
	end_local(&b);
}

static void wrong_words_are_cut_off(void **state)
{
	static const char first[][20] = {	/* at least 12 bytes are sent */
		"GET / HTTP/1.1\r\n\r\n", "RFB 009.009\n", "\x16\x03\1\2\0\1\0",
		"RFB 003.008\n\2", "RFB 003.008\n\x10",
	};
	struct bench b;
	size_t i;
	int fd;

	(void)state;
	start_local(&b);
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		fd = bench_connect(&b);
		assert_true(send(fd, first[i],
				 MAX(strlen(first[i]), (size_t)12), 0) > 0);
		assert_true(closed(fd));
	}
	fd = raw_in(&b);
	assert_int_equal(send(fd, "\7\1\0\0\0\0\0\0", 8, 0), 8);
	assert_true(closed(fd));
	still_serves(&b);
	end_local(&b);
}

static void who_does_not_read_stops_nobody(void **state)
{
	static const char request[] = "\3\0\0\0\0\0\1\x40\0\xc8";
	struct bench b;
	unsigned int i;
	int fd;

	(void)state;
	start_local(&b);
	fd = raw_in(&b);
	for (i = 0; i < 20000; i++)
		if (send(fd, request, 10, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			poll(NULL, 0, 1);
	still_serves(&b);
	close(fd);	/* in mid-frame */
	still_serves(&b);
	end_local(&b);
}

static void floods_are_taken(void **state)
{
	static char keys[8000];
	struct screen_message m;
	struct bench b;
	unsigned int i, n = 0;
	int fd;

	(void)state;
	start_local(&b);
	for (i = 0; i < sizeof(keys); i += 8)
		memcpy(keys + i, i & 8 ? "\4\0\0\0\0\0\0a" : "\4\1\0\0\0\0\0a",
		       8);
	fd = raw_in(&b);
	for (i = 0; i < 200; i++)
		send(fd, keys, sizeof(keys), MSG_DONTWAIT | MSG_NOSIGNAL);
	still_serves(&b);
	/* hostel-app did not take them: what had no room is lost, but no key
	 * stays down. */
	close(fd);
	poll(NULL, 0, 500);
	memset(&m, 0, sizeof(m));
	while (bench_hear(&b, &m, NULL))
		n++;
	assert_true(n > 10);
	assert_int_equal(m.kind, SCREEN_KEY);
	assert_false(m.down);
	end_local(&b);
}

static void many_come_and_go(void **state)
{
	struct bench b;
	int fd[60];
	size_t i;

	(void)state;
	start_local(&b);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		fd[i] = bench_connect(&b);
	poll(NULL, 0, 1000);
	still_serves(&b);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	for (i = 0; i < 30; i++)
		close(raw_in(&b));
	still_serves(&b);
	end_local(&b);
}

/* ---- the machine asks -------------------------------------------------- */

static void pictures_are_made(void **state)
{
	const struct screen_message ask = { .kind = SCREEN_ASK_PICTURE,
					    .id = 5 };
	struct screen_message m;
	struct bench b;
	uint8_t png[24];
	int fd;

	(void)state;
	assert_true(bench_start(&b, "none", 640, 480));
	pattern(&b, 640, 480);
	assert_int_equal(screen_message_send(b.app, &ask, -1), 0);
	assert_true(bench_hear(&b, &m, &fd));
	assert_int_equal(m.kind, SCREEN_ANSWER);
	assert_int_equal(m.id, 5);
	assert_int_equal(m.error, 0);
	assert_int_equal(pread(fd, png, sizeof(png), 0), sizeof(png));
	assert_memory_equal(png,
			    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0"
			    "\1\xe0",
			    24);
	close(fd);
	assert_true(bench_end(&b));
}

/* While hostel-app takes nothing, there is no room for an answer. */
static void answers_are_not_lost(void **state)
{
	const struct screen_message ask = { .kind = SCREEN_ASK_PICTURE,
					    .id = 6 };
	struct screen_message m;
	struct bench b;
	unsigned int i, n = 0;
	int fd, picture = -1;

	(void)state;
	start_local(&b);
	fd = raw_in(&b);
	for (i = 0; i < 1000; i++)
		assert_int_equal(send(fd, "\5\0\0\1\0\1", 6, 0), 6);
	still_serves(&b);
	for (i = 0; i < 20; i++)
		assert_int_equal(screen_message_send(b.app, &ask, -1), 0);
	still_serves(&b);
	while (n < 20 && bench_hear(&b, &m, &picture)) {
		n += m.kind == SCREEN_ANSWER && m.id == 6 && picture >= 0;
		if (picture >= 0)
			close(picture);
	}
	assert_int_equal(n, 20);
	close(fd);
	end_local(&b);
}

static void nobody_watches_nothing_is_done(void **state)
{
	struct bench b;
	rfbClient *cl;
	long before;

	(void)state;
	start_local(&b);
	cl = viewer(&b, "raw");
	assert_non_null(cl);
	assert_true(sees(cl, 0, 0, 0, 5000));
	leave(cl);
	poll(NULL, 0, 300);
	before = bench_cpu_ms(&b);
	poll(NULL, 0, 1500);
	assert_true(bench_cpu_ms(&b) - before <= 10);
	end_local(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_right),
		cmocka_unit_test(changes_are_seen),
		cmocka_unit_test(who_asks_gets_no_old_picture),
		cmocka_unit_test(colours_outlive_a_new_size),
		cmocka_unit_test(a_new_size_before_the_first_picture),
		cmocka_unit_test(keys_arrive),
		cmocka_unit_test(passwords),
		cmocka_unit_test(a_local_socket),
		cmocka_unit_test(a_port_that_is_taken),
		cmocka_unit_test(two_viewers),
		cmocka_unit_test(half_words_stop_nobody),
		cmocka_unit_test(wrong_words_are_cut_off),
		cmocka_unit_test(who_does_not_read_stops_nobody),
		cmocka_unit_test(floods_are_taken),
		cmocka_unit_test(many_come_and_go),
		cmocka_unit_test(pictures_are_made),
		cmocka_unit_test(answers_are_not_lost),
		cmocka_unit_test(nobody_watches_nothing_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
