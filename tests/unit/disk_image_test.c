/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_image_test.c - the parts of a disk process, with no process: what files
 * are taken for; that a flush is the kernel's fdatasync(), each one, and that a
 * failure of it is never forgotten.
 *
 * fdatasync() here is this test's own.
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
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memfd.h"
#include "disk/serve.h"

#define SECTORS 64u

static unsigned int synced;
static int synced_fd, sync_error;

int fdatasync(int fd)
{
	synced++;
	synced_fd = fd;
	errno = sync_error;
	return sync_error ? -1 : 0;
}

/* ---- files -------------------------------------------------------------- */

static enum disk_format format_with(size_t at, const char *bytes, bool tail)
{
	uint8_t head[DISK_HEAD] = { 0 }, end[DISK_HEAD] = { 0 };

	memcpy((tail ? end : head) + at, bytes, strlen(bytes));
	return disk_format_of(head, end);
}

static void formats_are_told_by_their_magic(void **state)
{
	(void)state;
	assert_int_equal(format_with(0, "", false), DISK_RAW);
	assert_int_equal(format_with(0, "QFI\xfb", false), DISK_QCOW2);
	assert_int_equal(format_with(0, "KDMV", false), DISK_VMDK);
	assert_int_equal(format_with(0, "# Disk DescriptorFile\n", false),
			 DISK_VMDK);
	assert_int_equal(format_with(64, "\x7f\x10\xda\xbe", false), DISK_VDI);
	assert_int_equal(format_with(0, "conectix", false), DISK_VHD);
	assert_int_equal(format_with(0, "conectix", true), DISK_VHD);
	assert_int_equal(format_with(0, "vhdxfile", false), DISK_VHDX);
	assert_int_equal(format_with(0, "vhdxfile", true), DISK_RAW);
	assert_int_equal(format_with(1, "QFI\xfb", false), DISK_RAW);
}

static void a_cd_is_told_from_a_disk(void **state)
{
	uint8_t head[DISK_HEAD] = { 0 };

	(void)state;
	assert_true(disk_is_cd(head, (const uint8_t *)"CD001"));
	assert_false(disk_is_cd(head, (const uint8_t *)"CD002"));
	head[510] = 0x55, head[511] = 0xaa;	/* it is both */
	assert_false(disk_is_cd(head, (const uint8_t *)"CD001"));
}

static void sizes_are_whole_sectors(void **state)
{
	(void)state;
	assert_int_equal(disk_sectors(DRIVE_DISK, 0), 0);
	assert_int_equal(disk_sectors(DRIVE_DISK, 511), 0);
	assert_int_equal(disk_sectors(DRIVE_DISK, 1023), 1);
	assert_int_equal(disk_sectors(DRIVE_CDROM, 4096), 8);
	assert_true(disk_sectors(DRIVE_DISK, UINT64_MAX) <= DISK_SECTORS_MOST);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, 0), 0);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, 1), 2880);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, 1440 << 10), 2880);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, (1440 << 10) + 1), 5760);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, 720 << 10), 1440);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, 2880 << 10), 5760);
	assert_int_equal(disk_sectors(DRIVE_FLOPPY, (2880 << 10) + 1), 0);
}

/* partition() - entry @i of a partition table: its end, and how many sectors it
 * has. */
static void partition(uint8_t *head, unsigned int i, uint8_t end_head,
		      uint8_t end_sector, uint8_t sectors)
{
	uint8_t *entry = head + 0x1be + 16 * i;

	entry[5] = end_head;
	entry[6] = end_sector;
	entry[12] = sectors;
}

/* shaped() - a disk of @sectors is one of so many heads and sectors a track. */
static void shaped(const uint8_t *head, uint64_t sectors, uint8_t want_heads,
		   uint8_t want_track)
{
	uint8_t heads, per_track;

	disk_shape(head, sectors, &heads, &per_track);
	assert_int_equal(heads, want_heads);
	assert_int_equal(per_track, want_track);
}

static void a_partition_tells_how_it_was_counted(void **state)
{
	uint8_t head[DISK_HEAD] = { 0 };

	(void)state;
	partition(head, 2, 7, 0xc0 | 17, 1);
	shaped(head, 81920, 0, 0);	/* it is no table */
	head[510] = 0x55, head[511] = 0xaa;
	shaped(head, 81920, 8, 17);
	shaped(head, 8 * 17 - 1, 0, 0);	/* less than a cylinder */
	shaped(head, 16384ull * 8 * 17 - 1, 8, 17);
	shaped(head, 16384ull * 8 * 17, 0, 0);
	partition(head, 0, 0, 63, 1);	/* those that do not say come before */
	partition(head, 1, 254, 0, 1);
	partition(head, 3, 254, 63, 1);
	shaped(head, 81920, 8, 17);
	partition(head, 2, 7, 17, 0);
	shaped(head, 81920, 255, 63);
	partition(head, 3, 255, 255, 1);	/* a GPT's */
	shaped(head, 81920, 255, 63);
}

