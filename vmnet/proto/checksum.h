/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum.h - the Internet's checksum (RFC 1071), in the host's byte order,
 * which it allows: partial sums are added, and folded at the end.
 */
#ifndef VMNET_CHECKSUM_H
#define VMNET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* sum_bytes() - @p: begins at an even place of what is added up. */
uint64_t sum_bytes(const uint8_t *p, size_t n);

/* sum_fold() - as it lies in a packet, but for its complement. */
uint16_t sum_fold(uint64_t sum);

#endif
