// SPDX-License-Identifier: BSD-2-Clause
/*
 * lockstep.c - both engines, compared at the end of each block.
 *
 * Theory of operation
 *
 * The interpreter runs the block first. What it writes to memory is logged,
 * old bytes and new. Then memory and registers are put back, translated code
 * runs the same instructions, and registers, flags, x87 and SSE state,
 * exceptions and the logged memory are compared.
 *
 * System instructions are the same C function in both engines, and have
 * effects that can not be put back. They run once, by the interpreter, and
 * so do ports, the clock and interrupts: both engines share them by nature.
 * The same holds for what translated code can not run (MMIO), for a write to
 * code and for a string that the interpreter did not finish.
 *
 * 1. A fragment holds exactly the instructions that are compared, and leaves
 *    at its end: bt->limit.
 */
#include "vmm/bt/lockstep.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/block.h"
#include "vmm/cpu/fpu_state.h"
#include "vmm/mmu/writelog.h"

#define FX_COMPARED 416		/* bytes of an FXSAVE image: to xmm7's end */

/* What a block leaves. */
struct outcome {
	uint32_t gpr[REG_COUNT], eip, eflags, cr2;
	bool faulted, has_code;
	uint8_t vector;
	uint32_t code;
	bool has_fx;		/* fx was taken: the block has to do with it */
	uint8_t fx[FX_SIZE];
};

/* What both are to run: @count instructions of @b, from @start on. */
struct trial {
	struct block *b;
	unsigned int count;
	uint32_t start;
	bool fx;		/* x87 or SSE instructions are among them */
};

struct lockstep {
	struct write_log log;
	char text[120];
};

bool lockstep_create(struct cpu *cpu)
{
	struct lockstep *ls = calloc(1, sizeof(*ls));

	if (!ls)
		return false;
	cpu->bt->lockstep = ls;
	cpu->mmu->log = &ls->log;
	cpu->pins.tsc_is_host = false;	/* RDTSC is a callout */
	mmu_flush(cpu, true);
	return true;
}

void lockstep_destroy(struct cpu *cpu)
{
	struct lockstep *ls = cpu->bt->lockstep;

	if (!ls)
		return;
	cpu->mmu->log = NULL;
	write_log_free(&ls->log);
	free(ls);
	cpu->bt->lockstep = NULL;
}

static void outcome_take(struct cpu *cpu, struct outcome *o, bool fx)
{
	memcpy(o->gpr, cpu->gpr, sizeof(o->gpr));
	o->eip = cpu->eip;
	o->eflags = cpu_eflags(cpu);
	o->cr2 = cpu->cr2;
	o->faulted = o->has_code = false;
	o->vector = 0;
	o->code = 0;
	o->has_fx = fx;
	if (fx)
		cpu_fpu_get(cpu, o->fx);
}

static void outcome_put(struct cpu *cpu, const struct outcome *o)
{
	memcpy(cpu->gpr, o->gpr, sizeof(o->gpr));
	cpu->eip = cpu->next_eip = o->eip;
	cpu_set_eflags(cpu, o->eflags);
	cpu->cr2 = o->cr2;
	if (o->has_fx)
		cpu_fpu_set(cpu, o->fx);
}

static void outcome_fault(struct cpu *cpu, struct outcome *o)
{
	o->faulted = true;
	o->vector = cpu->fault_vector;
	o->has_code = cpu->fault_has_code;
	o->code = cpu->fault_has_code ? cpu->fault_code : 0;
}

/* run_interp() - the instructions of @t. */
static void run_interp(struct cpu *cpu, const struct trial *t,
		       struct outcome *o)
{
	jmp_buf outer;
	volatile bool faulted = true;

	memcpy(&outer, &cpu->fault, sizeof(outer));
	if (!_setjmp(cpu->fault)) {
		interp_run_block(cpu, t->b, t->count);
		faulted = false;
	}
	memcpy(&cpu->fault, &outer, sizeof(outer));
	cpu->blocks->running = NULL;
	outcome_take(cpu, o, t->fx);
	if (faulted)
		outcome_fault(cpu, o);
}

/*
 * trial_finish() - translated code left early, before an instruction that it
 * can not run or that faults: the interpreter does the rest.
 */
static void trial_finish(struct cpu *cpu, const struct trial *t)
{
	uint32_t at = t->start;
	unsigned int i;

	for (i = 0; i < t->count && cpu->eip != at; i++)
		at += t->b->insn[i].len;
	if (i < t->count)
		interp_run_block(cpu, block_find(cpu, NULL), t->count - i);
}

/* No attention: a block is run to its end, or it could not be compared. */
static const _Atomic uint32_t calm;

/*
 * run_bt() - run what the interpreter has run once more, by translated code
 * @end: EIP where the interpreter came to
 * @o: receives the state behind it
 *
 * Return: false if there is nothing to compare: no fragment was entered, or
 * an instruction reaches for a device.
 */
static bool run_bt(struct cpu *cpu, const struct trial *t, uint32_t end,
		   struct outcome *o)
{
	const _Atomic uint32_t *attention = cpu->attention;
	uint64_t mmio = cpu->bt->stats.fault_mmio;
	volatile bool faulted = true, ran = true;
	enum bt_reason reason;
	jmp_buf outer;

