// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_spec.c - draw a case from an instruction's spec: choose prefixes, form,
 * addressing mode, immediate and operand values, and write the bytes.
 */
#include "tests/insn/lib_spec.h"

#include <ctype.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"

/* What is being put together. */
struct draft {
	const struct spec *spec;
	struct rng *r;
	struct case_in *in;
	uint32_t operand;	/* linear address of the memory operand */
	bool small;		/* 66h is there */
	uint32_t aim;		/* something is to be there, or 0 */
};

static void put(struct draft *d, uint32_t byte)
{
	if (d->in->code_len < CASE_CODE_MAX)
		d->in->code[d->in->code_len++] = (uint8_t)byte;
}

static void put_n(struct draft *d, uint32_t v, unsigned int bytes)
{
	while (bytes--) {
		put(d, v);
		v >>= 8;
	}
}

/* choose_place() - where the operand lies: mostly aligned and well inside,
 * else unaligned, across the pages, across an end, or read-only. */
static uint32_t choose_place(struct rng *r)
{
	switch (rng_below(r, 16)) {
	case 0:
	case 1:
		return CASE_MEM + 0x400 + rng_below(r, 0x800);
	case 2:
		return CASE_MEM + 0x1000 - rng_below(r, 17);
	case 3:
		return CASE_MEM + CASE_MEM_SIZE - rng_below(r, 17);
	case 4:
		return rng_one_in(r, 2) ? CASE_MEM - rng_below(r, 16) :
					  CASE_RO + rng_below(r, 0x100) * 16;
	default:
		return CASE_MEM + 0x400 + rng_below(r, 0x80) * 16;
	}
}

static void fill_at(struct draft *d, uint32_t at, enum pool pool)
{
	uint8_t v[16];
	uint32_t i;

	gen_fill(d->r, pool, v);
	for (i = 0; i < sizeof(v); i++)
		if (at + i - CASE_MEM < CASE_MEM_SIZE)
			d->in->mem[at + i - CASE_MEM] = v[i];
}

/* poke() - the low @n bytes of @v, as far as @at is in CASE_MEM. */
static void poke(struct draft *d, uint32_t at, uint32_t v, unsigned int n)
{
	for (at -= CASE_MEM; n--; at++, v >>= 8)
		if (at < CASE_MEM_SIZE)
			d->in->mem[at] = (uint8_t)v;
}

static uint32_t code_target(struct rng *r)
{
	return CASE_CODE + rng_below(r, 0x400) + 0x100;
}

static uint32_t choose_selector(struct rng *r)
{
	static const uint16_t sel[] = { 0x2b, 0x2b, 0x28, 0x23, 0x20, 0, 3 };

	return sel[rng_below(r, ARRAY_SIZE(sel))];
}

/* near_end() - an offset for a pointer register such that an access of a few
 * bytes may leave the memory. */
static uint32_t near_end(struct rng *r)
{
	uint32_t slack = rng_below(r, 24);

	return rng_one_in(r, 2) ? CASE_MEM + slack :
				  CASE_MEM + CASE_MEM_SIZE - slack;
}

static void set_string(struct draft *d)
{
	uint32_t *g = d->in->st.gpr;
	uint32_t i;

	g[REG_ESI] = rng_one_in(d->r, 5) ?
			     near_end(d->r) :
			     CASE_MEM + 0x600 + rng_below(d->r, 64);
	g[REG_EDI] = rng_one_in(d->r, 5) ?
			     near_end(d->r) :
			     CASE_MEM + (rng_one_in(d->r, 3) ? 0x600 : 0xff0) +
				     rng_below(d->r, 64);
	g[REG_ECX] = rng_one_in(d->r, 16) ? gen_int(d->r) : rng_below(d->r, 12);
	for (i = 0; i < 0x100; i += 16) {
		fill_at(d, CASE_MEM + 0x5c0 + i, POOL_FEW);
		fill_at(d, CASE_MEM + 0xfc0 + i, POOL_FEW);
	}
	fill_at(d, CASE_MEM, POOL_FEW);
	fill_at(d, CASE_MEM + CASE_MEM_SIZE - 16, POOL_FEW);
	if (rng_one_in(d->r, 2))
		g[REG_EAX] = rng_below(d->r, 3) * 0x01010101;
	d->in->st.eflags &= ~FL_DF;
	if (rng_one_in(d->r, 3))
		d->in->st.eflags |= FL_DF;
}

