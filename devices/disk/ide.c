/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide.c - an IDE channel's ports, resets and PIO: see ide.h.
 *
 * Where a drive is missing (ATA/ATAPI-6, 9.16): a channel with none floats, all
 * ones; beside one that is there, the missing one's status is 0, and its other
 * registers are those of the one that is.
 *
 * A position in the buffer is only ever used below IDE_BUFFER, whatever the
 * registers hold, or come to hold meanwhile.
 */
#include "devices/disk/ide.h"

#include <string.h>

#include "base/bytes.h"
#include "devices/disk/ide_core.h"

enum {	/* the command block */
	PORT_DATA, PORT_ERROR, PORT_COUNT, PORT_LOW, PORT_MID, PORT_HIGH,
	PORT_DEVICE, PORT_STATUS,
	PORT_FEATURE = PORT_ERROR, PORT_COMMAND = PORT_STATUS,
};

#define DEVICE_FIXED	0xa0u	/* bits that read as 1 */
#define DEVICE_RESET	0x08u	/* the command that a busy drive obeys */
#define PACKET_SIZE	12u
#define MODE_START	0x22u	/* multiword DMA 2, as a BIOS would set */

/* ---- INTRQ --------------------------------------------------------------- */

void ide_line(struct ide_channel *c)
{
	struct ide_regs *r = c->regs;
	bool level = ide_drive(c)->irq && !(r->control & CTL_NIEN);

	if (level && !r->line)
		r->bm.status |= BM_INTR;
	r->line = level;
	irq_wire_set(&c->irq, level);
}

void ide_interrupt(struct ide_channel *c)
{
	ide_drive(c)->irq = 1;
	ide_line(c);
}

/* ---- steps --------------------------------------------------------------- */

static void set_status(struct ide_channel *c, unsigned int status)
{
	ide_drive(c)->status = (uint8_t)status;
}

enum chip_answer ide_end(struct ide_channel *c, unsigned int status,
			 unsigned int error)
{
	c->regs->phase = IDE_IDLE;
	ide_drive(c)->error = (uint8_t)error;
	set_status(c, status);
	return CHIP_DONE;
}

enum chip_answer ide_fail(struct ide_channel *c, unsigned int error)
{
	ide_end(c, ST_GOOD | ST_ERR, error);
	ide_interrupt(c);
	return CHIP_DONE;
}

enum chip_answer ide_finish(struct ide_channel *c)
{
	if (c->regs->packet)
		return atapi_ended(c);
	ide_end(c, ST_GOOD, 0);
	ide_interrupt(c);
	return CHIP_DONE;
}

enum chip_answer ide_busy(struct ide_channel *c, enum ide_job job)
{
	c->regs->phase = IDE_BUSY;
	c->regs->job = (uint8_t)job;
	c->regs->tag = 0;
	set_status(c, ST_BSY);
	return CHIP_NEEDS_HOST;
}

enum chip_answer ide_dma_wait(struct ide_channel *c, enum ide_job job)
{
	c->regs->phase = IDE_DMA;
	c->regs->job = (uint8_t)job;
	c->regs->tag = 0;
	set_status(c, ST_GOOD | ST_DRQ);
	return ide_bm_runs(c) ? CHIP_NEEDS_HOST : CHIP_DONE;
}

/* next_block() - of what is in the buffer, or is to come there. */
static void next_block(struct ide_channel *c)
{
	struct ide_regs *r = c->regs;
	struct ide_drive_regs *d = ide_drive(c);

	r->end = MIN(r->filled, r->at + r->block);
	set_status(c, ST_GOOD | ST_DRQ);
	if (!r->packet)
		return;
	d->count[0] = REASON_IO;
	d->mid[0] = (uint8_t)(r->end - r->at);
	d->high[0] = (uint8_t)((r->end - r->at) >> 8);
}

enum chip_answer ide_present(struct ide_channel *c, uint32_t len)
{
	c->regs->phase = IDE_IN;
	c->regs->at = 0;
	c->regs->filled = len;
	next_block(c);
	ide_interrupt(c);
	return CHIP_DONE;
}

enum chip_answer ide_collect(struct ide_channel *c, bool first)
{
	struct ide_regs *r = c->regs;

	r->phase = IDE_OUT;
	r->at = 0;
	r->filled = MIN(r->left, IDE_BUFFER / MEDIUM_SECTOR) * MEDIUM_SECTOR;
	next_block(c);
	if (!first)
		ide_interrupt(c);
	return CHIP_DONE;
}

