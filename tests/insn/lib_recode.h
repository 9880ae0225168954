/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_recode.h - the code of a case, written anew for 64-bit mode.
 *
 * What means the same there is kept byte for byte, but for what must be:
 *	a 67h before each memory operand, so that addresses have 32 bits, and
 *		before LOOP and JECXZ, so that they count in ECX
 *	[disp32] with a SIB byte, as it is relative to RIP without
 *	INC and DEC of one byte as FE and FF do it; 82h as 80h
 *	a 16-bit address as the [disp32] that it comes to
 *	pushes and pops of 32 bits before other instructions, as a MOV and LEA
 *	displacements of branches, where lengths changed
 * Anything else that is not the same is refused.
 *
 * 1. The new code ends where the old one did, so that whatever comes after it
 *    has its address.
 * 2. Nothing is refused or accepted but by the case: every host decides alike.
 */
#ifndef TESTS_INSN_LIB_RECODE_H
#define TESTS_INSN_LIB_RECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_case.h"

#define RECODE_MAX	24u	/* instructions */
#define RECODE_STEP	40u	/* bytes that one can become */

/* One instruction, before and after. */
struct recode_step {
	uint8_t code[RECODE_STEP];
	uint32_t len;
	uint32_t second;	/* where its second instruction is, or 0 */
	uint32_t from, to;	/* offsets in the page: old, new */
	uint32_t target;	/* of a branch, old; else 0 */
	uint32_t rel_size;	/* of a branch: bytes at the end of code[] */
};

struct recode {
	struct recode_step step[RECODE_MAX];
	unsigned int n;
	uint32_t end;		/* offset in the page, old and new */
	uint32_t start;		/* new */
	uint32_t written;	/* GPRs that an earlier instruction wrote */
	bool moved;		/* a 16-bit address: CASE_LOW became CASE_MEM */
};

/* What is known of a case's instructions without running them. */
struct recode_facts {
	uint32_t undefined;	/* EFLAGS that the manual leaves open */
	bool icebp;		/* there is an ICEBP */
	bool popcnt, movbe;	/* there is one: not every host has them */
	bool approximate;	/* RCPPS and its like: no two makers agree */
};

/* recode_facts() - of as many instructions as can be decoded. */
void recode_facts(const struct case_in *in, struct recode_facts *f);

/**
 * recode_case() - write a case's code for 64-bit mode
 * @in: the case
 * @c: filled in
 * @out: receives the case with its new code
 *
 * Return: false if it is not the same there.
 */
bool recode_case(const struct case_in *in, struct recode *c,
		 struct case_in *out);

/* recode_knows() - can this instruction be part of a case that is written for
 * 64-bit mode? @in: its code is overwritten. */
bool recode_knows(struct case_in *in, const uint8_t *code, uint32_t len);

/**
 * recode_answer() - what a 64-bit runner found, as a 32-bit one would say it
 *
 * Return: false if the case left the first 4 GiB on its way, or ended inside
 * an instruction: that is no answer.
 */
bool recode_answer(const struct recode *c, struct case_out *out);

#endif
