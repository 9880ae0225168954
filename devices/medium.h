/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * medium.h - the plug between a drive and what is in it: a disk, a CD, a
 * floppy.
 *
 * 1. A drive has one request under way at most. start() begins it; it ends
 *    when the board calls the chip's CHIP_medium_done(), later and never from
 *    inside start().
 * 2. Data goes through one buffer for each drive, which data() gives: a chip
 *    fills it before a WRITE is started, and finds a READ's bytes there until
 *    it starts the next request.
 * 3. The host world has all media. In the VMM world the wire is connected for
 *    disks at most, and a chip answers CHIP_NEEDS_HOST instead of using it.
 */
#ifndef DEVICES_MEDIUM_H
#define DEVICES_MEDIUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIUM_SECTOR	512u		/* bytes; a CD's is four of them */
#define MEDIUM_MOST	(128u << 10)	/* bytes of one request */

enum medium_op {
	MEDIUM_READ,
	MEDIUM_WRITE,
	MEDIUM_FLUSH,	/* all that was written is on the host's disk */
	MEDIUM_EJECT,	/* the guest opened the tray: nothing is in it */
};

struct medium_request {
	uint8_t op;		/* enum medium_op */
	uint32_t tag;		/* comes back with the result */
	uint64_t first;		/* sector */
	uint32_t count;		/* sectors, 1 to MEDIUM_MOST of bytes */
};

enum medium_result {
	MEDIUM_OK,
	MEDIUM_FAILED,		/* the host can not read or write there */
};

/* What is in a drive. */
struct medium_info {
	uint64_t sectors;	/* of MEDIUM_SECTOR bytes */
	uint8_t present;	/* not 0: something is */
	uint8_t read_only;
	/* of a disk: its heads, and sectors of a track, as who partitioned it
	 * counted them; 0: nobody has */
	uint8_t heads, per_track;
};

struct medium_wire {
	void (*start)(void *board, unsigned int drive,
		      const struct medium_request *request);
	uint8_t *(*data)(void *board, unsigned int drive);
	void *board;
	unsigned int drive;	/* the board's number for it */
};

/* medium_start() - Return: false if there is no medium in this world. */
static inline bool medium_start(const struct medium_wire *w,
				const struct medium_request *request)
{
	if (!w->start)
		return false;
	w->start(w->board, w->drive, request);
	return true;
}

/* medium_data() - MEDIUM_MOST bytes; NULL if there is no medium. */
static inline uint8_t *medium_data(const struct medium_wire *w)
{
	return w->data ? w->data(w->board, w->drive) : NULL;
}

#endif
