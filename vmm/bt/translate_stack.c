// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_stack.c - the stack, the flags that are kept apart, and strings.
 */
#include "vmm/bt/translate.h"

void trans_push(struct trans *t, unsigned int reg)
{
	emit_store(&t->e, trans_stack(t, -4u), reg);
	t->esp -= 4;
}

bool do_push_reg(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	trans_push(t, trans_reg(t, t->in->opcode & 7));
	return true;
}

bool do_pop_reg(struct trans *t)
{
	unsigned int r = t->in->opcode & 7;

	if (t->in->opsize != 4)
		return false;
	emit_load(&t->e, trans_reg(t, r), trans_stack(t, 0));
	if (r != REG_ESP)
		t->esp += 4;
	return true;
}

bool do_push_imm(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	emit_store_imm(&t->e, trans_stack(t, -4u), t->in->imm);
	t->esp -= 4;
	return true;
}

bool do_pop_mem(struct trans *t)
{
	struct mem m = trans_plain_ea(t);

	if (t->in->opsize != 4 || t->in->reg != 0 || t->in->seg == SEG_CS ||
	    trans_fs_gs(t->in))
		return false;
	if (!insn_is_mem(t->in)) {
		emit_load(&t->e, trans_reg(t, t->in->rm), trans_stack(t, 0));
		if (t->in->rm != REG_ESP)
			t->esp += 4;
		return true;
	}
	if (t->in->base == REG_ESP)	/* as it is after the pop */
		m.disp += 4;
	emit_load(&t->e, R10, trans_stack(t, 0));
	emit_store(&t->e, m, R10);
	t->esp += 4;
	return true;
}

bool do_leave(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	emit_load(&t->e, R10, mem_guest(RBP, 0));
	trans_esp_from(t, RBP, 4);
	emit_mov(&t->e, RBP, R10);
	return true;
}

/* do_pushf() - EFLAGS is in three places: see enter.S. */
bool do_pushf(struct trans *t)
{
	struct mem sum = { R10, R9, 0, MEM_HOST, -t->bt->host_flags };
	bool in_rsp = t->sp == RSP;

	if (t->in->opsize != 4)
		return false;
	trans_in_r14(t);
	emit8(&t->e, 0x9c);		/* pushfq */
	emit_pop_r10(&t->e);
	if (in_rsp)
		trans_swap(t);
	emit_load(&t->e, R9, mem_host(R15, OFF(hot.rest)));
	emit_lea(&t->e, R10, sum);
	emit_load(&t->e, R9, mem_host(R15, OFF(hot.iflag)));
	sum.disp = 0;
	emit_lea(&t->e, R10, sum);
	trans_push(t, R10);
	return true;
}

/* selector_load() - a segment register's, into r10d. */
static void selector_load(struct trans *t, unsigned int seg)
{
	uint32_t at = OFF(seg) + seg * (uint32_t)sizeof(struct segment) +
		      (uint32_t)offsetof(struct segment, sel);

	emit_mem(&t->e, (struct opc){ .map = MAP_0F, .opcode = 0xb7 }, R10,
		 mem_host(R15, at));
}

bool do_push_sreg(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	selector_load(t, t->in->opcode >> 3 & 7);
	trans_push(t, R10);
	return true;
}

/* do_mov_from_sreg() - memory gets 16 bits, whatever the operand size. */
bool do_mov_from_sreg(struct trans *t)
{
	const struct insn *in = t->in;

	if (in->reg >= SEG_COUNT || trans_fs_gs(in) ||
	    (!insn_is_mem(in) && in->opsize != 4))
		return false;
	selector_load(t, in->reg);
	if (insn_is_mem(in))
		emit_mem(&t->e, (struct opc){ .prefix = PFX_66,
					      .opcode = 0x89 },
			 R10, trans_plain_ea(t));
	else
		emit_mov(&t->e, trans_reg(t, in->rm), R10);
	return true;
}

static void alu_imm(struct trans *t, unsigned int digit, unsigned int reg,
		    uint32_t imm)
{
	emit_reg(&t->e, (struct opc){ .opcode = 0x81 }, digit, reg);
	emit32(&t->e, imm);
}

enum { ALU_OR = 1, ALU_AND = 4, ALU_XOR = 6 };

/* load_arith() - the arithmetic flags in r10d become the host's, as resume in
 * enter.S makes them. Uses r9 and r10. */
static void load_arith(struct trans *t)
{
	emit_mov(&t->e, R9, RAX);
	emit_mov(&t->e, RAX, R10);
	alu_imm(t, ALU_AND, R10, FL_OF);
	emit_reg(&t->e, (struct opc){ .opcode = 0xc1 }, 4, R10);  /* shl */
	emit8(&t->e, 20);
	emit_reg(&t->e, (struct opc){ .opcode = 0x01 }, R10, R10); /* add */
	emit16(&t->e, 0xc488);		/* mov al to ah */
	emit8(&t->e, 0x9e);		/* sahf */
	emit_mov(&t->e, RAX, R9);
}

/*
 * do_popf() - at CPL 0, if no other bit than the arithmetic ones, DF and IF
 * changes, and no interrupt waits for IF; else the interpreter does it.
 * What was in the flags is of no interest any more.
 */
