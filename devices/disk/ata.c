/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ata.c - the commands of a disk, and those that a CD-ROM drive has beside
 * packets: see ide.h.
 *
 * `commands` has a row for each: who has it, what runs it, and how. What is not
 * there is aborted, as the standard wants of what a device does not have.
 *
 * All addresses are checked here, once, against the drive's size; what follows
 * goes by sector and count.
 */
#include "devices/disk/ide_core.h"

#include "base/bytes.h"

#define MULTIPLE_MOST	16u	/* sectors of a block */
#define POWER_STANDBY	0x00u	/* what CHECK POWER MODE answers */
#define POWER_ACTIVE	0xffu

/* How a row's function is meant. */
enum {
	EXT = 1,	/* 48-bit address */
	MULT = 2,	/* blocks of several sectors */
	DMA = 4,
	WRITE = 8,
	LOOK = 16,	/* no data goes: verify */
	SLEEPS = 32,	/* it goes to standby */
};

/* ---- addresses ----------------------------------------------------------- */

static uint64_t ata_lba48(const struct ide_drive_regs *d)
{
	return (uint64_t)d->low[0] | (uint64_t)d->mid[0] << 8 |
	       (uint64_t)d->high[0] << 16 | (uint64_t)d->low[1] << 24 |
	       (uint64_t)d->mid[1] << 32 | (uint64_t)d->high[1] << 40;
}

/* ata_chs() - Return: the sector, or UINT64_MAX: there is none of that name. */
static uint64_t ata_chs(const struct ide_drive_regs *d, uint8_t device)
{
	uint32_t cylinder = d->mid[0] | (uint32_t)d->high[0] << 8;
	uint32_t head = device & 15;

	if (head >= d->heads || !d->low[0] || d->low[0] > d->per_track)
		return UINT64_MAX;
	return ((uint64_t)cylinder * d->heads + head) * d->per_track +
	       d->low[0] - 1;
}

static uint64_t ata_address(const struct ide_channel *c, unsigned int how)
{
	const struct ide_drive_regs *d = ide_drive(c);
	uint8_t device = c->regs->device;

	if (how & EXT)
		return ata_lba48(d);
	if (!(device & DEV_LBA))
		return ata_chs(d, device);
	return d->low[0] | (uint32_t)d->mid[0] << 8 |
	       (uint32_t)d->high[0] << 16 | (uint32_t)(device & 15) << 24;
}

static uint32_t ata_count(const struct ide_drive_regs *d, unsigned int how)
{
	uint32_t n = d->count[0];

	if (how & EXT) {
		n |= (uint32_t)d->count[1] << 8;
		return n ? n : 0x10000;
	}
	return n ? n : 0x100;
}

/* ---- data ---------------------------------------------------------------- */

/* ata_transfer() - READ, WRITE, READ VERIFY: all of them. */
static enum chip_answer ata_transfer(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);
	struct ide_regs *r = c->regs;
	uint64_t at = ata_address(c, how);
	uint32_t n = ata_count(d, how);

	if ((how & MULT && !d->multiple) || (how & WRITE && d->info.read_only))
		return ide_fail(c, ERR_ABRT);
	if (at >= d->info.sectors || n > d->info.sectors - at)
		return ide_fail(c, ERR_IDNF);
	d->standby = 0;
	r->sector = at;
	r->left = n;
	r->block = (how & MULT ? d->multiple : 1) * MEDIUM_SECTOR;
	r->dma = how & DMA ? 1 : 0;
	if (how & LOOK)
		return ide_busy(c, IDE_JOB_VERIFY);
	if (how & DMA)
		return ide_dma_wait(c,
				    how & WRITE ? IDE_JOB_WRITE : IDE_JOB_READ);
	return how & WRITE ? ide_collect(c, true) : ide_busy(c, IDE_JOB_READ);
}

static enum chip_answer ata_nothing(struct ide_channel *c, unsigned int how)
{
	(void)how;
	ide_end(c, ST_GOOD, 0);
	ide_interrupt(c);
	return CHIP_DONE;
}

static enum chip_answer ata_flush(struct ide_channel *c, unsigned int how)
{
	if (how & SLEEPS)
		ide_drive(c)->standby = 1;
	if (ide_drive(c)->kind != IDE_DISK)
		return ata_nothing(c, how);
	return ide_busy(c, IDE_JOB_FLUSH);
}

