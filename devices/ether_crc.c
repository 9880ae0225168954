/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ether_crc.c - reflected CRC-32, polynomial EDB88320h, eight bytes a step.
 *
 * table[0] is the usual one-byte table; table[k][b] is what byte b leaves
 * behind after k more zero bytes, so that eight bytes need eight lookups
 * that do not wait for one another.
 */
#include "devices/ether_crc.h"

#include "base/bytes.h"

#define POLYNOMIAL	0xedb88320u

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

uint32_t ether_crc_fcs(const struct ether_crc *c, const uint8_t *frame,
		       size_t len)
{
	uint32_t crc = UINT32_MAX, high;

	for (; len >= 8; frame += 8, len -= 8) {
		crc ^= get_le32(frame);
		high = get_le32(frame + 4);
		crc = c->table[7][crc & 0xff] ^ c->table[6][(crc >> 8) & 0xff] ^
		      c->table[5][(crc >> 16) & 0xff] ^ c->table[4][crc >> 24] ^
		      c->table[3][high & 0xff] ^
		      c->table[2][(high >> 8) & 0xff] ^
		      c->table[1][(high >> 16) & 0xff] ^
		      c->table[0][high >> 24];
	}
	for (; len > 0; frame++, len--)
		crc = (crc >> 8) ^ c->table[0][(crc ^ *frame) & 0xff];
	return ~crc;
}

uint32_t ether_crc_bits(const uint8_t *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;
	size_t i;

	for (i = 0; i < len; i++)
		crc = crc_shift(crc ^ bytes[i]);
	return crc;
}
