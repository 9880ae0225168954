/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_test.c - disk processes with no machine around them: what they read and
 * write, what they refuse, what --snapshot keeps apart, locks, media that are
 * changed, hostile requests, death, a full host disk, one life of the machine
 * after another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/lib_skip.h"
#include "tests/unit/lib_said.h"
#include "tests/world/lib_drive.h"
#include "vmapp/config/options.h"

#define MOST	(MEDIUM_MOST / MEDIUM_SECTOR)
#define SECTORS	4096u
#define SIZE	(SECTORS * (uint64_t)MEDIUM_SECTOR)

static struct drive d, e;

/* ---- reading and writing ----------------------------------------------- */

static void what_is_written_is_there(void **state)
{
	const char *path = file_make("disk", SIZE, 0x11);

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_int_equal(d.back.info.sectors, SECTORS);
	assert_int_equal(d.back.info.present, 1);
	assert_int_equal(d.back.info.read_only, 0);
	assert_true(drive_get(&d, 0, 1, 0x11));
	assert_true(drive_put(&d, 7, 3, 0x22));
	assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	assert_int_equal(file_byte(path, 7 * 512 - 1), 0x11);
	assert_int_equal(file_byte(path, 7 * 512), 0x22);
	assert_int_equal(file_byte(path, 10 * 512 - 1), 0x22);
	assert_int_equal(file_byte(path, 10 * 512), 0x11);
	assert_true(drive_get(&d, 7, 3, 0x22));
	assert_true(drive_put(&d, SECTORS - MOST, MOST, 0x33));
	assert_true(drive_get(&d, SECTORS - MOST, MOST, 0x33));
	drive_end(&d);
	assert_int_equal(file_byte(path, SIZE - 1), 0x33);
	assert_int_equal(file_byte(path, SIZE), -1);
}

static void what_is_beyond_the_end_fails(void **state)
{
	(void)state;
	assert_true(
		drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 1), false));
	assert_false(drive_do(&d, MEDIUM_READ, SECTORS, 1));
	assert_false(drive_do(&d, MEDIUM_READ, SECTORS - 1, 2));
	assert_false(drive_do(&d, MEDIUM_WRITE, SECTORS - 1, 2));
	assert_false(drive_do(&d, MEDIUM_READ, UINT64_MAX, 2));
	assert_false(drive_do(&d, MEDIUM_READ, 1ull << 55, 1));
	assert_false(drive_do(&d, MEDIUM_READ, 0, 0));
	assert_false(drive_do(&d, MEDIUM_READ, 0, MOST + 1));
	assert_false(drive_do(&d, MEDIUM_READ, 0, UINT32_MAX));
	assert_true(drive_do(&d, MEDIUM_READ, SECTORS - 1, 1));
	drive_end(&d);
	assert_int_equal(file_byte(in_folder("disk"), SIZE), -1);
}

static void a_file_that_was_cut_off_fails_there(void **state)
{
	const char *path = file_make("disk", SIZE, 1);

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_int_equal(truncate(path, SIZE / 2), 0);
	assert_true(drive_do(&d, MEDIUM_READ, 0, 1));
	assert_false(drive_do(&d, MEDIUM_READ, SECTORS - 1, 1));
	assert_int_equal(d.err, EIO);
	drive_end(&d);
}

/* only_read() - what is in the drive, all 11h, is not written to. */
static void only_read(void)
{
	assert_int_equal(d.back.info.read_only, 1);
	assert_false(drive_put(&d, 0, 1, 0x22));
	assert_int_equal(d.err, EROFS);
	assert_true(drive_get(&d, 0, 1, 0x11));
}

static void ro_is_not_written(void **state)
{
	char text[PATH_MAX + 8];

	(void)state;
	snprintf(text, sizeof(text), "%s,ro", file_make("disk", SIZE, 0x11));
	assert_true(drive_start(&d, DRIVE_DISK, text, false));
	only_read();
	drive_end(&d);
}

/* A floppy's file may be shorter than the floppy. */
static void a_short_floppy_reads_as_zeros_behind(void **state)
{
	const char *path = file_make("floppy", 1000000, 0x11);

	(void)state;
	assert_true(drive_start(&d, DRIVE_FLOPPY, path, false));
	assert_int_equal(d.back.info.sectors, 2880);
	assert_true(drive_get(&d, 2000, 100, 0));
	assert_true(drive_do(&d, MEDIUM_READ, 1953, 1));
	assert_int_equal(disk_data(&d.back, 0)[63], 0x11);
	assert_int_equal(disk_data(&d.back, 0)[64], 0);
	assert_true(drive_put(&d, 2879, 1, 0x22));
	assert_true(drive_get(&d, 2879, 1, 0x22));
	assert_true(drive_get(&d, 2878, 1, 0));
	drive_end(&d);
}

