/* SPDX-License-Identifier: BSD-2-Clause */
/* int_mov.c - MOV MOVZX MOVSX MOVBE LEA CMOVcc SETcc CBW CWD XLAT. */
#include "vmm/cpu/int.h"

#define MOV_W(W, T)							\
static void mov##W##_eg_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->rm, reg##W(cpu, in->reg));			\
}									\
									\
static void mov##W##_eg_m(struct cpu *cpu, const struct insn *in)	\
{									\
	mem_st##W(cpu, in->seg, insn_ea(cpu, in), reg##W(cpu, in->reg));\
}									\
									\
static void mov##W##_ge_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->reg, reg##W(cpu, in->rm));			\
}									\
									\
static void mov##W##_ge_m(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->reg,					\
		   mem_ld##W(cpu, in->seg, insn_ea(cpu, in)));		\
}									\
									\
static void mov##W##_ei_r(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->rm, (T)in->imm);				\
}									\
									\
static void mov##W##_ei_m(struct cpu *cpu, const struct insn *in)	\
{									\
	mem_st##W(cpu, in->seg, insn_ea(cpu, in), (T)in->imm);		\
}									\
									\
/* The register is in the opcode. */					\
static void mov##W##_short(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->opcode & 7, (T)in->imm);			\
}									\
									\
/* MOV between the accumulator and an absolute offset. */		\
static void mov##W##_acc_ld(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, REG_EAX,					\
		   mem_ld##W(cpu, in->seg, insn_ea(cpu, in)));		\
}									\
									\
static void mov##W##_acc_st(struct cpu *cpu, const struct insn *in)	\
{									\
	mem_st##W(cpu, in->seg, insn_ea(cpu, in),			\
		  reg##W(cpu, REG_EAX));				\
}

MOV_W(8, uint8_t)
MOV_W(16, uint16_t)
MOV_W(32, uint32_t)

/*
 * The commonest addressing by far, base plus displacement with 32 bits, gets
 * a load and a store of its own.
 */
static void mov32_ld_base(struct cpu *cpu, const struct insn *in)
{
	cpu->gpr[in->reg] =
		mem_ld32(cpu, in->seg, cpu->gpr[in->base] + in->disp);
}

static void mov32_st_base(struct cpu *cpu, const struct insn *in)
{
	mem_st32(cpu, in->seg, cpu->gpr[in->base] + in->disp,
		 cpu->gpr[in->reg]);
}

/* MOVZX, MOVSX: from 8 or 16 bits (F, signed type ST) to 16 or 32. */
#define EXTEND(name, from, ST, W, T)					\
static void name##_r(struct cpu *cpu, const struct insn *in)		\
{									\
	set_reg##W(cpu, in->reg, (T)(ST)reg##from(cpu, in->rm));	\
}									\
									\
static void name##_m(struct cpu *cpu, const struct insn *in)		\
{									\
	set_reg##W(cpu, in->reg, (T)(ST)mem_ld##from(cpu, in->seg,	\
						     insn_ea(cpu, in)));\
}

EXTEND(movzx8_16, 8, uint8_t, 16, uint16_t)
EXTEND(movzx8_32, 8, uint8_t, 32, uint32_t)
EXTEND(movzx16_16, 16, uint16_t, 16, uint16_t)
EXTEND(movzx16_32, 16, uint16_t, 32, uint32_t)
EXTEND(movsx8_16, 8, int8_t, 16, uint16_t)
EXTEND(movsx8_32, 8, int8_t, 32, uint32_t)
EXTEND(movsx16_16, 16, int16_t, 16, uint16_t)
EXTEND(movsx16_32, 16, int16_t, 32, uint32_t)

/* By opcode (B6, B7, BE, BF), operand size and register/memory. */
static insn_fn *const extends[4][2][2] = {
	{ { movzx8_16_r, movzx8_16_m }, { movzx8_32_r, movzx8_32_m } },
	{ { movzx16_16_r, movzx16_16_m }, { movzx16_32_r, movzx16_32_m } },
	{ { movsx8_16_r, movsx8_16_m }, { movsx8_32_r, movsx8_32_m } },
	{ { movsx16_16_r, movsx16_16_m }, { movsx16_32_r, movsx16_32_m } },
};

static void lea16(struct cpu *cpu, const struct insn *in)
{
	set_reg16(cpu, in->reg, (uint16_t)insn_ea(cpu, in));
}

static void lea32(struct cpu *cpu, const struct insn *in)
{
	cpu->gpr[in->reg] = insn_ea(cpu, in);
}

/* CMOVcc reads its source whether or not it moves it. */
static void cmov16(struct cpu *cpu, const struct insn *in)
{
	uint16_t v = e_ld16(cpu, in);

	if (cond(cpu, in->opcode & 15))
		set_reg16(cpu, in->reg, v);
}

static void cmov32(struct cpu *cpu, const struct insn *in)
{
	uint32_t v = e_ld32(cpu, in);

	if (cond(cpu, in->opcode & 15))
		cpu->gpr[in->reg] = v;
}