static enum chip_answer set_multiple(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint8_t n = d->count[0];

	(void)how;
	if (n > MULTIPLE_MOST || n & (n - 1))
		return ide_fail(c, ERR_ABRT);
	d->multiple = n;
	return ide_finish(c);
}

static enum chip_answer ata_seek(struct ide_channel *c, unsigned int how)
{
	if (ata_address(c, how) >= ide_drive(c)->info.sectors)
		return ide_fail(c, ERR_IDNF);
	return ide_finish(c);
}

static enum chip_answer ata_parameters(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);

	(void)how;
	if (!d->count[0])
		return ide_fail(c, ERR_ABRT);
	d->heads = (uint8_t)((c->regs->device & 15) + 1);
	d->per_track = d->count[0];
	return ide_finish(c);
}

/* native_max() - the last sector: nothing is hidden. */
static enum chip_answer native_max(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint64_t last = d->info.sectors ? d->info.sectors - 1 : 0;

	if (!(how & EXT))
		last = MIN(last, 0x0fffffff);
	d->low[0] = (uint8_t)last;
	d->mid[0] = (uint8_t)(last >> 8);
	d->high[0] = (uint8_t)(last >> 16);
	if (how & EXT) {
		d->low[1] = (uint8_t)(last >> 24);
		d->mid[1] = (uint8_t)(last >> 32);
		d->high[1] = (uint8_t)(last >> 40);
	} else {
		c->regs->device =
			(uint8_t)((c->regs->device & 0xf0) | last >> 24);
	}
	return ide_finish(c);
}

/* ---- what is not data ---------------------------------------------------- */

static enum chip_answer abort_it(struct ide_channel *c, unsigned int how)
{
	(void)how;
	return ide_fail(c, ERR_ABRT);
}

/* not_a_disk() - a CD-ROM drive says so where a disk would answer. */
static enum chip_answer not_a_disk(struct ide_channel *c, unsigned int how)
{
	(void)how;
	ide_signature(c, ide_selected(c));
	return ide_fail(c, ERR_ABRT);
}

static enum chip_answer identify(struct ide_channel *c, unsigned int how)
{
	(void)how;
	if (c->buffer)
		ata_identify(ide_drive(c), c->buffer);
	c->regs->left = 0;
	c->regs->block = MEDIUM_SECTOR;
	return ide_present(c, MEDIUM_SECTOR);
}

static enum chip_answer power_mode(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);

	(void)how;
	d->count[0] = d->standby ? POWER_STANDBY : POWER_ACTIVE;
	return ata_nothing(c, how);
}

static enum chip_answer ata_wake(struct ide_channel *c, unsigned int how)
{
	ide_drive(c)->standby = 0;
	return ata_nothing(c, how);
}

/* ata_diagnose() - EXECUTE DEVICE DIAGNOSTIC: both drives do, the first
 * tells. */
static enum chip_answer ata_diagnose(struct ide_channel *c, unsigned int how)
{
	unsigned int i;

	(void)how;
	c->regs->device = 0;
	for (i = 0; i < IDE_DRIVES; i++)
		ide_signature(c, i);
	ide_interrupt(c);
	return CHIP_DONE;
}

/* device_reset() - of this drive alone; no INTRQ. */
static enum chip_answer device_reset(struct ide_channel *c, unsigned int how)
{
	(void)how;
	ide_end(c, 0, 0);
	ide_signature(c, ide_selected(c));
	return CHIP_DONE;
}

static enum chip_answer ata_packet(struct ide_channel *c, unsigned int how)
{
	(void)how;
	c->regs->dma = ide_drive(c)->feature[0] & FEATURE_DMA;
	return ide_packet(c);
}

/* ---- rows ---------------------------------------------------------------- */

#define DISK	(1u << IDE_DISK)
#define CD	(1u << IDE_CDROM)
#define BOTH	(DISK | CD)

