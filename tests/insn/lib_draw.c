// SPDX-License-Identifier: BSD-2-Clause
/* lib_draw.c - draw the cases of a line; see lib_draw.h. */
#include "tests/insn/lib_draw.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"
#include "ia32/types.h"

#define DRAWS_VALUES	300	/* per line */
#define DRAWS_ENDS	2	/* per line and place */
#define DRAWS_ODD	6	/* per line and place */
#define ODD_PLACES	16u	/* each distance from a multiple of 16 */

/* Page ends: what is below and above. */
static const struct end {
	uint32_t at;
	const char *what;
} ends[] = {
	{ CASE_MEM, "absent, present" },
	{ CASE_MEM + PAGE_SIZE, "present, present" },
	{ CASE_MEM + CASE_MEM_SIZE, "present, absent" },
	{ CASE_RO, "absent, read-only" },
	{ CASE_RO + PAGE_SIZE, "read-only, absent" },
};

/* How far below it an operand begins; beyond 16 for FXSAVE and its like. */
static const uint32_t below[] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 27, 28,
	32, 94, 96, 107, 108, 256, 496, 511, 512,
};

static void put_before(struct case_in *in, const uint8_t *code, uint32_t n)
{
	memmove(in->code + n, in->code, in->code_len);
	memcpy(in->code, code, n);
	in->code_len += n;
	in->code_at -= n;
	in->st.eip -= n;
}

/* lead_in() - the instruction finds the same state, but moved ESP to it: by a
 * PUSH of what is there already, a POP of what EAX is already, or an ADD or
 * SUB, after which the flags are its own. */
static void lead_in(struct rng *r, struct case_in *in)
{
	uint32_t *g = in->st.gpr, at = g[REG_ESP] - CASE_MEM;
	uint8_t code[6], small = (uint8_t)rng_next(r);
	uint32_t large = rng_below(r, 8001) - 4000;

	if (in->loose & CASE_LOOSE_PARTIAL)
		return;		/* compared with the state at the start */
	switch (rng_below(r, 6)) {
	case 1:
		if (at > CASE_MEM_SIZE - 4)
			return;
		code[0] = 0x68;
		put_le32(code + 1, get_le32(in->mem + at));
		put_before(in, code, 5);
		g[REG_ESP] += 4;
		break;
	case 2:
		if (at - 4 > CASE_MEM_SIZE - 4)
			return;
		code[0] = 0x58;
		put_le32(in->mem + at - 4, g[REG_EAX]);
		put_before(in, code, 1);
		g[REG_ESP] -= 4;
		break;
	case 3:			/* add esp, imm8 */
		put_before(in, (const uint8_t []){ 0x83, 0xc4, small }, 3);
		g[REG_ESP] -= (uint32_t)(int8_t)small;
		break;
	case 4:			/* sub esp, imm8 */
		put_before(in, (const uint8_t []){ 0x83, 0xec, small }, 3);
		g[REG_ESP] += (uint32_t)(int8_t)small;
		break;
	case 5:			/* sub esp, imm32 */
		code[0] = 0x81;
		code[1] = 0xec;
		put_le32(code + 2, large);
		put_before(in, code, 6);
		g[REG_ESP] += large;
		break;
	}
}

/* unclear() - a case that processors may take as they like: FXSAVE over an
 * absent and a read-only page; a jump to 16 bits of what the read-only page
 * happens to hold. */
static bool unclear(const struct spec *s, uint32_t end)
{
	return end - CASE_RO <= PAGE_SIZE &&
	       (s->setup == SET_ENV || s->setup == SET_FAR ||
		s->setup == SET_FRAME);
}

/* line_rng() - a generator of the line's own. */
static struct rng line_rng(const struct spec *s, uint64_t seed)
{
	struct rng r = { seed };
	const char *p;

	for (p = s->name; *p; p++)
		r.s = (r.s ^ (uint8_t)*p) * 0x100000001b3ull;
	return r;
}

bool draw_values(const struct spec *s, uint64_t seed,
		 const struct draw_sink *to)
{
	struct rng r = line_rng(s, seed);
	unsigned int draw;

	for (draw = 0; draw < DRAWS_VALUES; draw++) {
		spec_case(s, &r, to->next(to->user));
		if (!to->add(to->user, s))
			return false;
	}
	return true;
}

/* draw_end() - at all places about one end. */
static bool draw_end(const struct spec *s, uint32_t end, struct rng *r,
		     const struct draw_sink *to)
{
	unsigned int b, draw;
	struct case_in *in;

	for (b = 0; b < ARRAY_SIZE(below); b++)
		for (draw = 0; draw < DRAWS_ENDS; draw++) {
			in = to->next(to->user);
			spec_case_at(s, r, end - below[b], in);
			lead_in(r, in);
			if (!to->add(to->user, s))
				return false;
		}
	return true;
}

bool draw_ends(const struct spec *s, uint64_t seed, const struct draw_sink *to)
{
	struct rng r = line_rng(s, seed);
	unsigned int e;

	for (e = 0; e < ARRAY_SIZE(ends) && !unclear(s, ends[e].at); e++)
		if (!draw_end(s, ends[e].at, &r, to))
			return false;
	return true;
}

/*
 * free_to_align() - where processors may raise #AC or not: unaligned moves of
 * 16 bytes (SDM volume 2, tables 2-18 to 2-22: for 8 bytes or less); images
 * that must be aligned to 16 bytes, which #GP may tell as well (FXSAVE).
 */
static bool free_to_align(const struct spec *s)
{
	static const char *const text[] = {
		"0F 10 /r", "0F 11 /r", "66 0F 10 /r", "66 0F 11 /r",
		"F3 0F 6F /r", "F3 0F 7F /r", "F2 0F F0 /r:m",
		"66 0F 3A 60 /r ib", "66 0F 3A 61 /r ib",
		"66 0F 3A 62 /r ib", "66 0F 3A 63 /r ib",
		"0F AE /0:m", "0F AE /1:m",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(text); i++)
		if (!strcmp(s->text, text[i]))
			return true;
	return false;
}

/* odd_place() - in the middle of a page, and one in six over its end. */
static uint32_t odd_place(unsigned int draw)
{
	uint32_t end = draw / ODD_PLACES ? CASE_MEM + 0x600 :
					   CASE_MEM + PAGE_SIZE;

	return end - draw % ODD_PLACES;
}

bool draw_odd(const struct spec *s, uint64_t seed, const struct draw_sink *to)
{
	struct rng r = line_rng(s, seed);
	unsigned int draw;
	struct case_in *in;

	if (free_to_align(s))
		return true;
	for (draw = 0; draw < DRAWS_ODD * ODD_PLACES; draw++) {
		in = to->next(to->user);
		spec_case_at(s, &r, odd_place(draw), in);
		in->st.eflags |= FL_AC;
		in->loose |= CASE_LOOSE_ORDER;
		if (!to->add(to->user, s))
			return false;
	}
	return true;
}
