/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_floppy.c - a floppy controller on a bench: see lib_floppy.h. */
#include "tests/chip/lib_floppy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void medium_asked(void *board, unsigned int drive,
			 const struct medium_request *q)
{
	struct fb *b = board;

	assert_in_range(drive, 0, I82077AA_DRIVES - 1);
	assert_false(b->waiting[drive]);	/* one at a time */
	assert_in_range(q->count, 1, MEDIUM_MOST / MEDIUM_SECTOR);
	b->asked[drive] = *q;
	b->waiting[drive] = true;
	b->requests++;
}

static uint8_t *medium_buffer(void *board, unsigned int drive)
{
	return ((struct fb *)board)->data[drive];
}

static size_t dma_move(void *board, unsigned int pin, enum drq_way way,
		       uint8_t *buf, size_t len, bool *tc)
{
	struct fb *b = board;
	size_t n = len < b->dma_left ? len : b->dma_left;

	(void)pin;
	b->dma_way = way;
	if (b->dma_masked)
		return 0;
	if (way == DRQ_TO_MEMORY)
		memcpy(b->memory + b->dma_at, buf, n);
	else
		memcpy(buf, b->memory + b->dma_at, n);
	b->dma_at += n;
	b->dma_left -= n;
	*tc = !b->dma_left;
	b->dma_masked = *tc;
	return n;
}

static void wire(struct fb *b)
{
	unsigned int i;

	b->chip.regs = &b->regs;
	b->chip.irq = bench_irq(&b->bench, 0);
	b->chip.clock = bench_clock(&b->bench);
	b->chip.drq = (struct drq_wire){ dma_move, b, 2 };
	for (i = 0; i < I82077AA_DRIVES; i++)
		b->chip.medium[i] = (struct medium_wire){
			medium_asked, medium_buffer, b, i };
}

struct fb *fb_new(void)
{
	struct fb *b = calloc(1, sizeof(*b));
	unsigned int i;

	assert_non_null(b);
	bench_reset(&b->bench);
	wire(b);
	memset(&b->regs, 0xa5, sizeof(b->regs));
	i82077aa_reset(&b->chip);
	i82077aa_attach(&b->chip, 1, FLOPPY_1440K);
	for (i = 0; i < sizeof(b->image); i++)
		b->image[i] = (uint8_t)(i / MEDIUM_SECTOR * 7 + i);
	fb_insert(b, 2880, false);
	fb_out(b, FDC_DOR, DOR_MOTOR0 | DOR_GATE | DOR_RUN);
	fb_settle(b);
	for (i = 0; i < 4; i++)
		fb_sense(b, (uint8_t)(0xc0 | i), 0);
	return b;
}

void fb_free(struct fb *b)
{
	free(b);
}

void fb_insert(struct fb *b, uint64_t sectors, bool read_only)
{
	const struct medium_info info = { .sectors = sectors, .present = 1,
					  .read_only = read_only };
	enum floppy_type type = floppy_type(sectors);

	i82077aa_attach(&b->chip, 0, type);
	i82077aa_medium_set(&b->chip, 0, &info);
	fb_out(b, FDC_CCR, floppy_rate(floppy_format(sectors), type));
}

void fb_dma(struct fb *b, size_t len)
{
	b->dma_at = 0;
	b->dma_left = len;
	b->dma_masked = false;
}

uint8_t fb_in(struct fb *b, unsigned int port)
{
	uint8_t v;

	if (i82077aa_port_read(&b->chip, port, &v) == CHIP_NEEDS_HOST)
		i82077aa_work(&b->chip);
	return v;
}

void fb_out(struct fb *b, unsigned int port, uint8_t value)
{
	unsigned int rises = b->bench.rises[0];

	if (i82077aa_port_write(&b->chip, port, value) == CHIP_NEEDS_HOST)
		i82077aa_work(&b->chip);
	/* An interrupt from inside a write would be missed by drivers that
	 * clear their flag after it; without DMA data is there at once. */
	if (!(b->regs.specify[1] & SPECIFY_NON_DMA) && port != FDC_DOR)
		assert_int_equal(b->bench.rises[0], rises);
}

void fb_serve(struct fb *b, unsigned int n)
{
	struct medium_request q = b->asked[n];
	uint8_t *at = b->image + q.first * MEDIUM_SECTOR;
	size_t len = q.count * MEDIUM_SECTOR;

	assert_true(b->waiting[n]);
	assert_true((q.first + q.count) * MEDIUM_SECTOR <= sizeof(b->image));
	b->waiting[n] = false;
	if (b->result == MEDIUM_OK && q.op == MEDIUM_READ)
		memcpy(b->data[n], at, len);
	else if (b->result == MEDIUM_OK && q.op == MEDIUM_WRITE)
		memcpy(at, b->data[n], len);
	i82077aa_medium_done(&b->chip, n, q.tag, b->result);
}

void fb_tick(struct fb *b)
{
	if (b->bench.alarm_ns == CLOCK_NEVER)
		return;
	b->bench.now_ns = b->bench.alarm_ns;
	i82077aa_tick(&b->chip);
}

void fb_settle(struct fb *b)
{
	unsigned int i, n;

	for (i = 0; i < 1000; i++) {
		for (n = 0; n < I82077AA_DRIVES; n++)
			if (b->waiting[n])
				fb_serve(b, n);
		if (b->bench.alarm_ns != CLOCK_NEVER)
			fb_tick(b);
		else if (!b->waiting[0] && !b->waiting[1])
			return;
	}
	fail_msg("the chip is never done");
}

void fb_send(struct fb *b, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		assert_int_equal(fb_in(b, FDC_MSR) & ~15,
				 MSR_RQM | (i ? MSR_COMMAND : 0));
		fb_out(b, FDC_FIFO, bytes[i]);
	}
}

void fb_result(struct fb *b, const uint8_t *want, size_t n)
{
	uint8_t got[I82077AA_BYTES];
	size_t i;

	for (i = 0; i < n; i++) {
		assert_int_equal(fb_in(b, FDC_MSR) & ~15,
				 MSR_RQM | MSR_DIO | MSR_COMMAND);
		got[i] = fb_in(b, FDC_FIFO);
	}
	assert_memory_equal(got, want, n);
	assert_int_equal(fb_in(b, FDC_MSR) & ~15, MSR_RQM);
}

void fb_sense(struct fb *b, uint8_t st0, uint8_t pcn)
{
	SEND(b, 0x08);
	RESULT(b, st0, pcn);
}

void fb_seek(struct fb *b, uint8_t cylinder)
{
	SEND(b, 0x0f, 0, cylinder);
	fb_settle(b);
	fb_sense(b, 0x20, cylinder);
}

/* ---- what several tests do ----------------------------------------------- */

int fb_open(void **state)
{
	*state = fb_new();
	return 0;
}

int fb_close(void **state)
{
	fb_free(*state);
	return 0;
}

bool fb_pin(const struct fb *b)
{
	return b->bench.level[0];
}

void fb_run(struct fb *b, uint8_t op, uint8_t hds, uint8_t c, uint8_t h,
	    uint8_t r, uint8_t eot)
{
	SEND(b, op, (uint8_t)(hds << 2), c, h, r, 2, eot, 0x1b, 0xff);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_COMMAND);
	assert_false(fb_pin(b));
	fb_settle(b);
	assert_true(fb_pin(b));
}

void fb_holds(const struct fb *b, unsigned int first, unsigned int n)
{
	assert_memory_equal(b->memory, b->image + first * MEDIUM_SECTOR,
			    n * MEDIUM_SECTOR);
}
