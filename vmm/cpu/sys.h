/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys.h - what the sys_*.c files share: descriptors, stacks, task switches.
 * Private to that family.
 *
 * Source: Intel SDM volume 3, chapters 3 (descriptors), 5 (protection), 6
 * (interrupts), 7 (tasks); volume 2 for each instruction.
 *
 * Always true in this family:
 * 1. Whatever can fault comes first, then the commit: descriptors are read
 *    and checked, stacks and TSSs probed, and only then memory and registers
 *    change. An accessed bit may be set early: processors do that as well.
 * 2. An error code is (selector & ~3) | ext, where ext is 1 if the event came
 *    from outside the program (SDM volume 3, section 6.13).
 * 3. Descriptor tables and TSSs are read and written as the system
 *    (PRIV_SYSTEM), whatever the privilege level is.
 */
#ifndef VMM_CPU_SYS_H
#define VMM_CPU_SYS_H

#include "vmm/cpu/cpu.h"
#include "vmm/cpu/insn.h"

/* System segment and gate types (volume 3, table 3-2). */
enum sys_type {
	SYS_TSS16 = 1, SYS_LDT = 2, SYS_TSS16_BUSY = 3, SYS_CALL16 = 4,
	SYS_TASK_GATE = 5, SYS_INT16 = 6, SYS_TRAP16 = 7, SYS_TSS32 = 9,
	SYS_TSS32_BUSY = 11, SYS_CALL32 = 12, SYS_INT32 = 14, SYS_TRAP32 = 15,
};

#define SYS_BUSY	2u	/* type bit of a TSS: busy */
#define SYS_WIDE	8u	/* type bit of a TSS or gate: 32-bit */
#define SEL_RPL		3u
#define SEL_LDT		4u	/* the table indicator */
#define EXT		1u	/* error code bit: an external event */
#define IDT_CODE(vector) ((uint32_t)(vector) * 8 + 2)

#define DR6_BD	0x2000u
#define DR6_BS	0x4000u
#define DR6_BT	0x8000u
#define DR7_GD	0x2000u
#define DR7_LOCAL 0x0155u	/* L0-L3 and LE */

/* A descriptor as it lies in its table, and where it lies. */
struct desc {
	laddr at;
	uint32_t lo, hi;
};

static inline uint32_t desc_base(const struct desc *d)
{
	return d->lo >> 16 | (d->hi & 0xff) << 16 | (d->hi & 0xff000000u);
}

static inline uint32_t desc_limit(const struct desc *d)
{
	uint32_t limit = (d->lo & 0xffff) | (d->hi & 0xf0000);

	return d->hi & DESC_G ? limit << 12 | 0xfff : limit;
}

static inline unsigned int desc_dpl(const struct desc *d)
{
	return (d->hi & DESC_DPL) >> DESC_DPL_SHIFT;
}

/* desc_type() - enum sys_type, if it is a system descriptor. */
static inline unsigned int desc_type(const struct desc *d)
{
	return (d->hi & DESC_TYPE) >> 8;
}

static inline bool desc_is_code(const struct desc *d)
{
	return (d->hi & (DESC_S | DESC_CODE)) == (DESC_S | DESC_CODE);
}

static inline bool desc_is_system(const struct desc *d)
{
	return !(d->hi & DESC_S);
}

static inline bool desc_present(const struct desc *d)
{
	return d->hi & DESC_P;
}

static inline uint16_t gate_sel(const struct desc *d)
{
	return (uint16_t)(d->lo >> 16);
}

static inline bool gate_wide(const struct desc *d)
{
	return desc_type(d) & SYS_WIDE;
}

/* gate_eip() - a 16-bit gate has a 16-bit offset. */
static inline uint32_t gate_eip(const struct desc *d)
{
	uint32_t low = d->lo & 0xffff;

	return gate_wide(d) ? low | (d->hi & 0xffff0000u) : low;
}

static inline bool sel_null(uint16_t sel)
{
	return !(sel & ~SEL_RPL);
}

static inline uint32_t sel_code(uint16_t sel)
{
	return sel & ~SEL_RPL;
}

/* ---- sys_desc.c -------------------------------------------------------- */

/* desc_fetch() - read a descriptor. Return: false if outside its table. */
bool desc_fetch(struct cpu *cpu, uint16_t sel, struct desc *d);

/* desc_need() - read a descriptor that must be there: a null selector raises
 * @vector(@ext), one outside its table @vector(@sel | @ext). */
void desc_need(struct cpu *cpu, uint16_t sel, struct desc *d, uint8_t vector,
	       uint32_t ext);

void desc_set_accessed(struct cpu *cpu, struct desc *d);

/* desc_set_busy() - set or clear a TSS descriptor's busy bit in the GDT. */
void desc_set_busy(struct cpu *cpu, const struct desc *d, bool busy);