/* set_frame() - what RET, RETF, IRET and POPF find on the stack. */
static void set_frame(struct draft *d)
{
	uint32_t esp = d->in->st.gpr[REG_ESP], n = d->small ? 2 : 4;
	/* A selector to be refused, or a page: which is found first? */
	uint32_t cs = !d->aim && rng_one_in(d->r, 4) ? choose_selector(d->r) :
						       CASE_CS;
	uint32_t fl = (rng_next(d->r) & (FL_ARITH | FL_DF | FL_TF | FL_IF |
					 FL_IOPL | FL_ID | FL_RF)) |
		      FL_ONE;

	poke(d, esp, code_target(d->r), n);
	poke(d, esp + n, cs | 0xabcd0000, n);
	poke(d, esp + 2 * n, fl, n);
	/* NT means another thing to the host, which is in 64-bit mode. */
	d->in->st.eflags &= ~FL_NT;
}

static void set_far(struct draft *d)
{
	uint32_t n = d->small ? 2 : 4;

	poke(d, d->operand, code_target(d->r), n);
	poke(d, d->operand + n,
	     rng_one_in(d->r, 3) ? choose_selector(d->r) : CASE_CS, 2);
	d->in->st.eflags &= ~FL_NT;
}

static void set_code(struct draft *d)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (i != REG_ESP)
			d->in->st.gpr[i] = code_target(d->r);
}

static void set_selectors(struct draft *d)
{
	uint32_t n = d->small ? 2 : 4;
	unsigned int i;

	for (i = 0; i < 4; i++)
		d->in->st.gpr[i] = choose_selector(d->r) |
				   (rng_next(d->r) & 0xffff0000);
	poke(d, d->operand, choose_selector(d->r), 2);
	poke(d, d->operand + n, choose_selector(d->r), 2);
	poke(d, d->in->st.gpr[REG_ESP], choose_selector(d->r) | 0xabcd0000, 4);
}

static void set_div(struct draft *d)
{
	static const uint32_t high[] = { 0, 0, 1, 0xffffffff, 0xffffffff,
					 0x7fffffff, 0x80000000, 5 };
	uint32_t *g = d->in->st.gpr;

	g[REG_EDX] = high[rng_below(d->r, ARRAY_SIZE(high))];
	if (rng_one_in(d->r, 3))	/* AX for the byte forms */
		g[REG_EAX] =
			(uint32_t)(int32_t)(int16_t)(rng_below(d->r, 0x400) -
						     0x200);
}

/* take_aim() - one of the pointers that are used is d->aim; before the rest is
 * set up by them. */
static void take_aim(struct draft *d)
{
	uint32_t *g = d->in->st.gpr, at = d->aim;

	switch (d->spec->setup) {
	case SET_XLAT:
		g[REG_EBX] = at - (g[REG_EAX] & 0xff);
		break;
	case SET_FRAME:
		g[REG_ESP] = at;
		break;
	case SET_STACK:
	case SET_MULTI:
	case SET_FAR:
	case SET_CODE:
	case SET_SEL:
		if (rng_one_in(d->r, 2))
			g[rng_one_in(d->r, 4) ? REG_EBP : REG_ESP] = at;
		else
			d->operand = at;
		break;
	default:
		d->operand = at;
		break;
	}
}

/* aim_string() - one string, or two that are alike at the page's end. If both
 * can fault, which of them does so first is laid down for MOVS only, and
 * where FS or GS is null, that may count first. */
static void aim_string(struct draft *d)
{
	uint32_t *g = d->in->st.gpr, which = rng_below(d->r, 3);
	bool cmps = strstr(d->spec->name, "cmps"), null = false;
	unsigned int i;

	for (i = 0; i < d->in->code_len; i++)
		null |= (d->in->code[i] & 0xfe) == 0x64;
	g[REG_ESI] = g[REG_EDI] = CASE_MEM + 0x600 + rng_below(d->r, 64);
	if (which != 0 && !null)
		g[REG_EDI] = d->aim;
	if (which != 1 && !(which == 2 && cmps))
		g[REG_ESI] = d->aim;
}

