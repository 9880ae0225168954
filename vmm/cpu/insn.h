/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn.h - a decoded instruction, and how one finds its handler.
 *
 * ia32/decode fills in everything that comes from the bytes. Then a table
 * (select.c) says by opcode whose it is: that looks at map, opcode, modrm and
 * prefix, and gives its handler or NULL for "not mine". If nobody wants it, it
 * is #UD.
 */
#ifndef VMM_CPU_INSN_H
#define VMM_CPU_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "ia32/decode.h"
#include "vmm/cpu/cpu.h"

struct insn;
typedef void insn_fn(struct cpu *cpu, const struct insn *in);

/* Opcode maps. */
enum insn_map { MAP_1BYTE, MAP_0F, MAP_0F38, MAP_0F3A };

/* Whose handler it has: that of an int_*.c, sys_*.c or fpu_*.c file. */
enum insn_family { FAMILY_NONE, FAMILY_INT, FAMILY_SYS, FAMILY_FPU };

struct insn {
	insn_fn *fn;
	uint32_t disp;		/* displacement, sign-extended; moffs too */
	uint32_t imm;		/* immediate or relative target, sign-extended
				 * where the manual says so */
	uint16_t imm2;		/* far pointer's selector; ENTER's level */
	uint8_t map : 2;	/* enum insn_map */
	uint8_t family : 2;	/* enum insn_family; NONE: it is #UD */
	bool ends : 1;		/* execution may not simply go on behind it */
	uint8_t opcode;		/* last opcode byte */
	uint8_t modrm;		/* the byte, or 0 */
	uint8_t prefix;		/* PFX_*: ia32/decode.h */
	uint8_t len;		/* bytes, 1-15 */
	uint8_t opsize;		/* operand size: 2 or 4 (bytes: see opcode) */
	uint8_t adsize;		/* address size: 2 or 4 */
	uint8_t mod;		/* ModRM fields; mod is 0xff if no ModRM */
	uint8_t reg;
	uint8_t rm;
	uint8_t seg;		/* of the memory operand, override applied;
				 * string sources too */
	uint8_t base, index;	/* memory operand registers, or REG_ZERO */
	uint8_t scale;		/* shift count 0-3 */
};

/* insn_is_mem() - the ModRM operand is memory. */
static inline bool insn_is_mem(const struct insn *in)
{
	return in->mod < 3;
}

/* insn_ea() - the memory operand's offset in its segment. */
static inline uint32_t insn_ea(const struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = cpu->gpr[in->base] + (cpu->gpr[in->index] << in->scale) +
		      in->disp;

	return in->adsize == 4 ? ea : ea & 0xffff;
}

/* insn_decode() - ia32_decode(), with a handler; fn is never NULL unless it
 * returns IA32_MORE. */
enum ia32_status insn_decode(struct insn *in, const uint8_t *bytes,
			     size_t avail, bool code32);

/* insn_select() - fill in fn, family and ends; fn is NULL if it is #UD. */
void insn_select(struct insn *in);

/* The handler of one that is a family's, or NULL. */
insn_fn *sys_select(const struct insn *in);
insn_fn *fpu_select(const struct insn *in);

/* Register operands by number and size. Byte registers 4-7 are AH..BH. */
static inline uint8_t reg8(const struct cpu *cpu, unsigned int n)
{
	return (uint8_t)(n < 4 ? cpu->gpr[n] : cpu->gpr[n - 4] >> 8);
}

static inline void set_reg8(struct cpu *cpu, unsigned int n, uint8_t v)
{
	if (n < 4)
		cpu->gpr[n] = (cpu->gpr[n] & ~0xffu) | v;
	else
		cpu->gpr[n - 4] = (cpu->gpr[n - 4] & ~0xff00u) |
				  ((uint32_t)v << 8);
}

static inline uint16_t reg16(const struct cpu *cpu, unsigned int n)
{
	return (uint16_t)cpu->gpr[n];
}

static inline void set_reg16(struct cpu *cpu, unsigned int n, uint16_t v)
{
	cpu->gpr[n] = (cpu->gpr[n] & ~0xffffu) | v;
}

/* set_reg_os() - write 2 or 4 bytes of a register. */
static inline void set_reg_os(struct cpu *cpu, unsigned int n,
			      unsigned int opsize, uint32_t v)
{
	if (opsize == 4)
		cpu->gpr[n] = v;
	else
		set_reg16(cpu, n, (uint16_t)v);
}

/*
 * The stack, by SS.B: offsets wrap at 16 bits on a 16-bit stack. push and
 * pop change ESP only after the memory access succeeded.
 */
void cpu_push(struct cpu *cpu, unsigned int opsize, uint32_t v);
uint32_t cpu_pop(struct cpu *cpu, unsigned int opsize);

/* stack_off() - the offset @delta bytes from ESP, wrapped as SS.B says. */
static inline uint32_t stack_off(const struct cpu *cpu, uint32_t delta)
{
	uint32_t off = cpu->gpr[REG_ESP] + delta;

	return cpu->stack32 ? off : off & 0xffff;
}

/* stack_adjust() - ESP += delta, or SP on a 16-bit stack. */
static inline void stack_adjust(struct cpu *cpu, uint32_t delta)
{
	if (cpu->stack32)
		cpu->gpr[REG_ESP] += delta;
	else
		set_reg16(cpu, REG_ESP, (uint16_t)(cpu->gpr[REG_ESP] + delta));
}

#endif
