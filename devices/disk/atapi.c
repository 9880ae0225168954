/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atapi.c - packet commands of a CD-ROM drive (SFF-8020i, MMC-3): the protocol,
 * and what is wrong with a command. What they answer is in atapi_reply.c.
 *
 * 1. `packets` has a row for each; a reply is cut to what the guest has room
 *    for, and never longer than REPLY_MOST.
 * 2. Data by port goes in blocks of what the guest set as limit, which are
 *    even but for the last one. A limit that lets nothing through (0, or 1 for
 *    more than one byte) is refused, or there would be no end to it.
 * 3. A new medium is told by the next command that touches the medium, once:
 *    unit attention.
 */
#include "devices/disk/ide_core.h"

#include <string.h>

#include "base/bytes.h"

/* Sense keys, and additional codes. */
enum { NOT_READY = 2, ILLEGAL_REQUEST = 5, UNIT_ATTENTION = 6 };
enum {
	ASC_NO_COMMAND = 0x20, ASC_NO_ADDRESS = 0x21, ASC_BAD_FIELD = 0x24,
	ASC_CHANGED = 0x28, ASC_NO_MEDIUM = 0x3a, ASC_LOCKED = 0x53,
};

#define PACKET_SIZE	12u

/* What a row wants. */
enum {
	MEDIUM = 1,	/* something in the drive */
	ALWAYS = 2,	/* it is answered before a unit attention is told */
};

/* ---- how it ends --------------------------------------------------------- */

enum chip_answer atapi_ended(struct ide_channel *c)
{
	struct ide_drive_regs *d = ide_drive(c);

	d->sense = d->asc = d->ascq = 0;
	d->count[0] = REASON_IO | REASON_CD;
	ide_end(c, ST_GOOD, 0);
	ide_interrupt(c);
	return CHIP_DONE;
}

enum chip_answer atapi_fail(struct ide_channel *c, unsigned int sense,
			    unsigned int asc, unsigned int ascq)
{
	struct ide_drive_regs *d = ide_drive(c);

	d->sense = (uint8_t)sense;
	d->asc = (uint8_t)asc;
	d->ascq = (uint8_t)ascq;
	d->count[0] = REASON_IO | REASON_CD;
	ide_end(c, ST_GOOD | ST_ERR,
		sense << 4 | (sense == ILLEGAL_REQUEST ? ERR_ABRT : 0));
	ide_interrupt(c);
	return CHIP_DONE;
}

static enum chip_answer atapi_illegal(struct ide_channel *c, unsigned int asc)
{
	return atapi_fail(c, ILLEGAL_REQUEST, asc, 0);
}

/* ---- data ---------------------------------------------------------------- */

/* set_limit() - of a block, for @len bytes by port. Return: false: nothing
 * would go. */
static bool set_limit(struct ide_channel *c, uint64_t len)
{
	const struct ide_drive_regs *d = ide_drive(c);
	uint32_t limit = d->mid[0] | (uint32_t)d->high[0] << 8;

	if (c->regs->dma)
		return true;
	if (len > limit)
		limit &= ~1u;
	c->regs->block = limit;
	return limit;
}

/* reply() - @len bytes of the buffer; the guest has room for @room. */
static enum chip_answer reply(struct ide_channel *c, uint32_t len,
			      uint32_t room)
{
	len = MIN(MIN(len, room), REPLY_MOST);
	c->regs->left = 0;
	if (!len)
		return atapi_ended(c);
	if (!set_limit(c, len))
		return ide_fail(c, ERR_ABRT);
	if (!c->regs->dma)
		return ide_present(c, len);
	c->regs->at = 0;
	c->regs->filled = len;
	return ide_dma_wait(c, IDE_JOB_REPLY);
}

/* read_frames() - @count sectors of 2048 bytes from @first on. */
static enum chip_answer read_frames(struct ide_channel *c, uint32_t first,
				    uint32_t count)
{
	struct ide_regs *r = c->regs;
	uint32_t frames = atapi_frames(ide_drive(c));

	if (first > frames || count > frames - first)
		return atapi_illegal(c, ASC_NO_ADDRESS);
	if (!count)
		return atapi_ended(c);
	/* As many sectors of 512 bytes are counted in 32 bits. */
	if (count > UINT32_MAX / CD_FACTOR)
		return atapi_illegal(c, ASC_BAD_FIELD);
	if (!set_limit(c, (uint64_t)count * CD_SECTOR))
		return ide_fail(c, ERR_ABRT);
	r->sector = (uint64_t)first * CD_FACTOR;
	r->left = count * CD_FACTOR;
	return r->dma ? ide_dma_wait(c, IDE_JOB_READ) :
			ide_busy(c, IDE_JOB_READ);
}

