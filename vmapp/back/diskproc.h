/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskproc.h - the keeper's part of a drive: the processes that hold its image.
 *
 * For a raw image: hostel-disk. For another format: hostel-disk-nbd, and
 * qemu-nbd behind it. They outlive resets of the guest. So a medium that was
 * put in while the guest ran stays, and so do the changes of --snapshot.
 *
 * 1. Once they run, the keeper has nothing of the image but the socket by which
 *    hostel-app rings, and the memory that hostel-app and the disk process
 *    share, into which the keeper does not look.
 * 2. They end when the last copy of this socket is closed, qemu-nbd after it
 *    has written all; and with the keeper, whatever ends that.
 */
#ifndef VMAPP_BACK_DISKPROC_H
#define VMAPP_BACK_DISKPROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "vmapp/config/drives.h"

struct diskproc {
	pid_t pid, qemu;	/* 0: none */
	int channel;		/* memory: struct disk_channel; -1: no drive */
	int bell;		/* hostel-app's end of the socket */
	int news;		/* an eventfd: enum disk_wake */
	int words;		/* pipe with qemu-nbd's messages; -1: none */
};

#define DISKPROC_NONE \
	((struct diskproc){ .channel = -1, .bell = -1, .news = -1, \
			     .words = -1 })

/**
 * diskproc_start() - open a drive's image, and start its processes
 * @p: filled in, also if it fails: diskproc_end() is to be called
 * @name: of the drive, for messages
 * @d: the drive's configuration
 * @snapshot: --snapshot was given
 *
 * Return: false if it could not be done; a message was written.
 * #syscalls socketpair fork poll recvfrom wait4 close
 */
bool diskproc_start(struct diskproc *p, const char *name,
		    const struct drive_config *d, bool snapshot);

/* diskproc_end() - the machine has ended: have the processes end in order, and
 * wait for them. #syscalls close wait4 kill poll */
void diskproc_end(struct diskproc *p);

#endif