/* ---- what a guest may make of its image -------------------------------- */

static bool write_magic(struct drive *drive, uint64_t sector, const char *magic)
{
	memset(disk_data(&drive->back, 0), 0, 2 * MEDIUM_SECTOR);
	memcpy(disk_data(&drive->back, 0) + (sector ? MEDIUM_SECTOR : 0), magic,
	       strlen(magic));
	return drive_do(drive, MEDIUM_WRITE, sector, 2);
}

static void a_guessed_format_stays_what_it_is(void **state)
{
	const char *path = file_make("disk", SIZE, 0x11);
	char text[PATH_MAX + 16];

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_false(write_magic(&d, 0, "QFI\xfb"));
	assert_int_equal(d.err, EPERM);
	assert_false(write_magic(&d, 0, "# Disk DescriptorFile"));
	assert_false(write_magic(&d, SECTORS - 2, "conectix"));
	assert_int_equal(file_byte(path, 0), 0x11);
	assert_int_equal(file_byte(path, SIZE - MEDIUM_SECTOR), 0x11);
	/* elsewhere it is data like any other */
	assert_true(write_magic(&d, 2, "QFI\xfb"));
	drive_end(&d);

	snprintf(text, sizeof(text), "%s,format=raw", path);
	assert_true(drive_start(&d, DRIVE_DISK, text, false));
	assert_true(write_magic(&d, 0, "QFI\xfb"));
	drive_end(&d);
	assert_int_equal(file_byte(path, 0), 'Q');
}

/* ---- --snapshot -------------------------------------------------------- */

static void a_snapshot_keeps_the_image(void **state)
{
	const char *path = file_make("disk", SIZE, 0x11);

	(void)state;
	chmod(path, 0400);
	assert_true(drive_start(&d, DRIVE_DISK, path, true));
	assert_int_equal(d.back.info.read_only, 0);
	assert_true(drive_put(&d, 1, 1, 0x22));
	assert_true(drive_put(&d, 3, 2, 0x33));
	assert_true(drive_put(&d, SECTORS - 1, 1, 0x44));
	assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	/* all of it in one request, and it is a mixture */
	assert_true(drive_do(&d, MEDIUM_READ, 0, 7));
	assert_int_equal(disk_data(&d.back, 0)[0], 0x11);
	assert_int_equal(disk_data(&d.back, 0)[1 * 512], 0x22);
	assert_int_equal(disk_data(&d.back, 0)[2 * 512], 0x11);
	assert_int_equal(disk_data(&d.back, 0)[3 * 512], 0x33);
	assert_int_equal(disk_data(&d.back, 0)[5 * 512 - 1], 0x33);
	assert_int_equal(disk_data(&d.back, 0)[5 * 512], 0x11);
	assert_true(drive_get(&d, SECTORS - 1, 1, 0x44));
	/* a reset keeps it */
	drive_leave(&d);
	drive_life(&d);
	assert_true(drive_get(&d, 3, 2, 0x33));
	drive_end(&d);
	assert_int_equal(file_byte(path, 512), 0x11);
	assert_int_equal(file_byte(path, SIZE - 1), 0x11);
	/* the end does not */
	assert_true(drive_start(&d, DRIVE_DISK, path, true));
	assert_true(drive_get(&d, 0, 7, 0x11));
	drive_end(&d);
}

/* ---- locks ------------------------------------------------------------- */

static void a_written_image_has_one_user(void **state)
{
	const char *path = file_make("disk", SIZE, 1);
	char ro[PATH_MAX + 8];

	(void)state;
	snprintf(ro, sizeof(ro), "%s,ro", path);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	said_begin();
	assert_false(drive_start(&e, DRIVE_DISK, path, false));
	said_one("in use by another machine");
	said_begin();
	assert_false(drive_start(&e, DRIVE_DISK, ro, false));
	said_one("in use by another machine");
	/* it goes with the disk process, and with nobody else */
	drive_end(&d);
	assert_true(drive_start(&d, DRIVE_DISK, ro, false));
	assert_true(drive_start(&e, DRIVE_DISK, path, true));
	drive_end(&e);
	said_begin();
	assert_false(drive_start(&e, DRIVE_DISK, path, false));
	said_one("in use by another machine");
	drive_end(&d);
}