bool do_popf(struct trans *t)
{
	const uint32_t ours = FL_ARITH | FL_DF | FL_IF;
	uint8_t *odd, *off, *waits, *down, *end;

	if (t->in->opsize != 4 || trans_user(t))
		return false;
	emit_load(&t->e, R10, trans_stack(t, 0));
	emit_mov(&t->e, R9, R10);
	emit_mem(&t->e, (struct opc){ .opcode = 0x33 }, R9,
		 mem_host(R15, OFF(hot.rest)));
	alu_imm(t, ALU_AND, R9, ~(ours | FL_ONE));
	odd = emit_skip(&t->e, SHORT_JNE);
	emit_mov(&t->e, R9, R10);
	alu_imm(t, ALU_AND, R9, FL_IF);
	off = emit_skip(&t->e, SHORT_JE);
	emit_mem(&t->e, (struct opc){ .opcode = 0x83 }, 7,
		 mem_host(R15, OFF(hot.sti_poll)));
	emit8(&t->e, 0);
	waits = emit_skip(&t->e, SHORT_JNE);
	emit_land(&t->e, off);
	emit_store(&t->e, mem_host(R15, OFF(hot.iflag)), R9);
	emit_lea64(&t->e, t->sp, mem_host(t->sp, 4));
	emit8(&t->e, 0xfc);			/* cld */
	emit_mov(&t->e, R9, R10);
	alu_imm(t, ALU_AND, R9, FL_DF);
	down = emit_skip(&t->e, SHORT_JE);
	emit8(&t->e, 0xfd);			/* std */
	emit_land(&t->e, down);
	load_arith(t);
	end = emit_skip(&t->e, SHORT_JMP);	/* over the callout */
	emit_land(&t->e, odd);
	emit_land(&t->e, waits);
	trans_callout(t);
	emit_land(&t->e, end);
	t->ended = false;
	return true;
}

/*
 * swap_halves() - a register with one half that is 0 has that of the other:
 * its bytes are turned round twice, once four and once all eight of them. No
 * shift does that and leaves the flags alone.
 */
static void swap_halves(struct trans *t, unsigned int reg, bool to_high)
{
	emit_bswap(&t->e, reg, !to_high);
	emit_bswap(&t->e, reg, to_high);
}

/*
 * do_rdtsc() - the host's counter moved by hot.tsc_offset, but a callout while
 * hot.tsc_asked says so; no flags.
 */
bool do_rdtsc(struct trans *t)
{
	struct slow slow;

	if (t->f->mode & MODE_NO_TSC)
		return false;
	emit_mov(&t->e, R9, RCX);
	emit_load(&t->e, RCX, mem_host(R15, OFF(hot.tsc_asked)));
	slow = trans_unless_zero(t);
	emit_mov(&t->e, RCX, R9);
	emit16(&t->e, 0x310f);
	swap_halves(t, RDX, true);
	emit_lea64(&t->e, R10, (struct mem){ RDX, RAX, 0, MEM_HOST, 0 });
	emit_load64(&t->e, R9, mem_host(R15, OFF(hot.tsc_offset)));
	emit_lea64(&t->e, R10, (struct mem){ R10, R9, 0, MEM_HOST, 0 });
	emit_mov(&t->e, RAX, R10);
	swap_halves(t, R10, false);
	emit_mov(&t->e, RDX, R10);
	trans_slow_end(t, slow);
	return true;
}

bool do_cli(struct trans *t)
{
	if (trans_user(t))
		return false;
	emit_store_imm(&t->e, mem_host(R15, OFF(hot.iflag)), 0);
	return true;
}

/*
 * do_sti() - a callout if an interrupt is pending. That is frequent: a driver
 * starts its card with interrupts off, and the card is done at once.
 */
bool do_sti(struct trans *t)
{
	struct slow slow;

	if (trans_user(t))
		return false;
	emit_mov(&t->e, R9, RCX);
	emit_load(&t->e, RCX, mem_host(R15, OFF(hot.sti_poll)));
	slow = trans_unless_zero(t);
	emit_mov(&t->e, RCX, R9);
	emit_store_imm(&t->e, mem_host(R15, OFF(hot.iflag)), FL_IF);
	trans_slow_end(t, slow);
	return true;
}

/* ---- strings ------------------------------------------------------------ */

/* pointers_bias() - guest pointers become host pointers. */
static void pointers_bias(struct trans *t, uint8_t regs)
{
	if (regs & BIASED_SI)
		emit_lea64(&t->e, RSI, (struct mem){ RSI, R13, 0, MEM_HOST,
						     0 });
	if (regs & BIASED_DI)
		emit_lea64(&t->e, RDI, (struct mem){ RDI, R13, 0, MEM_HOST,
						     0 });
}

/* pointers_unbias() - and back: a window begins at a multiple of 4 GiB. */
static void pointers_unbias(struct trans *t, uint8_t regs)
{
	if (regs & BIASED_SI)
		emit_mov(&t->e, RSI, RSI);
	if (regs & BIASED_DI)
		emit_mov(&t->e, RDI, RDI);
}

/*
 * do_string() - with 64-bit pointers: GS can not be had for the destination.
 * They run into the nothing behind a window before they wrap.
 */
bool do_string(struct trans *t)
{
	const struct insn *in = t->in;
	uint8_t op = in->opcode & 0xfe, regs = BIASED_SI | BIASED_DI;

	if (in->adsize != 4 || (in->seg != SEG_DS && op != 0xaa && op != 0xae))
		return false;
	if (op == 0xaa || op == 0xae)
		regs = BIASED_DI;
	else if (op == 0xac)
		regs = BIASED_SI;
	pointers_bias(t, regs);
	trans_map(t, regs);
	if (in->prefix & PFX_66)
		emit8(&t->e, 0x66);
	if (in->prefix & PFX_F3)
		emit8(&t->e, 0xf3);
	if (in->prefix & PFX_F2)
		emit8(&t->e, 0xf2);
	emit8(&t->e, in->opcode);
	pointers_unbias(t, regs);
	return true;
}