	cpu->bt->entered = false;
	cpu->attention = &calm;
	memcpy(&outer, &cpu->fault, sizeof(outer));
	if (!_setjmp(cpu->fault)) {
		reason = bt_run(cpu);
		ran = cpu->bt->entered && cpu->bt->stats.fault_mmio == mmio;
		if (ran && (reason == BT_STEP || cpu->eip != end))
			trial_finish(cpu, t);
		faulted = false;
	}
	memcpy(&cpu->fault, &outer, sizeof(outer));
	cpu->attention = attention;
	cpu->blocks->running = NULL;
	outcome_take(cpu, o, t->fx);
	if (faulted)
		outcome_fault(cpu, o);
	return ran;
}

/* outcome_differs() - Return: the name of what differs, or NULL. */
static const char *outcome_differs(const struct outcome *a,
				   const struct outcome *b)
{
	static const char *const names[] = { "eax", "ecx", "edx", "ebx",
					     "esp", "ebp", "esi", "edi" };
	unsigned int i;

	if (a->faulted != b->faulted || a->vector != b->vector ||
	    a->code != b->code)
		return "exception";
	for (i = 0; i < REG_COUNT; i++)
		if (a->gpr[i] != b->gpr[i])
			return names[i];
	if (a->eip != b->eip)
		return "eip";
	if (a->eflags != b->eflags)
		return "eflags";
	if (a->cr2 != b->cr2)
		return "cr2";
	if (a->has_fx && memcmp(a->fx, b->fx, FX_COMPARED))
		return "x87 or SSE state";
	return NULL;
}

/*
 * block_shared() - instructions at the start of @b that both engines can run in
 * one go; bt->limit holds the fragment at CS:EIP to them.
 */
static unsigned int block_shared(struct cpu *cpu, const struct block *b)
{
	struct frag *f;
	unsigned int i;

	for (i = 0; i < b->count; i++)
		if (b->insn[i].family == FAMILY_SYS)
			break;
	if (!i)
		return 0;
	cpu->bt->limit = i;
	f = chain_find(cpu, cpu->bt->mode | chain_first(cpu), NULL, NULL);
	return f ? f->count : 0;
}

static bool has_fpu(const struct block *b, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (b->insn[i].family == FAMILY_FPU)
			return true;
	return false;
}

/*
 * trial_unfinished() - did the interpreter stop before the end?
 *
 * It does so behind a write to code, and leaves a string now and then, to
 * look at the attention word.
 */
static bool trial_unfinished(const struct cpu *cpu, const struct trial *t,
			     const struct outcome *interp)
{
	uint32_t at = t->start;
	unsigned int i;

	if (cpu->mmu->code->cut)
		return true;
	for (i = 0; i + 1 < t->count; i++)
		at += t->b->insn[i].len;
	return !interp->faulted && interp->eip == at &&
	       t->b->insn[i].prefix & (PFX_F2 | PFX_F3);
}

static _Noreturn void guest_stop(struct cpu *cpu, const struct outcome *before,
				 const char *what, const struct outcome *interp,
				 const struct outcome *bt)
{
	struct lockstep *ls = cpu->bt->lockstep;

	snprintf(ls->text, sizeof(ls->text),
		 "the engines differ in %s behind "
		 "this block: interp eip %08x eax %08x, bt eip %08x eax %08x",
		 what, interp->eip, interp->gpr[REG_EAX], bt->eip,
		 bt->gpr[REG_EAX]);
	cpu->eip = before->eip;
	cpu_stop(cpu, ls->text);
}

/* trial_compare() - what @interp did, translated code is to do as well. */
static void trial_compare(struct cpu *cpu, const struct trial *t,
			  const struct outcome *before,
			  const struct outcome *interp)
{
	struct lockstep *ls = cpu->bt->lockstep;
	struct outcome bt;
	const char *what;

	write_log_undo(cpu, &ls->log);
	outcome_put(cpu, before);
	if (run_bt(cpu, t, interp->eip, &bt)) {
		cpu->bt->stats.compared++;
		what = outcome_differs(interp, &bt);
		if (!what && !write_log_same(&ls->log))
			what = "memory";
		if (what)
			guest_stop(cpu, before, what, interp, &bt);
	} else {
		cpu->bt->stats.alone++;
	}
	write_log_redo(cpu, &ls->log);
	outcome_put(cpu, interp);
}

void lockstep_run(struct cpu *cpu)
{
	struct lockstep *ls = cpu->bt->lockstep;
	struct trial t = { .b = block_find(cpu, NULL), .start = cpu->eip };
	struct outcome before, interp;

	t.count = block_shared(cpu, t.b);
	t.fx = has_fpu(t.b, t.count);
	if (!t.count) {
		cpu->bt->stats.alone++;
		interp_run_block(cpu, t.b, 1);
		return;
	}
	outcome_take(cpu, &before, t.fx);
	write_log_begin(&ls->log);
	run_interp(cpu, &t, &interp);
	write_log_walks(&ls->log);
	if (trial_unfinished(cpu, &t, &interp))
		cpu->bt->stats.alone++;
	else
		trial_compare(cpu, &t, &before, &interp);
	write_log_end(&ls->log);
	if (interp.faulted)
		cpu_raise(cpu, interp.vector, interp.code);
}