static enum chip_answer read_10(struct ide_channel *c, const uint8_t *p)
{
	return read_frames(c, get_be32(p + 2), get_be16(p + 7));
}

static enum chip_answer read_12(struct ide_channel *c, const uint8_t *p)
{
	return read_frames(c, get_be32(p + 2), get_be32(p + 6));
}

/* read_cd() - user data of 2048 bytes, or nothing; no raw sectors. */
static enum chip_answer read_cd(struct ide_channel *c, const uint8_t *p)
{
	uint8_t type = p[1] >> 2 & 7, wanted = p[9] & 0xf8;
	uint32_t n = get_be32(p + 5) & 0xffffff;

	if (type > 2 && type != 4)	/* any, audio, mode 1; mode 2 form 1 */
		return atapi_illegal(c, ASC_BAD_FIELD);
	if (type == 1 || p[9] & 0x07 || p[10] & 0x07 ||
	    (wanted && wanted != 0x10))
		return atapi_illegal(c, ASC_BAD_FIELD);
	return wanted ? read_frames(c, get_be32(p + 2), n) : atapi_ended(c);
}

static enum chip_answer atapi_seek(struct ide_channel *c, const uint8_t *p)
{
	if (get_be32(p + 2) >= atapi_frames(ide_drive(c)))
		return atapi_illegal(c, ASC_NO_ADDRESS);
	return atapi_ended(c);
}

/* ---- replies ------------------------------------------------------------- */

typedef uint32_t reply_maker(const struct ide_drive_regs *d, const uint8_t *p,
			     uint8_t *reply);

/* atapi_answer() - what @make makes of the packet. */
static enum chip_answer atapi_answer(struct ide_channel *c, const uint8_t *p,
				     reply_maker *make, uint32_t room)
{
	uint8_t page[REPLY_MOST] = { 0 };
	struct ide_drive_regs now;
	uint32_t len;

	copy_once(&now, ide_drive(c), sizeof(now));
	len = make(&now, p, page);
	if (!len)
		return atapi_illegal(c, ASC_BAD_FIELD);
	if (c->buffer)
		memcpy(c->buffer, page, sizeof(page));
	return reply(c, len, room);
}

static enum chip_answer inquiry(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_inquiry, p[4]);
}

static enum chip_answer mode_sense_6(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_mode_sense, p[4]);
}

static enum chip_answer mode_sense_10(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_mode_sense, get_be16(p + 7));
}

static enum chip_answer toc(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_toc, get_be16(p + 7));
}

static enum chip_answer configuration(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_configuration, get_be16(p + 7));
}

static enum chip_answer disc_info(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_disc_info, get_be16(p + 7));
}

static enum chip_answer mechanism(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_mechanism, get_be16(p + 8));
}

static enum chip_answer capacity(struct ide_channel *c, const uint8_t *p)
{
	return atapi_answer(c, p, atapi_capacity, 8);
}

/* atapi_sense() - what went wrong last; it is told once. */
static uint32_t atapi_sense(const struct ide_drive_regs *d, const uint8_t *p,
			    uint8_t *to)
{
	(void)p;
	to[0] = 0x70;
	to[2] = d->sense;
	to[7] = 10;
	to[12] = d->asc;
	to[13] = d->ascq;
	if (!d->sense && d->attention) {
		to[2] = UNIT_ATTENTION;
		to[12] = ASC_CHANGED;
	}
	return 18;
}

static enum chip_answer request_sense(struct ide_channel *c, const uint8_t *p)
{
	struct ide_drive_regs *d = ide_drive(c);
	bool told = !d->sense;
	enum chip_answer a = atapi_answer(c, p, atapi_sense, p[4]);

	if (told)
		d->attention = 0;
	return a;
}

