/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_work.c - an IDE channel's work half: requests to the media, and what
 * comes of them. See ide.h.
 *
 * A task is a chain of requests. Each is made of what the registers say when
 * it begins, and kept (ide_flight); when it ends, only that is believed of it,
 * and the registers of the task only if they still wait for its tag.
 */
#include "devices/disk/ide_core.h"

#include <string.h>

#include "base/bytes.h"

#define MOST	(MEDIUM_MOST / MEDIUM_SECTOR)	/* sectors of a request */

/* went_wrong() - the medium can not. A CD's is a sense key; a disk says at
 * which sector, and of writes that it is broken. */
static void went_wrong(struct ide_channel *c, uint8_t op)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint64_t at = c->regs->sector;

	if (c->regs->packet) {
		atapi_fail(c, 3, 0x11, 0);	/* unrecovered read error */
		return;
	}
	d->low[0] = (uint8_t)at;
	d->mid[0] = (uint8_t)(at >> 8);
	d->high[0] = (uint8_t)(at >> 16);
	d->low[1] = (uint8_t)(at >> 24);
	d->mid[1] = (uint8_t)(at >> 32);
	d->high[1] = (uint8_t)(at >> 40);
	if (op == MEDIUM_READ) {
		ide_fail(c, ERR_UNC);
		return;
	}
	ide_end(c, ST_GOOD | ST_DF | ST_ERR, ERR_ABRT);
	ide_interrupt(c);
}

/* ---- begin --------------------------------------------------------------- */

/* work_begin() - start a request of @count sectors where the task is. */
static void work_begin(struct ide_channel *c, unsigned int drive,
		       enum medium_op op, uint32_t count)
{
	struct ide_flight *f = &c->flight[drive];

	f->request = (struct medium_request){
		.op = (uint8_t)op, .tag = ++c->last_tag,
		.first = c->regs->sector, .count = count,
	};
	if (!f->request.tag)
		f->request.tag = c->last_tag = 1;
	c->regs->tag = f->request.tag;
	f->busy = medium_start(&c->medium[drive], &f->request);
	if (!f->busy)
		went_wrong(c, (uint8_t)op);
}

static void begin_read(struct ide_channel *c, unsigned int drive)
{
	const struct ide_regs *r = c->regs;
	uint32_t most = r->dma || r->job == IDE_JOB_VERIFY ?
				MOST :
				IDE_BUFFER / MEDIUM_SECTOR;
	uint32_t left = ide_once(&r->left);

	work_begin(c, drive, MEDIUM_READ, MAX(1, MIN(left, most)));
}

/* begin_write() - the data comes first. A table that ends too soon leaves whole
 * sectors to be written, and the drive waiting. */
static void begin_write(struct ide_channel *c, unsigned int drive)
{
	struct ide_regs *r = c->regs;
	uint32_t left = ide_once(&r->left), filled = ide_once(&r->filled);
	uint32_t len = MIN(left, MOST) * MEDIUM_SECTOR;
	uint8_t *data = medium_data(&c->medium[drive]);

	if (!data) {
		went_wrong(c, MEDIUM_WRITE);
		return;
	}
	if (r->dma) {
		c->flight[drive].before = r->bm;
		len = ide_bm_move(c, data, len, false);
	} else {
		len = MIN(len, MIN(filled, IDE_BUFFER));
		if (c->buffer)
			memcpy(data, c->buffer, len);
	}
	if (len >= MEDIUM_SECTOR)
		work_begin(c, drive, MEDIUM_WRITE, len / MEDIUM_SECTOR);
}

/* work_reply() - a packet command's, by bus master. */
static void work_reply(struct ide_channel *c)
{
	uint32_t at = ide_once(&c->regs->at), len = ide_once(&c->regs->filled);

	len = MIN(len, IDE_BUFFER);
	at = MIN(at, len);
	if (c->buffer)
		at += ide_bm_move(c, c->buffer + at, len - at, true);
	c->regs->at = at;
	if (at >= len)
		ide_finish(c);
}

unsigned int ide_at_work(const struct ide_channel *c)
{
	return ide_selected(c);
}

/* has_work() - of @drive, which is asked for once: another world may select the
 * other one at any time. */
static bool has_work(const struct ide_channel *c, unsigned int drive)
{
	if (c->flight[drive].busy)
		return false;
	return c->regs->phase == IDE_BUSY ||
	       (c->regs->phase == IDE_DMA && ide_bm_runs(c));
}

bool ide_has_work(const struct ide_channel *c)
{
	return has_work(c, ide_selected(c));
}

void ide_work(struct ide_channel *c)
{
	unsigned int drive = ide_selected(c);

	if (!has_work(c, drive))
		return;
	switch (c->regs->job) {
	case IDE_JOB_READ:
	case IDE_JOB_VERIFY:
		begin_read(c, drive);
		break;
	case IDE_JOB_WRITE:
		begin_write(c, drive);
		break;
	case IDE_JOB_FLUSH:
		work_begin(c, drive, MEDIUM_FLUSH, 0);
		break;
	case IDE_JOB_EJECT:
		work_begin(c, drive, MEDIUM_EJECT, 0);
		break;
	case IDE_JOB_REPLY:
		work_reply(c);
		break;
	default:
		ide_fail(c, ERR_ABRT);
		break;
	}
}

