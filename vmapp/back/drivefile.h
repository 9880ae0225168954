/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivefile.h - the file of a drive, by its path: opened, looked at and locked
 * for a disk process, which knows no paths.
 *
 * For the keeper, and for `hostel ctl NAME insert`: both are the user's own
 * programs, and face no guest.
 *
 * 1. A file that is written has one user, one that is read may have many: an
 *    open file description's lock (fcntl(2), F_OFD_SETLK), which goes with the
 *    descriptor to whoever has it, and ends with the last one. QEMU heeds it,
 *    and we heed QEMU's.
 * 2. What qemu-nbd opens by itself it locks by itself.
 */
#ifndef VMAPP_BACK_DRIVEFILE_H
#define VMAPP_BACK_DRIVEFILE_H

#include <stdbool.h>

#include "vmapp/config/drives.h"

#define DRIVEFILE_WHY_SIZE 512

struct drivefile {
	int fd;			/* raw: the file, locked; else -1 */
	enum disk_format format;
	bool guessed;		/* it is raw as nothing else was seen */
	bool read_only;
	char path[PATH_MAX];	/* not raw: for qemu-nbd */
};

/**
 * drivefile_open() - open the file that @d names
 * @snapshot: nothing will be written to it
 * @why: DRIVEFILE_WHY_SIZE bytes: a sentence if it can not be used, or a
 *	warning that goes with it; else ""
 *
 * Return: 0, or a negative errno; the descriptor is the caller's.
 * #syscalls openat fstat lseek fcntl pread64 close
 */
int drivefile_open(struct drivefile *f, const struct drive_config *d,
		   bool snapshot, char *why);

#endif
