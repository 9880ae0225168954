/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atapi_reply.c - what a CD-ROM drive answers to packets (SFF-8020i, MMC-3):
 * each function fills a page that is zero, of REPLY_MOST bytes.
 *
 * A medium is one session with one data track, from frame 0 to its end.
 */
#include "devices/disk/ide_core.h"

#include <string.h>

#include "base/bytes.h"

#define CD_MOST		405000u	/* frames: 90 minutes; beyond it is a DVD */
#define PROFILE_CD	0x0008u
#define PROFILE_DVD	0x0010u
#define LEAD_OUT	0xaau
#define DATA_TRACK	0x14u	/* ADR 1, control: data */
#define SPEED		1411u	/* KiB/s: 8 times */

uint32_t atapi_frames(const struct ide_drive_regs *d)
{
	return (uint32_t)MIN(d->info.sectors / CD_FACTOR, UINT32_MAX);
}

uint32_t atapi_capacity(const struct ide_drive_regs *d, const uint8_t *p,
			uint8_t *reply)
{
	uint32_t frames = atapi_frames(d);

	(void)p;
	put_be32(reply, frames ? frames - 1 : 0);
	put_be32(reply + 4, CD_SECTOR);
	return 8;
}

uint32_t atapi_inquiry(const struct ide_drive_regs *d, const uint8_t *p,
		       uint8_t *reply)
{
	(void)d;
	if (p[1] & 1)
		return 0;	/* no vital product data */
	reply[0] = 0x05;	/* CD-ROM */
	reply[1] = 0x80;	/* removable */
	reply[3] = 0x21;	/* as SFF-8020i has it */
	reply[4] = 31;
	memcpy(reply + 8, "HOSTEL  ", 8);
	memcpy(reply + 16, "CD-ROM          ", 16);
	memcpy(reply + 32, "1.0 ", 4);
	return 36;
}

/* ---- MODE SENSE ---------------------------------------------------------- */

static uint32_t page_errors(uint8_t *to)
{
	to[0] = 0x01;
	to[1] = 6;
	to[3] = 5;		/* tries */
	return 8;
}

static uint32_t page_audio(uint8_t *to)
{
	to[0] = 0x0e;
	to[1] = 14;
	to[2] = 4;
	put_be16(to + 6, 75);	/* frames of a second */
	return 16;
}

static uint32_t page_capabilities(const struct ide_drive_regs *d, uint8_t *to)
{
	to[0] = 0x2a;
	to[1] = 18;
	to[2] = 0x3b;	/* reads CD-R, CD-RW, DVD-ROM, DVD-R, DVD-RAM */
	to[4] = 0x70;	/* mode 2, both forms; sessions */
	to[6] = (uint8_t)(0x29 | (d->locked ? 2 : 0)); /* tray, eject, lock */
	put_be16(to + 8, SPEED);
	put_be16(to + 10, 2);	/* volumes */
	put_be16(to + 12, 512);	/* KiB of buffer */
	put_be16(to + 14, SPEED);
	return 20;
}

uint32_t atapi_mode_sense(const struct ide_drive_regs *d, const uint8_t *p,
			  uint8_t *reply)
{
	bool ten = p[0] == 0x5a;
	uint32_t header = ten ? 8 : 4, len = header;
	uint8_t page = p[2] & 0x3f;
	bool all = page == 0x3f;

	if (p[2] >> 6 == 3)
		return 0;	/* no saved values */
	if (page == 0x01 || all)
		len += page_errors(reply + len);
	if (page == 0x0e || all)
		len += page_audio(reply + len);
	if (page == 0x2a || all)
		len += page_capabilities(d, reply + len);
	if (len == header)
		return 0;
	/* What could be changed: nothing can. */
	if (p[2] >> 6 == 1)
		memset(reply + header, 0, len - header);
	if (ten)
		put_be16(reply, (uint16_t)(len - 2));
	else
		reply[0] = (uint8_t)(len - 1);
	reply[ten ? 2 : 1] = d->info.present ? 0x01 : 0x70; /* medium type */
	return len;
}

/* ---- READ TOC ------------------------------------------------------------ */

/* reply_address() - a frame's, or minute, second and frame (2 s before frame
 * 0). */
static void reply_address(uint8_t *to, uint32_t frame, bool msf)
{
	if (!msf) {
		put_be32(to, frame);
		return;
	}
	frame += 150;
	to[1] = (uint8_t)MIN(frame / 75 / 60, 255);
	to[2] = (uint8_t)(frame / 75 % 60);
	to[3] = (uint8_t)(frame % 75);
}

static uint8_t *toc_track(uint8_t *to, uint8_t number, uint32_t frame, bool msf)
{
	to[1] = DATA_TRACK;
	to[2] = number;
	reply_address(to + 4, frame, msf);
	return to + 8;
}

/* toc_plain() - format 0: the tracks from @first on, and the lead-out. */
static uint8_t *toc_plain(const struct ide_drive_regs *d, uint8_t *to,
			  uint8_t first, bool msf)
{
	if (first <= 1)
		to = toc_track(to, 1, 0, msf);
	return toc_track(to, LEAD_OUT, atapi_frames(d), msf);
}

