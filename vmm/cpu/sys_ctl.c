/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_ctl.c - control registers, descriptor-table registers, TLB and cache.
 *
 * Source: SDM volume 3, section 2.5 (what each bit demands), 4.4.1 (PDPTEs),
 * 4.10.4 (what is flushed when).
 */
#include "vmm/cpu/sys.h"

#define CR0_DEFINED (CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | \
		     CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG)
/* What CPUID offers, and PCE, which has no CPUID bit of its own. */
#define CR4_DEFINED (CR4_TSD | CR4_DE | CR4_PSE | CR4_PAE | CR4_PGE | \
		     CR4_PCE | CR4_OSFXSR | CR4_OSXMMEXCPT)

/* pae_on() - with these registers, PDPTEs are in use. */
static bool pae_on(uint32_t cr0, uint32_t cr4)
{
	return cr0 & CR0_PG && cr4 & CR4_PAE;
}

void cpu_write_cr0(struct cpu *cpu, uint32_t v)
{
	uint32_t changed;

	v = (v & CR0_DEFINED) | CR0_ET;
	changed = v ^ cpu->cr0;
	if ((v & CR0_PG && !(v & CR0_PE)) || (v & CR0_NW && !(v & CR0_CD)))
		cpu_raise(cpu, VEC_GP, 0);
	if (pae_on(v, cpu->cr4) && changed & (CR0_PG | CR0_CD | CR0_NW) &&
	    !mmu_load_pdptes(cpu, cpu->cr3))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->cr0 = v;
	/* Without paging there is nothing to forget. */
	if (changed & CR0_PG || (v & CR0_PG && changed & CR0_WP))
		mmu_flush(cpu, true);
	if (changed & CR0_PE)
		cpu_segments_changed(cpu);
	mmu_mode_changed(cpu);
}

void cpu_write_cr3(struct cpu *cpu, uint32_t v)
{
	if (pae_on(cpu->cr0, cpu->cr4) && !mmu_load_pdptes(cpu, v))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->cr3 = v;
	mmu_flush(cpu, false);
}

void cpu_write_cr4(struct cpu *cpu, uint32_t v)
{
	uint32_t paging = CR4_PAE | CR4_PSE | CR4_PGE;
	uint32_t changed = v ^ cpu->cr4;

	if (v & ~CR4_DEFINED)
		cpu_raise(cpu, VEC_GP, 0);
	if (pae_on(cpu->cr0, v) && changed & paging &&
	    !mmu_load_pdptes(cpu, cpu->cr3))
		cpu_raise(cpu, VEC_GP, 0);
	cpu->cr4 = v;
	if (changed & paging)
		mmu_flush(cpu, true);
	mmu_mode_changed(cpu);
}

/* cr_exists() - CR1 and CR5-CR7 are #UD, before any other check. */
static bool cr_exists(unsigned int n)
{
	return n == 0 || (n >= 2 && n <= 4);
}

static void cr_check(struct cpu *cpu, const struct insn *in)
{
	if (!cr_exists(in->reg))
		cpu_raise(cpu, VEC_UD, 0);
	require_cpl0(cpu);
}

/* 0F 20: always 32 bits, always a register, whatever ModRM.mod says. */
void sys_mov_from_cr(struct cpu *cpu, const struct insn *in)
{
	cr_check(cpu, in);
	switch (in->reg) {
	case 0:
		cpu->gpr[in->rm] = cpu->cr0;
		break;
	case 2:
		cpu->gpr[in->rm] = cpu->cr2;
		break;
	case 3:
		cpu->gpr[in->rm] = cpu->cr3;
		break;
	default:
		cpu->gpr[in->rm] = cpu->cr4;
	}
}

