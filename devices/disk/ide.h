/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide.h - an IDE channel: two drives, disks (ata.c) or CD-ROMs (atapi.c), and
 * its half of the PIIX3's bus master.
 *
 * Sources: ATA/ATAPI-6 (T13 1410D) with the 48-bit addresses, ATA/ATAPI-4 for
 * the older commands, SFF-8020i and MMC-3 for packets, SFF-8038i (bus master),
 * Intel 82371SB (PIIX3) data sheet.
 *
 * 1. Two halves, as the Lance's. The register half answers ports; it touches
 *    neither media nor guest memory, and says CHIP_NEEDS_HOST when there is
 *    something to do for ide_work(), which does both.
 * 2. A channel has one task at a time, the selected drive's: while BSY or DRQ
 *    are set the command block can not be written, so nobody selects the
 *    other one. What ends a task early is a reset.
 * 3. A request to a medium may be under way when its task is gone. Its result
 *    then counts for nothing, and the drive's next request waits for it.
 *    Which is under way is kept in the handle, where no guest gets.
 * 4. Data that goes by port lies in a buffer that both worlds have, so a word
 *    needs no world switch; by bus master it goes between the medium's own
 *    buffer and guest memory.
 * 5. A step is bounded: MEDIUM_MOST bytes at a time, and each descriptor moves
 *    two bytes at least, whatever a table without end says.
 */
#ifndef DEVICES_DISK_IDE_H
#define DEVICES_DISK_IDE_H

#include "devices/medium.h"
#include "devices/wires.h"

#define IDE_DRIVES	2u
#define IDE_BUFFER	(64u << 10)	/* bytes: what goes by port */
#define IDE_PORTS	8u		/* command block */
#define IDE_BM_PORTS	8u		/* bus master, of a channel */
#define IDE_SERIAL	20u		/* characters */

enum ide_kind { IDE_NONE, IDE_DISK, IDE_CDROM, IDE_KINDS };

/* What a channel is at. */
enum ide_phase {
	IDE_IDLE,
	IDE_PACKET,	/* DRQ: the guest writes a packet's 12 bytes */
	IDE_IN,		/* DRQ: it reads from the buffer */
	IDE_OUT,	/* DRQ: it writes into it */
	IDE_BUSY,	/* BSY: the work half has work, or waits for a medium */
	IDE_DMA,	/* BSY: the work half has work once START is set */
};

/* What the work half has to do then. */
enum ide_job {
	IDE_JOB_NONE,
	IDE_JOB_READ, IDE_JOB_WRITE, IDE_JOB_VERIFY, IDE_JOB_FLUSH,
	IDE_JOB_EJECT,
	IDE_JOB_REPLY,	/* what is in the buffer, by bus master */
};

/* A drive. Registers that hold two bytes have the one that was written
 * before in [1]: 48-bit addresses (6.20). */
struct ide_drive_regs {
	uint8_t kind;		/* enum ide_kind */
	uint8_t status, error;
	uint8_t irq;		/* not 0: INTRQ, while it is selected */
	uint8_t feature[2], count[2], low[2], mid[2], high[2];
	uint8_t multiple;	/* sectors of a block; 0: not set */
	uint8_t heads, per_track;
	uint8_t mode;		/* of transfer, as SET FEATURES has it */
	uint8_t write_through;	/* the guest wants no write cache */
	uint8_t no_look_ahead, smart_off, standby;
	/* A CD-ROM's: what went wrong, and what it has to say. */
	uint8_t sense, asc, ascq;
	uint8_t attention;	/* the medium may be another */
	uint8_t event;		/* of the medium, for GET EVENT STATUS */
	uint8_t locked, open;
	char serial[IDE_SERIAL];
	struct medium_info info;
};

struct ide_bm_regs {
	uint8_t command, status;
	uint32_t table;		/* address */
	/* where it is in it: next descriptor, and what the last one left */
	uint32_t next, addr, room;
	uint8_t last;		/* that was the end of the table */
};

struct ide_regs {
	struct ide_drive_regs drive[IDE_DRIVES];
	uint8_t device, control;
	uint8_t phase, job;
	uint8_t packet;		/* not 0: the task is a packet's */
	uint8_t dma;		/* not 0: the task's data goes by bus master */
	uint8_t line;		/* INTRQ as it was last told */
	uint32_t tag;		/* of the request it waits for; 0: of none */
	uint64_t sector;	/* the medium's, 512 bytes: next to be moved */
	uint32_t left;		/* how many; */
	uint32_t block;		/* bytes of a DRQ block */
	uint32_t at, end;	/* in the buffer: of this block */
	uint32_t filled;	/* and of all that is in it */
	struct ide_bm_regs bm;
};

