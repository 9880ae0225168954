/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp.c - the reference engine: the life of a processor, and its loop.
 *
 * Theory of operation
 *
 * cpu_run() arms cpu->fault and enters run_loop(). The loop runs whole
 * decoded blocks while nothing special is going on; one test before each
 * block (interp_quiet()) finds out. Anything else takes slow_step(): traps,
 * interrupts, breakpoints, single steps, and the one-instruction shadows.
 *
 * cpu_raise() jumps back into cpu_run(), from however deep. What it leaves
 * behind is a due event (blocks->event), and the loop starts again; the event
 * is delivered first. A fault during delivery comes back the same way and
 * turns into the second fault, a double fault, or a shutdown.
 *
 * 1. Between blocks cpu->eip is the next instruction, and no event is due
 *    when cpu_run() returns.
 * 2. Interrupts are taken only between blocks, and a block that enables them
 *    ends there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/cpu/block.h"

#define DR6_BS		0x4000u	/* single step */
#define DR6_HIT		0x000fu	/* breakpoints 0-3 */
#define DR7_ENABLES	0x00ffu

struct cpu *cpu_create(struct guestmem *ram, const _Atomic uint32_t *attention,
		       const struct cpu_pins *pins)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	if (!cpu)
		return NULL;
	cpu->ram = ram;
	cpu->attention = attention;
	cpu->pins = *pins;
	if (!mmu_create(cpu) || !blocks_create(cpu) || !cpu_fpu_create(cpu)) {
		cpu_destroy(cpu);
		return NULL;
	}
	cpu_reset(cpu);
	return cpu;
}

void cpu_destroy(struct cpu *cpu)
{
	if (!cpu)
		return;
	if (cpu->engine)
		cpu->engine->destroy(cpu);
	if (cpu->fpu)
		cpu_fpu_destroy(cpu);
	blocks_destroy(cpu);
	mmu_destroy(cpu);
	free(cpu);
}

static void reset_segments(struct cpu *cpu)
{
	unsigned int i;

	for (i = 0; i < SEG_COUNT; i++)
		cpu->seg[i] = (struct segment){
			.limit = 0xffff,
			.attr = DESC_P | DESC_S | DESC_W | DESC_A,
		};
	cpu->seg[SEG_CS].sel = 0xf000;
	cpu->seg[SEG_CS].base = 0xffff0000;
	cpu->seg[SEG_CS].attr |= DESC_CODE;
	cpu->ldtr = (struct segment){ .limit = 0xffff,
				      .attr = DESC_P | 2 << 8 };
	cpu->tr = (struct segment){ .limit = 0xffff,
				    .attr = DESC_P | 11 << 8 };
	cpu->gdtr = cpu->idtr = (struct dtable){ .limit = 0xffff };
	cpu->hot.load[0].sel = cpu->hot.load[1].sel = 0;
}

void cpu_reset(struct cpu *cpu)
{
	uint32_t id[4];

	memset(cpu->gpr, 0, sizeof(cpu->gpr));
	cpu_cpuid(1, 0, id);
	cpu->gpr[REG_EDX] = id[0];	/* family, model, stepping */
	cpu->eip = cpu->next_eip = 0xfff0;
	cpu_set_eflags(cpu, FL_ONE);
	cpu->cpl = 0;
	cpu->nmi = cpu->nmi_masked = cpu->halted = cpu->delivering = false;
	cpu->watch_iret = false;
	cpu->shadow = 0;
	cpu->pending_db = 0;
	reset_segments(cpu);
	cpu->cr0 = CR0_CD | CR0_NW | CR0_ET;
	cpu->cr2 = cpu->cr3 = cpu->cr4 = 0;
	memset(cpu->dr, 0, sizeof(cpu->dr));
	cpu->dr[6] = 0xffff0ff0;
	cpu->dr[7] = 0x400;
	memset(cpu->pdpte, 0, sizeof(cpu->pdpte));
	cpu->tsc_offset = 0;
	cpu->sysenter_cs = cpu->sysenter_esp = cpu->sysenter_eip = 0;
	cpu->msr_pat = 0x0007040600070406ull;
	cpu->msr_apic_base = 0xfee00100;	/* the boot processor's */
	cpu->msr_misc_enable = 1;	/* fast strings */
	cpu->insns = 0;
	cpu->blocks->event.due = false;
	cpu_fpu_reset(cpu);
	cpu_segments_changed(cpu);
	mmu_flush(cpu, true);
	mmu_mode_changed(cpu);
}

