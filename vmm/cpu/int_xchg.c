/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int_xchg.c - XCHG XADD CMPXCHG CMPXCHG8B BSWAP.
 *
 * One processor, and only one world runs at a time: LOCK has nothing to do.
 */
#include "vmm/cpu/int.h"

/*
 * CMPXCHG writes its memory operand in any case: with what was there, if it
 * did not match.
 */
#define XCHG_W(W, T, suffix)						\
HOST_ALU(add##W, "add" suffix, T)					\
HOST_ALU(cmp##W, "cmp" suffix, T)					\
									\
static void xchg##W##_e(struct cpu *cpu, const struct insn *in)		\
{									\
	T r = reg##W(cpu, in->reg), v;					\
	uint32_t ea;							\
	void *host;							\
									\
	if (insn_is_mem(in)) {						\
		ea = insn_ea(cpu, in);					\
		v = rmw_ld##W(cpu, in, ea, &host);			\
		rmw_st##W(cpu, in, ea, host, r);			\
	} else {							\
		v = reg##W(cpu, in->rm);				\
		set_reg##W(cpu, in->rm, r);				\
	}								\
	set_reg##W(cpu, in->reg, v);					\
}									\
									\
static void xadd##W##_e(struct cpu *cpu, const struct insn *in)		\
{									\
	T r = reg##W(cpu, in->reg), v;					\
	uint32_t ea;							\
	void *host;							\
									\
	if (insn_is_mem(in)) {						\
		ea = insn_ea(cpu, in);					\
		v = rmw_ld##W(cpu, in, ea, &host);			\
		rmw_st##W(cpu, in, ea, host, add##W(cpu, v, r));	\
		set_reg##W(cpu, in->reg, v);				\
	} else {							\
		v = reg##W(cpu, in->rm);				\
		/* Of two equal registers the sum stays. */		\
		set_reg##W(cpu, in->reg, v);				\
		set_reg##W(cpu, in->rm, add##W(cpu, v, r));		\
	}								\
}									\
									\
static void cmpxchg##W##_e(struct cpu *cpu, const struct insn *in)	\
{									\
	T acc = reg##W(cpu, REG_EAX), r = reg##W(cpu, in->reg), v;	\
	bool mem = insn_is_mem(in);					\
	uint32_t ea = insn_ea(cpu, in);					\
	void *host = NULL;						\
									\
	v = mem ? rmw_ld##W(cpu, in, ea, &host) : reg##W(cpu, in->rm);	\
	cmp##W(cpu, acc, v);						\
	if (mem)							\
		rmw_st##W(cpu, in, ea, host, acc == v ? r : v);		\
	else if (acc == v)						\
		set_reg##W(cpu, in->rm, r);				\
	if (acc != v)							\
		set_reg##W(cpu, REG_EAX, v);				\
}

XCHG_W(8, uint8_t, "b")
XCHG_W(16, uint16_t, "w")
XCHG_W(32, uint32_t, "l")

static void xchg_short(struct cpu *cpu, const struct insn *in)
{
	unsigned int n = in->opcode & 7;
	uint32_t v = cpu->gpr[n];

	set_reg_os(cpu, n, in->opsize, cpu->gpr[REG_EAX]);
	set_reg_os(cpu, REG_EAX, in->opsize, v);
}

static void nop(struct cpu *cpu, const struct insn *in)
{
	(void)cpu;
	(void)in;
}

/* CMPXCHG8B changes ZF only. */
static void cmpxchg8b(struct cpu *cpu, const struct insn *in)
{
	uint64_t want = (uint64_t)cpu->gpr[REG_EDX] << 32 | cpu->gpr[REG_EAX];
	uint64_t with = (uint64_t)cpu->gpr[REG_ECX] << 32 | cpu->gpr[REG_EBX];
	uint32_t ea = insn_ea(cpu, in);
	uint64_t v;

	mem_probe_write(cpu, in->seg, ea, 8);
	v = mem_read64(cpu, in->seg, ea);
	mem_write64(cpu, in->seg, ea, v == want ? with : v);
	if (v == want) {
		cpu->aflags |= FL_ZF;
		return;
	}
	cpu->aflags &= ~FL_ZF;
	cpu->gpr[REG_EAX] = (uint32_t)v;
	cpu->gpr[REG_EDX] = (uint32_t)(v >> 32);
}

/* The 16-bit form is undefined: what the host makes of it. */
static void bswap(struct cpu *cpu, const struct insn *in)
{
	unsigned int n = in->opcode & 7;
	uint32_t v = cpu->gpr[n];

	if (in->opsize == 4)
		v = __builtin_bswap32(v);
	else
		__asm__(".byte 0x66\n\tbswap %%eax" : "+a" (v));
	cpu->gpr[n] = v;
}

#define ROW(op) { op##8_e, op##16_e, op##32_e }
static insn_fn *const xchg[3] = ROW(xchg);
static insn_fn *const xadd[3] = ROW(xadd);
static insn_fn *const cmpxchg[3] = ROW(cmpxchg);

static insn_fn *select_0f(const struct insn *in, unsigned int width)
{
	if ((in->opcode & 0xf8) == 0xc8)
		return bswap;
	switch (in->opcode) {
	case 0xb0: case 0xb1:
		return cmpxchg[width];
	case 0xc0: case 0xc1:
		return xadd[width];
	case 0xc7:
		return in->reg == 1 && insn_is_mem(in) ? cmpxchg8b : NULL;
	default:
		return NULL;
	}
}

insn_fn *int_xchg_select(const struct insn *in)
{
	unsigned int width = !(in->opcode & 1) ? 0 : in->opsize == 2 ? 1 : 2;

	if (in->map == MAP_0F)
		return select_0f(in, width);
	if (in->map != MAP_1BYTE)
		return NULL;
	if (in->opcode == 0x90)
		return nop;	/* PAUSE too */
	if ((in->opcode & 0xf8) == 0x90)
		return xchg_short;
	if (in->opcode == 0x86 || in->opcode == 0x87)
		return xchg[width];
	return NULL;
}