/* aim_late() - aim the operand at d->aim where registers were drawn before. */
static void aim_late(struct draft *d)
{
	uint32_t *g = d->in->st.gpr, which = rng_below(d->r, 3);

	if (d->spec->setup == SET_STRING)
		aim_string(d);
	if (d->spec->setup == SET_BIT && which) {
		g[REG_ECX] &= 0x1f;
		g[REG_EDX] &= 0x1f;
	}
}

/* put_setup() - what @s->setup asks for; called once the form is known. */
static void put_setup(struct draft *d)	/* table */
{
	uint32_t *g = d->in->st.gpr;

	switch (d->spec->setup) {
	case SET_INT:
	case SET_WHOLE:
	case SET_XLAT:
	case SET_ENV:
		break;
	case SET_FEW:
		fill_at(d, d->operand, POOL_FEW);
		break;
	case SET_SHIFT:
		if (!rng_one_in(d->r, 4))
			g[REG_ECX] = rng_below(d->r, 70);
		break;
	case SET_DIV:
		set_div(d);
		break;
	case SET_BCD:
		g[REG_EAX] = rng_next(d->r);
		break;
	case SET_STRING:
		set_string(d);
		break;
	case SET_BIT:
		g[REG_ECX] = rng_below(d->r, 0x2000) - 0x1000;
		g[REG_EDX] = rng_below(d->r, 0x200) - 0x100;
		break;
	case SET_MULTI:
	case SET_STACK:
		if (d->aim)
			break;
		if (rng_one_in(d->r, 3))
			g[REG_ESP] = near_end(d->r);
		if (rng_one_in(d->r, 4))
			g[REG_EBP] = near_end(d->r);
		break;
	case SET_FRAME:
		set_frame(d);
		break;
	case SET_FAR:
		set_far(d);
		break;
	case SET_SEL:
		set_selectors(d);
		break;
	case SET_CODE:
		set_code(d);
		break;
	case SET_LOADENV:
		fill_at(d, d->operand, POOL_INT);
		break;
	case SET_F32:
		fill_at(d, d->operand, POOL_F32);
		break;
	case SET_F64:
		fill_at(d, d->operand, POOL_F64);
		break;
	case SET_F80:
		fill_at(d, d->operand, POOL_F80);
		break;
	case SET_MINT:
		fill_at(d, d->operand, POOL_INT);
		break;
	}
}

/* put_modrm16() - a 16-bit address of the operand's alias, with 67h. */
static void put_modrm16(struct draft *d, uint32_t reg)
{
	uint32_t *g = d->in->st.gpr;
	uint32_t at = CASE_LOW + (d->operand - CASE_MEM);
	uint32_t disp = rng_below(d->r, 0x80);

	memmove(d->in->code + 1, d->in->code, d->in->code_len);
	d->in->code[0] = 0x67;
	d->in->code_len++;
	switch (rng_below(d->r, 3)) {
	case 0:		/* [bx + si + disp8] */
		g[REG_ESI] = (g[REG_ESI] & 0xffff0000) | 0x1234;
		g[REG_EBX] = (g[REG_EBX] & 0xffff0000) |
			     ((at - disp - 0x1234) & 0xffff);
		put(d, 0x40 | reg << 3);
		put(d, disp);
		break;
	case 1:		/* [bp + disp16] */
		g[REG_EBP] = (g[REG_EBP] & 0xffff0000) | ((at - disp) & 0xffff);
		put(d, 0x86 | reg << 3);
		put_n(d, disp, 2);
		break;
	default:	/* [disp16] */
		put(d, 0x06 | reg << 3);
		put_n(d, at, 2);
		break;
	}
}

/* put_sib() - [base + index * scale + disp8] or [esp + disp32]. */
static void put_sib(struct draft *d, uint32_t reg)
{
	uint32_t *g = d->in->st.gpr;
	uint32_t scale = rng_below(d->r, 4), disp = rng_below(d->r, 0x80);

	if (rng_one_in(d->r, 4)) {
		put(d, 0x84 | reg << 3);
		put(d, 0x24);
		put_n(d, d->operand - g[REG_ESP], 4);
		return;
	}
	g[REG_ESI] = rng_below(d->r, 0x40);
	g[REG_EBX] = d->operand - disp - (g[REG_ESI] << scale);
	put(d, 0x44 | reg << 3);
	put(d, scale << 6 | REG_ESI << 3 | REG_EBX);
	put(d, disp);
}

