/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdpass.h - a message with descriptors over a Unix socket.
 *
 * 1. A message is whole or refused: truncated data or a truncated list of
 *    descriptors is an error, and no descriptor leaks from it.
 * 2. Descriptors arrive close-on-exec.
 * 3. A message of no bytes can not be told from the end of a connection, and
 *    is taken for it: what came with it is closed.
 */
#ifndef BASE_FDPASS_H
#define BASE_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

#define FDPASS_MAX 8

/**
 * fdpass_send() - send one message and some descriptors
 * @sock: Unix socket that keeps message limits (SEQPACKET or DGRAM)
 * @msg, @len: the message, at least one byte
 * @fds, @n: descriptors to hand over; still open here afterwards
 *
 * Return: 0 or -errno (-EINVAL if @n is over FDPASS_MAX).
 * #syscalls[app folder screen] sendmsg
 */
int fdpass_send(int sock, const void *msg, size_t len, const int *fds,
		size_t n);

/**
 * fdpass_recv() - receive one message and its descriptors
 * @sock: Unix socket
 * @msg, @size: room for the message
 * @fds: room for @n descriptors; the caller owns those that arrive
 * @n: in: room in @fds; out: how many came
 *
 * Return: length of the message, 0 at end of file, or -errno. -EMSGSIZE if
 * the message or its descriptors did not fit; all of them are closed then.
 * @n is 0 unless there is a message.
 * #syscalls[app switch screen disk nbd] recvmsg close
 */
ssize_t fdpass_recv(int sock, void *msg, size_t size, int *fds, size_t *n);

#endif
