/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa_data_test.c - the floppy controller's commands with data: reads and
 * writes of each kind and how they end, with DMA and without, formats, errors
 * of the medium and of the DMA controller.
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
#define READ_ONE_SIDE	0x46
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

/* ---- reads --------------------------------------------------------------- */

static void read_one_sector(void **state)
{
	struct fb *b = *state;

	fb_dma(b, SIZE);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
	assert_false(pin(b));
	is_sectors(b, 0, 1);
	assert_int_equal(b->dma_way, DRQ_TO_MEMORY);
	assert_int_equal(b->memory[SIZE], 0);
}

static void interrupt_falls_with_first_byte(void **state)
{
	struct fb *b = *state;

	fb_dma(b, SIZE);
	run(b, READ, 0, 0, 0, 1, 18);
	fb_in(b, FDC_FIFO);
	assert_false(pin(b));
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | MSR_DIO | MSR_COMMAND);
}

static void read_where_the_head_is(void **state)
{
	struct fb *b = *state;

	fb_seek(b, 41);
	fb_dma(b, 2 * SIZE);
	run(b, READ, 1, 41, 1, 17, 18);
	RESULT(b, 4, 0, 0, 42, 0, 1, 2);	/* 5-6: MT, side 1, last */
	is_sectors(b, (41 * 2 + 1) * 18 + 16, 2);
}

static void read_goes_to_the_other_side(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 20 * SIZE);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	is_sectors(b, 0, 20);
	assert_int_equal(b->requests, 2);
	fb_dma(b, 18 * SIZE);			/* to the end of side 0 */
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 1, 1, 2);
	fb_dma(b, 18 * SIZE);			/* without MT */
	run(b, READ_ONE_SIDE, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
}

static void read_without_tc_ends_at_eot(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	run(b, READ_ONE_SIDE, 0, 0, 0, 10, 18);
	RESULT(b, 0x40, 0x80, 0, 1, 0, 1, 2);
	is_sectors(b, 9, 9);
	assert_int_equal(b->dma_at, 9 * SIZE);
	fb_dma(b, 60000);
	run(b, READ, 0, 0, 0, 10, 12);		/* EOT of each side */
	RESULT(b, 0x44, 0x80, 0, 1, 0, 1, 2);
	assert_int_equal(b->dma_at, (3 + 12) * SIZE);
	assert_memory_equal(b->memory + 3 * SIZE, b->image + 18 * SIZE,
			    12 * SIZE);
}

static void tc_in_a_sector(void **state)
{
	struct fb *b = *state;

	fb_dma(b, SIZE + 1);
	run(b, READ, 0, 0, 0, 3, 18);
	RESULT(b, 0, 0, 0, 0, 0, 5, 2);
	assert_memory_equal(b->memory, b->image + 2 * SIZE, SIZE + 1);
	assert_int_equal(b->memory[SIZE + 1], 0);
}

static void read_past_the_track(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	run(b, READ, 0, 0, 0, 17, 20);
	RESULT(b, 0x40, 0x04, 0, 0, 0, 19, 2);
	is_sectors(b, 16, 2);
	fb_dma(b, 60000);
	run(b, READ, 0, 0, 0, 17, 5);		/* EOT is behind the head */
	RESULT(b, 0x40, 0x04, 0, 0, 0, 19, 2);
}

