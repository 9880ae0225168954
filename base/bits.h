/* SPDX-License-Identifier: BSD-2-Clause */
/* bits.h - sets of numbers, a bit each, in arrays of 64-bit words. The arrays
 * must have the bit that is named. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool has_bit(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i & 63) & 1;
}

static inline void set_bit(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= 1ull << (i & 63);
}

static inline void clear_bit(uint64_t *bits, uint32_t i)
{
	bits[i / 64] &= ~(1ull << (i & 63));
}

#endif