/* ---- flush -------------------------------------------------------------- */

static struct disk_server server;
static int peer;

static int open_server(void **state)
{
	int pair[2], fd = memfd_open("image");

	(void)state;
	memset(&server, 0, sizeof(server));
	synced = 0;
	sync_error = 0;
	assert_int_equal(ftruncate(fd, SECTORS * MEDIUM_SECTOR), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	server.bell = pair[0];
	peer = pair[1];
	server.ch = mmap(NULL, sizeof(*server.ch), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(server.ch, MAP_FAILED);
	server.kind = DRIVE_DISK;
	assert_int_equal(image_raw(&server.base, fd, DRIVE_DISK, false), 0);
	assert_int_equal(serve_take(&server), 0);
	return 0;
}

static int close_server(void **state)
{
	(void)state;
	image_close(&server.base);
	munmap(server.ch, sizeof(*server.ch));
	close(server.bell);
	close(peer);
	return 0;
}

/* asks() - a request, served. Return: its result. */
static uint32_t asks(enum disk_op op, uint64_t first, uint32_t count)
{
	const struct disk_ask ask = { .op = op, .first = first,
				      .count = count };
	uint32_t number = disk_channel_put(server.ch, &ask, DISK_WAKE_BELL);
	struct disk_answer answer;

	assert_int_equal(send(peer, "", 1, 0), 1);
	assert_true(serve_turn(&server));
	assert_true(disk_answer_decode(server.ch, number, &answer));
	return answer.result;
}

/* It is told in the channel, and what a guest makes of it later is not. */
static void it_is_told_as_it_was_at_the_start(void **state)
{
	uint8_t head[DISK_HEAD] = { [510] = 0x55, [511] = 0xaa };
	struct medium_info info;

	(void)state;
	partition(head, 0, 1, 4, 1);
	assert_int_equal(pwrite(server.base.fd, head, sizeof(head), 0), 512);
	assert_int_equal(asks(DISK_READ, 0, 1), DISK_OK);
	disk_info_decode(server.ch, &info);
	assert_int_equal(info.heads, 0);
	assert_int_equal(serve_take(&server), 0);
	assert_int_equal(asks(DISK_READ, 0, 1), DISK_OK);
	disk_info_decode(server.ch, &info);
	assert_int_equal(info.heads, 2);
	assert_int_equal(info.per_track, 4);
}

static void a_flush_is_one_of_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(asks(DISK_WRITE, 0, 8), DISK_OK);
	assert_int_equal(synced, 0);
	assert_int_equal(asks(DISK_FLUSH, 0, 0), DISK_OK);
	assert_int_equal(synced, 1);
	assert_int_equal(synced_fd, server.base.fd);
	assert_int_equal(asks(DISK_FLUSH, 0, 0), DISK_OK);
	assert_int_equal(synced, 2);
}

/* The kernel tells of what it has lost once only. */
static void a_failed_flush_is_not_forgotten(void **state)
{
	(void)state;
	assert_int_equal(asks(DISK_WRITE, 0, 1), DISK_OK);
	sync_error = ENOSPC;
	assert_int_equal(asks(DISK_FLUSH, 0, 0), DISK_FAILED);
	sync_error = 0;
	assert_int_equal(asks(DISK_FLUSH, 0, 0), DISK_FAILED);
	assert_int_equal(asks(DISK_READ, 0, 1), DISK_OK);
}

/* A bell that nobody asked with, and one that came too often. */
static void a_bell_alone_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(asks(DISK_READ, 0, 1), DISK_OK);
	assert_int_equal(send(peer, "", 1, 0), 1);
	assert_true(serve_turn(&server));
	assert_false(disk_channel_busy(server.ch));
	close(peer);
	assert_false(serve_turn(&server));
}

/* What is to be put in may come with the next bell. */
static void an_early_bell_waits_for_the_medium(void **state)
{
	const struct disk_ask ask = { .op = DISK_INSERT };
	uint32_t number = disk_channel_put(server.ch, &ask, DISK_WAKE_BELL);
	struct disk_answer answer;

	(void)state;
	assert_int_equal(send(peer, "", 1, 0), 1);
	assert_true(serve_turn(&server));
	assert_false(disk_answer_decode(server.ch, number, &answer));
	assert_true(server.image);
}

int main(void)
{
#define SERVER(f) cmocka_unit_test_setup_teardown(f, open_server, close_server)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_told_by_their_magic),
		cmocka_unit_test(a_cd_is_told_from_a_disk),
		cmocka_unit_test(sizes_are_whole_sectors),
		cmocka_unit_test(a_partition_tells_how_it_was_counted),
		SERVER(it_is_told_as_it_was_at_the_start),
		SERVER(a_flush_is_one_of_the_kernels),
		SERVER(a_failed_flush_is_not_forgotten),
		SERVER(a_bell_alone_is_nothing),
		SERVER(an_early_bell_waits_for_the_medium),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
