// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_flow.c - jumps, calls and returns.
 *
 * A guest call is a host call, and a guest return a host return: so the host
 * predicts them. The host's return address leads to a landing behind the
 * call, which checks that the guest's return address is the one it belongs
 * to; if not, the jump table finds the way. The host's stack is just a hint:
 * it may be emptied at any time (chain.c).
 */
#include "base/bytes.h"
#include "base/check.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/translate.h"
#include "vmm/mmu/window.h"

static laddr next_of(const struct trans *t)
{
	return t->eip + t->in->len;
}

static laddr target_of(const struct trans *t)
{
	return next_of(t) + t->in->imm;
}

static bool is_sti(const struct insn *in)
{
	return in->map == MAP_1BYTE && in->opcode == 0xfb;
}

void trans_go_on(struct trans *t)
{
	struct exit *x = trans_exit(t);

	trans_end_run(t);
	trans_pay_and_flush(t);
	trans_go(t, t->eip, ALWAYS);
	x->sti = is_sti(t->in);
}

bool do_jcc(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	trans_go(t, target_of(t), t->in->opcode & 15);
	return true;		/* and on behind it, if it is not taken */
}

bool do_jmp(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	trans_go(t, target_of(t), ALWAYS);
	t->ended = true;
	return true;
}

bool do_loop(struct trans *t)
{
	uint8_t *taken;

	if (t->in->opsize != 4 || t->in->adsize != 4)
		return false;
	emit8(&t->e, 0x67);	/* ECX */
	taken = emit_skip(&t->e, (enum short_jump)t->in->opcode);
	trans_go(t, next_of(t), ALWAYS);
	emit_land(&t->e, taken);
	trans_go(t, target_of(t), ALWAYS);
	t->ended = true;
	return true;
}

/* store_return() - the return address goes below the stack. Uses r10. */
static void store_return(struct trans *t)
{
	if (!t->f->floats) {
		emit_store_imm(&t->e, trans_stack(t, -4u), next_of(t));
		return;
	}
	trans_load_la(t, R10, next_of(t));
	emit_store(&t->e, trans_stack(t, -4u), R10);
}

static void push_return(struct trans *t)
{
	store_return(t);
	t->esp -= 4;
	trans_pay_and_flush(t);
}

/*
 * landing_emit() - where the host's RET of the callee comes back to: if r11,
 * the guest's return address, is the one that was pushed, on behind the call.
 */
static void landing_emit(struct trans *t)
{
	struct frag *f = t->f;

	ASSERT(f->landing_count < ARRAY_SIZE(f->landing));
	f->landing[f->landing_count++] =
		(uint16_t)(trans_here(t) - f->indirect);
	t->stack_used = true;	/* by the callee's RET */
	if (t->bt->tripwire && trans_user(t) && !trans_often(t, SMC_STRAYS))
		trans_trip_r11(t, next_of(t));
	else
		trans_check_r11(t, next_of(t), t->bt->indirect);
}

/* thunk_at() - THUNK() of the code at @la, or 0. */
static uint8_t thunk_at(struct trans *t, laddr la)
{
	const uint8_t *p;
	paddr page;

	if ((la & PAGE_MASK) > PAGE_SIZE - 4 || !mmu_probe(t->cpu, la, &page))
		return 0;
	p = guestmem_at(t->cpu->ram, page | (la & PAGE_MASK), 4);
	/* 8B /r [ESP]; C3 */
	if (!p || p[0] != 0x8b || (p[1] & 0xc7) != 0x04 || p[2] != 0x24 ||
	    p[3] != 0xc3 || (p[1] >> 3 & 7) == REG_ESP)
		return 0;
	return (uint8_t)THUNK(p[1] >> 3 & 7);
}

/*
 * call_thunk() - what the thunk does, done here, if it is connected and the
 * window shows its page; else on to chain_link_miss().
 * Return: false, and nothing was emitted, if that is not possible.
 */
static bool call_thunk(struct trans *t)
{
	uint8_t thunk = t->bt->lockstep ? 0 : thunk_at(t, target_of(t));
	struct exit *x;

	if (!thunk || t->last || !t->f->place)
		return false;
	trans_in_r14(t);
	x = trans_exit(t);
	*x = (struct exit){ .target = target_of(t) - t->base,
			    .back = next_of(t) - t->base, .thunk = thunk };
	store_return(t);
	trans_pay_and_flush(t);
	trans_go_exit(t, x, false);
	x->check = trans_trip_page(t, 0, 0);
	x->landing = trans_here(t);
	trans_load_la(t, thunk - THUNK(0), next_of(t));
	return true;
}

bool do_call(struct trans *t)
{
	if (t->in->opsize != 4)
		return false;
	if (call_thunk(t))
		return true;
	push_return(t);
	trans_go(t, target_of(t), CALL);
	landing_emit(t);
	return true;
}

bool do_ret(struct trans *t)
{
	uint32_t more = t->in->opcode == 0xc2 ? t->in->imm & 0xffff : 0;

	if (t->in->opsize != 4)
		return false;
	emit_load(&t->e, R11, trans_stack(t, 0));
	t->esp += 4 + more;
	trans_pay_and_flush(t);
	trans_in_r14(t);
	emit8(&t->e, 0xc3);
	t->ended = true;
	return true;
}

/* load_rm() - the operand of an indirect jump, call or push. */
static void load_rm(struct trans *t, unsigned int to)
{
	if (insn_is_mem(t->in))
		emit_load(&t->e, to, trans_ea(t));
	else
		emit_mov(&t->e, to, trans_reg(t, t->in->rm));
}

bool do_group5(struct trans *t)
{
	const struct insn *in = t->in;

	if (in->reg < 2)
		return do_modrm(t);
	if (in->opsize != 4 || in->reg == 3 || in->reg == 5 || in->reg == 7)
		return false;
	if (in->reg == 6) {
		load_rm(t, R10);
		trans_push(t, R10);
		return true;
	}
	load_rm(t, R11);
	if (in->reg == 2) {
		push_return(t);
		trans_go_indirect(t, true);
		landing_emit(t);
	} else {
		trans_pay_and_flush(t);
		trans_go_indirect(t, false);
		t->ended = true;
	}
	return true;
}