/* atapi_event() - GET EVENT STATUS NOTIFICATION: of the medium, each once. */
static uint32_t atapi_event(const struct ide_drive_regs *d, const uint8_t *p,
			    uint8_t *to)
{
	bool asked = p[4] & 0x10;	/* the class "media" */

	if (!(p[1] & 1))
		return 0;	/* to be told later: not this drive */
	put_be16(to, asked ? 6 : 2);
	to[2] = asked ? 4 : 0x80;	/* that class; or no class at all */
	to[3] = 0x10;			/* those that there are */
	if (!asked)
		return 4;
	to[4] = d->event & 15;
	to[5] = (uint8_t)((d->info.present ? 2 : 0) | (d->open ? 1 : 0));
	return 8;
}

static enum chip_answer event_status(struct ide_channel *c, const uint8_t *p)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint32_t room = get_be16(p + 7);
	enum chip_answer a = atapi_answer(c, p, atapi_event, room);

	if (p[1] & 1 && p[4] & 0x10 && room > 4)
		d->event = 0;
	return a;
}

/* ---- the tray ------------------------------------------------------------ */

static enum chip_answer start_stop(struct ide_channel *c, const uint8_t *p)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint8_t how = p[4] & 3;		/* LoEj, Start */

	if (how == 3)
		d->open = 0;
	if (how != 2)
		return atapi_ended(c);
	if (d->locked)
		return atapi_fail(c,
				  d->info.present ? ILLEGAL_REQUEST : NOT_READY,
				  ASC_LOCKED, 2);
	if (d->info.present)
		return ide_busy(c, IDE_JOB_EJECT);
	d->open = 1;
	return atapi_ended(c);
}

static enum chip_answer atapi_prevent(struct ide_channel *c, const uint8_t *p)
{
	ide_drive(c)->locked = p[4] & 1;
	return atapi_ended(c);
}

static enum chip_answer atapi_good(struct ide_channel *c, const uint8_t *p)
{
	(void)p;
	return atapi_ended(c);
}

/* ---- rows ---------------------------------------------------------------- */

static const struct {
	uint8_t code, wants;
	enum chip_answer (*run)(struct ide_channel *c, const uint8_t *p);
} packets[] = { /* table */
	{ 0x00, MEDIUM, atapi_good },			/* TEST UNIT READY */
	{ 0x03, ALWAYS, request_sense }, { 0x12, ALWAYS, inquiry },
	{ 0x1a, 0, mode_sense_6 },	 { 0x1b, 0, start_stop },
	{ 0x1e, 0, atapi_prevent },	 { 0x25, MEDIUM, capacity },
	{ 0x28, MEDIUM, read_10 },	 { 0x2b, MEDIUM, atapi_seek },
	{ 0x35, 0, atapi_good },			/* SYNCHRONIZE CACHE */
	{ 0x43, MEDIUM, toc },		 { 0x46, ALWAYS, configuration },
	{ 0x4a, ALWAYS, event_status },	 { 0x51, MEDIUM, disc_info },
	{ 0x5a, 0, mode_sense_10 },	 { 0xa8, MEDIUM, read_12 },
	{ 0xbb, 0, atapi_good },			/* SET CD SPEED */
	{ 0xbd, 0, mechanism },		 { 0xbe, MEDIUM, read_cd },
};

/* not_now() - Return: true if the drive has something else to tell. */
static bool not_now(struct ide_channel *c, uint8_t wants)
{
	struct ide_drive_regs *d = ide_drive(c);

	if (d->attention && !(wants & ALWAYS)) {
		d->attention = 0;
		atapi_fail(c, UNIT_ATTENTION, ASC_CHANGED, 0);
		return true;
	}
	if (wants & MEDIUM && !d->info.present) {
		atapi_fail(c, NOT_READY, ASC_NO_MEDIUM, 0);
		return true;
	}
	return false;
}

enum chip_answer atapi_command(struct ide_channel *c)
{
	uint8_t p[PACKET_SIZE] = { 0 };
	unsigned int i;

	if (c->buffer)
		copy_once(p, c->buffer, sizeof(p));
	for (i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		if (packets[i].code != p[0])
			continue;
		if (not_now(c, packets[i].wants))
			return CHIP_DONE;
		return packets[i].run(c, p);
	}
	return atapi_illegal(c, ASC_NO_COMMAND);
}
