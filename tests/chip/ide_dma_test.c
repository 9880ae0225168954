/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_dma_test.c - an IDE channel's bus master: tables of all shapes, and what
 * goes wrong with them and in the middle of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"
#include "tests/chip/lib_ide.h"

#define SECTORS	100000u

#define ACTIVE	0x01
#define ERROR	0x02
#define INTR	0x04

static struct ide_bench b;
static uint8_t want[MEDIUM_MOST];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_DISK, 1ull << 32);
	return 0;
}

/* holds() - memory at @addr has @len bytes of sectors from @first on; @skip
 * bytes into them */
static void holds(uint32_t addr, uint64_t first, uint32_t skip, uint32_t len)
{
	uint32_t i;

	for (i = 0; i <= (skip + len) / 512; i++)
		pattern(first + i, want + 512 * i);
	assert_memory_equal(b.mem + addr, want + skip, len);
}

static void untouched(uint32_t addr)
{
	assert_int_equal(b.mem[addr], 0xee);
}

static void ended(uint8_t bm)
{
	assert_true(b.level);
	assert_int_equal(bm_status(&b), bm);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	assert_false(b.level);
	bm_stop(&b);
	assert_int_equal(bm_status(&b), bm & ~ACTIVE);
}

static void registers(void **state)
{
	(void)state;
	assert_int_equal(ide_bm_read(&b.c, 0, 4), 0);
	assert_int_equal(ide_bm_read(&b.c, 4, 4), 0);
	ide_bm_write(&b.c, 4, 4, 0x12345677);
	assert_int_equal(ide_bm_read(&b.c, 4, 4), 0x12345674);
	ide_bm_write(&b.c, 5, 1, 0xab);
	ide_bm_write(&b.c, 6, 2, 0xcdef);
	assert_int_equal(ide_bm_read(&b.c, 4, 4), 0xcdefab74);
	assert_int_equal(ide_bm_read(&b.c, 7, 1), 0xcd);
	ide_bm_write(&b.c, 0, 1, 0xfe);		/* all but START */
	assert_int_equal(ide_bm_read(&b.c, 0, 1), 0x08);
	ide_bm_write(&b.c, 1, 1, 0xff);
	ide_bm_write(&b.c, 3, 1, 0xff);
	assert_int_equal(ide_bm_read(&b.c, 0, 4), 0x08);
	ide_bm_write(&b.c, 2, 1, 0xff);
	assert_int_equal(bm_status(&b), 0x60);
	ide_bm_write(&b.c, 2, 1, 0x20);
	assert_int_equal(bm_status(&b), 0x20);
	b.regs.bm.status |= 7;
	ide_bm_write(&b.c, 2, 1, 0x22);		/* of ERROR, INTR: ones */
	assert_int_equal(bm_status(&b), 0x25);
	ide_bm_write(&b.c, 2, 1, 0x04);
	assert_int_equal(bm_status(&b), 0x01);
	assert_int_equal(ide_bm_write(&b.c, 0, 1, 9), CHIP_DONE);
	assert_int_equal(bm_status(&b), ACTIVE);
	assert_int_equal(ide_bm_read(&b.c, 0, 1), 9);
}

static void read_dma(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 4096 | PRD_END);
	command(&b, 0xc8, 1000, 8);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	assert_false(b.host_asked);	/* the bus master is to begin it */
	assert_int_equal(in_data(&b, 2), 0);
	bm_start(&b, true);
	assert_true(b.host_asked);
	assert_int_equal(bm_status(&b), ACTIVE);
	assert_false(b.level);
	assert_int_equal(b.medium[0].request.first, 1000);
	assert_int_equal(b.medium[0].request.count, 8);
	ide_settle(&b);
	holds(0x10000, 1000, 0, 4096);
	untouched(0x11000);
	ended(INTR);
	assert_int_equal(b.medium[0].started, 1);
}

static void start_before_the_command(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 512 | PRD_END);
	bm_start(&b, true);
	assert_false(b.host_asked);
	lba48(&b, 0x25, 0x87654321, 1);
	assert_true(b.host_asked);
	ide_settle(&b);
	holds(0x10000, 0x87654321, 0, 512);
	ended(INTR);
}

