/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_sse_shuf.c - SSE to SSSE3 shuffles and extractions: an immediate says
 * which lanes go where. Source: Intel SDM volume 2.
 */
#include "vmm/cpu/fpu_vec.h"

/* read16() - an aligned operand in memory. */
static union xmm read16(struct cpu *cpu, const struct insn *in)
{
	union xmm v;

	mem_read(cpu, in->seg, fpu_mem16(cpu, in), &v, 16);
	return v;
}

static void shufps(union xmm *dst, union xmm src, uint32_t order)
{
	union xmm d = *dst;

	dst->d[0] = d.d[order & 3];
	dst->d[1] = d.d[order >> 2 & 3];
	dst->d[2] = src.d[order >> 4 & 3];
	dst->d[3] = src.d[order >> 6 & 3];
}

void sse_shufps_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	shufps(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm);
}

void sse_shufps_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	shufps(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm);
}

static void shufpd(union xmm *dst, union xmm src, uint32_t order)
{
	dst->q[0] = dst->q[order & 1];
	dst->q[1] = src.q[order >> 1 & 1];
}

void sse_shufpd_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	shufpd(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm);
}

void sse_shufpd_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	shufpd(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm);
}

static void pshufd(union xmm *dst, union xmm src, uint32_t order)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		dst->d[i] = src.d[order >> i * 2 & 3];
}

void sse_pshufd_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufd(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm);
}

void sse_pshufd_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufd(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm);
}

/* pshufw() - four words from @first on; the other half is copied. */
static void pshufw(union xmm *dst, union xmm src, uint32_t order,
		   unsigned int first)
{
	unsigned int i;

	*dst = src;
	for (i = 0; i < 4; i++)
		dst->w[first + i] = src.w[first + (order >> i * 2 & 3)];
}

void sse_pshuflw_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufw(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm, 0);
}

void sse_pshuflw_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufw(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm, 0);
}

void sse_pshufhw_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufw(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm, 4);
}

void sse_pshufhw_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	pshufw(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm, 4);
}

void sse_pinsrw_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->fpu->xmm[in->reg].w[in->imm & 7] = reg16(cpu, in->rm);
}

void sse_pinsrw_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->fpu->xmm[in->reg].w[in->imm & 7] =
		mem_read16(cpu, in->seg, insn_ea(cpu, in));
}

void sse_pextrw(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->gpr[in->reg] = cpu->fpu->xmm[in->rm].w[in->imm & 7];
}

void sse_pmovmskb(struct cpu *cpu, const struct insn *in)
{
	const union xmm *v = &cpu->fpu->xmm[in->rm];
	uint32_t mask = 0;
	unsigned int i;

	sse_begin(cpu);
	for (i = 0; i < 16; i++)
		mask |= (uint32_t)(v->b[i] >> 7) << i;
	cpu->gpr[in->reg] = mask;
}

/* The bytes that the mask selects, to DS:[rDI], which need not be aligned. */
void sse_maskmovdqu(struct cpu *cpu, const struct insn *in)
{
	const union xmm *data = &cpu->fpu->xmm[in->reg];
	const union xmm *mask = &cpu->fpu->xmm[in->rm];
	uint32_t off = cpu->gpr[REG_EDI];
	unsigned int i;

	sse_begin(cpu);
	if (in->adsize == 2)
		off &= 0xffff;
	for (i = 0; i < 16; i++)
		if (mask->b[i] & 0x80)
			mem_probe_write(cpu, in->seg, off + i, 1);
	for (i = 0; i < 16; i++)
		if (mask->b[i] & 0x80)
			mem_write8(cpu, in->seg, off + i, data->b[i]);
}

/* palignr() - PALIGNR: 32 bytes, @dst the high half, moved right. */
static void palignr(union xmm *dst, union xmm src, uint32_t by)
{
	union xmm high = *dst;
	uint32_t i, at;

	for (i = 0; i < 16; i++) {
		at = i + by;
		dst->b[i] = at < 16 ? src.b[at] : at < 32 ? high.b[at - 16] : 0;
	}
}

void sse_palignr_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	palignr(&cpu->fpu->xmm[in->reg], cpu->fpu->xmm[in->rm], in->imm);
}

void sse_palignr_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	palignr(&cpu->fpu->xmm[in->reg], read16(cpu, in), in->imm);
}
