/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode_table.c - the usual instructions, from a table: several times as fast
 * as Zydis, which knows everything.
 *
 * 1. What it accepts it decodes exactly as decode.c does with Zydis; a test
 *    compares the two over all opcodes and ModRM bytes.
 * 2. It never says what is invalid: whatever is not in decode.def, has LOCK,
 *    several prefixes of one kind that matter, or a memory operand with 16-bit
 *    addressing is left to Zydis.
 * 3. It may look at all of the IA32_MAX_LEN bytes, and at no more: with
 *    MAX_PREFIXES no displacement and no immediate ends, even if read as four
 *    bytes, behind them. So it never has to ask how many bytes there are.
 */
#include "ia32/decode_table.h"

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"

#define MAX_PREFIXES 3

/* The longest but for the prefixes: 0F, opcode, ModRM, SIB, displacement,
 * immediate read as four bytes. */
BUILD_ASSERT(MAX_PREFIXES + 2 + 1 + 1 + 4 + 4 <= IA32_MAX_LEN);

/* How an immediate is encoded; IMM_NONE of all: the table lacks the opcode. */
enum imm {
	IMM_NONE, IMM_0, IMM_B, IMM_S, IMM_W, IMM_Z, IMM_J,
	/* what needs more than a look at sizes[] */
	IMM_ODD, IMM_TEST = IMM_ODD, IMM_FAR, IMM_ENTER, IMM_MOFFS,
	IMM_PREFIX, IMM_ESCAPE,
};
#define HAS_MODRM 0x80u

/* Mandatory prefixes: F3 and F2 count more than 66. P_*: which are valid. */
enum mandatory { MAND_NP, MAND_66, MAND_F3, MAND_F2 };
#define P_NP	0x1u
#define P_66	0x2u
#define P_F3	0x4u
#define P_F2	0x8u
#define P_ANY	0xfu

struct row {
	uint8_t imm;		/* enum imm, and HAS_MODRM */
	uint8_t mem, reg;	/* valid values of ModRM.reg, a bit each */
	uint8_t with;		/* P_*, for @mem; shifted by 4: for @reg */
};

#define ALL	0xff
#define NONE	0

