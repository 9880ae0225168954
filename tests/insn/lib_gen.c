// SPDX-License-Identifier: BSD-2-Clause
/* lib_gen.c - values worth trying, drawn from a seeded generator. */
#include "tests/insn/lib_gen.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"

uint32_t rng_next(struct rng *r)
{
	uint64_t z = r->s += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((z ^ z >> 31) >> 16);
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)((uint64_t)rng_next(r) * n >> 32);
}

bool rng_one_in(struct rng *r, uint32_t n)
{
	return rng_below(r, n) == 0;
}

static uint64_t rng_next64(struct rng *r)
{
	uint64_t high = rng_next(r);

	return high << 32 | rng_next(r);
}

uint32_t gen_int(struct rng *r)
{
	static const uint32_t v[] = {
		0, 1, 2, 3, 7, 9, 10, 0x0f, 0x10, 0x1f, 0x20, 0x21, 0x7f, 0x80,
		0x81, 0x99, 0x9a, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0x8001,
		0xfffe, 0xffff, 0x10000, 0x7ffffffe, 0x7fffffff, 0x80000000,
		0x80000001, 0xaaaaaaaa, 0x55555555, 0xff00ff00, 0xffff0000,
		0xffff8000, 0xffffff80, 0xfffffffe, 0xffffffff,
	};

	if (rng_one_in(r, 3))
		return rng_next(r);
	return v[rng_below(r, ARRAY_SIZE(v))];
}

static uint32_t gen_f32(struct rng *r)
{
	static const uint32_t v[] = {
		0, 0x80000000, 0x3f800000, 0xbf800000, 0x40000000, 0x3f000000,
		0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f800001,
		0xffbfffff, 0x7fffffff, 1, 0x80000001, 0x007fffff, 0x00800000,
		0x80800000, 0x7f7fffff, 0xff7fffff, 0x4b800000, 0xcb800000,
		0x4f000000, 0xcf000000, 0x4effffff, 0x3fc00000, 0xc0200000,
		0x4b000001, 0x3effffff, 0x34000000, 0x40490fdb, 0x47000000,
	};

	switch (rng_below(r, 4)) {
	case 0:
		return rng_next(r);
	case 1:	/* near one: operations that round */
		return (rng_next(r) & 0x87ffffff) | 0x38000000;
	default:
		return v[rng_below(r, ARRAY_SIZE(v))];
	}
}

static uint64_t gen_f64(struct rng *r)
{
	static const uint64_t v[] = {
		0, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
		0x4000000000000000, 0x3fe0000000000000, 0x7ff0000000000000,
		0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000,
		0x7ff0000000000001, 0xfff7ffffffffffff, 0x7fffffffffffffff,
		1, 0x8000000000000001, 0x000fffffffffffff, 0x0010000000000000,
		0x7fefffffffffffff, 0xffefffffffffffff, 0x4330000000000000,
		0x41e0000000000000, 0xc1e0000000000000, 0x41dfffffffc00000,
		0xc1e0000000200000, 0x43e0000000000000, 0xc3e0000000000000,
		0x3ff8000000000000, 0x47efffffe0000000, 0x47f0000000000000,
		0x3810000000000000, 0x36a0000000000000, 0x3690000000000000,
	};

	switch (rng_below(r, 4)) {
	case 0:
		return rng_next64(r);
	case 1:
		return (rng_next64(r) & 0x80ffffffffffffff) |
		       0x3f00000000000000;
	default:
		return v[rng_below(r, ARRAY_SIZE(v))];
	}
}

/* Sign and exponent, then the significand; the odd encodings included. */
static void gen_f80(struct rng *r, uint8_t out[10])
{
	static const uint16_t exps[] = {
		0, 1, 2, 0x3fff, 0x3ffe, 0x4000, 0x4001, 0x4040, 0x401e, 0x403e,
		0x3fbf, 0x3fc0, 0x7ffe, 0x7fff, 0x7fff, 0x3f80, 0x407f, 0x3c00,
	};
	static const uint64_t sigs[] = {
		0, 0x8000000000000000, 0x8000000000000000, 0xc000000000000000,
		0xa000000000000000, 0xffffffffffffffff, 0x8000000000000001,
		0x7fffffffffffffff, 0x4000000000000000, 1, 0xfffffffffffff800,
		0xffffff0000000000, 0xc90fdaa22168c235, 0xbfffffffffffffff,
	};
	uint64_t sig = rng_one_in(r, 2) ? rng_next64(r) | 1ull << 63 :
					  sigs[rng_below(r, ARRAY_SIZE(sigs))];
	uint32_t exp = exps[rng_below(r, ARRAY_SIZE(exps))];

	if (rng_one_in(r, 3))
		exp = 0x3ff0 + rng_below(r, 0x60);
	put_le64(out, sig);
	put_le16(out + 8, (uint16_t)(exp | (rng_next(r) & 0x8000)));
}

