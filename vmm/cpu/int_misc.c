/* SPDX-License-Identifier: BSD-2-Clause */
/* int_misc.c - decimal adjustments, flag instructions, BOUND, hints. */
#include "vmm/cpu/int.h"

static bool parity(uint8_t v)
{
	return !__builtin_parity(v);
}

/* szp() - SF, ZF and PF of a byte. */
static uint32_t szp(uint8_t v)
{
	return (v & 0x80 ? FL_SF : 0) | (v == 0 ? FL_ZF : 0) |
	       (parity(v) ? FL_PF : 0);
}

/*
 * DAA and DAS (SDM volume 2). No 64-bit host has them, so their flags are
 * worked out here; the undefined OF comes from the addition as a whole.
 */
static void decimal(struct cpu *cpu, bool subtract)
{
	uint8_t al = reg8(cpu, REG_EAX), old = al;
	bool cf = cpu->aflags & FL_CF, af = cpu->aflags & FL_AF;
	uint32_t f = 0;

	if ((al & 15) > 9 || af) {
		al = (uint8_t)(subtract ? al - 6 : al + 6);
		f |= FL_AF;
		/* DAS: a borrow out of the low half is a carry. */
		if (subtract && old < 6)
			f |= FL_CF;
	}
	if (old > 0x99 || cf) {
		al = (uint8_t)(subtract ? al - 0x60 : al + 0x60);
		f |= FL_CF;
	} else if (!subtract) {
		f &= ~FL_CF;
	}
	if (subtract ? (old & ~al & 0x80) : (~old & al & 0x80))
		f |= FL_OF;
	set_reg8(cpu, REG_EAX, al);
	cpu->aflags = f | szp(al);
}

static void daa(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	decimal(cpu, false);
}

static void das(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	decimal(cpu, true);
}

HOST_ALU(add8, "addb", uint8_t)
HOST_ALU(add16, "addw", uint16_t)
HOST_ALU(sub16, "subw", uint16_t)

/*
 * AAA and AAS. As measured on this kind of host, the undefined flags are
 * those of the 16-bit addition or subtraction of 106h, or of 0.
 */
static void ascii(struct cpu *cpu, bool subtract)
{
	uint16_t ax = reg16(cpu, REG_EAX);
	bool adjust = (ax & 15) > 9 || (cpu->aflags & FL_AF);
	uint16_t by = adjust ? 0x106 : 0;

	ax = subtract ? sub16(cpu, ax, by) : add16(cpu, ax, by);
	set_reg16(cpu, REG_EAX, ax & 0xff0f);
	cpu->aflags = (cpu->aflags & ~(FL_AF | FL_CF)) |
		      (adjust ? FL_AF | FL_CF : 0);
}

static void aaa(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	ascii(cpu, false);
}

static void aas(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	ascii(cpu, true);
}

static void aam(struct cpu *cpu, const struct insn *in)
{
	uint8_t al = reg8(cpu, REG_EAX), by = (uint8_t)in->imm;

	if (by == 0)
		cpu_raise(cpu, VEC_DE, 0);
	set_reg16(cpu, REG_EAX, (uint16_t)(al / by << 8 | al % by));
	cpu->aflags = szp(reg8(cpu, REG_EAX));
}

/* AAD: the undefined flags are those of the 8-bit addition. */
static void aad(struct cpu *cpu, const struct insn *in)
{
	uint16_t old = reg16(cpu, REG_EAX);
	uint8_t tens = (uint8_t)((old >> 8) * in->imm);

	set_reg16(cpu, REG_EAX, add8(cpu, (uint8_t)old, tens));
}

static void sahf(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->aflags = (cpu->aflags & FL_OF) |
		      (cpu->gpr[REG_EAX] >> 8 & FL_ARITH & 0xff);
}

static void lahf(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	set_reg8(cpu, 4, (uint8_t)((cpu->aflags & FL_ARITH) | FL_ONE));
}

static void cmc(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->aflags ^= FL_CF;
}

static void clc(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->aflags &= ~FL_CF;
}

static void stc(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->aflags |= FL_CF;
}

static void cld(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->eflags &= ~FL_DF;
}

static void std(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu->eflags |= FL_DF;
}

/* SALC: undocumented, and in every processor. */
static void salc(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	set_reg8(cpu, REG_EAX, cpu->aflags & FL_CF ? 0xff : 0);
}

static void bound(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in), ea2 = ea + in->opsize;
	int32_t lo, hi, v;

	if (in->adsize == 2)
		ea2 &= 0xffff;
	if (in->opsize == 4) {
		v = (int32_t)cpu->gpr[in->reg];
		lo = (int32_t)mem_ld32(cpu, in->seg, ea);
		hi = (int32_t)mem_ld32(cpu, in->seg, ea2);
	} else {
		v = (int16_t)reg16(cpu, in->reg);
		lo = (int16_t)mem_ld16(cpu, in->seg, ea);
		hi = (int16_t)mem_ld16(cpu, in->seg, ea2);
	}
	if (v < lo || v > hi)
		cpu_raise(cpu, VEC_BR, 0);
}

/* Multi-byte NOPs and prefetch hints touch no memory. */
static void hint(struct cpu *cpu, const struct insn *in)
{
	(void)cpu;
	(void)in;
}

insn_fn *int_misc_select(const struct insn *in)
{
	if (in->map == MAP_0F)
		return in->opcode == 0x0d || (in->opcode >= 0x18 &&
					      in->opcode <= 0x1f) ?
			       hint :
			       NULL;
	if (in->map != MAP_1BYTE)
		return NULL;
	switch (in->opcode) {
	case 0x27: return daa;
	case 0x2f: return das;
	case 0x37: return aaa;
	case 0x3f: return aas;
	case 0x62: return insn_is_mem(in) ? bound : NULL;
	case 0x9e: return sahf;
	case 0x9f: return lahf;
	case 0xd4: return aam;
	case 0xd5: return aad;
	case 0xd6: return salc;
	case 0xf5: return cmc;
	case 0xf8: return clc;
	case 0xf9: return stc;
	case 0xfc: return cld;
	case 0xfd: return std;
	default: return NULL;
	}
}
