/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_core.h - what the files of an IDE channel have of each other: the bits,
 * and the steps that a command is made of.
 *
 * Each step leaves the channel's phase, status and INTRQ as they belong
 * together, and says if the work half is wanted. A command calls one of them
 * last, and Returns what it said.
 */
#ifndef DEVICES_DISK_IDE_CORE_H
#define DEVICES_DISK_IDE_CORE_H

#include "base/bytes.h"
#include "devices/disk/ide.h"

#define ST_BSY	0x80u
#define ST_DRDY	0x40u
#define ST_DF	0x20u
#define ST_DSC	0x10u
#define ST_DRQ	0x08u
#define ST_ERR	0x01u
#define ST_GOOD	(ST_DRDY | ST_DSC)

#define ERR_UNC		0x40u	/* can not be read */
#define ERR_IDNF	0x10u	/* no such sector */
#define ERR_ABRT	0x04u
#define ERR_PASSED	0x01u	/* after a reset: the drive is well */

#define DEV_LBA		0x40u
#define DEV_SECOND	0x10u

#define CTL_HOB		0x80u
#define CTL_SRST	0x04u
#define CTL_NIEN	0x02u

/* Why the drive interrupts a packet command: in the count register. */
#define REASON_CD	0x01u	/* command or end, not data */
#define REASON_IO	0x02u	/* to the host */

#define FEATURE_DMA	0x01u	/* of PACKET */

#define BM_START	0x01u
#define BM_TO_MEMORY	0x08u
#define BM_ACTIVE	0x01u
#define BM_ERROR	0x02u
#define BM_INTR		0x04u

#define CD_SECTOR	2048u
#define CD_FACTOR	(CD_SECTOR / MEDIUM_SECTOR)

/* ide_once() - a register that another world may change between two looks. */
static inline uint32_t ide_once(const uint32_t *reg)
{
	uint32_t v;

	copy_once(&v, reg, sizeof(v));
	return v;
}

/* ide_selected() - which drive; ide_drive() - its registers. */
static inline unsigned int ide_selected(const struct ide_channel *c)
{
	return c->regs->device & DEV_SECOND ? 1 : 0;
}

static inline struct ide_drive_regs *ide_drive(const struct ide_channel *c)
{
	return &c->regs->drive[ide_selected(c)];
}

/* ---- steps (ide.c) ------------------------------------------------------- */

/* ide_line() - drive INTRQ: a drive that is not selected does not pull, and
 * with nIEN none does. */
void ide_line(struct ide_channel *c);

/* ide_interrupt() - the selected drive pulls INTRQ. */
void ide_interrupt(struct ide_channel *c);

/* ide_signature() - what tells a drive's kind, after resets. */
void ide_signature(struct ide_channel *c, unsigned int drive);

/* ide_end() - the task is over: idle, no DRQ. @status: ST_*; @error: ERR_* */
enum chip_answer ide_end(struct ide_channel *c, unsigned int status,
			 unsigned int error);

/* ide_fail() - a disk's command went wrong: idle, DRDY, DSC and ERR, INTRQ.
 * @error: ERR_* */
enum chip_answer ide_fail(struct ide_channel *c, unsigned int error);

/* ide_finish() - it went well, and all data has gone; INTRQ. */
enum chip_answer ide_finish(struct ide_channel *c);

/* ide_busy() - the work half has @job to do. */
enum chip_answer ide_busy(struct ide_channel *c, enum ide_job job);

/* ide_dma_wait() - the work half has @job to do once the bus master runs. */
enum chip_answer ide_dma_wait(struct ide_channel *c, enum ide_job job);

/* ide_present() - @len bytes are in the buffer for the guest to read. */
enum chip_answer ide_present(struct ide_channel *c, uint32_t len);

/* ide_collect() - it is to write the next of what is left. @first: INTRQ does
 * not tell it of the first block */
enum chip_answer ide_collect(struct ide_channel *c, bool first);

/* ide_packet() - it is to write a packet. */
enum chip_answer ide_packet(struct ide_channel *c);

/* ---- commands ------------------------------------------------------------ */

/* ata_command() - the command register was written. */
enum chip_answer ata_command(struct ide_channel *c, uint8_t code);

/* ata_identify() - the 512 bytes that the selected drive says of itself. */
void ata_identify(const struct ide_drive_regs *drive, uint8_t page[512]);

/* ata_set_features() / ata_smart() - these commands. */
enum chip_answer ata_set_features(struct ide_channel *c, unsigned int how);
enum chip_answer ata_smart(struct ide_channel *c, unsigned int how);

/* atapi_command() - a packet is in the buffer. */
enum chip_answer atapi_command(struct ide_channel *c);

/* atapi_ended() - its data has gone, or what it asked of the medium is done. */
enum chip_answer atapi_ended(struct ide_channel *c);

/* atapi_fail() - it went wrong. */
enum chip_answer atapi_fail(struct ide_channel *c, unsigned int sense,
			    unsigned int asc, unsigned int ascq);

/* Replies: bytes of the buffer. @p: the packet; Return: how long it would be,
 * or 0: there is no such thing. They are zero before. */
#define REPLY_MOST 512u
uint32_t atapi_inquiry(const struct ide_drive_regs *d, const uint8_t *p,
		       uint8_t *reply);
uint32_t atapi_mode_sense(const struct ide_drive_regs *d, const uint8_t *p,
			  uint8_t *reply);
uint32_t atapi_toc(const struct ide_drive_regs *d, const uint8_t *p,
		   uint8_t *reply);
uint32_t atapi_configuration(const struct ide_drive_regs *d, const uint8_t *p,
			     uint8_t *reply);
uint32_t atapi_disc_info(const struct ide_drive_regs *d, const uint8_t *p,
			 uint8_t *reply);
uint32_t atapi_mechanism(const struct ide_drive_regs *d, const uint8_t *p,
			 uint8_t *reply);
uint32_t atapi_capacity(const struct ide_drive_regs *d, const uint8_t *p,
			uint8_t *reply);

/* atapi_frames() - of the medium: sectors of 2048 bytes. */
uint32_t atapi_frames(const struct ide_drive_regs *d);

/* ---- bus master (ide_bm.c) ----------------------------------------------- */

/* ide_bm_runs() - it may move data. */
bool ide_bm_runs(const struct ide_channel *c);

/**
 * ide_bm_move() - between @data and memory that the table names
 * @to_memory: else from there
 *
 * Return: how many bytes; fewer than @len if the table ended or memory is not
 * there, and then it runs no more.
 */
uint32_t ide_bm_move(struct ide_channel *c, uint8_t *data, uint32_t len,
		     bool to_memory);

#endif
