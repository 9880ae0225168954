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

#define READ_ONE_SIDE	0x46

/* ---- reads --------------------------------------------------------------- */

static void read_one_sector(void **state)
{
	struct fb *b = *state;

	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
	assert_false(fb_pin(b));
	fb_holds(b, 0, 1);
	assert_int_equal(b->dma_way, DRQ_TO_MEMORY);
	assert_int_equal(b->memory[MEDIUM_SECTOR], 0);
}

static void interrupt_falls_with_first_byte(void **state)
{
	struct fb *b = *state;

	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	fb_in(b, FDC_FIFO);
	assert_false(fb_pin(b));
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | MSR_DIO | MSR_COMMAND);
}

static void read_where_the_head_is(void **state)
{
	struct fb *b = *state;

	fb_seek(b, 41);
	fb_dma(b, 2 * MEDIUM_SECTOR);
	fb_run(b, FB_READ, 1, 41, 1, 17, 18);
	RESULT(b, 4, 0, 0, 42, 0, 1, 2);	/* 5-6: MT, side 1, last */
	fb_holds(b, (41 * 2 + 1) * 18 + 16, 2);
}

static void read_goes_to_the_other_side(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 20 * MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	fb_holds(b, 0, 20);
	assert_int_equal(b->requests, 2);
	fb_dma(b, 18 * MEDIUM_SECTOR);	/* to the end of side 0 */
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 1, 1, 2);
	fb_dma(b, 18 * MEDIUM_SECTOR);	/* without MT */
	fb_run(b, READ_ONE_SIDE, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
}

static void read_without_tc_ends_at_eot(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	fb_run(b, READ_ONE_SIDE, 0, 0, 0, 10, 18);
	RESULT(b, 0x40, 0x80, 0, 0, 0, 18, 2);	/* the last one it read */
	fb_holds(b, 9, 9);
	assert_int_equal(b->dma_at, 9 * MEDIUM_SECTOR);
	fb_dma(b, 60000);
	fb_run(b, FB_READ, 0, 0, 0, 10, 12);	/* EOT of each side */
	RESULT(b, 0x44, 0x80, 0, 0, 1, 12, 2);
	assert_int_equal(b->dma_at, (3 + 12) * MEDIUM_SECTOR);
	assert_memory_equal(b->memory + 3 * MEDIUM_SECTOR,
			    b->image + 18 * MEDIUM_SECTOR, 12 * MEDIUM_SECTOR);
}

static void tc_in_a_sector(void **state)
{
	struct fb *b = *state;

	fb_dma(b, MEDIUM_SECTOR + 1);
	fb_run(b, FB_READ, 0, 0, 0, 3, 18);
	RESULT(b, 0, 0, 0, 0, 0, 5, 2);
	assert_memory_equal(b->memory, b->image + 2 * MEDIUM_SECTOR,
			    MEDIUM_SECTOR + 1);
	assert_int_equal(b->memory[MEDIUM_SECTOR + 1], 0);
}

static void read_past_the_track(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	fb_run(b, FB_READ, 0, 0, 0, 17, 20);
	RESULT(b, 0x40, 0x04, 0, 0, 0, 19, 2);
	fb_holds(b, 16, 2);
	fb_dma(b, 60000);
	fb_run(b, FB_READ, 0, 0, 0, 17, 5);	/* EOT is behind the head */
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

		fb_dma(b, MEDIUM_SECTOR);
		SEND(b, FB_READ, 0, id[0], id[1], id[2], id[3], 18, 0x1b, 0xff);
		fb_settle(b);
		RESULT(b, 0x40, 0x04, id[4], id[0], id[1], id[2], id[3]);
	}
	assert_int_equal(b->requests, 0);
	assert_int_equal(b->dma_at, 0);
}

