/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa_bits.h - the bits of the 82077AA's registers, and what its two
 * halves have of each other. For the chip itself and its tests.
 */
#ifndef DEVICES_DISK_I82077AA_BITS_H
#define DEVICES_DISK_I82077AA_BITS_H

#include "devices/disk/i82077aa.h"

/* Ports (2.1) */
enum {
	FDC_SRA, FDC_SRB, FDC_DOR, FDC_TDR, FDC_MSR, FDC_FIFO, FDC_NOT_OURS,
	FDC_DIR, FDC_DSR = FDC_MSR, FDC_CCR = FDC_DIR
};

#define DOR_SELECT	0x03
#define DOR_RUN		0x04	/* -RESET */
#define DOR_GATE	0x08	/* INT and DRQ are connected */
#define DOR_MOTOR0	0x10	/* shifted by the drive's number */

#define MSR_COMMAND	0x10
#define MSR_NON_DMA	0x20
#define MSR_DIO		0x40	/* the host is to read */
#define MSR_RQM		0x80	/* it may read or write */

#define DSR_RATE	0x03
#define DSR_RESET	0x80

#define DIR_CHANGED	0x80

/* Status registers (6.0) */
#define ST0_ABNORMAL	0x40
#define ST0_INVALID	0x80
#define ST0_POLLED	0xc0
#define ST0_SEEK_END	0x20
#define ST0_CHECK	0x10	/* no track 0 was found */
#define ST0_HEAD	0x04

#define ST1_END		0x80	/* a sector after the last one was wanted */
#define ST1_DATA	0x20	/* CRC error */
#define ST1_OVERRUN	0x10
#define ST1_NO_DATA	0x04	/* no such sector */
#define ST1_PROTECTED	0x02
#define ST1_NO_MARK	0x01

#define ST2_MARK	0x40	/* the other kind of data mark */
#define ST2_DATA	0x20	/* CRC error in the data */
#define ST2_CYLINDER	0x10	/* the track is another one */

#define ST3_ONES	0x28
#define ST3_PROTECTED	0x40
#define ST3_TRACK0	0x10

/* Commands: bits of the first byte, and codes without them (5.0). */
#define CMD_MT		0x80
#define CMD_MFM		0x40
#define CMD_SK		0x20
#define CMD_CODE	0x1f
enum {
	CMD_READ_TRACK = 0x02, CMD_WRITE = 0x05, CMD_READ = 0x06,
	CMD_WRITE_DELETED = 0x09, CMD_READ_ID = 0x0a, CMD_READ_DELETED = 0x0c,
	CMD_FORMAT = 0x0d, CMD_VERIFY = 0x16
};

#define VERIFY_EC	0x80	/* of the second byte */

#define SPECIFY_NON_DMA	0x01	/* of the second byte */
#define CONFIG_EIS	0x40	/* implied seeks */
#define CONFIG_NO_FIFO	0x20
#define CONFIG_NO_POLL	0x10
#define CONFIG_FIFO	0x2f	/* what LOCK keeps */
#define CONFIG_BITS	0x7f

#define PERP_OW		0x80
#define PERP_GAPS	0x03	/* GAP and WGATE */
#define PERP_DRIVES	0x3c

/* Why INT is high. */
#define IRQ_RESULT	0x01
#define IRQ_SENSE	0x02
#define IRQ_DATA	0x04

enum i82077aa_phase { PHASE_COMMAND, PHASE_EXECUTION, PHASE_RESULT };

/* Where a command with data is. */
enum i82077aa_step {
	STEP_WORK,	/* the work half is to begin a run of sectors */
	STEP_MEDIUM,	/* a request is under way */
	STEP_GIVE,	/* without DMA: the host reads data[] */
	STEP_TAKE,	/* without DMA: the host writes data[] */
	STEP_MOVED,	/* the host has done so: the work half goes on */
	STEP_END,	/* the result is there, and shown by an alarm */
};

/* i82077aa_irq() - drive INT. */
void i82077aa_irq(const struct i82077aa *c);

#define DELAY_NS	50000u		/* a moment */
#define PATIENCE_NS	50000000u	/* for a host without DMA */

/* i82077aa_due() - set an alarm @ns from now. @which: 0-3 a drive's seek, or
 * I82077AA_DUE_* */
void i82077aa_due(struct i82077aa *c, unsigned int which, uint32_t ns);

/* i82077aa_waiting() - without DMA: time has passed while the host was to move
 * data. */
void i82077aa_waiting(struct i82077aa *c);

/* i82077aa_drive() - that is on the cable. @select: 0-3. Return: NULL: none. */
struct floppy_drive *i82077aa_drive(const struct i82077aa *c,
				    unsigned int select);

/* i82077aa_step_head() - by so many tracks, inward if positive. */
void i82077aa_step_head(struct i82077aa *c, unsigned int select, int tracks);

#endif
