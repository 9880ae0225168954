/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_far.c - far JMP and CALL: direct, through call gates, to tasks.
 *
 * Source: SDM volume 2, CALL and JMP; volume 3, sections 5.8 (gates) and 7.3
 * (tasks). Call gates copy up to 31 parameters from the outer stack to the
 * inner one.
 */
#include "vmm/cpu/sys.h"

#define GATE_PARAMS	0x1fu

/* gp() - #GP with a selector. */
static _Noreturn void gp(struct cpu *cpu, uint16_t sel)
{
	cpu_raise(cpu, VEC_GP, sel_code(sel));
}

/* code_direct() - the checks for CS as the operand of a far JMP or CALL. */
static void code_direct(struct cpu *cpu, uint16_t sel, const struct desc *d)
{
	unsigned int dpl = desc_dpl(d);

	if (!desc_is_code(d))
		gp(cpu, sel);
	if (d->hi & DESC_C ? dpl > cpu->cpl :
			     (sel & SEL_RPL) > cpu->cpl || dpl != cpu->cpl)
		gp(cpu, sel);
	if (!desc_present(d))
		cpu_raise(cpu, VEC_NP, sel_code(sel));
}

/* gate_privilege() - gates and TSSs: DPL not below CPL or RPL. */
static void gate_privilege(struct cpu *cpu, uint16_t sel, const struct desc *d)
{
	if (desc_dpl(d) < cpu->cpl || desc_dpl(d) < (sel & SEL_RPL))
		gp(cpu, sel);
}

/* gate_present() - every gate that is not present is #NP. */
static void gate_present(struct cpu *cpu, uint16_t sel, const struct desc *d)
{
	if (!desc_present(d))
		cpu_raise(cpu, VEC_NP, sel_code(sel));
}

/* gate_code() - read and check the code segment a call gate names. */
static void gate_code(struct cpu *cpu, const struct desc *gate,
		      struct desc *code)
{
	uint16_t sel = gate_sel(gate);

	desc_need(cpu, sel, code, VEC_GP, 0);
	if (!desc_is_code(code) || desc_dpl(code) > cpu->cpl)
		gp(cpu, sel);
	if (!desc_present(code))
		cpu_raise(cpu, VEC_NP, sel_code(sel));
}

/* to_task() - switch to the TSS @sel, or to the one a task gate names. */
static void to_task(struct cpu *cpu, uint16_t sel, enum task_why why)
{
	struct task_request rq = {
		.sel = sel, .why = why,
		.eip = cpu->next_eip, .eflags = cpu_eflags(cpu),
	};

	task_find(cpu, &rq);
	task_switch(cpu, &rq);
	eip_check(cpu, &cpu->seg[SEG_CS], cpu->next_eip, 0);
}

/* by_system() - a jump or call by way of @d, which is no segment: @by_gate
 * does it if it is a call gate. */
static void by_system(struct cpu *cpu, uint16_t sel, const struct desc *d,
		      enum task_why why,
		      void (*by_gate)(struct cpu *cpu, uint16_t sel,
				      const struct desc *gate))
{
	gate_privilege(cpu, sel, d);
	switch (desc_type(d)) {
	case SYS_CALL16:
	case SYS_CALL32:
		by_gate(cpu, sel, d);
		break;
	case SYS_TASK_GATE:
		gate_present(cpu, sel, d);
		to_task(cpu, gate_sel(d), why);
		break;
	case SYS_TSS16:
	case SYS_TSS32:
		to_task(cpu, sel, why);
		break;
	default:
		gp(cpu, sel);
	}
}

/* ---- JMP --------------------------------------------------------------- */

/* jmp_code() - enter the code segment @d with the level unchanged. */
static void jmp_code(struct cpu *cpu, uint16_t sel, struct desc *d,
		     uint32_t eip)
{
	struct segment cs;

	eip_check(cpu, &(struct segment){ .limit = desc_limit(d) }, eip, 0);
	desc_set_accessed(cpu, d);
	cs = desc_segment(sel, d);
	cs_set(cpu, &cs, cpu->cpl, eip);
}

static void jmp_gate(struct cpu *cpu, uint16_t sel, const struct desc *gate)
{
	struct desc code;

	gate_present(cpu, sel, gate);
	gate_code(cpu, gate, &code);
	/* A jump can not change the level, not even through a gate. */
	if (!(code.hi & DESC_C) && desc_dpl(&code) != cpu->cpl)
		gp(cpu, gate_sel(gate));
	jmp_code(cpu, gate_sel(gate), &code, gate_eip(gate));
}

/* transfer_real() - the jump itself in real and virtual-8086 mode. */
static void transfer_real(struct cpu *cpu, uint16_t sel, uint32_t eip)
{
	struct segment cs = seg_real(cpu, &cpu->seg[SEG_CS], sel);

	eip_check(cpu, &cs, eip, 0);
	cs_set(cpu, &cs, cpu->cpl, eip);
}

static void jmp_far(struct cpu *cpu, uint16_t sel, uint32_t eip)
{
	struct desc d;

	if (cpu_real_segments(cpu)) {
		transfer_real(cpu, sel, eip);
		return;
	}
	desc_need(cpu, sel, &d, VEC_GP, 0);
	if (desc_is_system(&d)) {
		by_system(cpu, sel, &d, TASK_JMP, jmp_gate);
		return;
	}
	code_direct(cpu, sel, &d);
	jmp_code(cpu, sel, &d, eip);
}

