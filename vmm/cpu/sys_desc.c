/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_desc.c - descriptors: from the GDT and LDT into segment registers.
 *
 * Source: SDM volume 3, sections 3.4 (descriptors), 5.2-5.8 (checks); the
 * order of the checks is that of MOV to a segment register in volume 2.
 */
#include "vmm/cpu/sys.h"

#define DESC_ATTR	0x00f0ff00u	/* what struct segment.attr keeps */
#define ATTR_REAL	(DESC_P | DESC_S | DESC_W | DESC_A)

bool desc_fetch(struct cpu *cpu, uint16_t sel, struct desc *d)
{
	uint32_t base = cpu->gdtr.base, limit = cpu->gdtr.limit;

	if (sel & SEL_LDT) {
		if (!(cpu->ldtr.attr & DESC_P))
			return false;
		base = cpu->ldtr.base;
		limit = cpu->ldtr.limit;
	}
	if ((sel | 7u) > limit)
		return false;
	d->at = base + (sel & ~7u);
	d->lo = lin_read32(cpu, d->at, PRIV_SYSTEM);
	d->hi = lin_read32(cpu, d->at + 4, PRIV_SYSTEM);
	return true;
}

void desc_need(struct cpu *cpu, uint16_t sel, struct desc *d, uint8_t vector,
	       uint32_t ext)
{
	if (sel_null(sel))
		cpu_raise(cpu, vector, ext);
	if (!desc_fetch(cpu, sel, d))
		cpu_raise(cpu, vector, sel_code(sel) | ext);
}

void desc_set_accessed(struct cpu *cpu, struct desc *d)
{
	/* Written only when it changes: a guest may keep its GDT on a page
	 * that it has write-protected, with the bits set beforehand. */
	if (d->hi & DESC_A)
		return;
	d->hi |= DESC_A;
	lin_write8(cpu, d->at + 5, (uint8_t)(d->hi >> 8), PRIV_SYSTEM);
}

void desc_set_busy(struct cpu *cpu, const struct desc *d, bool busy)
{
	uint32_t type = (uint32_t)SYS_BUSY << 8;
	uint32_t hi = busy ? d->hi | type : d->hi & ~type;

	lin_write8(cpu, d->at + 5, (uint8_t)(hi >> 8), PRIV_SYSTEM);
}

struct segment desc_segment(uint16_t sel, const struct desc *d)
{
	return (struct segment){
		.base = desc_base(d),
		.limit = desc_limit(d),
		.attr = d->hi & DESC_ATTR,
		.sel = sel,
	};
}

/* stack_desc_ok() - @d can be SS at @cpl, but perhaps is not present. */
static bool stack_desc_ok(const struct desc *d, uint16_t sel, unsigned int cpl)
{
	return (d->hi & (DESC_S | DESC_CODE | DESC_W)) == (DESC_S | DESC_W) &&
	       (sel & SEL_RPL) == cpl && desc_dpl(d) == cpl;
}

/* data_desc_ok() - @d can be DS, ES, FS or GS at @cpl, but perhaps is not
 * present. */
static bool data_desc_ok(const struct desc *d, uint16_t sel, unsigned int cpl)
{
	if (!(d->hi & DESC_S))
		return false;
	if (desc_is_code(d)) {
		if (!(d->hi & DESC_R))
			return false;
		if (d->hi & DESC_C)
			return true;	/* any level may read it */
	}
	return desc_dpl(d) >= cpl && desc_dpl(d) >= (sel & SEL_RPL);
}

struct segment sreg_resolve(struct cpu *cpu, unsigned int seg, uint16_t sel,
			    unsigned int cpl, uint8_t vector, uint32_t ext)
{
	struct desc d;
	uint32_t code = sel_code(sel) | ext;
	bool stack = seg == SEG_SS;

	if (sel_null(sel) && !stack)
		return (struct segment){ .sel = sel };
	desc_need(cpu, sel, &d, vector, ext);
	if (!(stack ? stack_desc_ok(&d, sel, cpl) : data_desc_ok(&d, sel, cpl)))
		cpu_raise(cpu, vector, code);
	if (!desc_present(&d))
		cpu_raise(cpu, stack ? VEC_SS : VEC_NP, code);
	desc_set_accessed(cpu, &d);
	return desc_segment(sel, &d);
}

/*
 * seg_real() - what a real-mode or virtual-8086 load of @sel makes of @old
 *
 * Virtual-8086 mode has fixed attributes. Real mode keeps limit and size as
 * they are, as processors do: "big real mode" of boot loaders and firmware
 * lives on that. Only what was unusable before gets a real-mode limit.
 */
struct segment seg_real(const struct cpu *cpu, const struct segment *old,
			uint16_t sel)
{
	struct segment s = { .base = (uint32_t)sel << 4, .sel = sel };

	if (cpu_v86(cpu)) {
		s.limit = 0xffff;
		s.attr = ATTR_REAL | DESC_DPL;
		return s;
	}
	s.limit = old->attr & DESC_P ? old->limit : 0xffff;
	s.attr = ATTR_REAL | (old->attr & (DESC_B | DESC_G));
	return s;
}

void seg_load_real(struct cpu *cpu, unsigned int seg, uint16_t sel)
{
	cpu->seg[seg] = seg_real(cpu, &cpu->seg[seg], sel);
	if (seg == SEG_SS || seg == SEG_CS)
		cpu_segments_changed(cpu);
}

void seg_load(struct cpu *cpu, unsigned int seg, uint16_t sel)
{
	if (cpu_real_segments(cpu)) {
		seg_load_real(cpu, seg, sel);
		return;
	}
	cpu->seg[seg] = sreg_resolve(cpu, seg, sel, cpu->cpl, VEC_GP, 0);
	if (seg == SEG_SS)
		cpu->stack32 = cpu->seg[SEG_SS].attr & DESC_B;
}

bool seg_descriptor(struct cpu *cpu, const struct segment *s, laddr *at,
		    uint64_t *raw)
{
	struct desc d;

	if ((s->sel & SEL_LDT) || !desc_fetch(cpu, s->sel, &d) ||
	    (d.hi & DESC_ATTR) != s->attr)
		return false;
	*at = d.at;
	*raw = (uint64_t)d.hi << 32 | d.lo;
	return true;
}

void cpu_segments_changed(struct cpu *cpu)
{
	if (!cpu_protected(cpu))
		cpu->cpl = 0;
	else if (cpu_v86(cpu))
		cpu->cpl = 3;
	cpu->user_ran |= cpu->cpl == 3;
	cpu->code32 = cpu->seg[SEG_CS].attr & DESC_B;
	cpu->stack32 = cpu->seg[SEG_SS].attr & DESC_B;
	mmu_mode_changed(cpu);
}

void eip_check(struct cpu *cpu, const struct segment *cs, uint32_t eip,
	       uint32_t ext)
{
	if (eip > cs->limit)
		cpu_raise(cpu, VEC_GP, ext);
}

void cs_set(struct cpu *cpu, const struct segment *cs, unsigned int cpl,
	    uint32_t eip)
{
	cpu->seg[SEG_CS] = *cs;
	if (!cpu_real_segments(cpu))
		cpu->seg[SEG_CS].sel = (uint16_t)((cs->sel & ~SEL_RPL) | cpl);
	cpu->cpl = (uint8_t)cpl;
	cpu->next_eip = eip;
	cpu_segments_changed(cpu);
}
