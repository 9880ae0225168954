/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channel.h - the memory between a machine and the disk process of a drive.
 *
 * A drive has one request under way at most (devices/medium.h), so there is
 * one place for a request, one for its answer, and one buffer. With it goes a
 * socket (SOCK_SEQPACKET). A message in it is a bell and carries nothing, but
 * the one for DISK_INSERT has a descriptor with it. When one side ends, the
 * other finds the socket closed.
 *
 * The machine's side is hostel-app; for a disk also hostel-vmm (--io-path
 * direct, docs/decisions/0022). Only one of the two runs at a time, and each
 * calls disk_channel_busy() before it asks.
 *
 * 1. The machine writes a request, its sequence number last; the disk process
 *    answers with that number. A number that was answered is over.
 * 2. Either side may have been taken over, the one by its guest, the other by
 *    its image. So what the other side wrote is copied once and checked, by
 *    disk_ask_decode() and disk_answer_decode(). The buffer's contents may
 *    change at any time; neither side parses them there.
 * 3. The machine says how it wants to be woken (enum disk_wake), and may change
 *    that until it is answered; then it looks once more before it sleeps. The
 *    disk process says whether it needs a bell (sleeps).
 * 4. The memory outlives a reset of the machine, and with it a request that an
 *    earlier hostel-app has under way: disk_channel_put() and
 *    disk_channel_busy() go by what lies here, whatever it is.
 */
#ifndef DISK_CHANNEL_H
#define DISK_CHANNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "devices/medium.h"

/* What a disk process is started with. */
enum disk_fd {
	DISK_FD_CHANNEL = 3,	/* memory: struct disk_channel */
	DISK_FD_BELL,		/* its end of the socket */
	DISK_FD_IMAGE,		/* the image, or qemu-nbd's socket */
	DISK_FD_OVERLAY,	/* where --snapshot writes to */
	DISK_FD_NEWS,		/* an eventfd: see enum disk_wake */
	DISK_FD_ROOM,		/* (nbd) the image's file, by O_PATH */
	DISK_FD_END
};

/* Exit status of a disk process that can not begin and has not said why. */
#define DISK_EXIT_MUTE 71

/* How the machine hears of the answer. */
enum disk_wake {
	DISK_WAKE_BELL,		/* by the socket */
	DISK_WAKE_NEWS,		/* by the eventfd, which the watcher hears */
	DISK_WAKE_NOT,		/* not at all: it looks for the answer */
	DISK_WAKE_LATER,	/* nor does it look: it takes it when it will */
};

enum disk_op {
	DISK_READ,
	DISK_WRITE,
	DISK_FLUSH,
	DISK_EJECT,		/* close the image */
	DISK_INSERT,		/* open the one that comes with the bell */
	DISK_OPS
};

enum disk_result {
	DISK_OK,
	DISK_FAILED,
	/* The host's file system is full: nothing, or a part, was written; the
	 * request may be made again. */
	DISK_FULL,
	DISK_RESULTS
};

struct disk_ask {
	uint32_t op;		/* enum disk_op */
	uint32_t count;		/* sectors: reads and writes */
	uint64_t first;
};

struct disk_answer {
	uint32_t result;	/* enum disk_result */
	int32_t err;		/* 0, or an errno */
};

struct disk_channel {
	/* [who asks] */
	_Alignas(64) struct disk_ask ask;
	_Atomic uint32_t asked;
	_Atomic uint32_t wake;	/* enum disk_wake */
	/* [disk process] */
	_Alignas(64) struct disk_answer answer;
	struct medium_info info; /* before the first bell, and each answer */
	_Atomic uint32_t answered;
	_Atomic uint32_t sleeps; /* not 0: a request needs a bell */
	/* [who has the request] */
	_Alignas(4096) uint8_t data[MEDIUM_MOST];
};

/* disk_channel_attach() - map the channel of memory file @fd, which stays the
 * caller's. Return: NULL, with errno set, if it is no such file.
 * #syscalls mmap */
struct disk_channel *disk_channel_attach(int fd);

/* ---- who asks ---------------------------------------------------------- */

/* disk_channel_busy() - is the last request not answered yet, which may be one
 * of before a reset? */
bool disk_channel_busy(const struct disk_channel *ch);

/* disk_channel_put() - make a request; the caller rings the bell if
 * disk_channel_sleeps(). @ask: copied. Return: its number. */
uint32_t disk_channel_put(struct disk_channel *ch, const struct disk_ask *ask,
			  enum disk_wake wake);

/* disk_channel_sleeps() - does the disk process need a bell? */
bool disk_channel_sleeps(const struct disk_channel *ch);

/* disk_answer_decode() - take a checked copy of the answer to request @number.
 * Return: false if there is none yet. */
bool disk_answer_decode(const struct disk_channel *ch, uint32_t number,
			struct disk_answer *out);

/* disk_info_decode() - take a checked copy of what is in the drive. */
void disk_info_decode(const struct disk_channel *ch, struct medium_info *out);

/* ---- the disk process -------------------------------------------------- */

/**
 * disk_ask_decode() - take a checked copy of a request
 * @info: what is in the drive
 *
 * Return: 0; or a negative errno: it makes no sense (-EINVAL), there is no
 * medium (-ENOMEDIUM), it goes beyond its end (-ERANGE) or would write to what
 * can not be written (-EROFS).
 */
int disk_ask_decode(const struct disk_channel *ch,
		    const struct medium_info *info, struct disk_ask *out);

/* disk_channel_new() - is there a request that is not answered yet? @number:
 * receives its number. */
bool disk_channel_new(const struct disk_channel *ch, uint32_t *number);

/* disk_channel_answer() - answer request @number; the caller wakes the machine.
 * @err: 0 or a negative errno. @info: what is in the drive now; copied */
void disk_channel_answer(struct disk_channel *ch, uint32_t number, int err,
			 const struct medium_info *info);

#endif
