/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.c - see pages.h. */
#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#define PAGE ((uintptr_t)4096)	/* x86-64's */

bool pages_give_back(void *at, size_t len, bool shared)
{
	uintptr_t from = ((uintptr_t)at + PAGE - 1) & ~(PAGE - 1);
	uintptr_t to = ((uintptr_t)at + len) & ~(PAGE - 1);

	return to <= from || !madvise((void *)from, to - from,
				      shared ? MADV_REMOVE : MADV_DONTNEED);
}
