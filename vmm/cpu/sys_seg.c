/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_seg.c - MOV, PUSH, POP of segment registers; LDS and its kin.
 *
 * A load of SS holds off interrupts and #DB for one instruction, so that the
 * load of ESP behind it is not torn from it.
 */
#include "vmm/cpu/sys.h"

/* load() - seg_load(), and the shadow of an SS load. */
static void load(struct cpu *cpu, unsigned int seg, uint16_t sel)
{
	seg_load(cpu, seg, sel);
	if (seg == SEG_SS)
		cpu->shadow |= SHADOW_SS;
}

/* 8E. MOV to CS does not exist. */
void sys_mov_to_sreg(struct cpu *cpu, const struct insn *in)
{
	uint16_t sel;

	if (in->reg == SEG_CS || in->reg >= SEG_COUNT)
		cpu_raise(cpu, VEC_UD, 0);
	sel = insn_is_mem(in) ? mem_read16(cpu, in->seg, insn_ea(cpu, in)) :
				reg16(cpu, in->rm);
	load(cpu, in->reg, sel);
}

/* 8C: memory gets 16 bits whatever the operand size; a 32-bit register is
 * zero-extended. */
void sys_mov_from_sreg(struct cpu *cpu, const struct insn *in)
{
	if (in->reg >= SEG_COUNT)
		cpu_raise(cpu, VEC_UD, 0);
	if (insn_is_mem(in))
		mem_write16(cpu, in->seg, insn_ea(cpu, in),
			    cpu->seg[in->reg].sel);
	else
		set_reg_os(cpu, in->rm, in->opsize, cpu->seg[in->reg].sel);
}

/* sreg_of() - which register 06, 0E, 16, 1E (PUSH), 07, 17, 1F (POP), 0F A0,
 * A1, A8, A9 mean. */
static unsigned int sreg_of(const struct insn *in)
{
	return in->opcode >> 3 & 7;
}

void sys_push_sreg(struct cpu *cpu, const struct insn *in)
{
	cpu_push(cpu, in->opsize, cpu->seg[sreg_of(in)].sel);
}

/* All of the operand is read, though only 16 bits of it count. */
void sys_pop_sreg(struct cpu *cpu, const struct insn *in)
{
	uint32_t at = stack_off(cpu, 0);
	uint16_t sel = in->opsize == 4 ? (uint16_t)mem_read32(cpu, SEG_SS, at) :
					 mem_read16(cpu, SEG_SS, at);
	bool wide = cpu->stack32;

	/* POP SS moves the stack pointer as the old SS has it. */
	load(cpu, sreg_of(in), sel);
	if (wide)
		cpu->gpr[REG_ESP] += in->opsize;
	else
		set_reg16(cpu, REG_ESP,
			  (uint16_t)(cpu->gpr[REG_ESP] + in->opsize));
}

/* far_pointer_seg() - the register of C4, C5, 0F B2, B4, B5. */
static unsigned int far_pointer_seg(const struct insn *in)
{
	if (in->map == MAP_1BYTE)
		return in->opcode == 0xc4 ? SEG_ES : SEG_DS;
	switch (in->opcode) {
	case 0xb2:
		return SEG_SS;
	case 0xb4:
		return SEG_FS;
	default:
		return SEG_GS;
	}
}

void sys_load_far_pointer(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in), off;
	uint16_t sel;

	off = in->opsize == 4 ? mem_read32(cpu, in->seg, ea) :
				mem_read16(cpu, in->seg, ea);
	sel = mem_read16(cpu, in->seg, ea + in->opsize);
	load(cpu, far_pointer_seg(in), sel);
	set_reg_os(cpu, in->reg, in->opsize, off);
}
