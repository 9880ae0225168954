/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_int.c - through the IDT: interrupts, exceptions, INT n.
 *
 * Source: SDM volume 3, chapter 6; volume 2, INT n. Hardware events carry
 * EXT in the error codes of what goes wrong on the way; software interrupts
 * (not INT1) do not, and are the only ones whose gate's DPL counts.
 */
#include "vmm/cpu/sys.h"

/* One event on its way. */
struct delivery {
	uint8_t vector;
	enum event_kind kind;
	bool has_code;
	uint32_t code;
	uint32_t ext;
	uint32_t eip, eflags;	/* as the handler finds them on its stack */
};

/* deliver_real() - SDM volume 3, section 20.1.4: a table of far pointers. */
static void deliver_real(struct cpu *cpu, const struct delivery *ev)
{
	uint32_t off = ev->vector * 4u;
	uint32_t v[] = { ev->eflags, cpu->seg[SEG_CS].sel, ev->eip };
	struct stack st = stack_current(cpu, ev->ext);
	struct segment cs;
	uint32_t far;

	if (off + 3 > cpu->idtr.limit)
		cpu_raise(cpu, VEC_GP, IDT_CODE(ev->vector) | ev->ext);
	far = lin_read32(cpu, cpu->idtr.base + off, PRIV_SYSTEM);
	cs = seg_real(cpu, &cpu->seg[SEG_CS], (uint16_t)(far >> 16));
	eip_check(cpu, &cs, far & 0xffff, ev->ext);
	stack_push_all(cpu, &st, 2, v, 3);
	cpu->gpr[REG_ESP] = st.esp;
	cpu->eflags &= ~(FL_IF | FL_TF | FL_AC | FL_RF);
	cs_set(cpu, &cs, 0, far & 0xffff);
}

/* gate_read() - the IDT's entry, with the checks on the gate itself. */
static void gate_read(struct cpu *cpu, const struct delivery *ev,
		      struct desc *gate)
{
	uint32_t off = ev->vector * 8u;
	uint32_t code = IDT_CODE(ev->vector) | ev->ext;

	if (off + 7 > cpu->idtr.limit)
		cpu_raise(cpu, VEC_GP, code);
	gate->at = cpu->idtr.base + off;
	gate->lo = lin_read32(cpu, gate->at, PRIV_SYSTEM);
	gate->hi = lin_read32(cpu, gate->at + 4, PRIV_SYSTEM);
	if (!desc_is_system(gate))
		cpu_raise(cpu, VEC_GP, code);
	switch (desc_type(gate)) {
	case SYS_TASK_GATE:
	case SYS_INT16:
	case SYS_TRAP16:
	case SYS_INT32:
	case SYS_TRAP32:
		break;
	default:
		cpu_raise(cpu, VEC_GP, code);
	}
	if (ev->kind == EVENT_SOFT && desc_dpl(gate) < cpu->cpl)
		cpu_raise(cpu, VEC_GP, code);
	if (!desc_present(gate))
		cpu_raise(cpu, VEC_NP, code);
}

/* handler_code() - read and check the handler's code segment.
 * Return: the level that the handler runs at. */
static unsigned int handler_code(struct cpu *cpu, const struct delivery *ev,
				 uint16_t sel, struct desc *code)
{
	unsigned int level;

	desc_need(cpu, sel, code, VEC_GP, ev->ext);
	level = desc_dpl(code);
	if (!desc_is_code(code) || level > cpu->cpl)
		cpu_raise(cpu, VEC_GP, sel_code(sel) | ev->ext);
	if (!desc_present(code))
		cpu_raise(cpu, VEC_NP, sel_code(sel) | ev->ext);
	if (code->hi & DESC_C)
		level = cpu->cpl;
	/* Out of virtual-8086 mode there is only the way to level 0. */
	if (cpu_v86(cpu) && level != 0)
		cpu_raise(cpu, VEC_GP, sel_code(sel) | ev->ext);
	return level;
}

/* handler_frame() - what goes on the handler's stack. Return: how many. */
static unsigned int handler_frame(const struct cpu *cpu,
				  const struct delivery *ev, bool inner,
				  uint32_t v[10])
{
	unsigned int n = 0;

	if (cpu_v86(cpu)) {
		v[n++] = cpu->seg[SEG_GS].sel;
		v[n++] = cpu->seg[SEG_FS].sel;
		v[n++] = cpu->seg[SEG_DS].sel;
		v[n++] = cpu->seg[SEG_ES].sel;
	}
	if (inner) {
		v[n++] = cpu->seg[SEG_SS].sel;
		v[n++] = cpu->gpr[REG_ESP];
	}
	v[n++] = ev->eflags;
	v[n++] = cpu->seg[SEG_CS].sel;
	v[n++] = ev->eip;
	if (ev->has_code)
		v[n++] = ev->code;
	return n;
}

/* leave_v86() - the data segments mean nothing to a protected handler. */
static void leave_v86(struct cpu *cpu)
{
	cpu->eflags &= ~FL_VM;
	cpu->seg[SEG_ES] = (struct segment){ 0 };
	cpu->seg[SEG_DS] = (struct segment){ 0 };
	cpu->seg[SEG_FS] = (struct segment){ 0 };
	cpu->seg[SEG_GS] = (struct segment){ 0 };
}