/* ---- media that are changed -------------------------------------------- */

/* change() - and wait for it. */
static void change(struct drive *drive, int fd)
{
	int i;

	drive->changed = 0;
	disk_change(&drive->back, fd);
	for (i = 0; i < 50 && !drive->changed; i++)
		events_wait(&drive->events, 100000000);
	assert_int_equal(drive->changed, 1);
}

static int ro_file(const char *name, uint64_t size, uint8_t byte)
{
	return open(file_make(name, size, byte), O_RDONLY | O_CLOEXEC);
}

static void a_medium_is_put_in_and_taken_out(void **state)
{
	(void)state;
	assert_true(drive_start(&d, DRIVE_CDROM, "none", false));
	assert_int_equal(d.back.info.present, 0);
	assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
	assert_int_equal(d.err, ENOMEDIUM);
	change(&d, ro_file("one", SIZE, 0x11));
	assert_int_equal(d.back.info.sectors, SECTORS);
	assert_int_equal(d.back.info.read_only, 1);
	assert_true(drive_get(&d, SECTORS - 1, 1, 0x11));
	change(&d, ro_file("two", SIZE * 2, 0x22));
	assert_int_equal(d.back.info.sectors, SECTORS * 2);
	/* another life finds it there */
	drive_leave(&d);
	drive_life(&d);
	assert_int_equal(d.back.info.sectors, SECTORS * 2);
	assert_true(drive_get(&d, 0, 1, 0x22));
	change(&d, -1);
	assert_int_equal(d.back.info.present, 0);
	assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
	change(&d, ro_file("none", 0, 0));	/* an empty file is no medium */
	assert_int_equal(d.back.info.present, 0);
	drive_end(&d);
}

/* With --snapshot, too: as each medium was given, the first and those that are
 * put in later. */
static void ro_is_not_written_in_a_snapshot(void **state)
{
	const uint64_t size = 1440 << 10;
	char text[PATH_MAX + 8];

	(void)state;
	snprintf(text, sizeof(text), "%s,ro", file_make("one", size, 0x11));
	assert_true(drive_start(&d, DRIVE_FLOPPY, text, true));
	only_read();
	change(&d, open(file_make("two", size, 0x11), O_RDWR | O_CLOEXEC));
	assert_int_equal(d.back.info.read_only, 0);
	assert_true(drive_put(&d, 0, 1, 0x22));
	assert_true(drive_get(&d, 0, 1, 0x22));
	change(&d, ro_file("three", size, 0x11));
	only_read();
	drive_end(&d);
	assert_int_equal(file_byte(in_folder("two"), 0), 0x11);
}

static void the_guest_opens_the_tray(void **state)
{
	(void)state;
	assert_true(
		drive_start(&d, DRIVE_CDROM, file_make("one", SIZE, 1), false));
	assert_true(drive_do(&d, MEDIUM_EJECT, 0, 0));
	assert_int_equal(d.changed, 1);
	assert_int_equal(d.back.info.present, 0);
	/* its lock is gone, too */
	assert_true(drive_start(&e, DRIVE_DISK, in_folder("one"), false));
	drive_end(&e);
	drive_end(&d);
}

/* The guest's request begins and ends as if nobody had changed anything. */
static void a_change_waits_for_the_request(void **state)
{
	(void)state;
	assert_true(
		drive_start(&d, DRIVE_CDROM, file_make("one", SIZE, 1), false));
	drive_begin(&d, MEDIUM_READ, 0, MOST);
	disk_change(&d.back, ro_file("two", SIZE, 2));
	assert_true(drive_wait(&d));
	assert_int_equal(d.result, MEDIUM_OK);
	assert_int_equal(disk_data(&d.back, 0)[0], 1);
	/* and this one waits for the change */
	drive_begin(&d, MEDIUM_READ, 0, 1);
	assert_true(drive_wait(&d));
	assert_int_equal(d.changed, 1);
	assert_int_equal(disk_data(&d.back, 0)[0], 2);
	drive_end(&d);
}

/* ---- a hostel-app that was taken over ---------------------------------- */

/* hostile() - a request as it is, past all of our own code. Return: its
 * result. */
