/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int_alu.c - ADD OR ADC SBB AND SUB XOR CMP TEST, INC DEC NOT NEG.
 *
 * Each operation has a handler of its own for each width and operand form;
 * they are made from a few inline functions, so that a handler holds no
 * decision that decoding has already made.
 */
#include "vmm/cpu/int.h"

/* ---- the operations, on the host -------------------------------------- */

/* HOST_ALU() with the guest's carry going in. */
#define HOST_ALU_CF(name, op, T)					\
static ALWAYS_INLINE T name(struct cpu *cpu, T a, T b)			\
{									\
	uint32_t ax;							\
									\
	__asm__("btl $0, %[f]\n\t" op " %[b], %[a]" HOST_FLAGS_OUT	\
		: [a] "+r" (a), "=&a" (ax)				\
		: [b] "r" (b), [f] "r" (cpu->aflags) : "cc");		\
	cpu->aflags = flags_from_ax(ax);				\
	return a;							\
}

#define HOST_ALU3(make, name)						\
	make(name##8, #name "b", uint8_t)				\
	make(name##16, #name "w", uint16_t)				\
	make(name##32, #name "l", uint32_t)

HOST_ALU3(HOST_ALU, add)
HOST_ALU3(HOST_ALU, or)
HOST_ALU3(HOST_ALU_CF, adc)
HOST_ALU3(HOST_ALU_CF, sbb)
HOST_ALU3(HOST_ALU, and)
HOST_ALU3(HOST_ALU, sub)
HOST_ALU3(HOST_ALU, xor)
HOST_ALU3(HOST_ALU, cmp)
HOST_ALU3(HOST_ALU, test)

/* INC and DEC leave CF alone; NEG is a subtraction from 0. */
#define UNARY(W, T)							\
static ALWAYS_INLINE T inc##W(struct cpu *cpu, T a)			\
{									\
	uint32_t cf = cpu->aflags & FL_CF;				\
									\
	a = add##W(cpu, a, 1);						\
	cpu->aflags = (cpu->aflags & ~FL_CF) | cf;			\
	return a;							\
}									\
									\
static ALWAYS_INLINE T dec##W(struct cpu *cpu, T a)			\
{									\
	uint32_t cf = cpu->aflags & FL_CF;				\
									\
	a = sub##W(cpu, a, 1);						\
	cpu->aflags = (cpu->aflags & ~FL_CF) | cf;			\
	return a;							\
}									\
									\
static ALWAYS_INLINE T neg##W(struct cpu *cpu, T a)			\
{									\
	return sub##W(cpu, 0, a);					\
}									\
									\
static ALWAYS_INLINE T not##W(struct cpu *cpu, T a)			\
{									\
	(void)cpu;							\
	return (T)~a;							\
}

UNARY(8, uint8_t)
UNARY(16, uint16_t)
UNARY(32, uint32_t)

/* ---- two operands --------------------------------------------------------
 *
 * Forms: EG is "op r/m, reg", GE is "op reg, r/m", EI is "op r/m, imm"; R is
 * with a register as E, M with memory. "op acc, imm" is EI_R: its rm is 0.
 */
enum form { EG_R, EG_M, GE_R, GE_M, EI_R, EI_M, FORMS };

#define BINARY_W(op, W, T)						\
static void op##W##_eg_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->rm, op##W(cpu, reg##W(cpu, in->rm),		\
				      reg##W(cpu, in->reg)));		\
}									\
									\
static void op##W##_eg_m(struct cpu *cpu, const struct insn *in)	\
{									\
	uint32_t ea = insn_ea(cpu, in);					\
	void *host;							\
	T v = rmw_ld##W(cpu, in, ea, &host);				\
									\
	v = op##W(cpu, v, reg##W(cpu, in->reg));			\
	rmw_st##W(cpu, in, ea, host, v);				\
}									\
									\
static void op##W##_ge_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->reg, op##W(cpu, reg##W(cpu, in->reg),	\
				       reg##W(cpu, in->rm)));		\
}									\
									\
static void op##W##_ge_m(struct cpu *cpu, const struct insn *in)	\
{									\
	T v = mem_ld##W(cpu, in->seg, insn_ea(cpu, in));		\
									\
	set_reg##W(cpu, in->reg, op##W(cpu, reg##W(cpu, in->reg), v));	\
}									\
									\
static void op##W##_ei_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->rm,						\
		   op##W(cpu, reg##W(cpu, in->rm), (T)in->imm));	\
}									\
									\
