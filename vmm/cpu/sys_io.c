/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_io.c - IN, OUT, INS, OUTS.
 *
 * A port access has side effects that can not be taken back: whatever can
 * fault (permission, the memory that INS writes) is asked first.
 *
 * Source: SDM volume 1, chapter 19 (the I/O permission bit map).
 */
#include <stdatomic.h>

#include "vmm/cpu/sys.h"

#define TSS_IO_BASE	102u	/* where a 32-bit TSS has the map's offset */
#define REP_CHUNK	1024u	/* iterations before the run loop is asked */

/* bitmap_allows() - all bits of the access are 0 in the map. Two bytes are
 * read always, so the map ends with one byte of ones. */
static bool bitmap_allows(struct cpu *cpu, uint16_t port, unsigned int width)
{
	const struct segment *tr = &cpu->tr;
	uint32_t type = (tr->attr & DESC_TYPE) >> 8, off, bits;

	if (!(tr->attr & DESC_P) || !(type & SYS_WIDE) ||
	    tr->limit < TSS_IO_BASE + 1)
		return false;
	off = lin_read16(cpu, tr->base + TSS_IO_BASE, PRIV_SYSTEM);
	off += port / 8;
	if (off + 1 > tr->limit)
		return false;
	bits = lin_read16(cpu, tr->base + off, PRIV_SYSTEM) >> (port & 7);
	return !(bits & ((1u << width) - 1));
}

/* io_check() - IOPL and the TSS's I/O bitmap; raises #GP(0). */
static void io_check(struct cpu *cpu, uint16_t port, unsigned int width)
{
	if (!cpu_protected(cpu))
		return;
	if (cpu->cpl <= cpu_iopl(cpu) && !cpu_v86(cpu))
		return;
	if (!bitmap_allows(cpu, port, width))
		cpu_raise(cpu, VEC_GP, 0);
}

/* io_width() - the even opcodes move a byte. */
static unsigned int io_width(const struct insn *in)
{
	return in->opcode & 1 ? in->opsize : 1;
}

/* io_port() - E4-E7 have it in the instruction, the others in DX. */
static uint16_t io_port(const struct cpu *cpu, const struct insn *in)
{
	return in->opcode < 0xe8 && in->opcode >= 0xe4 ?
		       (uint16_t)(in->imm & 0xff) :
		       reg16(cpu, REG_EDX);
}

static uint32_t port_in(struct cpu *cpu, uint16_t port, unsigned int width)
{
	uint32_t v = cpu->pins.port_read(cpu->pins.board, port, width);

	debug_port(cpu, port, width);
	return v;
}

static void port_out(struct cpu *cpu, uint16_t port, unsigned int width,
		     uint32_t v)
{
	cpu->pins.port_write(cpu->pins.board, port, width, v);
	debug_port(cpu, port, width);
}

/* E4, E5, EC, ED */
void sys_in(struct cpu *cpu, const struct insn *in)
{
	unsigned int width = io_width(in);
	uint16_t port = io_port(cpu, in);
	uint32_t v;

	io_check(cpu, port, width);
	v = port_in(cpu, port, width);
	if (width == 1)
		set_reg8(cpu, REG_EAX, (uint8_t)v);
	else
		set_reg_os(cpu, REG_EAX, width, v);
}

/* E6, E7, EE, EF */
void sys_out(struct cpu *cpu, const struct insn *in)
{
	unsigned int width = io_width(in);
	uint16_t port = io_port(cpu, in);
	uint32_t v = cpu->gpr[REG_EAX];

	io_check(cpu, port, width);
	if (width < 4)
		v &= (1u << 8 * width) - 1;
	port_out(cpu, port, width, v);
}

/* ---- strings ----------------------------------------------------------- */

/* index_read() - ESI, EDI, ECX by the address size. */
static uint32_t index_read(const struct cpu *cpu, const struct insn *in,
			   unsigned int reg)
{
	return in->adsize == 4 ? cpu->gpr[reg] : cpu->gpr[reg] & 0xffff;
}

static void index_add(struct cpu *cpu, const struct insn *in, unsigned int reg,
		      uint32_t delta)
{
	set_reg_os(cpu, reg, in->adsize, cpu->gpr[reg] + delta);
}

static void ins_once(struct cpu *cpu, const struct insn *in, unsigned int width)
{
	uint32_t off = index_read(cpu, in, REG_EDI), v;
	uint16_t port = reg16(cpu, REG_EDX);

	io_check(cpu, port, width);
	mem_probe_write(cpu, SEG_ES, off, width);
	v = port_in(cpu, port, width);
	if (width == 1)
		mem_write8(cpu, SEG_ES, off, (uint8_t)v);
	else if (width == 2)
		mem_write16(cpu, SEG_ES, off, (uint16_t)v);
	else
		mem_write32(cpu, SEG_ES, off, v);
}

static void outs_once(struct cpu *cpu, const struct insn *in,
		      unsigned int width)
{
	uint32_t off = index_read(cpu, in, REG_ESI), v;
	uint16_t port = reg16(cpu, REG_EDX);

	io_check(cpu, port, width);
	if (width == 1)
		v = mem_read8(cpu, in->seg, off);
	else if (width == 2)
		v = mem_read16(cpu, in->seg, off);
	else
		v = mem_read32(cpu, in->seg, off);
	port_out(cpu, port, width, v);
}

/* rep_yield() - something waits that is taken between two iterations. */
static bool rep_yield(const struct cpu *cpu)
{
	return cpu->intr || cpu->nmi || cpu->pending_db ||
	       cpu->eflags & FL_TF || (cpu->attention && *cpu->attention);
}

/*
 * string_io() - INS or OUTS, with or without a count
 *
 * Each iteration ends with the registers moved on, so that a fault, an
 * interrupt or the run loop's turn finds an instruction that begins anew
 * with what is left: next_eip then stays at it.
 */
static void string_io(struct cpu *cpu, const struct insn *in, unsigned int reg)
{
	bool rep = in->prefix & (PFX_F3 | PFX_F2);
	unsigned int width = io_width(in), done = 0;
	uint32_t step = cpu->eflags & FL_DF ? -width : width;

	/* Even a count of 0 needs the permission. */
	io_check(cpu, reg16(cpu, REG_EDX), width);
	while (!rep || index_read(cpu, in, REG_ECX)) {
		if (reg == REG_EDI)
			ins_once(cpu, in, width);
		else
			outs_once(cpu, in, width);
		index_add(cpu, in, reg, step);
		if (!rep)
			return;
		index_add(cpu, in, REG_ECX, (uint32_t)-1);
		if (!index_read(cpu, in, REG_ECX))
			return;
		if (++done == REP_CHUNK || rep_yield(cpu)) {
			cpu->next_eip = cpu->eip;
			return;
		}
	}
}

/* 6C, 6D */
void sys_ins(struct cpu *cpu, const struct insn *in)
{
	string_io(cpu, in, REG_EDI);
}

/* 6E, 6F */
void sys_outs(struct cpu *cpu, const struct insn *in)
{
	string_io(cpu, in, REG_ESI);
}
