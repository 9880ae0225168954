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

#define ON (DOR_MOTOR0 | DOR_GATE | DOR_RUN)
#define READ		0xe6		/* with MT, MFM and SK, as drivers */
#define WRITE		0xc5
#define SIZE		MEDIUM_SECTOR

static int fresh(void **state)
{
	*state = fb_new();
	return 0;
}

static int done(void **state)
{
	fb_free(*state);
	return 0;
}

static bool pin(const struct fb *b)
{
	return b->bench.level[0];
}

/* run() - a data command in cylinder @c of drive 0, to its result phase. */
static void run(struct fb *b, uint8_t op, uint8_t hds, uint8_t c, uint8_t h,
		uint8_t r, uint8_t eot)
{
	SEND(b, op, (uint8_t)(hds << 2), c, h, r, 2, eot, 0x1b, 0xff);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	assert_false(pin(b));
	fb_settle(b);
	assert_true(pin(b));
}

/* is_sectors() - memory holds so many of the image's, from @first on. */
static void is_sectors(const struct fb *b, unsigned int first, unsigned int n)
{
	assert_memory_equal(b->memory, b->image + first * SIZE, n * SIZE);
}

/* ---- media --------------------------------------------------------------- */

static void nothing_turns(struct fb *b)
{
	fb_dma(b, SIZE);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	SEND(b, 0x4a, 0);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
	assert_int_equal(b->requests, 0);
}

static void no_address_mark(void **state)
{
	struct fb *b = *state;
	const struct medium_info large = { 5761, 1, 0 };

	fb_out(b, FDC_CCR, FLOPPY_250K);
	nothing_turns(b);
	fb_out(b, FDC_CCR, FLOPPY_500K);
	fb_out(b, FDC_DOR, ON & ~DOR_MOTOR0);
	nothing_turns(b);
	fb_out(b, FDC_DOR, ON);
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
	SEND(b, READ, 3, 0, 0, 1, 2, 18, 0x1b, 0xff);	/* none at the cable */
	fb_settle(b);
	RESULT(b, 0x43, 0x01, 0, 0, 0, 1, 2);
	fb_insert(b, 360, false);		/* one side */
	run(b, READ, 1, 0, 1, 1, 9);
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
		fb_dma(b, SIZE);
		run(b, READ, h - 1, (uint8_t)(c - 1), (uint8_t)(h - 1),
		    of[i].last, of[i].last);
		assert_int_equal(fb_in(b, FDC_FIFO), (h - 1) << 2);
		while (fb_in(b, FDC_MSR) & MSR_DIO)
			fb_in(b, FDC_FIFO);
		is_sectors(b, of[i].sectors - 1u, 1);
	}
	assert_null(floppy_format(5761));
	assert_null(floppy_format(1ull << 40));
	assert_int_equal(floppy_type(0), FLOPPY_1440K);
	assert_int_equal(floppy_type(5761), FLOPPY_1440K);
}

/* A disk's beginning: the rest reads as zeros, and is not to be written. */
static void image_ends_early(void **state)
{
	struct fb *b = *state;
	static const uint8_t zeros[SIZE];

	fb_insert(b, 20, false);
	assert_int_equal(b->regs.rate, FLOPPY_500K);
	memset(b->data, 0xee, sizeof(b->data));
	fb_dma(b, 24 * SIZE);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 7, 2);
	is_sectors(b, 0, 20);
	assert_memory_equal(b->memory + 20 * SIZE, zeros, SIZE);
	assert_memory_equal(b->memory + 23 * SIZE, zeros, SIZE);
	fb_seek(b, 1);
	fb_dma(b, 36 * SIZE);
	run(b, READ, 0, 1, 0, 1, 18);		/* nothing but zeros */
	RESULT(b, 4, 0, 0, 2, 0, 1, 2);
	assert_memory_equal(b->memory + 35 * SIZE, zeros, SIZE);
	assert_int_equal(b->requests, 2);
	fb_seek(b, 0);
	fb_dma(b, 3 * SIZE);
	run(b, WRITE, 1, 0, 1, 1, 18);
	RESULT(b, 0x44, 0x20, 0x20, 0, 1, 1, 2);
	assert_int_equal(b->requests, 2);
	fb_dma(b, 2 * SIZE);
	run(b, WRITE, 1, 0, 1, 1, 18);
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
	fb_dma(b, SIZE);
	run(b, READ, 0, 10, 0, 1, 9);
	RESULT(b, 0, 0, 0, 10, 0, 2, 2);
	is_sectors(b, 10 * 18, 1);
}

static void both_drives(void **state)
{
	struct fb *b = *state;
	const struct medium_info info = { 2880, 1, 0 };

	i82077aa_medium_set(&b->chip, 1, &info);
	fb_out(b, FDC_DOR, DOR_MOTOR0 << 1 | DOR_GATE | DOR_RUN | 1);
	fb_dma(b, SIZE);
	SEND(b, READ, 1, 0, 0, 4, 2, 18, 0x1b, 0xff);
	assert_true(b->waiting[1]);
	fb_settle(b);
	RESULT(b, 1, 0, 0, 0, 0, 5, 2);
	is_sectors(b, 3, 1);
}

/* ---- resets, and the other world ----------------------------------------- */

static void reset_while_one_is_under_way(void **state)
{
	struct fb *b = *state;

	fb_dma(b, SIZE);
	SEND(b, READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	fb_tick(b);
	fb_sense(b, 0xc0, 0);
	SEND(b, READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	assert_int_equal(b->requests, 1);	/* it waits for the first */
	fb_serve(b, 0);
	assert_int_equal(b->dma_at, 0);		/* whose data nobody wants */
	assert_int_equal(b->requests, 2);
	assert_int_equal(b->asked[0].first, 1);
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
	is_sectors(b, 1, 1);
	SEND(b, READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	fb_serve(b, 0);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
}

static void late_end_of_the_other_drive(void **state)
{
	struct fb *b = *state;
	const struct medium_info info = { 2880, 1, 0 };

	i82077aa_medium_set(&b->chip, 1, &info);
	fb_out(b, FDC_DOR, ON | DOR_MOTOR0 << 1);
	fb_dma(b, SIZE);
	SEND(b, READ, 1, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_out(b, FDC_DSR, DSR_RESET);
	SEND(b, READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_serve(b, 1);
	assert_int_equal(b->dma_at, 0);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	fb_serve(b, 0);
	is_sectors(b, 1, 1);
}

static void disk_taken_out_meanwhile(void **state)
{
	struct fb *b = *state;
	const struct medium_info none = { 0, 0, 0 };

	fb_dma(b, SIZE);
	SEND(b, READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
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
	static const uint8_t bytes[] = { READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff };

	fb_dma(b, SIZE);
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
	i82077aa_work(&b->chip);		/* once is enough */
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
	b->chip.medium[0].data = NULL;
	SEND(b, READ, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	assert_int_equal(b->requests, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, done)
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