/* interp_account() - count what the interrupted block had completed. */
static void interp_account(struct cpu *cpu)
{
	struct block_cache *bc = cpu->blocks;
	const struct block *b = bc->running;
	uint32_t eip = bc->start;
	unsigned int i;

	if (!b)
		return;
	for (i = 0; i < b->count && eip != cpu->eip; i++)
		eip += b->insn[i].len;
	cpu->insns += i;
	bc->running = NULL;
}

enum class { BENIGN, CONTRIBUTORY, PAGE_FAULT };

/* class_of() - SDM volume 3, table 6-4. */
static enum class class_of(uint8_t vector)
{
	switch (vector) {
	case VEC_DE: case VEC_TS: case VEC_NP: case VEC_SS: case VEC_GP:
		return CONTRIBUTORY;
	case VEC_PF:
		return PAGE_FAULT;
	default:
		return BENIGN;
	}
}

/*
 * second_fault() - a fault came while @first was being delivered
 * (SDM volume 3, table 6-5). Changes the fault to #DF if the rule says so.
 * Return: false for a shutdown.
 */
static bool second_fault(struct cpu *cpu, const struct event *first)
{
	enum class a = class_of(first->vector);
	enum class b = class_of(cpu->fault_vector);

	if (first->kind != EVENT_FAULT)
		return true;	/* interrupts are benign */
	if (first->vector == VEC_DF)
		return b == BENIGN;
	if ((a == CONTRIBUTORY && b == CONTRIBUTORY) ||
	    (a == PAGE_FAULT && b != BENIGN)) {
		cpu->fault_vector = VEC_DF;
		cpu->fault_has_code = true;
		cpu->fault_code = 0;
	}
	return true;
}

/* fault_landed() - turn a cpu_raise() into the event that is due. */
static bool fault_landed(struct cpu *cpu)
{
	struct event *ev = &cpu->blocks->event;

	interp_account(cpu);
	if (cpu->delivering && !second_fault(cpu, ev)) {
		cpu->delivering = false;
		ev->due = false;
		return false;
	}
	cpu->delivering = false;
	*ev = (struct event){
		.vector = cpu->fault_vector, .kind = EVENT_FAULT,
		.has_code = cpu->fault_has_code, .code = cpu->fault_code,
		.due = true,
	};
	return true;
}

/* deliver_due() - the event goes through the IDT; faults land again. */
static void deliver_due(struct cpu *cpu)
{
	struct event *ev = &cpu->blocks->event;

	/* A fault leaves no trace of the instruction's own #DB or shadow. */
	if (ev->kind == EVENT_FAULT)
		cpu->pending_db = 0;
	cpu->shadow = 0;
	cpu->halted = false;
	cpu->delivering = true;
	account_begin(&cpu->rows, ev->kind == EVENT_INTR ? ROW_IRQ : ROW_FAULT);
	cpu->next_eip = cpu->eip;
	cpu_deliver(cpu, ev->vector, (enum event_kind)ev->kind, ev->has_code,
		    ev->code);
	cpu->eip = cpu->next_eip;
	cpu->delivering = false;
	ev->due = false;
	account_to(&cpu->rows, ROW_TRANSITION);
}

static void interp_take(struct cpu *cpu, uint8_t vector, enum event_kind kind)
{
	cpu->blocks->event = (struct event){
		.vector = vector, .kind = (uint8_t)kind, .due = true,
	};
	deliver_due(cpu);
}

/* take_debug() - a #DB with these DR6 bits. */
static void take_debug(struct cpu *cpu, uint32_t bits, enum event_kind kind)
{
	cpu->dr[6] = (cpu->dr[6] & ~DR6_HIT) | bits;
	interp_take(cpu, VEC_DB, kind);
}

/*
 * take_events() - deliver what is due before the next instruction, in the
 * order of SDM volume 3, table 6-2.
 * Return: true if something was delivered.
 */