static void put_memory(struct draft *d, uint32_t reg)
{
	static const uint8_t bases[] = { REG_EBX, REG_ESI, REG_EDI, REG_EBP };
	uint32_t base = bases[rng_below(d->r, ARRAY_SIZE(bases))];
	uint32_t disp = rng_next(d->r);

	switch (rng_below(d->r, 8)) {
	case 0:
		put(d, 0x05 | reg << 3);
		put_n(d, d->operand, 4);
		return;
	case 1:
	case 2:
		put_sib(d, reg);
		return;
	case 3:
		if (d->operand - CASE_MEM < CASE_MEM_SIZE - 16) {
			put_modrm16(d, reg);
			return;
		}
		break;
	case 4:
		d->in->st.gpr[base] = d->operand - disp;
		put(d, 0x80 | reg << 3 | base);
		put_n(d, disp, 4);
		return;
	}
	disp = rng_below(d->r, 0x100);
	d->in->st.gpr[base] = d->operand - (uint32_t)(int8_t)disp;
	put(d, 0x40 | reg << 3 | base);
	put(d, disp);
}

/* put_modrm() - "/r", "/3:m", ... */
static void put_modrm(struct draft *d, const char *word)
{
	uint32_t reg = word[1] == 'r' ? rng_below(d->r, 8) :
					(uint32_t)(word[1] - '0');
	bool mem = word[2] == ':' ? word[3] == 'm' : !rng_one_in(d->r, 3);
	uint32_t rm = rng_below(d->r, 8);

	if (word[1] == 'r' && d->spec->setup == SET_SEL)
		reg = rng_below(d->r, 6);
	if (rm == REG_ESP && d->spec->setup == SET_CODE)
		rm = REG_EBP;	/* the stack is no code */
	if (mem)
		put_memory(d, reg);
	else
		put(d, 0xc0 | reg << 3 | rm);
}

static void put_immediate(struct draft *d, const char *word)
{
	uint32_t v = gen_int(d->r);

	if (d->spec->setup == SET_MULTI && word[1] == 'w')
		v &= 0x3f;	/* ENTER n */
	if (d->spec->setup == SET_FRAME && word[1] == 'w')
		v &= 0xff;
	put_n(d, v,
	      word[1] == 'b'		 ? 1 :
	      word[1] == 'w'		 ? 2 :
	      word[1] == 'z' && d->small ? 2 :
					   4);
}

static void put_relative(struct draft *d, const char *word)
{
	uint32_t rel = 0x10 + rng_below(d->r, 0x60);

	if (rng_one_in(d->r, 2))
		rel = -rel - 0x10;
	put_n(d, rel, word[3] == '8' ? 1 : d->small ? 2 : 4);
}

static void put_prefix(struct draft *d, const char *word)
{
	static const uint8_t segs[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65 };

	if (word[0] == 'o' && rng_one_in(d->r, 2)) {
		d->small = true;
		put(d, 0x66);
	} else if (word[0] == 'r' && rng_one_in(d->r, 2)) {
		put(d, rng_one_in(d->r, 2) ? 0xf2 : 0xf3);
	} else if (word[0] == 'l' && rng_one_in(d->r, 4)) {
		put(d, 0xf0);
	} else if (word[0] == 's' && rng_one_in(d->r, 8)) {
		put(d, segs[rng_below(d->r, ARRAY_SIZE(segs))]);
	}
}

static void put_plus(struct draft *d, char kind)
{
	uint32_t n = rng_below(d->r, kind == 'c' ? 16 : 8);

	if (kind == 'r' && n == REG_ESP)
		n = REG_EBP;
	d->in->code[d->in->code_len - 1] += (uint8_t)n;
}

