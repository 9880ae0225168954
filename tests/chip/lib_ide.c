/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_ide.c - an IDE channel on a bench: see lib_ide.h. */
#include "tests/chip/lib_ide.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/bytes.h"

/* ---- wires --------------------------------------------------------------- */

static void irq(void *board, unsigned int pin, bool level)
{
	struct ide_bench *b = board;

	(void)pin;
	b->rises += level && !b->level;
	b->level = level;
}

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	struct ide_bench *b = board;

	b->dma_reads++;
	if (addr > IDE_MEM || len > IDE_MEM - addr)
		return -EFAULT;
	memcpy(buf, b->mem + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct ide_bench *b = board;

	if (addr > IDE_MEM || len > IDE_MEM - addr)
		return -EFAULT;
	memcpy(b->mem + addr, buf, len);
	return 0;
}

static void start(void *board, unsigned int drive,
		  const struct medium_request *request)
{
	struct ide_bench *b = board;
	struct ide_bench_medium *m = &b->medium[drive];

	assert_false(m->busy);
	assert_true(request->tag != 0);
	if (request->op == MEDIUM_READ || request->op == MEDIUM_WRITE)
		assert_in_range(request->count, 1, MEDIUM_MOST / MEDIUM_SECTOR);
	m->request = *request;
	m->busy = true;
	m->started++;
}

static uint8_t *data(void *board, unsigned int drive)
{
	return ((struct ide_bench *)board)->medium[drive].data;
}

/* ---- media --------------------------------------------------------------- */

void pattern(uint64_t sector, uint8_t to[MEDIUM_SECTOR])
{
	unsigned int i;

	for (i = 0; i < MEDIUM_SECTOR; i++)
		to[i] = (uint8_t)(sector * 0x9d + (sector >> 8) * 0x3b +
				  (sector >> 32) * 7 + i + (i >> 8) * 5);
}

void sector_of(const struct ide_bench_medium *m, uint64_t sector,
	       uint8_t to[MEDIUM_SECTOR])
{
	unsigned int i;

	pattern(sector, to);
	for (i = 0; i < m->written; i++)
		if (m->number[i] == sector)
			memcpy(to, m->content[i], MEDIUM_SECTOR);
}

static void store(struct ide_bench_medium *m, uint64_t sector,
		  const uint8_t *from)
{
	assert_true(m->written < IDE_WRITTEN);
	m->number[m->written] = sector;
	memcpy(m->content[m->written++], from, MEDIUM_SECTOR);
}

static enum medium_result carry_out(struct ide_bench_medium *m)
{
	const struct medium_request *q = &m->request;
	unsigned int i;

	if (m->started == m->fail_at)
		return MEDIUM_FAILED;
	m->flushed += q->op == MEDIUM_FLUSH;
	m->ejected += q->op == MEDIUM_EJECT;
	if (q->op != MEDIUM_READ && q->op != MEDIUM_WRITE)
		return MEDIUM_OK;
	assert_true(q->first + q->count <= m->sectors);
	for (i = 0; i < q->count; i++)
		if (q->op == MEDIUM_READ)
			sector_of(m, q->first + i, m->data + 512 * i);
		else
			store(m, q->first + i, m->data + 512 * i);
	return MEDIUM_OK;
}

bool ide_settle_one(struct ide_bench *b)
{
	struct ide_bench_medium *m;
	unsigned int i;

	for (i = 0; i < IDE_DRIVES; i++) {
		m = &b->medium[i];
		if (!m->busy)
			continue;
		m->busy = false;
		ide_medium_done(&b->c, i, m->request.tag, carry_out(m));
		return true;
	}
	return false;
}

void ide_settle(struct ide_bench *b)
{
	while (ide_settle_one(b))
		;
}

void ide_bench_new(struct ide_bench *b)
{
	unsigned int i;

	memset(b, 0, sizeof(*b));
	memset(&b->regs, 0xff, sizeof(b->regs));
	memset(b->mem, 0xee, sizeof(b->mem));
	b->c.regs = &b->regs;
	b->c.buffer = b->buffer;
	b->c.irq = (struct irq_wire){ irq, b, 0 };
	b->c.dma = (struct dma_wire){ mem_read, mem_write, b };
	for (i = 0; i < IDE_DRIVES; i++)
		b->c.medium[i] = (struct medium_wire){ start, data, b, i };
	ide_power_on(&b->c);
}

void ide_bench_plug(struct ide_bench *b, unsigned int drive, enum ide_kind kind,
		    uint64_t sectors)
{
	const struct medium_info info = { .sectors = sectors,
					  .present = sectors > 0 };

	b->medium[drive].sectors = sectors;
	ide_plug(&b->c, drive, kind, &info, "HD0001");
}

/* ---- what a driver does -------------------------------------------------- */

static void heed(struct ide_bench *b, enum chip_answer answer)
{
	if (answer != CHIP_NEEDS_HOST)
		return;
	b->host_asked = true;
	if (!b->no_host)
		ide_work(&b->c);
}

