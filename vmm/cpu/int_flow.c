/* SPDX-License-Identifier: BSD-2-Clause */
/* int_flow.c - near JMP CALL RET, Jcc, LOOP, JECXZ. */
#include "vmm/cpu/int.h"

static ALWAYS_INLINE void jump_to(struct cpu *cpu, uint32_t eip)
{
	if (UNLIKELY(eip > cpu->seg[SEG_CS].limit))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->next_eip = eip;
}

/* target() - of a relative jump; a 16-bit one stays in its 64 KiB. */
static ALWAYS_INLINE uint32_t target(const struct cpu *cpu,
				     const struct insn *in)
{
	uint32_t eip = cpu->next_eip + in->imm;

	return in->opsize == 4 ? eip : eip & 0xffff;
}

static void jmp_rel(struct cpu *cpu, const struct insn *in)
{
	jump_to(cpu, target(cpu, in));
}

#define JCC(n)								\
static void jcc_##n(struct cpu *cpu, const struct insn *in)		\
{									\
	if (cond(cpu, n))						\
		jump_to(cpu, target(cpu, in));				\
}

JCC(0) JCC(1) JCC(2) JCC(3) JCC(4) JCC(5) JCC(6) JCC(7)
JCC(8) JCC(9) JCC(10) JCC(11) JCC(12) JCC(13) JCC(14) JCC(15)

static insn_fn *const jcc[16] = {
	jcc_0, jcc_1, jcc_2, jcc_3, jcc_4, jcc_5, jcc_6, jcc_7,
	jcc_8, jcc_9, jcc_10, jcc_11, jcc_12, jcc_13, jcc_14, jcc_15,
};

static void limit_check(struct cpu *cpu, uint32_t eip)
{
	if (UNLIKELY(eip > cpu->seg[SEG_CS].limit))
		cpu_raise(cpu, VEC_GP, 0);
}

/* call() - the target is checked before the return address is pushed. */
static ALWAYS_INLINE void call(struct cpu *cpu, const struct insn *in,
			       uint32_t eip)
{
	limit_check(cpu, eip);
	if (LIKELY(in->opsize == 4)) {
		mem_st32(cpu, SEG_SS, stack_off(cpu, -4u), cpu->next_eip);
		stack_adjust(cpu, -4u);
	} else {
		cpu_push(cpu, 2, cpu->next_eip);
	}
	cpu->next_eip = eip;
}

static void call_rel(struct cpu *cpu, const struct insn *in)
{
	call(cpu, in, target(cpu, in));
}

static ALWAYS_INLINE uint32_t operand(struct cpu *cpu, const struct insn *in)
{
	return in->opsize == 4 ? e_ld32(cpu, in) : e_ld16(cpu, in);
}

static void call_e(struct cpu *cpu, const struct insn *in)
{
	call(cpu, in, operand(cpu, in));
}

static void jmp_e(struct cpu *cpu, const struct insn *in)
{
	jump_to(cpu, operand(cpu, in));
}

/* RET and RET imm16 (whose imm is 0 without one). */
static void ret(struct cpu *cpu, const struct insn *in)
{
	uint32_t eip;

	if (LIKELY(in->opsize == 4))
		eip = mem_ld32(cpu, SEG_SS, stack_off(cpu, 0));
	else
		eip = mem_ld16(cpu, SEG_SS, stack_off(cpu, 0));
	jump_to(cpu, eip);
	stack_adjust(cpu, in->opsize + (in->imm & 0xffff));
}

/* The counter is CX or ECX by address size. */
static uint32_t counter(const struct cpu *cpu, const struct insn *in)
{
	return in->adsize == 4 ? cpu->gpr[REG_ECX] : reg16(cpu, REG_ECX);
}

/* LOOPNE, LOOPE, LOOP: count down, unless the jump would fault. */
static void loop(struct cpu *cpu, const struct insn *in)
{
	uint32_t left = counter(cpu, in) - 1;
	bool go;

	if (in->adsize == 2)
		left &= 0xffff;
	go = left != 0;
	if (in->opcode == 0xe0)
		go = go && !(cpu->aflags & FL_ZF);
	else if (in->opcode == 0xe1)
		go = go && (cpu->aflags & FL_ZF);
	if (go)
		jump_to(cpu, target(cpu, in));
	set_reg_os(cpu, REG_ECX, in->adsize, left);
}

static void jecxz(struct cpu *cpu, const struct insn *in)
{
	if (counter(cpu, in) == 0)
		jump_to(cpu, target(cpu, in));
}

static insn_fn *select_ff(const struct insn *in)
{
	return in->reg == 2 ? call_e : in->reg == 4 ? jmp_e : NULL;
}

insn_fn *int_flow_select(const struct insn *in)
{
	if (in->map == MAP_0F)
		return (in->opcode & 0xf0) == 0x80 ? jcc[in->opcode & 15] :
						     NULL;
	if (in->map != MAP_1BYTE)
		return NULL;
	if ((in->opcode & 0xf0) == 0x70)
		return jcc[in->opcode & 15];
	switch (in->opcode) {
	case 0xc2: case 0xc3: return ret;
	case 0xe0: case 0xe1: case 0xe2: return loop;
	case 0xe3: return jecxz;
	case 0xe8: return call_rel;
	case 0xe9: case 0xeb: return jmp_rel;
	case 0xff: return select_ff(in);
	default: return NULL;
	}
}
