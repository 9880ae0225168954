/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_pio_test.c - a disk's sectors by the data port: addresses, blocks, what
 * fails, and when data is on the disk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_ide.h"

#define SECTORS	100000u

static struct ide_bench b;
static uint8_t got[256 * 512], want[256 * 512];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_DISK, SECTORS);
	return 0;
}

static int huge(void **state)
{
	fresh(state);
	ide_bench_plug(&b, 0, IDE_DISK, 1ull << 32);
	return 0;
}

/* interrupts() - blocks of data as a driver moves them: each is told. Return:
 * how many were. */
static unsigned int interrupts(unsigned int len, unsigned int block,
			       bool to_disk)
{
	unsigned int at, n = b.rises;

	for (at = 0; at < len; at += block) {
		in(&b, R_STATUS);
		if (to_disk)
			write_block(&b, want + at, MIN(block, len - at));
		else
			read_block(&b, got + at, MIN(block, len - at));
	}
	return b.rises - n;
}

/* ---- reading ------------------------------------------------------------- */

static void read_sectors(void **state)
{
	unsigned int i;

	(void)state;
	command(&b, 0x20, 1234, 3);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.op, MEDIUM_READ);
	assert_int_equal(b.medium[0].request.first, 1234);
	assert_int_equal(b.medium[0].request.count, 3);
	assert_int_equal(in_data(&b, 2), 0);	/* no data yet */
	ide_settle(&b);
	for (i = 0; i < 3; i++) {
		assert_int_equal(b.rises, i + 1);
		assert_int_equal(ide_alternate(&b.c), GOOD | DRQ);
		assert_true(b.level);
		assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
		assert_false(b.level);
		read_block(&b, got + 512 * i, 512);
	}
	same_sectors(&b, got, 1234, 3);
	assert_int_equal(b.rises, 3);	/* none at the end */
	task_ended(&b);
	assert_int_equal(in_data(&b, 2), 0);
	assert_int_equal(b.medium[0].started, 1);
}

static void any_width_of_data(void **state)
{
	unsigned int i, widths[] = { 1, 2, 4 }, w;

	(void)state;
	for (w = 0; w < 3; w++) {
		command(&b, 0x20, 9, 1);
		ide_settle(&b);
		for (i = 0; i < 512; i += widths[w])
			put_le32(got + i, in_data(&b, widths[w]));
		same_sectors(&b, got, 9, 1);
		task_ended(&b);
		command(&b, 0x30, 20 + w, 1);
		sector_of(&b.medium[0], 700, want);
		for (i = 0; i < 512; i += widths[w])
			out_data(&b, widths[w], get_le32(want + i));
		ide_settle(&b);
		task_ended(&b);
		sector_of(&b.medium[0], 20 + w, got);
		assert_memory_equal(got, want, 512);
	}
}

static void zero_is_256(void **state)
{
	(void)state;
	command(&b, 0x21, 4096, 0);
	ide_settle(&b);
	assert_int_equal(interrupts(128 * 512, 512, false), 127);
	same_sectors(&b, got, 4096, 128);
	assert_int_equal(in(&b, R_STATUS), BSY);	/* the buffer is read */
	b.rises = 0;
	ide_settle(&b);
	assert_int_equal(b.rises, 1);
	assert_int_equal(interrupts(128 * 512, 512, false), 127);
	same_sectors(&b, got, 4096 + 128, 128);
	task_ended(&b);
	assert_int_equal(b.medium[0].started, 2);
}

static void read_multiple(void **state)
{
	(void)state;
	command(&b, 0xc4, 0, 4);
	task_failed(&b, 4);			/* before it is set */
	command(&b, 0xc6, 0, 32);
	task_failed(&b, 4);
	command(&b, 0xc6, 0, 3);
	task_failed(&b, 4);
	command(&b, 0xc6, 0, 8);
	assert_true(b.level);
	task_ended(&b);
	b.rises = 0;
	command(&b, 0xc4, 77, 19);
	ide_settle(&b);
	assert_int_equal(b.rises, 1);
	assert_int_equal(interrupts(19 * 512, 8 * 512, false), 2);
	same_sectors(&b, got, 77, 19);
	task_ended(&b);
	lba48(&b, 0x29, 50, 9);
	ide_settle(&b);
	assert_int_equal(interrupts(9 * 512, 8 * 512, false), 1);
	same_sectors(&b, got, 50, 9);
	task_ended(&b);
	command(&b, 0xc6, 0, 0);	/* off again */
	task_ended(&b);
	command(&b, 0xc4, 0, 4);
	task_failed(&b, 4);
}

