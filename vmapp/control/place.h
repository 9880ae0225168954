/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.h - where the control sockets of this user's machines are.
 *
 * machines/ in the folder of base/runfolder.h has one socket for each machine
 * that runs: NAME.sock of one with a --name, @PID.sock of one without ('@' is
 * in no name).
 *
 * 1. A socket is its machine's as long as somebody listens at it. What
 *    nobody listens at is left from a machine that was killed: whoever opens
 *    a place next removes it.
 * 2. Sockets are made and removed under one lock, so none is taken for dead
 *    between its bind() and its listen().
 * 3. The folder is 0700, a socket 0600; and who connects is asked for its
 *    user's number as well (place_accept()).
 */
#ifndef VMAPP_CONTROL_PLACE_H
#define VMAPP_CONTROL_PLACE_H

#include <stddef.h>
#include <sys/types.h>

/* "NAME.sock", and a name has 64 characters at most (options.h). */
#define PLACE_FILE_SIZE 80
#define PLACE_WHY_SIZE 256

struct place {
	int dir;		/* the folder; -1: not open */
	int sock;		/* it listens; -1: there is none */
	char file[PLACE_FILE_SIZE];
};

#define PLACE_CLOSED ((struct place){ .dir = -1, .sock = -1 })

/**
 * place_open() - make the socket of a machine
 * @name: of the machine; NULL: it has none, and our process's number is used
 * @why: PLACE_WHY_SIZE bytes: a sentence if there is none
 *
 * Return: 0, or a negative errno: -EEXIST: a machine of that name runs.
 * #syscalls openat mkdirat flock socket bind listen connect unlinkat umask
 */
int place_open(struct place *p, const char *name, char *why);

/* place_close() - remove it. #syscalls unlinkat close */
void place_close(struct place *p);

/**
 * place_accept() - take one who connects
 *
 * Return: the caller's descriptor, non-blocking, of a process of our user; or
 * a negative errno: -EACCES: it was another user's, and is cut off.
 * #syscalls accept4 getsockopt close
 */
int place_accept(const struct place *p);

/* A machine that runs. */
struct place_found {
	char name[PLACE_FILE_SIZE];	/* "": it has none */
	pid_t pid;			/* of its hostel; 0: it is not told */
	int sock;			/* connected; the caller's */
};

/**
 * place_list() - connect to all machines of this user
 * @found: receives them, in the order of their names
 * @most: room there
 * @why: PLACE_WHY_SIZE bytes: a sentence if it fails
 *
 * Return: how many there are, or a negative errno.
 */
int place_list(struct place_found *found, int most, char *why);

#endif
