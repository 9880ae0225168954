/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_sse_exc.c - SSE instructions of a guest that unmasked exceptions.
 *
 * The host runs with all SSE exceptions masked. What an unmasked one would
 * have done is worked out from the flags (SDM volume 1, 11.5): the
 * destination stays, the flags tell, #XM is raised. The masked response does
 * not show three things:
 *
 * 1. Errors found before computing (invalid, denormal, zero divide), if not
 *    masked, hide those found after.
 * 2. An unmasked underflow is reported for an exact tiny result as well, and
 *    FTZ has no effect then.
 * 3. With an unmasked overflow or underflow, "inexact" is about the result
 *    before its exponent had to fit: a masked overflow is always inexact.
 */
#include "vmm/cpu/fpu_vec.h"

#include <string.h>

static bool tiny32(uint32_t v)
{
	return !(v & 0x7f800000u) && (v & 0x007fffffu);
}

static bool tiny64(uint64_t v)
{
	return !(v & 0x7ff0000000000000ull) && (v & 0x000fffffffffffffull);
}

/* opcode_of() - the second opcode byte of a table entry. */
static unsigned int opcode_of(const struct fpu_op *op)
{
	return (unsigned int)(op - fpu_ops[0]) & 0xff;
}

/* A row of lanes: CVTPD2PS and CVTSD2SS have wide sources. */
struct shape {
	unsigned int count;	/* lanes that are computed */
	bool wide_src, wide_dst; /* of 64 bits */
};

static struct shape shape_of(const struct fpu_op *op)
{
	bool convert = opcode_of(op) == 0x5a;

	switch (op->lanes) {
	case LANES_PS: return (struct shape){ convert ? 2 : 4, convert, false };
	case LANES_SS: return (struct shape){ 1, convert, false };
	case LANES_PD: return (struct shape){ 2, true, true };
	case LANES_SD: return (struct shape){ 1, true, true };
	default: return (struct shape){ 0, false, false };
	}
}

/* spread() - one lane of @v, in all lanes; a zero for it if DAZ says so. */
static union xmm spread(const union xmm *v, unsigned int lane, bool wide,
			bool daz)
{
	uint64_t q = wide ? v->q[lane] : v->d[lane];

	if (daz && wide && tiny64(q))
		q &= 1ull << 63;
	if (daz && !wide && tiny32((uint32_t)q))
		q &= 1ull << 31;
	if (!wide)
		q |= q << 32;
	return (union xmm){ .q = { q, q } };
}

/*
 * x87_inexact() - would the result be inexact with any exponent allowed?
 *
 * The x87 unit rounds to a float's or double's precision, but has an
 * exponent for every result that two of them can give.
 */
static bool x87_inexact(const struct fpu_op *op, struct shape sh,
			const union xmm *a, const union xmm *b, uint32_t mxcsr)
{
	/* All masked; rounding as in MXCSR; 53 or 24 bits. */
	uint16_t cw = (uint16_t)(0x7fu | (mxcsr >> 13 & 3) << 10 |
				 (sh.wide_dst ? 2u << 8 : 0));
	uint16_t sw;

	asm volatile("fninit; fldcw %0" : : "m"(cw));
	if (opcode_of(op) == 0x5a)
		asm volatile("fld1; fldl %0" : : "m"(b->q[0]));
	else if (sh.wide_src)
		asm volatile("fldl %0; fldl %1" : : "m"(a->q[0]), "m"(b->q[0]));
	else
		asm volatile("flds %0; flds %1" : : "m"(a->d[0]), "m"(b->d[0]));
	/* ST(1) = ST(1) op ST(0); the names of AT&T syntax are swapped. */
	switch (opcode_of(op)) {
	case 0x58: asm volatile("faddp"); break;
	case 0x5c: asm volatile(".byte 0xde, 0xe9"); break;	/* FSUBP */
	case 0x5e: asm volatile(".byte 0xde, 0xf9"); break;	/* FDIVP */
	default: asm volatile("fmulp"); break;
	}
	asm volatile("fnstsw %0; fninit" : "=m"(sw));
	return sw & X87_PE;
}

/* lane_flags() - the flags one lane raises, if found after computing. */
static uint32_t lane_flags(const struct fpu_op *op, vec_stub *stub, union xmm a,
			   union xmm b, uint32_t ctl, uint32_t open)
{
	struct shape sh = shape_of(op);
	union xmm out = a;
	uint32_t raised;

