/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_task.c - hardware task switches.
 *
 * Source: SDM volume 3, section 7.3, whose order of steps is kept. The commit
 * point is task_save(): what is found wrong before it is a fault of the old
 * task, what is found wrong after it (segments, LDT) is a fault of the new
 * one, at its first instruction, with everything else already loaded.
 */
#include "vmm/cpu/sys.h"

/* What a TSS holds of a task, whichever its width. */
struct task_state {
	uint32_t cr3, eip, eflags;
	uint32_t gpr[REG_COUNT];
	uint16_t seg[SEG_COUNT];
	uint16_t ldt;
	bool trap;
};

/* The layout of the 32-bit and 16-bit TSS (figures 7-2 and 7-10). */
#define TSS32_CR3	0x1c
#define TSS32_EIP	0x20
#define TSS32_EFLAGS	0x24
#define TSS32_GPR	0x28
#define TSS32_SEG	0x48
#define TSS32_LDT	0x60
#define TSS32_TRAP	0x64
#define TSS32_LIMIT	0x67
#define TSS16_IP	0x0e
#define TSS16_FLAGS	0x10
#define TSS16_GPR	0x12
#define TSS16_SEG	0x22
#define TSS16_LDT	0x2a
#define TSS16_LIMIT	0x2b
#define TSS16_SEGS	4	/* no FS and GS */

/* tss_limit_ok() - the TSS is large enough for its kind. */
static bool tss_limit_ok(unsigned int type, uint32_t limit)
{
	return limit >= (type & SYS_WIDE ? TSS32_LIMIT : TSS16_LIMIT);
}

void task_find(struct cpu *cpu, struct task_request *rq)
{
	bool back = rq->why == TASK_IRET;
	uint8_t vector = back ? VEC_TS : VEC_GP;
	uint32_t code = sel_code(rq->sel) | rq->ext;
	unsigned int type;

	if (sel_null(rq->sel) || rq->sel & SEL_LDT ||
	    !desc_fetch(cpu, rq->sel, &rq->tss))
		cpu_raise(cpu, vector, code);
	type = desc_type(&rq->tss);
	if (!desc_is_system(&rq->tss) ||
	    (type & ~SYS_WIDE) != (back ? SYS_TSS16_BUSY : SYS_TSS16))
		cpu_raise(cpu, vector, code);
	if (!desc_present(&rq->tss))
		cpu_raise(cpu, VEC_NP, code);
	if (!tss_limit_ok(type, desc_limit(&rq->tss)))
		cpu_raise(cpu, VEC_TS, code);
}

/* old_tss() - the current TSS's descriptor, whose busy bit may change. */
static void old_tss(struct cpu *cpu, const struct task_request *rq,
		    struct desc *d)
{
	unsigned int type = (cpu->tr.attr & DESC_TYPE) >> 8;

	if (!(cpu->tr.attr & DESC_P) || !tss_limit_ok(type, cpu->tr.limit) ||
	    !desc_fetch(cpu, cpu->tr.sel, d))
		cpu_raise(cpu, VEC_TS, sel_code(cpu->tr.sel) | rq->ext);
}

/* task_probe() - everything that the switch will read or write is mapped. */
static void task_probe(struct cpu *cpu, const struct task_request *rq,
		       const struct desc *old)
{
	bool nested = rq->why == TASK_CALL || rq->why == TASK_INT;
	laddr base = desc_base(&rq->tss);
	uint32_t len;

	len = (cpu->tr.attr >> 8 & SYS_WIDE ? TSS32_LIMIT : TSS16_LIMIT) + 1;
	lin_probe(cpu, cpu->tr.base, len, true, PRIV_SYSTEM);
	len = (desc_type(&rq->tss) & SYS_WIDE ? TSS32_LIMIT : TSS16_LIMIT) + 1;
	lin_probe(cpu, base, len, nested, PRIV_SYSTEM);
	if (!nested)
		lin_probe(cpu, old->at + 5, 1, true, PRIV_SYSTEM);
	if (rq->why != TASK_IRET)
		lin_probe(cpu, rq->tss.at + 5, 1, true, PRIV_SYSTEM);
}

