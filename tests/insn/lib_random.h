/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_random.h - random sequences of valid instructions.
 *
 * 1. Memory operands lie in or just around CASE_MEM: base registers are
 *    pinned to it for the whole sequence, and no instruction may write them
 *    but pushes, pops and string instructions.
 * 2. Branches go forward, inside the sequence.
 * 3. Nothing is drawn that depends on more than the case: no time, no CPUID,
 *    no selectors, no system call, nothing the kernel emulates, and no
 *    instruction that our processor does not have.
 */
#ifndef TESTS_INSN_LIB_RANDOM_H
#define TESTS_INSN_LIB_RANDOM_H

#include "tests/insn/lib_gen.h"

#define SEQ_MAX 16

struct seq {
	uint8_t code[SEQ_MAX][16];
	uint8_t len[SEQ_MAX];
	uint8_t branch[SEQ_MAX];	/* 0, or: its last byte is a rel8 over
					 * this many instructions */
	unsigned int n;
};

/* seq_draw() - registers and memory into @in, instructions into @seq.
 * @only64: only such as lib_recode.c can write for 64-bit mode */
void seq_draw(struct rng *r, bool only64, struct seq *seq, struct case_in *in);

/* seq_lay() - put the instructions in @mask (bit i: the i-th) into @in. */
void seq_lay(const struct seq *seq, uint32_t mask, struct case_in *in);

#endif