static void op##W##_ei_m(struct cpu *cpu, const struct insn *in)	\
{									\
	uint32_t ea = insn_ea(cpu, in);					\
	void *host;							\
	T v = rmw_ld##W(cpu, in, ea, &host);				\
									\
	v = op##W(cpu, v, (T)in->imm);					\
	rmw_st##W(cpu, in, ea, host, v);				\
}

/* CMP and TEST only look. */
#define COMPARE_W(op, W, T)						\
static void op##W##_eg_r(struct cpu *cpu, const struct insn *in)	\
{									\
	op##W(cpu, reg##W(cpu, in->rm), reg##W(cpu, in->reg));		\
}									\
									\
static void op##W##_eg_m(struct cpu *cpu, const struct insn *in)	\
{									\
	op##W(cpu, mem_ld##W(cpu, in->seg, insn_ea(cpu, in)),		\
	      reg##W(cpu, in->reg));					\
}									\
									\
static void op##W##_ge_r(struct cpu *cpu, const struct insn *in)	\
{									\
	op##W(cpu, reg##W(cpu, in->reg), reg##W(cpu, in->rm));		\
}									\
									\
static void op##W##_ge_m(struct cpu *cpu, const struct insn *in)	\
{									\
	T v = mem_ld##W(cpu, in->seg, insn_ea(cpu, in));		\
									\
	op##W(cpu, reg##W(cpu, in->reg), v);				\
}									\
									\
static void op##W##_ei_r(struct cpu *cpu, const struct insn *in)	\
{									\
	op##W(cpu, reg##W(cpu, in->rm), (T)in->imm);			\
}									\
									\
static void op##W##_ei_m(struct cpu *cpu, const struct insn *in)	\
{									\
	op##W(cpu, mem_ld##W(cpu, in->seg, insn_ea(cpu, in)),		\
	      (T)in->imm);						\
}

#define FORMS_OF(make, op)						\
	make(op, 8, uint8_t)						\
	make(op, 16, uint16_t)						\
	make(op, 32, uint32_t)

FORMS_OF(BINARY_W, add)
FORMS_OF(BINARY_W, or)
FORMS_OF(BINARY_W, adc)
FORMS_OF(BINARY_W, sbb)
FORMS_OF(BINARY_W, and)
FORMS_OF(BINARY_W, sub)
FORMS_OF(BINARY_W, xor)
FORMS_OF(COMPARE_W, cmp)
FORMS_OF(COMPARE_W, test)

