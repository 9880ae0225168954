/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * piix3_ide_test.c - the IDE function in its machine: what its configuration
 * space says, and which ports, lines, memory and drives that leads to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "tests/chip/lib_pc.h"

#define BM_BASE		0xc100u
#define IDE_CONFIG	0x80000900u	/* 00:01.1 */
#define TABLE		0x1000u
#define DATA		0x4000u

static struct pc_bench m;

static uint32_t config_read(uint32_t off, unsigned int width)
{
	pb_access(&m, 0xcf8, 4, true, IDE_CONFIG | (off & 0xfc));
	return pb_access(&m, 0xcfc + (off & 3), width, false, 0);
}

static void config_write(uint32_t off, unsigned int width, uint32_t value)
{
	pb_access(&m, 0xcf8, 4, true, IDE_CONFIG | (off & 0xfc));
	pb_access(&m, 0xcfc + (off & 3), width, true, value);
}

static int fresh(void **unused)
{
	const struct medium_info info = { .sectors = 1000, .present = 1 };
	unsigned int i;

	(void)unused;
	pb_open(&m);
	for (i = 0; i <= DRIVE_IDE3; i++)
		pc_drive_plug(&m.pc, i, i == 2 ? IDE_CDROM : IDE_DISK, &info);
	return 0;
}

static int over(void **unused)
{
	(void)unused;
	pb_close(&m);
	return 0;
}

/* set_up() - as firmware does. */
static void set_up(void)
{
	config_write(0x20, 4, BM_BASE);
	config_write(0x40, 4, 0x80008000);
	config_write(0x04, 2, 0x0005);
}

static void configuration(void **unused)
{
	(void)unused;
	assert_int_equal(config_read(0x00, 4), 0x70108086);
	assert_int_equal(config_read(0x04, 4), 0x02800000);
	assert_int_equal(config_read(0x08, 4), 0x01018000);
	assert_int_equal(config_read(0x0c, 4), 0);
	assert_int_equal(config_read(0x20, 4), 1);
	assert_int_equal(config_read(0x3c, 4), 0);
	assert_int_equal(config_read(0x40, 4), 0);
	config_write(0x20, 4, 0xffffffff);
	assert_int_equal(config_read(0x20, 4), 0xfffffff1);
	config_write(0x04, 2, 0xffff);
	assert_int_equal(config_read(0x04, 2), 5);
	config_write(0x0d, 1, 0xff);
	assert_int_equal(config_read(0x0d, 1), 0xf0);
	config_write(0x40, 4, 0x12345678);
	config_write(0x44, 4, 0xffffffff);
	assert_int_equal(config_read(0x40, 4), 0x12345678);
	assert_int_equal(config_read(0x44, 4), 0xff);
	config_write(0x00, 4, 0);
	assert_int_equal(config_read(0x00, 4), 0x70108086);
}

static void decoded_when_it_says_so(void **unused)
{
	(void)unused;
	assert_int_equal(pb_in(&m, 0x1f7), 0xff);
	assert_int_equal(pb_in(&m, 0x3f6), 0xff);
	config_write(0x04, 2, 1);
	assert_int_equal(pb_in(&m, 0x1f7), 0xff);
	config_write(0x40, 2, 0x8000);
	assert_int_equal(pb_in(&m, 0x1f7), 0x50);
	assert_int_equal(pb_in(&m, 0x3f6), 0x50);
	assert_int_equal(pb_in(&m, 0x177), 0xff);
	pb_out(&m, 0x376, 4);
	config_write(0x42, 2, 0x8000);
	assert_int_equal(pb_in(&m, 0x376), 0);	/* no reset came there */
	config_write(0x04, 2, 0);
	pb_out(&m, 0x1f2, 0x55);
	config_write(0x04, 2, 1);
	assert_int_equal(pb_in(&m, 0x1f2), 1);
	assert_int_equal(pb_access(&m, BM_BASE, 4, false, 0), 0xffffffff);
	config_write(0x20, 4, BM_BASE);
	assert_int_equal(pb_access(&m, BM_BASE, 4, false, 0), 0);
	assert_int_equal(pb_access(&m, BM_BASE + 16, 4, false, 0), 0xffffffff);
}

static void ports_and_lines(void **unused)
{
	(void)unused;
	set_up();
	assert_int_equal(pb_in(&m, 0x174), 0x14);	/* a CD-ROM's sign */
	assert_int_equal(pb_in(&m, 0x1f4), 0);
	pb_out(&m, 0x1f6, 0x10);
	assert_int_equal(pb_in(&m, 0x1f6), 0xb0);
	assert_int_equal(pb_in(&m, 0x176), 0xa0);
	pb_out(&m, 0x1f7, 0xec);
	assert_int_equal(m.pins, 1u << PIN_IDE0);
	assert_int_equal(m.state->pin_line[PIN_IDE0], 14);
	assert_int_equal(m.state->pin_line[PIN_IDE1], 15);
	assert_int_equal(pb_access(&m, 0x1f0, 4, false, 0), 0x0040 | 0 << 16);
	assert_int_equal(pb_in(&m, 0x1f7), 0x58);
	assert_int_equal(m.pins, 0);
	pb_out(&m, 0x3f6, 4);
	assert_int_equal(pb_in(&m, 0x3f6), 0x80);
	assert_int_equal(pb_in(&m, 0x376), 0);
	pb_out(&m, 0x3f6, 0);
	pb_out(&m, 0x177, 0xa1);
	assert_int_equal(m.pins, 1u << PIN_IDE1);
	/* A byte of it, as ours have it: drive 2. */
	assert_int_equal(pb_access(&m, 0x170, 2, false, 0), 0x85c0);
	for (int i = 0; i < 9; i++)
		pb_access(&m, 0x170, 2, false, 0);
	assert_int_equal(pb_access(&m, 0x170, 4, false, 0), 0x30304844);
	pb_access(&m, 0x170, 4, false, 0);
	assert_int_equal(pb_access(&m, 0x170, 2, false, 0), 0x3320);
}

