/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dial.h - a connection to vmnetd, which is started if none runs.
 *
 * It is apart from the client, because a process that has given up socket()
 * and execve() has to ask another one for it: see vmnet_client_dial_by().
 */
#ifndef VMNET_DIAL_H
#define VMNET_DIAL_H

#include <stdint.h>
#include <sys/types.h>

#include "vmnet/proto/home.h"

#define VMNET_DIAL_FOLDERS 4u

/* A folder for TFTP: left with each daemon that is connected to. */
struct vmnet_dial_folder {
	uint64_t number;	/* random: the card's hello has it, too */
	int fd;			/* the caller's */
	int sock;		/* as long as it is open the folder is there */
};

struct vmnet_dial {
	char dir[HOME_DIR_SIZE]; /* where its socket is */
	pid_t starter;		/* a child that starts the daemon, or 0 */
	uint64_t starts;	/* times a daemon was started */
	char why[256];		/* what went wrong last, for the user */
	unsigned int folders;
	struct vmnet_dial_folder folder[VMNET_DIAL_FOLDERS];
};

/* vmnet_dial_open() - find the folder of vmnetd's socket; Return: 0, or
 * -errno with a sentence in @d->why. */
int vmnet_dial_open(struct vmnet_dial *d);

/* vmnet_dial_folder() - leave that folder with each daemon from now on; @fd
 * is used, but stays the caller's. */
void vmnet_dial_folder(struct vmnet_dial *d, uint64_t number, int fd);

/**
 * vmnet_dial() - connect; start the daemon if none runs
 *
 * Does not block. Return: a connected, non-blocking socket, the caller's;
 * -EAGAIN if a daemon is on its way: try again; or -errno with a sentence in
 * @d->why.
 * #syscalls socket setsockopt connect fork execve wait4
 */
int vmnet_dial(struct vmnet_dial *d);

/* vmnet_connect() - connect, to a daemon that runs: @dir is its folder.
 * Return: as vmnet_dial(). */
int vmnet_connect(const char *dir);

/* vmnet_connect_control() - connect to the control socket (ctl.h) of a daemon
 * that runs in @dir. Return: as vmnet_dial(). */
int vmnet_connect_control(const char *dir);

/* vmnet_dial_close() - reap what is left; folders are no longer there. */
void vmnet_dial_close(struct vmnet_dial *d);

#endif