static uint32_t hostile(uint32_t op, uint64_t first, uint32_t count)
{
	struct disk_channel *ch = d.back.ch;
	const struct disk_ask ask = { .op = op, .first = first,
				      .count = count };
	uint32_t number = disk_channel_put(ch, &ask, DISK_WAKE_BELL);
	struct disk_answer answer;
	int i;

	assert_int_equal(send(d.proc.bell, "", 1, MSG_NOSIGNAL), 1);
	for (i = 0; i < 500; i++) {
		if (disk_answer_decode(ch, number, &answer))
			return answer.result;
		poll(NULL, 0, 10);
	}
	fail_msg("no answer");
	return 0;
}

static void nonsense_is_refused(void **state)
{
	const char *path = file_make("disk", SIZE, 1);

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_int_equal(hostile(77, 0, 1), DISK_FAILED);
	assert_int_equal(hostile(UINT32_MAX, 0, 1), DISK_FAILED);
	assert_int_equal(hostile(DISK_READ, 0, MOST + 1), DISK_FAILED);
	assert_int_equal(hostile(DISK_WRITE, 0, UINT32_MAX), DISK_FAILED);
	assert_int_equal(hostile(DISK_WRITE, UINT64_MAX, 1), DISK_FAILED);
	assert_int_equal(hostile(DISK_WRITE, UINT64_MAX - 1, 2), DISK_FAILED);
	assert_int_equal(hostile(DISK_WRITE, SECTORS, 1), DISK_FAILED);
	/* what it says of the medium is not believed either */
	d.back.ch->info.sectors = UINT64_MAX;
	assert_int_equal(hostile(DISK_WRITE, SECTORS, 1), DISK_FAILED);
	assert_int_equal(hostile(DISK_READ, 0, 1), DISK_OK);
	drive_end(&d);
	assert_int_equal(file_byte(path, SIZE), -1);
}

/* A disk with a socket in its place: none of its calls is let through. */
static void what_is_no_file_is_no_medium(void **state)
{
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(drive_start(&d, DRIVE_CDROM, "none", false));
	change(&d, pair[0]);
	assert_int_equal(d.back.info.present, 0);
	assert_int_equal(d.gone, 0);
	close(pair[1]);
	drive_end(&d);
}

/* ---- a disk process that was taken over -------------------------------- */

/* What the other side has in memory is this test's to write: the disk process
 * is stopped meanwhile. */
static void nonsense_is_not_believed(void **state)
{
	struct medium_info info;
	struct disk_answer answer;

	(void)state;
	assert_true(
		drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 1), false));
	kill(d.proc.pid, SIGSTOP);
	d.back.ch->info = (struct medium_info){
		.sectors = UINT64_MAX, .present = 77, .read_only = 9,
		.heads = 9, .per_track = 64 };
	disk_info_decode(d.back.ch, &info);
	assert_int_equal(info.present, 1);
	assert_int_equal(info.read_only, 1);
	assert_int_equal(info.sectors, DISK_SECTORS_MOST);
	assert_int_equal(info.heads, 0);
	d.back.ch->info = (struct medium_info){ .present = 1 };
	disk_info_decode(d.back.ch, &info);
	assert_int_equal(info.present, 0);
	d.back.ch->answer = (struct disk_answer){ 99, -5 };
	assert_true(
		disk_answer_decode(d.back.ch, d.back.ch->answered, &answer));
	assert_int_equal(answer.result, DISK_FAILED);
	assert_int_equal(answer.err, EIO);
	assert_false(disk_answer_decode(d.back.ch, d.back.ch->answered + 1,
					&answer));
	kill(d.proc.pid, SIGCONT);
	drive_end(&d);
}

/* ---- death, and lives --------------------------------------------------- */