static const struct row rows[2][256] = {
	{
#define ONE(first, last, imm) \
	[first ... last] = { IMM_##imm, 0, 0, 0xff },
#define ONE_M(first, last, mem, reg, imm) \
	[first ... last] = { IMM_##imm | HAS_MODRM, mem, reg, 0xff },
#define TWO(first, last, imm)
#define TWO_M(first, last, mem, reg, imm)
#define SSE(first, last, mem, reg, pmem, preg, imm)
#include "ia32/decode.def"
#undef ONE
#undef ONE_M
#undef TWO
#undef TWO_M
#undef SSE
	[0x0f] = { IMM_ESCAPE, 0, 0, 0 },
	[0x26] = { IMM_PREFIX, 0, 0, 0 }, [0x2e] = { IMM_PREFIX, 0, 0, 0 },
	[0x36] = { IMM_PREFIX, 0, 0, 0 }, [0x3e] = { IMM_PREFIX, 0, 0, 0 },
	[0x64 ... 0x67] = { IMM_PREFIX, 0, 0, 0 },
	[0xf2 ... 0xf3] = { IMM_PREFIX, 0, 0, 0 },
	}, {
#define ONE(first, last, imm)
#define ONE_M(first, last, mem, reg, imm)
#define TWO(first, last, imm) \
	[first ... last] = { IMM_##imm, 0, 0, 0xff },
#define TWO_M(first, last, mem, reg, imm) \
	[first ... last] = { IMM_##imm | HAS_MODRM, mem, reg, 0xff },
#define SSE(first, last, mem, reg, pmem, preg, imm) \
	[first ... last] = { IMM_##imm | HAS_MODRM, mem, reg, \
			     (pmem) | (preg) << 4 },
#include "ia32/decode.def"
	},
};

/* A number in the code: how long, which bits, which one is the sign's. */
struct size {
	uint8_t bytes;
	uint32_t mask, sign;
};
#define BYTE	{ 1, 0xff, 0 }
#define SBYTE	{ 1, 0xff, 0x80 }
#define WORD	{ 2, 0xffff, 0 }
#define SWORD	{ 2, 0xffff, 0x8000 }
#define DWORD	{ 4, 0xffffffff, 0 }

/* By enum imm and operand size, 2 or 4. */
static const struct size sizes[IMM_ODD][2] = {
	[IMM_B] = { BYTE, BYTE },
	[IMM_S] = { SBYTE, SBYTE },
	[IMM_W] = { WORD, WORD },
	[IMM_Z] = { WORD, DWORD },
	[IMM_J] = { SWORD, DWORD },
};

/* Displacements, by ModRM.mod; but see mem32(). */
static const struct size disps[3] = { { 0, 0, 0 }, SBYTE, DWORD };

/* number() - four bytes at @p, of which @size says what counts. */
static inline uint32_t number(const uint8_t *p, const struct size *size)
{
	return ((get_le32(p) & size->mask) ^ size->sign) - size->sign;
}

/* One under way. */
struct scan {
	const uint8_t *p;	/* the next byte */
	uint8_t prefix;		/* PFX_* */
	uint8_t seg;		/* an override, or NO_SEG */
	uint8_t mandatory;
};

/* prefix_take() - Return: false if it is not one that we know beside those
 * before it. */
static bool prefix_take(struct scan *s, uint8_t byte)
{
	switch (byte) {
	case 0x66:
		s->prefix |= PFX_66;
		return true;
	case 0x67:
		s->prefix |= PFX_67;
		return true;
	case 0xf2: case 0xf3:
		if (s->prefix & (PFX_F2 | PFX_F3))
			return false;
		s->prefix |= byte == 0xf2 ? PFX_F2 : PFX_F3;
		return true;
	case 0x26: s->seg = SEG_ES; break;
	case 0x2e: s->seg = SEG_CS; break;
	case 0x36: s->seg = SEG_SS; break;
	case 0x3e: s->seg = SEG_DS; break;
	case 0x64: s->seg = SEG_FS; break;
	default: s->seg = SEG_GS; break;
	}
	s->prefix |= PFX_SEG;
	return true;
}

/* prefixes() - s->p leads to the opcode. Return: false if they are too many or
 * contradict each other. */
static bool prefixes(struct scan *s)
{
	unsigned int n;

	for (n = 0; rows[0][*s->p].imm == IMM_PREFIX; n++, s->p++)
		if (n == MAX_PREFIXES || !prefix_take(s, *s->p))
			return false;
	s->mandatory = s->prefix & PFX_F3 ? MAND_F3 :
		       s->prefix & PFX_F2 ? MAND_F2 :
		       s->prefix & PFX_66 ? MAND_66 :
					    MAND_NP;
	return true;
}

/* mem32() - the memory operand of a ModRM byte; @p is behind that.
 * Return: what is behind the displacement. */
static inline const uint8_t *mem32(struct ia32_decoded *out, const uint8_t *p)
{
	const struct size *size = &disps[out->mod];
	uint8_t base = out->rm, sib;

	if (base == 4) {
		sib = *p++;
		base = sib & 7;
		out->scale = sib >> 6;
		if ((sib >> 3 & 7) != 4)
			out->index = sib >> 3 & 7;
	}
	if (base == REG_EBP && out->mod == 0)
		size = &disps[2];	/* and no base */
	else
		out->base = base;
	if (out->base == REG_ESP || out->base == REG_EBP)
		out->seg = SEG_SS;
	out->disp = number(p, size);
	return p + size->bytes;
}

/* modrm() - the byte at @p and what belongs to it. Return: what is behind, or
 * NULL if @row does not allow it. */
static inline const uint8_t *modrm(struct ia32_decoded *out, const uint8_t *p,
				   const struct row *row, uint8_t mandatory)
{
	out->modrm = *p++;
	out->mod = out->modrm >> 6;
	out->reg = out->modrm >> 3 & 7;
	out->rm = out->modrm & 7;
	if (out->mod == 3)
		return row->reg >> out->reg & row->with >> 4 >> mandatory & 1 ?
			       p :
			       NULL;
	if (!(row->mem >> out->reg & row->with >> mandatory & 1) ||
	    out->adsize == 2)
		return NULL;
	return mem32(out, p);
}

/* odd_imm() - one that sizes[] says nothing of; as modrm(). */
static const uint8_t *odd_imm(struct ia32_decoded *out, const uint8_t *p,
			      enum imm imm)
{
	const struct size *size;

	switch (imm) {
	case IMM_TEST:
		if (out->reg > 1)
			return p;
		size = &sizes[out->opcode & 1 ? IMM_Z : IMM_B]
			     [out->opsize == 4];
		out->imm = number(p, size);
		return p + size->bytes;
	case IMM_FAR:
		size = &sizes[IMM_Z][out->opsize == 4];
		out->imm = number(p, size);
		out->imm2 = get_le16(p + size->bytes);
		return p + size->bytes + 2;
	case IMM_ENTER:
		out->imm = get_le16(p);
		out->imm2 = p[2];
		return p + 3;
	case IMM_MOFFS:
		if (out->adsize == 2)
			return NULL;
		out->disp = get_le32(p);
		return p + 4;
	default:	/* IMM_PREFIX does not come here; 0F 0F */
		return NULL;
	}
}

bool decode_table(struct ia32_decoded *out, const uint8_t *bytes, bool code32)
{
	struct scan s = { .p = bytes, .seg = NO_SEG };
	const struct size *size;
	const struct row *row;
	const uint8_t *p;
	enum imm imm;
	uint8_t map, op;

	if (rows[0][*bytes].imm == IMM_PREFIX && !prefixes(&s))
		return false;
	p = s.p;
	op = *p++;
	map = op == 0x0f;
	if (map)
		op = *p++;
	row = &rows[map][op];
	imm = row->imm & ~HAS_MODRM;
	if (imm == IMM_NONE)
		return false;
	*out = (struct ia32_decoded){
		.map = map, .opcode = op, .prefix = s.prefix,
		.opsize = code32 != !!(s.prefix & PFX_66) ? 4 : 2,
		.adsize = code32 != !!(s.prefix & PFX_67) ? 4 : 2,
		.mod = 0xff, .seg = SEG_DS, .base = NO_REG, .index = NO_REG,
	};
	if (row->imm & HAS_MODRM)
		p = modrm(out, p, row, s.mandatory);
	if (p && imm >= IMM_ODD) {
		p = odd_imm(out, p, imm);
	} else if (p) {
		size = &sizes[imm][out->opsize == 4];
		out->imm = number(p, size);
		p += size->bytes;
	}
	if (!p)
		return false;
	if (s.seg != NO_SEG)
		out->seg = s.seg;
	out->len = (uint8_t)(p - bytes);
	return true;
}