static void dma_does_not_serve(void **state)
{
	struct fb *b = *state;

	fb_dma(b, MEDIUM_SECTOR);
	b->dma_masked = true;
	fb_run(b, FB_READ, 0, 0, 0, 2, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
	fb_run(b, FB_WRITE, 0, 0, 0, 2, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
	assert_int_equal(b->requests, 1);
	b->dma_masked = false;	/* DRQ is not connected */
	fb_out(b, FDC_DOR, FB_ON & ~DOR_GATE);
	SEND(b, FB_READ, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_settle(b);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
}

static void read_track(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 60000);
	fb_run(b, 0x42, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
	fb_holds(b, 0, 18);
	assert_int_equal(b->dma_at, 18 * MEDIUM_SECTOR);
	fb_dma(b, 60000);
	fb_run(b, 0x42, 0, 7, 0, 9, 4);	/* it starts at the index */
	RESULT(b, 0, 0x04, 0, 8, 0, 1, 2);
	fb_holds(b, 0, 4);
	assert_int_equal(b->dma_at, 4 * MEDIUM_SECTOR);
	fb_dma(b, 60000);
	fb_run(b, 0x42, 0, 0, 0, 1, 40);
	RESULT(b, 0, 0, 0, 0, 0, 19, 2);
	fb_dma(b, 2 * MEDIUM_SECTOR);
	fb_run(b, 0x42, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
}

static void read_deleted(void **state)
{
	struct fb *b = *state;

	fb_dma(b, 2 * MEDIUM_SECTOR);
	fb_run(b, 0xcc, 0, 0, 0, 3, 18);	/* the one, and CM */
	RESULT(b, 0, 0, 0x40, 0, 0, 3, 2);
	fb_holds(b, 2, 1);
	assert_int_equal(b->dma_at, MEDIUM_SECTOR);
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, 0x6c, 0, 0, 0, 3, 18);	/* SK: none */
	RESULT(b, 0, 0, 0x40, 1, 0, 1, 2);
	assert_int_equal(b->dma_at, 0);
	b->dma_masked = true;
	fb_run(b, 0xcc, 0, 0, 0, 3, 18);
	RESULT(b, 0x40, 0x10, 0x40, 0, 0, 3, 2);
}

static void read_id_turns(void **state)
{
	struct fb *b = *state;
	unsigned int i;

	fb_seek(b, 12);
	for (i = 0; i < 40; i++) {
		SEND(b, 0x4a, 4);
		assert_false(fb_pin(b));
		fb_settle(b);
		assert_true(fb_pin(b));
		RESULT(b, 4, 0, 0, 12, 1, (uint8_t)(i % 18 + 1), 2);
	}
	fb_seek(b, 81);	/* nothing was formatted */
	SEND(b, 0x4a, 0);
	fb_settle(b);
	RESULT(b, 0x40, 0x01, 0, 12, 1, 4, 2);
}

static void implied_seek(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x13, 0, CONFIG_EIS, 0);
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 30, 0, 1, 18);
	RESULT(b, 0, 0, 0, 30, 0, 2, 2);
	fb_holds(b, 30 * 36, 1);
	assert_int_equal(b->regs.pcn[0], 30);
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_seek(b, 2);	/* from there */
	assert_int_equal(b->regs.drive[0].at, 2);
}

/* ---- verify -------------------------------------------------------------- */

static void verify(void **state)
{
	struct fb *b = *state;

	fb_run(b, 0xf6, 0, 0, 0, 1, 18);	/* both sides, to EOT */
	RESULT(b, 4, 0, 0, 1, 0, 1, 2);
	assert_int_equal(b->requests, 2);
	fb_run(b, 0x56, 0, 0, 0, 1, 19);	/* there is none */
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
	RESULT(b, 0x40, 0x80, 0, 0, 0, 18, 2);
	SEND(b, 0x56, 0x80, 0, 0, 1, 2, 18, 0x1b, 17);	/* all but one */
	fb_settle(b);
	RESULT(b, 0, 0, 0, 0, 0, 18, 2);
	assert_int_equal(b->asked[0].count, 17);
	b->result = MEDIUM_FAILED;
	fb_run(b, 0x56, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x20, 0x20, 0, 0, 1, 2);
	assert_int_equal(b->dma_at, 0);
}

/* ---- writes -------------------------------------------------------------- */

static void write_sectors(void **state)
{
	struct fb *b = *state;
	const uint8_t after = b->image[20 * MEDIUM_SECTOR];

	memset(b->memory, 0x77, sizeof(b->memory));
	fb_dma(b, 20 * MEDIUM_SECTOR);
	fb_run(b, FB_WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 4, 0, 0, 0, 1, 3, 2);
	assert_int_equal(b->dma_way, DRQ_FROM_MEMORY);
	assert_memory_equal(b->image, b->memory, 20 * MEDIUM_SECTOR);
	assert_int_equal(b->image[20 * MEDIUM_SECTOR], after);
	memset(b->memory, 0x55, MEDIUM_SECTOR);
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, 0x49, 0, 0, 0, 9, 18);	/* WRITE DELETED: a plain one */
	RESULT(b, 0, 0, 0, 0, 0, 10, 2);
	assert_memory_equal(b->image + 8 * MEDIUM_SECTOR, b->memory,
			    MEDIUM_SECTOR);
}