static bool take_events(struct cpu *cpu)
{
	uint32_t bits;

	if (cpu->blocks->event.due) {
		deliver_due(cpu);
		return true;
	}
	if (cpu->shadow & SHADOW_SS)
		return false;
	if (cpu->pending_db) {
		bits = cpu->pending_db;
		cpu->pending_db = 0;
		take_debug(cpu, bits, EVENT_TRAP);
		return true;
	}
	if (cpu->nmi && !cpu->nmi_masked) {
		cpu->nmi = false;
		interp_take(cpu, VEC_NMI, EVENT_INTR);
		return true;
	}
	if (cpu->intr && (cpu->eflags & FL_IF) && !cpu->shadow) {
		interp_take(cpu, cpu->pins.intr_ack(cpu->pins.board),
			    EVENT_INTR);
		return true;
	}
	if ((cpu->dr[7] & DR7_ENABLES) && !(cpu->eflags & FL_RF) &&
	    !cpu->halted &&
	    (bits = cpu_insn_breakpoint(cpu,
					cpu->seg[SEG_CS].base + cpu->eip))) {
		take_debug(cpu, bits, EVENT_FAULT);
		return true;
	}
	return false;
}

/*
 * run_block() - run up to @limit instructions of @b from cpu->eip on
 * Return: true if the whole block was run.
 */
static inline bool run_block(struct cpu *cpu, struct block *b, uint64_t limit)
{
	const struct insn *in = b->insn, *end = in + b->count;
	struct block_cache *bc = cpu->blocks;
	struct code_pages *code = cpu->mmu->code;
	uint32_t eip = cpu->eip;

	if (UNLIKELY(limit < b->count))
		end = in + limit;
	bc->running = b;
	bc->start = eip;
	code->cut = false;
	do {
		cpu->eip = eip;
		eip += in->len;
		cpu->next_eip = eip;
		in->fn(cpu, in);
		in++;
	} while (in != end && LIKELY(!code->cut));
	cpu->eip = cpu->next_eip;
	cpu->insns += (uint64_t)(in - b->insn);
	bc->running = NULL;
	return in == b->insn + b->count;
}

bool interp_run_block(struct cpu *cpu, struct block *b, uint64_t limit)
{
	return run_block(cpu, b, limit);
}

/* clears_tf() - a taken software interrupt: TF is gone, and so no trap. */
static bool clears_tf(const struct cpu *cpu, const struct insn *in)
{
	return in->map == MAP_1BYTE && !(cpu->eflags & FL_TF) &&
	       (in->opcode == 0xcc || in->opcode == 0xcd ||
		in->opcode == 0xce || in->opcode == 0xf1);
}

/* is_repeated() - a string instruction that goes on where it is */
static bool is_repeated(const struct insn *in)
{
	return (in->prefix & (PFX_F2 | PFX_F3)) && in->map == MAP_1BYTE &&
	       ((in->opcode & 0xfc) == 0x6c ||
		(in->opcode >= 0xa4 && in->opcode <= 0xaf));
}

/* single_step() - one instruction, with the rules for TF and RF. */
static void single_step(struct cpu *cpu)
{
	uint32_t before = cpu->eflags;
	struct block *b = block_find(cpu, NULL);
	const struct insn in = b->insn[0];	/* it may overwrite itself */
	uint32_t at = cpu->eip;

	run_block(cpu, b, 1);
	/* IRET and task switches load RF; all others end with it clear. One
	 * that is repeated has not ended before it goes on behind itself. */
	if ((before & FL_RF) && !(in.map == MAP_1BYTE && in.opcode == 0xcf) &&
	    !(cpu->eip == at && is_repeated(&in)))
		cpu->eflags &= ~FL_RF;
	if ((before & FL_TF) && !clears_tf(cpu, &in) &&
	    !(cpu->shadow & SHADOW_SS))
		cpu->pending_db |= DR6_BS;
}

/* interp_quiet() - nothing but plain instructions to run? */
static inline bool interp_quiet(const struct cpu *cpu)
{
	return !((cpu->eflags & (FL_TF | FL_RF | FL_AC)) |
		 (cpu->dr[7] & DR7_ENABLES) | cpu->pending_db | cpu->shadow |
		 cpu->intr | cpu->nmi | cpu->halted | cpu->blocks->event.due |
		 cpu->mmu->slow);
}

