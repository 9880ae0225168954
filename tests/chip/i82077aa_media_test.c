/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa_media_test.c - the floppy controller and what is in its drives:
 * each size of disk, images that end early, drives that turn none, and requests
 * that are under way while the chip is reset or the disk goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/chip/lib_floppy.h"

/* ---- media --------------------------------------------------------------- */

static void nothing_turns(struct fb *b)
{
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	SEND(b, 0x4a, 0);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	assert_int_equal(b->requests, 0);
}

static void no_address_mark(void **state)
{
	struct fb *b = *state;
	const struct medium_info large = { .sectors = 5761, .present = 1 };

	fb_out(b, FDC_CCR, FLOPPY_250K);
	nothing_turns(b);
	fb_out(b, FDC_CCR, FLOPPY_500K);
	fb_out(b, FDC_DOR, FB_ON & ~DOR_MOTOR0);
	nothing_turns(b);
	fb_out(b, FDC_DOR, FB_ON);
	b->regs.drive[0].medium.present = 0;
	nothing_turns(b);
	i82077aa_medium_set(&b->chip, 0, &large);
	nothing_turns(b);
	b->regs.drive[0].type = FLOPPY_NONE;
	nothing_turns(b);
	SEND(b, 0x06, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);	/* FM */
	fb_insert(b, 2880, false);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	/* none at the cable */
	SEND(b, FB_READ, 3, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_settle(b);
	RESULT(b, 0x43, 0x01, 0, 0, 0, 1, 2);
	fb_insert(b, 360, false);	/* one side */
	fb_run(b, FB_READ, 1, 0, 1, 1, 9);
	RESULT(b, 0x44, 0x01, 0, 0, 1, 1, 2);
}

/* Each size: its last sector is where the image ends. */
static void sizes(void **state)
{
	struct fb *b = *state;
	static const struct {
		uint16_t sectors;
		uint8_t type, cylinders, heads, last, rate;
	} of[] = {
		{ 320,	1, 40, 1, 8,  2 }, { 360,  1, 40, 1, 9,  2 },
		{ 640,	1, 40, 2, 8,  2 }, { 720,  1, 40, 2, 9,  2 },
		{ 1440, 4, 80, 2, 9,  2 }, { 1640, 4, 82, 2, 10, 2 },
		{ 2400, 2, 80, 2, 15, 0 }, { 2880, 4, 80, 2, 18, 0 },
		{ 2952, 4, 82, 2, 18, 0 }, { 2988, 4, 83, 2, 18, 0 },
		{ 3200, 4, 80, 2, 20, 0 }, { 3280, 4, 82, 2, 20, 0 },
		{ 3360, 4, 80, 2, 21, 0 }, { 3444, 4, 82, 2, 21, 0 },
		{ 3486, 4, 83, 2, 21, 0 }, { 3520, 4, 80, 2, 22, 0 },
		{ 3840, 4, 80, 2, 24, 0 }, { 5760, 5, 80, 2, 36, 3 },
	};
	uint8_t c, h;
	unsigned int i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		fb_insert(b, of[i].sectors, false);
		assert_int_equal(b->regs.drive[0].type, of[i].type);
		assert_int_equal(b->regs.rate, of[i].rate);
		c = of[i].cylinders;
		h = of[i].heads;
		SEND(b, 0x07, 0);
		fb_settle(b);
		fb_sense(b, 0x20, 0);
		fb_seek(b, (uint8_t)(c - 1));
		fb_dma(b, MEDIUM_SECTOR);
		fb_run(b, FB_READ, h - 1, (uint8_t)(c - 1), (uint8_t)(h - 1),
		       of[i].last, of[i].last);
		assert_int_equal(fb_in(b, FDC_FIFO), (h - 1) << 2);
		while (fb_in(b, FDC_MSR) & MSR_DIO)
			fb_in(b, FDC_FIFO);
		fb_holds(b, of[i].sectors - 1u, 1);
	}
	assert_null(floppy_format(5761));
	assert_null(floppy_format(1ull << 40));
	assert_int_equal(floppy_type(0), FLOPPY_1440K);
	assert_int_equal(floppy_type(5761), FLOPPY_1440K);
	assert_true(floppy_fits(floppy_format(720), FLOPPY_2880K));
	assert_true(floppy_fits(floppy_format(1440), FLOPPY_1440K));
	assert_false(floppy_fits(floppy_format(2400), FLOPPY_360K));
	assert_false(floppy_fits(floppy_format(2880), FLOPPY_720K));
	assert_false(floppy_fits(floppy_format(5760), FLOPPY_1440K));
}