/* put_word() - one word of the spec. */
static void put_word(struct draft *d, const char *w)
{
	uint32_t hex;

	if (isxdigit((unsigned char)w[0]) && isxdigit((unsigned char)w[1])) {
		hex = (uint32_t)(isdigit((unsigned char)w[0]) ? w[0] - '0' :
								w[0] - 'A' + 10)
		      << 4;
		hex |= (uint32_t)(isdigit((unsigned char)w[1]) ?
					  w[1] - '0' :
					  w[1] - 'A' + 10);
		put(d, hex);
	} else if (w[0] == '+') {
		put_plus(d, w[1]);
	} else if (w[0] == '/') {
		put_modrm(d, w);
	} else if (strchr(w, '?')) {
		put_prefix(d, w);
	} else if (!strncmp(w, "rel", 3)) {
		put_relative(d, w);
	} else if (!strcmp(w, "moffs")) {
		put_n(d, d->operand, 4);
	} else if (!strcmp(w, "ptr")) {
		put_n(d, code_target(d->r), d->small ? 2 : 4);
		put_n(d, rng_one_in(d->r, 3) ? choose_selector(d->r) : CASE_CS,
		      2);
	} else {
		ASSERT(w[0] == 'i');
		put_immediate(d, w);
	}
}

/* mask_environment() - FIP, FDP and FOP in an FNSTENV, FNSAVE or FXSAVE
 * image: see lib_compare.c. The masks of MXCSR may differ as well. */
static void mask_environment(struct draft *d)
{
	uint32_t at = d->operand - CASE_MEM;

	if (strstr(d->spec->text, "AE")) {
		d->in->ignore[0].at = at + 6;
		d->in->ignore[0].len = 18;
		d->in->ignore[1].at = at + 28;
		d->in->ignore[1].len = 4;
	} else {
		d->in->ignore[0].at = at + (d->small ? 6 : 12);
		d->in->ignore[0].len = d->small ? 8 : 16;
	}
}

/* loosen() - what two processors may do differently in this case. */
static void loosen(const struct spec *s, struct case_in *in)
{
	switch (s->setup) {
	case SET_ENV:
	case SET_LOADENV:
	case SET_STRING:
	case SET_FAR:
	case SET_SEL:
	case SET_FRAME:
		in->loose = CASE_LOOSE_CR2;
		break;
	case SET_MULTI:
		in->loose = CASE_LOOSE_CR2 | CASE_LOOSE_PARTIAL;
		break;
	default:
		break;
	}
	in->undefined = s->undefined;
}

/* write_bytes() - the instruction, word by word. Prefixes come first, so that
 * put_setup() knows the size. */
static void write_bytes(struct draft *d)
{
	char words[80], *w, *save;

	strncpy(words, d->spec->text, sizeof(words) - 1);
	words[sizeof(words) - 1] = 0;
	w = strtok_r(words, " ", &save);
	for (; w && strchr(w, '?'); w = strtok_r(NULL, " ", &save))
		put_word(d, w);
	if (w && !strcmp(w, "66"))
		d->small = true;
	put_setup(d);
	if (d->aim)
		aim_late(d);
	for (; w; w = strtok_r(NULL, " ", &save))
		put_word(d, w);
}

static void draw(struct draft *d)
{
	const struct spec *s = d->spec;
	struct case_in *in = d->in;

	gen_state(d->r, s->fp, in);
	in->code_len = 0;
	in->code_at = 0x800;
	if (rng_one_in(d->r, 16) && s->setup != SET_WHOLE)
		in->code_at = CASE_CODE_SIZE - 2 - rng_below(d->r, 6);
	if (d->aim)
		take_aim(d);
	else if (s->setup == SET_XLAT)
		d->operand = in->st.gpr[REG_EBX];
	if (s->fp == FP_CLEAN && s->setup != SET_XLAT && rng_one_in(d->r, 2))
		in->st.gpr[REG_EBX] = gen_int(d->r);
	fill_at(d, d->operand, POOL_INT);
	write_bytes(d);
	if (s->setup == SET_ENV)
		mask_environment(d);
	loosen(s, in);
	if (in->code_at + in->code_len > CASE_CODE_SIZE)
		in->code_len = CASE_CODE_SIZE - in->code_at;
	in->st.eip = CASE_CODE + in->code_at;
}

void spec_case(const struct spec *s, struct rng *r, struct case_in *in)
{
	struct draft d = { s, r, in, choose_place(r), false, 0 };

	/* Not where fault_test.c would call it unclear. */
	if ((s->setup == SET_FAR || s->setup == SET_ENV) &&
	    d.operand >= CASE_RO)
		d.operand = CASE_MEM + 0x500;
	draw(&d);
}

void spec_case_at(const struct spec *s, struct rng *r, uint32_t at,
		  struct case_in *in)
{
	struct draft d = { s, r, in, CASE_MEM + 0x600, false, at };

	draw(&d);
}
