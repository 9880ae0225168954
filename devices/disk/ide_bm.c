/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_bm.c - the PIIX3's bus master, of one channel (SFF-8038i; 82371SB, 2.6).
 *
 * A table of physical region descriptors: address, count (0: 64 KiB), and in
 * the last one bit 31. Both address and count are even: bit 0 is not there.
 *
 * 1. What the guest may read of how it went: ACTIVE without INTR, under way;
 *    INTR alone, all has gone and the table ended with it; both, the table has
 *    more than the drive had; none, the table ended too soon, or with ERROR
 *    memory was not there. The drive then waits on, as it does for a guest
 *    that turns START off: it goes on with whole sectors if START comes again.
 * 2. Which way data goes is the command's to say; bit 3 is kept, no more.
 * 3. A descriptor may lie over a 64 KiB border, which the specification
 *    forbids: it goes on in a straight line.
 */
#include "devices/disk/ide_core.h"

#include "base/bytes.h"

enum { BM_COMMAND = 0, BM_STATUS = 2, BM_TABLE = 4 };

#define BM_SIMPLEX	0x60u	/* of the status: bits that are only kept */
#define PRD_SIZE	8u
#define PRD_LAST	0x80u	/* of its last byte */

bool ide_bm_runs(const struct ide_channel *c)
{
	return c->regs->bm.command & BM_START && c->regs->bm.status & BM_ACTIVE;
}

static void bm_stop(struct ide_channel *c, uint8_t why)
{
	c->regs->bm.status &= (uint8_t)~BM_ACTIVE;
	c->regs->bm.status |= why;
}

/* next_region() - Return: false if there is none. */
static bool next_region(struct ide_channel *c)
{
	struct ide_bm_regs *bm = &c->regs->bm;
	uint8_t prd[PRD_SIZE];

	if (bm->last) {
		bm_stop(c, 0);
		return false;
	}
	if (dma_wire_read(&c->dma, bm->next, prd, sizeof(prd))) {
		bm_stop(c, BM_ERROR);
		return false;
	}
	bm->next += PRD_SIZE;
	bm->addr = get_le32(prd) & ~1u;
	bm->room = get_le16(prd + 4) & ~1u;
	if (!bm->room)
		bm->room = 0x10000;
	bm->last = prd[7] & PRD_LAST;
	return true;
}

static int bm_move(struct ide_channel *c, uint8_t *data, uint32_t len,
		   bool to_memory)
{
	uint32_t addr = c->regs->bm.addr;

	return to_memory ? dma_wire_write(&c->dma, addr, data, len) :
			   dma_wire_read(&c->dma, addr, data, len);
}

uint32_t ide_bm_move(struct ide_channel *c, uint8_t *data, uint32_t len,
		     bool to_memory)
{
	struct ide_bm_regs *bm = &c->regs->bm;
	uint32_t done = 0, n;

	while (done < len) {
		if (!bm->room && !next_region(c))
			return done;
		n = ide_once(&bm->room);
		n = MIN(n, len - done);
		if (bm_move(c, data + done, n, to_memory)) {
			bm_stop(c, BM_ERROR);
			return done;
		}
		bm->addr += n;
		bm->room -= n;
		done += n;
	}
	if (!bm->room && bm->last)
		bm_stop(c, 0);
	return done;
}

/* ---- ports --------------------------------------------------------------- */

static uint8_t read_byte(const struct ide_bm_regs *bm, unsigned int at)
{
	switch (at) {
	case BM_COMMAND:
		return bm->command;
	case BM_STATUS:
		return bm->status;
	case BM_TABLE:
	case BM_TABLE + 1:
	case BM_TABLE + 2:
	case BM_TABLE + 3:
		return (uint8_t)(bm->table >> 8 * (at - BM_TABLE));
	default:
		return 0;
	}
}

uint32_t ide_bm_read(const struct ide_channel *c, unsigned int at,
		     unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width; i++)
		v |= (uint32_t)read_byte(&c->regs->bm, at + i) << 8 * i;
	return v;
}

/* write_command() - START begins with the table's first descriptor. */
static enum chip_answer write_command(struct ide_channel *c, uint8_t value)
{
	struct ide_bm_regs *bm = &c->regs->bm;
	bool begins = value & (uint8_t)~bm->command & BM_START;

	bm->command = value & (BM_START | BM_TO_MEMORY);
	if (!(value & BM_START))
		bm_stop(c, 0);
	if (!begins)
		return CHIP_DONE;
	bm->status |= BM_ACTIVE;
	bm->next = bm->table;
	bm->room = bm->last = 0;
	return c->regs->phase == IDE_DMA ? CHIP_NEEDS_HOST : CHIP_DONE;
}

static enum chip_answer write_byte(struct ide_channel *c, unsigned int at,
				   uint8_t value)
{
	struct ide_bm_regs *bm = &c->regs->bm;
	unsigned int shift;

	switch (at) {
	case BM_COMMAND:
		return write_command(c, value);
	case BM_STATUS:		/* two bits are cleared by a one */
		bm->status &= (uint8_t)~(value & (BM_INTR | BM_ERROR));
		bm->status &= (uint8_t)~BM_SIMPLEX;
		bm->status |= value & BM_SIMPLEX;
		return CHIP_DONE;
	case BM_TABLE:
	case BM_TABLE + 1:
	case BM_TABLE + 2:
	case BM_TABLE + 3:
		shift = 8 * (at - BM_TABLE);
		bm->table &= ~(0xffu << shift);
		bm->table |= (uint32_t)value << shift & ~3u;
		return CHIP_DONE;
	default:
		return CHIP_DONE;
	}
}

enum chip_answer ide_bm_write(struct ide_channel *c, unsigned int at,
			      unsigned int width, uint32_t value)
{
	enum chip_answer answer = CHIP_DONE;
	unsigned int i;

	for (i = 0; i < width; i++)
		if (write_byte(c, at + i, (uint8_t)(value >> 8 * i)) !=
		    CHIP_DONE)
			answer = CHIP_NEEDS_HOST;
	return answer;
}
