/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ata_test.c - a disk's commands that move no sectors: what it says of itself,
 * what can be set of it.
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
static uint8_t got[512];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_DISK, SECTORS);
	return 0;
}

static int two(void **state)
{
	fresh(state);
	ide_bench_plug(&b, 1, IDE_DISK, 5000);
	return 0;
}

static int huge(void **state)
{
	fresh(state);
	ide_bench_plug(&b, 0, IDE_DISK, 1ull << 32);
	return 0;
}

/* ---- IDENTIFY ------------------------------------------------------------ */

static uint16_t word(unsigned int n)
{
	return get_le16(got + 2 * n);
}

static void smart(uint8_t what)
{
	out(&b, R_FEATURE, what);
	out(&b, R_MID, 0x4f);
	out(&b, R_HIGH, 0xc2);
	out(&b, R_COMMAND, 0xb0);
}

static void who_are_you(void **state)
{
	uint8_t sum = 0;
	unsigned int i;

	(void)state;
	memset(b.buffer, 0xcc, sizeof(b.buffer));
	identify(&b, got);
	assert_int_equal(word(0), 0x0040);
	assert_int_equal(word(1), SECTORS / (16 * 63));
	assert_int_equal(word(3), 16);
	assert_int_equal(word(6), 63);
	assert_memory_equal(got + 20, "DH0010              ", 20);
	assert_memory_equal(got + 46, ".1 0    ", 8);
	assert_memory_equal(got + 54,
			    "OHTSLED SI K                            ", 40);
	assert_int_equal(word(47), 0x8010);
	assert_int_equal(word(49), 0x0f00);
	assert_int_equal(word(51), 0x0200);
	assert_int_equal(word(53), 7);
	assert_int_equal(word(54), SECTORS / (16 * 63));
	assert_int_equal(word(55), 16);
	assert_int_equal(word(56), 63);
	assert_int_equal(get_le32(got + 114), SECTORS / 1008 * 1008);
	assert_int_equal(word(59), 0);
	assert_int_equal(get_le32(got + 120), SECTORS);
	assert_int_equal(word(63), 0x0407);
	assert_int_equal(word(64), 3);
	for (i = 65; i <= 68; i++)
		assert_int_equal(word(i), 120);
	assert_int_equal(word(69), 0);
	assert_int_equal(word(80), 0x70);
	assert_int_equal(word(82), 0x4069);
	assert_int_equal(word(83), 0x7400);
	assert_int_equal(word(84), 0x4000);
	assert_int_equal(word(85), 0x4069);
	assert_int_equal(word(86), 0x3400);
	assert_int_equal(word(87), 0x4000);
	assert_int_equal(word(88), 0x003f);
	assert_int_equal(get_le64(got + 200), SECTORS);
	assert_int_equal(got[510], 0xa5);
	for (i = 0; i < 512; i++)
		sum = (uint8_t)(sum + got[i]);
	assert_int_equal(sum, 0);
}

