/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ether_crc.c - reflected CRC-32, polynomial EDB88320h: sixty-four bytes a step
 * by carry-less multiplication, or eight by tables.
 *
 * table[0] is the usual one-byte table; table[k][b] is what byte b leaves
 * behind after k more zero bytes, so that eight bytes need eight lookups
 * that do not wait for one another.
 *
 * By multiplication: bytes that n bits follow count as much as their product
 * with x^n mod P, which may be added to what stands n bits further on. So 64
 * bytes are folded onto the next 64, at last 16 onto 16, and what is left goes
 * by the tables, with a CRC of 0 before it: the one before is in there already.
 */
#include "devices/ether_crc.h"

#include <immintrin.h>

#include "base/bytes.h"

#define POLYNOMIAL	0xedb88320u
#define LANE		16u		/* bytes of a register */
#define LANES		4u
#define FOLD_MIN	(2u * LANES * LANE)	/* else tables are as fast */

/*
 * x^(n + 32) mod P for the first half of a lane and x^(n - 32) for the second,
 * where n bits lie between a lane and what it is folded onto. Bits are in the
 * order of the frame, and one place up, as the product of two 64-bit numbers
 * has 127 bits.
 */
#define FOLD_LANES_FIRST	0x154442bd4	/* n = 512 */
#define FOLD_LANES_SECOND	0x1c6e41596
#define FOLD_LANE_FIRST		0x1751997d0	/* n = 128 */
#define FOLD_LANE_SECOND	0x0ccaa009e

static uint32_t crc_shift(uint32_t crc)
{
	unsigned int bit;

	for (bit = 0; bit < 8; bit++)
		crc = (crc >> 1) ^ (POLYNOMIAL & (0u - (crc & 1)));
	return crc;
}

void ether_crc_init(struct ether_crc *c)
{
	uint32_t b, crc;
	unsigned int k;

	for (b = 0; b < 256; b++)
		c->table[0][b] = crc_shift(b);
	for (k = 1; k < 8; k++) {
		for (b = 0; b < 256; b++) {
			crc = c->table[k - 1][b];
			c->table[k][b] = (crc >> 8) ^ c->table[0][crc & 0xff];
		}
	}
}

/* by_tables() - the register after these bytes, @crc before them */
static uint32_t by_tables(const struct ether_crc *c, uint32_t crc,
			  const uint8_t *bytes, size_t len)
{
	uint32_t high;

	for (; len >= 8; bytes += 8, len -= 8) {
		crc ^= get_le32(bytes);
		high = get_le32(bytes + 4);
		crc = c->table[7][crc & 0xff] ^ c->table[6][(crc >> 8) & 0xff] ^
		      c->table[5][(crc >> 16) & 0xff] ^ c->table[4][crc >> 24] ^
		      c->table[3][high & 0xff] ^
		      c->table[2][(high >> 8) & 0xff] ^
		      c->table[1][(high >> 16) & 0xff] ^
		      c->table[0][high >> 24];
	}
	for (; len > 0; bytes++, len--)
		crc = (crc >> 8) ^ c->table[0][(crc ^ *bytes) & 0xff];
	return crc;
}

#define BY_PRODUCTS __attribute__((target("pclmul,sse2")))

static __m128i lane(const uint8_t *bytes)
{
	return _mm_loadu_si128((const void *)bytes);
}

/* fold() - @from onto @to, which stands as far on as @by is for */
BY_PRODUCTS static inline __m128i fold(__m128i from, __m128i by, __m128i to)
{
	return _mm_xor_si128(
		_mm_xor_si128(_mm_clmulepi64_si128(from, by, 0x00),
			      _mm_clmulepi64_si128(from, by, 0x11)),
		to);
}

/**
 * by_products() - fold all whole lanes
 * @left: receives 16 bytes that they count as much as
 * @len: FOLD_MIN or more
 *
 * Return: how many bytes were folded.
 */
BY_PRODUCTS static size_t by_products(uint8_t left[LANE], const uint8_t *bytes,
				      size_t len)
{
	const __m128i far = _mm_set_epi64x(FOLD_LANES_SECOND, FOLD_LANES_FIRST);
	const __m128i near = _mm_set_epi64x(FOLD_LANE_SECOND, FOLD_LANE_FIRST);
	__m128i x[LANES];
	unsigned int i;
	size_t at;

	for (i = 0; i < LANES; i++)
		x[i] = lane(bytes + i * LANE);
	/* The register starts with all bits set. */
	x[0] = _mm_xor_si128(x[0], _mm_cvtsi32_si128(-1));
	for (at = LANES * LANE; len - at >= LANES * LANE; at += LANES * LANE)
		for (i = 0; i < LANES; i++)
			x[i] = fold(x[i], far, lane(bytes + at + i * LANE));
	for (i = 1; i < LANES; i++)
		x[0] = fold(x[0], near, x[i]);
	for (; len - at >= LANE; at += LANE)
		x[0] = fold(x[0], near, lane(bytes + at));
	_mm_storeu_si128((void *)left, x[0]);
	return at;
}

uint32_t ether_crc_fcs(const struct ether_crc *c, const uint8_t *frame,
		       size_t len)
{
	uint32_t crc = UINT32_MAX;
	uint8_t left[LANE];
	size_t done = 0;

	if (len >= FOLD_MIN && __builtin_cpu_supports("pclmul")) {
		done = by_products(left, frame, len);
		crc = by_tables(c, 0, left, LANE);
	}
	return ~by_tables(c, crc, frame + done, len - done);
}

uint32_t ether_crc_tables(const struct ether_crc *c, const uint8_t *frame,
			  size_t len)
{
	return ~by_tables(c, UINT32_MAX, frame, len);
}

uint32_t ether_crc_bits(const uint8_t *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;
	size_t i;

	for (i = 0; i < len; i++)
		crc = crc_shift(crc ^ bytes[i]);
	return crc;
}
