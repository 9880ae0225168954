/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - what the code that jumps through a jump table and the C code that
 * fills it have in common.
 */
#ifndef VMM_BT_HASH_H
#define VMM_BT_HASH_H

#include <stdint.h>

#include "ia32/types.h"

#define CHAIN_STUB	14	/* bytes of an exit's stub */
/* What an exit to another page goes by (exit.checked): r10d is that page */
#define CHECKED_DISTANCE 11u	/* where its distance is, */
#define CHECKED_JUMP	15u	/* and the jump */
#define CHAIN_HASHED	11u	/* bytes of chain_emit_indirect() */
#define SWAP_SIZE	3u	/* bytes of emit_xchg64() */

/* jtab_index() - the low 16 bits: to mix in others would take longer than the
 * few collisions that it saves. */
static inline uint32_t jtab_index(laddr la)
{
	return la & 0xffff;
}

#endif
