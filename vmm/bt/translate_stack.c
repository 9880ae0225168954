// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_stack.c - the stack, the flags that are kept apart, and strings.
 */
#include "vmm/bt/translate.h"

void trans_add_esp(struct trans *t, uint32_t n)
{
	emit_lea(&t->e, R14, mem_host(R14, n));
}

void trans_push(struct trans *t, unsigned int reg)
{
	emit_store(&t->e, mem_guest(R14, -4u), reg);
	trans_add_esp(t, -4u);
}

bool do_push_reg(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	trans_push(t, trans_reg(t->in->opcode & 7));
	return true;
}

bool do_pop_reg(struct trans *t)
{
	unsigned int r = t->in->opcode & 7;

	if (t->in->opsize != 4)
		return false;
	emit_load(&t->e, trans_reg(r), mem_guest(R14, 0));
	if (r != REG_ESP)
		trans_add_esp(t, 4);
	return true;
}

bool do_push_imm(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	emit_store_imm(&t->e, mem_guest(R14, -4u), t->in->imm);
	trans_add_esp(t, -4u);
	return true;
}

bool do_pop_mem(struct trans *t)
{
	struct mem m = trans_plain_ea(t->in);

	if (t->in->opsize != 4 || t->in->reg != 0 || t->in->seg == SEG_CS ||
	    trans_fs_gs(t->in))
		return false;
	if (!insn_is_mem(t->in)) {
		emit_load(&t->e, trans_reg(t->in->rm), mem_guest(R14, 0));
		if (t->in->rm != REG_ESP)
			trans_add_esp(t, 4);
		return true;
	}
	if (t->in->base == REG_ESP)	/* as it is after the pop */
		m.disp += 4;
	emit_load(&t->e, R10, mem_guest(R14, 0));
	emit_store(&t->e, m, R10);
	trans_add_esp(t, 4);
	return true;
}

bool do_leave(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	emit_load(&t->e, R10, mem_guest(RBP, 0));
	emit_lea(&t->e, R14, mem_host(RBP, 4));
	emit_mov(&t->e, RBP, R10);
	return true;
}

/* do_pushf() - EFLAGS is in three places: see enter.S. */
bool do_pushf(struct trans *t)
{
	static const uint8_t mask[] = {
		0x9c,				/* pushfq */
		0x41, 0x5a,			/* pop r10 */
		0xc4, 0x42, 0x2a, 0xf5, 0xd1,	/* pext r10d, r10d, r9d */
		0xc4, 0x42, 0x2b, 0xf5, 0xd1,	/* pdep r10d, r10d, r9d */
	};
	struct mem sum = { R10, R9, 0, false, 0 };
	unsigned int i;

	if (t->in->opsize != 4)
		return false;
	emit_mov_imm(&t->e, R9, FL_ARITH | FL_DF);
	for (i = 0; i < sizeof(mask); i++)
		emit8(&t->e, mask[i]);
	emit_load(&t->e, R9, mem_host(R15, OFF(hot.rest)));
	emit_lea(&t->e, R10, sum);
	emit_load(&t->e, R9, mem_host(R15, OFF(hot.iflag)));
	emit_lea(&t->e, R10, sum);
	trans_push(t, R10);
	return true;
}

bool do_cli(struct trans *t)
{
	if (trans_user(t))
		return false;
	emit_store_imm(&t->e, mem_host(R15, OFF(hot.iflag)), 0);
	return true;
}

/* do_sti() - the interpreter does it if an interrupt is pending. */
bool do_sti(struct trans *t)
{
	if (trans_user(t))
		return false;
	trans_poll_word(t, mem_host(R15, OFF(hot.sti_poll)));
	emit_store_imm(&t->e, mem_host(R15, OFF(hot.iflag)), FL_IF);
	return true;
}

/* ---- strings ------------------------------------------------------------ */

static void bias(struct trans *t, uint8_t regs, uint32_t by)
{
	bool back = by == OFF(hot.minus_win);
	void (*lea)(struct emit *, unsigned int, struct mem) =
		back ? emit_lea : emit_lea64;

	emit_load64(&t->e, R10, mem_host(R15, by));
	if (regs & BIASED_SI)
		lea(&t->e, RSI, (struct mem){ RSI, R10, 0, false, 0 });
	if (regs & BIASED_DI)
		lea(&t->e, RDI, (struct mem){ RDI, R10, 0, false, 0 });
}

/*
 * do_string() - with 64-bit pointers: GS can not be had for the destination.
 * They run into the guard behind a window before they wrap.
 */
bool do_string(struct trans *t)
{
	const struct insn *in = t->in;
	uint8_t op = in->opcode & 0xfe, regs = BIASED_SI | BIASED_DI;

	if (in->adsize != 4 || (in->seg != SEG_DS && op != 0xaa &&
				op != 0xae))
		return false;
	if (op == 0xaa || op == 0xae)
		regs = BIASED_DI;
	else if (op == 0xac)
		regs = BIASED_SI;
	bias(t, regs, OFF(hot.win));
	trans_map(t, regs);
	if (in->prefix & PFX_66)
		emit8(&t->e, 0x66);
	if (in->prefix & PFX_F3)
		emit8(&t->e, 0xf3);
	if (in->prefix & PFX_F2)
		emit8(&t->e, 0xf2);
	emit8(&t->e, in->opcode);
	bias(t, regs, OFF(hot.minus_win));
	return true;
}
