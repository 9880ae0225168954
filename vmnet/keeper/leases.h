/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leases.h - the file that remembers which card had which address, so that the
 * card gets it again after vmnetd has ended.
 *
 * 1. A line for each: "8 00:50:56:00:00:0a 15": network, card, the address's
 *    number in the subnet. A later line counts over an earlier one.
 * 2. Lines are only added. When the file has become long, the next vmnetd that
 *    opens it writes it anew.
 * 3. Nothing else depends on the file: without it, or for a line that is bad,
 *    cards get addresses as if they were new.
 */
#ifndef VMNET_LEASES_H
#define VMNET_LEASES_H

#include <stddef.h>
#include <stdint.h>

#define LEASES_SIZE	262144u	/* of the file at most */
#define LEASES_LONG	65536u	/* bytes; a longer file is written anew */

struct leases {
	int fd;			/* to add to; -1: there is no file */
	unsigned int left;	/* lines that may be added */
};

/* leases_take_fn - is called with each good line of the file. */
typedef void leases_take_fn(void *arg, unsigned int network,
			    const uint8_t mac[6], uint16_t host);

/**
 * leases_open() - read the file, and have it ready to add to
 * @path: its name; its folder is made if it is not there
 * @take, @arg: called for each line, in order
 *
 * Return: 0; 1: it was long, and is empty now: the caller writes what counts by
 * leases_add(); or -errno: there is no file, and nothing is remembered.
 * #syscalls openat read ftruncate
 */
int leases_open(struct leases *l, const char *path, leases_take_fn *take,
		void *arg);

/* leases_add() - one more line. #syscalls write */
void leases_add(struct leases *l, unsigned int network, const uint8_t mac[6],
		uint16_t host);

#endif
