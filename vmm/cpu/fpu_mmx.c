/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_mmx.c - MMX instructions, and the SSE ones with an MMX operand.
 *
 * Every handler reads memory before it touches an MMX register: the change
 * to the MMX state (tags, TOS) must not happen if the access faults.
 */
#include "vmm/cpu/fpu_vec.h"

void mmx_op_reg(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	if (!mmx_begin(cpu))
		return;
	v = mm_get(in->rm);
	stub_nth(fpu_op_of(in)->stub, in->reg * MM_STRIDE)(NULL, &v);
}

void mmx_op_mem(struct cpu *cpu, const struct insn *in)
{
	const struct fpu_op *op = fpu_op_of(in);
	uint64_t v;

	if (!mmx_begin(cpu))
		return;
	if (op->size == 4)
		v = mem_read32(cpu, in->seg, insn_ea(cpu, in));
	else
		v = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	stub_nth(op->stub, in->reg * MM_STRIDE)(NULL, &v);
}

/* sse_mmx_begin() - SSE's checks, then those of its MMX operand. */
static bool sse_mmx_begin(struct cpu *cpu)
{
	sse_begin(cpu);
	return mmx_begin(cpu);
}

/* cvt_twin() - the xmm form that raises what an mm form would. */
static vec_stub *cvt_twin(const struct insn *in)
{
	bool pd = in->prefix & PFX_66;

	if (in->opcode == 0x2c)
		return pd ? fpu_x_66_E6 : fpu_x_F3_5B;
	return pd ? fpu_x_F2_E6 : fpu_x_66_5B;
}

/*
 * cvt() - CVTPS2PI and its like
 *
 * The destination is a host register, out of sse_run()'s reach: if #XM is
 * possible, the xmm twin goes first. The change to MMX state comes even
 * before #XM, as on the processors this was compared with.
 */
static void cvt(struct cpu *cpu, const struct insn *in, const union xmm *src)
{
	union xmm unused = { .q = { 0 } };
	uint32_t saved = cpu->fpu->mxcsr;

	if ((saved & MXCSR_MASKS) != MXCSR_MASKS) {
		mm_get(in->reg);
		sse_run(cpu, NULL, cvt_twin(in), &unused, src);
		saved = cpu->fpu->mxcsr;
		cpu->fpu->mxcsr |= MXCSR_MASKS;
	}
	sse_run(cpu, NULL, stub_nth(fpu_op_of(in)->stub, in->reg * MM_STRIDE),
		&unused, src);
	if ((saved & MXCSR_MASKS) != MXCSR_MASKS)
		cpu->fpu->mxcsr = saved;
}

void mmx_cvt_reg(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	if (!sse_mmx_begin(cpu))
		return;
	src = cpu->fpu->xmm[in->rm];
	if (!(in->prefix & PFX_66))
		src.q[1] = 0;	/* what the twin would see, and this not */
	cvt(cpu, in, &src);
}

void mmx_cvt_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src = { .q = { 0 } };
	uint32_t ea;

	if (!sse_mmx_begin(cpu))
		return;
	if (in->prefix & PFX_66) {
		ea = fpu_mem16(cpu, in);
		mem_read(cpu, in->seg, ea, &src, 16);
	} else {
		src.q[0] = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	}
	cvt(cpu, in, &src);
}

/*
 * CVTPI2PS is the low half of CVTDQ2PS, CVTPI2PD is CVTDQ2PD and exact. Only
 * an mm operand makes them MMX instructions: with one in memory they leave
 * the MMX state alone and do not wait for x87 errors.
 */
static void cvtpi2ps(struct cpu *cpu, const struct insn *in, uint64_t v)
{
	union xmm *dst = &cpu->fpu->xmm[in->reg];
	union xmm src = { .q = { v, 0 } }, out = *dst;

	sse_run(cpu, NULL, fpu_x_NP_5B, &out, &src);
	dst->q[0] = out.q[0];
}

void mmx_cvtpi2ps_reg(struct cpu *cpu, const struct insn *in)
{
	if (sse_mmx_begin(cpu))
		cvtpi2ps(cpu, in, mm_get(in->rm));
}

void mmx_cvtpi2ps_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cvtpi2ps(cpu, in, mem_read64(cpu, in->seg, insn_ea(cpu, in)));
}

void mmx_cvtpi2pd_reg(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	if (!sse_mmx_begin(cpu))
		return;
	v = mm_get(in->rm);
	fpu_x_F3_E6(&cpu->fpu->xmm[in->reg], &v);
}

void mmx_cvtpi2pd_mem(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	sse_begin(cpu);
	v = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	fpu_x_F3_E6(&cpu->fpu->xmm[in->reg], &v);
}

void mmx_movd_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		mm_set(in->reg, cpu->gpr[in->rm]);
}

void mmx_movd_to_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		cpu->gpr[in->rm] = (uint32_t)mm_get(in->reg);
}

void mmx_movd_to_mem(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in);

	if (!mmx_begin(cpu))
		return;
	mem_probe_write(cpu, in->seg, ea, 4);
	mem_write32(cpu, in->seg, ea, (uint32_t)mm_get(in->reg));
}

void mmx_movq_to_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		mm_set(in->rm, mm_get(in->reg));
}

