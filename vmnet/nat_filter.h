/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_filter.h - what libslirp must not see.
 *
 * libslirp before 4.9.2 trusts TCP's urgent pointer (CVE-2026-9539: a length
 * underflow, and host memory leaves by the socket). Debian 12 has 4.7.0. No
 * program that we know of needs urgent data through NAT, so it is made
 * ordinary data before libslirp looks.
 */
#ifndef VMNET_NAT_FILTER_H
#define VMNET_NAT_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * nat_filter() - disarm a frame from a guest
 * @frame, @len: our own copy; changed in place, checksums kept right
 *
 * IPv4 fragments are refused, of all protocols: 4.7.0 can be crashed by
 * fragments that do not fit together (found by tests/net/nat_test.c), and a
 * TCP flag could hide behind reassembly. They are made whole before they come
 * here (ip_reassemble.h).
 *
 * Return: false if the frame must be dropped.
 */
bool nat_filter(uint8_t *frame, size_t len);

#endif