/* Regions that begin and end anywhere but at odd addresses; over page ends. */
static void scattered(void **state)
{
	static const struct { uint32_t addr, len; } part[] = {
		{ 0x10ffe, 2 }, { 0x11ffe, 4 }, { 0x20f02, 510 },
		{ 0x30ff0, 5000 }, { 0x40000, 2 }, { 0x50002, 2674 },
	};
	uint32_t at = 0, i;

	(void)state;
	for (i = 0; i < 6; i++)
		prd(&b, i, part[i].addr, part[i].len | (i == 5 ? PRD_END : 0));
	command(&b, 0xc8, 77, 16);
	bm_start(&b, true);
	ide_settle(&b);
	for (i = 0; i < 6; i++) {
		holds(part[i].addr, 77, at, part[i].len);
		untouched(part[i].addr + part[i].len);
		at += part[i].len;
	}
	assert_int_equal(at, 16 * 512);
	ended(INTR);
}

static void zero_is_64k(void **state)
{
	(void)state;
	prd(&b, 0, 0x20000, 0);
	prd(&b, 1, 0x40000, 0 | PRD_END);
	command(&b, 0xc8, 5, 0);
	bm_start(&b, true);
	ide_settle(&b);
	holds(0x20000, 5, 0, 0x10000);
	holds(0x40000, 5 + 128, 0, 0x10000);
	untouched(0x30000);
	untouched(0x50000);
	ended(INTR);
	assert_int_equal(b.medium[0].started, 1);
}

/* Bit 0 of address and count is not there; nor are bits 16-30 of the count. */
static void odd_is_even(void **state)
{
	(void)state;
	prd(&b, 0, 0x20001, 0x7fff0201);
	prd(&b, 1, 0x30000, 1 | PRD_END);	/* 64 KiB, then */
	command(&b, 0xc8, 5, 2);
	bm_start(&b, true);
	ide_settle(&b);
	holds(0x20000, 5, 0, 512);
	untouched(0x20200);
	holds(0x30000, 6, 0, 512);
	ended(ACTIVE | INTR);	/* the table has more */
}

/* A region over a 64 KiB border goes on; so does the table. */
static void over_64k(void **state)
{
	(void)state;
	put_le32(b.mem + 0x4fff8, 0x2ff00);
	put_le32(b.mem + 0x4fffc, 0x200);
	put_le32(b.mem + 0x50000, 0x60000);
	put_le32(b.mem + 0x50004, 0x200 | PRD_END);
	command(&b, 0xc8, 5, 2);
	bm_start(&b, true);
	bm_stop(&b);
	b.medium[0].busy = false;
	ide_medium_done(&b.c, 0, b.medium[0].request.tag, MEDIUM_OK);
	ide_bm_write(&b.c, 4, 4, 0x4fff8);
	ide_bm_write(&b.c, 0, 1, 9);
	ide_work(&b.c);
	ide_settle(&b);
	holds(0x2ff00, 5, 0, 512);
	holds(0x60000, 6, 0, 512);
	ended(INTR);
}

static void write_dma(void **state)
{
	uint8_t one[512];
	unsigned int i;

	(void)state;
	for (i = 0; i < 1024; i++)
		b.mem[0x10000 + i] = (uint8_t)(i * 11 + (i >> 8));
	prd(&b, 0, 0x10000, 300);
	prd(&b, 1, 0x1012c, 724 | PRD_END);
	command(&b, 0xca, 900, 2);
	bm_start(&b, false);
	assert_int_equal(b.medium[0].request.op, MEDIUM_WRITE);
	assert_int_equal(b.medium[0].request.first, 900);
	/* What memory is after the transfer is not what is written. */
	memset(b.mem + 0x10000, 0, 1024);
	ide_settle(&b);
	for (i = 0; i < 1024; i++)
		want[i] = (uint8_t)(i * 11 + (i >> 8));
	sector_of(&b.medium[0], 900, one);
	assert_memory_equal(one, want, 512);
	sector_of(&b.medium[0], 901, one);
	assert_memory_equal(one, want + 512, 512);
	assert_int_equal(b.medium[0].written, 2);
	ended(INTR);
	assert_int_equal(b.medium[0].flushed, 0);
	b.regs.drive[0].write_through = 1;
	lba48(&b, 0x35, 902, 2);
	bm_start(&b, false);
	ide_settle(&b);
	assert_int_equal(b.medium[0].flushed, 1);
	ended(INTR);
}

