/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patience_test.c - how long hostel-screen waits for viewers: for one that says
 * nothing, and for a person who types a password.
 *
 * tests/run: waits
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rfb/rfb.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_types_a_password_has_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