static void by_cylinder_head_sector(void **state)
{
	(void)state;
	out(&b, R_COUNT, 1);
	out(&b, R_LOW, 5);
	out(&b, R_MID, 3);
	out(&b, R_HIGH, 1);		/* cylinder 259 */
	out(&b, R_DEVICE, 0xa2);	/* head 2 */
	out(&b, R_COMMAND, 0x20);	/* sector 261202: outside */
	task_failed(&b, 0x10);
	out(&b, R_HIGH, 0);
	out(&b, R_COMMAND, 0x20);
	assert_int_equal(b.medium[0].request.first, (3 * 16 + 2) * 63 + 4);
	ide_settle(&b);
	read_block(&b, got, 512);
	task_ended(&b);
	/* Another geometry: 4 heads, 20 sectors. */
	out(&b, R_COUNT, 20);
	out(&b, R_DEVICE, 0xa3);
	out(&b, R_COMMAND, 0x91);
	task_ended(&b);
	out(&b, R_COUNT, 1);
	out(&b, R_LOW, 20);
	out(&b, R_COMMAND, 0x40);
	assert_int_equal(b.medium[0].request.first, (3 * 4 + 3) * 20 + 19);
	ide_settle(&b);
	task_ended(&b);
	out(&b, R_LOW, 21);
	out(&b, R_COMMAND, 0x20);
	task_failed(&b, 0x10);
	out(&b, R_LOW, 0);
	out(&b, R_COMMAND, 0x20);
	task_failed(&b, 0x10);
	out(&b, R_LOW, 1);
	out(&b, R_DEVICE, 0xa4);
	out(&b, R_COMMAND, 0x20);
	task_failed(&b, 0x10);
	out(&b, R_COUNT, 0);
	out(&b, R_COMMAND, 0x91);
	task_failed(&b, 4);
}

static void to_the_last_sector(void **state)
{
	(void)state;
	command(&b, 0x20, SECTORS - 1, 1);
	ide_settle(&b);
	read_block(&b, got, 512);
	same_sectors(&b, got, SECTORS - 1, 1);
	task_ended(&b);
	command(&b, 0x20, SECTORS - 1, 2);
	task_failed(&b, 0x10);
	command(&b, 0x20, SECTORS, 1);
	task_failed(&b, 0x10);
	command(&b, 0x30, SECTORS, 1);
	task_failed(&b, 0x10);
	command(&b, 0x20, 0x0fffffff, 0);
	task_failed(&b, 0x10);
	lba48(&b, 0x24, (1ull << 48) - 1, 0);
	task_failed(&b, 0x10);
	assert_int_equal(b.medium[0].started, 1);
}

static void lba48_addresses(void **state)
{
	const uint64_t far = 0xfedcba98;	/* below 2 TB */

	(void)state;
	lba48(&b, 0x24, far, 2);
	assert_int_equal(b.medium[0].request.first, far);
	ide_settle(&b);
	read_block(&b, got, 2 * 512);
	same_sectors(&b, got, far, 2);
	task_ended(&b);
	lba48(&b, 0x34, far + 1, 1);
	memset(want, 0x77, 512);
	write_block(&b, want, 512);
	ide_settle(&b);
	task_ended(&b);
	sector_of(&b.medium[0], far + 1, got);
	assert_memory_equal(got, want, 512);
	/* Count 0 is 65536; the high byte counts. */
	lba48(&b, 0x42, 0, 0);
	ide_settle(&b);
	assert_int_equal(b.medium[0].started, 2 + 65536 / 256);
	task_ended(&b);
	lba48(&b, 0x42, 0, 0x102);
	ide_settle(&b);
	assert_int_equal(b.medium[0].request.count, 2);
	task_ended(&b);
	lba48(&b, 0x42, (1ull << 32) - 0x8000, 0);
	task_failed(&b, 0x10);
	/* The 28 bits of old commands know nothing of the high ones. */
	command(&b, 0x40, 0x0abcdef0, 1);
	assert_int_equal(b.medium[0].request.first, 0x0abcdef0);
	ide_settle(&b);
	lba48(&b, 0x24, 0x1122334455ull, 1);
	task_failed(&b, 0x10);
}