/* More than one request's: 300 sectors. */
static void in_steps(void **state)
{
	(void)state;
	/* The third one lies over the end of the first request. */
	prd(&b, 0, 0x10000, 0x200);
	prd(&b, 1, 0x20000, 0);
	prd(&b, 2, 0x30000, 0);
	prd(&b, 3, 0x40000, 0x5600 | PRD_END);
	lba48(&b, 0x25, 0x100000000 - 300, 300);
	bm_start(&b, true);
	assert_int_equal(b.medium[0].request.count, 256);
	assert_true(ide_settle_one(&b));
	assert_false(b.level);
	assert_int_equal(b.medium[0].request.count, 44);
	assert_int_equal(b.medium[0].request.first, 0x100000000 - 44);
	ide_settle(&b);
	holds(0x10000, 0x100000000 - 300, 0, 0x200);
	holds(0x20000, 0x100000000 - 299, 0, 0x10000);
	holds(0x30000, 0x100000000 - 171, 0, 0x10000);
	holds(0x40000, 0x100000000 - 43, 0, 0x5600);
	ended(INTR);
	lba48(&b, 0x35, 1000, 300);
	bm_start(&b, false);
	assert_int_equal(b.medium[0].request.count, 256);
	ide_settle(&b);
	assert_int_equal(b.medium[0].written, 300);
	assert_int_equal(b.medium[0].number[299], 1299);
	ended(INTR);
}

/* ---- tables that do not fit --------------------------------------------- */

static void a_longer_table(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 512);
	prd(&b, 1, 0x20000, 512 | PRD_END);
	command(&b, 0xc8, 9, 1);
	bm_start(&b, true);
	ide_settle(&b);
	untouched(0x20000);
	ended(ACTIVE | INTR);
}

/* A table that ends too soon: the drive waits, and no interrupt comes. With
 * another table it goes on with the next whole sector. */
static void a_shorter_table(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 700 | PRD_END);
	command(&b, 0xc8, 9, 3);
	bm_start(&b, true);
	ide_settle(&b);
	assert_false(b.level);
	assert_int_equal(bm_status(&b), 0);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	holds(0x10000, 9, 0, 700);
	ide_work(&b.c);
	assert_int_equal(b.medium[0].started, 1);
	bm_stop(&b);
	prd(&b, 0, 0x20000, 1024 | PRD_END);
	bm_start(&b, true);
	ide_settle(&b);
	holds(0x20000, 10, 0, 1024);
	ended(INTR);
	/* Nothing at all for a whole sector. */
	prd(&b, 0, 0x10000, 510 | PRD_END);
	command(&b, 0xca, 9, 1);
	bm_start(&b, false);
	assert_int_equal(bm_status(&b), 0);
	assert_int_equal(b.medium[0].started, 2);
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	/* One and a half are written as one. */
	prd(&b, 0, 0x10000, 768 | PRD_END);
	command(&b, 0xca, 9, 3);
	bm_start(&b, false);
	ide_settle(&b);
	assert_int_equal(b.medium[0].written, 1);
	assert_false(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	bm_stop(&b);
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	bm_start(&b, false);
	ide_settle(&b);
	assert_int_equal(b.medium[0].written, 3);
	assert_int_equal(b.medium[0].number[2], 11);
	ended(INTR);
}

/* The table ends where a request does, and there should be another. */
static void it_ends_between_requests(void **state)
{
	(void)state;
	prd(&b, 0, 0x20000, 0);
	prd(&b, 1, 0x30000, PRD_END);
	lba48(&b, 0x25, 9, 257);
	bm_start(&b, true);
	ide_settle(&b);
	assert_int_equal(b.medium[0].started, 1);
	assert_int_equal(bm_status(&b), 0);
	assert_false(b.level);
}

/* Without an end flag memory itself ends it; with lengths of 2 each of
 * descriptors moves something, so the way there is bounded. */
static void a_table_without_end(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 0x10000 / 8; i++)
		prd(&b, i, 0x20000, 2);
	command(&b, 0xc8, 9, 8);
	bm_start(&b, true);
	b.dma_reads = 0;
	ide_settle(&b);
	assert_int_equal(b.dma_reads, 8 * 256);
	ended(ACTIVE | INTR);
	holds(0x20000, 16, 510, 2);
	/* Where the table itself runs out of memory. */
	memset(b.mem + IDE_MEM - 64, 0, 64);
	for (i = 0; i < 8; i++)
		put_le32(b.mem + IDE_MEM - 64 + 8 * i + 4, 2);
	command(&b, 0xc8, 9, 8);
	ide_bm_write(&b.c, 4, 4, IDE_MEM - 64);
	ide_bm_write(&b.c, 2, 1, 6);
	ide_bm_write(&b.c, 0, 1, 9);
	ide_work(&b.c);
	ide_settle(&b);
	assert_int_equal(bm_status(&b), ERROR);
	assert_false(b.level);
}

