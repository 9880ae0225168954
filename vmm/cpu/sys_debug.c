/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_debug.c - debug registers and breakpoints.
 *
 * Source: SDM volume 3, section 17.2. Data, port and task-switch breakpoints
 * are traps: they leave a bit in pending_db, and the run loop raises #DB when
 * the instruction is done. Instruction breakpoints are faults, asked for
 * before the instruction.
 */
#include "base/check.h"
#include "vmm/cpu/sys.h"

#define DR6_ONES	0xffff0ff0u
#define DR6_WRITABLE	0x0000e00fu
#define DR7_ONES	0x00000400u
#define DR7_WRITABLE	0xffff23ffu

enum dr7_rw { BREAK_INSN, BREAK_WRITE, BREAK_PORT, BREAK_ACCESS };

static bool bp_enabled(const struct cpu *cpu, unsigned int i)
{
	return cpu->dr[7] >> (2 * i) & 3;
}

static enum dr7_rw bp_rw(const struct cpu *cpu, unsigned int i)
{
	return (enum dr7_rw)(cpu->dr[7] >> (16 + 4 * i) & 3);
}

/* bp_hits() - breakpoint @i's bytes and [@a, @a + @len) have one in common. */
static bool bp_hits(const struct cpu *cpu, unsigned int i, uint32_t a,
		    uint32_t len)
{
	/* LEN is 0, 1, 3 for 1, 2, 4 bytes; 2 would be 8, in 64-bit mode. */
	static const uint8_t mask[] = { 0, 1, 7, 3 };
	uint32_t m = mask[cpu->dr[7] >> (18 + 4 * i) & 3];
	uint32_t start = cpu->dr[i] & ~m;

	return a - start <= m || start - a < len;
}

void cpu_data_breakpoint(struct cpu *cpu, laddr a, uint32_t len, bool write)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		enum dr7_rw rw = bp_rw(cpu, i);

		if (bp_enabled(cpu, i) &&
		    (rw == BREAK_ACCESS || (rw == BREAK_WRITE && write)) &&
		    bp_hits(cpu, i, a, len))
			cpu->pending_db |= 1u << i;
	}
}

uint32_t cpu_insn_breakpoint(const struct cpu *cpu, laddr a)
{
	uint32_t hits = 0;
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (bp_enabled(cpu, i) && bp_rw(cpu, i) == BREAK_INSN &&
		    cpu->dr[i] == a)
			hits |= 1u << i;
	return hits;
}

/* debug_port() - a port was accessed; breakpoints on ports need CR4.DE. */
void debug_port(struct cpu *cpu, uint16_t port, unsigned int width)
{
	unsigned int i;

	if (LIKELY(!(cpu->dr[7] & 0xff)) || !(cpu->cr4 & CR4_DE))
		return;
	for (i = 0; i < 4; i++)
		if (bp_enabled(cpu, i) && bp_rw(cpu, i) == BREAK_PORT &&
		    bp_hits(cpu, i, port, width))
			cpu->pending_db |= 1u << i;
}

/* dr_number() - DR4 and DR5 are DR6 and DR7, or #UD with CR4.DE. The other
 * checks of MOV DR follow: the level, then general detect. */
static unsigned int dr_number(struct cpu *cpu, const struct insn *in)
{
	unsigned int n = in->reg;

	if (n == 4 || n == 5) {
		if (cpu->cr4 & CR4_DE)
			cpu_raise(cpu, VEC_UD, 0);
		n += 2;
	}
	require_cpl0(cpu);
	if (cpu->dr[7] & DR7_GD) {
		cpu->dr[6] |= DR6_BD;
		cpu_raise(cpu, VEC_DB, 0);
	}
	return n;
}

/* 0F 21 */
void sys_mov_from_dr(struct cpu *cpu, const struct insn *in)
{
	unsigned int n = dr_number(cpu, in);
	uint32_t v = cpu->dr[n];

	/* The fixed bits, whatever the reset state is kept as. */
	if (n == 6)
		v |= DR6_ONES;
	if (n == 7)
		v |= DR7_ONES;
	cpu->gpr[in->rm] = v;
}

/* 0F 23 */
void sys_mov_to_dr(struct cpu *cpu, const struct insn *in)
{
	unsigned int n = dr_number(cpu, in);
	uint32_t v = cpu->gpr[in->rm];

	if (n == 6)
		v = (v & DR6_WRITABLE) | DR6_ONES;
	if (n == 7)
		v = (v & DR7_WRITABLE) | DR7_ONES;
	cpu->dr[n] = v;
	/* The MMU sends every access here while a data breakpoint is on. */
	mmu_mode_changed(cpu);
}