enum chip_answer ide_packet(struct ide_channel *c)
{
	c->regs->phase = IDE_PACKET;
	c->regs->packet = 1;
	c->regs->at = 0;
	c->regs->end = PACKET_SIZE;
	ide_drive(c)->count[0] = REASON_CD;
	set_status(c, ST_GOOD | ST_DRQ);
	return CHIP_DONE;
}

/* ---- the data port ------------------------------------------------------- */

/* was_read() - the guest has a whole block. */
static enum chip_answer was_read(struct ide_channel *c)
{
	struct ide_regs *r = c->regs;

	if (r->at < r->filled) {
		next_block(c);
		ide_interrupt(c);
		return CHIP_DONE;
	}
	if (r->left)
		return ide_busy(c, IDE_JOB_READ);
	if (r->packet)
		return ide_finish(c);
	return ide_end(c, ST_GOOD, 0);	/* no INTRQ: it was told before */
}

/* was_written() - a block, or a packet, is here. */
static enum chip_answer was_written(struct ide_channel *c)
{
	struct ide_regs *r = c->regs;

	if (r->phase == IDE_PACKET)
		return atapi_command(c);
	if (r->at >= r->filled)
		return ide_busy(c, IDE_JOB_WRITE);
	next_block(c);
	ide_interrupt(c);
	return CHIP_DONE;
}

/* An access that is wider than what is left of a block has that much. */
static enum chip_answer data_read(struct ide_channel *c, unsigned int width,
				  uint32_t *value)
{
	struct ide_regs *r = c->regs;
	uint32_t at = r->at, end = r->end, i;

	*value = 0;
	if (r->phase != IDE_IN)
		return CHIP_DONE;
	for (i = 0; i < width && at < end; i++, at++)
		if (c->buffer)
			*value |= (uint32_t)c->buffer[at % IDE_BUFFER] << 8 * i;
	r->at = at;
	return at < end ? CHIP_DONE : was_read(c);
}

static enum chip_answer data_write(struct ide_channel *c, unsigned int width,
				   uint32_t value)
{
	struct ide_regs *r = c->regs;
	uint32_t at = r->at, end = r->end, i;

	if (r->phase != IDE_OUT && r->phase != IDE_PACKET)
		return CHIP_DONE;
	for (i = 0; i < width && at < end; i++, at++)
		if (c->buffer)
			c->buffer[at % IDE_BUFFER] = (uint8_t)(value >> 8 * i);
	r->at = at;
	return at < end ? CHIP_DONE : was_written(c);
}

/* ---- resets -------------------------------------------------------------- */

void ide_signature(struct ide_channel *c, unsigned int drive)
{
	struct ide_drive_regs *d = &c->regs->drive[drive];
	bool cd = d->kind == IDE_CDROM;

	d->error = ERR_PASSED;
	d->count[0] = d->low[0] = 1;
	d->mid[0] = cd ? 0x14 : 0;
	d->high[0] = cd ? 0xeb : 0;
	d->status = cd ? 0 : ST_GOOD;
	d->irq = 0;
}

/* reset_drives() - a hard reset, or SRST: no task is left. */
static void reset_drives(struct ide_channel *c, unsigned int status)
{
	struct ide_regs *r = c->regs;
	unsigned int i;

	r->device = 0;
	for (i = 0; i < IDE_DRIVES; i++) {
		ide_signature(c, i);
		r->drive[i].standby = 0;
		if (status)
			r->drive[i].status = (uint8_t)status;
	}
	r->phase = IDE_IDLE;
}

void ide_power_on(struct ide_channel *c)
{
	memset(c->regs, 0, sizeof(*c->regs));
	ide_line(c);
}

void ide_control(struct ide_channel *c, uint8_t value)
{
	uint8_t old = c->regs->control;

	c->regs->control = value & (CTL_HOB | CTL_SRST | CTL_NIEN);
	if (value & CTL_SRST)
		reset_drives(c, ST_BSY);
	else if (old & CTL_SRST)
		reset_drives(c, 0);
	ide_line(c);
}

/* ---- the command block --------------------------------------------------- */

static bool task_there(const struct ide_channel *c, unsigned int drive)
{
	uint8_t kind = c->regs->drive[drive].kind;

	return kind == IDE_DISK || kind == IDE_CDROM;
}

/* task_answers() - the drive whose registers are read; NULL: nobody's. */
static const struct ide_drive_regs *task_answers(const struct ide_channel *c)
{
	unsigned int n = ide_selected(c);

	if (!task_there(c, n))
		n ^= 1;
	return task_there(c, n) ? &c->regs->drive[n] : NULL;
}

uint8_t ide_alternate(const struct ide_channel *c)
{
	if (!task_answers(c))
		return 0xff;
	return task_there(c, ide_selected(c)) ? ide_drive(c)->status : 0;
}