uint8_t in(struct ide_bench *b, unsigned int at)
{
	uint32_t v;

	heed(b, ide_port_read(&b->c, at, 1, &v));
	return (uint8_t)v;
}

void out(struct ide_bench *b, unsigned int at, uint8_t value)
{
	heed(b, ide_port_write(&b->c, at, 1, value));
}

uint32_t in_data(struct ide_bench *b, unsigned int width)
{
	uint32_t v;

	heed(b, ide_port_read(&b->c, R_DATA, width, &v));
	return v;
}

void out_data(struct ide_bench *b, unsigned int width, uint32_t value)
{
	heed(b, ide_port_write(&b->c, R_DATA, width, value));
}

void read_block(struct ide_bench *b, void *to, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i += 2)
		put_le16((uint8_t *)to + i, (uint16_t)in_data(b, 2));
}

void write_block(struct ide_bench *b, const void *from, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i += 2)
		out_data(b, 2, get_le16((const uint8_t *)from + i));
}

void command(struct ide_bench *b, uint8_t code, uint32_t lba, uint8_t count)
{
	out(b, R_DEVICE,
	    (uint8_t)(0xe0 | (b->regs.device & 0x10) | (lba >> 24 & 15)));
	out(b, R_COUNT, count);
	out(b, R_LOW, (uint8_t)lba);
	out(b, R_MID, (uint8_t)(lba >> 8));
	out(b, R_HIGH, (uint8_t)(lba >> 16));
	out(b, R_COMMAND, code);
}

void lba48(struct ide_bench *b, uint8_t code, uint64_t lba, uint16_t count)
{
	out(b, R_DEVICE, (uint8_t)(0xe0 | (b->regs.device & 0x10)));
	out(b, R_COUNT, (uint8_t)(count >> 8));
	out(b, R_LOW, (uint8_t)(lba >> 24));
	out(b, R_MID, (uint8_t)(lba >> 32));
	out(b, R_HIGH, (uint8_t)(lba >> 40));
	out(b, R_COUNT, (uint8_t)count);
	out(b, R_LOW, (uint8_t)lba);
	out(b, R_MID, (uint8_t)(lba >> 8));
	out(b, R_HIGH, (uint8_t)(lba >> 16));
	out(b, R_COMMAND, code);
}

/* ---- bus master ---------------------------------------------------------- */

void prd(struct ide_bench *b, unsigned int n, uint32_t addr, uint32_t count)
{
	put_le32(b->mem + TABLE + 8 * n, addr);
	put_le32(b->mem + TABLE + 8 * n + 4, count);
}

void bm_start(struct ide_bench *b, bool to_memory)
{
	uint8_t way = to_memory ? 0x08 : 0;

	heed(b, ide_bm_write(&b->c, 4, 4, TABLE));
	heed(b, ide_bm_write(&b->c, 0, 1, way));
	heed(b, ide_bm_write(&b->c, 2, 1, 0x06));
	heed(b, ide_bm_write(&b->c, 0, 1, way | 1u));
}

uint8_t bm_status(struct ide_bench *b)
{
	return (uint8_t)ide_bm_read(&b->c, 2, 1);
}

void bm_stop(struct ide_bench *b)
{
	heed(b, ide_bm_write(&b->c, 0, 1, 0));
}

/* ---- what came of it ----------------------------------------------------- */

void task_ended(struct ide_bench *b)
{
	assert_int_equal(in(b, R_STATUS), GOOD);
	assert_int_equal(in(b, R_ERROR), 0);
	assert_false(b->level);
}

void task_failed(struct ide_bench *b, uint8_t error)
{
	assert_true(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD | ERR);
	assert_int_equal(in(b, R_ERROR), error);
	assert_false(b->level);
}

void disk_signature(struct ide_bench *b, uint8_t status)
{
	assert_int_equal(ide_alternate(&b->c), status);
	assert_int_equal(in(b, R_ERROR), 1);
	assert_int_equal(in(b, R_COUNT), 1);
	assert_int_equal(in(b, R_LOW), 1);
	assert_int_equal(in(b, R_MID), 0);
	assert_int_equal(in(b, R_HIGH), 0);
	assert_int_equal(in(b, R_DEVICE), 0xa0);
}

void identify(struct ide_bench *b, void *to)
{
	out(b, R_COMMAND, 0xec);
	assert_true(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD | DRQ);
	read_block(b, to, 512);
	task_ended(b);
}

void same_sectors(struct ide_bench *b, const uint8_t *data, uint64_t first,
		  unsigned int n)
{
	uint8_t one[MEDIUM_SECTOR];
	unsigned int i;

	for (i = 0; i < n; i++) {
		sector_of(&b->medium[0], first + i, one);
		assert_memory_equal(data + MEDIUM_SECTOR * i, one,
				    MEDIUM_SECTOR);
	}
}