/* deliver_gate() - through an interrupt or trap gate. */
static void deliver_gate(struct cpu *cpu, const struct delivery *ev,
			 const struct desc *gate)
{
	uint16_t sel = gate_sel(gate);
	uint32_t v[10], eip = gate_eip(gate), clear;
	struct desc code;
	unsigned int level = handler_code(cpu, ev, sel, &code), n;
	bool inner = level < cpu->cpl;
	struct stack st;
	struct segment cs;

	st = inner ? stack_inner(cpu, level, ev->ext) :
		     stack_current(cpu, ev->ext);
	eip_check(cpu, &(struct segment){ .limit = desc_limit(&code) }, eip,
		  ev->ext);
	desc_set_accessed(cpu, &code);
	n = handler_frame(cpu, ev, inner, v);
	stack_push_all(cpu, &st, gate_wide(gate) ? 4 : 2, v, n);

	if (cpu_v86(cpu))
		leave_v86(cpu);
	clear = FL_TF | FL_NT | FL_RF;
	if (desc_type(gate) == SYS_INT16 || desc_type(gate) == SYS_INT32)
		clear |= FL_IF;
	cpu->eflags &= ~clear;
	if (inner)
		cpu->seg[SEG_SS] = st.ss;
	cpu->gpr[REG_ESP] = st.esp;
	cs = desc_segment(sel, &code);
	cs_set(cpu, &cs, level, eip);
}

/* deliver_task() - through a task gate: the handler is a task. */
static void deliver_task(struct cpu *cpu, const struct delivery *ev,
			 const struct desc *gate)
{
	struct task_request rq = {
		.sel = gate_sel(gate), .why = TASK_INT, .ext = ev->ext,
		.eip = ev->eip, .eflags = ev->eflags,
	};
	struct stack st;

	task_find(cpu, &rq);
	task_switch(cpu, &rq);
	if (ev->has_code) {
		st = stack_current(cpu, ev->ext);
		stack_push_all(cpu, &st, desc_type(&rq.tss) & SYS_WIDE ? 4 : 2,
			       &ev->code, 1);
		cpu->gpr[REG_ESP] = st.esp;
	}
	eip_check(cpu, &cpu->seg[SEG_CS], cpu->next_eip, ev->ext);
}

static void deliver_protected(struct cpu *cpu, const struct delivery *ev)
{
	struct desc gate;

	gate_read(cpu, ev, &gate);
	if (desc_type(&gate) == SYS_TASK_GATE)
		deliver_task(cpu, ev, &gate);
	else
		deliver_gate(cpu, ev, &gate);
}

/*
 * event_eflags() - the EFLAGS image for the handler's stack
 *
 * A fault's image has RF set, so that its instruction can be tried again
 * without meeting its own breakpoint; only the #DB of an instruction
 * breakpoint leaves it as it was (SDM volume 3, section 17.3.1.1).
 */
static uint32_t event_eflags(const struct cpu *cpu, uint8_t vector,
			     enum event_kind kind)
{
	bool fault = kind == EVENT_FAULT && vector != VEC_DB;

	return cpu_eflags(cpu) | (fault ? FL_RF : 0);
}

void cpu_deliver(struct cpu *cpu, uint8_t vector, enum event_kind kind,
		 bool has_code, uint32_t code)
{
	bool after = kind == EVENT_SOFT || kind == EVENT_ICEBP;
	struct delivery ev = {
		.vector = vector, .kind = kind,
		.has_code = has_code, .code = code,
		.ext = kind == EVENT_SOFT ? 0 : EXT,
		.eip = after ? cpu->next_eip : cpu->eip,
		.eflags = event_eflags(cpu, vector, kind),
	};

	if (vector == VEC_DB && kind != EVENT_SOFT) {
		/* DR6 says why before the handler can look; the handler
		 * itself may use the debug registers: GD goes. */
		cpu->dr[6] |= cpu->pending_db;
		cpu->dr[7] &= ~DR7_GD;
		cpu->pending_db = 0;
	}
	if (cpu_protected(cpu))
		deliver_protected(cpu, &ev);
	else
		deliver_real(cpu, &ev);
	if (vector == VEC_NMI && kind == EVENT_INTR)
		cpu->nmi_masked = true;
	cpu->halted = false;
	cpu->shadow = 0;
	if (!after)
		cpu->eip = cpu->next_eip;
}

/* ---- the instructions -------------------------------------------------- */

/* CD */
void sys_int_n(struct cpu *cpu, const struct insn *in)
{
	if (cpu_v86(cpu) && cpu_iopl(cpu) < 3)
		cpu_raise(cpu, VEC_GP, 0);
	cpu_deliver(cpu, (uint8_t)in->imm, EVENT_SOFT, false, 0);
}

/* CC */
void sys_int3(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu_deliver(cpu, VEC_BP, EVENT_SOFT, false, 0);
}

/* CE */
void sys_into(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	if (cpu->aflags & FL_OF)
		cpu_deliver(cpu, VEC_OF, EVENT_SOFT, false, 0);
}

/* F1 */
void sys_icebp(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu_deliver(cpu, VEC_DB, EVENT_ICEBP, false, 0);
}