	host_mxcsr_set(ctl);
	stub(&out, &b);
	raised = host_mxcsr() & MXCSR_FLAGS;
	host_mxcsr_set(MXCSR_INIT);
	if ((open & X87_UE) &&
	    (sh.wide_dst ? tiny64(out.q[0]) : tiny32(out.d[0])))
		raised |= X87_UE;
	if (raised & open & (X87_OE | X87_UE)) {
		raised &= ~X87_PE;
		if (x87_inexact(op, sh, &a, &b, ctl))
			raised |= X87_PE;
	}
	return raised;
}

/*
 * by_lanes() - the addition or subtraction, lane by lane, whose flags are
 * those of HADD, HSUB or ADDSUB @op; the operands are arranged for it
 *
 * Return: its table entry; @op itself if it works by lanes already.
 */
static const struct fpu_op *by_lanes(const struct fpu_op *op, union xmm *a,
				     union xmm *b)
{
	unsigned int opcode = opcode_of(op), i;
	bool wide = op->lanes == LANES_PD;
	union xmm x = *a, y = *b;

	if (opcode == 0xd0) {
		for (i = wide; i < 4; i += wide ? 4 : 2)
			b->d[i] ^= 1u << 31;	/* those that are subtracted */
	} else if (opcode != 0x7c && opcode != 0x7d) {
		return op;
	} else if (wide) {
		*a = (union xmm){ .q = { x.q[0], y.q[0] } };
		*b = (union xmm){ .q = { x.q[1], y.q[1] } };
	} else {
		*a = (union xmm){ .d = { x.d[0], x.d[2], y.d[0], y.d[2] } };
		*b = (union xmm){ .d = { x.d[1], x.d[3], y.d[1], y.d[3] } };
	}
	return &fpu_ops[wide ? OPP_66 : OPP_NP][opcode == 0x7d ? 0x5c : 0x58];
}

/* all_lanes() - the flags that the lanes raise together. */
static uint32_t all_lanes(struct cpu *cpu, const struct fpu_op *op,
			  vec_stub *stub, union xmm a, union xmm b,
			  uint32_t ctl, uint32_t open)
{
	const struct fpu_op *plain = by_lanes(op, &a, &b);
	struct shape sh = shape_of(plain);
	bool daz = ctl & MXCSR_DAZ;
	uint32_t raised = 0;
	unsigned int i;

	if (plain != op)
		stub = plain->stub;

	cpu_fpu_sync(cpu);	/* x87_inexact() needs the host's unit */
	for (i = 0; i < sh.count; i++)
		raised |=
			lane_flags(plain, stub, spread(&a, i, sh.wide_dst, daz),
				   spread(&b, i, sh.wide_src, daz), ctl, open);
	return raised;
}

uint32_t sse_run_unmasked(struct cpu *cpu, const struct fpu_op *op,
			  vec_stub *stub, void *dst, const void *src)
{
	struct cpu_fpu *f = cpu->fpu;
	uint32_t open = ~(f->mxcsr >> MXCSR_MASK_SHIFT) & MXCSR_FLAGS;
	uint32_t ctl = (f->mxcsr | MXCSR_MASKS) & ~MXCSR_FLAGS;
	union xmm tmp = *(union xmm *)dst, from = { .q = { 0 } };
	uint32_t raised, ret;

	if (open & X87_UE)
		ctl &= ~MXCSR_FTZ;
	host_mxcsr_set(ctl);
	ret = stub(&tmp, src);
	raised = host_mxcsr() & MXCSR_FLAGS;
	host_mxcsr_set(MXCSR_INIT);

	if (raised & open & (X87_IE | X87_DE | X87_ZE)) {
		raised &= X87_IE | X87_DE | X87_ZE;
	} else if ((open & (X87_OE | X87_UE)) && op && shape_of(op).count) {
		memcpy(&from, src, op->size);
		raised = (raised & (X87_IE | X87_DE | X87_ZE)) |
			 (all_lanes(cpu, op, stub, *(union xmm *)dst, from, ctl,
				    open) &
			  (X87_OE | X87_UE | X87_PE));
	}
	f->mxcsr |= raised;
	if (raised & open)
		cpu_raise(cpu, cpu->cr4 & CR4_OSXMMEXCPT ? VEC_XM : VEC_UD, 0);
	*(union xmm *)dst = tmp;
	return ret;
}
