/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_sse_mov.c - SSE and SSE2 instructions that only move bits: they have
 * no use for the host's unit. Source: Intel SDM volume 2.
 */
#include "vmm/cpu/fpu_vec.h"

static union xmm *xmm_reg(struct cpu *cpu, const struct insn *in)
{
	return &cpu->fpu->xmm[in->reg];
}

static union xmm *xmm_rm(struct cpu *cpu, const struct insn *in)
{
	return &cpu->fpu->xmm[in->rm];
}

/* MOVAPS, MOVUPS, MOVDQA ... between registers; loads and stores. */
void sse_mova_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	*xmm_reg(cpu, in) = *xmm_rm(cpu, in);
}

void sse_mova_store_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	*xmm_rm(cpu, in) = *xmm_reg(cpu, in);
}

void sse_mova_load(struct cpu *cpu, const struct insn *in)
{
	union xmm v;
	uint32_t ea;

	sse_begin(cpu);
	/* Aligned: one page, so two reads are all or nothing. */
	ea = fpu_mem16(cpu, in);
	v.q[0] = mem_read64(cpu, in->seg, ea);
	v.q[1] = mem_read64(cpu, in->seg, ea + 8);
	*xmm_reg(cpu, in) = v;
}

void sse_mova_store(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write(cpu, in->seg, fpu_mem16(cpu, in), xmm_reg(cpu, in), 16);
}

void sse_movu_load(struct cpu *cpu, const struct insn *in)
{
	union xmm v;

	sse_begin(cpu);
	mem_read(cpu, in->seg, insn_ea(cpu, in), &v, 16);
	*xmm_reg(cpu, in) = v;
}

void sse_movu_store(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write(cpu, in->seg, insn_ea(cpu, in), xmm_reg(cpu, in), 16);
}

/* MOVSS: between registers the rest stays, a load clears it. */
void sse_movss_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->d[0] = xmm_rm(cpu, in)->d[0];
}

void sse_movss_store_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_rm(cpu, in)->d[0] = xmm_reg(cpu, in)->d[0];
}

void sse_movss_load(struct cpu *cpu, const struct insn *in)
{
	uint32_t v;

	sse_begin(cpu);
	v = mem_read32(cpu, in->seg, insn_ea(cpu, in));
	*xmm_reg(cpu, in) = (union xmm){ .d = { v } };
}

void sse_movss_store(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write32(cpu, in->seg, insn_ea(cpu, in), xmm_reg(cpu, in)->d[0]);
}

void sse_movsd_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->q[0] = xmm_rm(cpu, in)->q[0];
}

void sse_movsd_store_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_rm(cpu, in)->q[0] = xmm_reg(cpu, in)->q[0];
}

void sse_movsd_load(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	sse_begin(cpu);
	v = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	*xmm_reg(cpu, in) = (union xmm){ .q = { v } };
}

/* MOVLPS, MOVLPD; the store is MOVSD's and MOVQ's too. */
void sse_low_load(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->q[0] = mem_read64(cpu, in->seg, insn_ea(cpu, in));
}

void sse_low_store(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write64(cpu, in->seg, insn_ea(cpu, in), xmm_reg(cpu, in)->q[0]);
}

/* MOVHPS, MOVHPD. */
void sse_high_load(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->q[1] = mem_read64(cpu, in->seg, insn_ea(cpu, in));
}

void sse_high_store(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write64(cpu, in->seg, insn_ea(cpu, in), xmm_reg(cpu, in)->q[1]);
}

void sse_movhlps(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->q[0] = xmm_rm(cpu, in)->q[1];
}

void sse_movlhps(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	xmm_reg(cpu, in)->q[1] = xmm_rm(cpu, in)->q[0];
}

void sse_movmskps(struct cpu *cpu, const struct insn *in)
{
	const union xmm *v = xmm_rm(cpu, in);

	sse_begin(cpu);
	cpu->gpr[in->reg] = v->d[0] >> 31 | (v->d[1] >> 31) << 1 |
			    (v->d[2] >> 31) << 2 | (v->d[3] >> 31) << 3;
}

void sse_movmskpd(struct cpu *cpu, const struct insn *in)
{
	const union xmm *v = xmm_rm(cpu, in);

	sse_begin(cpu);
	cpu->gpr[in->reg] = v->d[1] >> 31 | (v->d[3] >> 31) << 1;
}

void sse_movd_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	*xmm_reg(cpu, in) = (union xmm){ .d = { cpu->gpr[in->rm] } };
}

void sse_movd_load(struct cpu *cpu, const struct insn *in)
{
	sse_movss_load(cpu, in);
}

void sse_movd_store_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->gpr[in->rm] = xmm_reg(cpu, in)->d[0];
}

void sse_movd_store(struct cpu *cpu, const struct insn *in)
{
	sse_movss_store(cpu, in);
}

/* MOVQ clears the high half, whichever way it goes. */
void sse_movq_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	*xmm_reg(cpu, in) = (union xmm){ .q = { xmm_rm(cpu, in)->q[0] } };
}

void sse_movq_load(struct cpu *cpu, const struct insn *in)
{
	sse_movsd_load(cpu, in);
}

void sse_movq_store_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	*xmm_rm(cpu, in) = (union xmm){ .q = { xmm_reg(cpu, in)->q[0] } };
}

/* MOVNTI, the fences and CLFLUSH ask neither CR0.TS nor CR4.OSFXSR. */
void sse_movnti(struct cpu *cpu, const struct insn *in)
{
	mem_write32(cpu, in->seg, insn_ea(cpu, in), cpu->gpr[in->reg]);
}

void sse_fence(struct cpu *cpu, const struct insn *in)
{
	(void)cpu;
	(void)in;
	atomic_thread_fence(memory_order_seq_cst);
}

/* CLFLUSH is a load to everything but the caches. */
void sse_clflush(struct cpu *cpu, const struct insn *in)
{
	laddr la = seg_check(cpu, in->seg, insn_ea(cpu, in), 1, false);

	lin_probe(cpu, la, 1, false, PRIV_CPL);
}
