/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int_shift.c - ROL ROR RCL RCR SHL SHR SAR, SHLD SHRD.
 *
 * The host masks the count, leaves the flags alone when it is 0, and gives
 * its own undefined flags: just what is wanted.
 */
#include "vmm/cpu/int.h"

/* shift_count() - what the opcode says: a byte, 1, or CL. */
static ALWAYS_INLINE uint8_t shift_count(const struct cpu *cpu,
					 const struct insn *in)
{
	if (in->opcode < 0xd0)
		return (uint8_t)in->imm;
	return in->opcode < 0xd2 ? 1 : reg8(cpu, REG_ECX);
}

#define SHIFT_W(op, W, T, insn_text)					\
static ALWAYS_INLINE T op##W(struct cpu *cpu, T v, uint8_t count)	\
{									\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
									\
	__asm__(HOST_FLAGS_IN insn_text " %%cl, %[v]" HOST_FLAGS_OUT	\
		: [v] "+r" (v), "+&a" (ax) : "c" (count) : "cc");	\
	cpu->aflags = flags_from_ax(ax);				\
	return v;							\
}									\
									\
static void op##W##_r(struct cpu *cpu, const struct insn *in)		\
{									\
	set_reg##W(cpu, in->rm, op##W(cpu, reg##W(cpu, in->rm),		\
				      shift_count(cpu, in)));		\
}									\
									\
static void op##W##_m(struct cpu *cpu, const struct insn *in)		\
{									\
	uint32_t ea = insn_ea(cpu, in);					\
	void *host;							\
	T v = rmw_ld##W(cpu, in, ea, &host);				\
									\
	v = op##W(cpu, v, shift_count(cpu, in));			\
	rmw_st##W(cpu, in, ea, host, v);				\
}

#define SHIFT(op)							\
	SHIFT_W(op, 8, uint8_t, #op "b")				\
	SHIFT_W(op, 16, uint16_t, #op "w")				\
	SHIFT_W(op, 32, uint32_t, #op "l")

SHIFT(rol)
SHIFT(ror)
SHIFT(rcl)
SHIFT(rcr)
SHIFT(shl)
SHIFT(shr)
SHIFT(sar)

#define PAIRS(op)							\
	{ { op##8_r, op##8_m }, { op##16_r, op##16_m },			\
	  { op##32_r, op##32_m } }
/* By ModRM.reg; 6 is an undocumented SHL. */
static insn_fn *const shifts[8][3][2] = {
	PAIRS(rol), PAIRS(ror), PAIRS(rcl), PAIRS(rcr),
	PAIRS(shl), PAIRS(shr), PAIRS(shl), PAIRS(sar),
};

/* ---- double shifts ---------------------------------------------------- */

static ALWAYS_INLINE uint8_t double_count(const struct cpu *cpu,
					  const struct insn *in)
{
	return in->opcode & 1 ? reg8(cpu, REG_ECX) : (uint8_t)in->imm;
}

#define DOUBLE_W(op, W, T, insn_text)					\
static ALWAYS_INLINE T op##W(struct cpu *cpu, T v, T from, uint8_t n)	\
{									\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
									\
	__asm__(HOST_FLAGS_IN insn_text " %%cl, %[from], %[v]"		\
		HOST_FLAGS_OUT						\
		: [v] "+r" (v), "+&a" (ax)				\
		: [from] "r" (from), "c" (n) : "cc");			\
	cpu->aflags = flags_from_ax(ax);				\
	return v;							\
}									\
									\
static void op##W##_e(struct cpu *cpu, const struct insn *in)		\
{									\
	uint8_t n = double_count(cpu, in);				\
	T from = reg##W(cpu, in->reg), v;				\
	uint32_t ea;							\
	void *host;							\
									\
	if (!insn_is_mem(in)) {						\
		v = op##W(cpu, reg##W(cpu, in->rm), from, n);		\
		set_reg##W(cpu, in->rm, v);				\
		return;							\
	}								\
	ea = insn_ea(cpu, in);						\
	v = rmw_ld##W(cpu, in, ea, &host);				\
	v = op##W(cpu, v, from, n);					\
	rmw_st##W(cpu, in, ea, host, v);				\
}

DOUBLE_W(shld, 16, uint16_t, "shldw")
DOUBLE_W(shld, 32, uint32_t, "shldl")
DOUBLE_W(shrd, 16, uint16_t, "shrdw")
DOUBLE_W(shrd, 32, uint32_t, "shrdl")

static insn_fn *select_double(const struct insn *in)
{
	switch (in->opcode) {
	case 0xa4: case 0xa5:
		return in->opsize == 4 ? shld32_e : shld16_e;
	case 0xac: case 0xad:
		return in->opsize == 4 ? shrd32_e : shrd16_e;
	default:
		return NULL;
	}
}

insn_fn *int_shift_select(const struct insn *in)
{
	unsigned int width = !(in->opcode & 1) ? 0 : in->opsize == 2 ? 1 : 2;

	if (in->map == MAP_0F)
		return select_double(in);
	if (in->map != MAP_1BYTE)
		return NULL;
	switch (in->opcode) {
	case 0xc0: case 0xc1: case 0xd0: case 0xd1: case 0xd2: case 0xd3:
		return shifts[in->reg][width][insn_is_mem(in)];
	default:
		return NULL;
	}
}
