/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_msr.c - model-specific registers, the time stamp counter, CPUID the
 * instruction, SYSENTER and SYSEXIT.
 *
 * An MSR that this model does not have is #GP(0), as on hardware.
 * docs/decisions/0001-cpuid-model.md says which it has and why.
 */
#include "vmm/cpu/sys.h"

enum msr {
	MSR_TSC = 0x10, MSR_PLATFORM_ID = 0x17, MSR_APIC_BASE = 0x1b,
	MSR_UCODE_REV = 0x8b, MSR_SYSENTER_CS = 0x174,
	MSR_SYSENTER_ESP = 0x175, MSR_SYSENTER_EIP = 0x176,
	MSR_MISC_ENABLE = 0x1a0, MSR_DEBUGCTL = 0x1d9, MSR_PAT = 0x277,
};

#define MISC_FAST_STRINGS	1ull
#define MISC_READ_ONLY		0x1800ull /* no BTS, no PEBS */
#define APIC_ENABLE		0x800ull
#define APIC_RESERVED		(~0xfffffffffull | 0x6ffull)
#define UCODE_REVISION		(1ull << 32)

static uint64_t tsc_now(struct cpu *cpu)
{
	return cpu->pins.tsc(cpu->pins.board) + cpu->tsc_offset;
}

/* msr_read() - Return: false if there is no such register. */
static bool msr_read(struct cpu *cpu, uint32_t n, uint64_t *v)
{
	switch (n) {
	case MSR_TSC:
		*v = tsc_now(cpu);
		return true;
	case MSR_PLATFORM_ID:
	case MSR_DEBUGCTL:
		*v = 0;
		return true;
	case MSR_APIC_BASE:
		*v = cpu->msr_apic_base & ~APIC_ENABLE;
		return true;
	case MSR_UCODE_REV:
		*v = UCODE_REVISION;
		return true;
	case MSR_SYSENTER_CS:
		*v = cpu->sysenter_cs;
		return true;
	case MSR_SYSENTER_ESP:
		*v = cpu->sysenter_esp;
		return true;
	case MSR_SYSENTER_EIP:
		*v = cpu->sysenter_eip;
		return true;
	case MSR_MISC_ENABLE:
		*v = cpu->msr_misc_enable | MISC_READ_ONLY;
		return true;
	case MSR_PAT:
		*v = cpu->msr_pat;
		return true;
	}
	return false;
}