static void setcc(struct cpu *cpu, const struct insn *in)
{
	uint8_t v = cond(cpu, in->opcode & 15);

	if (insn_is_mem(in))
		mem_st8(cpu, in->seg, insn_ea(cpu, in), v);
	else
		set_reg8(cpu, in->rm, v);
}

static void cbw(struct cpu *cpu, const struct insn *in)
{
	if (in->opsize == 4)
		cpu->gpr[REG_EAX] = (uint32_t)(int16_t)reg16(cpu, REG_EAX);
	else
		set_reg16(cpu, REG_EAX, (uint16_t)(int8_t)reg8(cpu, REG_EAX));
}

static void cwd(struct cpu *cpu, const struct insn *in)
{
	if (in->opsize == 4)
		cpu->gpr[REG_EDX] =
			(uint32_t)((int32_t)cpu->gpr[REG_EAX] >> 31);
	else
		set_reg16(cpu, REG_EDX,
			  reg16(cpu, REG_EAX) & 0x8000 ? 0xffff : 0);
}

static void xlat(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = cpu->gpr[REG_EBX] + reg8(cpu, REG_EAX);

	if (in->adsize == 2)
		ea &= 0xffff;
	set_reg8(cpu, REG_EAX, mem_ld8(cpu, in->seg, ea));
}

/* MOVBE: with the bytes turned round. */
#define MOVBE(W)							\
static void movbe##W##_ld(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, in->reg, __builtin_bswap##W(			\
			mem_ld##W(cpu, in->seg, insn_ea(cpu, in))));	\
}									\
									\
static void movbe##W##_st(struct cpu *cpu, const struct insn *in)	\
{									\
	mem_st##W(cpu, in->seg, insn_ea(cpu, in),			\
		  __builtin_bswap##W(reg##W(cpu, in->reg)));		\
}

MOVBE(16)
MOVBE(32)

/* ---- selection -------------------------------------------------------- */

enum form { EG_R, EG_M, GE_R, GE_M, EI_R, EI_M, SHORT, ACC_LD, ACC_ST, FORMS };
#define ROW(W)								\
	{ mov##W##_eg_r, mov##W##_eg_m, mov##W##_ge_r, mov##W##_ge_m,	\
	  mov##W##_ei_r, mov##W##_ei_m, mov##W##_short,			\
	  mov##W##_acc_ld, mov##W##_acc_st }
static insn_fn *const movs[3][FORMS] = { ROW(8), ROW(16), ROW(32) };

static insn_fn *select_mov(const struct insn *in, bool wide, enum form form)
{
	if (wide && in->opsize == 4 && in->adsize == 4 &&
	    in->index == REG_ZERO) {
		if (form == GE_M)
			return mov32_ld_base;
		if (form == EG_M)
			return mov32_st_base;
	}
	return movs[!wide ? 0 : in->opsize == 2 ? 1 : 2][form];
}

static insn_fn *select_0f(const struct insn *in)
{
	bool wide = in->opsize == 4, mem = insn_is_mem(in);

	if ((in->opcode & 0xf0) == 0x40)
		return wide ? cmov32 : cmov16;
	if ((in->opcode & 0xf0) == 0x90)
		return setcc;
	switch (in->opcode) {
	case 0xb6: case 0xb7:
		return extends[in->opcode - 0xb6][wide][mem];
	case 0xbe: case 0xbf:
		return extends[in->opcode - 0xbe + 2][wide][mem];
	default:
		return NULL;
	}
}

/* select_0f38() - MOVBE; with F2 its opcodes are CRC32's. */
static insn_fn *select_0f38(const struct insn *in)
{
	static insn_fn *const movbe[2][2] = {
		{ movbe16_ld, movbe16_st }, { movbe32_ld, movbe32_st },
	};

	if ((in->opcode & 0xfe) != 0xf0 || !insn_is_mem(in) ||
	    (in->prefix & (PFX_F2 | PFX_F3)))
		return NULL;
	return movbe[in->opsize == 4][in->opcode & 1];
}

insn_fn *int_mov_select(const struct insn *in)
{
	bool mem = insn_is_mem(in), wide = in->opcode & 1;

	if (in->map == MAP_0F)
		return select_0f(in);
	if (in->map == MAP_0F38)
		return select_0f38(in);
	if (in->map != MAP_1BYTE)
		return NULL;
	if ((in->opcode & 0xf0) == 0xb0)
		return select_mov(in, in->opcode & 8, SHORT);
	switch (in->opcode) {
	case 0x88: case 0x89:
		return select_mov(in, wide, mem ? EG_M : EG_R);
	case 0x8a: case 0x8b:
		return select_mov(in, wide, mem ? GE_M : GE_R);
	case 0x8d:
		return !mem ? NULL : in->opsize == 4 ? lea32 : lea16;
	case 0x98:
		return cbw;
	case 0x99:
		return cwd;
	case 0xa0: case 0xa1:
		return select_mov(in, wide, ACC_LD);
	case 0xa2: case 0xa3:
		return select_mov(in, wide, ACC_ST);
	case 0xc6: case 0xc7:
		if (in->reg)
			return NULL;
		return select_mov(in, wide, mem ? EI_M : EI_R);
	case 0xd7:
		return xlat;
	default:
		return NULL;
	}
}
