// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_fpu.c - x87, MMX and SSE: copied, but for what shows pointers to
 * code and data.
 */
#include "vmm/bt/translate.h"

static bool no_fpu(const struct trans *t)
{
	return t->f->mode & MODE_NO_FPU;
}

bool do_fpu_plain(struct trans *t)
{
	if (no_fpu(t))
		return false;
	if (t->in->map == MAP_0F)
		emit8(&t->e, 0x0f);
	emit8(&t->e, t->in->opcode);
	return true;
}

/* do_x87() - but for what stores or loads pointers to code and data. */
bool do_x87(struct trans *t)
{
	static const struct row row = { NULL, NULL, K_X, K_X, IMM_0 };
	const struct insn *in = t->in;

	if (no_fpu(t))
		return false;
	if (insn_is_mem(in) && (in->opcode == 0xd9 || in->opcode == 0xdd) &&
	    (in->reg == 4 || in->reg == 6))
		return false;
	return trans_copy(t, &row, 0, in->opcode);
}

bool do_sse(struct trans *t)
{
	struct row row = *t->row;
	const struct insn *in = t->in;
	const uint8_t keep = PFX_66 | PFX_F3 | PFX_F2;

	if (no_fpu(t))
		return false;
	if (in->map == MAP_0F && (in->opcode & 0xfe) == 0x2c &&
	    !(in->prefix & (PFX_F3 | PFX_F2)))
		row.reg = K_X;		/* CVTPS2PI */
	return trans_copy(t, &row, in->prefix & keep, in->opcode);
}

bool do_sse_gpr_rm(struct trans *t)
{
	struct row row = *t->row;

	if (no_fpu(t))
		return false;
	if (!(t->in->prefix & (PFX_F3 | PFX_F2)))
		row.rm = K_X;		/* CVTPI2PS */
	return trans_copy(t, &row, t->in->prefix & (PFX_66 | PFX_F3 | PFX_F2),
		    t->in->opcode);
}

bool do_movd(struct trans *t)
{
	struct row row = *t->row;

	if (no_fpu(t))
		return false;
	if (t->in->prefix & PFX_F3)
		row.rm = K_X;		/* MOVQ xmm, xmm/m64 */
	return trans_copy(t, &row, t->in->prefix & (PFX_66 | PFX_F3),
		    t->in->opcode);
}

/* do_group15() - STMXCSR, CLFLUSH and the fences. */
bool do_group15(struct trans *t)
{
	const struct insn *in = t->in;
	bool mem = insn_is_mem(in);

	if (no_fpu(t) || (mem && in->reg != 3 && in->reg != 7) ||
	    (!mem && in->reg < 5))
		return false;
	return trans_copy(t, t->row, 0, in->opcode);
}
