/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cable_test.c - the cable to a serial port of the host, with no machine: a
 * pseudo-terminal stands for the port, and this test is who is at the far end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "vmapp/back/cable.h"

static int far;			/* the other end of the wire */
static int near;		/* the port, which stays open here */
static char path[64];
static struct cable cable;

static bool plug_into(const char *file)
{
	const struct plug plug = { .kind = PLUG_DEVICE, .file = file };
	bool open = cable_open(&cable, "COM1", &plug);

	if (open)
		cable_take(&cable);
	return open;
}

static int set_up(void **state)
{
	(void)state;
	far = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(far >= 0 && !grantpt(far) && !unlockpt(far));
	snprintf(path, sizeof(path), "%s", ptsname(far));
	near = open(path, O_RDWR | O_NOCTTY);
	assert_true(near >= 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cable_close(&cable);
	close(near);
	close(far);
	return 0;
}

/* carries() - all values of a byte, from @from to @to, as they are. */
static void carries(int from, int to)
{
	struct pollfd p = { .fd = to, .events = POLLIN };
	uint8_t sent[256], got[256];
	size_t have = 0, i;
	ssize_t n;

	for (i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)i;
	assert_int_equal(write(from, sent, sizeof(sent)), sizeof(sent));
	while (have < sizeof(got)) {
		assert_int_equal(poll(&p, 1, 2000), 1);
		n = read(to, got + have, sizeof(got) - have);
		assert_true(n > 0);
		have += (size_t)n;
	}
	assert_memory_equal(got, sent, sizeof(got));
}

static void any_byte_goes_both_ways(void **state)
{
	(void)state;
	assert_true(plug_into(path));
	assert_string_equal(cable.name, path);
	carries(far, cable.in);
	carries(cable.out, far);
}

/* settings() - of the port: what a cable is to leave as it found it. */
static struct termios settings(void)
{
	struct termios t;

	memset(&t, 0, sizeof(t));
	assert_int_equal(tcgetattr(near, &t), 0);
	return t;
}

static void it_is_given_back_as_it_was(void **state)
{
	struct termios found = settings(), now;

	(void)state;
	cfsetspeed(&found, B1200);
	found.c_lflag |= ECHO | ICANON;
	found.c_iflag |= IXON | ISTRIP;
	/* (A pseudo-terminal has no parity, and always 8 bits.) */
	found.c_cflag &= ~(tcflag_t)CLOCAL;
	found.c_cflag |= CRTSCTS | CSTOPB;
	assert_int_equal(tcsetattr(near, TCSANOW, &found), 0);
	found = settings();
	assert_true(plug_into(path));
	now = settings();
	assert_int_equal(now.c_lflag & (tcflag_t)(ECHO | ICANON | ISIG), 0);
	assert_true(now.c_cflag & CLOCAL);
	/* The host's user chose these. */
	assert_int_equal(cfgetospeed(&now), B1200);
	assert_true(now.c_cflag & CRTSCTS);
	assert_true(now.c_cflag & CSTOPB);
	cable_close(&cable);
	now = settings();
	assert_int_equal(now.c_iflag, found.c_iflag);
	assert_int_equal(now.c_oflag, found.c_oflag);
	assert_int_equal(now.c_cflag, found.c_cflag);
	assert_int_equal(now.c_lflag, found.c_lflag);
}

/* Until the machine is there, its port is as it was. */
static void it_is_raw_when_it_is_taken(void **state)
{
	const struct plug plug = { .kind = PLUG_DEVICE, .file = path };
	struct termios found = settings(), now;

	(void)state;
	assert_true(cable_open(&cable, "COM1", &plug));
	now = settings();
	assert_int_equal(now.c_lflag, found.c_lflag);
	cable_take(&cable);
	now = settings();
	assert_int_equal(now.c_lflag & (tcflag_t)ICANON, 0);
}

/* What the far end does not take is no reason to wait for ever. */
static void an_end_does_not_wait_for_long(void **state)
{
	static const char much[4096];

	(void)state;
	assert_true(plug_into(path));
	alarm(30);
	while (write(cable.out, much, sizeof(much)) > 0)
		;
	cable_close(&cable);
	alarm(0);
}

static void one_that_another_has_is_left_alone(void **state)
{
	struct termios found = settings(), now;

	(void)state;
	assert_int_equal(flock(near, LOCK_EX), 0);
	assert_false(plug_into(path));
	cable_close(&cable);
	now = settings();
	assert_int_equal(now.c_lflag, found.c_lflag);
	assert_int_equal(flock(near, LOCK_UN), 0);
	assert_true(plug_into(path));
}

static void what_is_no_port_is_refused(void **state)
{
	(void)state;
	assert_false(plug_into("/dev/null"));
	cable_close(&cable);
	assert_false(plug_into("/nonexistent"));
	cable_close(&cable);
	assert_false(plug_into("/"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(any_byte_goes_both_ways),
		T(it_is_given_back_as_it_was),
		T(it_is_raw_when_it_is_taken),
		T(an_end_does_not_wait_for_long),
		T(one_that_another_has_is_left_alone),
		T(what_is_no_port_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