#define ROW(name)							\
	{ name##_eg_r, name##_eg_m, name##_ge_r, name##_ge_m,		\
	  name##_ei_r, name##_ei_m }
#define ROWS(op) { ROW(op##8), ROW(op##16), ROW(op##32) }

/* In the order of the operation's number in the opcode; TEST is the 9th. */
static insn_fn *const binary[9][3][FORMS] = {
	ROWS(add), ROWS(or), ROWS(adc), ROWS(sbb),
	ROWS(and), ROWS(sub), ROWS(xor), ROWS(cmp), ROWS(test),
};
#define TEST 8

/* ---- one operand ------------------------------------------------------ */

#define UNARY_W(op, W, T)						\
static void op##W##_r(struct cpu *cpu, const struct insn *in)		\
{									\
	set_reg##W(cpu, in->rm, op##W(cpu, reg##W(cpu, in->rm)));	\
}									\
									\
static void op##W##_m(struct cpu *cpu, const struct insn *in)		\
{									\
	uint32_t ea = insn_ea(cpu, in);					\
	void *host;							\
	T v = rmw_ld##W(cpu, in, ea, &host);				\
									\
	v = op##W(cpu, v);						\
	rmw_st##W(cpu, in, ea, host, v);				\
}

FORMS_OF(UNARY_W, inc)
FORMS_OF(UNARY_W, dec)
FORMS_OF(UNARY_W, not)
FORMS_OF(UNARY_W, neg)

#define PAIRS(op)							\
	{ { op##8_r, op##8_m }, { op##16_r, op##16_m },			\
	  { op##32_r, op##32_m } }
enum { INC, DEC, NOT, NEG };
static insn_fn *const unary[4][3][2] = {
	PAIRS(inc), PAIRS(dec), PAIRS(not), PAIRS(neg),
};

/* The one-byte INC and DEC have their register in the opcode. */
#define SHORT_FORM(op, W)						\
static void op##W##_short(struct cpu *cpu, const struct insn *in)	\
{									\
	unsigned int n = in->opcode & 7;				\
									\
	set_reg##W(cpu, n, op##W(cpu, reg##W(cpu, n)));			\
}
SHORT_FORM(inc, 16)
SHORT_FORM(inc, 32)
SHORT_FORM(dec, 16)
SHORT_FORM(dec, 32)

/* ---- selection -------------------------------------------------------- */

/* width_index() - 0, 1, 2 for 8, 16, 32 bits; bit 0 of an opcode is "wide". */
static unsigned int width_index(const struct insn *in)
{
	return !(in->opcode & 1) ? 0 : in->opsize == 2 ? 1 : 2;
}

static insn_fn *select_binary(const struct insn *in, unsigned int op,
			      enum form form)
{
	return binary[op][width_index(in)][form];
}

static insn_fn *select_unary(const struct insn *in, unsigned int op)
{
	return unary[op][width_index(in)][insn_is_mem(in)];
}

static insn_fn *select_low(const struct insn *in)
{
	unsigned int op = in->opcode >> 3;

	switch (in->opcode & 7) {
	case 0: case 1:
		return select_binary(in, op, insn_is_mem(in) ? EG_M : EG_R);
	case 2: case 3:
		return select_binary(in, op, insn_is_mem(in) ? GE_M : GE_R);
	case 4: case 5:
		return select_binary(in, op, EI_R);
	default:
		return NULL;
	}
}

static insn_fn *select_short(const struct insn *in)
{
	if (in->opcode < 0x48)
		return in->opsize == 4 ? inc32_short : inc16_short;
	return in->opsize == 4 ? dec32_short : dec16_short;
}

static insn_fn *select_group3(const struct insn *in)
{
	bool mem = insn_is_mem(in);

	switch (in->reg) {
	case 0: case 1:
		return select_binary(in, TEST, mem ? EI_M : EI_R);
	case 2:
		return select_unary(in, NOT);
	case 3:
		return select_unary(in, NEG);
	default:
		return NULL;
	}
}

insn_fn *int_alu_select(const struct insn *in)
{
	bool mem = insn_is_mem(in);

	if (in->map != MAP_1BYTE)
		return NULL;
	if (in->opcode < 0x40)
		return select_low(in);
	if (in->opcode < 0x50)
		return select_short(in);
	switch (in->opcode) {
	case 0x80: case 0x81: case 0x82:
		return select_binary(in, in->reg, mem ? EI_M : EI_R);
	case 0x83:
		return select_binary(in, in->reg, mem ? EI_M : EI_R);
	case 0x84: case 0x85:
		return select_binary(in, TEST, mem ? EG_M : EG_R);
	case 0xa8: case 0xa9:
		return select_binary(in, TEST, EI_R);
	case 0xf6: case 0xf7:
		return select_group3(in);
	case 0xfe: case 0xff:
		return in->reg < 2 ? select_unary(in, in->reg) : NULL;
	default:
		return NULL;
	}
}
