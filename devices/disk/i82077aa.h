/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa.h - Intel 82077AA floppy disk controller, strapped for a PC/AT, and
 * the drives at its cable.
 *
 * Source: Intel 82077AA data sheet (order 290166); sections and tables are
 * named where they are followed. Its command set has no SCAN and no PART ID:
 * these are invalid codes (80h), as on the chip.
 *
 * The chip is in two halves that share nothing but struct i82077aa_regs:
 *   register half (i82077aa.c)	answers the ports, does what needs no data;
 *   work half (i82077aa_data.c)	moves sectors, in the world with media.
 *
 * 1. Any content of the registers is safe (devices/wires.h). The command's
 *    bytes lie in a ring that no count can leave (tests: "venom").
 * 2. No interrupt comes from inside a port access: an end, a seek's or a
 *    command's, is an alarm of the clock wire a moment (DELAY) later.
 * 3. A drive has one request under way at most, also if the chip was reset
 *    meanwhile: the next one waits for its end, and its data goes nowhere.
 * 4. An image holds sectors of 512 bytes and no more: no deleted marks (WRITE
 *    DELETED writes plain ones), no gaps, no other sizes. FORMAT TRACK fills
 *    the sectors of a track as the medium has it; another layout fails.
 * 5. A drive that turns no disk (none in it, motor off, wrong data rate) finds
 *    no address mark, and the command ends so; a real chip without an index
 *    pulse would wait for ever.
 */
#ifndef DEVICES_DISK_I82077AA_H
#define DEVICES_DISK_I82077AA_H

#include "devices/disk/floppy_format.h"
#include "devices/medium.h"
#include "devices/wires.h"

#define I82077AA_DRIVES		2	/* at the cable */
#define I82077AA_SELECTS	4	/* that the chip knows */
#define I82077AA_BYTES		16	/* of a command or a result: 10 */

/* Its alarms: the end of a seek of each drive, then these. */
enum {
	I82077AA_DUE_RESET = I82077AA_SELECTS, I82077AA_DUE_RESULT,
	I82077AA_DUES
};

struct floppy_drive {
	struct medium_info medium;
	uint8_t type;		/* enum floppy_type; FLOPPY_NONE: no drive */
	uint8_t at;		/* its head: steps from the outermost track */
	uint8_t changed;	/* DSKCHG: no step since a disk was put in */
};

struct i82077aa_regs {
	uint64_t due_ns[I82077AA_DUES];	/* 0: not awaited */
	struct floppy_drive drive[I82077AA_DRIVES];
	uint8_t dor, tdr, rate;
	uint8_t specify[2];
	uint8_t config, pretrk, perpendicular, lock;
	uint8_t pcn[I82077AA_SELECTS];	/* where the chip takes heads to be */
	uint8_t seeking;		/* bits: drives */
	uint8_t sensed;			/* bits: whose end is to be sensed */
	uint8_t sense[I82077AA_SELECTS]; /* ST0 for it */
	uint8_t irq;			/* why INT is high */
	uint8_t phase;			/* enum i82077aa_phase */
	uint8_t at, count;		/* bytes[]: next, number of results */
	uint8_t bytes[I82077AA_BYTES];	/* a command so far, or a result */
	uint8_t turn;			/* which sector passes the head next */

	/* [a command with data, while it runs] */
	uint8_t step;			/* enum i82077aa_step */
	uint8_t op;			/* its first byte */
	uint8_t drive_head;		/* its second; HDS as it is now */
	uint8_t c, h, r, n, eot, dtl;	/* the rest; r: the next sector */
	uint8_t run;			/* sectors that are under way */
	uint8_t tc;			/* TC came with them */
	uint8_t starved;		/* memory gave less than they are */
	uint16_t left;			/* VERIFY with EC: still to do */
	uint16_t data_at, data_end;	/* without DMA: of data[] */
	uint8_t data[MEDIUM_SECTOR];
};

struct i82077aa {
	struct i82077aa_regs *regs;
	struct irq_wire irq;
	struct clock_wire clock;
	struct drq_wire drq;
	struct medium_wire medium[I82077AA_DRIVES];
	/* [the world with media] */
	uint32_t tag;			/* of the newest request */
	bool flying[I82077AA_DRIVES];	/* one is under way */
};

/* i82077aa_reset() - power-on; there are no drives yet. */
void i82077aa_reset(struct i82077aa *c);

/* i82077aa_attach() - put a drive on the cable. @drive: 0-1 */
void i82077aa_attach(struct i82077aa *c, unsigned int drive,
		     enum floppy_type type);

/* i82077aa_medium_set() - what is in a drive is another, or nothing. */
void i82077aa_medium_set(struct i82077aa *c, unsigned int drive,
			 const struct medium_info *info);

/*
 * i82077aa_port_read() / i82077aa_port_write() - an access. @offset: 0-7 from
 * 3F0h; 6 is not the chip's.
 * Return: CHIP_DONE, or CHIP_NEEDS_HOST: i82077aa_work() has work.
 */
enum chip_answer i82077aa_port_read(struct i82077aa *c, unsigned int offset,
				    uint8_t *value);
enum chip_answer i82077aa_port_write(struct i82077aa *c, unsigned int offset,
				     uint8_t value);

/* i82077aa_tick() - the alarm rang, or might have. */
void i82077aa_tick(struct i82077aa *c);

/* i82077aa_work() - go on with a command's data, if there is one and the media
 * are in this world. */
void i82077aa_work(struct i82077aa *c);

/* i82077aa_medium_done() - a request has ended: enum medium_result @result. */
void i82077aa_medium_done(struct i82077aa *c, unsigned int drive, uint32_t tag,
			  enum medium_result result);

#endif