/* A disk's beginning: the rest reads as zeros, and is not to be written. */
static void image_ends_early(void **state)
{
	struct fb *b = *state;
	static const uint8_t zeros[MEDIUM_SECTOR];

	fb_insert(b, 20, false);
	assert_int_equal(b->regs.rate, FLOPPY_500K);
	memset(b->data, 0xee, sizeof(b->data));
	fb_dma(b, 24 * MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 7, 2);
	fb_holds(b, 0, 20);
	assert_memory_equal(b->memory + 20 * MEDIUM_SECTOR, zeros,
			    MEDIUM_SECTOR);
	assert_memory_equal(b->memory + 23 * MEDIUM_SECTOR, zeros,
			    MEDIUM_SECTOR);
	assert_int_equal(b->data[0][18 * MEDIUM_SECTOR], 0xee);
	fb_seek(b, 1);
	fb_dma(b, 36 * MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 1, 0, 1, 18);	/* nothing but zeros */
	RESULT(b, 4, 0, 0, 2, 0, 1, 2);
	assert_memory_equal(b->memory + 35 * MEDIUM_SECTOR, zeros,
			    MEDIUM_SECTOR);
	assert_int_equal(b->requests, 2);
	fb_seek(b, 0);
	fb_dma(b, 3 * MEDIUM_SECTOR);
	fb_run(b, FB_WRITE, 1, 0, 1, 1, 18);
	RESULT(b, 0x44, 0x20, 0x20, 0, 1, 1, 2);
	assert_int_equal(b->requests, 2);
	fb_dma(b, 2 * MEDIUM_SECTOR);
	fb_run(b, FB_WRITE, 1, 0, 1, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	fb_insert(b, 2881, false);
	assert_int_equal(b->regs.rate, FLOPPY_1M);
}

/* A 360K disk in a 1.2M drive: another rate, and two steps for each track. */
static void double_steps(void **state)
{
	struct fb *b = *state;

	fb_insert(b, 720, false);
	b->regs.drive[0].type = FLOPPY_1200K;
	fb_out(b, FDC_CCR, FLOPPY_300K);
	fb_seek(b, 20);
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 10, 0, 1, 9);
	RESULT(b, 0, 0, 0, 10, 0, 2, 2);
	fb_holds(b, 10 * 18, 1);
}

static void both_drives(void **state)
{
	struct fb *b = *state;
	const struct medium_info info = { .sectors = 2880, .present = 1 };

	i82077aa_medium_set(&b->chip, 1, &info);
	fb_out(b, FDC_DOR, DOR_MOTOR0 << 1 | DOR_GATE | DOR_RUN | 1);
	fb_dma(b, MEDIUM_SECTOR);
	SEND(b, FB_READ, 1, 0, 0, 4, 2, 18, 0x1b, 0xff);
	assert_true(b->waiting[1]);
	fb_settle(b);
	RESULT(b, 1, 0, 0, 0, 0, 5, 2);
	fb_holds(b, 3, 1);
}

/* ---- resets, and the other world ----------------------------------------- */

static void reset_while_one_is_under_way(void **state)
{
	struct fb *b = *state;

	fb_dma(b, MEDIUM_SECTOR);
	SEND(b, FB_READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	fb_tick(b);
	fb_sense(b, 0xc0, 0);
	SEND(b, FB_READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	assert_int_equal(b->requests, 1);	/* it waits for the first */
	fb_serve(b, 0);
	assert_int_equal(b->dma_at, 0);	/* whose data nobody wants */
	assert_int_equal(b->requests, 2);
	assert_int_equal(b->asked[0].first, 1);
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
	fb_holds(b, 1, 1);
	SEND(b, FB_READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	fb_serve(b, 0);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
}

static void late_end_of_the_other_drive(void **state)
{
	struct fb *b = *state;
	const struct medium_info info = { .sectors = 2880, .present = 1 };

	i82077aa_medium_set(&b->chip, 1, &info);
	fb_out(b, FDC_DOR, FB_ON | DOR_MOTOR0 << 1);
	fb_dma(b, MEDIUM_SECTOR);
	SEND(b, FB_READ, 1, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	SEND(b, FB_READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_serve(b, 1);
	assert_int_equal(b->dma_at, 0);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	fb_serve(b, 0);
	fb_holds(b, 1, 1);
}

static void disk_taken_out_meanwhile(void **state)
{
	struct fb *b = *state;
	const struct medium_info none = { 0 };

	fb_dma(b, MEDIUM_SECTOR);
	SEND(b, FB_READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	i82077aa_medium_set(&b->chip, 0, &none);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	assert_int_equal(b->dma_at, 0);
}

static void work_is_left_to_the_host(void **state)
{
	struct fb *b = *state;
	struct medium_wire host = b->chip.medium[0];
	unsigned int i;
	static const uint8_t bytes[] = {
		FB_READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff
	};

	fb_dma(b, MEDIUM_SECTOR);
	b->chip.medium[0] = (struct medium_wire){ .drive = 0 };
	for (i = 0; i < sizeof(bytes); i++)
		assert_int_equal(i82077aa_port_write(&b->chip, FDC_FIFO,
						     bytes[i]),
				 i == 8 ? CHIP_NEEDS_HOST : CHIP_DONE);
	i82077aa_work(&b->chip);
	i82077aa_tick(&b->chip);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	b->chip.medium[0] = host;
	i82077aa_work(&b->chip);
	i82077aa_work(&b->chip);	/* once is enough */
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
	b->chip.medium[0].data = NULL;
	SEND(b, FB_READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	assert_int_equal(b->requests, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fb_open, fb_close)
		TEST(no_address_mark),
		TEST(sizes),
		TEST(image_ends_early),
		TEST(double_steps),
		TEST(both_drives),
		TEST(reset_while_one_is_under_way),
		TEST(late_end_of_the_other_drive),
		TEST(disk_taken_out_meanwhile),
		TEST(work_is_left_to_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
