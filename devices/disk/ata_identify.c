/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ata_identify.c - what a drive says of itself, and what can be set of it:
 * IDENTIFY (PACKET) DEVICE, SET FEATURES and SMART (ATA/ATAPI-6, 8.15, 8.16,
 * 8.46, 8.54).
 *
 * The two lists of a set of features, supported and enabled, are told of what
 * the drive's registers are.
 */
#include "devices/disk/ide_core.h"

#include <string.h>

#include "base/bytes.h"

#define CHS_HEADS	16u
#define CHS_TRACK	63u
#define CHS_MOST	16383u	/* cylinders that the words can tell */

#define MODE_MWDMA	0x20u	/* SET FEATURES' transfer modes: + number */
#define MODE_UDMA	0x40u
#define MODES_MWDMA	3u	/* how many there are */
#define MODES_UDMA	6u

/* id_text() - of a fixed length, two characters to a word, the first high. */
static void id_text(uint8_t *at, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		at[i ^ 1] = *s ? (uint8_t)*s : ' ';
		s += *s ? 1 : 0;
	}
}

static void id_put(uint8_t *page, unsigned int word, uint32_t value)
{
	put_le16(page + 2 * word, (uint16_t)value);
}

/* id_modes() - a word: which there are, and which of them is on. */
static uint32_t id_modes(const struct ide_drive_regs *d, uint8_t first,
			 uint8_t how_many)
{
	uint32_t all = (1u << how_many) - 1;
	uint8_t on = (uint8_t)(d->mode - first);

	return on < how_many ? all | 0x100u << on : all;
}

void ide_geometry(const struct medium_info *info, struct ide_geometry *out)
{
	bool own = info->heads && info->heads <= CHS_HEADS && info->per_track &&
		   info->per_track <= CHS_TRACK;
	uint64_t cylinders;

	out->heads = own ? info->heads : CHS_HEADS;
	out->per_track = own ? info->per_track : CHS_TRACK;
	cylinders = info->sectors / ((uint32_t)out->heads * out->per_track);
	out->cylinders = (uint16_t)MIN(cylinders, CHS_MOST);
}

/* id_geometry() - the disk's own, and what the guest has made of it. */
static void id_geometry(const struct ide_drive_regs *d, uint8_t *page)
{
	struct ide_geometry own;
	uint32_t per = (uint32_t)d->heads * d->per_track;
	uint64_t now = per ? d->info.sectors / per : 0;

	now = MIN(now, 0xffff);
	ide_geometry(&d->info, &own);
	id_put(page, 1, own.cylinders);
	id_put(page, 3, own.heads);
	id_put(page, 6, own.per_track);
	id_put(page, 54, (uint32_t)now);
	id_put(page, 55, d->heads);
	id_put(page, 56, d->per_track);
	put_le32(page + 2 * 57, (uint32_t)(now * per));
}

static void id_size(const struct ide_drive_regs *d, uint8_t *page)
{
	uint64_t n = d->info.sectors;

	put_le32(page + 2 * 60, (uint32_t)MIN(n, 0x0fffffff));
	put_le64(page + 2 * 100, MIN(n, (1ull << 48) - 1));
}

/* id_features() - of a disk: words 82 to 87. */
static void id_features(const struct ide_drive_regs *d, uint8_t *page)
{
	const uint32_t all = 0x4069;	/* NOP, look-ahead, write cache, power
					 * management, SMART */
	const uint32_t off = (d->smart_off ? 0x01u : 0) |
			     (d->write_through ? 0x20u : 0) |
			     (d->no_look_ahead ? 0x40u : 0);

	id_put(page, 82, all);
	id_put(page, 83, 0x7400);	/* FLUSH CACHE (EXT), 48 bits */
	id_put(page, 84, 0x4000);
	id_put(page, 85, all & ~off);
	id_put(page, 86, 0x3400);
	id_put(page, 87, 0x4000);
}

static void id_disk(const struct ide_drive_regs *d, uint8_t *page)
{
	id_put(page, 0, 0x0040);	/* not removable */
	id_geometry(d, page);
	id_text(page + 2 * 27, "HOSTEL DISK", 40);
	id_put(page, 47, 0x8010);	/* READ MULTIPLE: blocks of up to 16 */
	id_put(page, 59, d->multiple ? 0x100u | d->multiple : 0);
	id_size(d, page);
	id_features(d, page);
}

/* id_cdrom() - removable, takes its packet at once. */
static void id_cdrom(uint8_t *page)
{
	id_put(page, 0, 0x85c0);
	id_text(page + 2 * 27, "HOSTEL CD-ROM", 40);
	id_put(page, 82, 0x4210);	/* NOP, DEVICE RESET, packets */
	id_put(page, 83, 0x4000);
	id_put(page, 84, 0x4000);
	id_put(page, 85, 0x4210);
	id_put(page, 87, 0x4000);
}

