/* SPDX-License-Identifier: BSD-2-Clause */
/* checksum.c - the Internet's checksum: see checksum.h. */
#include "vmnet/proto/checksum.h"

#include "base/bytes.h"

uint64_t sum_bytes(const uint8_t *p, size_t n)
{
	uint64_t low = 0, high = 0, word;

	for (; n >= 8; p += 8, n -= 8) {
		word = get_le64(p);
		low += (uint32_t)word;
		high += word >> 32;
	}
	low += high;
	for (; n >= 2; p += 2, n -= 2)
		low += get_le16(p);
	return n ? low + *p : low;
}

uint16_t sum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}
