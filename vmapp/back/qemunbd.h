/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qemunbd.h - qemu-nbd, which reads the formats of images that are not ours to
 * read, and serves what is in them on a socket.
 *
 * It is the user's own program (Debian's package qemu-utils), run as the user,
 * on a file of the user's choice; it parses what lies in that. So it gets no
 * network, where this host lets us say so: a file may name others that it
 * builds on, by address, too.
 *
 * 1. It has one client, whose connection was made before it began; nobody else
 *    finds its socket, which lay in our own folder and has no name by then.
 * 2. It ends in order, with all written, when that connection ends, and if the
 *    keeper does.
 */
#ifndef VMAPP_BACK_QEMUNBD_H
#define VMAPP_BACK_QEMUNBD_H

#include <sys/types.h>

struct drivefile;

/**
 * qemunbd_start() - have it serve a file
 * @pid: receives its process, a child
 * @words: receives a pipe with what it says
 *
 * Return: a connected socket, the caller's; -1 if it can not be started, which
 * is explained. Whether it can serve the file is seen by who reads from there.
 * #syscalls socket bind listen connect unlinkat pipe2 fork
 */
int qemunbd_start(const struct drivefile *f, pid_t *pid, int *words);

/**
 * qemunbd_explain() - it does not serve the file: say why, by its own words
 * @name: of the drive
 * @pid: it is reaped, and this 0
 *
 * #syscalls read wait4 kill
 */
void qemunbd_explain(const struct drivefile *f, const char *name, pid_t *pid,
		     int words);

#endif
