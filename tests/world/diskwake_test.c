/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskwake_test.c - a disk process that two worlds ask: each is told as it
 * wants, neither waits for ever, and their requests are not mixed up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/world/lib_drive.h"

#define SIZE	(4096u * (uint64_t)MEDIUM_SECTOR)

static struct drive d;

/* readable() - of @fd: within @ms? */
static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

/* stands_still() - a disk whose process does, with a request of the VMM's: its
 * number. */
static uint32_t stands_still(void)
{
	const struct disk_ask one = { .op = DISK_READ, .count = 1 };

	assert_true(drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 0x11),
				false));
	d.back.direct = true;
	kill(d.proc.pid, SIGSTOP);
	return disk_channel_put(d.back.ch, &one, DISK_WAKE_NEWS);
}

/* ask() - to read sector @first, as the VMM does: no bell if none is needed. */
static uint32_t ask(uint64_t first, enum disk_wake wake)
{
	const struct disk_ask one = { .op = DISK_READ, .count = 1,
				      .first = first };
	uint32_t number = disk_channel_put(d.back.ch, &one, wake);
	const uint8_t word = 0;

	if (disk_channel_sleeps(d.back.ch))
		assert_int_equal(write(d.proc.bell, &word, 1), 1);
	return number;
}

static void answered(uint32_t number)
{
	uint64_t end = clock_now_ns() + 5 * NSEC_PER_SEC;
	struct disk_answer answer;

	while (!disk_answer_decode(d.back.ch, number, &answer))
		assert_true(clock_now_ns() < end);
	assert_int_equal(answer.result, DISK_OK);
}

/* The socket, the eventfd, or nothing; and after that a request that comes at
 * once, or late, is done all the same. */
static void who_asks_says_how_it_is_told(void **state)
{
	unsigned int i;
	uint64_t n;

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 0x11),
				false));
	answered(ask(0, DISK_WAKE_NEWS));
	assert_true(readable(d.proc.news, 5000));
	assert_int_equal(read(d.proc.news, &n, sizeof(n)), sizeof(n));
	assert_false(readable(d.proc.bell, 50));
	for (i = 0; i < 200; i++) {
		answered(ask(i, i % 10 ? DISK_WAKE_NOT : DISK_WAKE_LATER));
		if (i % 50 == 49)
			poll(NULL, 0, 5);
	}
	assert_false(readable(d.proc.bell, 50));
	assert_false(readable(d.proc.news, 0));
	assert_true(disk_channel_sleeps(d.back.ch));
	/* What is no way at all is the socket. */
	ask(1, (enum disk_wake)77);
	assert_true(readable(d.proc.bell, 5000));
	assert_true(drive_get(&d, 0, 8, 0x11));
	drive_end(&d);
}

/* VMApp begins to wait for a halted guest when the VMM's answer is there, and
 * its bell has rung that nobody has heard: that is heard at once. */
static void an_answer_from_before_the_halt_is_heard(void **state)
{
	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 0x11),
				false));
	d.back.direct = true;
	answered(ask(0, DISK_WAKE_NEWS));
	assert_true(readable(d.proc.news, 5000));
	disk_listen(&d.back, true);
	events_wait(&d.events, NSEC_PER_SEC);
	assert_false(readable(d.proc.news, 0));
	disk_listen(&d.back, false);
	drive_end(&d);
}

/* What the VMM has asked is answered, by VMApp, if the disk process ends; and
 * who rings for it then hears that. */
static void a_dead_process_answers_the_vmm(void **state)
{
	struct disk_answer answer;
	uint64_t end = clock_now_ns() + 5 * NSEC_PER_SEC;
	const uint8_t word = 0;
	uint32_t number;

	(void)state;
	number = stands_still();
	kill(d.proc.pid, SIGKILL);
	while (!disk_answer_decode(d.back.ch, number, &answer) &&
	       clock_now_ns() < end)
		events_wait(&d.events, NSEC_PER_SEC / 10);
	assert_int_equal(answer.result, DISK_FAILED);
	assert_int_equal(d.gone, 1);
	assert_true(disk_channel_sleeps(d.back.ch));
	assert_int_equal(write(d.proc.bell, &word, 1), -1);
	assert_int_equal(errno, EPIPE);
	assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
	drive_end(&d);
}

/* If the process dies meanwhile, it has failed. */
static void a_request_that_waits_for_the_vmms_fails(void **state)
{
	(void)state;
	stands_still();
	drive_begin(&d, MEDIUM_READ, 3, 4);
	kill(d.proc.pid, SIGKILL);
	assert_true(drive_wait(&d));
	assert_int_equal(d.done, 1);
	assert_int_equal(d.result, MEDIUM_FAILED);
	assert_int_equal(d.gone, 1);
	drive_end(&d);
}

/* A request of VMApp's waits for one that the VMM has begun, and is not mixed
 * up with it. */
static void a_request_waits_for_the_vmms(void **state)
{
	uint32_t number;

	(void)state;
	number = stands_still();
	drive_begin(&d, MEDIUM_READ, 3, 4);
	events_wait(&d.events, NSEC_PER_SEC / 20);
	assert_int_equal(d.done, 0);
	assert_int_equal(atomic_load(&d.back.ch->asked), number);
	kill(d.proc.pid, SIGCONT);
	assert_true(drive_wait(&d));
	assert_int_equal(d.done, 1);
	assert_int_equal(d.result, MEDIUM_OK);
	assert_int_equal(atomic_load(&d.back.ch->asked), number + 1);
	assert_true(drive_get(&d, 9, 4, 0x11));
	drive_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_says_how_it_is_told),
		cmocka_unit_test(an_answer_from_before_the_halt_is_heard),
		cmocka_unit_test(a_dead_process_answers_the_vmm),
		cmocka_unit_test(a_request_waits_for_the_vmms),
		cmocka_unit_test(a_request_that_waits_for_the_vmms_fails),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, folder_open, folder_close);
}
