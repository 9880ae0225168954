/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_gen.h - random integer instructions that stay within the scratch area.
 *
 * 1. EBX points into the scratch area and EBP into its second half; no
 *    instruction changes them, or ESP but by push and pop.
 * 2. Every memory operand lies in the scratch area.
 * 3. Whatever is generated is valid; #DE is the only fault it can raise.
 */
#ifndef TESTS_INSN_LIB_GEN_H
#define TESTS_INSN_LIB_GEN_H

#include "tests/insn/case.h"

#define GEN_MAX_INSNS 16u

struct gen {
	uint64_t state;			/* of the random numbers */
	struct insn_case *c;
	unsigned int depth;		/* words on the stack */
	uint32_t ends[GEN_MAX_INSNS + 1]; /* code length after each */
	unsigned int insns;
};

uint32_t gen_random(struct gen *g);

/* gen_case() - fill @c: registers, scratch, and 1 to 16 instructions. */
void gen_case(struct gen *g, struct insn_case *c);

/* gen_form() - emit one instruction of family @n. */
void gen_form(struct gen *g, unsigned int n);

/* gen_begin() - random registers and memory, no code yet. */
void gen_begin(struct gen *g, struct insn_case *c);

/* gen_forms() - how many families there are; gen_form_name(): their names. */
unsigned int gen_forms(void);
const char *gen_form_name(unsigned int n);

#endif
