/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_case.h - one instruction test: state in, code, state out.
 *
 * Shared by the test programs and by the native runners, 32-bit and 64-bit:
 * the structs hold fixed-size fields only and have one layout in all.
 *
 * Always true:
 * 1. Every engine shows the code the same linear addresses (CASE_*), flat
 *    4 GiB segments with the selectors of a Linux process, CPL 3, IOPL 0.
 * 2. Code ends by an exception: the code page is filled with HLT, which is
 *    #GP at CPL 3. So each case ends with a vector, and EIP tells where.
 * 3. Pages around CASE_CODE, CASE_MEM and CASE_RO are not present.
 */
#ifndef TESTS_INSN_LIB_CASE_H
#define TESTS_INSN_LIB_CASE_H

#include <stdint.h>

#define CASE_CODE	0x50000000u	/* one page, readable and executable */
#define CASE_CODE_SIZE	0x1000u
#define CASE_MEM	0x21000000u	/* read-write scratch memory */
#define CASE_MEM_SIZE	0x2000u
#define CASE_RO		0x21010000u	/* one page, read-only */
#define CASE_RO_BYTE(i)	((uint8_t)((i) * 7u + 3u))
#define CASE_LOW	0x4000u		/* CASE_MEM once more, for 16-bit
					 * addresses, if the host allows */

/* The 32-bit runner's own memory: program, stacks, share. A case that finds
 * itself there is not compared. */
#define NATIVE_OWN	0x93600000u
#define NATIVE_OWN_SIZE	0x280000u

#define CASE_CS		0x23u
#define CASE_DS		0x2bu

#define CASE_CODE_MAX	256u

/* Registers by their ModRM number, then what is not general. */
struct case_state {
	uint32_t gpr[8];
	uint32_t eip;
	uint32_t eflags;
	uint16_t seg[6];		/* enum seg; out only: in is fixed */
	uint8_t fx[512] __attribute__((aligned(16)));	/* FXSAVE image */
};

struct case_in {
	struct case_state st;
	uint32_t code_at;		/* offset of the code in its page */
	uint32_t code_len;
	uint8_t code[CASE_CODE_MAX];
	uint8_t mem[CASE_MEM_SIZE];
	/* What no two processors need agree on; for the comparison only. */
	uint32_t undefined;		/* EFLAGS bits */
	uint32_t loose;			/* CASE_LOOSE_* */
	struct {
		uint32_t at, len;	/* bytes of mem */
	} ignore[2];
};

/* A long operand, or one of two, may fault first at another byte. */
#define CASE_LOOSE_CR2		1u
/* PUSHA, POPA and ENTER: the host may have done a part when it faults, as it
 * does it again anyway. Ours must not, and that is what is compared. */
#define CASE_LOOSE_PARTIAL	2u
/* Where both #PF and #AC are due, either may come first (SDM volume 3, table
 * 6-2: of one class). */
#define CASE_LOOSE_ORDER	4u

/* Endings that are not exceptions. */
#define CASE_TIMEOUT	0x100u		/* ran on and on */
#define CASE_DIED	0x101u		/* the engine itself gave up */
#define CASE_SHUTDOWN	0x102u		/* triple fault */

struct case_out {
	struct case_state st;
	uint32_t vector;		/* enum vector or CASE_* */
	uint32_t err;			/* the error code, or 0 */
	uint32_t cr2;			/* for #PF only, else 0 */
	uint32_t count;			/* instructions run, if known */
	uint32_t used;			/* A and D bits of the pages, two bits
					 * each; by our engines, or 0 */
	uint8_t mem[CASE_MEM_SIZE];
};

struct case_slot {
	struct case_in in;
	struct case_out out;
};

/* What a batch looks like in the memory that both processes map. */
#define CASE_BATCH	64u

struct case_share {
	uint8_t mem[CASE_MEM_SIZE];	/* behind CASE_MEM and CASE_LOW */
	uint32_t low_mapped;		/* CASE_LOW is there */
	uint32_t pad[1023];
	struct case_slot slot[CASE_BATCH];
};

/* Descriptors that a native runner is started with. */
#define NATIVE_FD_SHARE	3
#define NATIVE_FD_GO	4	/* a byte: run that many slots */
#define NATIVE_FD_DONE	5	/* a byte back: so many slots are done */

#endif