/* A request that is under way. */
struct ide_flight {
	bool busy;
	struct medium_request request;
	struct ide_bm_regs before;	/* the bus master, before a WRITE's
					 * data was fetched */
};

struct ide_channel {
	struct ide_regs *regs;
	uint8_t *buffer;	/* IDE_BUFFER bytes, in memory as @regs is;
				 * NULL: reads as 0 */
	struct irq_wire irq;
	struct dma_wire dma;
	struct medium_wire medium[IDE_DRIVES];
	struct ide_flight flight[IDE_DRIVES];	/* the work half's own */
	uint32_t last_tag;
};

/* A disk's geometry, as it tells of itself. */
struct ide_geometry {
	uint16_t cylinders;	/* at most 16383 */
	uint8_t heads;		/* 1 to 16 */
	uint8_t per_track;	/* 1 to 63 */
};

/**
 * ide_geometry() - of a disk
 * @info: any
 *
 * The one that it was partitioned with, if a disk can have it; else the usual
 * one. (More heads than a disk can have are a BIOS's translation.)
 */
void ide_geometry(const struct medium_info *info, struct ide_geometry *out);

/* ide_power_on() - all registers, no drive. */
void ide_power_on(struct ide_channel *c);

/**
 * ide_plug() - a drive is there, at power-on
 * @drive: 0 or 1
 * @info: copied
 * @serial: its number, as IDENTIFY tells it
 */
void ide_plug(struct ide_channel *c, unsigned int drive, enum ide_kind kind,
	      const struct medium_info *info, const char *serial);

/**
 * ide_medium_set() - while it runs, somebody put something into a CD-ROM drive,
 * or took it out
 */
void ide_medium_set(struct ide_channel *c, unsigned int drive,
		    const struct medium_info *info);

/* ide_locked() - the guest wants nobody to open the tray. */
bool ide_locked(const struct ide_channel *c, unsigned int drive);

/**
 * ide_port_read() / ide_port_write() - the command block
 * @at: 0-7
 * @width: 1, 2 or 4 bytes; but for the data port (0) it is a byte's at @at and
 *	those that follow
 */
enum chip_answer ide_port_read(struct ide_channel *c, unsigned int at,
			       unsigned int width, uint32_t *value);
enum chip_answer ide_port_write(struct ide_channel *c, unsigned int at,
				unsigned int width, uint32_t value);

/* ide_alternate() - the control block's byte, read: status, and no more. */
uint8_t ide_alternate(const struct ide_channel *c);

/* ide_control() - it is written: SRST, nIEN, HOB. */
void ide_control(struct ide_channel *c, uint8_t value);

/* ide_bm_read() / ide_bm_write() - the bus master's ports. @at: 0-7 */
uint32_t ide_bm_read(const struct ide_channel *c, unsigned int at,
		     unsigned int width);
enum chip_answer ide_bm_write(struct ide_channel *c, unsigned int at,
			      unsigned int width, uint32_t value);

/* ide_work() - the work half: begin what can be begun. */
void ide_work(struct ide_channel *c);

/* ide_at_work() - which drive the work half is for. */
unsigned int ide_at_work(const struct ide_channel *c);

/* ide_has_work() - would it begin something? Not while the drive's last request
 * is under way. */
bool ide_has_work(const struct ide_channel *c);

/* ide_medium_done() - the request of @drive with that tag has ended. The data
 * of a READ is in the medium's buffer. */
void ide_medium_done(struct ide_channel *c, unsigned int drive, uint32_t tag,
		     enum medium_result result);

/* ide_medium_ended() - ide_medium_done(), but it begins no next request. The
 * caller asks ide_has_work(), and calls ide_work() when it likes. */
void ide_medium_ended(struct ide_channel *c, unsigned int drive, uint32_t tag,
		      enum medium_result result);

/* ide_medium_undo() - that request counts as never begun: another world's work
 * half, or this one's, may begin it again. */
void ide_medium_undo(struct ide_channel *c, unsigned int drive, uint32_t tag);

#endif
