// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_esp.c - the guest's ESP in translated code: in one of two
 * registers, late, and with flags that are owed.
 *
 * Its register is r14, and rsp the stack of return addresses; or, in loops of
 * programs, the other way round: what is stored by rsp, the processor hands to
 * the next load by rsp with no delay. Calls and returns of the host need rsp,
 * and all that is not a direct jump finds ESP in r14 (decision 0012).
 *
 * The register is the window + ESP. Pushes, pops, and ADDs and SUBs of small
 * numbers move only t->esp, the difference; the register follows where
 * somebody else wants to know. The flags of such an ADD or SUB are owed: most
 * are overwritten unseen.
 * Always true:
 * 1. The register's low half + t->esp is ESP. What is owed is worked out from
 *    it, too, so it is paid before ESP changes in any other way than by t->esp.
 * 2. It lies in the window, or so near to it that the next access by it
 *    faults, and has the interpreter begin anew. All that moves it without
 *    a limit either makes such an access or takes the window's base again.
 */
#include "vmm/bt/translate.h"

#define ESP_NEAR 4000	/* bytes that the register may be late by */

/* reg_based() - the register + @more is ESP, with the high half 0: it becomes
 * the window + ESP. */
static void reg_based(struct trans *t, int32_t more)
{
	emit_lea64(&t->e, t->sp, (struct mem){ t->sp, R13, 0, MEM_HOST,
					     (uint32_t)more });
}

void trans_flush_esp(struct trans *t)
{
	const struct mem now = mem_host(t->sp, (uint32_t)t->esp);

	if (t->esp && t->esp_added && !t->stack_used) {
		emit_lea(&t->e, t->sp, now);
		reg_based(t, 0);
	} else if (t->esp) {
		emit_lea64(&t->e, t->sp, now);
	}
	t->owed.before = (int16_t)(t->owed.before - t->esp);
	t->esp = 0;
	t->esp_added = false;
}

void trans_esp_from(struct trans *t, unsigned int reg, uint32_t disp)
{
	emit_lea(&t->e, t->sp, mem_host(reg, disp));
	reg_based(t, 0);
}

struct mem trans_stack(struct trans *t, uint32_t disp)
{
	t->stack_used = true;
	return mem_guest(t->sp, (uint32_t)t->esp + disp);
}

void trans_note_stack(struct trans *t, struct mem m)
{
	if (m.space == MEM_WINDOW && m.base == t->sp && m.index == NO_REG &&
	    m.disp + ESP_NEAR <= 2 * ESP_NEAR && t->in->map == MAP_1BYTE)
		t->stack_seen = t->stack_used = true;	/* PREFETCH is none */
}

void trans_may_be_entered(struct trans *t)
{
	if (!t->esp && t->owed.how == OWED_NOTHING)
		t->stack_used = false;
}

/* ---- which register ------------------------------------------------------ */

void trans_swap(struct trans *t)
{
	emit_xchg64(&t->e, RSP, R14);
	t->sp = t->sp == RSP ? R14 : RSP;
}

void trans_in_r14(struct trans *t)
{
	if (t->sp == RSP)
		trans_swap(t);
}

bool trans_loops_in_rsp(const struct trans *t, laddr target)
{
	return trans_user(t) && t->f->pfn2 == NO_PAGE && !t->f->landing_count &&
	       t->stack_seen && target <= t->eip &&
	       (target ^ t->gb->la) >> PAGE_SHIFT == 0;
}

/* ---- what an instruction does to ESP ------------------------------------ */

bool trans_esp_is_operand(const struct trans *t)
{
	const struct insn *in = t->in;

	return (t->row->reg == K_G && in->reg == REG_ESP) ||
	       (t->row->reg == K_L && (in->opcode & 7) == REG_ESP) ||
	       (t->row->rm == K_G && !insn_is_mem(in) && in->rm == REG_ESP);
}

/* may_set_esp() - it may change ESP by naming it. */
static bool may_set_esp(const struct trans *t)
{
	const struct insn *in = t->in;

	if (!trans_esp_is_operand(t))
		return false;
	switch ((enum dest)t->facts.dest) {
	case DEST_N: return false;
	case DEST_R: return in->reg == REG_ESP;
	case DEST_M: return !insn_is_mem(in) && in->rm == REG_ESP;
	case DEST_A: break;
	}
	return true;
}

