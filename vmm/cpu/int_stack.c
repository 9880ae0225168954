/* SPDX-License-Identifier: BSD-2-Clause */
/* int_stack.c - PUSH POP PUSHA POPA ENTER LEAVE, and the stack itself. */
#include "vmm/cpu/int.h"

static ALWAYS_INLINE void push32(struct cpu *cpu, uint32_t v)
{
	mem_st32(cpu, SEG_SS, stack_off(cpu, -4u), v);
	stack_adjust(cpu, -4u);
}

static ALWAYS_INLINE void push16(struct cpu *cpu, uint16_t v)
{
	mem_st16(cpu, SEG_SS, stack_off(cpu, -2u), v);
	stack_adjust(cpu, -2u);
}

static ALWAYS_INLINE uint32_t pop32(struct cpu *cpu)
{
	uint32_t v = mem_ld32(cpu, SEG_SS, stack_off(cpu, 0));

	stack_adjust(cpu, 4);
	return v;
}

static ALWAYS_INLINE uint16_t pop16(struct cpu *cpu)
{
	uint16_t v = mem_ld16(cpu, SEG_SS, stack_off(cpu, 0));

	stack_adjust(cpu, 2);
	return v;
}

void cpu_push(struct cpu *cpu, unsigned int opsize, uint32_t v)
{
	if (opsize == 4)
		push32(cpu, v);
	else
		push16(cpu, (uint16_t)v);
}

uint32_t cpu_pop(struct cpu *cpu, unsigned int opsize)
{
	return opsize == 4 ? pop32(cpu) : pop16(cpu);
}

static void push32_r(struct cpu *cpu, const struct insn *in)
{
	push32(cpu, cpu->gpr[in->opcode & 7]);
}

static void push16_r(struct cpu *cpu, const struct insn *in)
{
	push16(cpu, reg16(cpu, in->opcode & 7));
}

/* POP ESP: the popped value wins over the adjustment. */
static void pop32_r(struct cpu *cpu, const struct insn *in)
{
	cpu->gpr[in->opcode & 7] = pop32(cpu);
}

static void pop16_r(struct cpu *cpu, const struct insn *in)
{
	uint16_t v = pop16(cpu);

	set_reg16(cpu, in->opcode & 7, v);
}

static void push_imm(struct cpu *cpu, const struct insn *in)
{
	cpu_push(cpu, in->opsize, in->imm);
}

static void push_e(struct cpu *cpu, const struct insn *in)
{
	if (in->opsize == 4)
		push32(cpu, e_ld32(cpu, in));
	else
		push16(cpu, e_ld16(cpu, in));
}

/*
 * POP r/m: the address is worked out with ESP as it is after the pop, yet
 * ESP must not have changed if the write faults.
 */
static void pop_e(struct cpu *cpu, const struct insn *in)
{
	uint32_t esp = cpu->gpr[REG_ESP], ea, v;

	if (in->opsize == 4)
		v = mem_ld32(cpu, SEG_SS, stack_off(cpu, 0));
	else
		v = mem_ld16(cpu, SEG_SS, stack_off(cpu, 0));
	stack_adjust(cpu, in->opsize);
	if (!insn_is_mem(in)) {
		set_reg_os(cpu, in->rm, in->opsize, v);
		return;
	}
	ea = insn_ea(cpu, in);
	/* Any fault of the write must find the old ESP. */
	esp ^= cpu->gpr[REG_ESP];
	cpu->gpr[REG_ESP] ^= esp;
	mem_probe_write(cpu, in->seg, ea, in->opsize);
	cpu->gpr[REG_ESP] ^= esp;
	if (in->opsize == 4)
		mem_st32(cpu, in->seg, ea, v);
	else
		mem_st16(cpu, in->seg, ea, (uint16_t)v);
}

/* stack_probe() - would @n pushes of @size bytes succeed? Raises if not. */
static void stack_probe(struct cpu *cpu, unsigned int n, unsigned int size)
{
	unsigned int i;

	for (i = 1; i <= n; i++)
		mem_probe_write(cpu, SEG_SS, stack_off(cpu, -(i * size)), size);
}

