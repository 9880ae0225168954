/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_ide.h - an IDE channel on a bench: guest memory, two media of any size,
 * and what a driver does.
 *
 * A medium's sector holds a pattern of its number until it is written. What is
 * asked of it waits until ide_settle(), so a test may look in between.
 */
#ifndef TESTS_CHIP_LIB_IDE_H
#define TESTS_CHIP_LIB_IDE_H

#include "devices/disk/ide.h"

#define IDE_MEM		(1u << 20)	/* bytes of guest memory, from 0 on */
#define IDE_WRITTEN	2048u		/* sectors that can be written */

/* Registers of the command block. */
enum {
	R_DATA, R_ERROR, R_COUNT, R_LOW, R_MID, R_HIGH, R_DEVICE, R_STATUS,
	R_FEATURE = R_ERROR, R_COMMAND = R_STATUS,
};

#define BSY	0x80
#define DRDY	0x40
#define DF	0x20
#define DSC	0x10
#define DRQ	0x08
#define ERR	0x01
#define GOOD	(DRDY | DSC)

struct ide_bench_medium {
	uint64_t sectors;
	uint64_t number[IDE_WRITTEN];
	uint8_t content[IDE_WRITTEN][MEDIUM_SECTOR];
	unsigned int written;
	uint8_t data[MEDIUM_MOST];
	struct medium_request request;	/* under way */
	bool busy;
	unsigned int started, flushed, ejected;
	unsigned int fail_at;	/* the so-manieth request fails; 0: none */
};

struct ide_bench {
	struct ide_regs regs;
	struct ide_channel c;
	uint8_t buffer[IDE_BUFFER];
	uint8_t mem[IDE_MEM];
	struct ide_bench_medium medium[IDE_DRIVES];
	bool level;
	unsigned int rises;
	bool host_asked;	/* CHIP_NEEDS_HOST was answered */
	bool no_host;		/* it is not heeded */
	unsigned int dma_reads;
};

/* ide_bench_new() - a channel with nothing plugged in; ide_bench_plug() - a
 * drive of @sectors (512 bytes); 0: no medium. */
void ide_bench_new(struct ide_bench *b);
void ide_bench_plug(struct ide_bench *b, unsigned int drive, enum ide_kind kind,
		    uint64_t sectors);

uint8_t in(struct ide_bench *b, unsigned int at);
void out(struct ide_bench *b, unsigned int at, uint8_t value);
uint32_t in_data(struct ide_bench *b, unsigned int width);
void out_data(struct ide_bench *b, unsigned int width, uint32_t value);

/* read_block() / write_block() - by 16-bit accesses. */
void read_block(struct ide_bench *b, void *to, unsigned int len);
void write_block(struct ide_bench *b, const void *from, unsigned int len);

/* command() - LBA28, and its register; lba48() - with both halves. */
void command(struct ide_bench *b, uint8_t code, uint32_t lba, uint8_t count);
void lba48(struct ide_bench *b, uint8_t code, uint64_t lba, uint16_t count);

/* task_ended() - well, and nothing is left to be moved; task_failed() - with
 * that in the error register. */
void task_ended(struct ide_bench *b);
void task_failed(struct ide_bench *b, uint8_t error);

/* disk_signature() - what a disk shows after a reset, and @status. */
void disk_signature(struct ide_bench *b, uint8_t status);

/* identify() - IDENTIFY DEVICE; @to: receives 512 bytes. */
void identify(struct ide_bench *b, void *to);

/* same_sectors() - @data is what drive 0's medium holds in @n sectors. */
void same_sectors(struct ide_bench *b, const uint8_t *data, uint64_t first,
		  unsigned int n);

/* ide_settle() - media do what they were asked for, until nothing is. */
void ide_settle(struct ide_bench *b);
/* ide_settle_one() - Return: false if nothing was asked. */
bool ide_settle_one(struct ide_bench *b);

/* sector_of() - what a medium holds; pattern() - what it held at first. */
void pattern(uint64_t sector, uint8_t to[MEDIUM_SECTOR]);
void sector_of(const struct ide_bench_medium *m, uint64_t sector,
	       uint8_t to[MEDIUM_SECTOR]);

/* Bus master: prd() writes descriptor @n of the table at TABLE. */
#define TABLE	0x8000u
#define PRD_END	0x80000000u
void prd(struct ide_bench *b, unsigned int n, uint32_t addr, uint32_t count);
void bm_start(struct ide_bench *b, bool to_memory);
uint8_t bm_status(struct ide_bench *b);
void bm_stop(struct ide_bench *b);

#endif