void trans_settle_esp(struct trans *t)
{
	if (!may_set_esp(t))
		return;
	/* Not all write all 32 bits, and so clear the rest. */
	if (t->in->opsize != 4 || t->facts.dest == DEST_A)
		emit_mov(&t->e, t->sp, t->sp);
	reg_based(t, 0);
}

bool trans_bears_esp(const struct trans *t)
{
	return t->esp >= -ESP_NEAR && t->esp <= ESP_NEAR &&
	       t->facts.late != LATE_F && !trans_esp_is_operand(t);
}

/* ---- flags that are owed ------------------------------------------------ */

enum { ALU_ADD = 0, ALU_SUB = 5, ALU_CMP = 7 };

bool trans_bears_owed(const struct trans *t)
{
	switch ((enum flags)t->facts.flags) {
	case FLAGS_S: return true;
	case FLAGS_K: return !may_set_esp(t);
	case FLAGS_U: break;
	}
	return t->facts.late == LATE_P && !trans_esp_is_operand(t);
}

void trans_pay_if_set(struct trans *t)
{
	if (t->facts.flags == FLAGS_S)
		t->owed.how = OWED_NOTHING;
}

/* owed_repeat() - do the ADD or SUB whose flags are owed, to host register
 * @reg: @digit 0 is ADD, 5 SUB, 7 CMP, which leaves @reg alone and has SUB's
 * flags. */
static void owed_repeat(struct trans *t, unsigned int digit, unsigned int reg)
{
	const struct owed *o = &t->owed;
	bool byte = o->imm == (int8_t)o->imm;

	emit_reg(&t->e, (struct opc){ .opcode = byte ? 0x83 : 0x81 }, digit,
		 reg);
	if (byte)
		emit8(&t->e, (uint8_t)o->imm);
	else
		emit32(&t->e, (uint32_t)o->imm);
	t->owed.how = OWED_NOTHING;
}

void trans_pay(struct trans *t)
{
	const struct owed *o = &t->owed;

	if (o->how == OWED_NOTHING)
		return;
	if (o->how == OWED_SUB && !o->before) {
		owed_repeat(t, ALU_CMP, t->sp);
		return;
	}
	emit_lea(&t->e, R10, mem_host(t->sp, (uint32_t)o->before));
	owed_repeat(t, o->how == OWED_ADD ? ALU_ADD : ALU_SUB, R10);
}

void trans_pay_and_flush(struct trans *t)
{
	int32_t imm = t->owed.imm;

	if (t->owed.how == OWED_ADD && !t->owed.before && t->esp) {
		owed_repeat(t, ALU_ADD, t->sp);
		reg_based(t, t->esp - imm);
		t->esp = 0;
		t->esp_added = false;
		return;
	}
	trans_pay(t);
	trans_flush_esp(t);
}

bool trans_may_owe(const struct trans *t)
{
	const struct insn *in = t->in;
	int32_t imm = (int32_t)in->imm;

	return in->map == MAP_1BYTE &&
	       (in->opcode == 0x81 || in->opcode == 0x83) &&
	       (in->reg == 0 || in->reg == 5) && !insn_is_mem(in) &&
	       in->rm == REG_ESP && in->opsize == 4 &&
	       !(in->prefix & PFX_LOCK) && imm >= -ESP_NEAR && imm <= ESP_NEAR;
}

/* owe() - the instruction under way, which has no code. */
static void owe(struct trans *t)
{
	int32_t imm = (int32_t)t->in->imm;
	bool add = t->in->reg == 0;

	if (t->esp < -ESP_NEAR || t->esp > ESP_NEAR)
		trans_flush_esp(t);
	t->owed = (struct owed){ .how = add ? OWED_ADD : OWED_SUB,
				 .imm = (int16_t)imm,
				 .before = (int16_t)t->esp };
	t->esp += add ? imm : -imm;
	t->esp_added = true;
}

/*
 * It can be entered like any other if the state before it is that of a
 * beginning. But who enters there may not have made an access by sp, which
 * costs an instruction more later on; so behind a call it is worth that only if
 * a jump leads there.
 */
void trans_owe(struct trans *t, bool joins)
{
	bool enter = joins || !t->stack_used;

	if (enter) {
		trans_map(t, 0);
		trans_may_be_entered(t);
	}
	owe(t);
	if (!enter)
		trans_map(t, 0);
}
