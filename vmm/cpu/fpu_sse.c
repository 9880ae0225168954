/* SPDX-License-Identifier: BSD-2-Clause */
/* fpu_sse.c - SSE and SSE2 instructions that a stub carries out. */
#include "vmm/cpu/fpu_vec.h"

#include "base/check.h"

uint32_t sse_run(struct cpu *cpu, const struct fpu_op *op, vec_stub *stub,
		 void *dst, const void *src)
{
	struct cpu_fpu *f = cpu->fpu;
	uint32_t ret;

	if (UNLIKELY((f->mxcsr & MXCSR_MASKS) != MXCSR_MASKS))
		return sse_run_unmasked(cpu, op, stub, dst, src);
	host_mxcsr_set(f->mxcsr);
	ret = stub(dst, src);
	f->mxcsr = host_mxcsr();
	if (UNLIKELY((f->mxcsr & ~MXCSR_FLAGS) != MXCSR_INIT))
		host_mxcsr_set(MXCSR_INIT);
	return ret;
}

void sse_read(struct cpu *cpu, const struct insn *in, unsigned int size,
	      union xmm *src)
{
	uint32_t ea;

	if (size == 16) {
		/* Aligned: one page, so two reads are all or nothing. */
		ea = fpu_mem16(cpu, in);
		src->q[0] = mem_read64(cpu, in->seg, ea);
		src->q[1] = mem_read64(cpu, in->seg, ea + 8);
	} else if (size == 8) {
		src->q[0] = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	} else if (size == 4) {
		src->d[0] = mem_read32(cpu, in->seg, insn_ea(cpu, in));
	} else {
		src->w[0] = mem_read16(cpu, in->seg, insn_ea(cpu, in));
	}
}

void sse_int_reg(struct cpu *cpu, const struct insn *in)
{
	struct cpu_fpu *f = cpu->fpu;

	sse_begin(cpu);
	fpu_op_of(in)->stub(&f->xmm[in->reg], &f->xmm[in->rm]);
}

void sse_int_mem(struct cpu *cpu, const struct insn *in)
{
	const struct fpu_op *op = fpu_op_of(in);
	union xmm src;

	sse_begin(cpu);
	sse_read(cpu, in, op->size, &src);
	op->stub(&cpu->fpu->xmm[in->reg], &src);
}

/* fp() - the common end: @offset picks one of a row of stubs. */
static inline uint32_t fp(struct cpu *cpu, const struct insn *in,
			  uint32_t offset, const void *src)
{
	const struct fpu_op *op = fpu_op_of(in);

	return sse_run(cpu, op, stub_nth(op->stub, offset),
		       &cpu->fpu->xmm[in->reg], src);
}

void sse_fp_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	fp(cpu, in, 0, &cpu->fpu->xmm[in->rm]);
}

void sse_fp_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	sse_begin(cpu);
	sse_read(cpu, in, fpu_op_of(in)->size, &src);
	fp(cpu, in, 0, &src);
}

/* CMPccPS: of the predicate, bits 7:3 are reserved and ignored. */
void sse_cmp_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	fp(cpu, in, (in->imm & 7) * CMP_STRIDE, &cpu->fpu->xmm[in->rm]);
}

void sse_cmp_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	sse_begin(cpu);
	sse_read(cpu, in, fpu_op_of(in)->size, &src);
	fp(cpu, in, (in->imm & 7) * CMP_STRIDE, &src);
}

/* CVTSI2SS, CVTSI2SD. */
void sse_from_gpr_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	fp(cpu, in, 0, &cpu->gpr[in->rm]);
}

void sse_from_gpr_mem(struct cpu *cpu, const struct insn *in)
{
	uint32_t v;

	sse_begin(cpu);
	v = mem_read32(cpu, in->seg, insn_ea(cpu, in));
	fp(cpu, in, 0, &v);
}

/* CVTSS2SI and the other three. */
void sse_to_gpr_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->gpr[in->reg] = fp(cpu, in, 0, &cpu->fpu->xmm[in->rm]);
}

void sse_to_gpr_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	sse_begin(cpu);
	sse_read(cpu, in, fpu_op_of(in)->size, &src);
	cpu->gpr[in->reg] = fp(cpu, in, 0, &src);
}

/* COMISS and the other three. */
void sse_com_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->aflags = fp(cpu, in, 0, &cpu->fpu->xmm[in->rm]) & FL_ARITH;
}

void sse_com_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	sse_begin(cpu);
	sse_read(cpu, in, fpu_op_of(in)->size, &src);
	cpu->aflags = fp(cpu, in, 0, &src) & FL_ARITH;
}

/* shift_bytes() - PSRLDQ (left = false) and PSLLDQ. */
static void shift_bytes(union xmm *r, uint32_t n, bool left)
{
	union xmm old = *r;
	uint32_t i;

	for (i = 0; i < 16; i++) {
		if (left)
			r->b[i] = i >= n ? old.b[i - n] : 0;
		else
			r->b[i] = i + n < 16 ? old.b[i + n] : 0;
	}
}

/*
 * sse_shift_imm() - groups 71-73: a shift by an immediate is the shift by a
 * register, whose opcode is D1-D3, E1-E2 or F1-F3, with that count.
 */
void sse_shift_imm(struct cpu *cpu, const struct insn *in)
{
	union xmm *r = &cpu->fpu->xmm[in->rm];
	union xmm count = { .q = { in->imm } };

	sse_begin(cpu);
	if (in->opcode == 0x73 && (in->reg == 3 || in->reg == 7))
		shift_bytes(r, in->imm, in->reg == 7);
	else
		fpu_ops[OPP_66][(0xc0 + (in->reg << 3)) | (in->opcode & 3)]
			.stub(r, &count);
}
