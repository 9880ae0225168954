/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_native.h - run one x87, MMX or SSE instruction on the host itself, to
 * compare with. Its encoding must mean the same in 64-bit mode.
 */
#ifndef TESTS_UNIT_LIB_NATIVE_H
#define TESTS_UNIT_LIB_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* State in, and after native_run() out. */
struct native {
	uint8_t fx[512] __attribute__((aligned(64)));
	uint32_t gpr[8];	/* by ModRM number; ESP, ESI, EDI not used */
	uint64_t flags;		/* arithmetic flags */
	void *operand;		/* what RSI and RDI point to */
	uint8_t *code;		/* executable page */
	int error;		/* SIGFPE was raised: #MF or #XM */
};

void native_open(struct native *n);
void native_close(struct native *n);

/* native_run() - run @len bytes, one instruction. */
void native_run(struct native *n, const uint8_t *code, size_t len);

#endif