static void reading_fails(void **state)
{
	(void)state;
	b.medium[0].fail_at = 2;
	command(&b, 0x20, 0x1234, 0);
	ide_settle(&b);
	read_block(&b, got, 128 * 512);
	ide_settle(&b);
	task_failed(&b, 0x40);
	assert_int_equal(in(&b, R_LOW), (0x1234 + 128) & 0xff);
	assert_int_equal(in(&b, R_MID), (0x1234 + 128) >> 8);
	assert_int_equal(in(&b, R_HIGH), 0);
	assert_int_equal(in_data(&b, 2), 0);
	command(&b, 0x20, 1, 1);	/* and it goes on */
	ide_settle(&b);
	read_block(&b, got, 512);
	same_sectors(&b, got, 1, 1);
	task_ended(&b);
}

static void where_it_failed(void **state)
{
	unsigned int i;

	(void)state;
	b.medium[0].fail_at = 1;
	lba48(&b, 0x24, 0xfedcba98, 2);
	b.regs.sector = 0x665544332211;
	ide_settle(&b);
	task_failed(&b, 0x40);
	for (i = 0; i < 2; i++) {
		assert_int_equal(in(&b, R_LOW), i ? 0x44 : 0x11);
		assert_int_equal(in(&b, R_MID), i ? 0x55 : 0x22);
		assert_int_equal(in(&b, R_HIGH), i ? 0x66 : 0x33);
		ide_control(&b.c, 0x80);
	}
}

static void verify_reads_and_throws_away(void **state)
{
	(void)state;
	command(&b, 0x40, 10, 0);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.op, MEDIUM_READ);
	assert_int_equal(b.medium[0].request.count, 256);
	ide_settle(&b);
	assert_true(b.level);
	task_ended(&b);
	b.medium[0].fail_at = 2;
	command(&b, 0x41, 10, 1);
	ide_settle(&b);
	task_failed(&b, 0x40);
}

/* ---- writing ------------------------------------------------------------- */

static void fill(unsigned int sectors, uint8_t salt)
{
	unsigned int i;

	for (i = 0; i < sectors * 512; i++)
		want[i] = (uint8_t)(i * 7 + (i >> 9) + salt);
}

static void was_written(uint64_t first, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		sector_of(&b.medium[0], first + i, got);
		assert_memory_equal(got, want + 512 * i, 512);
	}
	sector_of(&b.medium[0], first + n, got);
	pattern(first + n, want);
	assert_memory_equal(got, want, 512);
}

static void write_sectors(void **state)
{
	(void)state;
	fill(2, 1);
	command(&b, 0x30, 55, 2);
	assert_false(b.level);			/* not for the first block */
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	write_block(&b, want, 512);
	assert_true(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	assert_false(b.medium[0].busy);
	write_block(&b, want + 512, 510);
	assert_false(b.medium[0].busy);
	write_block(&b, want + 1022, 2);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.op, MEDIUM_WRITE);
	assert_int_equal(b.medium[0].request.count, 2);
	assert_int_equal(b.rises, 1);
	ide_settle(&b);
	assert_int_equal(b.rises, 2);
	task_ended(&b);
	out_data(&b, 2, 0xffff);		/* nobody wants it */
	was_written(55, 2);
	assert_int_equal(b.medium[0].flushed, 0);
}

static void write_multiple(void **state)
{
	(void)state;
	fill(11, 9);
	command(&b, 0xc5, 300, 11);
	task_failed(&b, 4);
	command(&b, 0xc6, 0, 4);
	task_ended(&b);
	command(&b, 0xc5, 300, 11);
	assert_int_equal(interrupts(11 * 512, 4 * 512, true), 2);
	in(&b, R_STATUS);
	ide_settle(&b);
	assert_true(b.level);
	task_ended(&b);
	was_written(300, 11);
	fill(3, 2);
	lba48(&b, 0x39, 400, 3);
	write_block(&b, want, 3 * 512);
	ide_settle(&b);
	task_ended(&b);
	was_written(400, 3);
}