static void write_part_of_a_sector(void **state)
{
	struct fb *b = *state;
	static const uint8_t zeros[MEDIUM_SECTOR];

	memset(b->memory, 0x77, sizeof(b->memory));
	fb_dma(b, MEDIUM_SECTOR + 2);
	fb_run(b, FB_WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 3, 2);
	assert_memory_equal(b->image, b->memory, MEDIUM_SECTOR + 2);
	assert_memory_equal(b->image + MEDIUM_SECTOR + 2, zeros,
			    MEDIUM_SECTOR - 2);
	assert_int_not_equal(b->image[2 * MEDIUM_SECTOR + 1], 0);
}

/* A channel that stops being served in the middle. */
static size_t starve(void *board, unsigned int n, enum drq_way way,
		     uint8_t *buf, size_t len, bool *tc)
{
	(void)board, (void)n, (void)way;
	*tc = false;
	memset(buf, 0x77, len < MEDIUM_SECTOR ? len : MEDIUM_SECTOR);
	return len < MEDIUM_SECTOR ? len : MEDIUM_SECTOR;
}

static void starved(void **state)
{
	struct fb *b = *state;

	b->chip.drq.move = starve;
	fb_run(b, FB_WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 1, 2);
	assert_int_equal(b->asked[0].count, 1);
	assert_int_equal(b->image[0], 0x77);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 2, 2);
}

static void write_protect(void **state)
{
	struct fb *b = *state;

	fb_insert(b, 2880, true);
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_WRITE, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	fb_run(b, 0x49, 0, 0, 0, 1, 18);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	SEND(b, 0x4d, 0, 2, 18, 0x54, 0xf6);
	fb_settle(b);
	RESULT(b, 0x40, 0x02, 0, 0, 0, 1, 2);
	assert_int_equal(b->requests, 0);
	fb_run(b, FB_READ, 0, 0, 0, 1, 18);
	RESULT(b, 0, 0, 0, 0, 0, 2, 2);
}

