/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * case.h - one run of a few instructions: what goes in, what comes out.
 *
 * Shared by two programs: the tests (64-bit) and native32, the oracle, a real
 * 32-bit process on the host's CPU. Both see the code at CASE_CODE and the
 * scratch memory at CASE_SCRATCH. Fixed-width fields only.
 */
#ifndef TESTS_INSN_CASE_H
#define TESTS_INSN_CASE_H

#include <stdint.h>

#define CASE_CODE	0x00a00000u
#define CASE_SCRATCH	0x00b00000u
#define CASE_SCRATCH_LEN 512u	/* what is filled and compared */
#define CASE_STACK	0x00b00f00u	/* in the scratch page, grows down */
#define CASE_CODE_MAX	240u
#define CASES		2048u	/* in one batch */

/* Arithmetic flags and DF: what a sequence can show. */
#define CASE_FLAGS	0x00000cd5u

/* How it ended: the vector, or this for the end of the code. */
#define CASE_END	0xffu

struct case_state {
	uint32_t gpr[8];	/* EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI */
	uint32_t eflags;
	uint32_t eip;		/* out: where it ended */
	uint32_t vector;	/* out */
	uint8_t scratch[CASE_SCRATCH_LEN];
};

struct insn_case {
	struct case_state in, out;
	uint32_t code_len;
	uint8_t code[CASE_CODE_MAX];
};

struct case_batch {
	struct insn_case item[CASES];
};

#endif