static void a_dead_process_is_a_broken_drive(void **state)
{
	const char *path = file_make("disk", SIZE, 0x11);

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_true(drive_put(&d, 5, 1, 0x22));
	assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	kill(d.proc.pid, SIGSTOP);
	drive_begin(&d, MEDIUM_READ, 0, 1);
	kill(d.proc.pid, SIGKILL);
	assert_true(drive_wait(&d));
	assert_int_equal(d.result, MEDIUM_FAILED);
	assert_int_equal(d.gone, 1);
	assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
	assert_false(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	assert_int_equal(d.gone, 1);
	/* the set of events is quiet meanwhile */
	d.done = 0;
	events_wait(&d.events, 0);
	assert_int_equal(d.back.source.mask, 0);
	assert_int_equal(d.done, 0);
	/* the next life hears of it as well */
	drive_leave(&d);
	drive_life(&d);
	assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
	assert_int_equal(d.gone, 2);
	drive_end(&d);
	assert_int_equal(file_byte(path, 5 * 512), 0x22);
}

static void a_life_does_not_hear_of_the_one_before(void **state)
{
	const char *path = file_make("disk", SIZE, 0x11);

	(void)state;
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	kill(d.proc.pid, SIGSTOP);
	memset(disk_data(&d.back, 0), 0x22, MEDIUM_SECTOR);
	drive_begin(&d, MEDIUM_WRITE, 9, 1);
	drive_leave(&d);
	kill(d.proc.pid, SIGCONT);
	drive_life(&d);		/* waits for that */
	assert_int_equal(file_byte(path, 9 * 512), 0x22);
	assert_int_equal(d.done, 0);
	events_wait(&d.events, 0);
	assert_int_equal(d.done, 0);
	assert_true(drive_get(&d, 9, 1, 0x22));
	drive_end(&d);
}

/* It was ended between the request and the bell. */
static void a_request_without_its_bell_is_done(void **state)
{
	const struct disk_ask ask = { .op = DISK_READ, .count = 1 };

	(void)state;
	assert_true(
		drive_start(&d, DRIVE_DISK, file_make("disk", SIZE, 1), false));
	disk_channel_put(d.back.ch, &ask, DISK_WAKE_BELL);
	drive_leave(&d);
	drive_life(&d);
	assert_true(drive_get(&d, 0, 1, 1));
	drive_end(&d);
}

static void it_ends_with_the_keeper(void **state)
{
	int status, pipes[2];
	pid_t child, disk;

	(void)state;
	file_make("disk", SIZE, 1);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		if (!drive_start(&d, DRIVE_DISK, in_folder("disk"), false) ||
		    write(pipes[1], &d.proc.pid, sizeof(disk)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(pipes[0], &disk, sizeof(disk)), sizeof(disk));
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	for (status = 0; status < 500 && kill(disk, 0) == 0; status++)
		poll(NULL, 0, 10);
	/* nobody of ours may be there to reap it: its lock tells */
	assert_true(drive_start(&d, DRIVE_DISK, in_folder("disk"), false));
	drive_end(&d);
	close(pipes[0]);
	close(pipes[1]);
}

/* ---- a full host disk --------------------------------------------------- */

static int a_full_disk(bool snapshot)
{
	const char *path = file_make("small/disk", SIZE, 0);

	file_make("small/other", 200 << 10, 1);
	setenv("TMPDIR", in_folder("small"), 1);
	MUST(drive_start(&d, DRIVE_DISK, path, snapshot));
	MUST(drive_put(&d, 0, 8, 0x11));
	memset(disk_data(&d.back, 0), 0x22, MEDIUM_MOST);
	drive_begin(&d, MEDIUM_WRITE, 100, MOST);
	MUST(drive_wait(&d));
	MUST(full_seen(&d) == 0);
	MUST(drive_get(&d, 100, MOST, 0x22));
	MUST(drive_get(&d, 0, 8, 0x11));
	MUST(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	drive_end(&d);
	return snapshot || file_byte(path, 100 * 512) == 0x22 ? 0 : 1;
}

static int full_raw(void)
{
	return a_full_disk(false);
}

static int full_snapshot(void)
{
	return a_full_disk(true);
}

static void a_full_host_disk_loses_nothing(void **state)
{
	int status;

	(void)state;
	status = in_small_fs(256, full_raw);
	if (status < 0)
		skip_because("no file system can be mounted here");
	assert_int_equal(status, 0);
	assert_int_equal(in_small_fs(256, full_snapshot), 0);
}

/* ---- other formats ------------------------------------------------------ */

/* shell() - Return: did that command, of one file in the folder, end well? */
static bool shell(const char *command, const char *name)
{
	char line[2 * PATH_MAX];

	snprintf(line, sizeof(line), "exec >/dev/null 2>&1; %s '%s'", command,
		 in_folder(name));
	return system(line) == 0;
}

/* qcow2() - a new image of SIZE, in @path; skips the test if it can not be. */
static void qcow2(char path[PATH_MAX])
{
	static unsigned int n;
	char name[16];

	if (!shell("command -v qemu-nbd && command -v qemu-img", "."))
		skip_because("qemu-nbd is not there (qemu-utils)");
	snprintf(name, sizeof(name), "qcow2-%u", n++);
	snprintf(path, PATH_MAX, "%s", in_folder(name));
	snprintf(path, PATH_MAX, "qemu-img create -q -f qcow2 '%s' %llu",
		 in_folder(name), (unsigned long long)SIZE);
	assert_int_equal(system(path), 0);
	snprintf(path, PATH_MAX, "%s", in_folder(name));
}

static void qcow2_is_read_and_written(void **state)
{
	char path[PATH_MAX];

	(void)state;
	qcow2(path);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_int_equal(d.back.info.sectors, SECTORS);
	assert_true(drive_get(&d, 0, MOST, 0));
	assert_true(drive_put(&d, 3, 5, 0x33));
	assert_true(drive_put(&d, SECTORS - MOST, MOST, 0x44));
	assert_false(drive_do(&d, MEDIUM_READ, SECTORS, 1));
	assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	drive_end(&d);
	/* what it wrote last is there without a flush, as it ended in order */
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_true(drive_get(&d, 3, 5, 0x33));
	assert_true(drive_put(&d, 100, 1, 0x55));
	drive_end(&d);
	assert_true(drive_start(&d, DRIVE_DISK, path, true));
	assert_true(drive_get(&d, SECTORS - MOST, MOST, 0x44));
	assert_true(drive_get(&d, 100, 1, 0x55));
	assert_true(drive_put(&d, 100, 1, 0x66));	/* --snapshot */
	assert_true(drive_get(&d, 100, 1, 0x66));
	drive_end(&d);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_true(drive_get(&d, 100, 1, 0x55));
	drive_end(&d);
}

static void what_qcow2_has_flushed_is_there(void **state)
{
	char path[PATH_MAX];
	pid_t *const victims[] = { &d.proc.pid, &d.proc.qemu };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(victims); i++) {
		qcow2(path);
		assert_true(drive_start(&d, DRIVE_DISK, path, false));
		assert_true(drive_put(&d, 3, 5, 0x33));
		assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
		assert_true(drive_put(&d, 300, 5, 0x33));
		kill(*victims[i], SIGKILL);
		assert_false(drive_do(&d, MEDIUM_READ, 0, 1));
		drive_end(&d);
		assert_true(shell("qemu-img check -q", strrchr(path, '/') + 1));
		assert_true(drive_start(&d, DRIVE_DISK, path, false));
		assert_true(drive_get(&d, 3, 5, 0x33));
		drive_end(&d);
	}
}

/* Its process could do nothing with it: it has no right to look at it. */
static void nothing_is_put_in_behind_qemu(void **state)
{
	char path[PATH_MAX];

	(void)state;
	qcow2(path);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	change(&d, ro_file("one", SIZE, 1));
	assert_int_equal(d.gone, 0);
	assert_true(drive_get(&d, 0, 1, 0));
	drive_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_there),
		cmocka_unit_test(what_is_beyond_the_end_fails),
		cmocka_unit_test(a_file_that_was_cut_off_fails_there),
		cmocka_unit_test(ro_is_not_written),
		cmocka_unit_test(a_short_floppy_reads_as_zeros_behind),
		cmocka_unit_test(a_guessed_format_stays_what_it_is),
		cmocka_unit_test(a_snapshot_keeps_the_image),
		cmocka_unit_test(a_written_image_has_one_user),
		cmocka_unit_test(a_medium_is_put_in_and_taken_out),
		cmocka_unit_test(ro_is_not_written_in_a_snapshot),
		cmocka_unit_test(the_guest_opens_the_tray),
		cmocka_unit_test(a_change_waits_for_the_request),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(what_is_no_file_is_no_medium),
		cmocka_unit_test(nonsense_is_not_believed),
		cmocka_unit_test(a_dead_process_is_a_broken_drive),
		cmocka_unit_test(a_life_does_not_hear_of_the_one_before),
		cmocka_unit_test(a_request_without_its_bell_is_done),
		cmocka_unit_test(it_ends_with_the_keeper),
		cmocka_unit_test(a_full_host_disk_loses_nothing),
		cmocka_unit_test(qcow2_is_read_and_written),
		cmocka_unit_test(what_qcow2_has_flushed_is_there),
		cmocka_unit_test(nothing_is_put_in_behind_qemu),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, folder_open, folder_close);
}
