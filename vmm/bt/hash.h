/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - what the code that jumps through a jump table and the C code that
 * fills it have in common.
 */
#ifndef VMM_BT_HASH_H
#define VMM_BT_HASH_H

#include <stdint.h>

#include "ia32/types.h"

#define JTAB_ROTATE	12
#define CHAIN_STUB	20	/* bytes of a direct jump's stub */

/* jtab_index() - la + (la rotated right by 12), cut to 16 bits. */
static inline uint32_t jtab_index(laddr la)
{
	return (la + (la >> JTAB_ROTATE | la << (32 - JTAB_ROTATE))) & 0xffff;
}

#endif