/* task_save() - the old task's state goes into its TSS. */
static void task_save(struct cpu *cpu, const struct task_request *rq)
{
	bool wide = cpu->tr.attr >> 8 & SYS_WIDE;
	laddr base = cpu->tr.base;
	unsigned int i;

	if (!wide) {
		lin_write16(cpu, base + TSS16_IP, (uint16_t)rq->eip,
			    PRIV_SYSTEM);
		lin_write16(cpu, base + TSS16_FLAGS, (uint16_t)rq->eflags,
			    PRIV_SYSTEM);
		for (i = 0; i < REG_COUNT; i++)
			lin_write16(cpu, base + TSS16_GPR + 2 * i,
				    reg16(cpu, i), PRIV_SYSTEM);
		for (i = 0; i < TSS16_SEGS; i++)
			lin_write16(cpu, base + TSS16_SEG + 2 * i,
				    cpu->seg[i].sel, PRIV_SYSTEM);
		return;
	}
	lin_write32(cpu, base + TSS32_EIP, rq->eip, PRIV_SYSTEM);
	lin_write32(cpu, base + TSS32_EFLAGS, rq->eflags, PRIV_SYSTEM);
	for (i = 0; i < REG_COUNT; i++)
		lin_write32(cpu, base + TSS32_GPR + 4 * i, cpu->gpr[i],
			    PRIV_SYSTEM);
	for (i = 0; i < SEG_COUNT; i++)
		lin_write16(cpu, base + TSS32_SEG + 4 * i, cpu->seg[i].sel,
			    PRIV_SYSTEM);
}

/* task_read16() - a 16-bit TSS; the upper halves come up as ones, as the
 * 80386 and its descendants have them. */
static void task_read16(struct cpu *cpu, laddr base, struct task_state *t)
{
	unsigned int i;

	t->eip = lin_read16(cpu, base + TSS16_IP, PRIV_SYSTEM);
	t->eflags = lin_read16(cpu, base + TSS16_FLAGS, PRIV_SYSTEM);
	for (i = 0; i < REG_COUNT; i++)
		t->gpr[i] =
			0xffff0000u |
			lin_read16(cpu, base + TSS16_GPR + 2 * i, PRIV_SYSTEM);
	for (i = 0; i < TSS16_SEGS; i++)
		t->seg[i] =
			lin_read16(cpu, base + TSS16_SEG + 2 * i, PRIV_SYSTEM);
	t->ldt = lin_read16(cpu, base + TSS16_LDT, PRIV_SYSTEM);
}

static void task_read32(struct cpu *cpu, laddr base, struct task_state *t)
{
	unsigned int i;

	t->cr3 = lin_read32(cpu, base + TSS32_CR3, PRIV_SYSTEM);
	t->eip = lin_read32(cpu, base + TSS32_EIP, PRIV_SYSTEM);
	t->eflags = lin_read32(cpu, base + TSS32_EFLAGS, PRIV_SYSTEM);
	for (i = 0; i < REG_COUNT; i++)
		t->gpr[i] =
			lin_read32(cpu, base + TSS32_GPR + 4 * i, PRIV_SYSTEM);
	for (i = 0; i < SEG_COUNT; i++)
		t->seg[i] =
			lin_read16(cpu, base + TSS32_SEG + 4 * i, PRIV_SYSTEM);
	t->ldt = lin_read16(cpu, base + TSS32_LDT, PRIV_SYSTEM);
	t->trap = lin_read16(cpu, base + TSS32_TRAP, PRIV_SYSTEM) & 1;
}

/* load_ldt() - the new task's LDT: null is no LDT, the rest is checked. */
static void load_ldt(struct cpu *cpu, uint16_t sel, uint32_t ext)
{
	struct desc d;

	if (sel_null(sel))
		return;
	if (sel & SEL_LDT || !desc_fetch(cpu, sel, &d) || !desc_is_system(&d) ||
	    desc_type(&d) != SYS_LDT || !desc_present(&d))
		cpu_raise(cpu, VEC_TS, sel_code(sel) | ext);
	cpu->ldtr = desc_segment(sel, &d);
}

