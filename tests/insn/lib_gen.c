/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_gen.c - random integer instructions: see lib_gen.h. */
#include "tests/insn/lib_gen.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

#define BASE_EBX (CASE_SCRATCH + 128)
#define BASE_EBP (CASE_SCRATCH + 384)

uint32_t gen_random(struct gen *g)
{
	/* xorshift64*, by G. Marsaglia and S. Vigna: a formula. */
	g->state ^= g->state >> 12;
	g->state ^= g->state << 25;
	g->state ^= g->state >> 27;
	return (uint32_t)((g->state * 0x2545f4914f6cdd1dull) >> 32);
}

static unsigned int below(struct gen *g, unsigned int n)
{
	return gen_random(g) % n;
}

/* value() - often one of the values where things go wrong. */
static uint32_t value(struct gen *g)
{
	static const uint32_t nasty[] = {
		0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff,
		0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff,
		0xffffff80, 0xffff8000, 0x99, 0x9f, 0xfa,
	};

	if (below(g, 2))
		return nasty[below(g, ARRAY_SIZE(nasty))];
	return gen_random(g);
}

static void byte(struct gen *g, uint32_t v)
{
	g->c->code[g->c->code_len++] = (uint8_t)v;
}

static void imm(struct gen *g, unsigned int size, uint32_t v)
{
	while (size--) {
		byte(g, v);
		v >>= 8;
	}
}

/* wide() - decide on 16 or 32 bits, with the prefix; Return: bytes. */
static unsigned int wide(struct gen *g)
{
	if (below(g, 3))
		return 4;
	byte(g, 0x66);
	return 2;
}

static uint32_t reg_wide(struct gen *g)
{
	static const uint8_t free_regs[] = { 0, 1, 2, 6, 7 };

	return free_regs[below(g, ARRAY_SIZE(free_regs))];
}

static uint32_t reg_byte(struct gen *g)
{
	static const uint8_t free_regs[] = { 0, 1, 2, 4, 5, 6 };

	return free_regs[below(g, ARRAY_SIZE(free_regs))];
}

static uint32_t reg(struct gen *g, bool is_byte)
{
	return is_byte ? reg_byte(g) : reg_wide(g);
}

/* mem() - ModRM (and more) of a memory operand in the scratch area. */
static void mem(struct gen *g, uint32_t r)
{
	switch (below(g, 3)) {
	case 0:		/* disp32 */
		byte(g, r << 3 | 5);
		imm(g, 4, CASE_SCRATCH + below(g, CASE_SCRATCH_LEN - 16));
		break;
	case 1:		/* [ebx + disp8] */
		byte(g, 0x40 | r << 3 | 3);
		byte(g, below(g, 256));
		break;
	default:	/* [ebp + disp8] */
		byte(g, 0x40 | r << 3 | 5);
		byte(g, below(g, 240) - 128);
	}
}

/* rm() - ModRM with a register or memory operand. */
static void rm(struct gen *g, uint32_t r, bool is_byte)
{
	if (below(g, 2))
		mem(g, r);
	else
		byte(g, 0xc0 | r << 3 | reg(g, is_byte));
}

static void f_alu(struct gen *g)
{
	uint32_t op = below(g, 8), form = below(g, 6), size;

	switch (form) {
	case 0:
	case 1:		/* byte, both directions */
		byte(g, op << 3 | form << 1);
		rm(g, reg_byte(g), true);
		break;
	case 2:
	case 3:
		wide(g);
		byte(g, op << 3 | 1 | (form & 1) << 1);
		rm(g, reg_wide(g), false);
		break;
	case 4:		/* accumulator */
		size = wide(g);
		byte(g, op << 3 | 5);
		imm(g, size, value(g));
		break;
	default:
		byte(g, op << 3 | 4);
		byte(g, value(g));
	}
}

static void f_alu_imm(struct gen *g)
{
	uint32_t op = below(g, 8), size;

	switch (below(g, 3)) {
	case 0:
		byte(g, 0x80);
		rm(g, op, true);
		byte(g, value(g));
		break;
	case 1:
		size = wide(g);
		byte(g, 0x81);
		rm(g, op, false);
		imm(g, size, value(g));
		break;
	default:
		wide(g);
		byte(g, 0x83);
		rm(g, op, false);
		byte(g, value(g));
	}
}

static void f_test(struct gen *g)
{
	bool is_byte = below(g, 2);
	unsigned int size = is_byte ? 1 : wide(g);

	if (below(g, 2)) {
		byte(g, is_byte ? 0x84 : 0x85);
		rm(g, reg(g, is_byte), is_byte);
	} else {	/* F6 and F7, /0 and its alias /1 */
		byte(g, is_byte ? 0xf6 : 0xf7);
		rm(g, below(g, 2), is_byte);
		imm(g, size, value(g));
	}
}

/* f_group3() - NOT, NEG, MUL, IMUL, DIV, IDIV; the last two may fault. */
static void f_group3(struct gen *g)
{
	bool is_byte = below(g, 2);

	if (!is_byte)
		wide(g);
	byte(g, is_byte ? 0xf6 : 0xf7);
	rm(g, 2 + below(g, 6), is_byte);
}