static void no_such_sector(void **state)
{
	struct fb *b = *state;
	/* C, H, R, N, and ST2 */
	static const uint8_t ids[][5] = {
		{ 0, 0, 0, 2, 0 }, { 0, 0, 19, 2, 0 }, { 0, 1, 1, 2, 0 },
		{ 0, 0, 1, 3, 0 }, { 1, 0, 1, 2, 0x10 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const uint8_t *id = ids[i];

		fb_dma(b, SIZE);
		SEND(b, READ, 0, id[0], id[1], id[2], id[3], 18, 0x1b, 0xff);
		fb_settle(b);
		RESULT(b, 0x40, 0x04, id[4], id[0], id[1], id[2], id[3]);
	}
	assert_int_equal(b->requests, 0);
	assert_int_equal(b->dma_at, 0);
}

static void dma_does_not_serve(void **state)
{
	struct fb *b = *state;

	fb_dma(b, SIZE);
	b->dma_masked = true;
	run(b, READ, 0, 0, 0, 2, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
	run(b, WRITE, 0, 0, 0, 2, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
	assert_int_equal(b->requests, 1);
	b->dma_masked = false;			/* DRQ is not connected */
	fb_out(b, FDC_DOR, ON & ~DOR_GATE);
	SEND(b, READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_settle(b);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
}

static void read_track(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	run(b, 0x42, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
	is_sectors(b, 0, 18);
	assert_int_equal(b->dma_at, 18 * SIZE);
	fb_dma(b, 60000);
	run(b, 0x42, 0, 7, 0, 9, 4);		/* it starts at the index */
	RESULT(b, 0, 0x04, 0, 8, 0, 1, 2);
	is_sectors(b, 0, 4);
	assert_int_equal(b->dma_at, 4 * SIZE);
	fb_dma(b, 60000);
	run(b, 0x42, 0, 0, 0, 1, 40);
	RESULT(b, 0, 0, 0, 0, 0, 19, 2);
	fb_dma(b, 2 * SIZE);
	run(b, 0x42, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
}

static void read_deleted(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 2 * SIZE);
	run(b, 0xcc, 0, 0, 0, 3, 18);		/* the one, and CM */
	RESULT(b, 0, 0, 0x40, 0, 0, 3, 2);
	is_sectors(b, 2, 1);
	assert_int_equal(b->dma_at, SIZE);
	fb_dma(b, SIZE);
	run(b, 0x6c, 0, 0, 0, 3, 18);		/* SK: none */
	RESULT(b, 0, 0, 0x40, 1, 0, 1, 2);
	assert_int_equal(b->dma_at, 0);
	b->dma_masked = true;
	run(b, 0xcc, 0, 0, 0, 3, 18);
	RESULT(b, 0x40, 0x10, 0x40, 0, 0, 3, 2);
}

static void read_id_turns(void **state)
{
	struct fb *b = *state;
	unsigned int i;

	fb_seek(b, 12);
	for (i = 0; i < 40; i++) {
		SEND(b, 0x4a, 4);
		assert_false(pin(b));
		fb_settle(b);
		assert_true(pin(b));
		RESULT(b, 4, 0, 0, 12, 1, (uint8_t)(i % 18 + 1), 2);
	}
	fb_seek(b, 81);				/* nothing was formatted */
	SEND(b, 0x4a, 0);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 12, 1, 4, 2);
}

static void implied_seek(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x13, 0, CONFIG_EIS, 0);
	fb_dma(b, SIZE);
	run(b, READ, 0, 30, 0, 1, 18);
	RESULT(b, 0, 0, 0, 30, 0, 2, 2);
	is_sectors(b, 30 * 36, 1);
	assert_int_equal(b->regs.pcn[0], 30);
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_seek(b, 2);				/* from there */
	assert_int_equal(b->regs.drive[0].at, 2);
}

/* ---- verify -------------------------------------------------------------- */

static void verify(void **state)
{
	struct fb *b = *state;

	run(b, 0xf6, 0, 0, 0, 1, 18);		/* both sides, to EOT */
	RESULT(b, 4, 0, 0, 1, 0, 1, 2);
	assert_int_equal(b->requests, 2);
	run(b, 0x56, 0, 0, 0, 1, 19);		/* there is none */
	RESULT(b, 0x40, 0x04, 0, 0, 0, 19, 2);
	SEND(b, 0x56, 0x80, 0, 0, 5, 2, 18, 0x1b, 4);	/* EC: four */
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 9, 2);
	assert_int_equal(b->asked[0].count, 4);
	SEND(b, 0xd6, 0x80, 0, 0, 1, 2, 18, 0x1b, 20);
	fb_settle(b);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	SEND(b, 0x56, 0x80, 0, 0, 5, 2, 18, 0x1b, 0);	/* 256: too many */
	fb_settle(b);
	RESULT(b, 0x40, 0x80, 0, 1, 0, 1, 2);
	b->result = MEDIUM_FAILED;
	run(b, 0x56, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x20, 0x20, 0, 0, 1, 2);
	assert_int_equal(b->dma_at, 0);
}

/* ---- writes -------------------------------------------------------------- */

static void write_sectors(void **state)
{
	struct fb *b = *state;
	const uint8_t after = b->image[20 * SIZE];

	memset(b->memory, 0x77, sizeof(b->memory));
	fb_dma(b, 20 * SIZE);
	run(b, WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	assert_int_equal(b->dma_way, DRQ_FROM_MEMORY);
	assert_memory_equal(b->image, b->memory, 20 * SIZE);
	assert_int_equal(b->image[20 * SIZE], after);
	memset(b->memory, 0x55, SIZE);
	fb_dma(b, SIZE);
	run(b, 0x49, 0, 0, 0, 9, 18);		/* WRITE DELETED: a plain one */
	RESULT(b, 0, 0, 0, 0, 0, 10, 2);
	assert_memory_equal(b->image + 8 * SIZE, b->memory, SIZE);
}

static void write_part_of_a_sector(void **state)
{
	struct fb *b = *state;
	static const uint8_t zeros[SIZE];

	memset(b->memory, 0x77, sizeof(b->memory));
	fb_dma(b, SIZE + 2);
	run(b, WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
	assert_memory_equal(b->image, b->memory, SIZE + 2);
	assert_memory_equal(b->image + SIZE + 2, zeros, SIZE - 2);
	assert_int_not_equal(b->image[2 * SIZE + 1], 0);
}

/* A channel that stops being served in the middle. */
static size_t starve(void *board, unsigned int n, enum drq_way way,
		     uint8_t *buf, size_t len, bool *tc)
{
	(void)board, (void)n, (void)way;
	*tc = false;
	memset(buf, 0x77, len < SIZE ? len : SIZE);
	return len < SIZE ? len : SIZE;
}

static void starved(void **state)
{
	struct fb *b = *state;

	b->chip.drq.move = starve;
	run(b, WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 1, 2);
	assert_int_equal(b->asked[0].count, 1);
	assert_int_equal(b->image[0], 0x77);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
}

static void write_protect(void **state)
{
	struct fb *b = *state;

	fb_insert(b, 2880, true);
	fb_dma(b, SIZE);
	run(b, WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	run(b, 0x49, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	SEND(b, 0x4d, 0, 2, 18, 0x54, 0xf6);
	fb_settle(b);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	assert_int_equal(b->requests, 0);
	run(b, READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
}

static void medium_fails(void **state)
{
	struct fb *b = *state;

	b->result = MEDIUM_FAILED;
	fb_dma(b, SIZE);
	run(b, READ, 0, 0, 0, 3, 18);
	RESULT(b, 0x40, 0x20, 0x20, 0, 0, 3, 2);
	assert_int_equal(b->dma_at, 0);
	run(b, WRITE, 0, 0, 0, 3, 18);
	RESULT(b, 0x40, 0x20, 0x20, 0, 0, 3, 2);
}

/* ---- format -------------------------------------------------------------- */

static void ids(struct fb *b, uint8_t c, uint8_t h, unsigned int by)
{
	unsigned int i;

	for (i = 0; i < 18; i++) {
		uint8_t *id = b->memory + 4 * i;

		id[0] = c;
		id[1] = h;
		id[2] = (uint8_t)(i * by % 18 + 1);
		id[3] = 2;
	}
	fb_dma(b, 18 * 4);
}

static void format(struct fb *b, uint8_t st0, uint8_t st1)
{
	SEND(b, 0x4d, 4, 2, 18, 0x54, 0xf6);
	fb_settle(b);
	assert_int_equal(fb_in(b, FDC_FIFO), st0);
	assert_int_equal(fb_in(b, FDC_FIFO), st1);
	while (fb_in(b, FDC_MSR) & MSR_DIO)
		fb_in(b, FDC_FIFO);
}

static void format_track(void **state)
{
	struct fb *b = *state;
	const unsigned int at = (5 * 2 + 1) * 18;
	uint8_t before = b->image[at * SIZE - 1];
	unsigned int i;

	fb_seek(b, 5);
	ids(b, 5, 1, 5);			/* interleaved */
	format(b, 4, 0);
	for (i = 0; i < 18 * SIZE; i++)
		assert_int_equal(b->image[at * SIZE + i], 0xf6);
	assert_int_equal(b->image[at * SIZE - 1], before);
	assert_int_not_equal(b->image[(at + 18) * SIZE + 7], 0xf6);
	SEND(b, 0x0e);				/* SC is told */
	fb_settle(b);
	for (i = 0; i < 6; i++)
		fb_in(b, FDC_FIFO);
	assert_int_equal(fb_in(b, FDC_FIFO), 18);
}

static void format_of_another_layout(void **state)
{
	struct fb *b = *state;
	unsigned int i;

	fb_seek(b, 5);
	ids(b, 5, 1, 3);			/* some twice */
	format(b, 0x44, 0x01);
	for (i = 0; i < 4; i++) {
		ids(b, 5, 1, 1);
		b->memory[4 * 7 + i] ^= 16;
		format(b, 0x44, 0x01);
	}
	ids(b, 5, 1, 1);
	b->memory[2] = 0;
	format(b, 0x44, 0x01);
	ids(b, 5, 1, 1);
	SEND(b, 0x4d, 4, 2, 9, 0x54, 0xf6);
	fb_settle(b);
	RESULT(b, 0x44, 0x01, 0, 0, 0, 0, 2);
	SEND(b, 0x4d, 4, 3, 18, 0x54, 0xf6);
	fb_settle(b);
	RESULT(b, 0x44, 0x01, 0, 0, 0, 0, 3);
	fb_dma(b, 18 * 4 - 1);
	format(b, 0x44, 0x10);
	assert_int_equal(b->requests, 0);
}

/* ---- without DMA --------------------------------------------------------- */

static void no_dma_read(void **state)
{
	struct fb *b = *state;
	unsigned int i, k;

	SEND(b, 0x03, 0xdf, 0x03);
	SEND(b, READ_ONE_SIDE, 0, 0, 0, 17, 2, 18, 0x1b, 0xff);
	for (k = 0; k < 2; k++) {
		assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND | MSR_NON_DMA);
		assert_false(pin(b));
		fb_serve(b, 0);
		assert_true(pin(b));
		for (i = 0; i < SIZE; i++) {
			assert_int_equal(fb_in(b, FDC_MSR),
					 MSR_RQM | MSR_DIO | MSR_NON_DMA |
						 MSR_COMMAND);
			fb_out(b, FDC_FIFO, 0);		/* it is not heard */
			b->memory[k * SIZE + i] = fb_in(b, FDC_FIFO);
		}
		assert_false(pin(b));
	}
	is_sectors(b, 16, 2);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	fb_settle(b);
	assert_true(pin(b));
	RESULT(b, 0x40, 0x80, 0, 1, 0, 1, 2);	/* there is no TC */
	SEND(b, 0x4c, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_settle(b);
	for (i = 0; i < SIZE; i++)
		b->memory[i] = fb_in(b, FDC_FIFO);
	is_sectors(b, 1, 1);
	fb_settle(b);
	RESULT(b, 0, 0, 0x40, 0, 0, 2, 2);
	SEND(b, 0x42, 0, 0, 0, 1, 2, 2, 0x1b, 0xff);
	for (i = 0; i < 2 * SIZE; i++) {
		fb_settle(b);
		b->memory[i] = fb_in(b, FDC_FIFO);
	}
	is_sectors(b, 0, 2);
	fb_settle(b);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
	SEND(b, 0x56, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_settle(b);				/* it moves nothing */
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
}

static void no_dma_write(void **state)
{
	struct fb *b = *state;
	unsigned int i, k;

	SEND(b, 0x03, 0xdf, 0x03);
	SEND(b, WRITE, 4, 0, 1, 18, 2, 18, 0x1b, 0xff);
	assert_true(pin(b));
	for (i = 0; i < SIZE; i++) {
		assert_int_equal(fb_in(b, FDC_MSR),
				 MSR_RQM | MSR_NON_DMA | MSR_COMMAND);
		fb_in(b, FDC_FIFO);
		fb_out(b, FDC_FIFO, (uint8_t)(i * 3));
	}
	assert_false(pin(b));
	fb_settle(b);
	RESULT(b, 0x44, 0x80, 0, 1, 0, 1, 2);
	for (i = 0; i < SIZE; i++)
		assert_int_equal(b->image[35 * SIZE + i], (uint8_t)(i * 3));
	SEND(b, WRITE, 0, 0, 0, 18, 2, 18, 0x1b, 0xff);	/* two, by MT */
	for (k = 0; k < 19; k++) {
		for (i = 0; i < SIZE; i++)
			fb_out(b, FDC_FIFO, (uint8_t)k);
		fb_settle(b);
		assert_int_equal(b->image[(17 + k) * SIZE], k);
		assert_int_equal(b->image[(18 + k) * SIZE - 1], k);
	}
	RESULT(b, 0x44, 0x80, 0, 1, 0, 1, 2);
	ids(b, 0, 1, 1);
	SEND(b, 0x4d, 4, 2, 18, 0x54, 0xf6);
	for (i = 0; i < 18 * 4; i++)
		fb_out(b, FDC_FIFO, b->memory[i]);
	fb_settle(b);
	assert_int_equal(b->image[18 * SIZE], 0xf6);
	assert_int_equal(fb_in(b, FDC_FIFO), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, done)
		TEST(read_one_sector),
		TEST(interrupt_falls_with_first_byte),
		TEST(read_where_the_head_is),
		TEST(read_goes_to_the_other_side),
		TEST(read_without_tc_ends_at_eot),
		TEST(tc_in_a_sector),
		TEST(read_past_the_track),
		TEST(no_such_sector),
		TEST(dma_does_not_serve),
		TEST(read_track),
		TEST(read_deleted),
		TEST(read_id_turns),
		TEST(implied_seek),
		TEST(verify),
		TEST(write_sectors),
		TEST(write_part_of_a_sector),
		TEST(starved),
		TEST(write_protect),
		TEST(medium_fails),
		TEST(format_track),
		TEST(format_of_another_layout),
		TEST(no_dma_read),
		TEST(no_dma_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
