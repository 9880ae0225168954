/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_x87_ops.c - the x87 instructions that compute, and which handler each
 * of D8-DF has. Source: Intel SDM volume 1 chapter 8, volume 2 appendix A.
 */
#include "vmm/cpu/fpu_state.h"

#include "base/bytes.h"
#include "base/check.h"

static x87_stub *stub_at(const char *table, unsigned int n)
{
	return (x87_stub *)(uintptr_t)(table + n * 4);
}

uint16_t x87_opcode(const struct insn *in)
{
	return (uint16_t)((in->opcode & 7) << 8 | in->modrm);
}

/* point() - the instruction pointer and opcode, for error handlers. */
static inline void point(struct cpu *cpu, const struct insn *in, uint32_t eip)
{
	struct cpu_fpu *f = cpu->fpu;

	f->fip = eip;
	f->fcs = cpu->seg[SEG_CS].sel;
	f->fop = x87_opcode(in);
}

static inline void point_mem(struct cpu *cpu, const struct insn *in,
			     uint32_t ea)
{
	cpu->fpu->fdp = ea;
	cpu->fpu->fds = cpu->seg[in->seg].sel;
}

/* x87_note() - @in is the instruction under way. */
static inline void x87_note(struct cpu *cpu, const struct insn *in)
{
	point(cpu, in, cpu->eip);
}

static inline void x87_note_mem(struct cpu *cpu, const struct insn *in,
				uint32_t ea)
{
	x87_note(cpu, in);
	point_mem(cpu, in, ea);
}

/* x87_done() - an instruction ran: is an error pending now? */
static inline void x87_done(struct cpu *cpu)
{
	if (cpu->fpu->unmasked)
		fpu_settle(cpu);
}

static void run_mem(struct cpu *cpu, const struct insn *in, uint32_t ea,
		    void *operand)
{
	stub_at(fpu_x87_mem, (in->opcode & 7u) * 8 + in->reg)(operand);
	x87_note_mem(cpu, in, ea);
	x87_done(cpu);
}

static void x87_load2(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea;
	uint16_t v;

	if (!x87_begin(cpu))
		return;
	ea = insn_ea(cpu, in);
	v = mem_read16(cpu, in->seg, ea);
	run_mem(cpu, in, ea, &v);
}

static void x87_load4(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea, v;

	if (!x87_begin(cpu))
		return;
	ea = insn_ea(cpu, in);
	v = mem_read32(cpu, in->seg, ea);
	run_mem(cpu, in, ea, &v);
}

static void x87_load8(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea;
	uint64_t v;

	if (!x87_begin(cpu))
		return;
	ea = insn_ea(cpu, in);
	v = mem_read64(cpu, in->seg, ea);
	run_mem(cpu, in, ea, &v);
}

static void x87_load10(struct cpu *cpu, const struct insn *in)
{
	uint8_t v[10];
	uint32_t ea;

	if (!x87_begin(cpu))
		return;
	ea = insn_ea(cpu, in);
	mem_align(cpu, in->seg, ea, sizeof(v), 8, false);
	mem_read(cpu, in->seg, ea, v, sizeof(v));
	run_mem(cpu, in, ea, v);
}

/*
 * was_stored() - did the store just run reach memory?
 *
 * An unmasked error other than precision suppresses it. No unmasked flag was
 * set before, or the instruction would have been #MF.
 */
static bool was_stored(const struct cpu_fpu *f)
{
	uint16_t sw;

	if (!f->unmasked)
		return true;
	asm volatile("fnstsw %0" : "=m"(sw));
	return !(sw & f->unmasked & ~X87_PE);
}

/* store() - @size bytes; the probe comes first, so that a fault leaves the
 * register stack unpopped. */
static void store(struct cpu *cpu, const struct insn *in, uint32_t size)
{
	uint8_t v[16];
	uint32_t ea;

	if (!x87_begin(cpu))
		return;
	ea = insn_ea(cpu, in);
	if (size == 10)
		mem_align(cpu, in->seg, ea, size, 8, true);
	mem_probe_write(cpu, in->seg, ea, size);
	stub_at(fpu_x87_mem, (in->opcode & 7u) * 8 + in->reg)(v);
	if (was_stored(cpu->fpu)) {
		if (size == 4)
			mem_write32(cpu, in->seg, ea, get_le32(v));
		else if (size == 8)
			mem_write64(cpu, in->seg, ea, get_le64(v));
		else
			mem_write(cpu, in->seg, ea, v, size);
	}
	x87_note_mem(cpu, in, ea);
	x87_done(cpu);
}

static void x87_store2(struct cpu *cpu, const struct insn *in)
{
	store(cpu, in, 2);
}

static void x87_store4(struct cpu *cpu, const struct insn *in)
{
	store(cpu, in, 4);
}

static void x87_store8(struct cpu *cpu, const struct insn *in)
{
	store(cpu, in, 8);
}

static void x87_store10(struct cpu *cpu, const struct insn *in)
{
	store(cpu, in, 10);
}

static void x87_reg(struct cpu *cpu, const struct insn *in)
{
	if (!x87_begin(cpu))
		return;
	stub_at(fpu_x87_reg, (in->opcode & 7u) * 64 + (in->modrm & 63))(NULL);
	x87_note(cpu, in);
	x87_done(cpu);
}