static const struct {
	enum chip_answer (*run)(struct ide_channel *c, unsigned int how);
	uint8_t how, kinds;
} commands[256] = { /* table */
	[0x00] = { abort_it, 0, BOTH },			/* NOP */
	[0x08] = { device_reset, 0, CD },
	[0x10] = { ata_nothing, 0, DISK },		/* RECALIBRATE */
	[0x20] = { ata_transfer, 0, DISK },		/* READ SECTORS */
	[0x21] = { ata_transfer, 0, DISK },
	[0x24] = { ata_transfer, EXT, DISK },
	[0x25] = { ata_transfer, EXT | DMA, DISK },
	[0x27] = { native_max, EXT, DISK },
	[0x29] = { ata_transfer, EXT | MULT, DISK },
	[0x30] = { ata_transfer, WRITE, DISK },		/* WRITE SECTORS */
	[0x31] = { ata_transfer, WRITE, DISK },
	[0x34] = { ata_transfer, EXT | WRITE, DISK },
	[0x35] = { ata_transfer, EXT | DMA | WRITE, DISK },
	[0x39] = { ata_transfer, EXT | MULT | WRITE, DISK },
	[0x40] = { ata_transfer, LOOK, DISK },		/* READ VERIFY */
	[0x41] = { ata_transfer, LOOK, DISK },
	[0x42] = { ata_transfer, EXT | LOOK, DISK },
	[0x70] = { ata_seek, 0, DISK },
	[0x90] = { ata_diagnose, 0, BOTH },
	[0x91] = { ata_parameters, 0, DISK },		/* INITIALIZE ... */
	[0x94] = { ata_flush, SLEEPS, BOTH },		/* STANDBY IMMEDIATE */
	[0x95] = { ata_wake, 0, BOTH },			/* IDLE IMMEDIATE */
	[0x96] = { ata_flush, SLEEPS, DISK },		/* STANDBY */
	[0x97] = { ata_wake, 0, DISK },			/* IDLE */
	[0x98] = { power_mode, 0, BOTH },
	[0x99] = { ata_flush, SLEEPS, BOTH },		/* SLEEP */
	[0xa0] = { ata_packet, 0, CD },
	[0xa1] = { identify, 0, CD },			/* IDENTIFY PACKET */
	[0xb0] = { ata_smart, 0, DISK },
	[0xc4] = { ata_transfer, MULT, DISK },
	[0xc5] = { ata_transfer, MULT | WRITE, DISK },
	[0xc6] = { set_multiple, 0, DISK },
	[0xc8] = { ata_transfer, DMA, DISK },
	[0xc9] = { ata_transfer, DMA, DISK },
	[0xca] = { ata_transfer, DMA | WRITE, DISK },
	[0xcb] = { ata_transfer, DMA | WRITE, DISK },
	[0xe0] = { ata_flush, SLEEPS, BOTH },		/* as 94 to 99 */
	[0xe1] = { ata_wake, 0, BOTH },
	[0xe2] = { ata_flush, SLEEPS, DISK },
	[0xe3] = { ata_wake, 0, DISK },
	[0xe5] = { power_mode, 0, BOTH },
	[0xe6] = { ata_flush, SLEEPS, BOTH },
	[0xe7] = { ata_flush, 0, DISK },		/* FLUSH CACHE */
	[0xea] = { ata_flush, EXT, DISK },
	[0xec] = { identify, 0, DISK },
	[0xef] = { ata_set_features, 0, BOTH },
	[0xf8] = { native_max, 0, DISK },
};

/* ata_row() - of old commands the low half of the code was a step rate. */
static uint8_t ata_row(uint8_t code)
{
	uint8_t high = code & 0xf0;

	return high == 0x10 || high == 0x70 ? high : code;
}

enum chip_answer ata_command(struct ide_channel *c, uint8_t code)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint8_t n = ata_row(code);

	if (code == 0x90)
		return ata_diagnose(c, 0);
	if (d->kind != IDE_DISK && d->kind != IDE_CDROM)
		return CHIP_DONE;	/* nobody is selected */
	d->irq = 0;
	d->error = 0;
	c->regs->packet = 0;
	ide_line(c);
	if (d->kind == IDE_CDROM && (code == 0x20 || code == 0xec))
		return not_a_disk(c, 0);
	if (!(commands[n].kinds >> (d->kind & 7) & 1))
		return ide_fail(c, ERR_ABRT);
	return commands[n].run(c, commands[n].how);
}
