/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qemunbd.h - qemu-nbd, which reads the formats of images that are not ours to
 * read, and serves what is in them on a socket.
 *
 * It is the user's own program (Debian's package qemu-utils), run as the user,
 * on a file of the user's choice, which it parses. It gets no network, where
 * the host allows that: a file may name backing files by a network address.
 *
 * 1. It has one client, whose connection was made before it began. Nobody else
 *    can connect: its socket lay in our own folder, and has no name by then.
 * 2. It ends in order, with all written, when that connection ends, and if the
 *    keeper does.
 */
#ifndef VMAPP_BACK_QEMUNBD_H
#define VMAPP_BACK_QEMUNBD_H

#include <sys/types.h>

struct drivefile;

/**
 * qemunbd_start() - start it, to serve a file
 * @f: the file; its path is used
 * @pid: receives the process, a child
 * @words: receives a pipe with its messages, the caller's
 *
 * Return: a connected socket, the caller's; -1 if it can not be started, which
 * is explained. Whether it can serve the file shows when NBD is spoken there.
 * #syscalls socket bind listen connect unlinkat pipe2 fork
 */
int qemunbd_start(const struct drivefile *f, pid_t *pid, int *words);

/**
 * qemunbd_explain() - it does not serve the file: print why, in its own words
 * @name: of the drive
 * @pid: is reaped, and becomes 0
 * @words: qemunbd_start()'s pipe
 *
 * #syscalls read wait4 kill
 */
void qemunbd_explain(const struct drivefile *f, const char *name, pid_t *pid,
		     int words);

#endif
