/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_prot.c - LLDT, LTR, SLDT, STR, and the instructions that ask about a
 * selector without faulting: LAR, LSL, VERR, VERW, ARPL.
 *
 * None of them exists in real or virtual-8086 mode (#UD).
 */
#include "vmm/cpu/sys.h"

#define TYPES(a, b, c, d) (1u << (a) | 1u << (b) | 1u << (c) | 1u << (d))
#define LSL_TYPES (TYPES(SYS_TSS16, SYS_TSS16_BUSY, SYS_TSS32, \
			 SYS_TSS32_BUSY) | 1u << SYS_LDT)
#define LAR_TYPES (LSL_TYPES | 1u << SYS_CALL16 | 1u << SYS_CALL32 | \
		   1u << SYS_TASK_GATE)

static void protected_only(struct cpu *cpu)
{
	if (cpu_real_segments(cpu))
		cpu_raise(cpu, VEC_UD, 0);
}

/* rm16() - the 16-bit r/m operand. */
static uint16_t rm16(struct cpu *cpu, const struct insn *in)
{
	return insn_is_mem(in) ? mem_read16(cpu, in->seg, insn_ea(cpu, in)) :
				 reg16(cpu, in->rm);
}

/* store_sel() - SLDT, STR: 16 bits to memory, zero-extended to a register. */
static void store_sel(struct cpu *cpu, const struct insn *in, uint16_t sel)
{
	if (insn_is_mem(in))
		mem_write16(cpu, in->seg, insn_ea(cpu, in), sel);
	else
		set_reg_os(cpu, in->rm, in->opsize, sel);
}

static void set_zf(struct cpu *cpu, bool on)
{
	cpu->aflags = (cpu->aflags & ~FL_ZF) | (on ? FL_ZF : 0);
}

/* system_desc() - a present GDT descriptor of type @type or its 32-bit form,
 * for LLDT and LTR; raises #GP, #NP. */
static void system_desc(struct cpu *cpu, uint16_t sel, bool ldt, struct desc *d)
{
	unsigned int type;

	if (sel & SEL_LDT || !desc_fetch(cpu, sel, d))
		cpu_raise(cpu, VEC_GP, sel_code(sel));
	type = desc_type(d);
	if (!desc_is_system(d) ||
	    (ldt ? type != SYS_LDT : (type & ~SYS_WIDE) != SYS_TSS16))
		cpu_raise(cpu, VEC_GP, sel_code(sel));
	if (!desc_present(d))
		cpu_raise(cpu, VEC_NP, sel_code(sel));
}

static void lldt(struct cpu *cpu, uint16_t sel)
{
	struct desc d;

	if (sel_null(sel)) {
		cpu->ldtr = (struct segment){ .sel = sel };
		return;
	}
	system_desc(cpu, sel, true, &d);
	cpu->ldtr = desc_segment(sel, &d);
}

static void ltr(struct cpu *cpu, uint16_t sel)
{
	struct desc d;

	if (sel_null(sel))
		cpu_raise(cpu, VEC_GP, 0);
	system_desc(cpu, sel, false, &d);
	desc_set_busy(cpu, &d, true);
	cpu->tr = desc_segment(sel, &d);
	cpu->tr.attr |= (uint32_t)SYS_BUSY << 8;
}

/*
 * look() - what LAR, LSL, VERR and VERW see of a selector
 * @types: the system types that count, as a bit set
 *
 * Return: false if the selector is null, out of its table, of a wrong type,
 * or out of reach at this level.
 */
static bool look(struct cpu *cpu, uint16_t sel, uint32_t types, struct desc *d)
{
	if (sel_null(sel) || !desc_fetch(cpu, sel, d))
		return false;
	if (desc_is_system(d) && !(types >> desc_type(d) & 1))
		return false;
	if (desc_is_code(d) && d->hi & DESC_C)
		return true;
	return desc_dpl(d) >= cpu->cpl && desc_dpl(d) >= (sel & SEL_RPL);
}

static bool verify(struct cpu *cpu, uint16_t sel, bool write)
{
	struct desc d;

	if (!look(cpu, sel, 0, &d))
		return false;
	if (write)
		return !desc_is_code(&d) && d.hi & DESC_W;
	return !desc_is_code(&d) || d.hi & DESC_R;
}

/* 0F 00 */
void sys_group6(struct cpu *cpu, const struct insn *in)
{
	protected_only(cpu);
	if (in->reg == 2 || in->reg == 3)
		require_cpl0(cpu);
	switch (in->reg) {
	case 0:
		store_sel(cpu, in, cpu->ldtr.sel);
		break;
	case 1:
		store_sel(cpu, in, cpu->tr.sel);
		break;
	case 2:
		lldt(cpu, rm16(cpu, in));
		break;
	case 3:
		ltr(cpu, rm16(cpu, in));
		break;
	default:
		set_zf(cpu, verify(cpu, rm16(cpu, in), in->reg == 5));
	}
}

/* 0F 02: access rights, as 00FxFF00 of the descriptor's second half. */
void sys_lar(struct cpu *cpu, const struct insn *in)
{
	struct desc d;
	uint16_t sel;

	protected_only(cpu);
	sel = rm16(cpu, in);
	if (!look(cpu, sel, LAR_TYPES, &d)) {
		set_zf(cpu, false);
		return;
	}
	set_reg_os(cpu, in->reg, in->opsize, d.hi & 0x00ffff00);
	set_zf(cpu, true);
}

/* 0F 03: the limit in bytes. */
void sys_lsl(struct cpu *cpu, const struct insn *in)
{
	struct desc d;
	uint16_t sel;

	protected_only(cpu);
	sel = rm16(cpu, in);
	if (!look(cpu, sel, LSL_TYPES, &d)) {
		set_zf(cpu, false);
		return;
	}
	set_reg_os(cpu, in->reg, in->opsize, desc_limit(&d));
	set_zf(cpu, true);
}

/* 63: raise the RPL of the first operand to that of the second. */
void sys_arpl(struct cpu *cpu, const struct insn *in)
{
	uint16_t dst, src = reg16(cpu, in->reg);

	protected_only(cpu);
	dst = rm16(cpu, in);
	if ((dst & SEL_RPL) >= (src & SEL_RPL)) {
		set_zf(cpu, false);
		return;
	}
	dst = (uint16_t)((dst & ~SEL_RPL) | (src & SEL_RPL));
	if (insn_is_mem(in))
		mem_write16(cpu, in->seg, insn_ea(cpu, in), dst);
	else
		set_reg16(cpu, in->rm, dst);
	set_zf(cpu, true);
}