static void no_memory_there(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 512);
	prd(&b, 1, IDE_MEM - 256, 512 | PRD_END);
	command(&b, 0xc8, 9, 2);
	bm_start(&b, true);
	ide_settle(&b);
	assert_int_equal(bm_status(&b), ERROR);
	assert_false(b.level);
	holds(0x10000, 9, 0, 512);
	untouched(IDE_MEM - 256);	/* all of a region or nothing */
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	ide_bm_write(&b.c, 2, 1, ERROR);
	bm_stop(&b);
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	command(&b, 0xca, 9, 2);
	bm_start(&b, false);
	ide_settle(&b);
	assert_int_equal(bm_status(&b), ERROR);
	assert_int_equal(b.medium[0].written, 1);
	b.c.dma = (struct dma_wire){ 0 };
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	command(&b, 0xc8, 9, 2);
	bm_stop(&b);
	bm_start(&b, true);
	ide_settle(&b);
	assert_int_equal(bm_status(&b), ERROR);
}

/* ---- in the middle ------------------------------------------------------- */

/* The guest plays with START while the medium works: one request at a time,
 * whatever it does. */
static void start_again_in_mid_request(void **state)
{
	unsigned int i;

	(void)state;
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	command(&b, 0xc8, 9, 2);
	bm_start(&b, true);
	for (i = 0; i < 5; i++) {
		bm_stop(&b);
		prd(&b, 0, 0x20000 + 0x1000 * i, 1024 | PRD_END);
		bm_start(&b, true);
		ide_work(&b.c);
	}
	assert_int_equal(b.medium[0].started, 1);
	ide_settle(&b);
	assert_int_equal(b.medium[0].started, 1);
	untouched(0x10000);
	holds(0x24000, 9, 0, 1024);
	ended(INTR);
}

static void stopped_in_mid_request(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	command(&b, 0xc8, 9, 2);
	bm_start(&b, true);
	bm_stop(&b);
	ide_settle(&b);
	untouched(0x10000);
	assert_false(b.level);
	assert_int_equal(bm_status(&b), 0);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	bm_start(&b, true);
	ide_settle(&b);
	assert_int_equal(b.medium[0].started, 2);
	holds(0x10000, 9, 0, 1024);
	ended(INTR);
}

/* A reset with DMA under way: nothing comes into memory after it. */
static void reset_in_mid_dma(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	command(&b, 0xc8, 9, 2);
	bm_start(&b, true);
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	ide_settle(&b);
	untouched(0x10000);
	assert_false(b.level);
	assert_int_equal(bm_status(&b), ACTIVE);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	/* A new command, with START still on: that one's data. So it is if a
	 * reset comes again, and the old request ends late. */
	command(&b, 0xc8, 40, 2);
	ide_control(&b.c, 4);
	ide_control(&b.c, 0);
	command(&b, 0xc8, 50, 2);
	ide_settle_one(&b);
	untouched(0x10000);
	ide_settle(&b);
	holds(0x10000, 50, 0, 1024);
	ended(INTR);
}

static void the_medium_fails(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	b.medium[0].fail_at = 1;
	command(&b, 0xc8, 0x345, 2);
	bm_start(&b, true);
	ide_settle(&b);
	assert_true(b.level);
	assert_int_equal(bm_status(&b), ACTIVE | INTR);
	assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	assert_int_equal(in(&b, R_ERROR), 0x40);
	assert_int_equal(in(&b, R_LOW), 0x45);
	untouched(0x10000);
	bm_stop(&b);
	b.medium[0].fail_at = 2;
	command(&b, 0xca, 9, 2);
	bm_start(&b, false);
	ide_settle(&b);
	assert_int_equal(in(&b, R_STATUS), GOOD | DF | ERR);
	assert_int_equal(b.medium[0].written, 0);
}

/* undo() - the request under way; another work half, with media and flights of
 * its own, begins what there is. */
static void undo(struct ide_channel *other)
{
	*other = b.c;
	b.medium[0].busy = false;
	ide_medium_undo(&b.c, 0, b.medium[0].request.tag);
	other->flight[0].busy = false;
	ide_work(other);
}

/* What one world could not write another does, from the same memory: also if
 * its bus master had been at the end of its table. */
