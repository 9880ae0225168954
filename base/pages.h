/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.h - memory that is not needed for now goes back to the host. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * pages_give_back() - the host may have the whole pages in a stretch of memory
 * @at: @len bytes of private anonymous memory, which stay mapped
 * @shared: they are of a memfd instead, mapped writable here; it loses them,
 *	and so does whoever has it mapped
 *
 * What was in these pages is 0 from then on.
 *
 * Return: false if the host does not take them.
 *
 * #syscalls[vmm] madvise
 */
bool pages_give_back(void *at, size_t len, bool shared);

#endif
