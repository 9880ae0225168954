/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patience_test.c - how long hostel-screen waits for viewers: for one that says
 * nothing, for a person who types a password, and for one that has vanished.
 *
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rfb/rfb.h>

#include "screen/listen.h"
#include "tests/screen/lib_screen.h"

static char password[] = "mine";

/* hears() - @n bytes, within five seconds. */
static bool hears(int fd, void *data, size_t n)
{
	const struct timeval most = { .tv_sec = 5 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	return recv(fd, data, n, MSG_WAITALL) == (ssize_t)n;
}

static void who_types_a_password_has_time(void **state)
{
	uint8_t in[24], challenge[16];
	struct bench b;
	int slow, silent;

	(void)state;
	setenv("HOSTEL_VNC_PASSWORD", password, 1);
	assert_true(bench_start(&b, "vnc", 320, 200));
	silent = bench_connect(&b);
	assert_true(hears(silent, in, 12));
	slow = bench_connect(&b);
	assert_int_equal(send(slow, "RFB 003.008\n\2", 13, 0), 13);
	assert_true(hears(slow, in, 12 + 2));
	assert_memory_equal(in + 12, "\1\2", 2);
	assert_true(hears(slow, challenge, sizeof(challenge)));
	/* More than the ten seconds that a program has. */
	poll(NULL, 0, 11000);
	assert_int_equal(recv(silent, in, 1, 0), 0);
	rfbEncryptBytes(challenge, password);
	assert_int_equal(send(slow, challenge, 16, MSG_NOSIGNAL), 16);
	assert_true(hears(slow, in, 4));
	assert_memory_equal(in, "\0\0\0\0", 4);
	/* And what comes after it has its own time. */
	assert_int_equal(send(slow, "\1", 1, MSG_NOSIGNAL), 1);
	assert_true(hears(slow, in, 24));
	assert_memory_equal(in, "\1\x40\0\xc8", 4);
	close(silent);
	close(slow);
	assert_true(bench_end(&b));
	unsetenv("HOSTEL_VNC_PASSWORD");
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

/* Its host is gone, or the cable is: no more bytes come, nor an end. Half a
 * minute later its keys are let go. */
static void who_vanishes_is_missed(void **state)
{
	struct display d = { .kind = DISPLAY_VNC, .address = INADDR_LOOPBACK };
	struct sockaddr_in a = { .sin_family = AF_INET };
	char where[LISTEN_WHERE];
	int listener, client, fd;

	(void)state;
	listener = listen_open(&d, "", (long)getpid(), where);
	a.sin_port = htons(d.port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&a, sizeof(a)), 0);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_in_range(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) +
				option(fd, IPPROTO_TCP, TCP_KEEPINTVL) *
					option(fd, IPPROTO_TCP, TCP_KEEPCNT),
			10, 30);
	assert_in_range(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 10000,
			30000);
	close(fd);
	close(client);
	close(listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_types_a_password_has_time),
		cmocka_unit_test(who_vanishes_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
