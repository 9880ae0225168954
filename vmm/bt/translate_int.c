// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_int.c - integer instructions that are copied, with their operands
 * where translated code has them.
 */
#include "vmm/bt/translate.h"

bool do_modrm(struct trans *t)
{
	const uint8_t keep = PFX_66 | PFX_LOCK;

	return trans_copy(t, t->row, t->in->prefix & keep, t->in->opcode);
}

bool do_bitscan(struct trans *t)
{
	return do_modrm(t);	/* F3 would make TZCNT and LZCNT of it */
}

/* do_popcnt() - if this host has it: not every one with SSE4.2 must. */
bool do_popcnt(struct trans *t)
{
	return t->bt->popcnt &&
	       trans_copy(t, t->row, t->in->prefix & (PFX_66 | PFX_F3),
			  t->in->opcode);
}

/* movbe_turned() - MOVBE of 32 bits without it: a MOV, and the bytes turned
 * round in a register that nobody looks at before the store. */
static bool movbe_turned(struct trans *t)
{
	const struct insn *in = t->in;
	unsigned int reg = in->reg;
	struct mem m;

	if (in->opsize != 4 || reg == REG_ESP)
		return false;
	m = trans_ea(t);
	if (in->opcode == 0xf0) {
		emit_load(&t->e, reg, m);
		emit_bswap(&t->e, reg, false);
		return true;
	}
	if (m.space != MEM_HOST) {	/* it may be a sum with r10 */
		emit_lea(&t->e, R9, m);
		m = mem_sum(R9);
	}
	emit_mov(&t->e, R10, reg);
	emit_bswap(&t->e, R10, false);
	emit_store(&t->e, m, R10);
	return true;
}

/* do_movbe() - many hosts with SSE4.2 have none: Intel's before 2013. */
bool do_movbe(struct trans *t)
{
	if (!t->bt->movbe)
		return movbe_turned(t);
	return trans_copy(t, t->row, t->in->prefix & PFX_66, t->in->opcode);
}

bool do_plain(struct trans *t)
{
	if (t->in->prefix & PFX_66)
		emit8(&t->e, 0x66);
	emit8(&t->e, t->in->opcode);
	trans_imm(t, (enum imm)t->row->imm);
	return true;
}

/* do_acc_imm() - op eax, imm. */
bool do_acc_imm(struct trans *t)
{
	if (!trans_written_imm(t, R10))
		return do_plain(t);
	emit_reg(&t->e, (struct opc){ .opcode = t->in->opcode - 4 }, R10,
		 RAX);
	return true;
}

bool do_incdec(struct trans *t)
{
	emit_reg(&t->e, (struct opc){ .prefix = t->in->prefix & PFX_66,
				      .opcode = 0xff },
		 t->in->opcode >> 3 & 1, trans_reg(t, t->in->opcode & 7));
	return true;
}

bool do_nothing(struct trans *t)
{
	(void)t;
	return true;
}

bool do_lea(struct trans *t)
{
	struct mem m = trans_plain_ea(t);

	if (!insn_is_mem(t->in))
		return false;
	m.space = MEM_HOST;
	emit_mem(&t->e, (struct opc){ .prefix = t->in->prefix & PFX_66,
				      .opcode = 0x8d },
		 trans_reg(t, t->in->reg), m);
	return true;
}

bool do_xchg_acc(struct trans *t)
{
	unsigned int r = t->in->opcode & 7;

	if (r)
		emit_reg(&t->e, (struct opc){
				.prefix = t->in->prefix & PFX_66,
				.opcode = 0x87 }, RAX, trans_reg(t, r));
	else if (t->in->prefix & PFX_F3)
		emit16(&t->e, 0x90f3);		/* PAUSE */
	return true;
}

bool do_moffs(struct trans *t)
{
	if (t->in->seg == SEG_CS || t->in->adsize != 4)
		return false;
	emit_mem(&t->e, (struct opc){
			.prefix = t->in->prefix & PFX_66,
			.opcode = (uint8_t)(0x88 + (t->in->opcode & 1) +
					    (t->in->opcode & 2 ? 0 : 2)) },
		 RAX, trans_ea(t));
	return true;
}

bool do_mov_imm8(struct trans *t)
{
	emit8(&t->e, t->in->opcode);
	emit8(&t->e, (uint8_t)t->in->imm);
	return true;
}

bool do_mov_imm(struct trans *t)
{
	unsigned int r = trans_reg(t, t->in->opcode & 7);

	if (trans_written_imm(t, r))
		return true;
	if (t->in->opsize == 4) {
		emit_mov_imm(&t->e, r, t->in->imm);
		return true;
	}
	emit8(&t->e, 0x66);
	if (r & 8)
		emit8(&t->e, 0x41);
	emit8(&t->e, (uint8_t)(0xb8 + (r & 7)));
	emit16(&t->e, (uint16_t)t->in->imm);
	return true;
}

bool do_bswap(struct trans *t)
{
	unsigned int r = trans_reg(t, t->in->opcode & 7);

	if (t->in->opsize != 4)
		return false;
	emit_bswap(&t->e, r, false);
	return true;
}

bool do_group3(struct trans *t)
{
	struct row row = *t->row;

	if (t->in->reg > 1)
		row.imm = IMM_0;
	return trans_copy(t, &row, t->in->prefix & (PFX_66 | PFX_LOCK),
			  t->in->opcode);
}
