/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_folder.h - a process beside a NAT that opens files of one folder, for
 * what the guest asks for by TFTP (nat_tftp.h).
 *
 * The NAT has libslirp in it, whose parsers have had holes: so it may open
 * nothing, and holds no folder. It sends a name, and gets a descriptor of a
 * plain file, for reading, or an error. This process sees names only; it is
 * walled into the folder (privileges_drop_to()), and it ends with its NAT.
 */
#ifndef VMNET_NAT_FOLDER_H
#define VMNET_NAT_FOLDER_H

#include <stdint.h>

#include "vmnet/nat/folder_walk.h"

/* What the NAT asks for, and the answer. */
struct folder_asked {
	uint32_t number;	/* comes back in the answer */
	char name[FOLDER_NAME_MAX];	/* all zero behind its end */
};

struct folder_answer {
	uint32_t number;
	int32_t err;		/* 0: a descriptor comes with it; or -errno */
	uint64_t size;		/* of the file, in bytes */
};

/**
 * nat_folder_start() - make that process
 * @folder: the folder's descriptor; closed here, it is that process's only
 *
 * Called while there is nothing else to be had: no socket but the switch's.
 *
 * Return: a non-blocking SOCK_SEQPACKET socket for these messages, or -errno.
 * #syscalls socketpair fork close
 */
int nat_folder_start(int folder);

/**
 * folder_serve() - answer until the other end is closed: what that process does
 * @folder: not closed
 *
 * #syscalls[folder] poll recvfrom
 */
void folder_serve(int sock, int folder);

#endif