static void undone(void **state)
{
	struct ide_channel other;
	uint8_t one[512];

	(void)state;
	memset(b.mem + 0x10000, 0x5a, 0x400);
	prd(&b, 0, 0x10000, 0x200);
	prd(&b, 1, 0x10200, 0x200 | PRD_END);
	command(&b, 0xca, 900, 2);
	bm_start(&b, false);
	assert_int_equal(bm_status(&b), 0);
	undo(&other);
	assert_false(b.level);
	assert_int_equal(b.medium[0].started, 2);
	assert_int_equal(b.medium[0].request.first, 900);
	assert_int_equal(b.medium[0].request.count, 2);
	b.c = other;
	ide_settle(&b);
	sector_of(&b.medium[0], 901, one);
	assert_memory_equal(one, b.mem + 0x10000, 512);
	assert_int_equal(b.medium[0].written, 2);
	ended(INTR);
}

/* A read has moved nothing yet; and a bus master that was stopped stays so. */
static void undone_in_mid_request(void **state)
{
	struct ide_channel other;

	(void)state;
	prd(&b, 0, 0x20000, 0x400 | PRD_END);
	command(&b, 0xc8, 5, 2);
	bm_start(&b, true);
	undo(&other);
	b.c = other;
	ide_settle(&b);
	holds(0x20000, 5, 0, 0x400);
	ended(INTR);
	prd(&b, 0, 0x20000, 0x400 | PRD_END);
	command(&b, 0xca, 5, 2);
	bm_start(&b, false);
	bm_stop(&b);
	undo(&other);
	assert_int_equal(b.medium[0].started, 3);
	assert_int_equal(bm_status(&b) & ACTIVE, 0);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
}

/* A command that is refused leaves the bus master alone. */
static void refused(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 1024 | PRD_END);
	bm_start(&b, true);
	b.regs.drive[0].info.sectors = 10;
	command(&b, 0xc8, 9, 2);
	assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	assert_int_equal(bm_status(&b), ACTIVE | INTR);
	assert_int_equal(b.medium[0].started, 0);
	/* Nor does PIO go by it. */
	command(&b, 0x20, 3, 1);
	ide_settle(&b);
	untouched(0x10000);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
}

/* Registers of a reply that another world made up: it is no longer than the
 * buffer. */
static void a_reply_of_any_length(void **state)
{
	(void)state;
	prd(&b, 0, 0x20000, 0);
	prd(&b, 1, 0x30000, PRD_END);
	bm_start(&b, true);
	b.regs.phase = IDE_DMA;
	b.regs.job = IDE_JOB_REPLY;
	b.regs.at = 0;
	b.regs.filled = 0xffffffff;
	ide_work(&b.c);
	untouched(0x30000);
	ended(ACTIVE | INTR);
	bm_start(&b, true);
	b.regs.phase = IDE_DMA;
	b.regs.job = IDE_JOB_REPLY;
	b.regs.at = 0xfffffff0;
	ide_work(&b.c);
	ended(ACTIVE | INTR);
}

/* A request by bus master that another world calls one by port meanwhile is
 * longer than the buffer. */
static void turned_into_pio(void **state)
{
	(void)state;
	prd(&b, 0, 0x20000, PRD_END);
	command(&b, 0xc8, 9, 0);
	bm_start(&b, true);
	assert_int_equal(b.medium[0].request.count, 256);
	b.regs.dma = 0;
	ide_settle(&b);
	untouched(0);		/* what is behind it on this bench */
	/* And one that has ended does not end again. */
	b.regs.phase = IDE_BUSY;
	b.regs.tag = b.medium[0].request.tag;
	b.no_host = true;
	ide_medium_done(&b.c, 0, b.regs.tag, MEDIUM_OK);
	assert_int_equal(b.regs.phase, IDE_BUSY);
	assert_int_equal(b.medium[0].started, 1);
}

#define T(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(registers), T(read_dma), T(start_before_the_command),
		T(scattered), T(zero_is_64k), T(odd_is_even), T(over_64k),
		T(write_dma), T(in_steps),
		T(a_longer_table), T(a_shorter_table),
		T(it_ends_between_requests), T(a_table_without_end),
		T(no_memory_there),
		T(start_again_in_mid_request), T(stopped_in_mid_request),
		T(reset_in_mid_dma), T(the_medium_fails), T(undone),
		T(undone_in_mid_request), T(refused),
		T(a_reply_of_any_length), T(turned_into_pio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
