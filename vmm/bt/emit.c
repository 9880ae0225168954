/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit.c - encode host instructions. Source: AMD64 Architecture Programmer's
 * Manual volume 3, chapter 1 (prefixes, ModRM, SIB).
 */
#include "vmm/bt/emit.h"

#include <string.h>

#include "base/check.h"
#include "vmm/cpu/insn.h"

#define REX_W 8u
#define REX_R 4u
#define REX_X 2u
#define REX_B 1u

void emit8(struct emit *e, uint8_t v)
{
	*e->p++ = v;
}

void emit16(struct emit *e, uint16_t v)
{
	memcpy(e->p, &v, 2);
	e->p += 2;
}

void emit32(struct emit *e, uint32_t v)
{
	memcpy(e->p, &v, 4);
	e->p += 4;
}

static void emit_prefixes(struct emit *e, struct opc o)
{
	if (o.prefix & PFX_LOCK)
		emit8(e, 0xf0);
	if (o.prefix & PFX_66)
		emit8(e, 0x66);
	if (o.prefix & PFX_F3)
		emit8(e, 0xf3);
	if (o.prefix & PFX_F2)
		emit8(e, 0xf2);
}

static void emit_opcode(struct emit *e, struct opc o, unsigned int rex)
{
	if (rex)
		emit8(e, (uint8_t)(0x40 | rex));
	if (o.map != MAP_1BYTE)
		emit8(e, 0x0f);
	if (o.map == MAP_0F38)
		emit8(e, 0x38);
	if (o.map == MAP_0F3A)
		emit8(e, 0x3a);
	emit8(e, o.opcode);
}

/* disp_mod() - the shortest form: 0 none, 1 byte, 2 dword. */
static unsigned int disp_mod(unsigned int base, uint32_t disp)
{
	if (disp == 0 && (base & 7) != RBP)
		return 0;
	return (uint32_t)(int32_t)(int8_t)disp == disp ? 1 : 2;
}

static void emit_modrm(struct emit *e, unsigned int mod, unsigned int reg,
		       unsigned int rm)
{
	emit8(e, (uint8_t)(mod << 6 | (reg & 7) << 3 | (rm & 7)));
}

/* mem_direct() - can r13 be added in the instruction itself? */
static bool mem_direct(struct mem m)
{
	if (m.space != MEM_WINDOW || m.index != NO_REG)
		return false;
	return m.base == NO_REG ? m.disp < 1u << 31 :
				  m.disp + NEAR_DISP < 2 * NEAR_DISP;
}

/* by_sum() - the sum, cut to 32 bits, into r9. */
static struct mem by_sum(struct emit *e, struct mem m)
{
	if (m.base == NO_REG && m.index == NO_REG)
		emit_mov_imm(e, R9, m.disp);
	else
		emit_lea(e, R9, m);
	return mem_sum(R9);
}

/*
 * to_host() - [r14 + disp] or [rsp + disp] for the stack, which have the
 * window's base in them; else r13 is added.
 */
static struct mem to_host(struct emit *e, struct mem m)
{
	if (m.space == MEM_HOST)
		return m;
	if (!mem_direct(m))
		return by_sum(e, m);
	m.space = MEM_HOST;
	if (m.base == NO_REG)
		m.base = R13;
	else if (m.base != R14 && m.base != RSP)
		m.index = R13;
	m.scale = 0;
	return m;
}

void emit_mem(struct emit *e, struct opc o, unsigned int reg, struct mem any)
{
	struct mem m = to_host(e, any);
	unsigned int rex = o.w ? REX_W : 0, mod;
	bool base = m.base != NO_REG, index = m.index != NO_REG;

	if (reg & 8)
		rex |= REX_R;
	if (base && (m.base & 8))
		rex |= REX_B;
	if (index && (m.index & 8))
		rex |= REX_X;
	emit_prefixes(e, o);
	emit_opcode(e, o, rex);
	mod = base ? disp_mod(m.base, m.disp) : 0;
	if (index || !base || (m.base & 7) == RSP) {
		emit_modrm(e, mod, reg, RSP);
		emit8(e, (uint8_t)(m.scale << 6 |
				   (index ? m.index & 7u : RSP) << 3 |
				   (base ? m.base & 7u : RBP)));
	} else {
		emit_modrm(e, mod, reg, m.base);
	}
	if (mod == 1)
		emit8(e, (uint8_t)m.disp);
	else if (mod == 2 || !base)
		emit32(e, m.disp);
}

