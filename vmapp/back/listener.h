/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.h - the sockets at which a serial port can be reached.
 *
 * 1. TCP is at 127.0.0.1 only: whoever is on this host can connect, nobody
 *    else.
 * 2. A Unix socket's file is this user's only (0600). One that nobody serves
 *    any more is replaced; one that somebody does, and any other file, is an
 *    error.
 */
#ifndef VMAPP_BACK_LISTENER_H
#define VMAPP_BACK_LISTENER_H

#include <stdint.h>
#include <sys/types.h>

struct listener {
	int fd;			/* listens, non-blocking; -1: none */
	char name[128];		/* what a user is told: "unix:/tmp/com1" */
	const char *path;	/* of a Unix socket; not owned. Else NULL */
	dev_t dev;		/* which file it was that we made */
	ino_t ino;
};

/**
 * listener_unix() - at a file of that name
 * @port: of the machine, for what is said: "COM1"
 * @path: kept
 *
 * For a process with one thread: it sets the umask for a moment.
 *
 * Return: 0; or -1, which is explained.
 * #syscalls socket bind listen connect lstat unlink umask close
 */
int listener_unix(struct listener *l, const char *port, const char *path);

/* listener_tcp() - listen at 127.0.0.1. @number: the TCP port; 0: any that is
 * free. @kind: "tcp" or "telnet", for messages. Return: 0; or -1, which is
 * explained. #syscalls socket setsockopt bind listen getsockname close */
int listener_tcp(struct listener *l, const char *port, uint16_t number,
		 const char *kind);

/* listener_close() - and remove the file, if it is still ours. */
void listener_close(struct listener *l);

#endif