void gen_fill(struct rng *r, enum pool pool, uint8_t out[16])
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		out[i] = (uint8_t)(pool == POOL_FEW ? rng_below(r, 3) : 0);
	switch (pool) {
	case POOL_INT:
		for (i = 0; i < 16; i += 4)
			put_le32(out + i, gen_int(r));
		break;
	case POOL_F32:
		for (i = 0; i < 16; i += 4)
			put_le32(out + i, gen_f32(r));
		break;
	case POOL_F64:
		for (i = 0; i < 16; i += 8)
			put_le64(out + i, gen_f64(r));
		break;
	case POOL_F80:
		gen_f80(r, out);
		break;
	case POOL_FEW:
		break;
	}
}

/* gen_x87() - registers, tags, top, flags, control word. */
static void gen_x87(struct rng *r, uint8_t fx[512])
{
	uint32_t fcw = (rng_one_in(r, 6) ? rng_next(r) & 0x3f : 0x3f) | 0x40;
	uint32_t fsw = rng_next(r) & 0x7f00;	/* C0-C3, top; B and ES below */
	unsigned int i;

	for (i = 0; i < 8; i++)
		gen_f80(r, fx + 32 + i * 16);
	fcw |= rng_below(r, 4) << 10;
	fcw |= (rng_one_in(r, 3) ? rng_below(r, 4) : 3) << 8;
	if (rng_one_in(r, 4))
		fsw |= rng_next(r) & 0x7f;
	if (fsw & ~fcw & 0x3f)
		fsw |= 0x8080;
	put_le16(fx, (uint16_t)fcw);
	put_le16(fx + 2, (uint16_t)fsw);
	fx[4] = rng_one_in(r, 3) ? (uint8_t)rng_next(r) : 0xff;
}

static void gen_xmm(struct rng *r, enum pool pool, uint8_t fx[512])
{
	uint32_t mxcsr = rng_one_in(r, 6) ? rng_next(r) & 0x1f80 : 0x1f80;
	unsigned int i;

	for (i = 0; i < 8; i++)
		gen_fill(r, pool, fx + 160 + i * 16);
	mxcsr |= rng_below(r, 4) << 13;
	if (rng_one_in(r, 8))
		mxcsr |= 0x8000;	/* flush to zero */
	if (rng_one_in(r, 8))
		mxcsr |= 0x0040;	/* denormals are zero */
	if (rng_one_in(r, 4))
		mxcsr |= rng_next(r) & 0x3f;
	put_le32(fx + 24, mxcsr);
}

void gen_fx(struct rng *r, enum fpstate kind, uint8_t fx[512])
{
	memset(fx, 0, 512);
	put_le16(fx, 0x37f);
	put_le32(fx + 24, 0x1f80);
	switch (kind) {
	case FP_CLEAN:
		break;
	case FP_X87:
		gen_x87(r, fx);
		break;
	case FP_MMX:
		gen_x87(r, fx);
		gen_xmm(r, POOL_INT, fx);
		if (!rng_one_in(r, 16))	/* seldom with an error pending */
			put_le16(fx + 2, get_le16(fx + 2) & 0x7f00);
		break;
	case FP_F32:
		gen_xmm(r, POOL_F32, fx);
		break;
	case FP_F64:
		gen_xmm(r, POOL_F64, fx);
		break;
	case FP_VINT:
		gen_xmm(r, POOL_INT, fx);
		break;
	}
}

static uint32_t gen_flags(struct rng *r)
{
	uint32_t fl = FL_ONE | FL_IF | (rng_next(r) & FL_ARITH);

	if (rng_one_in(r, 8))
		fl |= FL_DF;
	if (rng_one_in(r, 16))
		fl |= FL_ID;
	if (rng_one_in(r, 32))
		fl |= FL_NT;
	return fl;
}

static uint32_t gen_pointer(struct rng *r)
{
	return CASE_MEM + 0x400 + rng_below(r, 0x80) * 16;
}

void gen_state(struct rng *r, enum fpstate kind, struct case_in *in)
{
	uint32_t *g = in->st.gpr;
	unsigned int i;

	for (i = 0; i < CASE_MEM_SIZE; i += 8)
		put_le64(in->mem + i, i * 0x0123456789abcdefull);
	g[REG_EAX] = gen_int(r);
	g[REG_ECX] = gen_int(r);
	g[REG_EDX] = gen_int(r);
	g[REG_EBX] = gen_pointer(r);
	g[REG_ESI] = gen_pointer(r);
	g[REG_EDI] = gen_pointer(r);
	g[REG_EBP] = gen_pointer(r);
	g[REG_ESP] = CASE_MEM + 0x1400 + rng_below(r, 0x40) * 4;
	in->st.eflags = gen_flags(r);
	gen_fx(r, kind, in->st.fx);
	in->undefined = 0;
	in->loose = 0;
	memset(in->ignore, 0, sizeof(in->ignore));
}
