/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_flags.c - PUSHF, POPF, CLI, STI, HLT.
 *
 * Source: SDM volume 2. VME and PVI do not exist here (CPUID says so): VIF
 * and VIP always read 0.
 */
#include "vmm/cpu/sys.h"

/* v86_trap() - in virtual-8086 mode these need IOPL 3. */
static void v86_trap(struct cpu *cpu)
{
	if (cpu_v86(cpu) && cpu_iopl(cpu) < 3)
		cpu_raise(cpu, VEC_GP, 0);
}

/* 9C */
void sys_pushf(struct cpu *cpu, const struct insn *in)
{
	v86_trap(cpu);
	cpu_push(cpu, in->opsize, cpu_eflags(cpu) & ~(FL_VM | FL_RF));
}

/* 9D: IOPL changes only at level 0 outside virtual-8086 mode, IF only if
 * IOPL allows; neither tells the program. */
void sys_popf(struct cpu *cpu, const struct insn *in)
{
	uint32_t mask = FL_ARITH | FL_TF | FL_DF | FL_NT | FL_AC | FL_ID;
	uint32_t v;

	v86_trap(cpu);
	v = cpu_pop(cpu, in->opsize);
	if (cpu->cpl <= cpu_iopl(cpu))
		mask |= FL_IF;
	if (cpu->cpl == 0)
		mask |= FL_IOPL;
	if (in->opsize == 2)
		mask &= 0xffff;
	v = (cpu_eflags(cpu) & ~(mask | FL_RF)) | (v & mask);
	cpu_set_eflags(cpu, v);
}

/* iopl_need() - CLI and STI: #GP(0) above IOPL. Real mode is level 0. */
static void iopl_need(struct cpu *cpu)
{
	if (cpu->cpl > cpu_iopl(cpu))
		cpu_raise(cpu, VEC_GP, 0);
}

/* FA */
void sys_cli(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	iopl_need(cpu);
	cpu->eflags &= ~FL_IF;
}

/* FB: the instruction behind it still runs uninterrupted, if interrupts were
 * off before. */
void sys_sti(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	iopl_need(cpu);
	if (cpu->eflags & FL_IF)
		return;
	cpu->eflags |= FL_IF;
	cpu->shadow |= SHADOW_STI;
}

/* F4 */
void sys_hlt(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	require_cpl0(cpu);
	cpu->halted = true;
}
