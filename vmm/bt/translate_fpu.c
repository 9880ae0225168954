// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_fpu.c - x87, MMX and SSE: copied, but for what shows pointers to
 * code and data.
 */
#include "vmm/bt/translate.h"
#include "vmm/cpu/fpu_state.h"

static bool no_fpu(const struct trans *t)
{
	return t->f->mode & MODE_NO_FPU;
}

static bool no_sse(const struct trans *t)
{
	return t->f->mode & (MODE_NO_FPU | MODE_NO_SSE);
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

static bool is_fnstsw_ax(const struct insn *in)
{
	return in->opcode == 0xdf && in->modrm == 0xe0;
}

/* do_x87() - but for what stores or loads pointers to code and data. */
bool do_x87(struct trans *t)
{
	static const struct row row = { .how = do_x87, .name = "x87" };

	if (no_fpu(t) || (!x87_plain(t->in) && !is_fnstsw_ax(t->in)))
		return false;
	return trans_copy(t, &row, 0, t->in->opcode);
}

/* ---- runs of x87 instructions (x87.c) ------------------------------------ */

bool trans_in_run(const struct trans *t, bool easily)
{
	return easily && !no_fpu(t) && x87_plain(t->in);
}

void trans_join_run(struct trans *t)
{
	enum x87_effect effect = x87_effect(t->in);
	struct x87_run *r = &t->run;

	t->f->x87 = true;
	if (effect == X87_KEEPS)
		return;
	r->any = true;
	if (effect == X87_CLEARS) {
		r->clears = true;
		r->last = r->data = NULL;
		return;
	}
	r->last = t->in;
	r->eip = t->eip;
	if (insn_is_mem(t->in))
		r->data = t->in;
}

/* note_data() - the offset of the operand of @in, whose registers are still
 * what they were then. */
static void note_data(struct trans *t, const struct insn *in)
{
	const struct mem to = mem_host(R15, OFF(hot.x87_data));
	const struct insn *now = t->in;
	struct mem m;

	t->in = in;
	m = trans_plain_ea(t);
	t->in = now;
	if (m.base == NO_REG && m.index == NO_REG) {
		emit_store_imm(&t->e, to, m.disp);
	} else if (m.index == NO_REG && !m.disp) {
		emit_store(&t->e, to, m.base);
	} else {
		emit_lea(&t->e, R9, m);
		emit_store(&t->e, to, R9);
	}
}

/* note_both() - @note, and the segment of the operand of @in; NULL: FNINIT
 * took the last one away. */
static void note_both(struct trans *t, uint32_t note, const struct insn *in)
{
	const struct opc store64 = { .opcode = 0xc7, .w = true };
	unsigned int seg = in ? in->seg : SEG_COUNT;

	emit_mem(&t->e, store64, 0, mem_host(R15, OFF(hot.x87_note)));
	emit32(&t->e, seg == SEG_SS ? note | X87_SS : note);
	if (seg != SEG_SS && seg != SEG_DS)
		emit_store_imm(&t->e, mem_host(R15, OFF(hot.x87_seg)),
			       in ? X87_SEG + seg : X87_CLEARED);
}

void trans_end_run(struct trans *t)
{
	const struct x87_run r = t->run;
	struct x87_note *n;
	uint32_t note;

	if (!r.any)
		return;
	n = cache_alloc(t->bt, sizeof(*n));
	*n = (struct x87_note){ .frag = bt_number(t->bt, t->f),
				.clears = !r.last };
	if (r.last) {
		n->eip = r.eip - t->base;
		n->fop = x87_opcode(r.last);
	}
	note = bt_number(t->bt, n);
	if (r.data)
		note_data(t, r.data);
	if (r.data || r.clears)
		note_both(t, note, r.data);
	else
		emit_store_imm(&t->e, mem_host(R15, OFF(hot.x87_note)), note);
	t->run = (struct x87_run){ 0 };
}

bool do_sse(struct trans *t)
{
	struct row row = *t->row;
	const struct insn *in = t->in;
	const uint8_t keep = PFX_66 | PFX_F3 | PFX_F2;

	if (no_sse(t))
		return false;
	if (in->map == MAP_0F && (in->opcode & 0xfe) == 0x2c &&
	    !(in->prefix & (PFX_F3 | PFX_F2)))
		row.reg = K_X;		/* CVTPS2PI */
	return trans_copy(t, &row, in->prefix & keep, in->opcode);
}

bool do_sse_gpr_rm(struct trans *t)
{
	struct row row = *t->row;

	if (no_sse(t))
		return false;
	if (!(t->in->prefix & (PFX_F3 | PFX_F2)))
		row.rm = K_X;		/* CVTPI2PS */
	return trans_copy(t, &row, t->in->prefix & (PFX_66 | PFX_F3 | PFX_F2),
			  t->in->opcode);
}

bool do_movd(struct trans *t)
{
	struct row row = *t->row;

	if (no_sse(t))
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

	if (no_sse(t) || (mem && in->reg != 3 && in->reg != 7) ||
	    (!mem && in->reg < 5))
		return false;
	return trans_copy(t, t->row, 0, in->opcode);
}