/* 0F 22 */
void sys_mov_to_cr(struct cpu *cpu, const struct insn *in)
{
	uint32_t v = cpu->gpr[in->rm];

	cr_check(cpu, in);
	switch (in->reg) {
	case 0:
		cpu_write_cr0(cpu, v);
		break;
	case 2:
		cpu->cr2 = v;
		break;
	case 3:
		cpu_write_cr3(cpu, v);
		break;
	default:
		cpu_write_cr4(cpu, v);
	}
}

/* 0F 06 */
void sys_clts(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	require_cpl0(cpu);
	cpu->cr0 &= ~CR0_TS;
	mmu_mode_changed(cpu);
}

/* 0F 08 INVD, 0F 09 WBINVD: there is no cache that memory does not agree
 * with, so the level check is all there is to do. */
void sys_wbinvd(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	require_cpl0(cpu);
}

/* ---- group 7: 0F 01 ---------------------------------------------------- */

/*
 * table_store() - SGDT, SIDT
 *
 * All 32 bits of the base, with 16-bit operands as well: the manual says
 * that the last byte is 0 then, but no 32-bit processor does that. A word and
 * a doubleword are stored: where alignment is checked, that at an odd word has
 * to begin the table (SDM volume 3, 3.5.1).
 */
static void table_store(struct cpu *cpu, const struct insn *in,
			const struct dtable *t)
{
	uint32_t ea = insn_ea(cpu, in);

	mem_align(cpu, in->seg, ea, 6, 2, true);
	mem_align(cpu, in->seg, ea + 2, 4, 4, true);
	mem_probe_write(cpu, in->seg, ea, 6);
	mem_write16(cpu, in->seg, ea, t->limit);
	mem_write32(cpu, in->seg, ea + 2, t->base);
}

/* table_load() - LGDT, LIDT: 16-bit operands have a 24-bit base. */
static void table_load(struct cpu *cpu, const struct insn *in, struct dtable *t)
{
	uint32_t ea = insn_ea(cpu, in), base;
	uint16_t limit;

	require_cpl0(cpu);
	limit = mem_read16(cpu, in->seg, ea);
	base = mem_read32(cpu, in->seg, ea + 2);
	t->limit = limit;
	t->base = in->opsize == 4 ? base : base & 0x00ffffff;
}

static void smsw(struct cpu *cpu, const struct insn *in)
{
	if (insn_is_mem(in))
		mem_write16(cpu, in->seg, insn_ea(cpu, in), (uint16_t)cpu->cr0);
	else
		set_reg_os(cpu, in->rm, in->opsize, cpu->cr0);
}

/* lmsw() - PE, MP, EM and TS; PE can be set but not cleared. */
static void lmsw(struct cpu *cpu, const struct insn *in)
{
	uint32_t v;

	require_cpl0(cpu);
	v = insn_is_mem(in) ? mem_read16(cpu, in->seg, insn_ea(cpu, in)) :
			      reg16(cpu, in->rm);
	v &= CR0_PE | CR0_MP | CR0_EM | CR0_TS;
	cpu_write_cr0(cpu, (cpu->cr0 & ~(CR0_MP | CR0_EM | CR0_TS)) | v);
}

static void invlpg(struct cpu *cpu, const struct insn *in)
{
	require_cpl0(cpu);
	mmu_invlpg(cpu, cpu->seg[in->seg].base + insn_ea(cpu, in));
}

void sys_group7(struct cpu *cpu, const struct insn *in)
{
	switch (in->reg) {
	case 0:
		table_store(cpu, in, &cpu->gdtr);
		break;
	case 1:
		table_store(cpu, in, &cpu->idtr);
		break;
	case 2:
		table_load(cpu, in, &cpu->gdtr);
		cpu->hot.load[0].sel = cpu->hot.load[1].sel = 0;
		break;
	case 3:
		table_load(cpu, in, &cpu->idtr);
		break;
	case 4:
		smsw(cpu, in);
		break;
	case 6:
		lmsw(cpu, in);
		break;
	default:
		invlpg(cpu, in);
	}
}
