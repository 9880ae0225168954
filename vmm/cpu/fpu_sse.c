/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_sse.c - SSE and SSE2 instructions that a stub carries out, and their
 * exceptions.
 *
 * The host runs with all SSE exceptions masked. What an unmasked one would
 * have done is worked out from the flags (SDM volume 1, 11.5): the
 * destination stays, the flags tell, #XM is raised.
 */
#include "vmm/cpu/fpu_vec.h"

#include "base/check.h"

static void host_mxcsr_set(uint32_t v)
{
	asm volatile("ldmxcsr %0" : : "m"(v) : "memory");
}

static uint32_t host_mxcsr(void)
{
	uint32_t v;

	asm volatile("stmxcsr %0" : "=m"(v) : : "memory");
	return v;
}

static bool tiny32(uint32_t v)
{
	return !(v & 0x7f800000u) && (v & 0x007fffffu);
}

static bool tiny64(uint64_t v)
{
	return !(v & 0x7ff0000000000000ull) && (v & 0x000fffffffffffffull);
}

/* has_tiny() - does a lane that was computed hold a denormal number? */
static bool has_tiny(const union xmm *r, enum lanes lanes)
{
	switch (lanes) {
	case LANES_PS: return tiny32(r->d[0]) || tiny32(r->d[1]) ||
			    tiny32(r->d[2]) || tiny32(r->d[3]);
	case LANES_SS: return tiny32(r->d[0]);
	case LANES_PD: return tiny64(r->q[0]) || tiny64(r->q[1]);
	case LANES_SD: return tiny64(r->q[0]);
	default: return false;
	}
}

/*
 * run_unmasked() - sse_run() for a guest that unmasked something
 *
 * Errors found before computing (invalid, denormal, zero divide) hide those
 * found after. An unmasked underflow is reported for an exact tiny result as
 * well, and FTZ then has no effect: neither shows in the masked response.
 */
static NOINLINE uint32_t run_unmasked(struct cpu *cpu, vec_stub *stub,
				      enum lanes lanes, void *dst,
				      const void *src)
{
	struct cpu_fpu *f = cpu->fpu;
	uint32_t open = ~(f->mxcsr >> MXCSR_MASK_SHIFT) & MXCSR_FLAGS;
	uint32_t ctl = (f->mxcsr | MXCSR_MASKS) & ~MXCSR_FLAGS;
	uint32_t raised, ret;
	union xmm tmp = *(union xmm *)dst;

	if (open & X87_UE)
		ctl &= ~MXCSR_FTZ;
	host_mxcsr_set(ctl);
	ret = stub(&tmp, src);
	raised = host_mxcsr() & MXCSR_FLAGS;
	host_mxcsr_set(MXCSR_INIT);

	if (raised & open & (X87_IE | X87_DE | X87_ZE))
		raised &= X87_IE | X87_DE | X87_ZE;
	else if ((open & X87_UE) && has_tiny(&tmp, lanes))
		raised |= X87_UE;
	f->mxcsr |= raised;
	if (raised & open)
		cpu_raise(cpu, cpu->cr4 & CR4_OSXMMEXCPT ? VEC_XM : VEC_UD, 0);
	*(union xmm *)dst = tmp;
	return ret;
}

uint32_t sse_run(struct cpu *cpu, vec_stub *stub, enum lanes lanes,
		 void *dst, const void *src)
{
	struct cpu_fpu *f = cpu->fpu;
	uint32_t ret;

	if (UNLIKELY((f->mxcsr & MXCSR_MASKS) != MXCSR_MASKS))
		return run_unmasked(cpu, stub, lanes, dst, src);
	host_mxcsr_set(f->mxcsr);
	ret = stub(dst, src);
	f->mxcsr = host_mxcsr();
	if (UNLIKELY((f->mxcsr & ~MXCSR_FLAGS) != MXCSR_INIT))
		host_mxcsr_set(MXCSR_INIT);
	return ret;
}

/* read_src() - the memory operand; #GP(0) if 16 bytes are not aligned. */
static inline void read_src(struct cpu *cpu, const struct insn *in,
			    unsigned int size, union xmm *src)
{
	uint32_t ea;

	if (size == 16) {
		/* Aligned: one page, so two reads are all or nothing. */
		ea = fpu_mem16(cpu, in);
		src->q[0] = mem_read64(cpu, in->seg, ea);
		src->q[1] = mem_read64(cpu, in->seg, ea + 8);
	} else if (size == 8) {
		src->q[0] = mem_read64(cpu, in->seg, insn_ea(cpu, in));
	} else {
		src->d[0] = mem_read32(cpu, in->seg, insn_ea(cpu, in));
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
	union xmm src;

	sse_begin(cpu);
	read_src(cpu, in, 16, &src);
	fpu_op_of(in)->stub(&cpu->fpu->xmm[in->reg], &src);
}

/* fp() - the common end: @offset picks one of a row of stubs. */
static inline uint32_t fp(struct cpu *cpu, const struct insn *in,
			  uint32_t offset, const void *src)
{
	const struct fpu_op *op = fpu_op_of(in);

	return sse_run(cpu, stub_nth(op->stub, offset),
		       (enum lanes)op->lanes, &cpu->fpu->xmm[in->reg],
		       src);
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
	read_src(cpu, in, fpu_op_of(in)->size, &src);
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
	read_src(cpu, in, fpu_op_of(in)->size, &src);
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
	read_src(cpu, in, fpu_op_of(in)->size, &src);
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
	read_src(cpu, in, fpu_op_of(in)->size, &src);
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
		fpu_ops[OPP_66][(0xc0 + (in->reg << 3)) |
				(in->opcode & 3)].stub(r, &count);
}