static void what_is_set_is_told(void **state)
{
	static const uint8_t set[][2] = {
		{ 0x03, 0x21 }, { 0x55, 0 }, { 0x82, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		out(&b, R_FEATURE, set[i][0]);
		out(&b, R_COUNT, set[i][1]);
		out(&b, R_COMMAND, 0xef);
		ide_settle(&b);
		task_ended(&b);
	}
	command(&b, 0xc6, 0, 16);
	out(&b, R_DEVICE, 0x07);
	out(&b, R_COUNT, 32);
	out(&b, R_COMMAND, 0x91);
	out(&b, R_DEVICE, 0);
	identify(&b, got);
	assert_int_equal(word(59), 0x110);
	assert_int_equal(word(63), 0x0207);
	assert_int_equal(word(85), 0x4009);
	assert_int_equal(word(54), SECTORS / (8 * 32));
	assert_int_equal(word(55), 8);
	assert_int_equal(word(56), 32);
	assert_int_equal(get_le32(got + 114), SECTORS / 256 * 256);
	assert_int_equal(word(3), 16);
	out(&b, R_FEATURE, 0x03);
	out(&b, R_COUNT, 0x20);
	out(&b, R_COMMAND, 0xef);
	identify(&b, got);
	assert_int_equal(word(63), 0x0107);
	out(&b, R_FEATURE, 0x03);
	out(&b, R_COUNT, 0x45);
	out(&b, R_COMMAND, 0xef);
	out(&b, R_FEATURE, 0xaa);
	out(&b, R_COMMAND, 0xef);
	identify(&b, got);
	assert_int_equal(word(63), 0x0007);
	assert_int_equal(word(88), 0x203f);
	assert_int_equal(word(85), 0x4049);
	/* A PIO mode changes no DMA mode. */
	out(&b, R_FEATURE, 0x03);
	out(&b, R_COUNT, 0x0c);
	out(&b, R_COMMAND, 0xef);
	task_ended(&b);
	identify(&b, got);
	assert_int_equal(word(88), 0x203f);
}

static void a_huge_disk(void **state)
{
	(void)state;
	identify(&b, got);
	assert_int_equal(word(1), 16383);
	assert_int_equal(word(54), 65535);
	assert_int_equal(get_le32(got + 120), 0x0fffffff);
	assert_int_equal(get_le64(got + 200), 1ull << 32);
	command(&b, 0xf8, 0, 0);
	task_ended(&b);
	assert_int_equal(in(&b, R_LOW), 0xff);
	assert_int_equal(in(&b, R_HIGH), 0xff);
	assert_int_equal(in(&b, R_DEVICE), 0xef);
	ide_plug(&b.c, 0, IDE_DISK,
		 &(struct medium_info){ .sectors = 0xa9876543211,
					.present = 1 },
		 "x");
	lba48(&b, 0x27, 0, 0);
	task_ended(&b);
	assert_int_equal(in(&b, R_LOW), 0x10);
	assert_int_equal(in(&b, R_MID), 0x32);
	assert_int_equal(in(&b, R_HIGH), 0x54);
	ide_control(&b.c, 0x80);
	assert_int_equal(in(&b, R_LOW), 0x76);
	assert_int_equal(in(&b, R_MID), 0x98);
	assert_int_equal(in(&b, R_HIGH), 0x0a);
	b.regs.drive[0].info.sectors = UINT64_MAX;
	identify(&b, got);
	assert_int_equal(get_le64(got + 200), (1ull << 48) - 1);
	b.regs.drive[0].info.sectors = 0x12345;
	command(&b, 0xf8, 0, 0);
	assert_int_equal(in(&b, R_LOW), 0x44);
	assert_int_equal(in(&b, R_MID), 0x23);
	assert_int_equal(in(&b, R_HIGH), 0x01);
	b.regs.drive[0].info.sectors = 0;
	command(&b, 0xf8, 0, 0);
	assert_int_equal(in(&b, R_LOW), 0);
}

/* has_geometry() - of a disk that was partitioned by so many heads and sectors:
 * does it say so, and go by it? */
static void has_geometry(uint8_t heads, uint8_t per_track, uint16_t want_heads,
			 uint16_t want_track)
{
	ide_plug(&b.c, 0, IDE_DISK,
		 &(struct medium_info){ .sectors = SECTORS, .present = 1,
					.heads = heads,
					.per_track = per_track },
		 "x");
	identify(&b, got);
	assert_int_equal(word(1), SECTORS / (want_heads * want_track));
	assert_int_equal(word(3), want_heads);
	assert_int_equal(word(6), want_track);
	assert_int_equal(word(55), want_heads);
	assert_int_equal(word(56), want_track);
}

static void as_it_was_partitioned(void **state)
{
	(void)state;
	has_geometry(8, 17, 8, 17);
	has_geometry(16, 32, 16, 32);
	has_geometry(255, 63, 16, 63);	/* that was a BIOS's translation */
	has_geometry(8, 0, 16, 63);
	has_geometry(8, 64, 16, 63);
	has_geometry(0, 17, 16, 63);
}

/* What an earlier command left undone is not this one's. */
static void nothing_is_left(void **state)
{
	(void)state;
	b.medium[0].fail_at = 1;
	command(&b, 0x20, 0, 5);
	ide_settle(&b);
	task_failed(&b, 0x40);
	identify(&b, got);
	b.medium[0].fail_at = 2;
	command(&b, 0x20, 0, 5);
	ide_settle(&b);
	task_failed(&b, 0x40);
	smart(0xd0);
	in(&b, R_STATUS);
	read_block(&b, got, 512);
	task_ended(&b);
	ide_plug(&b.c, 0, IDE_DISK, &b.regs.drive[0].info,
		 "ABCDEFGHIJKLMNOPQRSTUVWX");
	identify(&b, got);
	assert_memory_equal(got + 20, "BADCFEHGJILKNMPORQTS", 20);
}

static void settings_that_are_not(void **state)
{
	static const uint8_t bad[][2] = {
		{ 0x03, 0x02 }, { 0x03, 0x07 }, { 0x03, 0x0d }, { 0x03, 0x23 },
		{ 0x03, 0x46 }, { 0x03, 0xff }, { 0x99, 0 }, { 0x00, 0 },
	};
	static const uint8_t good[][2] = {
		{ 0x03, 0x00 }, { 0x03, 0x01 }, { 0x03, 0x08 }, { 0x03, 0x20 },
		{ 0x03, 0x40 }, { 0x66, 0 }, { 0xcc, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		out(&b, R_FEATURE, bad[i][0]);
		out(&b, R_COUNT, bad[i][1]);
		out(&b, R_COMMAND, 0xef);
		task_failed(&b, 4);
	}
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		out(&b, R_FEATURE, good[i][0]);
		out(&b, R_COUNT, good[i][1]);
		out(&b, R_COMMAND, 0xef);
		assert_true(b.level);
		task_ended(&b);
	}
}

/* ---- what is not data ---------------------------------------------------- */

static void no_such_command(void **state)
{
	static const uint8_t codes[] = { 0x00, 0x08, 0x01, 0xa0, 0xa1, 0x3d,
					 0xf5, 0xff, 0x1f + 1 + 2 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(codes); i++) {
		command(&b, codes[i], 0, 1);
		task_failed(&b, 4);
	}
}

static void seeks(void **state)
{
	(void)state;
	command(&b, 0x10, 0, 0);
	assert_true(b.level);
	task_ended(&b);
	command(&b, 0x1f, 0, 0);
	task_ended(&b);
	command(&b, 0x70, SECTORS - 1, 0);
	assert_true(b.level);
	task_ended(&b);
	command(&b, 0x7f, SECTORS, 0);
	task_failed(&b, 0x10);
}

static void power_modes(void **state)
{
	static const uint8_t wakes[] = { 0xe1, 0xe3, 0x95, 0x97 };
	unsigned int i;

	(void)state;
	out(&b, R_COMMAND, 0x98);
	assert_true(b.level);
	task_ended(&b);
	assert_int_equal(in(&b, R_COUNT), 0xff);
	for (i = 0; i < sizeof(wakes); i++) {
		out(&b, R_COMMAND, 0xe0);
		ide_settle(&b);
		out(&b, R_COMMAND, 0xe5);
		assert_int_equal(in(&b, R_COUNT), 0);
		out(&b, R_COMMAND, wakes[i]);
		task_ended(&b);
		out(&b, R_COMMAND, 0xe5);
		assert_int_equal(in(&b, R_COUNT), 0xff);
	}
	out(&b, R_COMMAND, 0xe0);
	ide_settle(&b);
	command(&b, 0x20, 0, 1);	/* so does what needs the disk */
	ide_settle(&b);
	read_block(&b, got, 512);
	out(&b, R_COMMAND, 0xe5);
	assert_int_equal(in(&b, R_COUNT), 0xff);
	out(&b, R_COMMAND, 0xe0);
	ide_settle(&b);
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	out(&b, R_COMMAND, 0xe5);
	assert_int_equal(in(&b, R_COUNT), 0xff);
}

static void smart_is_well(void **state)
{
	static const uint8_t pages[] = { 0xd0, 0xd1 };
	static const uint8_t plain[] = { 0xd8, 0xd2, 0xda };
	uint8_t sum;
	unsigned int i, k;

	(void)state;
	memset(b.buffer, 0xcc, sizeof(b.buffer));
	for (k = 0; k < 2; k++) {
		smart(pages[k]);
		assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
		read_block(&b, got, 512);
		task_ended(&b);
		for (sum = 0, i = 0; i < 512; i++)
			sum = (uint8_t)(sum + got[i]);
		assert_int_equal(sum, 0);
		assert_int_equal(got[0], 1);
	}
	for (k = 0; k < 3; k++) {
		smart(plain[k]);
		assert_true(b.level);
		task_ended(&b);
		assert_int_equal(in(&b, R_MID), 0x4f);
		assert_int_equal(in(&b, R_HIGH), 0xc2);
	}
	smart(0xd5);
	task_failed(&b, 4);
	smart(0xd9);
	task_ended(&b);
	identify(&b, got);
	assert_int_equal(word(85), 0x4068);
	smart(0xda);
	task_failed(&b, 4);
	smart(0xd8);
	task_ended(&b);
	smart(0xda);
	task_ended(&b);
	out(&b, R_MID, 0x4e);
	out(&b, R_COMMAND, 0xb0);
	task_failed(&b, 4);
	smart(0xda);
	task_ended(&b);
	out(&b, R_HIGH, 0xc3);
	out(&b, R_COMMAND, 0xb0);
	task_failed(&b, 4);
}

static void diagnostic(void **state)
{
	(void)state;
	out(&b, R_DEVICE, 0x10);
	out(&b, R_MID, 0x99);
	out(&b, R_COMMAND, 0x90);
	assert_true(b.level);
	disk_signature(&b, GOOD);
	in(&b, R_STATUS);
	out(&b, R_DEVICE, 0x10);
	assert_int_equal(in(&b, R_ERROR), 1);
	assert_int_equal(in(&b, R_MID), 0);
	/* A missing slave selected: the master runs it. */
	fresh(NULL);
	out(&b, R_DEVICE, 0x10);
	out(&b, R_COMMAND, 0x90);
	assert_true(b.level);
	disk_signature(&b, GOOD);
}

#define T(f) cmocka_unit_test_setup(f, fresh)
#define T2(f) cmocka_unit_test_setup(f, two)
#define TH(f) cmocka_unit_test_setup(f, huge)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_are_you),
		T(as_it_was_partitioned),
		T(what_is_set_is_told), TH(a_huge_disk),
		T(settings_that_are_not), T(nothing_is_left),
		T(no_such_command), T(seeks), T(power_modes), T(smart_is_well),
		T2(diagnostic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
