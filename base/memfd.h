/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memfd.h - memory in a file, that processes share by its descriptor.
 *
 * 1. What memfd_sealed() made can neither shrink nor grow, and no seal can be
 *    added: nobody can take the memory from under the other's feet (SIGBUS).
 * 2. No memfd can be executed as a program (MFD_NOEXEC_SEAL, Linux 6.3): a
 *    host may insist on that (vm.memfd_noexec). Its seals then hold
 *    F_SEAL_EXEC as well, so seals are never compared for equality.
 */
#ifndef BASE_MEMFD_H
#define BASE_MEMFD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#ifndef MFD_NOEXEC_SEAL			/* not in glibc 2.36 */
#define MFD_NOEXEC_SEAL	0x8u
#endif

/* memfd_open() - an empty memfd, close-on-exec; mapping it to run code from
 * is allowed. Return: the caller's descriptor, or -errno.
 * #syscalls[screen] memfd_create */
int memfd_open(const char *name);

/* memfd_seal() - an empty one has @size bytes from now on, all 0, and for ever.
 * Return: 0, or -errno. #syscalls ftruncate fcntl */
int memfd_seal(int fd, uint64_t size);

/* memfd_sealed() - a memfd of @size bytes, all 0. Return: as memfd_open().
 * #syscalls close */
int memfd_sealed(const char *name, uint64_t size);

/**
 * memfd_check() - is @fd such a file as memfd_sealed() makes?
 * @size: receives its size
 *
 * Return: 0; -EPROTO if not, or another -errno.
 * #syscalls[switch] fstat fcntl
 */
int memfd_check(int fd, uint64_t *size);

/**
 * memfd_share() - memory of memfd_sealed(), mapped to be read and written
 * @fd: receives its descriptor, the caller's to hand over; -1 on failure
 *
 * Return: the mapping, or NULL with errno set.
 * #syscalls mmap close
 */
void *memfd_share(const char *name, size_t size, int *fd);

/* memfd_attach() - map what memfd_share() made in another process: @size bytes
 * and no others. Return: NULL if it is no such file.
 * #syscalls[switch] mmap */
void *memfd_attach(int fd, size_t size);

#endif
