/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit.h - an encoder for the few forms of x86-64 instruction we need.
 *
 * 1. Nothing is checked for room: the caller knows how much a fragment can
 *    take at most.
 * 2. Registers are host numbers, 0-15; NO_REG is none.
 */
#ifndef VMM_BT_EMIT_H
#define VMM_BT_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#define NO_REG 0xffu

/* A larger displacement is likely to be an address and to wrap. */
#define NEAR_DISP (1u << 20)

enum host_reg {
	RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI,
	R8, R9, R10, R11, R12, R13, R14, R15
};

struct emit {
	uint8_t *p;
};

/*
 * Where a memory operand is: at a host address, or in the guest's window, of
 * which r13 is the base.
 *	MEM_WINDOW	r13 can be added to a lone base register or a lone
 *			displacement right in the instruction; a sum that
 *			leaves the 32 bits faults there. All else is as
 *			MEM_SUM.
 *	MEM_SUM		an LEA before the instruction puts the sum, cut to
 *			32 bits, into r9.
 */
enum mem_space { MEM_HOST, MEM_WINDOW, MEM_SUM };

/* A memory operand. */
struct mem {
	uint8_t base, index, scale;
	uint8_t space;	/* enum mem_space */
	uint32_t disp;	/* sign-extended by the processor */
};

/* An instruction but for its operands. */
struct opc {
	uint8_t prefix;	/* PFX_66, PFX_F3, PFX_F2, PFX_LOCK */
	uint8_t map;	/* enum insn_map */
	uint8_t opcode;
	bool w;		/* 64-bit operand */
};

/* emit8(), emit16(), emit32() - so many bits as they are, low byte first. */
void emit8(struct emit *e, uint8_t v);
void emit16(struct emit *e, uint16_t v);
void emit32(struct emit *e, uint32_t v);

/* emit_mem() - @o with register field @reg and a memory operand; r9 is used
 * up where @m says so (enum mem_space). */
void emit_mem(struct emit *e, struct opc o, unsigned int reg, struct mem m);
/* emit_reg() - @o with register field @reg and register @rm. */
void emit_reg(struct emit *e, struct opc o, unsigned int reg, unsigned int rm);

/* emit_load(), emit_load64() - mov @reg, @m, of 32 and 64 bits; emit_store(),
 * emit_store_imm() - mov @m, @reg and mov @m, @imm, of 32 bits. */
void emit_load(struct emit *e, unsigned int reg, struct mem m);
void emit_load64(struct emit *e, unsigned int reg, struct mem m);
void emit_store(struct emit *e, struct mem m, unsigned int reg);
void emit_store_imm(struct emit *e, struct mem m, uint32_t imm);
/* emit_lea() - the address of @m into @reg, cut to 32 bits; emit_lea64() - of a
 * host address, all of it. */
void emit_lea(struct emit *e, unsigned int reg, struct mem m);
void emit_lea64(struct emit *e, unsigned int reg, struct mem m);
/* emit_mov() - mov between registers, 32 bits: the high half of @to is 0. */
void emit_mov(struct emit *e, unsigned int to, unsigned int from);
/* emit_xchg64() - swap two registers, all 64 bits. */
void emit_xchg64(struct emit *e, unsigned int a, unsigned int b);
/* emit_bswap() - turn the bytes of a register round; @w: all eight. */
void emit_bswap(struct emit *e, unsigned int reg, bool w);
/* emit_swap8() - xchg of AL and AH, or the like of register 0-3. */
void emit_swap8(struct emit *e, unsigned int reg);
/* emit_mov_imm() - mov @reg, @imm, 32 bits: the high half of @reg is 0. */
void emit_mov_imm(struct emit *e, unsigned int reg, uint32_t imm);

/*
 * Two instructions that an interrupt may come just before, and that are not to
 * do what they would then (fault.c): each is emitted here only, and told by its
 * bytes here only.
 * emit_go_r10() - a jump or @call to r10, loaded from the jump table
 * emit_pop_r10() - a pop by rsp of what PUSHF pushed on the return addresses
 */
void emit_go_r10(struct emit *e, bool call);
bool emit_is_go_r10(const uint8_t *code);
void emit_pop_r10(struct emit *e);
bool emit_is_pop_r10(const uint8_t *code);

enum short_jump {
	SHORT_JE = 0x74, SHORT_JNE = 0x75, SHORT_JRCXZ = 0xe3, SHORT_JMP = 0xeb
};

/* emit_skip() - a short jump forward, to where emit_land() is called with
 * what this returned; at most 127 bytes on. */
uint8_t *emit_skip(struct emit *e, enum short_jump how);
void emit_land(const struct emit *e, uint8_t *from);

/* Memory operands. */
static inline struct mem mem_host(unsigned int base, uint32_t disp)
{
	return (struct mem){ (uint8_t)base, NO_REG, 0, MEM_HOST, disp };
}

/* mem_sum() - the guest address in a register whose high half is 0. */
static inline struct mem mem_sum(unsigned int reg)
{
	return (struct mem){ (uint8_t)reg, R13, 0, MEM_HOST, 0 };
}

static inline struct mem mem_guest(unsigned int base, uint32_t disp)
{
	return (struct mem){ (uint8_t)base, NO_REG, 0, MEM_WINDOW, disp };
}

#endif