/* desc_segment() - the segment register that a descriptor makes. */
struct segment desc_segment(uint16_t sel, const struct desc *d);

/**
 * sreg_resolve() - all checks of a load into SS, DS, ES, FS or GS
 * @seg: enum seg but SEG_CS
 * @cpl: the privilege level to check against
 * @vector: VEC_GP, or VEC_TS when the selector came from a TSS
 * @ext: 0 or EXT
 *
 * Sets the accessed bit. A null selector for a data segment gives an unusable
 * segment.
 *
 * Return: what to put into the segment register.
 */
struct segment sreg_resolve(struct cpu *cpu, unsigned int seg, uint16_t sel,
			    unsigned int cpl, uint8_t vector, uint32_t ext);

/* seg_real() - what a real-mode or virtual-8086 load of @sel makes of @old. */
struct segment seg_real(const struct cpu *cpu, const struct segment *old,
			uint16_t sel);

/* require_cpl0() - #GP(0) unless the privilege level is 0. */
void require_cpl0(struct cpu *cpu);

/* eip_check() - #GP(@ext) if @eip is outside @cs. */
void eip_check(struct cpu *cpu, const struct segment *cs, uint32_t eip,
	       uint32_t ext);

/* cs_set() - commit a far transfer: CS, the privilege level, EIP. The
 * caller has set SS, if it changes as well. */
void cs_set(struct cpu *cpu, const struct segment *cs, unsigned int cpl,
	    uint32_t eip);

/* ---- sys_stack.c ------------------------------------------------------- */

/* A stack to push on: the current one, or that of an inner level. */
struct stack {
	struct segment ss;
	uint32_t esp;
	enum priv priv;
	uint32_t code;	/* what an #SS carries */
};

struct stack stack_current(const struct cpu *cpu, uint32_t ext);

/* stack_inner() - the stack that the TSS has for @level; raises #TS, #SS. */
struct stack stack_inner(struct cpu *cpu, unsigned int level, uint32_t ext);

/**
 * stack_push_all() - push values, all or none
 * @st: the stack; its esp moves
 * @width: 2 or 4 bytes each
 * @v: values, the first is pushed first
 * @n: how many
 *
 * Raises what a push would raise, before anything is written.
 */
void stack_push_all(struct cpu *cpu, struct stack *st, unsigned int width,
		    const uint32_t *v, unsigned int n);

/* stack_read() - @width bytes, @byte_off above the top of the stack. */
uint32_t stack_read(struct cpu *cpu, unsigned int width, uint32_t byte_off);

/* ---- sys_task.c -------------------------------------------------------- */

enum task_why { TASK_JMP, TASK_CALL, TASK_INT, TASK_IRET };

struct task_request {
	uint16_t sel;		/* of the new TSS */
	struct desc tss;	/* its descriptor, checked by task_find() */
	enum task_why why;
	uint32_t ext;		/* for the error codes */
	uint32_t eip, eflags;	/* what the old task goes on with */
};

/* task_find() - read and check the descriptor of rq->sel, by rq->why. */
void task_find(struct cpu *cpu, struct task_request *rq);
/* task_switch() - leave the current task for rq's. */
void task_switch(struct cpu *cpu, const struct task_request *rq);

/* ---- sys_debug.c ------------------------------------------------------- */

/* debug_port() - a port was accessed: breakpoints on ports (CR4.DE). */
void debug_port(struct cpu *cpu, uint16_t port, unsigned int width);

/* ---- the instructions, by file ----------------------------------------- */

insn_fn sys_mov_to_sreg, sys_mov_from_sreg, sys_push_sreg, sys_pop_sreg,
	sys_load_far_pointer;					/* sys_seg.c */
insn_fn sys_group6, sys_lar, sys_lsl, sys_arpl;			/* sys_prot.c */
insn_fn sys_jmp_ptr, sys_jmp_mem, sys_call_ptr, sys_call_mem; /* sys_far.c */
insn_fn sys_retf, sys_iret;					/* sys_ret.c */
insn_fn sys_int_n, sys_int3, sys_into, sys_icebp;		/* sys_int.c */
insn_fn sys_pushf, sys_popf, sys_cli, sys_sti, sys_hlt; /* sys_flags.c */
insn_fn sys_in, sys_out, sys_ins, sys_outs;			/* sys_io.c */
insn_fn sys_group7, sys_mov_from_cr, sys_mov_to_cr, sys_clts,
	sys_wbinvd;						/* sys_ctl.c */
insn_fn sys_mov_from_dr, sys_mov_to_dr; /* sys_debug.c */
insn_fn sys_rdmsr, sys_wrmsr, sys_rdtsc, sys_rdpmc, sys_cpuid, sys_sysenter,
	sys_sysexit; /* sys_msr.c */

#endif