/* ---- CALL -------------------------------------------------------------- */

/* call_code() - push CS and EIP, enter @d at the same level. */
static void call_code(struct cpu *cpu, uint16_t sel, struct desc *d,
		      uint32_t eip, unsigned int width)
{
	uint32_t v[] = { cpu->seg[SEG_CS].sel, cpu->next_eip };
	struct stack st = stack_current(cpu, 0);
	struct segment cs;

	eip_check(cpu, &(struct segment){ .limit = desc_limit(d) }, eip, 0);
	desc_set_accessed(cpu, d);
	stack_push_all(cpu, &st, width, v, 2);
	cpu->gpr[REG_ESP] = st.esp;
	cs = desc_segment(sel, d);
	cs_set(cpu, &cs, cpu->cpl, eip);
}

/* call_inner() - through @gate to a more privileged level. */
static void call_inner(struct cpu *cpu, const struct desc *gate,
		       struct desc *code)
{
	unsigned int level = desc_dpl(code), width = gate_wide(gate) ? 4 : 2;
	unsigned int i, params = gate->hi & GATE_PARAMS, n = 0;
	struct stack st = stack_inner(cpu, level, 0);
	struct segment cs;
	uint32_t v[4 + GATE_PARAMS];

	eip_check(cpu, &(struct segment){ .limit = desc_limit(code) },
		  gate_eip(gate), 0);
	v[n++] = cpu->seg[SEG_SS].sel;
	v[n++] = cpu->gpr[REG_ESP];
	for (i = params; i > 0; i--)
		v[n++] = stack_read(cpu, width, (i - 1) * width);
	v[n++] = cpu->seg[SEG_CS].sel;
	v[n++] = cpu->next_eip;
	desc_set_accessed(cpu, code);
	stack_push_all(cpu, &st, width, v, n);
	cpu->seg[SEG_SS] = st.ss;
	cpu->gpr[REG_ESP] = st.esp;
	cs = desc_segment(gate_sel(gate), code);
	cs_set(cpu, &cs, level, gate_eip(gate));
}

static void call_gate(struct cpu *cpu, uint16_t sel, const struct desc *gate)
{
	struct desc code;

	gate_present(cpu, sel, gate);
	gate_code(cpu, gate, &code);
	if (!(code.hi & DESC_C) && desc_dpl(&code) < cpu->cpl)
		call_inner(cpu, gate, &code);
	else
		call_code(cpu, gate_sel(gate), &code, gate_eip(gate),
			  gate_wide(gate) ? 4 : 2);
}

static void call_real(struct cpu *cpu, uint16_t sel, uint32_t eip,
		      unsigned int width)
{
	uint32_t v[] = { cpu->seg[SEG_CS].sel, cpu->next_eip };
	struct stack st = stack_current(cpu, 0);

	eip_check(cpu, &cpu->seg[SEG_CS], eip, 0);
	stack_push_all(cpu, &st, width, v, 2);
	cpu->gpr[REG_ESP] = st.esp;
	transfer_real(cpu, sel, eip);
}

static void call_far(struct cpu *cpu, uint16_t sel, uint32_t eip,
		     unsigned int width)
{
	struct desc d;

	if (cpu_real_segments(cpu)) {
		call_real(cpu, sel, eip, width);
		return;
	}
	desc_need(cpu, sel, &d, VEC_GP, 0);
	if (desc_is_system(&d)) {
		by_system(cpu, sel, &d, TASK_CALL, call_gate);
		return;
	}
	code_direct(cpu, sel, &d);
	call_code(cpu, sel, &d, eip, width);
}

/* ---- the instructions -------------------------------------------------- */

/* far_operand() - read the offset and selector of an indirect transfer. */
static uint32_t far_operand(struct cpu *cpu, const struct insn *in,
			    uint16_t *sel)
{
	uint32_t ea = insn_ea(cpu, in), off;

	off = in->opsize == 4 ? mem_read32(cpu, in->seg, ea) :
				mem_read16(cpu, in->seg, ea);
	*sel = mem_read16(cpu, in->seg, ea + in->opsize);
	return off;
}

/* far_imm() - the offset in the instruction: 2 or 4 bytes. */
static uint32_t far_imm(const struct insn *in)
{
	return in->opsize == 4 ? in->imm : in->imm & 0xffff;
}

/* EA */
void sys_jmp_ptr(struct cpu *cpu, const struct insn *in)
{
	jmp_far(cpu, in->imm2, far_imm(in));
}

/* FF /5 */
void sys_jmp_mem(struct cpu *cpu, const struct insn *in)
{
	uint16_t sel;
	uint32_t off = far_operand(cpu, in, &sel);

	jmp_far(cpu, sel, off);
}

/* 9A */
void sys_call_ptr(struct cpu *cpu, const struct insn *in)
{
	call_far(cpu, in->imm2, far_imm(in), in->opsize);
}

/* FF /3 */
void sys_call_mem(struct cpu *cpu, const struct insn *in)
{
	uint16_t sel;
	uint32_t off = far_operand(cpu, in, &sel);

	call_far(cpu, sel, off, in->opsize);
}
