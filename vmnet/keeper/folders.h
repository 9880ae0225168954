/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folders.h - folders that machines hand in, for their NATs to read from by
 * TFTP.
 *
 * A machine with `--net nat,tftp=DIR` opens the folder itself, and leaves its
 * descriptor here with a random number, by a socket beside the switch's
 * (home.h). The number goes into the card's hello, and the switch gives it when
 * it asks for a NAT (child.h). So the switch never holds a folder, and no path
 * is opened for it. A switch that was taken over can only name folders that
 * were left for guests to read.
 *
 * 1. A folder is here as long as the connection by which it came is open.
 * 2. Nothing here blocks. A message is a struct vmnet_folder, with one
 *    descriptor, which must be a folder's; all else ends its connection.
 * 3. One number may be here twice, from two connections of one machine; either
 *    folder is right.
 */
#ifndef VMNET_FOLDERS_H
#define VMNET_FOLDERS_H

#include <stdint.h>

#define FOLDERS_MAX 128u	/* connections */

struct folders {
	int listen;		/* socket; -1: no folder can be left */
	struct {
		int sock;	/* -1: a free place */
		int folder;	/* descriptor; -1: none was left yet */
		uint64_t number;
	} place[FOLDERS_MAX];
	unsigned int count;	/* of connections */
	int epoll;		/* poll this for reading */
};

/**
 * folders_open() - serve from here on
 * @listen: a non-blocking, listening SOCK_SEQPACKET socket, taken over; or -1
 *
 * Return: 0 or -errno; then nobody can leave a folder, and folders_find()
 * finds none.
 * #syscalls epoll_create1 epoll_ctl
 */
int folders_open(struct folders *f, int listen);

/* folders_tend() - take what came. #syscalls accept4 epoll_ctl epoll_wait */
void folders_tend(struct folders *f);

/* folders_find() - Return: the folder of that number, which stays ours; or -1.
 */
int folders_find(struct folders *f, uint64_t number);

#endif
