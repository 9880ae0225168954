/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.h - SHA-1 (FIPS 180-4), for a WebSocket's handshake, where it protects
 * nothing (RFC 6455, 1.3). */
#ifndef SCREEN_SHA1_H
#define SCREEN_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_SIZE 20u

/* sha1() - the SHA-1 of @n bytes, fewer than 2^29. @sum: receives SHA1_SIZE
 * bytes. */
void sha1(const uint8_t *data, size_t n, uint8_t *sum);

#endif
