/* SPDX-License-Identifier: BSD-2-Clause */
/* fpu_table.c - which handler each x87, MMX and SSE instruction has. */
#include "vmm/cpu/fpu_vec.h"

#define INT_R sse_int_reg
#define INT_M sse_int_mem
#define FP_R sse_fp_reg
#define FP_M sse_fp_mem
#define PS_R FP_R
#define PS_M FP_M
#define SS_R FP_R
#define SS_M FP_M
#define PD_R FP_R
#define PD_M FP_M
#define SD_R FP_R
#define SD_M FP_M

#define XOP(p, op, n, c) [OPP_##p][0x##op] = \
	{ c##_R, c##_M, fpu_x_##p##_##op, n, LANES_##c },
#define XCMP(p, n, c) [OPP_##p][0xc2] = \
	{ sse_cmp_reg, sse_cmp_mem, fpu_cmp_##p, n, LANES_##c },
#define XGPR(p, op, n) [OPP_##p][0x##op] = \
	{ sse_to_gpr_reg, sse_to_gpr_mem, fpu_g_##p##_##op, n, LANES_FP },
#define XCOM(p, op, n) [OPP_##p][0x##op] = \
	{ sse_com_reg, sse_com_mem, fpu_c_##p##_##op, n, LANES_FP },
#define MOP(op, n) [OPP_NP][0x##op] = \
	{ mmx_op_reg, mmx_op_mem, fpu_m_##op, n, LANES_INT },
#define MCVT(p, op, n) [OPP_##p][0x##op] = \
	{ mmx_cvt_reg, mmx_cvt_mem, fpu_mcvt_##p##_##op, n, LANES_FP },

/* Rows that are not plain: with a stub, or without. */
#define STUB(p, op, r, m, s, n) [OPP_##p][0x##op] = { r, m, s, n, LANES_FP },
#define ROW(p, op, r, m) [OPP_##p][0x##op] = { r, m, NULL, 0, 0 },

/* table: by mandatory prefix and second opcode byte */
const struct fpu_op fpu_ops[OPP_COUNT][256] = {
#include "vmm/cpu/fpu_ops.def"
	STUB(F3, 2A, sse_from_gpr_reg, sse_from_gpr_mem, fpu_x_F3_2A, 4)
	STUB(F2, 2A, sse_from_gpr_reg, sse_from_gpr_mem, fpu_x_F2_2A, 4)
	STUB(NP, 6E, mmx_movd_reg, mmx_op_mem, fpu_m_6E, 4)
	ROW(NP, 2A, mmx_cvtpi2ps_reg, mmx_cvtpi2ps_mem)
	ROW(NP, 7F, mmx_movq_to_reg, mmx_movq_to_mem)
	ROW(66, 2A, mmx_cvtpi2pd_reg, mmx_cvtpi2pd_mem)

	ROW(NP, 10, sse_mova_reg, sse_movu_load)
	ROW(66, 10, sse_mova_reg, sse_movu_load)
	ROW(F3, 10, sse_movss_reg, sse_movss_load)
	ROW(F2, 10, sse_movsd_reg, sse_movsd_load)
	ROW(NP, 11, sse_mova_store_reg, sse_movu_store)
	ROW(66, 11, sse_mova_store_reg, sse_movu_store)
	ROW(F3, 11, sse_movss_store_reg, sse_movss_store)
	ROW(F2, 11, sse_movsd_store_reg, sse_low_store)
	ROW(NP, 12, sse_movhlps, sse_low_load)
	ROW(66, 12, NULL, sse_low_load)
	ROW(NP, 13, NULL, sse_low_store)
	ROW(66, 13, NULL, sse_low_store)
	ROW(NP, 16, sse_movlhps, sse_high_load)
	ROW(66, 16, NULL, sse_high_load)
	ROW(NP, 17, NULL, sse_high_store)
	ROW(66, 17, NULL, sse_high_store)
	ROW(NP, 28, sse_mova_reg, sse_mova_load)
	ROW(66, 28, sse_mova_reg, sse_mova_load)
	ROW(NP, 29, sse_mova_store_reg, sse_mova_store)
	ROW(66, 29, sse_mova_store_reg, sse_mova_store)
	ROW(NP, 2B, NULL, sse_mova_store)
	ROW(66, 2B, NULL, sse_mova_store)
	ROW(NP, 50, sse_movmskps, NULL)
	ROW(66, 50, sse_movmskpd, NULL)
	ROW(66, 6E, sse_movd_reg, sse_movd_load)
	ROW(66, 6F, sse_mova_reg, sse_mova_load)
	ROW(F3, 6F, sse_mova_reg, sse_movu_load)
	ROW(NP, 7E, mmx_movd_to_reg, mmx_movd_to_mem)
	ROW(66, 7E, sse_movd_store_reg, sse_movd_store)
	ROW(F3, 7E, sse_movq_reg, sse_movq_load)
	ROW(66, 7F, sse_mova_store_reg, sse_mova_store)
	ROW(F3, 7F, sse_mova_store_reg, sse_movu_store)
	ROW(66, D6, sse_movq_store_reg, sse_low_store)
	ROW(F3, D6, mmx_movq2dq, NULL)
	ROW(F2, D6, mmx_movdq2q, NULL)
	ROW(NP, E7, NULL, mmx_movntq)
	ROW(66, E7, NULL, sse_mova_store)
	ROW(NP, C3, NULL, sse_movnti)

	ROW(F2, F0, NULL, sse_movu_load)

	ROW(NP, 70, mmx_pshufw_reg, mmx_pshufw_mem)
	ROW(66, 70, sse_pshufd_reg, sse_pshufd_mem)
	ROW(F3, 70, sse_pshufhw_reg, sse_pshufhw_mem)
	ROW(F2, 70, sse_pshuflw_reg, sse_pshuflw_mem)
	ROW(NP, C4, mmx_pinsrw_reg, mmx_pinsrw_mem)
	ROW(66, C4, sse_pinsrw_reg, sse_pinsrw_mem)
	ROW(NP, C5, mmx_pextrw, NULL)
	ROW(66, C5, sse_pextrw, NULL)
	ROW(NP, C6, sse_shufps_reg, sse_shufps_mem)
	ROW(66, C6, sse_shufpd_reg, sse_shufpd_mem)
	ROW(NP, D7, mmx_pmovmskb, NULL)
	ROW(66, D7, sse_pmovmskb, NULL)
	ROW(NP, F7, mmx_maskmovq, NULL)
	ROW(66, F7, sse_maskmovdqu, NULL)
	ROW(NP, 77, mmx_emms, NULL)
};

#define OP38(op) \
	[OPP_NP][0x##op] = { mmx_op_reg, mmx_op_mem, fpu_m38_##op, 8, \
			     LANES_INT }, \
	[OPP_66][0x##op] = { INT_R, INT_M, fpu_x38_##op, 16, LANES_INT },

#define X38(op, n, c) [OPP_66][0x##op] = \
	{ c##_R, c##_M, fpu_x38_##op, n, LANES_##c },

const struct fpu_op fpu_ops_38[2][256] = {
	ROW(66, 10, sse_blendv, sse_blendv)
	ROW(66, 14, sse_blendv, sse_blendv)
	ROW(66, 15, sse_blendv, sse_blendv)
	ROW(66, 17, sse_ptest, sse_ptest)
	ROW(66, 2A, NULL, sse_mova_load)
#undef XOP
#undef XCMP
#undef XGPR
#undef XCOM
#undef MOP
#undef MCVT
#include "vmm/cpu/fpu_ops.def"
};

#define IMM_INT sse_imm_int
#define IMM_FP sse_imm_fp
#define IMM_DP sse_dp
#define LANES_DP LANES_FP
#define X3A(op, n, c) [OPP_66][0x##op] = \
	{ IMM_##c, IMM_##c, fpu_x3a_##op, n, LANES_##c },
#define XSTR(op) [OPP_66][0x##op] = \
	{ sse_string_reg, sse_string_mem, fpu_str_##op, 16, LANES_INT },

const struct fpu_op fpu_ops_3a[2][256] = {
#undef OP38
#include "vmm/cpu/fpu_ops.def"
	ROW(NP, 0F, mmx_palignr_reg, mmx_palignr_mem)
	ROW(66, 0F, sse_palignr_reg, sse_palignr_mem)
	ROW(66, 14, sse_extract_reg, sse_extract_mem)
	ROW(66, 15, sse_extract_reg, sse_extract_mem)
	ROW(66, 16, sse_extract_reg, sse_extract_mem)
	ROW(66, 17, sse_extract_reg, sse_extract_mem)
	ROW(66, 20, sse_insert_reg, sse_insert_mem)
	ROW(66, 21, sse_insertps_reg, sse_insertps_mem)
	ROW(66, 22, sse_insert_reg, sse_insert_mem)
};

/* group_shift() - 0F 71-73: which ModRM.reg are shifts. */
static insn_fn *group_shift(const struct insn *in)
{
	static const uint8_t mmx[4] = { 0, 0x54, 0x54, 0x44 };
	static const uint8_t sse[4] = { 0, 0x54, 0x54, 0xcc };
	unsigned int i = in->opcode & 3;

	if (insn_is_mem(in) || in->prefix & (PFX_F2 | PFX_F3))
		return NULL;
	if (in->prefix & PFX_66)
		return sse[i] >> in->reg & 1 ? sse_shift_imm : NULL;
	return mmx[i] >> in->reg & 1 ? mmx_shift_imm : NULL;
}

/* group_ae() - 0F AE: state images, MXCSR, fences, CLFLUSH. */
static insn_fn *group_ae(const struct insn *in)
{
	static insn_fn *const mem[8] = {
		fpu_fxsave, fpu_fxrstor, sse_ldmxcsr, sse_stmxcsr,
		NULL, NULL, NULL, sse_clflush,
	};

	if (in->prefix & (PFX_66 | PFX_F2 | PFX_F3))
		return NULL;
	if (insn_is_mem(in))
		return mem[in->reg];
	return in->reg >= 5 ? sse_fence : NULL;
}

insn_fn *fpu_select(const struct insn *in)
{
	if (in->map == MAP_1BYTE) {
		if (in->opcode == 0x9b)
			return x87_wait;
		return (in->opcode & 0xf8) == 0xd8 ? x87_select(in) : NULL;
	}
	if (in->map == MAP_0F38 && (in->opcode & 0xfe) == 0xf0)
		return in->prefix & PFX_F2 ? sse_crc32 : NULL;
	if (in->map != MAP_0F && in->prefix & (PFX_F2 | PFX_F3))
		return NULL;
	if (in->map == MAP_0F && in->opcode >= 0x71 && in->opcode <= 0x73)
		return group_shift(in);
	if (in->map == MAP_0F && in->opcode == 0xae)
		return group_ae(in);
	return insn_is_mem(in) ? fpu_op_of(in)->mem : fpu_op_of(in)->reg;
}
