/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskproc.h - the keeper's part of a drive: the processes that hold its image.
 *
 * For a raw image that is hostel-disk; for another format hostel-disk-nbd, and
 * qemu-nbd behind it. They outlast resets of the guest, and with them what was
 * put in while it ran, and what --snapshot keeps apart.
 *
 * 1. From its start on the keeper keeps nothing of an image but the socket by
 *    which hostel-app rings, and the memory that both share, into which it
 *    does not look.
 * 2. They end when the last of these sockets does, qemu-nbd after it has
 *    written what it has not yet; and with the keeper, whatever ends it.
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
	int words;		/* what qemu-nbd has said: a pipe; -1: none */
};

#define DISKPROC_NONE \
	((struct diskproc){ .channel = -1, .bell = -1, .news = -1, \
			     .words = -1 })

/**
 * diskproc_start() - open a drive's image, and start what holds it
 * @p: filled in, also if it fails: diskproc_end() is to be called
 * @name: of the drive, for sentences
 * @snapshot: see --snapshot
 *
 * Return: false if it can not be; that is explained.
 * #syscalls socketpair fork poll recvfrom wait4 close
 */
bool diskproc_start(struct diskproc *p, const char *name,
		    const struct drive_config *d, bool snapshot);

/* diskproc_end() - the machine has ended: have it end in order, and wait for
 * that. #syscalls close wait4 kill poll */
void diskproc_end(struct diskproc *p);

#endif
