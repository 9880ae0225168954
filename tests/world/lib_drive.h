/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_drive.h - a drive with no machine around it: its disk process, VMApp's
 * end of it, and a chip that this test is.
 */
#ifndef TESTS_WORLD_LIB_DRIVE_H
#define TESTS_WORLD_LIB_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "vmapp/back/disk.h"
#include "vmapp/back/diskproc.h"

struct drive {
	struct drive_config config;
	struct diskproc proc;
	struct events events;
	struct disk_back back;
	bool open;
	uint32_t tag;		/* of the last request */
	/* what was heard */
	unsigned int done, full, changed, gone;
	enum medium_result result;
	int err;
};

/* drive_start() - a drive of that kind; @text as --disk has it. Return: false
 * if it can not be. */
bool drive_start(struct drive *d, enum drive_kind kind, const char *text,
		 bool snapshot);
/* drive_life() - VMApp's end begins, or once more after drive_leave(). */
void drive_life(struct drive *d);
void drive_leave(struct drive *d);
/* drive_end() - all of it. */
void drive_end(struct drive *d);

/* drive_begin() - a request; drive_wait() - until one has ended, or waits for
 * room, or five seconds: Return: was it so? */
void drive_begin(struct drive *d, enum medium_op op, uint64_t first,
		 uint32_t count);
bool drive_wait(struct drive *d);

/* drive_do() - both. Return: did it end well? */
bool drive_do(struct drive *d, enum medium_op op, uint64_t first,
	      uint32_t count);

/* drive_put() / drive_get() - fill @count sectors with a byte, or see that
 * they are. Return: did it end well, and so? */
bool drive_put(struct drive *d, uint64_t first, uint32_t count, uint8_t byte);
bool drive_get(struct drive *d, uint64_t first, uint32_t count, uint8_t byte);

/* ---- files ------------------------------------------------------------- */

/* folder_open() - of a group of tests: a new folder for their files, and for
 * Hostel's own sockets; folder_close() - remove both. */
int folder_open(void **state);
int folder_close(void **state);
/* in_folder() - the path of a file there, in a buffer that the next call but
 * three uses again. */
const char *in_folder(const char *name);
/* file_make() - one of @size bytes @byte; 0 gives a hole. Return: its path. */
const char *file_make(const char *name, uint64_t size, uint8_t byte);
/* file_byte() - of a file; -1: it has none there. */
int file_byte(const char *path, uint64_t at);

/* ---- a full host disk -------------------------------------------------- */

/* in_small_fs() - @f, in a child that has a file system of @kib KiB at
 * in_folder("small"). It is no test there: it checks by MUST(). Return: what it
 * returned; -1: there can be no such file system. */
int in_small_fs(unsigned int kib, int (*f)(void));

/* full_seen() - a request of @d has found no room: it waits, as often as it is
 * made again, and ends well once small/other is gone. For in_small_fs()'s
 * function. Return: 0, or the line that was not right. */
int full_seen(struct drive *d);

/* MUST() - return from in_small_fs()'s function if @e is not so, with the line;
 * it returns 0 if all was right. */
#define MUST(e) do { if (!(e)) return __LINE__ % 249 + 1; } while (0)

#endif