static void f_incdec(struct gen *g)
{
	bool is_byte = below(g, 2);

	if (!is_byte)
		wide(g);
	if (!is_byte && below(g, 2)) {
		byte(g, 0x40 | below(g, 2) << 3 | reg_wide(g));
		return;
	}
	byte(g, is_byte ? 0xfe : 0xff);
	rm(g, below(g, 2), is_byte);
}

static void f_shift(struct gen *g)
{
	bool is_byte = below(g, 2);
	uint32_t form = below(g, 3);
	static const uint8_t ops[] = { 0xc0, 0xd0, 0xd2 };

	if (!is_byte)
		wide(g);
	byte(g, ops[form] | !is_byte);
	rm(g, below(g, 8), is_byte);
	if (form == 0)
		byte(g, gen_random(g));
}

static void f_shiftd(struct gen *g)
{
	static const uint8_t ops[] = { 0xa4, 0xa5, 0xac, 0xad };
	unsigned int form = below(g, 4);

	wide(g);
	byte(g, 0x0f);
	byte(g, ops[form]);
	rm(g, reg_wide(g), false);
	if (!(form & 1))
		byte(g, gen_random(g));
}

static void f_imul(struct gen *g)
{
	unsigned int size = wide(g), form = below(g, 3);

	if (form == 0) {
		byte(g, 0x0f);
		byte(g, 0xaf);
		rm(g, reg_wide(g), false);
		return;
	}
	byte(g, form == 1 ? 0x69 : 0x6b);
	rm(g, reg_wide(g), false);
	imm(g, form == 1 ? size : 1, value(g));
}

static void f_mov(struct gen *g)
{
	bool is_byte = below(g, 2);
	unsigned int size = is_byte ? 1 : wide(g);

	switch (below(g, 4)) {
	case 0:
		byte(g, (is_byte ? 0x88 : 0x89) | below(g, 2) << 1);
		rm(g, reg(g, is_byte), is_byte);
		break;
	case 1:
		byte(g, is_byte ? 0xc6 : 0xc7);
		rm(g, 0, is_byte);
		imm(g, size, value(g));
		break;
	case 2:
		byte(g, (is_byte ? 0xb0 : 0xb8) | reg(g, is_byte));
		imm(g, size, value(g));
		break;
	default:	/* moffs */
		byte(g, (is_byte ? 0xa0 : 0xa1) | below(g, 2) << 1);
		imm(g, 4, CASE_SCRATCH + below(g, CASE_SCRATCH_LEN - 4));
	}
}

static void f_movx(struct gen *g)
{
	static const uint8_t ops[] = { 0xb6, 0xb7, 0xbe, 0xbf };
	uint32_t op = ops[below(g, 4)];

	wide(g);
	byte(g, 0x0f);
	byte(g, op);
	rm(g, reg_wide(g), !(op & 1));
}

static void f_xchg(struct gen *g)
{
	bool is_byte = below(g, 2);
	unsigned int form = below(g, 4);

	if (!is_byte)
		wide(g);
	if (form == 0) {
		byte(g, is_byte ? 0x86 : 0x87);
	} else if (form == 1 && !is_byte) {
		byte(g, 0x90 | reg_wide(g));
		return;
	} else {	/* XADD, CMPXCHG */
		byte(g, 0x0f);
		byte(g, (form & 1 ? 0xb0 : 0xc0) | !is_byte);
	}
	rm(g, reg(g, is_byte), is_byte);
}

static void f_cmpxchg8b(struct gen *g)
{
	/* It compares with EDX:EAX and stores ECX:EBX. */
	byte(g, 0x0f);
	byte(g, 0xc7);
	mem(g, 1);
}

static void f_bits(struct gen *g)
{
	static const uint8_t ops[] = { 0xa3, 0xab, 0xb3, 0xbb };

	wide(g);
	byte(g, 0x0f);
	if (below(g, 2)) {	/* a bit string would leave the scratch */
		byte(g, ops[below(g, 4)]);
		byte(g, 0xc0 | reg_wide(g) << 3 | reg_wide(g));
	} else {
		byte(g, 0xba);
		rm(g, 4 + below(g, 4), false);
		byte(g, gen_random(g));
	}
}

static void f_scan(struct gen *g)
{
	wide(g);
	byte(g, 0x0f);
	byte(g, 0xbc | below(g, 2));
	rm(g, reg_wide(g), false);
}

static void f_setcc(struct gen *g)
{
	bool cmov = below(g, 2);

	if (cmov)
		wide(g);
	byte(g, 0x0f);
	byte(g, (cmov ? 0x40 : 0x90) | below(g, 16));
	rm(g, cmov ? reg_wide(g) : 0, !cmov);
}

static void f_lea(struct gen *g)
{
	wide(g);
	byte(g, 0x8d);
	if (below(g, 2)) {
		mem(g, reg_wide(g));
	} else {	/* SIB, any registers; 4 as index is none */
		byte(g, 0x80 | reg_wide(g) << 3 | 4);
		byte(g, gen_random(g));
		imm(g, 4, value(g));
	}
}

