/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ether_crc.h - the frame check sequence of Ethernet: reflected CRC-32.
 *
 * struct ether_crc holds tables for eight bytes at a time; make it once with
 * ether_crc_init(). ether_crc_bits() needs none: it is for a few bytes.
 */
#ifndef DEVICES_ETHER_CRC_H
#define DEVICES_ETHER_CRC_H

#include <stddef.h>
#include <stdint.h>

#define ETHER_FCS_LEN	4
#define ETHER_MIN_LEN	60	/* without FCS */

struct ether_crc {
	uint32_t table[8][256];
};

/* ether_crc_init() - fill in the tables */
void ether_crc_init(struct ether_crc *c);

/**
 * ether_crc_fcs() - the FCS of a frame
 * @c: tables
 * @frame: without FCS
 * @len: bytes
 *
 * Return: the FCS; on the wire its least significant byte comes first.
 */
uint32_t ether_crc_fcs(const struct ether_crc *c, const uint8_t *frame,
		       size_t len);

/* ether_crc_tables() - ether_crc_fcs() by tables only, as on a host without
 * carry-less multiplication; for tests. */
uint32_t ether_crc_tables(const struct ether_crc *c, const uint8_t *frame,
			  size_t len);

/* ether_crc_bits() - the CRC register after @len bytes, not inverted */
uint32_t ether_crc_bits(const uint8_t *bytes, size_t len);

#endif
