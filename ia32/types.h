/* SPDX-License-Identifier: BSD-2-Clause */
/* types.h - the kinds of guest address. */
#ifndef IA32_TYPES_H
#define IA32_TYPES_H

#include <stdint.h>

typedef uint32_t laddr;	/* linear: after segmentation, before paging */
typedef uint64_t paddr;	/* guest-physical: after paging */

#define PAGE_SHIFT	12
#define PAGE_SIZE	4096u
#define PAGE_MASK	0xfffu

#endif