/* toc_full() - format 2: a row of the lead-in for each point. */
static uint8_t *toc_full(const struct ide_drive_regs *d, uint8_t *to)
{
	static const uint8_t points[] = { 0xa0, 0xa1, 0xa2, 1 };
	unsigned int i;

	for (i = 0; i < sizeof(points); i++, to += 11) {
		to[0] = 1;	/* session */
		to[1] = DATA_TRACK;
		to[3] = points[i];
		if (points[i] == 0xa2)
			reply_address(to + 7, atapi_frames(d), true);
		else if (points[i] == 1)
			reply_address(to + 7, 0, true);
		else
			to[8] = 1;	/* first, last track */
	}
	return to;
}

uint32_t atapi_toc(const struct ide_drive_regs *d, const uint8_t *p,
		   uint8_t *reply)
{
	/* Drives before MMC had the format elsewhere. */
	uint8_t format = p[2] & 15 ? p[2] & 15 : p[9] >> 6;
	bool msf = p[1] & 2;
	uint8_t *end = reply + 4;

	reply[2] = reply[3] = 1;	/* first, last track or session */
	if (format == 0 && (p[6] <= 1 || p[6] == LEAD_OUT))
		end = toc_plain(d, end, p[6], msf);
	else if (format == 1)
		end = toc_track(end, 1, 0, msf);
	else if (format == 2 && p[6] <= 1)
		end = toc_full(d, end);
	else
		return 0;
	put_be16(reply, (uint16_t)(end - reply - 2));
	return (uint32_t)(end - reply);
}

/* ---- GET CONFIGURATION --------------------------------------------------- */

/* One feature. @how: version, persistent, current; @data: four bytes of it */
struct feature {
	uint16_t code;
	uint8_t how, len;
	uint8_t data[4];
};

#define CURRENT	0x01u

static uint8_t *put_feature(uint8_t *to, const struct feature *f)
{
	put_be16(to, f->code);
	to[2] = f->how;
	to[3] = f->len;
	memcpy(to + 4, f->data, sizeof(f->data));
	return to + 4 + f->len;
}

/* put_profiles() - feature 0: what kinds of media, and which is in. */
static uint8_t *put_profiles(uint8_t *to, uint16_t now)
{
	to[2] = 0x03;
	to[3] = 8;
	put_be16(to + 4, PROFILE_DVD);
	to[6] = now == PROFILE_DVD;
	put_be16(to + 8, PROFILE_CD);
	to[10] = now == PROFILE_CD;
	return to + 12;
}

static uint16_t reply_profile(const struct ide_drive_regs *d)
{
	if (!d->info.present)
		return 0;
	return atapi_frames(d) > CD_MOST ? PROFILE_DVD : PROFILE_CD;
}

/* reply_wanted() - all; those that are current; or just one (RT). */
static bool reply_wanted(const uint8_t *p, uint16_t code, bool current)
{
	uint16_t first = get_be16(p + 2);

	switch (p[1] & 3) {
	case 0:
		return code >= first;
	case 1:
		return code >= first && current;
	default:
		return code == first;
	}
}

uint32_t atapi_configuration(const struct ide_drive_regs *d, const uint8_t *p,
			     uint8_t *reply)
{
	const uint16_t now = reply_profile(d);
	const struct feature features[] = {
		{ 0x0001, 0x0b, 8, { 0, 0, 0, 2 } },	/* core: ATAPI */
		{ 0x0003, 0x03, 4, { 0x29 } },		/* tray, eject, lock */
		/* It reads: blocks of 2048 bytes. */
		{ 0x0010, now ? CURRENT : 0, 8, { 0, 0, 0x08, 0 } },
		{ 0x001e, now == PROFILE_CD, 4, { 0 } },
		{ 0x001f, now == PROFILE_DVD, 4, { 0 } },
	};
	uint8_t *end = reply + 8;
	unsigned int i;

	if ((p[1] & 3) == 3)
		return 0;
	if (reply_wanted(p, 0, true))
		end = put_profiles(end, now);
	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (!reply_wanted(p, features[i].code,
				  features[i].how & CURRENT))
			continue;
		/* A block is one frame: after the length of it. */
		if (features[i].code == 0x0010)
			end[9] = 1;
		end = put_feature(end, &features[i]);
	}
	put_be32(reply, (uint32_t)(end - reply - 4));
	put_be16(reply + 6, now);
	return (uint32_t)(end - reply);
}

/* ---- the rest ------------------------------------------------------------ */

uint32_t atapi_disc_info(const struct ide_drive_regs *d, const uint8_t *p,
			 uint8_t *reply)
{
	(void)d;
	if (p[1] & 7)
		return 0;
	put_be16(reply, 32);
	reply[2] = 0x0e;	/* complete and closed, not erasable */
	reply[3] = 1;		/* first track; */
	reply[4] = 1;		/* sessions; */
	reply[5] = 1;		/* first and last track of the last one */
	reply[6] = 1;
	reply[7] = 0x20;	/* may be used without restrictions */
	memset(reply + 16, 0xff, 8); /* no lead-in, lead-out to be written */
	return 34;
}

uint32_t atapi_mechanism(const struct ide_drive_regs *d, const uint8_t *p,
			 uint8_t *reply)
{
	(void)p;
	reply[1] = d->open ? 0x10 : 0;
	reply[5] = 1;		/* one slot, no changer */
	return 8;
}
