/* SPDX-License-Identifier: BSD-2-Clause */
/* int_bits.c - BT BTS BTR BTC, BSF BSR, POPCNT. */
#include "vmm/cpu/int.h"

/* bit_ea() - where the word with bit @off of a bit string lies: the offset
 * is signed and may lead far away. */
static ALWAYS_INLINE uint32_t bit_ea(struct cpu *cpu, const struct insn *in,
				     uint32_t delta)
{
	uint32_t ea = insn_ea(cpu, in) + delta;

	return in->adsize == 4 ? ea : ea & 0xffff;
}

#define BIT_OPS(op)							\
	HOST_ALU_IN(op##16, #op "w", uint16_t)				\
	HOST_ALU_IN(op##32, #op "l", uint32_t)

BIT_OPS(bt)
BIT_OPS(bts)
BIT_OPS(btr)
BIT_OPS(btc)

/* Bytes from the operand's start to the word with signed bit @n. */
#define BYTES16(n) ((uint32_t)((int16_t)(n) >> 4) * 2)
#define BYTES32(n) ((uint32_t)((int32_t)(n) >> 5) * 4)

/* BT: G is "bit number in a register", I is "in the immediate". */
#define BT_FORMS(W, T)							\
static void bt##W##_g(struct cpu *cpu, const struct insn *in)		\
{									\
	T n = reg##W(cpu, in->reg);					\
									\
	if (insn_is_mem(in))						\
		bt##W(cpu, mem_ld##W(cpu, in->seg,			\
				     bit_ea(cpu, in, BYTES##W(n))), n);	\
	else								\
		bt##W(cpu, reg##W(cpu, in->rm), n);			\
}									\
									\
static void bt##W##_i(struct cpu *cpu, const struct insn *in)		\
{									\
	bt##W(cpu, e_ld##W(cpu, in), (T)in->imm);			\
}

BT_FORMS(16, uint16_t)
BT_FORMS(32, uint32_t)

/* The others write the word back. */
#define BIT_FORMS(op, W, T)						\
static ALWAYS_INLINE void op##W##_e(struct cpu *cpu,			\
				    const struct insn *in, T n,		\
				    uint32_t delta)			\
{									\
	uint32_t ea;							\
	void *host;							\
	T v;								\
									\
	if (!insn_is_mem(in)) {						\
		set_reg##W(cpu, in->rm,					\
			   op##W(cpu, reg##W(cpu, in->rm), n));		\
		return;							\
	}								\
	ea = bit_ea(cpu, in, delta);					\
	v = rmw_ld##W(cpu, in, ea, &host);				\
	v = op##W(cpu, v, n);						\
	rmw_st##W(cpu, in, ea, host, v);				\
}									\
									\
static void op##W##_g(struct cpu *cpu, const struct insn *in)		\
{									\
	T n = reg##W(cpu, in->reg);					\
									\
	op##W##_e(cpu, in, n, BYTES##W(n));				\
}									\
									\
static void op##W##_i(struct cpu *cpu, const struct insn *in)		\
{									\
	op##W##_e(cpu, in, (T)in->imm, 0);				\
}

#define BIT_FORMS2(op)							\
	BIT_FORMS(op, 16, uint16_t)					\
	BIT_FORMS(op, 32, uint32_t)

BIT_FORMS2(bts)
BIT_FORMS2(btr)
BIT_FORMS2(btc)

/* By operation, then width 16/32, then G/I. */
#define ROW(op) { { op##16_g, op##16_i }, { op##32_g, op##32_i } }
static insn_fn *const bit_ops[4][2][2] = {
	ROW(bt), ROW(bts), ROW(btr), ROW(btc),
};

/* With a source of 0, ZF is set and the destination stays as it was. */
#define SCAN_W(op, W, T, text)						\
HOST_ALU_IN(op##W, text, T)						\
									\
static void op##W##_ge(struct cpu *cpu, const struct insn *in)		\
{									\
	T v = e_ld##W(cpu, in);						\
									\
	set_reg##W(cpu, in->reg, op##W(cpu, reg##W(cpu, in->reg), v));	\
}

#define SCAN(op)							\
	SCAN_W(op, 16, uint16_t, #op "w")				\
	SCAN_W(op, 32, uint32_t, #op "l")

SCAN(bsf)
SCAN(bsr)

/* POPCNT defines all flags: of a host that has none, too. */
#define COUNT(W)							\
static void popcnt##W##_ge(struct cpu *cpu, const struct insn *in)	\
{									\
	uint##W##_t v = e_ld##W(cpu, in);				\
									\
	cpu->aflags = v ? 0 : FL_ZF;					\
	set_reg##W(cpu, in->reg, (uint##W##_t)__builtin_popcount(v));	\
}

COUNT(16)
COUNT(32)

insn_fn *int_bits_select(const struct insn *in)
{
	bool wide = in->opsize == 4;

	if (in->map != MAP_0F)
		return NULL;
	switch (in->opcode) {
	case 0xa3: case 0xab: case 0xb3: case 0xbb:
		return bit_ops[in->opcode >> 3 & 3][wide][0];
	case 0xba:
		return in->reg >= 4 ? bit_ops[in->reg - 4][wide][1] : NULL;
	case 0xb8:
		if (!(in->prefix & PFX_F3))
			return NULL;
		return wide ? popcnt32_ge : popcnt16_ge;
	case 0xbc:
		return wide ? bsf32_ge : bsf16_ge;
	case 0xbd:
		return wide ? bsr32_ge : bsr16_ge;
	default:
		return NULL;
	}
}