static uint8_t read_status(struct ide_channel *c)
{
	ide_drive(c)->irq = 0;
	ide_line(c);
	return ide_alternate(c);
}

static uint8_t read_byte(struct ide_channel *c, unsigned int at)
{
	const struct ide_drive_regs *d = task_answers(c);
	unsigned int old = c->regs->control & CTL_HOB ? 1 : 0;

	if (!d)
		return 0xff;
	switch (at) {
	case PORT_ERROR:
		return d->error;
	case PORT_COUNT:
		return d->count[old];
	case PORT_LOW:
		return d->low[old];
	case PORT_MID:
		return d->mid[old];
	case PORT_HIGH:
		return d->high[old];
	case PORT_DEVICE:
		return c->regs->device | DEVICE_FIXED;
	default:
		return read_status(c);
	}
}

static void task_push(uint8_t reg[2], uint8_t value)
{
	reg[1] = reg[0];
	reg[0] = value;
}

/* task_latch() - both drives take what is written, whichever is selected. */
static void task_latch(struct ide_channel *c, unsigned int at, uint8_t value)
{
	struct ide_drive_regs *d;

	for (d = c->regs->drive; d < c->regs->drive + IDE_DRIVES; d++)
		switch (at) {
		case PORT_FEATURE:
			task_push(d->feature, value);
			break;
		case PORT_COUNT:
			task_push(d->count, value);
			break;
		case PORT_LOW:
			task_push(d->low, value);
			break;
		case PORT_MID:
			task_push(d->mid, value);
			break;
		case PORT_HIGH:
			task_push(d->high, value);
			break;
		default:
			c->regs->device = value;
			break;
		}
}

static bool task_waits(const struct ide_channel *c)
{
	return !(ide_drive(c)->status & (ST_BSY | ST_DRQ)) &&
	       !(c->regs->control & CTL_SRST);
}

static enum chip_answer write_byte(struct ide_channel *c, unsigned int at,
				   uint8_t value)
{
	bool reset = at == PORT_COMMAND && value == DEVICE_RESET &&
		     ide_drive(c)->kind == IDE_CDROM &&
		     !(c->regs->control & CTL_SRST);

	if (!task_answers(c) || (!task_waits(c) && !reset))
		return CHIP_DONE;
	c->regs->control &= (uint8_t)~CTL_HOB;
	if (at == PORT_COMMAND)
		return ata_command(c, value);
	task_latch(c, at, value);
	ide_line(c);
	return CHIP_DONE;
}

enum chip_answer ide_port_read(struct ide_channel *c, unsigned int at,
			       unsigned int width, uint32_t *value)
{
	unsigned int i;

	if (at == PORT_DATA && task_answers(c))
		return data_read(c, width, value);
	*value = 0;
	for (i = 0; i < width; i++)
		*value |= (at + i < IDE_PORTS ? (uint32_t)read_byte(c, at + i) :
						0xffu)
			  << 8 * i;
	return CHIP_DONE;
}

enum chip_answer ide_port_write(struct ide_channel *c, unsigned int at,
				unsigned int width, uint32_t value)
{
	enum chip_answer answer = CHIP_DONE, one;
	unsigned int i;

	if (at == PORT_DATA)
		return data_write(c, width, value);
	for (i = 0; i < width && at + i < IDE_PORTS; i++) {
		one = write_byte(c, at + i, (uint8_t)(value >> 8 * i));
		answer = one == CHIP_DONE ? answer : one;
	}
	return answer;
}

/* ---- what is plugged in -------------------------------------------------- */

void ide_plug(struct ide_channel *c, unsigned int drive, enum ide_kind kind,
	      const struct medium_info *info, const char *serial)
{
	struct ide_drive_regs *d = &c->regs->drive[drive & 1];
	struct ide_geometry own;

	ide_geometry(info, &own);
	d->kind = (uint8_t)kind;
	d->heads = own.heads;
	d->per_track = own.per_track;
	d->mode = MODE_START;
	d->info = *info;
	memcpy(d->serial, serial, strnlen(serial, sizeof(d->serial)));
	ide_signature(c, drive & 1);
}

void ide_medium_set(struct ide_channel *c, unsigned int drive,
		    const struct medium_info *info)
{
	struct ide_drive_regs *d = &c->regs->drive[drive & 1];

	d->info = *info;
	if (info->present)
		d->open = 0;
	d->attention = info->present ? 1 : 0;
	d->event = info->present ? 2 : 3;	/* new medium, or removed */
}

bool ide_locked(const struct ide_channel *c, unsigned int drive)
{
	return c->regs->drive[drive & 1].locked;
}