/* ---- end ----------------------------------------------------------------- */

/* work_advance() - so many sectors have gone. Return: true if that was all. */
static bool work_advance(struct ide_channel *c, uint32_t sectors)
{
	uint32_t left = ide_once(&c->regs->left);

	c->regs->sector += sectors;
	c->regs->left = left - MIN(sectors, left);
	return left <= sectors;
}

/* all_written() - without a write cache that means: on the host's disk. */
static void all_written(struct ide_channel *c)
{
	if (ide_drive(c)->write_through)
		ide_busy(c, IDE_JOB_FLUSH);
	else
		ide_finish(c);
}

static void read_done(struct ide_channel *c, unsigned int drive,
		      uint32_t sectors)
{
	uint32_t len = sectors * MEDIUM_SECTOR;
	uint8_t *data = medium_data(&c->medium[drive]);

	if (!data) {
		went_wrong(c, MEDIUM_READ);
	} else if (c->regs->dma) {
		if (!ide_bm_runs(c))
			return;		/* it waits until that does again */
		len = ide_bm_move(c, data, len, true);
		if (work_advance(c, len / MEDIUM_SECTOR))
			ide_finish(c);
	} else {
		len = MIN(len, IDE_BUFFER);
		if (c->buffer)
			memcpy(c->buffer, data, len);
		work_advance(c, sectors);
		ide_present(c, len);
	}
}

static void write_done(struct ide_channel *c, uint32_t sectors)
{
	if (work_advance(c, sectors))
		all_written(c);
	else if (!c->regs->dma)
		ide_collect(c, false);
}

/* job_done() - what the task waited for has happened. */
static void job_done(struct ide_channel *c, unsigned int drive,
		     const struct medium_request *q)
{
	switch (c->regs->job) {
	case IDE_JOB_READ:
		read_done(c, drive, q->count);
		break;
	case IDE_JOB_VERIFY:
		if (work_advance(c, q->count))
			ide_finish(c);
		break;
	case IDE_JOB_WRITE:
		write_done(c, q->count);
		break;
	case IDE_JOB_EJECT:
		ide_drive(c)->info.present = 0;
		ide_drive(c)->open = 1;
		ide_drive(c)->event = 3;	/* medium removed */
		ide_finish(c);
		break;
	default:
		ide_finish(c);
		break;
	}
}

/* waits_for() - the task waits for that request, and has asked for such a one.
 */
static bool waits_for(const struct ide_channel *c, unsigned int drive,
		      const struct medium_request *q)
{
	static const uint8_t ops[] = {
		[IDE_JOB_READ] = MEDIUM_READ, [IDE_JOB_VERIFY] = MEDIUM_READ,
		[IDE_JOB_WRITE] = MEDIUM_WRITE, [IDE_JOB_FLUSH] = MEDIUM_FLUSH,
		[IDE_JOB_EJECT] = MEDIUM_EJECT,
	};
	const struct ide_regs *r = c->regs;
	uint8_t job;

	copy_once(&job, &r->job, sizeof(job));
	return drive == ide_selected(c) && r->tag == q->tag &&
	       (r->phase == IDE_BUSY || r->phase == IDE_DMA) &&
	       job != IDE_JOB_NONE && job < sizeof(ops) && ops[job] == q->op;
}

/* work_landed() - the request with that tag is over. Return: false: there is no
 * such one. */
static bool work_landed(struct ide_flight *f, uint32_t tag)
{
	if (!f->busy || f->request.tag != tag)
		return false;
	f->busy = false;
	return true;
}

/* work_ended() - Return: was there such a request? */
static bool work_ended(struct ide_channel *c, unsigned int drive, uint32_t tag,
		       enum medium_result result)
{
	struct ide_flight *f = &c->flight[drive & 1];

	if (!work_landed(f, tag))
		return false;
	if (waits_for(c, drive & 1, &f->request)) {
		if (result == MEDIUM_OK)
			job_done(c, drive & 1, &f->request);
		else
			went_wrong(c, f->request.op);
	}
	return true;
}

void ide_medium_ended(struct ide_channel *c, unsigned int drive, uint32_t tag,
		      enum medium_result result)
{
	work_ended(c, drive, tag, result);
}

void ide_medium_done(struct ide_channel *c, unsigned int drive, uint32_t tag,
		     enum medium_result result)
{
	if (work_ended(c, drive, tag, result))
		ide_work(c);
}

/* ide_medium_undo() - a bus master that the guest has stopped since then is
 * not started again: the drive waits, as it does in such a case. */
void ide_medium_undo(struct ide_channel *c, unsigned int drive, uint32_t tag)
{
	struct ide_flight *f = &c->flight[drive & 1];
	struct ide_bm_regs *bm = &c->regs->bm;

	if (!work_landed(f, tag) || !waits_for(c, drive & 1, &f->request))
		return;
	c->regs->tag = 0;
	if (!c->regs->dma || f->request.op != MEDIUM_WRITE ||
	    !(bm->command & BM_START))
		return;
	bm->next = f->before.next;
	bm->addr = f->before.addr;
	bm->room = f->before.room;
	bm->last = f->before.last;
	bm->status |= BM_ACTIVE;
}
