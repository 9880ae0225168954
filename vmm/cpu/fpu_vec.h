/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_vec.h - MMX, SSE and SSE2: the table of instructions, and what its
 * handlers share.
 *
 * An MMX register of the guest is one of the host (fpu_state.h); it is read
 * and written by MOVQ stubs, which also do what any MMX instruction does to
 * the x87 state: all tags valid, TOS 0, exponent FFFFh.
 */
#ifndef VMM_CPU_FPU_VEC_H
#define VMM_CPU_FPU_VEC_H

#include <stddef.h>

#include "base/check.h"
#include "vmm/cpu/fpu_state.h"

/* A stub of fpu_vec.S. */
typedef uint32_t vec_stub(void *dst, const void *src);

#define XOP(p, op, n, c) vec_stub fpu_x_##p##_##op;
#define XSTUB(p, op) vec_stub fpu_x_##p##_##op;
#define XCMP(p, n, c) vec_stub fpu_cmp_##p;
#define XGPR(p, op, n) vec_stub fpu_g_##p##_##op;
#define XCOM(p, op, n) vec_stub fpu_c_##p##_##op;
#define MOP(op, n) vec_stub fpu_m_##op;
#define MSTUB(op) vec_stub fpu_m_##op;
#define MCVT(p, op, n) vec_stub fpu_mcvt_##p##_##op;
#define OP38(op) vec_stub fpu_m38_##op, fpu_x38_##op;
#define X38(op, n, c) vec_stub fpu_x38_##op;
#define X3A(op, n, c) vec_stub fpu_x3a_##op;
#define XSTR(op) vec_stub fpu_str_##op;
#include "vmm/cpu/fpu_ops.def"

/* Stubs that belong together lie this far apart. */
#define CMP_STRIDE	16u
#define MM_STRIDE	8u
#define IMM_STRIDE	16u
#define STR_STRIDE	32u

/* What the stubs of PCMPxSTRx get: the first operand, lengths; and give. */
struct sse_strings {
	union xmm first, mask;
	uint32_t eax, edx, index;
};

vec_stub fpu_ptest;

/* The mandatory prefix. F2 and F3 count before 66. */
enum op_prefix { OPP_NP, OPP_66, OPP_F3, OPP_F2, OPP_COUNT };

/* Which lanes a result has: see fpu_ops.def. */
enum lanes { LANES_INT, LANES_FP, LANES_PS, LANES_SS, LANES_PD, LANES_SD };

struct fpu_op {
	insn_fn *reg, *mem;	/* by the kind of r/m operand; NULL: #UD */
	vec_stub *stub;
	uint8_t size;		/* bytes of the source in memory */
	uint8_t lanes;		/* enum lanes */
};

extern const struct fpu_op fpu_ops[OPP_COUNT][256];
/* The same behind 0F 38, and behind 0F 3A: but for CRC32 none has F2 or F3. */
extern const struct fpu_op fpu_ops_38[2][256], fpu_ops_3a[2][256];

static inline const struct fpu_op *fpu_op_of(const struct insn *in)
{
	static const uint8_t key[16] = {
		[PFX_66] = OPP_66,
		[PFX_F3] = OPP_F3, [PFX_F3 | PFX_66] = OPP_F3,
		[PFX_F2] = OPP_F2, [PFX_F2 | PFX_66] = OPP_F2,
	};

	enum op_prefix p = key[in->prefix & (PFX_66 | PFX_F3 | PFX_F2)];

	if (LIKELY(in->map == MAP_0F))
		return &fpu_ops[p][in->opcode];
	return in->map == MAP_0F38 ? &fpu_ops_38[p & 1][in->opcode] :
				     &fpu_ops_3a[p & 1][in->opcode];
}

static inline vec_stub *stub_nth(vec_stub *first, uint32_t offset)
{
	return (vec_stub *)((uintptr_t)first + offset);
}

/* mm_get()/mm_set() - an MMX register; mmx_begin() went before. */
static inline uint64_t mm_get(unsigned int n)
{
	uint64_t v = 0;

	stub_nth(fpu_m_7F, n * MM_STRIDE)(NULL, &v);
	return v;
}

static inline void mm_set(unsigned int n, uint64_t v)
{
	stub_nth(fpu_m_6F, n * MM_STRIDE)(NULL, &v);
}

