/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivefile.h - the file of a drive, by its path: opened, looked at and locked
 * for a disk process, which knows no paths.
 *
 * For the keeper, and for `hostel ctl NAME insert`: both are the user's own
 * programs, and face no guest.
 *
 * 1. A file that is written has one user; one that is only read may have many.
 *    These are locks of the open file description (fcntl(2), F_OFD_SETLK):
 *    they go with the descriptor, and end when its last copy is closed. Who
 *    writes locks all of the file, and who reads the bytes that a reader of
 *    QEMU's locks. So QEMU respects ours, and we respect QEMU's.
 * 2. qemu-nbd opens and locks its file itself.
 */
#ifndef VMAPP_BACK_DRIVEFILE_H
#define VMAPP_BACK_DRIVEFILE_H

#include <stdbool.h>

#include "vmapp/config/drives.h"

#define DRIVEFILE_WHY_SIZE 512

struct drivefile {
	int fd;			/* raw: the file, locked; else -1 */
	enum disk_format format;
	bool guessed;		/* taken for raw, as it looks like no other */
	bool read_only;
	char path[PATH_MAX];	/* not raw: for qemu-nbd */
};

/**
 * drivefile_open() - open the file that @d names, and lock it
 * @f: filled in
 * @snapshot: nothing will be written to it
 * @why: DRIVEFILE_WHY_SIZE bytes: receives one sentence if the file can not be
 *	used, or a warning if it can; else ""
 *
 * Return: 0, or a negative errno; the descriptor is the caller's.
 * #syscalls openat fstat lseek fcntl pread64 close
 */
int drivefile_open(struct drivefile *f, const struct drive_config *d,
		   bool snapshot, char *why);

#endif
