/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h - a disk process at work: one drive, and what is in it.
 *
 * It is started by the keeper, as hostel-disk or hostel-disk-nbd, with the
 * descriptors of channel.h, and words that say the rest:
 *
 *	KIND		disk, cdrom or floppy
 *	empty		nothing is in it; there is no image
 *	guessed		see image_raw()
 *	snapshot	there is an overlay's file
 *	ro		the guest may not write, not even there
 *	once		a write that has failed can not be made again: that is
 *			told, and all after it fails (image.h)
 *
 * It rings its bell once when it is ready, and ends with the other end of the
 * socket.
 */
#ifndef DISK_SERVE_H
#define DISK_SERVE_H

#include <stdbool.h>

#include "disk/ahead.h"
#include "disk/channel.h"
#include "disk/image.h"
#include "disk/kind.h"
#include "disk/overlay.h"

struct disk_server {
	struct disk_channel *ch;
	int bell, news;
	enum drive_kind kind;
	/* as it was told at its start */
	bool empty, guessed, snapshot, once;
	bool read_only;		/* with snapshot: of what is in the drive */
	bool fixed;		/* the medium can not be changed */
	bool early;		/* the medium comes with a bell's descriptor */
	bool looks;		/* the machine polls: serve_turn() */
	struct image base;
	struct overlay overlay;
	struct image *image;	/* what the drive sees; NULL: it is empty */
	uint8_t heads, per_track; /* a disk's, at our start: disk_shape() */
	struct ahead ahead;
};

/**
 * serve_begin() - read the words, map the channel
 * @name: of the program, for who starts it by hand: explains itself, and exits
 *
 * #syscalls getsockopt prctl
 */
void serve_begin(struct disk_server *s, const char *name, int argc,
		 char **argv);

/* serve_take() - put @s->base, which is open, into the drive, under an overlay
 * if there is to be one. Return: 0, or a negative errno.
 * #syscalls[disk nbd] close */
int serve_take(struct disk_server *s);

/**
 * serve_close_in() - give up what base/limits.h and base/privileges.h can take
 * away; the caller closes its sandbox next. Nothing is printed from here on.
 *
 * Return: 0, or a negative errno.
 * #syscalls openat dup2
 */
int serve_close_in(void);

/**
 * serve_turn() - wait for a request, do it, answer
 *
 * If the machine polled for the last answer, this polls for the next request
 * for a moment before it sleeps: a wake-up takes longer than most requests.
 *
 * Return: false at the end of the socket.
 * #syscalls[disk nbd] sendto
 */
bool serve_turn(struct disk_server *s);

/* serve() - ring the bell, make turns until the socket is closed, and close the
 * image. */
void serve(struct disk_server *s);

#endif