enum step {
	STEP_PLAIN,	/* nothing to do but to run a block */
	STEP_DONE,	/* an event was delivered, or one instruction run */
	STEP_HALT,	/* halted, and nothing wakes it */
};

/*
 * slow_step() - what interp_quiet() found: an event, a halt, or an instruction
 * that must run alone.
 */
static enum step slow_step(struct cpu *cpu)
{
	bool alone;

	mmu_mode_changed(cpu);	/* AC or DR7 may have changed */
	if (take_events(cpu))
		return STEP_DONE;
	if (cpu->halted)
		return STEP_HALT;
	alone = (cpu->eflags & (FL_TF | FL_RF)) || (cpu->dr[7] & DR7_ENABLES) ||
		cpu->pending_db || (cpu->shadow && (cpu->intr || cpu->nmi));
	if (alone || !cpu->engine)	/* which may not run any */
		cpu->shadow = 0;
	if (!alone)
		return STEP_PLAIN;
	single_step(cpu);
	return STEP_DONE;
}

/* interp_leaves() - is there a reason to leave run_loop()? */
static inline bool interp_leaves(const struct cpu *cpu)
{
	return cpu->insns >= cpu->blocks->until ||
	       atomic_load_explicit(cpu->attention, memory_order_relaxed);
}

/* interp_only() - code that the other engine never runs: of 16 bits, or in a
 * segment that does not begin at 0 */
static inline bool interp_only(const struct cpu *cpu)
{
	return !cpu->code32 || cpu->seg[SEG_CS].base;
}

/*
 * run_interpreted() - what the other engine could not run: @count instructions
 * of a block. As long as it is code which that never runs, it is not asked
 * before each block.
 */
static void run_interpreted(struct cpu *cpu, uint64_t count)
{
	struct block *b = NULL;
	bool whole = false;

	do {
		account_begin(&cpu->rows, ROW_INTERPRET);
		b = whole ? block_next(cpu, b) : block_find(cpu, NULL);
		whole = run_block(cpu, b, count);
	} while (count != 1 && interp_only(cpu) && interp_quiet(cpu) &&
		 !interp_leaves(cpu));
	/* Or the interpreter will go on. */
	if (!interp_only(cpu))
		account_to(&cpu->rows, ROW_TRANSITION);
}

/* run_loop() - run until there is a reason to leave. */
static enum cpu_exit run_loop(struct cpu *cpu)
{
	struct block_cache *bc = cpu->blocks;
	enum step step = STEP_PLAIN;
	struct block *b = NULL;
	uint64_t some;

	for (;;) {
		if (UNLIKELY(!interp_quiet(cpu)))
			step = slow_step(cpu);
		if (cpu->engine && step == STEP_PLAIN) {
			some = cpu->engine->run(cpu);
			if (some)
				run_interpreted(cpu, some);
		} else if (LIKELY(step == STEP_PLAIN)) {
			b = b ? block_next(cpu, b) : block_find(cpu, NULL);
			if (!run_block(cpu, b, bc->until - cpu->insns))
				b = NULL;
		} else if (step == STEP_HALT) {
			return CPU_EXIT_HALT;
		} else {
			b = NULL;
			step = STEP_PLAIN;
		}
		if (UNLIKELY(cpu->insns >= bc->until) && !bc->event.due)
			return CPU_EXIT_BUDGET;
		if (UNLIKELY(atomic_load_explicit(cpu->attention,
						  memory_order_relaxed)))
			return CPU_EXIT_ATTENTION;
	}
}

enum cpu_exit cpu_run(struct cpu *cpu, uint64_t budget)
{
	cpu->blocks->until = budget > UINT64_MAX - cpu->insns ?
				     UINT64_MAX :
				     cpu->insns + budget;
	if (budget == 0)
		return CPU_EXIT_BUDGET;
	switch (_setjmp(cpu->fault)) {
	case LANDED_FAULT:
		if (!fault_landed(cpu))
			return CPU_EXIT_SHUTDOWN;
		break;
	case LANDED_STOP:
		interp_account(cpu);
		cpu->delivering = false;
		cpu->blocks->event.due = false;
		return CPU_EXIT_UNIMPLEMENTED;
	}
	return run_loop(cpu);
}
