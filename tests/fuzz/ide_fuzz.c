/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_fuzz.c - an IDE channel whose ports, bus master, tables of descriptors,
 * media and reset an input plays on, with registers and buffer that another
 * world may write into at any time. Whatever it does: a medium is asked for one
 * thing at a time, of a size that there is room for, and each step ends.
 *
 * The buffer and the media's buffers are each of their size to the byte, for
 * the sanitizers to see what lies beyond.
 *
 * tests/fuzz: runs 6000
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/disk/ide.h"
#include "tests/fuzz/target.h"

#define MEM	(256u << 10)
#define TABLES	0x1000u		/* descriptors lie below */

static struct board {
	struct ide_channel c;
	struct ide_regs *regs;
	uint8_t *mem, *buffer, *data[IDE_DRIVES];
	struct medium_request request[IDE_DRIVES];
	bool busy[IDE_DRIVES];
	unsigned int fetched;	/* descriptors, in this step */
} b;

static void pull(void *board, unsigned int pin, bool level)
{
	(void)board, (void)pin, (void)level;
}

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	(void)board;
	/* Each moves two bytes at least, of one request. */
	b.fetched++;
	ASSERT(b.fetched <= MEDIUM_MOST + 16);
	if (addr > MEM || len > MEM - addr)
		return -EFAULT;
	memcpy(buf, b.mem + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	(void)board;
	if (addr > MEM || len > MEM - addr)
		return -EFAULT;
	memcpy(b.mem + addr, buf, len);
	return 0;
}

static void start(void *board, unsigned int drive,
		  const struct medium_request *q)
{
	(void)board;
	ASSERT(!b.busy[drive] && q->tag && q->op <= MEDIUM_EJECT);
	if (q->op == MEDIUM_READ || q->op == MEDIUM_WRITE)
		ASSERT(q->count && q->count <= MEDIUM_MOST / MEDIUM_SECTOR);
	b.request[drive] = *q;
	b.busy[drive] = true;
}

static uint8_t *data(void *board, unsigned int drive)
{
	(void)board;
	return b.data[drive];
}

const char *fuzz_open(void)
{
	unsigned int i;

	b.regs = malloc(sizeof(*b.regs));
	b.mem = malloc(MEM);
	b.buffer = malloc(IDE_BUFFER);
	for (i = 0; i < IDE_DRIVES; i++)
		b.data[i] = calloc(1, MEDIUM_MOST);
	return b.regs && b.mem && b.buffer && b.data[0] && b.data[1] ?
		       NULL :
		       "no memory";
}

/* Steps of an input: a byte says which; the low bits of it, where. */
enum {
	OUT, IN, DATA_OUT, DATA_IN, COMMAND, PACKET, CONTROL, BM, PRD, DONE,
	WORK, CHANGE, SCRIBBLE, STEPS
};

/* A driver's ways, for an input to begin with. */
static const uint8_t seeds[][48] = {
	/* a read by DMA, the medium done, another, in mid of which a reset */
	{ 0, 0, 0, 0, 0, BM, 4, 0x00, 0x01, BM, 0, 9, 0, PRD, 0, 0, 0x10, 0, 4,
	  0, 0x80, COMMAND, 0xc8, 5, 2, WORK, DONE, 0, 0, COMMAND, 0xc8, 7, 3,
	  WORK, CONTROL, 4, CONTROL, 0, DONE, 0, 0, DATA_IN, 2, 9 },
	/* PIO */
	{ 0, 0, 0, 0, 0, COMMAND, 0x20, 3, 4, WORK, DONE, 0, 0, DATA_IN, 2, 255,
	  COMMAND, 0x30, 9, 2, DATA_OUT, 2, 255, DATA_OUT, 2, 255, WORK, DONE,
	  0, 0, COMMAND, 0xec, 0, 0, DATA_IN, 4, 128 },
	/* packets: drive 1 is a CD-ROM */
	{ 0, 0, 0, 0, 0, OUT, 6, 0x10, PACKET, 0, 8, 0x28, 0, 0, 0, 0, 9, 0, 0,
	  3, 0, 0, 0, WORK, DONE, 1, 0, DATA_IN, 2, 200, CHANGE, 1, PACKET, 0,
	  8, 0x03, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0 },
	/* READ DMA and READ MULTIPLE, with another world at the registers */
	{ 0x77, 0x31, 0x55, 0x10, 0, COMMAND, 0x25, 3, 4, WORK, BM, 0, 9, 0,
	  DONE, 0, 0, COMMAND, 0xc5, 1, 9, DATA_OUT, 4, 255, WORK, DONE, 0, 0 },
};

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t len = MIN(sizeof(seeds[0]), size);

	if (n >= ARRAY_SIZE(seeds))
		return 0;
	memcpy(buf, seeds[n], len);
	return len;
}

static void heed(enum chip_answer answer)
{
	if (answer == CHIP_NEEDS_HOST)
		ide_work(&b.c);
}

static void out(unsigned int at, uint8_t value)
{
	heed(ide_port_write(&b.c, at, 1, value));
}

