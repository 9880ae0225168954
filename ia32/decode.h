/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - instruction bytes to numbers: a table, and Zydis behind it.
 *
 * 1. Only the bytes, their count and CS.D matter: no processor state.
 * 2. What comes out has the length and the fields that the manual gives;
 *    whether our processor has such an instruction is not asked here.
 * 3. VEX, EVEX, XOP and 3DNow! codes are invalid: no 2001 processor of this
 *    kind has them.
 */
#ifndef IA32_DECODE_H
#define IA32_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IA32_MAX_LEN	15	/* bytes of the longest instruction */

enum ia32_status {
	IA32_OK,
	IA32_MORE,	/* the bytes end inside the instruction */
	IA32_INVALID,	/* #UD; len is a guess, at least 1 */
	IA32_TOO_LONG,	/* over 15 bytes: #GP(0) */
};

/* Prefixes that an instruction has. */
#define PFX_66		0x01u	/* operand size */
#define PFX_67		0x02u
#define PFX_F3		0x04u	/* REP, or mandatory F3 */
#define PFX_F2		0x08u	/* REPNE, or mandatory F2 */
#define PFX_LOCK	0x10u
#define PFX_SEG		0x20u	/* an explicit segment override */

/* The fields mean what the same fields of struct insn mean. */
struct ia32_decoded {
	uint32_t disp;
	uint32_t imm;
	uint16_t imm2;
	uint8_t map, opcode, modrm, prefix, len, opsize, adsize;
	uint8_t mod, reg, rm, seg, base, index, scale;
};

/**
 * ia32_decode() - decode one instruction
 * @out: filled in when IA32_OK
 * @bytes: its first byte
 * @avail: bytes that may be looked at; more than 15 are never needed
 * @code32: CS.D
 */
enum ia32_status ia32_decode(struct ia32_decoded *out, const uint8_t *bytes,
			     size_t avail, bool code32);

/* ia32_decode_fully() - ia32_decode(), but all is asked of Zydis and nothing of
 * the table: for tests. */
enum ia32_status ia32_decode_fully(struct ia32_decoded *out,
				   const uint8_t *bytes, size_t avail,
				   bool code32);

/**
 * ia32_disasm() - one line of assembler text
 * @text: at least @size bytes; always terminated
 * @bits: 16 or 32; or 64, for the host's own code
 * @ip: the instruction's address, for relative targets
 *
 * Return: the instruction's length; 1 with the text "(bad)" if it is none.
 */
size_t ia32_disasm(char *text, size_t size, const uint8_t *bytes, size_t avail,
		   unsigned int bits, uint64_t ip);

#endif