static inline void host_mxcsr_set(uint32_t v)
{
	asm volatile("ldmxcsr %0" : : "m"(v) : "memory");
}

static inline uint32_t host_mxcsr(void)
{
	uint32_t v;

	asm volatile("stmxcsr %0" : "=m"(v) : : "memory");
	return v;
}

/*
 * sse_run() - run a stub that uses MXCSR
 * @op: its entry in fpu_ops[]; NULL if it cannot overflow nor underflow
 * @stub: of @op, or one of its row
 * @dst: 16 bytes that the stub may write
 *
 * Raises #XM (or #UD, without CR4.OSXMMEXCPT) for an unmasked exception,
 * with *dst as it was.
 *
 * Return: what the stub returned.
 */
uint32_t sse_run(struct cpu *cpu, const struct fpu_op *op, vec_stub *stub,
		 void *dst, const void *src);
/* fpu_sse_exc.c: the same, if the guest unmasked something. */
uint32_t sse_run_unmasked(struct cpu *cpu, const struct fpu_op *op,
			  vec_stub *stub, void *dst, const void *src);

/* sse_read() - the memory operand; #GP(0) if 16 bytes are not aligned. */
void sse_read(struct cpu *cpu, const struct insn *in, unsigned int size,
	      union xmm *src);

/* fpu_sse.c */
insn_fn sse_int_reg, sse_int_mem, sse_fp_reg, sse_fp_mem, sse_cmp_reg,
	sse_cmp_mem, sse_from_gpr_reg, sse_from_gpr_mem, sse_to_gpr_reg,
	sse_to_gpr_mem, sse_com_reg, sse_com_mem, sse_shift_imm;
/* fpu_sse4.c: those without _reg and _mem are for both */
insn_fn sse_imm_int, sse_imm_fp, sse_dp, sse_ptest, sse_blendv, sse_string_reg,
	sse_string_mem, sse_extract_reg, sse_extract_mem, sse_insert_reg,
	sse_insert_mem, sse_insertps_reg, sse_insertps_mem, sse_crc32;
/* fpu_mmx.c */
insn_fn mmx_op_reg, mmx_op_mem, mmx_cvt_reg, mmx_cvt_mem, mmx_cvtpi2ps_reg,
	mmx_cvtpi2ps_mem, mmx_cvtpi2pd_reg, mmx_cvtpi2pd_mem, mmx_movd_reg,
	mmx_movd_to_reg, mmx_movd_to_mem, mmx_movq_to_reg, mmx_movq_to_mem,
	mmx_movntq, mmx_pshufw_reg, mmx_pshufw_mem, mmx_pinsrw_reg,
	mmx_pinsrw_mem, mmx_pextrw, mmx_pmovmskb, mmx_maskmovq, mmx_shift_imm,
	mmx_emms, mmx_movq2dq, mmx_movdq2q, mmx_palignr_reg, mmx_palignr_mem;
/* fpu_sse_mov.c */
insn_fn sse_mova_reg, sse_mova_load, sse_mova_store_reg, sse_mova_store,
	sse_movu_load, sse_movu_store, sse_movss_reg, sse_movss_load,
	sse_movss_store_reg, sse_movss_store, sse_movsd_reg, sse_movsd_load,
	sse_movsd_store_reg, sse_low_load, sse_low_store, sse_high_load,
	sse_high_store, sse_movhlps, sse_movlhps, sse_movmskps, sse_movmskpd,
	sse_movd_reg, sse_movd_load, sse_movd_store_reg, sse_movd_store,
	sse_movq_reg, sse_movq_load, sse_movq_store_reg, sse_movnti, sse_fence,
	sse_clflush;
/* fpu_sse_shuf.c */
insn_fn sse_shufps_reg, sse_shufps_mem, sse_shufpd_reg, sse_shufpd_mem,
	sse_pshufd_reg, sse_pshufd_mem, sse_pshuflw_reg, sse_pshuflw_mem,
	sse_pshufhw_reg, sse_pshufhw_mem, sse_pinsrw_reg, sse_pinsrw_mem,
	sse_pextrw, sse_pmovmskb, sse_maskmovdqu, sse_palignr_reg,
	sse_palignr_mem;

#endif