/* Each value may wrap on a 16-bit stack: so eight pushes, all probed. */
static void pusha(struct cpu *cpu, const struct insn *in)
{
	uint32_t regs[REG_COUNT];
	unsigned int i;

	stack_probe(cpu, REG_COUNT, in->opsize);
	for (i = 0; i < REG_COUNT; i++)
		regs[i] = cpu->gpr[i];
	for (i = 0; i < REG_COUNT; i++)
		cpu_push(cpu, in->opsize, regs[i]);
}

static void popa(struct cpu *cpu, const struct insn *in)
{
	uint32_t regs[REG_COUNT], off;
	unsigned int i;

	for (i = 0; i < REG_COUNT; i++) {
		off = stack_off(cpu, i * in->opsize);
		regs[i] = in->opsize == 4 ? mem_ld32(cpu, SEG_SS, off) :
					    mem_ld16(cpu, SEG_SS, off);
	}
	for (i = 0; i < REG_COUNT; i++) {
		if (REG_EDI - i != REG_ESP)
			set_reg_os(cpu, REG_EDI - i, in->opsize, regs[i]);
	}
	stack_adjust(cpu, REG_COUNT * in->opsize);
}

/* frame_ptr() - EBP plus @delta as a stack offset. */
static uint32_t frame_ptr(const struct cpu *cpu, uint32_t delta)
{
	uint32_t off = cpu->gpr[REG_EBP] + delta;

	return cpu->stack32 ? off : off & 0xffff;
}

/* display() - ENTER's @i-th frame pointer of those that EBP leads to. */
static uint32_t display(struct cpu *cpu, uint32_t i, unsigned int size)
{
	uint32_t off = frame_ptr(cpu, -(i * size));

	return size == 4 ? mem_ld32(cpu, SEG_SS, off) :
			   mem_ld16(cpu, SEG_SS, off);
}

/*
 * ENTER (SDM volume 2): push EBP; copy level-1 old frame pointers and push
 * the new one; then the locals. The last word of the new stack must be
 * writable, too.
 */
static void enter(struct cpu *cpu, const struct insn *in)
{
	unsigned int level = in->imm2 & 31, n = level + 1, size = in->opsize;
	uint32_t frame, i;

	frame = stack_off(cpu, -size);
	if (!cpu->stack32)
		frame |= cpu->gpr[REG_ESP] & 0xffff0000;
	for (i = 1; i < level; i++)	/* whatever faults does so here */
		display(cpu, i, size);
	stack_probe(cpu, n, size);
	mem_probe_write(cpu, SEG_SS,
			stack_off(cpu, -(n * size) - (uint16_t)in->imm), size);
	cpu_push(cpu, size, cpu->gpr[REG_EBP]);
	/* One after the other: the old display may lie where we push. */
	for (i = 1; i < level; i++)
		cpu_push(cpu, size, display(cpu, i, size));
	if (level)
		cpu_push(cpu, size, frame);
	stack_adjust(cpu, -(uint32_t)(uint16_t)in->imm);
	set_reg_os(cpu, REG_EBP, size, frame);
}

static void leave(struct cpu *cpu, const struct insn *in)
{
	uint32_t off = frame_ptr(cpu, 0), v;

	v = in->opsize == 4 ? mem_ld32(cpu, SEG_SS, off) :
			      mem_ld16(cpu, SEG_SS, off);
	if (cpu->stack32)
		cpu->gpr[REG_ESP] = cpu->gpr[REG_EBP];
	else
		set_reg16(cpu, REG_ESP, reg16(cpu, REG_EBP));
	stack_adjust(cpu, in->opsize);
	set_reg_os(cpu, REG_EBP, in->opsize, v);
}

insn_fn *int_stack_select(const struct insn *in)
{
	if (in->map != MAP_1BYTE)
		return NULL;
	if ((in->opcode & 0xf8) == 0x50)
		return in->opsize == 4 ? push32_r : push16_r;
	if ((in->opcode & 0xf8) == 0x58)
		return in->opsize == 4 ? pop32_r : pop16_r;
	switch (in->opcode) {
	case 0x60: return pusha;
	case 0x61: return popa;
	case 0x68: case 0x6a: return push_imm;
	case 0x8f: return in->reg == 0 ? pop_e : NULL;
	case 0xc8: return enter;
	case 0xc9: return leave;
	case 0xff: return in->reg == 6 ? push_e : NULL;
	default: return NULL;
	}
}
