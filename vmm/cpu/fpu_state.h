/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_state.h - the x87, MMX and SSE state of a processor, and what the
 * fpu_*.c files offer each other.
 *
 * Theory of operation
 *
 * The guest's x87/MMX state lives in the host's x87 unit from the first
 * instruction that needs it until cpu_fpu_sync(), with the guest's own
 * control word. Each guest instruction is that very instruction on the host,
 * so rounding, undefined bits, unmasked responses and stack faults are those
 * of a real processor. An unmasked x87 error never becomes a host signal: the
 * host, too, reports it only at the next waiting instruction, and before
 * each of those @pending is looked at and the guest gets its #MF.
 *
 * 1. While @live, nothing but stubs and non-waiting instructions touches the
 *    host's x87 unit. C code here has no use for it (no long double, no MMX).
 * 2. @img holds the x87 state while !@live; its MXCSR is always the host's.
 * 3. @pending == FSW.ES, and @unmasked == (FCW exceptions that are not
 *    masked), whether live or not.
 * 4. Guest xmm registers are in memory between instructions: compilers use
 *    the host's freely.
 * 5. The host's MXCSR has its default controls whenever C code runs; its
 *    flags are noise. SSE never runs with an unmasked exception.
 * 6. The pointers (fip ... fop) are the guest's; what the host keeps there
 *    never reaches the guest.
 */
#ifndef VMM_CPU_FPU_STATE_H
#define VMM_CPU_FPU_STATE_H

#include "vmm/cpu/insn.h"

#define X87_IE 0x01u	/* exception bits: in FSW, FCW and MXCSR alike */
#define X87_DE 0x02u
#define X87_ZE 0x04u
#define X87_OE 0x08u
#define X87_UE 0x10u
#define X87_PE 0x20u
#define X87_EXC 0x3fu
#define X87_ES 0x80u

#define MXCSR_FLAGS	0x003fu
#define MXCSR_DAZ	0x0040u
#define MXCSR_MASKS	0x1f80u
#define MXCSR_MASK_SHIFT 7
#define MXCSR_FTZ	0x8000u
#define MXCSR_VALID	0xffffu	/* what MXCSR_MASK tells the guest */
#define MXCSR_INIT	0x1f80u

/* Where things are in an FXSAVE image (SDM volume 1, table 10-2). */
#define FX_FOP		6
#define FX_FIP		8
#define FX_FCS		12
#define FX_FDP		16
#define FX_FDS		20
#define FX_MXCSR	24
#define FX_MXCSR_MASK	28
#define FX_X87_END	160
#define FX_XMM		160
#define FX_USED		288	/* the rest is not written */
#define FX_SIZE		512

union xmm {
	uint8_t b[16];
	uint16_t w[8];
	uint32_t d[4];
	uint64_t q[2];
} __attribute__((aligned(16)));

struct cpu_fpu {
	uint8_t img[FX_SIZE] __attribute__((aligned(64)));
	union xmm xmm[8];
	uint32_t mxcsr;
	bool live;
	bool pending;
	bool ferr;		/* the FERR pin is asserted */
	uint8_t unmasked;	/* X87_EXC bits */
	uint32_t fip, fdp;
	uint16_t fcs, fds, fop;
};

/* ---- fpu_x87.S --------------------------------------------------------- */

typedef void x87_stub(void *operand);

extern const char fpu_x87_reg[], fpu_x87_mem[];
uint32_t fpu_x87_with_flags(uint32_t aflags, x87_stub *stub);
void fpu_host_load(const void *img);
void fpu_host_save(void *img);
void fpu_host_drop(void);

/* ---- fpu_state.c ------------------------------------------------------- */

/* fpu_own() - bring the guest's x87 state into the host's unit. */
void fpu_own_slow(struct cpu_fpu *f);

static inline void fpu_own(struct cpu_fpu *f)
{
	if (!f->live)
		fpu_own_slow(f);
}

/* fpu_settle() - after FCW or FSW may have changed: invariant 3, and the
 * FERR pin. The state is live. */
