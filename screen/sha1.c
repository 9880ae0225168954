/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.c - SHA-1: see sha1.h. Names are those of FIPS 180-4, 6.1.2. */
#include "screen/sha1.h"

#include <string.h>

#define BLOCK 64u

static uint32_t sha1_rotl(uint32_t v, unsigned int by)
{
	return v << by | v >> (32 - by);
}

/* sha1_step() - f and K of step @t. */
static uint32_t sha1_step(unsigned int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void sha1_block(uint32_t h[5], const uint8_t *m)
{
	uint32_t w[80], v[5], temp;
	unsigned int t;

	for (t = 0; t < 16; t++)
		w[t] = (uint32_t)m[4 * t] << 24 | (uint32_t)m[4 * t + 1] << 16 |
		       (uint32_t)m[4 * t + 2] << 8 | m[4 * t + 3];
	for (; t < 80; t++)
		w[t] = sha1_rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16],
				 1);
	memcpy(v, h, sizeof(v));
	for (t = 0; t < 80; t++) {
		temp = sha1_rotl(v[0], 5) + sha1_step(t, v[1], v[2], v[3]) +
		       v[4] + w[t];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = sha1_rotl(v[1], 30);
		v[1] = v[0];
		v[0] = temp;
	}
	for (t = 0; t < 5; t++)
		h[t] += v[t];
}

void sha1(const uint8_t *data, size_t n, uint8_t *sum)
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
			  0xc3d2e1f0 };
	uint8_t last[2 * BLOCK] = { 0 };
	size_t at, rest, end;
	unsigned int i;

	for (at = 0; n - at >= BLOCK; at += BLOCK)
		sha1_block(h, data + at);
	rest = n - at;
	memcpy(last, data + at, rest);
	last[rest] = 0x80;
	end = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	for (i = 0; i < 4; i++)
		last[end - 1 - i] = (uint8_t)((uint32_t)n * 8 >> 8 * i);
	sha1_block(h, last);
	if (end > BLOCK)
		sha1_block(h, last + BLOCK);
	for (i = 0; i < SHA1_SIZE; i++)
		sum[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}
