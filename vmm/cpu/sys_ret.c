/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_ret.c - RETF and IRET, in every mode and to every level.
 *
 * Source: SDM volume 2, RET and IRET. Everything is read from the stack and
 * checked before anything is committed. On a return to a 16-bit stack only SP
 * is loaded: the upper half of ESP keeps what the inner level had there, as
 * processors do (and Linux's "espfix" exists for).
 */
#include "base/check.h"
#include "vmm/cpu/sys.h"

/* What a return takes from the stack. */
struct ret_frame {
	uint32_t eip;
	uint16_t cs;
	uint32_t outer;		/* stack offset of the outer ESP and SS */
	uint32_t release;	/* parameter bytes that RETF n drops */
	unsigned int width;
};

/* Where it leads, all checked. */
struct ret_target {
	struct segment cs, ss;
	uint32_t eip, esp;
	unsigned int cpl;
};

static _Noreturn void gp(struct cpu *cpu, uint16_t sel)
{
	cpu_raise(cpu, VEC_GP, sel_code(sel));
}

/* ret_code() - check the code segment a return goes to. */
static void ret_code(struct cpu *cpu, uint16_t sel, struct desc *d)
{
	unsigned int rpl = sel & SEL_RPL;

	desc_need(cpu, sel, d, VEC_GP, 0);
	if (!desc_is_code(d) || rpl < cpu->cpl)
		gp(cpu, sel);
	if (d->hi & DESC_C ? desc_dpl(d) > rpl : desc_dpl(d) != rpl)
		gp(cpu, sel);
	if (!desc_present(d))
		cpu_raise(cpu, VEC_NP, sel_code(sel));
}

/* ret_resolve() - all checks of a protected-mode return. */
static struct ret_target ret_resolve(struct cpu *cpu, const struct ret_frame *f)
{
	struct ret_target t = { .eip = f->eip, .cpl = f->cs & SEL_RPL };
	struct desc code;
	uint16_t sel;

	ret_code(cpu, f->cs, &code);
	if (t.cpl > cpu->cpl) {
		t.esp = stack_read(cpu, f->width, f->outer);
		sel = (uint16_t)stack_read(cpu, f->width, f->outer + f->width);
		t.ss = sreg_resolve(cpu, SEG_SS, sel, t.cpl, VEC_GP, 0);
	}
	t.cs = desc_segment(f->cs, &code);
	eip_check(cpu, &t.cs, t.eip, 0);
	desc_set_accessed(cpu, &code);
	t.cs.attr |= DESC_A;
	return t;
}

/* drop_inner_segments() - the outer level must not keep what it can not
 * load: such data segments become null. */
static void drop_inner_segments(struct cpu *cpu)
{
	static const uint8_t data[] = { SEG_ES, SEG_DS, SEG_FS, SEG_GS };
	unsigned int i, dpl;

	for (i = 0; i < sizeof(data); i++) {
		struct segment *s = &cpu->seg[data[i]];
		uint32_t conforming = DESC_CODE | DESC_C;

		dpl = (s->attr & DESC_DPL) >> DESC_DPL_SHIFT;
		if ((s->attr & conforming) != conforming && dpl < cpu->cpl)
			*s = (struct segment){ 0 };
	}
}

/* ret_commit() - go there. @popped: bytes taken off a stack kept. */
static void ret_commit(struct cpu *cpu, const struct ret_target *t,
		       const struct ret_frame *f, uint32_t popped)
{
	if (t->cpl == cpu->cpl) {
		stack_adjust(cpu, popped + f->release);
		cs_set(cpu, &t->cs, t->cpl, t->eip);
		return;
	}
	cpu->seg[SEG_SS] = t->ss;
	if (t->ss.attr & DESC_B)
		cpu->gpr[REG_ESP] = t->esp + f->release;
	else
		set_reg16(cpu, REG_ESP, (uint16_t)(t->esp + f->release));
	cs_set(cpu, &t->cs, t->cpl, t->eip);
	drop_inner_segments(cpu);
}

/* ret_frame_read() - EIP and CS from the top of the stack. */
static struct ret_frame ret_frame_read(struct cpu *cpu, unsigned int width)
{
	struct ret_frame f = { .width = width };

	f.eip = stack_read(cpu, width, 0);
	f.cs = (uint16_t)stack_read(cpu, width, width);
	return f;
}

/* ret_real() - the real-mode and virtual-8086 way, without the flags. */
static void ret_real(struct cpu *cpu, const struct ret_frame *f,
		     uint32_t popped)
{
	struct segment cs = seg_real(cpu, &cpu->seg[SEG_CS], f->cs);

	eip_check(cpu, &cs, f->eip, 0);
	stack_adjust(cpu, popped);
	cs_set(cpu, &cs, cpu->cpl, f->eip);
}

/* CA, CB */
void sys_retf(struct cpu *cpu, const struct insn *in)
{
	struct ret_frame f = ret_frame_read(cpu, in->opsize);
	struct ret_target t;

	f.release = in->opcode == 0xca ? in->imm & 0xffff : 0;
	f.outer = 2u * in->opsize + f.release;
	if (cpu_real_segments(cpu)) {
		ret_real(cpu, &f, 2u * in->opsize + f.release);
		return;
	}
	t = ret_resolve(cpu, &f);
	ret_commit(cpu, &t, &f, 2u * in->opsize);
}

/* ---- IRET -------------------------------------------------------------- */

/* flags_merge() - EFLAGS with the bits of @mask from @v; a 16-bit pop can
 * not reach the upper half. VIF and VIP read 0: CPUID has no VME. */
static uint32_t flags_merge(const struct cpu *cpu, uint32_t v, uint32_t mask,
			    unsigned int width)
{
	if (width == 2)
		mask &= 0xffff;
	return (cpu_eflags(cpu) & ~mask) | (v & mask);
}

/* iret_mask() - the flags that IRET may change at the level left. */
static uint32_t iret_mask(const struct cpu *cpu)
{
	uint32_t mask = FL_ARITH | FL_TF | FL_DF | FL_NT | FL_RF | FL_AC |
			FL_ID;

	if (cpu->cpl <= cpu_iopl(cpu))
		mask |= FL_IF;
	if (cpu->cpl == 0)
		mask |= FL_IOPL;
	return mask;
}

static void iret_real(struct cpu *cpu, unsigned int width)
{
	struct ret_frame f;
	uint32_t flags;

	if (cpu_v86(cpu) && cpu_iopl(cpu) < 3)
		cpu_raise(cpu, VEC_GP, 0);
	f = ret_frame_read(cpu, width);
	flags = flags_merge(cpu, stack_read(cpu, width, 2 * width),
			    iret_mask(cpu), width);
	ret_real(cpu, &f, 3 * width);
	cpu_set_eflags(cpu, flags);
}

/* iret_to_v86() - from level 0: nine values on the stack, none can fail
 * but EIP. */
static void iret_to_v86(struct cpu *cpu, const struct ret_frame *f,
			uint32_t flags)
{
	static const uint8_t order[] = { SEG_SS, SEG_ES, SEG_DS, SEG_FS,
					 SEG_GS };
	uint16_t sel[sizeof(order)];
	struct segment cs;
	uint32_t esp = stack_read(cpu, 4, 12);
	unsigned int i;

	for (i = 0; i < sizeof(order); i++)
		sel[i] = (uint16_t)stack_read(cpu, 4, 16 + 4 * i);
	if (f->eip > 0xffff)
		cpu_raise(cpu, VEC_GP, 0);
	cpu_set_eflags(cpu, flags & ~(FL_VIF | FL_VIP));
	for (i = 0; i < sizeof(order); i++)
		cpu->seg[order[i]] = seg_real(cpu, &cpu->seg[order[i]], sel[i]);
	cpu->gpr[REG_ESP] = esp;
	cs = seg_real(cpu, &cpu->seg[SEG_CS], f->cs);
	cs_set(cpu, &cs, 3, f->eip);
}

/* iret_task() - NT is set: back to the task that the TSS links to. */
static void iret_task(struct cpu *cpu)
{
	struct task_request rq = {
		.why = TASK_IRET,
		.eip = cpu->next_eip, .eflags = cpu_eflags(cpu) & ~FL_NT,
	};

	rq.sel = lin_read16(cpu, cpu->tr.base, PRIV_SYSTEM);
	task_find(cpu, &rq);
	task_switch(cpu, &rq);
	eip_check(cpu, &cpu->seg[SEG_CS], cpu->next_eip, 0);
}

static void iret_protected(struct cpu *cpu, unsigned int width)
{
	struct ret_frame f;
	struct ret_target t;
	uint32_t flags;

	if (cpu->eflags & FL_NT) {
		iret_task(cpu);
		return;
	}
	f = ret_frame_read(cpu, width);
	flags = stack_read(cpu, width, 2 * width);
	if (width == 4 && flags & FL_VM && cpu->cpl == 0) {
		iret_to_v86(cpu, &f, flags);
		return;
	}
	f.outer = 3 * width;
	t = ret_resolve(cpu, &f);
	flags = flags_merge(cpu, flags, iret_mask(cpu), width);
	ret_commit(cpu, &t, &f, 3 * width);
	cpu_set_eflags(cpu, flags);
}

/* CF */
void sys_iret(struct cpu *cpu, const struct insn *in)
{
	/* Even an IRET that faults lets the next NMI in (SDM volume 3,
	 * section 6.7.1). */
	cpu->nmi_masked = false;
	if (cpu_real_segments(cpu))
		iret_real(cpu, in->opsize);
	else
		iret_protected(cpu, in->opsize);
	if (UNLIKELY(cpu->watch_iret) && (cpu->eflags & FL_IF)) {
		cpu->watch_iret = false;
		cpu->pins.intr_over(cpu->pins.board);
	}
}
