/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_stack.c - the stack frames of gates, interrupts and far transfers.
 *
 * A frame is pushed whole or not at all. The stack pointer wraps at the width
 * of its own segment: SP on a 16-bit stack, even under 32-bit code.
 */
#include "vmm/cpu/sys.h"

struct stack stack_current(const struct cpu *cpu, uint32_t ext)
{
	return (struct stack){
		.ss = cpu->seg[SEG_SS],
		.esp = cpu->gpr[REG_ESP],
		.priv = PRIV_CPL,
		.code = ext,
	};
}

/*
 * stack_inner() - the stack that the TSS has for @level; raises #TS, #SS
 *
 * SDM volume 3, section 7.2.1 and 7.6: a 32-bit TSS has pairs of ESP and SS
 * from byte 4, a 16-bit one pairs of SP and SS from byte 2.
 */
struct stack stack_inner(struct cpu *cpu, unsigned int level, uint32_t ext)
{
	bool wide = cpu->tr.attr & (SYS_WIDE << 8);
	uint32_t off = wide ? 4 + 8 * level : 2 + 4 * level;
	uint32_t sel_off = off + (wide ? 4 : 2);
	struct stack st = { .priv = PRIV_SYSTEM };
	uint16_t sel;

	if (!(cpu->tr.attr & DESC_P) || sel_off + 1 > cpu->tr.limit)
		cpu_raise(cpu, VEC_TS, sel_code(cpu->tr.sel) | ext);
	off += cpu->tr.base;
	st.esp = wide ? lin_read32(cpu, off, PRIV_SYSTEM) :
			lin_read16(cpu, off, PRIV_SYSTEM);
	sel = lin_read16(cpu, cpu->tr.base + sel_off, PRIV_SYSTEM);
	st.ss = sreg_resolve(cpu, SEG_SS, sel, level, VEC_TS, ext);
	st.code = sel_code(sel) | ext;
	return st;
}

/* stack_room() - @len bytes at @off are inside the stack segment. */
static bool stack_room(const struct segment *ss, uint32_t off, uint32_t len)
{
	uint32_t last = off + len - 1;

	if (!(ss->attr & DESC_P) || last < off)
		return false;
	if (!(ss->attr & DESC_E) || (ss->attr & DESC_CODE))
		return last <= ss->limit;
	return off > ss->limit && (ss->attr & DESC_B || last <= 0xffff);
}

/* stack_wrap() - the stack pointer as the segment's size has it. */
static uint32_t stack_wrap(const struct stack *st, uint32_t esp)
{
	return st->ss.attr & DESC_B ? esp : esp & 0xffff;
}

/* stack_probe() - @len bytes, of values that are @width each. */
static void stack_probe(struct cpu *cpu, const struct stack *st, uint32_t off,
			unsigned int width, uint32_t len)
{
	if (!stack_room(&st->ss, off, len))
		cpu_raise(cpu, VEC_SS, st->code);
	lin_align(cpu, st->ss.base + off, width, st->priv);
	lin_probe(cpu, st->ss.base + off, len, true, st->priv);
}

/* stack_probe_all() - raise what pushing @n values would raise. */
static void stack_probe_all(struct cpu *cpu, const struct stack *st,
			    unsigned int width, unsigned int n)
{
	uint32_t top = stack_wrap(st, st->esp), len = width * n;
	laddr low = st->ss.base + top - len;
	unsigned int i;

	/* The usual frame does not wrap and lies on one page: one probe. */
	if (top >= len && (low & PAGE_MASK) + len <= PAGE_SIZE) {
		stack_probe(cpu, st, top - len, width, len);
		return;
	}
	for (i = 1; i <= n; i++)
		stack_probe(cpu, st, stack_wrap(st, st->esp - width * i), width,
			    width);
}

void stack_push_all(struct cpu *cpu, struct stack *st, unsigned int width,
		    const uint32_t *v, unsigned int n)
{
	uint32_t esp = st->esp;
	unsigned int i;
	laddr a;

	stack_probe_all(cpu, st, width, n);
	for (i = 0; i < n; i++) {
		esp -= width;
		a = st->ss.base + stack_wrap(st, esp);
		if (width == 4)
			lin_write32(cpu, a, v[i], st->priv);
		else
			lin_write16(cpu, a, (uint16_t)v[i], st->priv);
	}
	if (st->ss.attr & DESC_B)
		st->esp = esp;
	else
		st->esp = (st->esp & 0xffff0000u) | (esp & 0xffff);
}

uint32_t stack_read(struct cpu *cpu, unsigned int width, uint32_t byte_off)
{
	uint32_t off = stack_off(cpu, byte_off);

	return width == 4 ? mem_read32(cpu, SEG_SS, off) :
			    mem_read16(cpu, SEG_SS, off);
}