void ata_identify(const struct ide_drive_regs *drive, uint8_t page[512])
{
	struct ide_drive_regs now;
	const struct ide_drive_regs *d = &now;
	uint8_t sum = 0;
	unsigned int i;

	copy_once(&now, drive, sizeof(now));
	memset(page, 0, 512);
	id_text(page + 2 * 10, d->serial, IDE_SERIAL);
	id_text(page + 2 * 23, "1.0", 8);
	id_put(page, 49, 0x0f00);	/* IORDY, LBA, DMA */
	id_put(page, 51, 0x0200);
	id_put(page, 53, 0x0007);	/* 54-58, 64-70 and 88 are valid */
	id_put(page, 63, id_modes(d, MODE_MWDMA, MODES_MWDMA));
	id_put(page, 64, 0x0003);	/* PIO modes 3 and 4 */
	for (i = 65; i <= 68; i++)
		id_put(page, i, 120);	/* ns of a cycle */
	id_put(page, 80, 0x0070);	/* ATA/ATAPI-4 to 6 */
	id_put(page, 88, id_modes(d, MODE_UDMA, MODES_UDMA));
	if (d->kind == IDE_CDROM)
		id_cdrom(page);
	else
		id_disk(d, page);
	page[510] = 0xa5;	/* the integrity word: all sums up to 0 */
	for (i = 0; i < 511; i++)
		sum = (uint8_t)(sum + page[i]);
	page[511] = (uint8_t)-sum;
}

/* ---- SET FEATURES -------------------------------------------------------- */

/* good_mode() - PIO (default, or by flow control 0-4), or a DMA mode. */
static bool good_mode(uint8_t mode)
{
	if (mode < 2 || (mode >= 8 && mode <= 12))
		return true;
	return (uint8_t)(mode - MODE_MWDMA) < MODES_MWDMA ||
	       (uint8_t)(mode - MODE_UDMA) < MODES_UDMA;
}

enum chip_answer ata_set_features(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint8_t what = d->feature[0];

	(void)how;
	if (what == 0x03 && good_mode(d->count[0]))
		d->mode = d->count[0] < MODE_MWDMA ? d->mode : d->count[0];
	else if (d->kind == IDE_DISK && (what == 0x02 || what == 0x82))
		d->write_through = what == 0x82;
	else if (d->kind == IDE_DISK && (what == 0xaa || what == 0x55))
		d->no_look_ahead = what == 0x55;
	else if (what != 0x66 && what != 0xcc)	/* defaults: as they are */
		return ide_fail(c, ERR_ABRT);
	if (what == 0x82)	/* what is in the cache goes */
		return ide_busy(c, IDE_JOB_FLUSH);
	ide_end(c, ST_GOOD, 0);
	ide_interrupt(c);
	return CHIP_DONE;
}

/* ---- SMART: the drive is well -------------------------------------------- */

enum {
	SMART_DATA = 0xd0, SMART_THRESHOLDS = 0xd1, SMART_AUTOSAVE = 0xd2,
	SMART_ENABLE = 0xd8, SMART_DISABLE = 0xd9, SMART_STATUS = 0xda,
};

/* smart_page() - no attribute; version 1, and the sum is 0. */
static enum chip_answer smart_page(struct ide_channel *c)
{
	if (c->buffer) {
		memset(c->buffer, 0, MEDIUM_SECTOR);
		c->buffer[0] = 1;
		c->buffer[511] = 0xff;
	}
	c->regs->left = 0;
	c->regs->block = MEDIUM_SECTOR;
	return ide_present(c, MEDIUM_SECTOR);
}

enum chip_answer ata_smart(struct ide_channel *c, unsigned int how)
{
	struct ide_drive_regs *d = ide_drive(c);
	uint8_t what = d->feature[0];

	(void)how;
	/* A key, so that no other program hits it; and nothing while off. */
	if (d->mid[0] != 0x4f || d->high[0] != 0xc2 ||
	    (d->smart_off && what != SMART_ENABLE))
		return ide_fail(c, ERR_ABRT);
	switch (what) {
	case SMART_DATA:
	case SMART_THRESHOLDS:
		return smart_page(c);
	case SMART_ENABLE:
	case SMART_DISABLE:
		d->smart_off = what == SMART_DISABLE;
		return ide_finish(c);
	case SMART_AUTOSAVE:
	case SMART_STATUS:	/* well: the key comes back as it was */
		return ide_finish(c);
	default:
		return ide_fail(c, ERR_ABRT);
	}
}
