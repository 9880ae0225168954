/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_spec.h - an instruction written as in the manual, and cases from it.
 *
 * A spec is words, one after another:
 *	0F		a byte
 *	+r +i		add 0-7 to the byte before (ESP is left out by +r)
 *	+c		add 0-15 (a condition)
 *	o?		with or without the operand size prefix
 *	rep? lock? seg?	with or without one of those prefixes
 *	/r /0../7	a ModRM byte; then :m or :r keeps to memory or registers
 *	ib iw iz id	an immediate (iz: by operand size)
 *	rel8 relz	a jump target in the code page
 *	moffs		an address in CASE_MEM
 *	ptr		a far pointer
 * The operand size that iz and relz go by is the one that o? chose.
 */
#ifndef TESTS_INSN_LIB_SPEC_H
#define TESTS_INSN_LIB_SPEC_H

#include "tests/insn/lib_gen.h"

/* How registers and memory are prepared, beyond enum fpstate. */
enum setup {
	SET_INT,	/* any integers */
	SET_FEW,	/* memory of few different bytes */
	SET_SHIFT,	/* small counts in ECX */
	SET_DIV,	/* EDX:EAX such that quotients often fit */
	SET_BCD,	/* digits in AX */
	SET_STRING,	/* ESI, EDI, ECX for strings, near page ends too */
	SET_BIT,	/* bit offsets that stay near */
	SET_STACK,	/* ESP and EBP near page ends too */
	SET_MULTI,	/* SET_STACK, for what pushes or pops a lot */
	SET_CODE,	/* registers point to code */
	SET_WHOLE,	/* SET_INT, but never across the code's page end */
	SET_FRAME,	/* a return frame on the stack */
	SET_FAR,	/* far pointers in memory */
	SET_SEL,	/* selectors in registers and memory */
	SET_XLAT,	/* EBX + AL */
	SET_F32, SET_F64, SET_F80, SET_MINT,	/* memory of that kind */
	SET_ENV,	/* stores the x87 environment: pointers are masked */
	SET_LOADENV,	/* loads it */
};

struct spec {
	const char *name;
	const char *text;
	enum setup setup;
	enum fpstate fp;
	uint32_t undefined;	/* EFLAGS bits */
};

/* spec_case() - one case drawn from @s. */
void spec_case(const struct spec *s, struct rng *r, struct case_in *in);

/* spec_case_at() - one case drawn from @s, with its memory operand, stack or
 * string at linear address @at. */
void spec_case_at(const struct spec *s, struct rng *r, uint32_t at,
		  struct case_in *in);

#endif