/* dma() - a READ DMA of the drive that @device selects, of channel @n. */
static void dma(unsigned int n, uint8_t device, uint32_t addr)
{
	uint32_t base = n ? 0x170 : 0x1f0, bm = BM_BASE + 8 * n;
	uint8_t prd[8];

	put_le32(prd, addr);
	put_le32(prd + 4, 512 | 0x80000000);
	guestmem_write(&m.ram, TABLE, prd, 8, m.pc.world.ram_written, &m);
	pb_access(&m, bm + 4, 4, true, TABLE);
	pb_out(&m, bm + 2, 6);
	pb_out(&m, bm, 0);
	pb_out(&m, base + 6, device);
	pb_out(&m, base + 2, 1);
	pb_out(&m, base + 3, 77);
	pb_out(&m, base + 4, 0);
	pb_out(&m, base + 5, 0);
	pb_out(&m, base + 7, 0xc8);
	pb_out(&m, bm, 9);
}

static void drives_and_memory(void **unused)
{
	static const struct { uint8_t channel, device, drive; } drives[] = {
		{ 0, 0xe0, 0 }, { 0, 0xf0, 1 }, { 1, 0xf0, 3 },
	};
	uint8_t got[512];
	unsigned int i;

	(void)unused;
	set_up();
	for (i = 0; i < 3; i++) {
		dma(drives[i].channel, drives[i].device, DATA);
		assert_int_equal(m.asked_count, i + 1);
		assert_int_equal(m.asked_drive, drives[i].drive);
		assert_int_equal(m.asked.first, 77);
		memset(m.data[m.asked_drive], (int)(0x40 + i), 512);
		pc_medium_done(&m.pc, m.asked_drive, m.asked.tag, MEDIUM_OK);
		assert_int_equal(m.pins, 1u << (PIN_IDE0 + drives[i].channel));
		guestmem_read(&m.ram, DATA, got, sizeof(got));
		assert_int_equal(got[0], 0x40 + i);
		assert_int_equal(got[511], 0x40 + i);
		assert_int_equal(
			pb_in(&m, BM_BASE + 8u * drives[i].channel + 2), 4);
		assert_int_equal(pb_in(&m, drives[i].channel ? 0x177 : 0x1f7),
				 0x50);
		assert_int_equal(m.pins, 0);
	}
	/* Floppies are not this one's. */
	pc_medium_done(&m.pc, DRIVE_FLOPPY0, 1, MEDIUM_OK);
	pc_medium_set(&m.pc, DRIVE_FLOPPY0, &(struct medium_info){ 0 });
	pc_drive_plug(&m.pc, DRIVE_FLOPPY1, IDE_DISK,
		      &(struct medium_info){ 0 });
}

static void a_master_that_may_not(void **unused)
{
	(void)unused;
	set_up();
	config_write(0x04, 2, 1);
	dma(0, 0xe0, DATA);
	pc_medium_done(&m.pc, m.asked_drive, m.asked.tag, MEDIUM_OK);
	assert_int_equal(pb_in(&m, BM_BASE + 2), 2);
	assert_int_equal(config_read(0x04, 4), 0x02800001);	/* no abort */
	config_write(0x04, 2, 5);
	pb_out(&m, 0x3f6, 4);
	pb_out(&m, 0x3f6, 0);
	dma(0, 0xe0, 0xf0000000);	/* nobody is there */
	pc_medium_done(&m.pc, m.asked_drive, m.asked.tag, MEDIUM_OK);
	assert_int_equal(pb_in(&m, BM_BASE + 2), 2);
	assert_int_equal(config_read(0x04, 4), 0x22800005);
	config_write(0x04, 4, 0x00000005);
	assert_int_equal(config_read(0x04, 4), 0x22800005);
	config_write(0x06, 2, 0x2000);
	assert_int_equal(config_read(0x04, 4), 0x02800005);
}

static void another_medium(void **unused)
{
	const struct medium_info info = { .sectors = 4000, .present = 1 };

	(void)unused;
	set_up();
	pc_medium_set(&m.pc, 2, &info);
	assert_int_equal(m.state->ide[1].drive[0].attention, 1);
	assert_int_equal(m.state->ide[1].drive[0].info.sectors, 4000);
	assert_int_equal(m.state->ide[1].drive[1].info.sectors, 1000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh, over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(configuration), T(decoded_when_it_says_so),
		T(ports_and_lines), T(drives_and_memory),
		T(a_master_that_may_not), T(another_medium),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