static void write_256(void **state)
{
	(void)state;
	fill(256, 3);
	command(&b, 0x31, 1000, 0);
	write_block(&b, want, 128 * 512);
	assert_int_equal(in(&b, R_STATUS), BSY);
	out_data(&b, 2, 0xdead);		/* too early: lost */
	ide_settle(&b);
	assert_true(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	write_block(&b, want + 128 * 512, 128 * 512);
	ide_settle(&b);
	task_ended(&b);
	assert_int_equal(b.medium[0].started, 2);
	was_written(1000, 256);
}

static void writing_fails(void **state)
{
	(void)state;
	b.medium[0].fail_at = 1;
	command(&b, 0x30, 55, 1);
	write_block(&b, want, 512);
	ide_settle(&b);
	assert_true(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | DF | ERR);
	assert_int_equal(in(&b, R_ERROR), 4);
	assert_int_equal(in(&b, R_LOW), 55);
	assert_int_equal(b.medium[0].written, 0);
}

static void read_only(void **state)
{
	(void)state;
	b.regs.drive[0].info.read_only = 1;
	command(&b, 0x30, 5, 1);
	task_failed(&b, 4);
	command(&b, 0xca, 5, 1);
	task_failed(&b, 4);
	command(&b, 0x20, 5, 1);
	ide_settle(&b);
	read_block(&b, got, 512);
	task_ended(&b);
}

static void flush_is_flushed(void **state)
{
	static const uint8_t codes[] = { 0xe7, 0xea, 0xe0, 0xe2, 0xe6, 0x94,
					 0x96, 0x99 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(codes); i++) {
		out(&b, R_COMMAND, codes[i]);
		assert_int_equal(in(&b, R_STATUS), BSY);
		assert_int_equal(b.medium[0].request.op, MEDIUM_FLUSH);
		assert_false(b.level);
		ide_settle(&b);
		assert_true(b.level);
		task_ended(&b);
		assert_int_equal(b.medium[0].flushed, i + 1);
		out(&b, R_COMMAND, 0xe5);
		assert_int_equal(in(&b, R_COUNT), i < 2 ? 0xff : 0);
	}
	b.medium[0].fail_at = b.medium[0].started + 1;
	out(&b, R_COMMAND, 0xe7);
	ide_settle(&b);
	assert_int_equal(in(&b, R_STATUS), GOOD | DF | ERR);
}

static void without_a_write_cache(void **state)
{
	(void)state;
	out(&b, R_FEATURE, 0x82);
	out(&b, R_COMMAND, 0xef);
	assert_int_equal(in(&b, R_STATUS), BSY);
	ide_settle(&b);
	task_ended(&b);
	assert_int_equal(b.medium[0].flushed, 1);
	command(&b, 0x30, 5, 1);
	write_block(&b, want, 512);
	ide_settle_one(&b);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.op, MEDIUM_FLUSH);
	ide_settle(&b);
	task_ended(&b);
	assert_int_equal(b.medium[0].flushed, 2);
	out(&b, R_FEATURE, 0x02);
	out(&b, R_COMMAND, 0xef);
	assert_true(b.level);
	task_ended(&b);
	command(&b, 0x30, 5, 1);
	write_block(&b, want, 512);
	ide_settle(&b);
	task_ended(&b);
	assert_int_equal(b.medium[0].flushed, 2);
}

#define T(f) cmocka_unit_test_setup(f, fresh)
#define TH(f) cmocka_unit_test_setup(f, huge)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(read_sectors), T(any_width_of_data), T(zero_is_256),
		T(read_multiple), T(by_cylinder_head_sector),
		T(to_the_last_sector), TH(lba48_addresses), T(reading_fails),
		TH(where_it_failed), T(verify_reads_and_throws_away),
		T(write_sectors), T(write_multiple), T(write_256),
		T(writing_fails), T(read_only), T(flush_is_flushed),
		T(without_a_write_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