void fpu_settle(struct cpu *cpu);

/*
 * fpu_error() - a waiting instruction met a pending error
 *
 * Raises #MF, or without CR0.NE asserts FERR# and makes the instruction run
 * again, so that it waits for the interrupt.
 */
void fpu_error(struct cpu *cpu);

/* fpu_fx_pack()/fpu_fx_unpack(): FX_USED bytes of an FXSAVE image. */
void fpu_fx_pack(struct cpu *cpu, uint8_t *out);
void fpu_fx_unpack(struct cpu *cpu, const uint8_t *in);

/* x87_begin() - what a waiting x87 instruction checks first.
 * Return: false if it has to wait for an interrupt. */
static inline bool x87_begin(struct cpu *cpu)
{
	if (cpu->cr0 & (CR0_EM | CR0_TS))
		cpu_raise(cpu, VEC_NM, 0);
	if (cpu->fpu->pending) {
		fpu_error(cpu);
		return false;
	}
	fpu_own(cpu->fpu);
	return true;
}

/* x87_begin_nowait() - begin an x87 instruction that does not wait for pending
 * exceptions, such as FNINIT. */
static inline void x87_begin_nowait(struct cpu *cpu)
{
	if (cpu->cr0 & (CR0_EM | CR0_TS))
		cpu_raise(cpu, VEC_NM, 0);
	fpu_own(cpu->fpu);
}

/* mmx_begin() - begin an MMX instruction (SDM volume 3, 12.1). Return: false if
 * a pending x87 exception is reported instead. */
static inline bool mmx_begin(struct cpu *cpu)
{
	if (cpu->cr0 & (CR0_EM | CR0_TS))
		cpu_raise(cpu, cpu->cr0 & CR0_EM ? VEC_UD : VEC_NM, 0);
	if (cpu->fpu->pending) {
		fpu_error(cpu);
		return false;
	}
	fpu_own(cpu->fpu);
	return true;
}

/* sse_begin() - begin an SSE instruction (SDM volume 3, 13.1). */
static inline void sse_begin(struct cpu *cpu)
{
	if ((cpu->cr0 & CR0_EM) || !(cpu->cr4 & CR4_OSFXSR))
		cpu_raise(cpu, VEC_UD, 0);
	if (cpu->cr0 & CR0_TS)
		cpu_raise(cpu, VEC_NM, 0);
}

/* fpu_mem16() - the offset of a 16-byte operand; #GP(0) if not aligned. */
static inline uint32_t fpu_mem16(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in);

	if ((cpu->seg[in->seg].base + ea) & 15)
		cpu_raise(cpu, VEC_GP, 0);
	return ea;
}

/* ---- fpu_x87_ops.c ----------------------------------------------------- */

/* What an instruction does to the pointers. */
enum x87_effect { X87_KEEPS, X87_POINTS, X87_CLEARS };

/* x87_effect() - of D8-DF. */
enum x87_effect x87_effect(const struct insn *in);
/* x87_opcode() - what FOP says of it. */
uint16_t x87_opcode(const struct insn *in);
/* x87_repoint() - @in, at @eip, has run with the registers that there are: the
 * pointers become what it made of them. */
void x87_repoint(struct cpu *cpu, const struct insn *in, uint32_t eip);
/* x87_clear_pointers() - what FNINIT does to them. */
void x87_clear_pointers(struct cpu *cpu);

/* ---- handlers, for the tables ------------------------------------------ */

/* fpu_x87_ops.c */
insn_fn *x87_select(const struct insn *in);
insn_fn x87_wait;
/* fpu_x87_env.c */
insn_fn x87_fldenv, x87_fnstenv, x87_frstor, x87_fnsave, x87_fldcw, x87_fnstcw,
	x87_fnstsw, x87_fnstsw_ax, x87_fninit, x87_fnclex, fpu_fxsave,
	fpu_fxrstor, sse_ldmxcsr, sse_stmxcsr;

#endif