void emit_reg(struct emit *e, struct opc o, unsigned int reg, unsigned int rm)
{
	unsigned int rex = (o.w ? REX_W : 0) | (reg & 8 ? REX_R : 0) |
			   (rm & 8 ? REX_B : 0);

	emit_prefixes(e, o);
	emit_opcode(e, o, rex);
	emit_modrm(e, 3, reg, rm);
}

void emit_load(struct emit *e, unsigned int reg, struct mem m)
{
	emit_mem(e, (struct opc){ .opcode = 0x8b }, reg, m);
}

void emit_load64(struct emit *e, unsigned int reg, struct mem m)
{
	emit_mem(e, (struct opc){ .opcode = 0x8b, .w = true }, reg, m);
}

void emit_store(struct emit *e, struct mem m, unsigned int reg)
{
	emit_mem(e, (struct opc){ .opcode = 0x89 }, reg, m);
}

void emit_store_imm(struct emit *e, struct mem m, uint32_t imm)
{
	emit_mem(e, (struct opc){ .opcode = 0xc7 }, 0, m);
	emit32(e, imm);
}

void emit_lea(struct emit *e, unsigned int reg, struct mem m)
{
	m.space = MEM_HOST;
	emit_mem(e, (struct opc){ .opcode = 0x8d }, reg, m);
}

void emit_lea64(struct emit *e, unsigned int reg, struct mem m)
{
	m.space = MEM_HOST;
	emit_mem(e, (struct opc){ .opcode = 0x8d, .w = true }, reg, m);
}

void emit_mov(struct emit *e, unsigned int to, unsigned int from)
{
	emit_reg(e, (struct opc){ .opcode = 0x89 }, from, to);
}

void emit_xchg64(struct emit *e, unsigned int a, unsigned int b)
{
	emit_reg(e, (struct opc){ .opcode = 0x87, .w = true }, a, b);
}

void emit_bswap(struct emit *e, unsigned int reg, bool w)
{
	unsigned int rex = (w ? REX_W : 0) | (reg & 8 ? REX_B : 0);

	if (rex)
		emit8(e, (uint8_t)(0x40 | rex));
	emit8(e, 0x0f);
	emit8(e, (uint8_t)(0xc8 + (reg & 7)));
}

void emit_swap8(struct emit *e, unsigned int reg)
{
	emit_reg(e, (struct opc){ .opcode = 0x86 }, reg + 4, reg);
}

void emit_mov_imm(struct emit *e, unsigned int reg, uint32_t imm)
{
	if (reg & 8)
		emit8(e, 0x41);
	emit8(e, (uint8_t)(0xb8 + (reg & 7)));
	emit32(e, imm);
}

#define GO_R10_CALL	0xd2u	/* ModRM of FF /2 and /4 */
#define GO_R10_JUMP	0xe2u

void emit_go_r10(struct emit *e, bool call)
{
	emit8(e, 0x40 | REX_B);
	emit8(e, 0xff);
	emit8(e, call ? GO_R10_CALL : GO_R10_JUMP);
}

bool emit_is_go_r10(const uint8_t *code)
{
	return code[0] == (0x40 | REX_B) && code[1] == 0xff &&
	       (code[2] == GO_R10_CALL || code[2] == GO_R10_JUMP);
}

void emit_pop_r10(struct emit *e)
{
	emit8(e, 0x40 | REX_B);
	emit8(e, 0x5a);
}

bool emit_is_pop_r10(const uint8_t *code)
{
	return code[0] == (0x40 | REX_B) && code[1] == 0x5a;
}

uint8_t *emit_skip(struct emit *e, enum short_jump how)
{
	emit8(e, (uint8_t)how);
	emit8(e, 0);
	return e->p;
}

void emit_land(const struct emit *e, uint8_t *from)
{
	ASSERT(e->p - from <= INT8_MAX);
	from[-1] = (uint8_t)(e->p - from);
}
