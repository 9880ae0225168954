// SPDX-License-Identifier: BSD-2-Clause
/*
 * x87.c - FIP, FCS, FOP, FDP and FDS: what translated code did to them.
 *
 * The host keeps such pointers, too, but they are no help: AMD's processors
 * save them in a switch of contexts only while an exception is pending, newer
 * ones of Intel keep FDP for those instructions only that raised one, and
 * selectors not at all. The guest is an older processor of Intel's (decision
 * 0001), where each instruction that is not a control one sets them.
 *
 * Theory of operation
 *
 * A run is a row of x87 instructions, one behind the other, that change no
 * general register. Behind it translated code writes down in cpu->hot which
 * run it was: a number, and where the last operand in memory was, if it has
 * one, as the registers that say so may change from there on. A run of any
 * length costs one to three instructions.
 *
 * 1. C code that translated code calls or leaves to finds it settled: the
 *    guest's state has what the note says (enter.S, fault.c). So a note is not
 *    older than the last C code; CS, DS, ES, FS and GS, the jump table, and the
 *    fragment's record are still what they were.
 * 2. Where an instruction in a run faults there is no note yet: the run up to
 *    there is decoded again from the guest's memory. It is the code that was
 *    translated, for a write to that is a fault by itself.
 */
#include "vmm/bt/bt.h"
#include "vmdriver/guestmem.h"
#include "vmm/cpu/fpu_state.h"

bool x87_plain(const struct insn *in)
{
	if (in->map != MAP_1BYTE || (in->opcode & 0xf8) != 0xd8)
		return false;
	if (insn_is_mem(in))	/* but for environments */
		return in->adsize == 4 && in->seg != SEG_CS &&
		       !((in->opcode == 0xd9 || in->opcode == 0xdd) &&
			 (in->reg == 4 || in->reg == 6));
	return !(in->opcode == 0xdf && in->modrm == 0xe0); /* FNSTSW AX */
}

/* data_segment() - that of the last operand. */
static const struct segment *data_segment(const struct cpu *cpu)
{
	uint32_t seg = cpu->hot.x87_seg;

	return &cpu->seg[seg == X87_DS ? SEG_DS :
			 seg == ~0u    ? SEG_SS :
					 seg - X87_SEG];
}

void x87_settle(struct cpu *cpu)
{
	const struct x87_note *n =
		(const struct x87_note *)(cpu->bt->arena +
					  (cpu->hot.x87_note & ~X87_SS));
	struct cpu_fpu *f = cpu->fpu;

	if (cpu->hot.x87_seg == X87_CLEARED) {
		x87_clear_pointers(cpu);
	} else if (cpu->hot.x87_seg != X87_KEPT) {
		f->fdp = cpu->hot.x87_data;
		f->fds = data_segment(cpu)->sel;
	}
	if (!n->clears) {
		f->fip = frag_base(cpu, bt_frag(cpu->bt, n->frag)) + n->eip;
		f->fcs = cpu->seg[SEG_CS].sel;
		f->fop = n->fop;
	}
	cpu->hot.x87_note = 0;
	cpu->hot.x87_seg = X87_KEPT;
}

/* run_before() - where the run begins that the instruction @guest bytes from
 * the first one belongs to, which may be itself; @guest + 1 if it is in none.
 * @code: @size bytes. */
static uint32_t run_before(const uint8_t *code, uint32_t size, uint32_t guest)
{
	uint32_t at = 0, run = 0;
	struct insn in;

	while (at <= guest) {
		if (insn_decode(&in, code + at, size - at, true) != IA32_OK)
			return guest + 1;
		at += in.len;
		if (!x87_plain(&in))
			run = at;
	}
	return run;
}

void x87_replay(struct cpu *cpu, const struct frag *f, uint32_t guest)
{
	uint32_t size = PAGE_SIZE - (uint32_t)(f->key & PAGE_MASK), at;
	const uint8_t *code = guestmem_at(cpu->ram, f->key, size);
	laddr la = cpu->eip - guest;
	struct insn in;

	if (!code || !guest)
		return;
	for (at = run_before(code, size, guest); at < guest; at += in.len) {
		insn_decode(&in, code + at, size - at, true);
		x87_repoint(cpu, &in, la + at);
	}
}
