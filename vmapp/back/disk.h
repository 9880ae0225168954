/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - what a drive is plugged into: the host's end of its medium
 * (devices/medium.h), between a chip and the drive's disk process
 * (disk/channel.h).
 *
 * There may be any number of them. One knows no machine and no chip: it has a
 * set of events, and functions of its owner's.
 *
 * 1. A request ends by the owner's done(), from the loop of events and never
 *    from inside disk_start().
 * 2. A request for which the host has no room, and that can be made again
 *    (disk/image.h), does not end: the owner is told (full()), and
 *    disk_again() tries it once more. So what the guest was told is written is,
 *    and what could not be is not lost.
 * 3. When the disk process has died, the owner is told once (gone()), and each
 *    request fails.
 * 4. The disk process may write anything into the channel at any time: a
 *    request ends once, with a result that there is.
 * 5. Of a drive that is direct the VMM world may have a request under way. One
 *    of ours waits for that; if the disk process dies, it is answered here.
 * 6. What an earlier hostel-app had begun is over when disk_open() returns;
 *    its result is nobody's.
 */
#ifndef VMAPP_BACK_DISK_H
#define VMAPP_BACK_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/medium.h"
#include "disk/channel.h"
#include "vmapp/events.h"

struct disk_back;
struct diskproc;

/* Whose it is, and what it asks of it. */
struct disk_owner {
	void *self;
	/* the request with this tag has ended; its data is in the buffer.
	 * @err: 0, or for MEDIUM_FAILED an errno that says why */
	void (*done)(void *self, struct disk_back *back, uint32_t tag,
		     enum medium_result result, int err);
	/* the host has no room (@err: an errno): disk_again(), some time */
	void (*full)(void *self, struct disk_back *back, int err);
	/* what is in the drive is another: disk_info(). Also after the guest
	 * has ejected it */
	void (*changed)(void *self, struct disk_back *back);
	void (*gone)(void *self, struct disk_back *back);
};

/* What is under way. */
enum disk_busy {
	DISK_BUSY_NOT,
	DISK_BUSY_GUEST,	/* the chip's request */
	DISK_BUSY_USER,		/* a medium is changed for the user */
	DISK_BUSY_VMM,		/* the VMM's, which its guest has given up */
};

struct disk_back {
	unsigned int drive;	/* the owner's number for it */
	struct disk_channel *ch; /* NULL: there is no such drive */
	struct events *events;
	struct disk_owner owner;
	struct source source;	/* the bell */
	bool dead;		/* the disk process is */
	bool full;		/* the request waits for room */
	int channel_fd;		/* the keeper's */
	bool direct;		/* the VMM asks, too, and is told by: */
	struct source news;	/* while VMApp waits for a halted guest */
	enum disk_busy busy;
	uint32_t number;	/* of the request, in the channel */
	struct disk_ask ask;
	uint32_t tag;		/* the chip's, with DISK_BUSY_GUEST */
	bool waiting;		/* busy with another, and the chip has begun: */
	struct disk_ask next;
	bool change;		/* the user wants another medium in it: */
	int coming;		/* a descriptor of it, or -1: none */
	struct medium_info info;
};

/**
 * disk_open() - join a drive to its disk process
 * @back: zeroed; it stays in place until disk_close()
 * @proc: the keeper's; stays open until then. One of no drive: @back stays so
 * @events: kept; used by the main thread
 * @owner: copied
 *
 * Waits for what an earlier life has begun.
 *
 * Return: 0, or a negative errno.
 */
int disk_open(struct disk_back *back, unsigned int drive,
	      const struct diskproc *proc, struct events *events,
	      const struct disk_owner *owner);

/* disk_close() - the disk process goes on. */
void disk_close(struct disk_back *back);

/* disk_start() / disk_data() - a medium_wire's, with @self a struct
 * disk_back. */
void disk_start(void *self, unsigned int drive,
		const struct medium_request *request);
uint8_t *disk_data(void *self, unsigned int drive);

/* disk_listen() - direct: hear of the VMM's answer, or leave it to the
 * watcher. */
void disk_listen(struct disk_back *back, bool on);

/* disk_info() - what is in the drive. */
const struct medium_info *disk_info(const struct disk_back *back);

/* disk_again() - after full(): try once more. */
void disk_again(struct disk_back *back);

/**
 * disk_change() - put another medium in, when the request under way has ended
 * @fd: a file, opened and locked (drivefile.h); -1: take out what is in it.
 *	This has it from now on
 */
void disk_change(struct disk_back *back, int fd);

#endif