static void medium_fails(void **state)
{
	struct fb *b = *state;

	b->result = MEDIUM_FAILED;
	fb_dma(b, MEDIUM_SECTOR);
	fb_run(b, FB_READ, 0, 0, 0, 3, 18);
	RESULT(b, 0x40, 0x20, 0x20, 0, 0, 3, 2);
	assert_int_equal(b->dma_at, 0);
	fb_run(b, FB_WRITE, 0, 0, 0, 3, 18);
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
	uint8_t before = b->image[at * MEDIUM_SECTOR - 1];
	unsigned int i;

	fb_seek(b, 5);
	ids(b, 5, 1, 5);	/* interleaved */
	format(b, 4, 0);
	for (i = 0; i < 18 * MEDIUM_SECTOR; i++)
		assert_int_equal(b->image[at * MEDIUM_SECTOR + i], 0xf6);
	assert_int_equal(b->image[at * MEDIUM_SECTOR - 1], before);
	assert_int_not_equal(b->image[(at + 18) * MEDIUM_SECTOR + 7], 0xf6);
	SEND(b, 0x0e);	/* SC is told */
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
	ids(b, 5, 1, 3);	/* some twice */
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
		assert_false(fb_pin(b));
		fb_serve(b, 0);
		assert_true(fb_pin(b));
		for (i = 0; i < MEDIUM_SECTOR; i++) {
			assert_int_equal(fb_in(b, FDC_MSR),
					 MSR_RQM | MSR_DIO | MSR_NON_DMA |
						 MSR_COMMAND);
			fb_out(b, FDC_FIFO, 0);	/* it is not heard */
			b->memory[k * MEDIUM_SECTOR + i] = fb_in(b, FDC_FIFO);
		}
		assert_false(fb_pin(b));
	}
	fb_holds(b, 16, 2);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	fb_settle(b);
	assert_true(fb_pin(b));
	RESULT(b, 0x40, 0x80, 0, 0, 0, 18, 2);	/* there is no TC */
	SEND(b, 0x4c, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
	fb_serve(b, 0);
	for (i = 0; i < MEDIUM_SECTOR; i++)
		b->memory[i] = fb_in(b, FDC_FIFO);
	fb_holds(b, 1, 1);
	fb_settle(b);
	RESULT(b, 0, 0, 0x40, 0, 0, 2, 2);
	SEND(b, 0x42, 0, 0, 0, 1, 2, 2, 0x1b, 0xff);
	for (i = 0; i < 2 * MEDIUM_SECTOR; i++) {
		if (i % MEDIUM_SECTOR == 0)
			fb_serve(b, 0);
		b->memory[i] = fb_in(b, FDC_FIFO);
	}
	fb_holds(b, 0, 2);
	fb_settle(b);
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
	SEND(b, 0x56, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
	fb_settle(b);	/* it moves nothing */
	RESULT(b, 0, 0, 0, 1, 0, 1, 2);
}

static void no_dma_write(void **state)
{
	struct fb *b = *state;
	unsigned int i, k;

	SEND(b, 0x03, 0xdf, 0x03);
	SEND(b, FB_WRITE, 4, 0, 1, 18, 2, 18, 0x1b, 0xff);
	assert_true(fb_pin(b));
	for (i = 0; i < MEDIUM_SECTOR; i++) {
		assert_int_equal(fb_in(b, FDC_MSR),
				 MSR_RQM | MSR_NON_DMA | MSR_COMMAND);
		fb_in(b, FDC_FIFO);
		fb_out(b, FDC_FIFO, (uint8_t)(i * 3));
	}
	assert_false(fb_pin(b));
	fb_settle(b);
	RESULT(b, 0x44, 0x80, 0, 0, 1, 18, 2);
	for (i = 0; i < MEDIUM_SECTOR; i++)
		assert_int_equal(b->image[35 * MEDIUM_SECTOR + i],
				 (uint8_t)(i * 3));
	SEND(b, FB_WRITE, 0, 0, 0, 18, 2, 18, 0x1b, 0xff);	/* two, by MT */
	for (k = 0; k < 19; k++) {
		for (i = 0; i < MEDIUM_SECTOR; i++)
			fb_out(b, FDC_FIFO, (uint8_t)k);
		fb_serve(b, 0);
		assert_int_equal(b->image[(17 + k) * MEDIUM_SECTOR], k);
		assert_int_equal(b->image[(18 + k) * MEDIUM_SECTOR - 1], k);
	}
	fb_settle(b);
	RESULT(b, 0x44, 0x80, 0, 0, 1, 18, 2);
	ids(b, 0, 1, 1);
	SEND(b, 0x4d, 4, 2, 18, 0x54, 0xf6);
	for (i = 0; i < 18 * 4; i++)
		fb_out(b, FDC_FIFO, b->memory[i]);
	fb_settle(b);
	assert_int_equal(b->image[18 * MEDIUM_SECTOR], 0xf6);
	assert_int_equal(fb_in(b, FDC_FIFO), 4);
}

/* Who reads so little has an overrun in the sector that it left: so a driver
 * without a TC gets to an end. */
static void no_dma_overrun(void **state)
{
	struct fb *b = *state;
	unsigned int i, rises;

	SEND(b, 0x03, 0xdf, 0x03);
	SEND(b, READ_ONE_SIDE, 0, 0, 0, 5, 2, 18, 0x1b, 0xff);
	fb_serve(b, 0);
	for (i = 0; i < MEDIUM_SECTOR; i++)
		fb_in(b, FDC_FIFO);
	fb_serve(b, 0);
	fb_in(b, FDC_FIFO);
	fb_tick(b);	/* it has moved one */
	assert_int_equal(fb_in(b, FDC_MSR),
			 MSR_RQM | MSR_DIO | MSR_NON_DMA | MSR_COMMAND);
	rises = b->bench.rises[0];
	fb_tick(b);
	assert_false(fb_pin(b));
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	fb_tick(b);
	assert_int_equal(b->bench.rises[0], rises + 1);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 6, 2);
	SEND(b, FB_WRITE, 0, 0, 0, 7, 2, 18, 0x1b, 0xff);
	fb_settle(b);
	RESULT(b, 0x40, 0x10, 0, 0, 0, 7, 2);
	assert_int_equal(b->requests, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fb_open, fb_close)
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
		TEST(no_dma_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