static void f_simple(struct gen *g)
{
	static const uint8_t ops[] = { 0x98, 0x99, 0x9e, 0x9f, 0xf5, 0xf8,
		0xf9, 0x27, 0x2f, 0x37, 0x3f, 0xd6, 0xd7, 0x90 };
	uint32_t op = ops[below(g, ARRAY_SIZE(ops))];

	if ((op & 0xfe) == 0x98)
		wide(g);
	byte(g, op);
}

/* f_ascii() - AAM by 0 is #DE. */
static void f_ascii(struct gen *g)
{
	byte(g, 0xd4 | below(g, 2));
	byte(g, below(g, 4) ? 10 : value(g));
}

static void f_bswap(struct gen *g)
{
	byte(g, 0x0f);
	byte(g, 0xc8 | reg_wide(g));
}

static void f_stack(struct gen *g)
{
	if (g->depth && below(g, 2)) {
		g->depth--;
		if (below(g, 2)) {
			byte(g, 0x58 | reg_wide(g));
		} else {
			byte(g, 0x8f);
			mem(g, 0);
		}
		return;
	}
	g->depth++;
	switch (below(g, 4)) {
	case 0:
		byte(g, 0x6a);
		byte(g, value(g));
		break;
	case 1:
		byte(g, 0x68);
		imm(g, 4, value(g));
		break;
	case 2:
		byte(g, 0xff);
		mem(g, 6);
		break;
	default:
		byte(g, 0x50 | below(g, 8));
	}
}

/* f_jump() - conditional, over a byte that would fault. */
static void f_jump(struct gen *g)
{
	switch (below(g, 3)) {
	case 0:
		byte(g, 0x70 | below(g, 16));
		byte(g, 0);
		break;
	case 1:
		byte(g, 0x0f);
		byte(g, 0x80 | below(g, 16));
		imm(g, 4, 0);
		break;
	default:	/* LOOPNE, LOOPE, LOOP, JECXZ */
		byte(g, 0xe0 | below(g, 4));
		byte(g, 0);
	}
}

/* f_string() - with all it needs: pointers, count, direction. */
static void f_string(struct gen *g)
{
	static const uint8_t ops[] = { 0xa4, 0xa6, 0xaa, 0xac, 0xae };
	uint32_t op = ops[below(g, ARRAY_SIZE(ops))];
	bool is_byte = below(g, 2);

	byte(g, 0xbe);
	imm(g, 4, CASE_SCRATCH + 160 + below(g, 160));
	byte(g, 0xbf);
	imm(g, 4, CASE_SCRATCH + 160 + below(g, 160));
	byte(g, 0xb9);
	imm(g, 4, below(g, 24));
	byte(g, 0xfc | below(g, 2));
	if (!is_byte)
		wide(g);
	switch (below(g, 3)) {
	case 0:
		byte(g, 0xf3);
		break;
	case 1:
		byte(g, 0xf2);
		break;
	}
	byte(g, op | !is_byte);
	byte(g, 0xfc);
}

static const struct {
	const char *name;
	void (*emit)(struct gen *g);
} forms[] = {
	{ "alu", f_alu }, { "alu_imm", f_alu_imm }, { "test", f_test },
	{ "group3", f_group3 }, { "incdec", f_incdec }, { "shift", f_shift },
	{ "shiftd", f_shiftd }, { "imul", f_imul }, { "mov", f_mov },
	{ "movx", f_movx }, { "xchg", f_xchg }, { "cmpxchg8b", f_cmpxchg8b },
	{ "bits", f_bits }, { "scan", f_scan }, { "setcc", f_setcc },
	{ "lea", f_lea }, { "simple", f_simple }, { "ascii", f_ascii },
	{ "bswap", f_bswap }, { "stack", f_stack }, { "jump", f_jump },
	{ "string", f_string },
};

unsigned int gen_forms(void)
{
	return ARRAY_SIZE(forms);
}

const char *gen_form_name(unsigned int n)
{
	return forms[n].name;
}

void gen_begin(struct gen *g, struct insn_case *c)
{
	unsigned int i;

	memset(c, 0, sizeof(*c));
	g->c = c;
	g->depth = 0;
	g->insns = 0;
	for (i = 0; i < 8; i++)
		c->in.gpr[i] = value(g);
	c->in.gpr[3] = BASE_EBX;
	c->in.gpr[4] = CASE_STACK;
	c->in.gpr[5] = BASE_EBP;
	c->in.eflags = gen_random(g) & CASE_FLAGS & ~0x400u;
	for (i = 0; i < CASE_SCRATCH_LEN; i += 4) {
		uint32_t v = value(g);

		memcpy(c->in.scratch + i, &v, 4);
	}
}

void gen_form(struct gen *g, unsigned int n)
{
	forms[n].emit(g);
	g->ends[g->insns++] = g->c->code_len;
}

void gen_case(struct gen *g, struct insn_case *c)
{
	unsigned int n = 1 + below(g, GEN_MAX_INSNS);

	gen_begin(g, c);
	while (n-- && c->code_len < CASE_CODE_MAX - 48)
		gen_form(g, below(g, ARRAY_SIZE(forms)));
}
