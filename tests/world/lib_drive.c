/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_drive.c - a drive with no machine around it: see lib_drive.h. */
#include "tests/world/lib_drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/check.h"
#include "base/clock.h"
#include "vmapp/config/options.h"

#define WAIT_S 30	/* QEMU's tools beside us may be flushing, too */

static char folder[PATH_MAX];

/* ---- a disk_owner's ---------------------------------------------------- */

static void on_done(void *self, struct disk_back *back, uint32_t tag,
		    enum medium_result result, int err)
{
	struct drive *d = self;

	assert_ptr_equal(back, &d->back);
	assert_int_equal(tag, d->tag);
	d->done++;
	d->result = result;
	d->err = err;
}

static void on_full(void *self, struct disk_back *back, int err)
{
	struct drive *d = self;

	(void)back;
	d->full++;
	d->err = err;
}

static void on_changed(void *self, struct disk_back *back)
{
	(void)back;
	((struct drive *)self)->changed++;
}

static void on_gone(void *self, struct disk_back *back)
{
	(void)back;
	((struct drive *)self)->gone++;
}

/* ---- a drive ----------------------------------------------------------- */

bool drive_start(struct drive *d, enum drive_kind kind, const char *text,
		 bool snapshot)
{
	char error[CONFIG_ERROR_SIZE];

	memset(d, 0, sizeof(*d));
	if (!drive_parse(&d->config, kind, "--drive", text, error))
		fail_msg("%s", error);
	if (!diskproc_start(&d->proc, "drive", &d->config, snapshot)) {
		diskproc_end(&d->proc);
		return false;
	}
	drive_life(d);
	return true;
}

void drive_life(struct drive *d)
{
	const struct disk_owner owner = { d, on_done, on_full, on_changed,
					  on_gone };

	memset(&d->back, 0, sizeof(d->back));
	assert_int_equal(events_open(&d->events), 0);
	assert_int_equal(disk_open(&d->back, 0, &d->proc, &d->events, &owner),
			 0);
	d->open = true;
}

void drive_leave(struct drive *d)
{
	disk_close(&d->back);
	events_close(&d->events);
	d->open = false;
}

void drive_end(struct drive *d)
{
	if (d->open)
		drive_leave(d);
	diskproc_end(&d->proc);
}

void drive_begin(struct drive *d, enum medium_op op, uint64_t first,
		 uint32_t count)
{
	const struct medium_request r = { .op = (uint8_t)op, .tag = ++d->tag,
					  .first = first, .count = count };

	d->done = d->full = 0;
	disk_start(&d->back, 0, &r);
	assert_int_equal(d->done, 0);	/* never from inside */
}

bool drive_wait(struct drive *d)
{
	uint64_t end = clock_now_ns() + WAIT_S * NSEC_PER_SEC;

	while (!d->done && !d->full && clock_now_ns() < end)
		events_wait(&d->events, NSEC_PER_SEC / 10);
	return d->done || d->full;
}

bool drive_do(struct drive *d, enum medium_op op, uint64_t first,
	      uint32_t count)
{
	drive_begin(d, op, first, count);
	assert_true(drive_wait(d));
	return d->done == 1 && d->result == MEDIUM_OK;
}

bool drive_put(struct drive *d, uint64_t first, uint32_t count, uint8_t byte)
{
	memset(disk_data(&d->back, 0), byte, count * MEDIUM_SECTOR);
	return drive_do(d, MEDIUM_WRITE, first, count);
}

bool drive_get(struct drive *d, uint64_t first, uint32_t count, uint8_t byte)
{
	const uint8_t *data = disk_data(&d->back, 0);
	size_t i;

	memset(disk_data(&d->back, 0), ~byte, count * MEDIUM_SECTOR);
	if (!drive_do(d, MEDIUM_READ, first, count))
		return false;
	for (i = 0; i < count * MEDIUM_SECTOR; i++)
		if (data[i] != byte)
			return false;
	return true;
}

/* ---- files ------------------------------------------------------------- */

/* link_programs() - they are looked for beside the one that runs. */
static void link_programs(void)
{
	static const char *const names[] = { "hostel-disk", "hostel-disk-nbd" };
	char path[PATH_MAX], to[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(beside(names[i], path, sizeof(path)), 0);
		snprintf(to, sizeof(to), "../../%s", names[i]);
		if (symlink(to, path) < 0)
			assert_int_equal(errno, EEXIST);
	}
}

int folder_open(void **state)
{
	(void)state;
	link_programs();
	strcpy(folder, "/tmp/hostel-drive-XXXXXX");
	assert_non_null(mkdtemp(folder));
	setenv("HOSTEL_VMNET_DIR", in_folder("run"), 1);
	assert_int_equal(mkdir(in_folder("run"), 0700), 0);
	return 0;
}

int folder_close(void **state)
{
	char line[PATH_MAX + 16];

	(void)state;
	snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	assert_int_equal(system(line), 0);
	return 0;
}

const char *in_folder(const char *name)
{
	static char path[4][PATH_MAX + 64];
	static unsigned int turn;
	char *to = path[turn++ % 4];

	snprintf(to, sizeof(path[0]), "%s/%s", folder, name);
	return to;
}

const char *file_make(const char *name, uint64_t size, uint8_t byte)
{
	const char *path = in_folder(name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint8_t block[4096];
	uint64_t at;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	memset(block, byte, sizeof(block));
	for (at = 0; byte && at < size; at += sizeof(block)) {
		size_t n = size - at < sizeof(block) ? size - at :
						       sizeof(block);

		assert_int_equal(pwrite(fd, block, n, (off_t)at), n);
	}
	close(fd);
	return path;
}

int file_byte(const char *path, uint64_t at)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t byte;
	ssize_t n = pread(fd, &byte, 1, (off_t)at);

	assert_true(fd >= 0);
	close(fd);
	return n == 1 ? byte : -1;
}

/* ---- a full host disk -------------------------------------------------- */

/* map_put() - a file of /proc/self. Return: could it be written? */
static bool map_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* own_mounts() - for root as it is; for others in a user namespace, where they
 * are root: who is nobody there can make no file. */
static bool own_mounts(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char users[32], groups[32];

	if (unshare(CLONE_NEWNS) == 0)
		return true;
	snprintf(users, sizeof(users), "0 %u 1", uid);
	snprintf(groups, sizeof(groups), "0 %u 1", gid);
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       map_put("/proc/self/setgroups", "deny") &&
	       map_put("/proc/self/uid_map", users) &&
	       map_put("/proc/self/gid_map", groups);
}

/* small_mount() - Return: is it there, for this process alone? */
static bool small_mount(unsigned int kib)
{
	char size[32];

	snprintf(size, sizeof(size), "size=%uk", kib);
	return own_mounts() &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("small", in_folder("small"), "tmpfs", 0, size) == 0;
}

int in_small_fs(unsigned int kib, int (*f)(void))
{
	int status;
	pid_t child;

	mkdir(in_folder("small"), 0700);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(small_mount(kib) ? f() : 255);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

int full_seen(struct drive *d)
{
	MUST(d->full == 1 && !d->done && d->err == ENOSPC);
	d->full = 0;
	disk_again(&d->back);
	MUST(drive_wait(d));
	MUST(d->full == 1 && !d->done);
	unlink(in_folder("small/other"));
	d->full = 0;
	disk_again(&d->back);
	MUST(drive_wait(d));
	MUST(d->done == 1 && d->result == MEDIUM_OK && !d->full);
	return 0;
}