/* load_cs() - the new task's code segment, at the level of its RPL. */
static void load_cs(struct cpu *cpu, uint16_t sel, uint32_t ext)
{
	uint32_t code = sel_code(sel) | ext;
	struct desc d;

	desc_need(cpu, sel, &d, VEC_TS, ext);
	if (!desc_is_code(&d) || (d.hi & DESC_C ? desc_dpl(&d) > cpu->cpl :
						  desc_dpl(&d) != cpu->cpl))
		cpu_raise(cpu, VEC_TS, code);
	if (!desc_present(&d))
		cpu_raise(cpu, VEC_NP, code);
	desc_set_accessed(cpu, &d);
	cpu->seg[SEG_CS] = desc_segment(sel, &d);
	cpu_segments_changed(cpu);
}

/* load_segments() - step 12: in the new task, one check after the other. */
static void load_segments(struct cpu *cpu, const struct task_state *t,
			  uint32_t ext)
{
	static const uint8_t data[] = { SEG_DS, SEG_ES, SEG_FS, SEG_GS };
	unsigned int i;

	load_ldt(cpu, t->ldt, ext);
	if (cpu_v86(cpu))
		return;
	cpu->seg[SEG_SS] = sreg_resolve(cpu, SEG_SS, t->seg[SEG_SS], cpu->cpl,
					VEC_TS, ext);
	cpu_segments_changed(cpu);
	load_cs(cpu, t->seg[SEG_CS], ext);
	for (i = 0; i < sizeof(data); i++)
		cpu->seg[data[i]] = sreg_resolve(cpu, data[i], t->seg[data[i]],
						 cpu->cpl, VEC_TS, ext);
}

/* load_registers() - what can not fail; the segments are selectors only. */
static void load_registers(struct cpu *cpu, const struct task_state *t)
{
	unsigned int i;

	cpu->eip = t->eip;
	cpu->next_eip = t->eip;
	cpu_set_eflags(cpu, t->eflags & ~(FL_VIF | FL_VIP));
	for (i = 0; i < REG_COUNT; i++)
		cpu->gpr[i] = t->gpr[i];
	cpu->ldtr = (struct segment){ .sel = t->ldt };
	for (i = 0; i < SEG_COUNT; i++)
		if (cpu_v86(cpu))
			cpu->seg[i] = seg_real(cpu, &cpu->seg[i], t->seg[i]);
		else
			cpu->seg[i] = (struct segment){ .sel = t->seg[i] };
	cpu->cpl = cpu_v86(cpu) ? 3 : t->seg[SEG_CS] & SEL_RPL;
	cpu->dr[7] &= ~DR7_LOCAL;
	cpu->shadow = 0;
	cpu_segments_changed(cpu);
}

void task_switch(struct cpu *cpu, const struct task_request *rq)
{
	bool wide = desc_type(&rq->tss) & SYS_WIDE;
	bool nested = rq->why == TASK_CALL || rq->why == TASK_INT;
	laddr base = desc_base(&rq->tss);
	struct task_state t = { 0 };
	uint16_t link = cpu->tr.sel;
	struct desc old;

	old_tss(cpu, rq, &old);
	task_probe(cpu, rq, &old);
	task_save(cpu, rq);
	if (wide)
		task_read32(cpu, base, &t);
	else
		task_read16(cpu, base, &t);
	if (!nested)
		desc_set_busy(cpu, &old, false);
	if (nested) {
		lin_write16(cpu, base, link, PRIV_SYSTEM);
		t.eflags |= FL_NT;
	}
	if (rq->why != TASK_IRET)
		desc_set_busy(cpu, &rq->tss, true);
	cpu->tr = desc_segment(rq->sel, &rq->tss);
	cpu->tr.attr |= (uint32_t)SYS_BUSY << 8;
	cpu->cr0 |= CR0_TS;

	load_registers(cpu, &t);
	if (wide && cpu->cr0 & CR0_PG)
		cpu_write_cr3(cpu, t.cr3);	/* also if it is the same */
	load_segments(cpu, &t, rq->ext);
	if (t.trap)
		cpu->pending_db |= DR6_BT;
}