/* FCMOVcc reads the flags, FCOMI and its like write them. */
static void x87_flags(struct cpu *cpu, const struct insn *in)
{
	if (!x87_begin(cpu))
		return;
	cpu->aflags = fpu_x87_with_flags(cpu->aflags,
					 stub_at(fpu_x87_reg,
						 (in->opcode & 7u) * 64 +
							 (in->modrm & 63))) &
		      FL_ARITH;
	x87_note(cpu, in);
	x87_done(cpu);
}

static void x87_fnop(struct cpu *cpu, const struct insn *in)
{
	if (x87_begin(cpu))
		x87_note(cpu, in);
}

/* FNENI, FNDISI, FNSETPM: they meant something to an 8087 or a 287. */
static void x87_old(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	x87_begin_nowait(cpu);
}

void x87_wait(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	if ((cpu->cr0 & (CR0_MP | CR0_TS)) == (CR0_MP | CR0_TS))
		cpu_raise(cpu, VEC_NM, 0);
	if (cpu->fpu->pending)
		fpu_error(cpu);
}

/* table: opcode D8-DF, then ModRM.reg. DB /1, DD /1, DF /1: FISTTP. */
static insn_fn *const mem_forms[8][8] = {
	{ x87_load4, x87_load4, x87_load4, x87_load4,
	  x87_load4, x87_load4, x87_load4, x87_load4 },
	{ x87_load4, NULL, x87_store4, x87_store4,
	  x87_fldenv, x87_fldcw, x87_fnstenv, x87_fnstcw },
	{ x87_load4, x87_load4, x87_load4, x87_load4,
	  x87_load4, x87_load4, x87_load4, x87_load4 },
	{ x87_load4, x87_store4, x87_store4, x87_store4,
	  NULL, x87_load10, NULL, x87_store10 },
	{ x87_load8, x87_load8, x87_load8, x87_load8,
	  x87_load8, x87_load8, x87_load8, x87_load8 },
	{ x87_load8, x87_store8, x87_store8, x87_store8,
	  x87_frstor, NULL, x87_fnsave, x87_fnstsw },
	{ x87_load2, x87_load2, x87_load2, x87_load2,
	  x87_load2, x87_load2, x87_load2, x87_load2 },
	{ x87_load2, x87_store2, x87_store2, x87_store2,
	  x87_load10, x87_load8, x87_store10, x87_store8 },
};

/* Eight register forms share ModRM.reg; these are the plain ones. */
#define ALL	0xffu

/* table: bit n of [k][r] is set if D8+k C0+8r+n is x87_reg(). */
static const uint8_t plain[8][8] = {
	{ ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL },
	{ ALL, ALL, 0, ALL, 0x33, 0x7f, ALL, ALL },
	{ 0, 0, 0, 0, 0, 0x02, 0, 0 },
	{ 0, 0, 0, 0, 0, 0, 0, 0 },
	{ ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL },
	{ ALL, ALL, ALL, ALL, ALL, ALL, 0, 0 },
	{ ALL, ALL, ALL, 0x02, ALL, ALL, ALL, ALL },
	{ ALL, ALL, ALL, ALL, 0, 0, 0, 0 },
};

/* table: the same for x87_flags(). */
static const uint8_t flags[8][8] = {
	[2] = { ALL, ALL, ALL, ALL, 0, 0, 0, 0 },
	[3] = { ALL, ALL, ALL, ALL, 0, ALL, ALL, 0 },
	[7] = { 0, 0, 0, 0, 0, ALL, ALL, 0 },
};

insn_fn *x87_select(const struct insn *in)
{
	unsigned int k = in->opcode & 7;

	if (insn_is_mem(in))
		return mem_forms[k][in->reg];
	if (plain[k][in->reg] >> in->rm & 1)
		return x87_reg;
	if (flags[k][in->reg] >> in->rm & 1)
		return x87_flags;
	switch (in->opcode << 8 | in->modrm) {
	case 0xd9d0: return x87_fnop;
	case 0xdbe0: case 0xdbe1: case 0xdbe4: return x87_old;
	case 0xdbe2: return x87_fnclex;
	case 0xdbe3: return x87_fninit;
	case 0xdfe0: return x87_fnstsw_ax;
	default: return NULL;
	}
}

/* Control instructions keep the pointers (SDM volume 1, 8.1.8); FNOP is not
 * among them. */
enum x87_effect x87_effect(const struct insn *in)
{
	static insn_fn *const control[] = {
		x87_fldenv, x87_fnstenv, x87_frstor, x87_fldcw, x87_fnstcw,
		x87_fnstsw, x87_fnstsw_ax, x87_fnclex, x87_old,
	};
	insn_fn *fn = x87_select(in);
	unsigned int i;

	if (!fn)
		return X87_KEEPS;
	if (fn == x87_fninit || fn == x87_fnsave)
		return X87_CLEARS;
	for (i = 0; i < ARRAY_SIZE(control); i++)
		if (fn == control[i])
			return X87_KEEPS;
	return X87_POINTS;
}

void x87_repoint(struct cpu *cpu, const struct insn *in, uint32_t eip)
{
	enum x87_effect effect = x87_effect(in);

	if (effect == X87_CLEARS)
		x87_clear_pointers(cpu);
	if (effect != X87_POINTS)
		return;
	point(cpu, in, eip);
	if (insn_is_mem(in))
		point_mem(cpu, in, insn_ea(cpu, in));
}