void mmx_movq_to_mem(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in);

	if (!mmx_begin(cpu))
		return;
	mem_probe_write(cpu, in->seg, ea, 8);
	mem_write64(cpu, in->seg, ea, mm_get(in->reg));
}

void mmx_movntq(struct cpu *cpu, const struct insn *in)
{
	mmx_movq_to_mem(cpu, in);
}

static void pshufw(unsigned int reg, uint64_t v, uint32_t order)
{
	uint64_t r = 0;
	unsigned int i;

	for (i = 0; i < 4; i++, order >>= 2)
		r |= (v >> (order & 3) * 16 & 0xffff) << i * 16;
	mm_set(reg, r);
}

void mmx_pshufw_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		pshufw(in->reg, mm_get(in->rm), in->imm);
}

void mmx_pshufw_mem(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		pshufw(in->reg, mem_read64(cpu, in->seg, insn_ea(cpu, in)),
		       in->imm);
}

static void pinsrw(const struct insn *in, uint16_t v)
{
	unsigned int shift = (in->imm & 3) * 16;
	uint64_t old = mm_get(in->reg);

	mm_set(in->reg, (old & ~(0xffffull << shift)) | (uint64_t)v << shift);
}

void mmx_pinsrw_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		pinsrw(in, reg16(cpu, in->rm));
}

void mmx_pinsrw_mem(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		pinsrw(in, mem_read16(cpu, in->seg, insn_ea(cpu, in)));
}

void mmx_pextrw(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		cpu->gpr[in->reg] =
			(uint16_t)(mm_get(in->rm) >> (in->imm & 3) * 16);
}

void mmx_pmovmskb(struct cpu *cpu, const struct insn *in)
{
	uint32_t mask = 0;
	unsigned int i;
	uint64_t v;

	if (!mmx_begin(cpu))
		return;
	v = mm_get(in->rm);
	for (i = 0; i < 8; i++)
		mask |= (uint32_t)(v >> (i * 8 + 7) & 1) << i;
	cpu->gpr[in->reg] = mask;
}

/*
 * mask_offset() - byte @i of a masked store to DS:[rDI]
 */
static uint32_t mask_offset(const struct cpu *cpu, const struct insn *in,
			    unsigned int i)
{
	uint32_t off = cpu->gpr[REG_EDI];

	return in->adsize == 4 ? off + i : ((off & 0xffff) + i);
}

void mmx_maskmovq(struct cpu *cpu, const struct insn *in)
{
	uint8_t img[FX_SIZE] __attribute__((aligned(16)));
	uint64_t data, mask;
	unsigned int i;

	if (!mmx_begin(cpu))
		return;
	/* The mask is needed to know what may fault; the change to MMX state
	 * that reading it makes has to wait. */
	fpu_host_save(img);
	data = mm_get(in->reg);
	mask = mm_get(in->rm);
	fpu_host_load(img);
	for (i = 0; i < 8; i++)
		if (mask >> (i * 8 + 7) & 1)
			mem_probe_write(cpu, in->seg, mask_offset(cpu, in, i),
					1);
	for (i = 0; i < 8; i++)
		if (mask >> (i * 8 + 7) & 1)
			mem_write8(cpu, in->seg, mask_offset(cpu, in, i),
				   (uint8_t)(data >> i * 8));
	mm_get(in->rm);
}

/* Groups 71-73, as sse_shift_imm(). */
void mmx_shift_imm(struct cpu *cpu, const struct insn *in)
{
	vec_stub *stub =
		fpu_ops[OPP_NP][(0xc0 + (in->reg << 3)) | (in->opcode & 3)]
			.stub;
	uint64_t count = in->imm;

	if (mmx_begin(cpu))
		stub_nth(stub, in->rm * MM_STRIDE)(NULL, &count);
}

void mmx_emms(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	if (mmx_begin(cpu))
		asm volatile("emms");
}

void mmx_movq2dq(struct cpu *cpu, const struct insn *in)
{
	if (!sse_mmx_begin(cpu))
		return;
	cpu->fpu->xmm[in->reg] = (union xmm){ .q = { mm_get(in->rm), 0 } };
}

void mmx_movdq2q(struct cpu *cpu, const struct insn *in)
{
	if (sse_mmx_begin(cpu))
		mm_set(in->reg, cpu->fpu->xmm[in->rm].q[0]);
}

/* palignr() - PALIGNR: 16 bytes, @high the high half, moved right. */
static uint64_t palignr(uint64_t high, uint64_t low, uint32_t by)
{
	if (by == 0)
		return low;
	if (by < 8)
		return low >> by * 8 | high << (64 - by * 8);
	return by < 16 ? high >> (by - 8) * 8 : 0;
}

void mmx_palignr_reg(struct cpu *cpu, const struct insn *in)
{
	if (mmx_begin(cpu))
		mm_set(in->reg,
		       palignr(mm_get(in->reg), mm_get(in->rm), in->imm));
}

void mmx_palignr_mem(struct cpu *cpu, const struct insn *in)
{
	uint64_t v;

	if (!mmx_begin(cpu))
		return;
	v = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	mm_set(in->reg, palignr(mm_get(in->reg), v, in->imm));
}