/* pat_valid() - each of the eight bytes names a memory type that exists. */
static bool pat_valid(uint64_t v)
{
	unsigned int i;

	for (i = 0; i < 8; i++, v >>= 8) {
		uint8_t type = (uint8_t)v;

		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	return true;
}

/* msr_store() - set a register whose new value is known to be allowed. */
static void msr_store(struct cpu *cpu, uint32_t n, uint64_t v)
{
	switch (n) {
	case MSR_TSC:
		cpu->tsc_offset = v - cpu->pins.tsc(cpu->pins.board);
		break;
	case MSR_APIC_BASE:
		cpu->msr_apic_base = v;
		break;
	case MSR_SYSENTER_CS:
		cpu->sysenter_cs = (uint32_t)v;
		break;
	case MSR_SYSENTER_ESP:
		cpu->sysenter_esp = (uint32_t)v;
		break;
	case MSR_SYSENTER_EIP:
		cpu->sysenter_eip = (uint32_t)v;
		break;
	case MSR_MISC_ENABLE:
		cpu->msr_misc_enable = v & MISC_FAST_STRINGS;
		break;
	case MSR_PAT:
		cpu->msr_pat = v;
		break;
	default:
		break;	/* the microcode revision: a write is how one asks */
	}
}

/* msr_allows() - false if a write of @v is #GP(0). */
static bool msr_allows(uint32_t n, uint64_t v)
{
	switch (n) {
	case MSR_TSC:
	case MSR_UCODE_REV:
	case MSR_SYSENTER_CS:
	case MSR_SYSENTER_ESP:
	case MSR_SYSENTER_EIP:
		return true;
	case MSR_APIC_BASE:	/* there is no APIC to enable */
		return !(v & (APIC_RESERVED | APIC_ENABLE));
	case MSR_MISC_ENABLE:
		return !(v & ~(MISC_FAST_STRINGS | MISC_READ_ONLY));
	case MSR_DEBUGCTL:	/* no branch records, no branch trap */
		return v == 0;
	case MSR_PAT:
		return pat_valid(v);
	}
	return false;
}

/* 0F 32 */
void sys_rdmsr(struct cpu *cpu, const struct insn *in)
{
	uint64_t v = 0;

	(void)in;
	require_cpl0(cpu);
	if (!msr_read(cpu, cpu->gpr[REG_ECX], &v))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->gpr[REG_EAX] = (uint32_t)v;
	cpu->gpr[REG_EDX] = (uint32_t)(v >> 32);
}

/* 0F 30 */
void sys_wrmsr(struct cpu *cpu, const struct insn *in)
{
	uint64_t v = (uint64_t)cpu->gpr[REG_EDX] << 32 | cpu->gpr[REG_EAX];

	(void)in;
	require_cpl0(cpu);
	if (!msr_allows(cpu->gpr[REG_ECX], v))
		cpu_raise(cpu, VEC_GP, 0);
	msr_store(cpu, cpu->gpr[REG_ECX], v);
}

/* 0F 31 */
void sys_rdtsc(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	(void)in;
	if (cpu->cr4 & CR4_TSD)
		require_cpl0(cpu);
	v = tsc_now(cpu);
	cpu->gpr[REG_EAX] = (uint32_t)v;
	cpu->gpr[REG_EDX] = (uint32_t)(v >> 32);
}

/* 0F 33: there is no performance counter, so every number is a wrong one. */
void sys_rdpmc(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu_raise(cpu, VEC_GP, 0);
}

/* 0F A2 */
void sys_cpuid(struct cpu *cpu, const struct insn *in)
{
	uint32_t out[4];

	(void)in;
	cpu_cpuid(cpu->gpr[REG_EAX], cpu->gpr[REG_ECX], out);
	cpu->gpr[REG_EAX] = out[0];
	cpu->gpr[REG_EBX] = out[1];
	cpu->gpr[REG_ECX] = out[2];
	cpu->gpr[REG_EDX] = out[3];
}

/* flat() - the fixed segments of SYSENTER and SYSEXIT: 4 GiB from 0. */
static struct segment flat(uint32_t sel, unsigned int cpl, uint32_t type)
{
	return (struct segment){
		.base = 0, .limit = 0xffffffff,
		.attr = DESC_P | DESC_S | DESC_A | DESC_B | DESC_G | type |
			cpl << DESC_DPL_SHIFT,
		.sel = (uint16_t)((sel & ~SEL_RPL) | cpl),
	};
}

/* fast_transfer() - to level @cpl, with CS at @sel and SS 8 above. */
static void fast_transfer(struct cpu *cpu, uint32_t sel, unsigned int cpl,
			  uint32_t eip, uint32_t esp)
{
	struct segment cs = flat(sel, cpl, DESC_CODE | DESC_R);

	cpu->seg[SEG_SS] = flat(sel + 8, cpl, DESC_W);
	cpu->gpr[REG_ESP] = esp;
	cs_set(cpu, &cs, cpl, eip);
}

/* 0F 34 */
void sys_sysenter(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	if (!cpu_protected(cpu) || sel_null((uint16_t)cpu->sysenter_cs))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->eflags &= ~(FL_VM | FL_IF | FL_RF);
	fast_transfer(cpu, cpu->sysenter_cs, 0, cpu->sysenter_eip,
		      cpu->sysenter_esp);
}

/* 0F 35 */
void sys_sysexit(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	if (!cpu_protected(cpu) || sel_null((uint16_t)cpu->sysenter_cs))
		cpu_raise(cpu, VEC_GP, 0);
	require_cpl0(cpu);
	fast_transfer(cpu, cpu->sysenter_cs + 16, 3, cpu->gpr[REG_EDX],
		      cpu->gpr[REG_ECX]);
}
