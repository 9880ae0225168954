/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limits.h - how much memory a process may take, for one that others' bytes
 * may have taken over.
 *
 * 1. A limit counts from what the process has when it is set: it says how much
 *    more may come. It is a hard one, and never above one that was there.
 * 2. What is limited is what malloc() and private mappings take (RLIMIT_DATA),
 *    and the room that mappings of any kind may cover (RLIMIT_AS), as their
 *    tables take memory, too. A shared file's pages are bounded by the file's
 *    size, which its seals hold.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

/**
 * limits_memory() - from here on no more memory than so
 * @data: bytes that malloc() and writable private mappings may add
 * @space: bytes of addresses that mappings of any kind may add
 *
 * Then mmap() and malloc() fail. A build with the address or thread sanitizer
 * sets no limit: its run time covers terabytes. Without /proc it is not known
 * what there is already: then that is taken for LIMITS_UNKNOWN.
 *
 * #syscalls openat read close getrlimit setrlimit
 */
void limits_memory(uint64_t data, uint64_t space);

#define LIMITS_UNKNOWN (4ull << 30)

/**
 * limits_first() - if the host runs out of memory, this process is to go
 * before its neighbours
 *
 * #syscalls openat read close
 */
void limits_first(void);

#endif
