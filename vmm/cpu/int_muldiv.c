/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int_muldiv.c - MUL IMUL DIV IDIV.
 *
 * A division is checked before the host may do it: on the host, #DE would be
 * a signal. That includes the smallest integer by -1.
 */
#include "vmm/cpu/int.h"

/* AX = AL * v, with the host's flags. */
#define MUL8(name, op)							\
static void name(struct cpu *cpu, const struct insn *in)		\
{									\
	uint8_t v = e_ld8(cpu, in);					\
	uint32_t ax = flags_to_ax(cpu->aflags), lo = reg8(cpu, REG_EAX);\
									\
	__asm__(HOST_FLAGS_IN "movl %[lo], %%eax\n\t" op " %[v]\n\t"	\
		"movl %%eax, %[lo]" HOST_FLAGS_OUT			\
		: "+&a" (ax), [lo] "+&r" (lo) : [v] "r" (v) : "cc");	\
	set_reg16(cpu, REG_EAX, (uint16_t)lo);				\
	cpu->aflags = flags_from_ax(ax);				\
}

MUL8(mul8, "mulb")
MUL8(imul8, "imulb")

/* DX:AX or EDX:EAX = accumulator * v. */
#define MUL(name, op, W, T)						\
static void name(struct cpu *cpu, const struct insn *in)		\
{									\
	T v = e_ld##W(cpu, in), hi;					\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
	uint32_t lo = reg32(cpu, REG_EAX);				\
									\
	__asm__(HOST_FLAGS_IN "movl %[lo], %%eax\n\t" op " %[v]\n\t"	\
		"movl %%eax, %[lo]" HOST_FLAGS_OUT			\
		: "+&a" (ax), [lo] "+&r" (lo), "=&d" (hi)		\
		: [v] "r" (v) : "cc");					\
	set_reg##W(cpu, REG_EAX, (T)lo);				\
	set_reg##W(cpu, REG_EDX, hi);					\
	cpu->aflags = flags_from_ax(ax);				\
}

MUL(mul16, "mulw", 16, uint16_t)
MUL(imul16, "imulw", 16, uint16_t)
MUL(mul32, "mull", 32, uint32_t)
MUL(imul32, "imull", 32, uint32_t)

/* reg = a * b: the forms with two and three operands. */
#define IMUL2(W, T, op)							\
HOST_ALU_IN(imul2_##W, op, T)						\
									\
static void imul##W##_ge(struct cpu *cpu, const struct insn *in)	\
{									\
	T v = e_ld##W(cpu, in);						\
									\
	set_reg##W(cpu, in->reg,					\
		   imul2_##W(cpu, reg##W(cpu, in->reg), v));		\
}									\
									\
static void imul##W##_gei(struct cpu *cpu, const struct insn *in)	\
{									\
	T v = e_ld##W(cpu, in);						\
									\
	set_reg##W(cpu, in->reg, imul2_##W(cpu, v, (T)in->imm));	\
}

IMUL2(16, uint16_t, "imulw")
IMUL2(32, uint32_t, "imull")

/* ---- division ------------------------------------------------------------
 *
 * One function for all widths: numbers are taken as 64 bits wide, checked,
 * and then the host's instruction of the right width gives the flags.
 */

static void divide_error(struct cpu *cpu)
{
	cpu_raise(cpu, VEC_DE, 0);
}

/* div_check() - #DE unless num / den fits into @bits bits. */
static void div_check(struct cpu *cpu, uint64_t num, uint32_t den,
		      unsigned int bits)
{
	if (den == 0 || num / den >> bits)
		divide_error(cpu);
}

static void idiv_check(struct cpu *cpu, int64_t num, int32_t den,
		       unsigned int bits)
{
	int64_t max = ((int64_t)1 << (bits - 1)) - 1, q;

	if (den == 0 || num == INT64_MIN)
		divide_error(cpu);	/* the latter never fits */
	q = num / den;
	if (q > max || q < -max - 1)
		divide_error(cpu);
}

#define DIV8(name, op, N, D, check)					\
static void name(struct cpu *cpu, const struct insn *in)		\
{									\
	uint8_t v = e_ld8(cpu, in);					\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
	uint32_t num = reg16(cpu, REG_EAX);				\
									\
	check(cpu, (N)num, (D)v, 8);					\
	__asm__(HOST_FLAGS_IN "movl %[num], %%eax\n\t" op " %[v]\n\t"	\
		"movl %%eax, %[num]" HOST_FLAGS_OUT			\
		: "+&a" (ax), [num] "+&r" (num) : [v] "r" (v) : "cc");	\
	set_reg16(cpu, REG_EAX, (uint16_t)num);				\
	cpu->aflags = flags_from_ax(ax);				\
}

DIV8(div8, "divb", uint16_t, uint8_t, div_check)
DIV8(idiv8, "idivb", int16_t, int8_t, idiv_check)

#define DIV(name, op, W, T, N, D, check)				\
static void name(struct cpu *cpu, const struct insn *in)		\
{									\
	T v = e_ld##W(cpu, in), hi = reg##W(cpu, REG_EDX);		\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
	uint32_t lo = reg##W(cpu, REG_EAX);				\
									\
	check(cpu, (N)((uint64_t)hi << W | lo), (D)v, W);		\
	__asm__(HOST_FLAGS_IN "movl %[lo], %%eax\n\t" op " %[v]\n\t"	\
		"movl %%eax, %[lo]" HOST_FLAGS_OUT			\
		: "+&a" (ax), [lo] "+&r" (lo), "+&d" (hi)		\
		: [v] "r" (v) : "cc");					\
	set_reg##W(cpu, REG_EAX, (T)lo);				\
	set_reg##W(cpu, REG_EDX, hi);					\
	cpu->aflags = flags_from_ax(ax);				\
}

DIV(div16, "divw", 16, uint16_t, uint32_t, uint16_t, div_check)
DIV(idiv16, "idivw", 16, uint16_t, int32_t, int16_t, idiv_check)
DIV(div32, "divl", 32, uint32_t, uint64_t, uint32_t, div_check)
DIV(idiv32, "idivl", 32, uint32_t, int64_t, int32_t, idiv_check)

/* By ModRM.reg - 4 and width. */
static insn_fn *const group3[4][3] = {
	{ mul8, mul16, mul32 }, { imul8, imul16, imul32 },
	{ div8, div16, div32 }, { idiv8, idiv16, idiv32 },
};

insn_fn *int_muldiv_select(const struct insn *in)
{
	unsigned int width = !(in->opcode & 1) ? 0 : in->opsize == 2 ? 1 : 2;

	if (in->map == MAP_0F && in->opcode == 0xaf)
		return in->opsize == 4 ? imul32_ge : imul16_ge;
	if (in->map != MAP_1BYTE)
		return NULL;
	switch (in->opcode) {
	case 0x69: case 0x6b:
		return in->opsize == 4 ? imul32_gei : imul16_gei;
	case 0xf6: case 0xf7:
		return in->reg >= 4 ? group3[in->reg - 4][width] : NULL;
	default:
		return NULL;
	}
}