/* many() - as REP INSW and OUTSW do. */
static void many(struct fuzz_input *in, bool write)
{
	unsigned int width = 1u << (fuzz_byte(in) & 3) & 7, n = fuzz_byte(in);
	uint32_t v;

	width = width ? width : 4;
	for (n *= 4; n; n--)
		if (write)
			heed(ide_port_write(&b.c, 0, width, n * 0x01010101u));
		else
			heed(ide_port_read(&b.c, 0, width, &v));
}

static void command(struct fuzz_input *in)
{
	uint8_t code = fuzz_byte(in), at = fuzz_byte(in);

	out(2, fuzz_byte(in));
	out(3, at);
	out(4, code & 1 ? at : 0);
	out(5, 0);
	out(6, (uint8_t)(0x40 | (b.regs->device & 0x10)));
	out(7, code);
}

static void packet(struct fuzz_input *in)
{
	unsigned int i;

	out(1, fuzz_byte(in));
	out(5, fuzz_byte(in));
	out(7, 0xa0);
	for (i = 0; i < 6; i++)
		heed(ide_port_write(&b.c, 0, 2, fuzz_word(in)));
}

static void bus_master(struct fuzz_input *in)
{
	unsigned int at = fuzz_byte(in) & 7;
	uint16_t v = fuzz_word(in);

	ide_bm_read(&b.c, at, 4);
	heed(ide_bm_write(&b.c, at, at ? 4 : 1, v));
}

static void done(struct fuzz_input *in)
{
	unsigned int drive = fuzz_byte(in) & 1;
	uint8_t how = fuzz_byte(in);
	uint32_t tag = b.request[drive].tag;

	if (how & 0x80) {	/* nobody has asked for that */
		ide_medium_done(&b.c, drive, tag + how, MEDIUM_OK);
		return;
	}
	if (!b.busy[drive])
		return;
	b.busy[drive] = false;
	if (how & 0x40) {	/* another world is to do it */
		ide_medium_undo(&b.c, drive, tag);
		ide_work(&b.c);
		return;
	}
	ide_medium_done(&b.c, drive, tag, how & 1 ? MEDIUM_FAILED : MEDIUM_OK);
}

static void change(struct fuzz_input *in)
{
	uint8_t n = fuzz_byte(in);
	const struct medium_info info = { .sectors = (uint64_t)n << (n & 31),
					  .present = n & 1 };

	ide_medium_set(&b.c, n >> 1 & 1, &info);
	ide_locked(&b.c, n & 1);
}

/* scribble() - a few bytes of the registers, now. */
static void scribble(struct fuzz_input *in)
{
	size_t at = fuzz_word(in) % sizeof(*b.regs);

	fuzz_bytes(in, (uint8_t *)b.regs + at,
		   MIN(1u + (at & 7), sizeof(*b.regs) - at));
}

static void ide_step(struct fuzz_input *in)
{
	uint8_t what = fuzz_byte(in), at;
	uint32_t v;

	b.fetched = 0;
	switch (what % STEPS) {
	case OUT:
		at = fuzz_byte(in);
		heed(ide_port_write(&b.c, at & 7, 1u << (at >> 4 & 1),
				    fuzz_byte(in)));
		break;
	case IN:
		at = fuzz_byte(in);
		heed(ide_port_read(&b.c, at & 7, 1u << (at >> 4 & 1), &v));
		ide_alternate(&b.c);
		break;
	case DATA_OUT:
	case DATA_IN:
		many(in, what % STEPS == DATA_OUT);
		break;
	case COMMAND:
		command(in);
		break;
	case PACKET:
		packet(in);
		break;
	case CONTROL:
		ide_control(&b.c, fuzz_byte(in));
		break;
	case BM:
		bus_master(in);
		break;
	case PRD:
		at = fuzz_byte(in);
		put_le32(b.mem + 8 * at % TABLES, fuzz_long(in));
		put_le16(b.mem + 8 * at % TABLES + 4, fuzz_byte(in));
		b.mem[8 * at % TABLES + 7] = fuzz_byte(in);
		break;
	case DONE:
		done(in);
		break;
	case WORK:
		ide_work(&b.c);
		break;
	case CHANGE:
		change(in);
		break;
	default:
		scribble(in);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_input in = { bytes, size };
	const struct medium_info info = { .sectors = 1u << 20, .present = 1 };
	uint32_t seed = fuzz_long(&in), i;

	b.c = (struct ide_channel){ .regs = b.regs, .buffer = b.buffer,
				    .irq = { pull, NULL, 0 },
				    .dma = { mem_read, mem_write, NULL } };
	memset(b.busy, 0, sizeof(b.busy));
	memset(b.mem, 0, TABLES);
	memset(b.buffer, 0, IDE_BUFFER);
	for (i = 0; i < IDE_DRIVES; i++)
		b.c.medium[i] = (struct medium_wire){ start, data, NULL, i };
	ide_power_on(&b.c);
	ide_plug(&b.c, 0, IDE_DISK, &info, "1");
	ide_plug(&b.c, 1, IDE_CDROM, &info, "2");
	if (fuzz_byte(&in) & 1)
		b.regs->drive[0].kind = IDE_NONE;
	if (seed) {
		fuzz_scribble(b.regs, sizeof(*b.regs), seed);
		fuzz_scribble(b.buffer, IDE_BUFFER, seed);
	}
	for (i = 0; in.left && i < 400; i++)
		ide_step(&in);
	fuzz_scribble_end();
	return 0;
}
