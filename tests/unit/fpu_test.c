/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_test.c - every x87, MMX, SSE and SSE2 instruction against the host.
 *
 * Each register and memory form is run a few hundred times from random
 * states made of nasty values (denormals, NaNs, infinities, unnormals, empty
 * registers, sticky flags, pending errors), with exceptions masked and
 * unmasked, in the guest and natively. Everything has to be equal: results,
 * flags, tags, undefined bits, and whether there was an #MF or #XM.
 * FPU_SEED=n in the environment repeats a run.
 */
#include "tests/unit/lib_box.h"
#include "tests/unit/lib_native.h"

#include <stdlib.h>
#include <time.h>

#include "ia32/decode.h"
#include "vmm/cpu/fpu_vec.h"

#define OPERAND 128	/* bytes of memory at [ESI] that are compared */
#define MAX_BAD 5

struct pair {
	struct box box;
	struct native native;
	uint8_t mem[OPERAND] __attribute__((aligned(64)));
	uint8_t fx[512] __attribute__((aligned(64)));	/* before */
	uint64_t rng, seed;
	uint32_t at;		/* where the next code goes */
	unsigned int runs, errors, bad;
};

static uint32_t rnd(struct pair *p)
{
	p->rng = p->rng * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(p->rng >> 33);
}

static void pair_open(struct pair *p)
{
	const char *seed = getenv("FPU_SEED");

	memset(p, 0, sizeof(*p));
	box_open(&p->box);
	native_open(&p->native);
	p->seed = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	p->rng = p->seed;
	p->at = CODE;
	print_message("# FPU_SEED=%llu\n", (unsigned long long)p->seed);
	cpu_write_cr4(p->box.cpu, CR4_OSFXSR | CR4_OSXMMEXCPT);
}

static void pair_close(struct pair *p)
{
	print_message("# %u runs, %u of them #MF or #XM\n", p->runs, p->errors);
	assert_true(p->runs > 0);
	assert_int_equal(p->bad, 0);
	native_close(&p->native);
	box_close(&p->box);
}

/* ---- nasty values ------------------------------------------------------ */

static const struct { uint16_t se; uint64_t m; } nasty80[] = {
	{ 0, 0 }, { 0x8000, 0 },
	{ 0x3fff, 1ull << 63 }, { 0xbfff, 1ull << 63 },		/* +-1 */
	{ 0x4000, 0xc90fdaa22168c235 },				/* pi */
	{ 0x3ffe, 1ull << 63 }, { 0x3fff, 0xc000000000000000 },
	{ 0x4000, 0xa000000000000000 },				/* 2.5 */
	{ 0x7ffe, ~0ull }, { 0xfffe, ~0ull },			/* largest */
	{ 1, 1ull << 63 }, { 0x8001, 1ull << 63 },		/* smallest */
	{ 0, 1 }, { 0x8000, 0x7fffffffffffffff },		/* denormal */
	{ 0, 1ull << 63 }, { 0, 0xffffffffffffffff },	/* pseudo-denormal */
	{ 0x4000, 0x4000000000000000 }, { 0x7ffe, 1 },		/* unnormal */
	{ 0x7fff, 1ull << 63 }, { 0xffff, 1ull << 63 },		/* infinity */
	{ 0x7fff, 0 }, { 0x7fff, 0x4000000000000000 },	/* pseudo-inf, NaN */
	{ 0x7fff, 0xc000000000000000 }, { 0xffff, 0xc000000000000000 },
	{ 0x7fff, 0xdeadbeefcafef00d },				/* quiet */
	{ 0x7fff, 0x8000000000000001 }, { 0xffff, 0xa000000000000000 },
	{ 0x403e, 1ull << 63 }, { 0xc03e, 1ull << 63 },		/* 2^63 */
	{ 0x401d, 0xfffffffe00000000 }, { 0x401e, 1ull << 63 },
	{ 0x400e, 1ull << 63 }, { 0x400d, 0xfffe000000000000 },
	{ 0x403a, 0xde0b6b3a763fffff },		/* about 10^18 */
	{ 0x3f80, 0xffffff0000000000 }, { 0x3f6a, 0x8000000000000001 },
	{ 0x3c00, 0xfffffffffffff800 }, { 0x3bcd, 1ull << 63 },
	{ 0x407e, 0xffffff8000000000 }, { 0x43fe, 0xfffffffffffffc00 },
	{ 0x4016, 0xffffff4000000000 }, { 0x4034, 0xfffffffffffffa00 },
};

static const uint32_t nasty32[] = {
	0, 0x80000000, 0x3f800000, 0xbf800000, 0x40490fdb, 0x3f000000,
	0x7f7fffff, 0xff7fffff, 0x00800000, 0x80800000, 1, 0x807fffff,
	0x00400000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
	0x7fdeadbe, 0x7f800001, 0xffa00000, 0x4f000000, 0xcf000000,
	0x4effffff, 0x4b800001, 0x0d800000, 0x33000000, 0x20000000,
	0x1f800000, 0x5f000000, 0x7f000000, 0x00ffffff, 0x01000000,
};

static const uint64_t nasty64[] = {
	0, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
	0x400921fb54442d18, 0x3fe0000000000000, 0x7fefffffffffffff,
	0xffefffffffffffff, 0x0010000000000000, 0x8010000000000000, 1,
	0x800fffffffffffff, 0x0008000000000000, 0x7ff0000000000000,
	0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000,
	0x7ffbadbeefcafe00, 0x7ff0000000000001, 0xfff4000000000000,
	0x41e0000000000000, 0xc1e0000000000000, 0x41dfffffffc00000,
	0x47efffffefffffff, 0x47efffffe0000000, 0x3810000000000000,
	0x36a0000000000000, 0x380fffffffffffff, 0x1ff0000000000000,
	0x20000000000000ff, 0x7fe0000000000000, 0x5fefffffffffffff,
};

#define PICK(p, a) ((a)[rnd(p) % ARRAY_LEN(a)])
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static void put80(struct pair *p, uint8_t *out)
{
	size_t i = rnd(p) % ARRAY_LEN(nasty80);

	put_le64(out, nasty80[i].m);
	put_le16(out + 8, nasty80[i].se);
}

/* nasty() - 16 bytes: of one kind, or of a mixture. */
static void nasty(struct pair *p, uint8_t *out)
{
	unsigned int i, kind = rnd(p) % 8;

	for (i = 0; i < 16; i += 4)
		put_le32(out + i, rnd(p) * 2654435761u);
	if (kind < 3)
		for (i = 0; i < 16; i += 4)
			put_le32(out + i, PICK(p, nasty32));
	else if (kind < 6)
		for (i = 0; i < 16; i += 8)
			put_le64(out + i, PICK(p, nasty64));
	else if (kind == 6)
		put80(p, out);
}

/* nasty_bcd() - mostly digits, for FBLD. */
static void nasty_bcd(struct pair *p, uint8_t *out)
{
	unsigned int i;

	for (i = 0; i < 9; i++)
		out[i] = (uint8_t)(rnd(p) % 10 << 4 | rnd(p) % 10);
	out[9] = rnd(p) & 1 ? 0x80 : 0;
}

/* ---- states ------------------------------------------------------------ */

static void random_x87(struct pair *p)
{
	uint16_t cw = 0x037f, sw;
	unsigned int i;

	if (rnd(p) & 1)
		cw = (uint16_t)((rnd(p) & 0xf3f) | 0x40);
	if (rnd(p) % 3 == 0)
		cw |= 0x3f;
	sw = (uint16_t)(rnd(p) & 0x7f00);
	if (rnd(p) % 3 == 0)
		sw |= rnd(p) & 0x7f;
	if (rnd(p) % 8)			/* mostly nothing is pending */
		sw &= (uint16_t)(cw | ~0x3fu);
	if (sw & ~cw & 0x3f)
		sw |= 0x8080;
	put_le16(p->fx, cw);
	put_le16(p->fx + 2, sw);
	p->fx[4] = rnd(p) % 2 ? 0xff : (uint8_t)rnd(p);
	for (i = 0; i < 8; i++)
		put80(p, p->fx + 32 + 16 * i);
}

static void random_sse(struct pair *p)
{
	uint32_t csr = 0x1f80;
	unsigned int i;

	if (rnd(p) & 1)
		csr = rnd(p) & 0xffff;
	if (rnd(p) % 3 == 0)
		csr |= 0x1f80;
	put_le32(p->fx + 24, csr);
	for (i = 0; i < 8; i++)
		nasty(p, p->fx + 160 + 16 * i);
}

static void random_state(struct pair *p)
{
	unsigned int i;

	memset(p->fx, 0, sizeof(p->fx));
	random_x87(p);
	random_sse(p);
	for (i = 0; i < OPERAND; i += 16)
		nasty(p, p->mem + i);
	for (i = 0; i < 8; i++)
		p->native.gpr[i] = PICK(p, nasty32) + rnd(p) % 3 - 1;
	p->native.flags = rnd(p) & FL_ARITH;
}

/* ---- one run on both --------------------------------------------------- */

static int guest_run(struct pair *p, const uint8_t *code, size_t len)
{
	struct cpu *cpu = p->box.cpu;
	uint8_t *to;
	unsigned int i;

	/* New code each time, on pages that hold none yet: no flushes. */
	p->at += 16;
	if (p->at >= STACK0 - 0x2000)
		p->at = CODE;
	to = guestmem_ptr(&p->box.ram, p->at, 16);
	memcpy(to, code, len);
	to[len] = 0xf4;
	mmu_dma_written(cpu, p->at, 16);
	memcpy(guestmem_ptr(&p->box.ram, DATA, OPERAND), p->mem, OPERAND);
	for (i = 0; i < 8; i++)
		cpu->gpr[i] = p->native.gpr[i];
	cpu->gpr[REG_ESP] = STACK0;
	cpu->gpr[REG_ESI] = cpu->gpr[REG_EDI] = DATA;
	cpu_set_eflags(cpu, (uint32_t)p->native.flags | FL_ONE);
	cpu_fpu_set(cpu, p->fx);
	cpu->eip = p->at;
	cpu->halted = false;
	if (cpu_run(cpu, 100) != CPU_EXIT_HALT)
		return -2;
	if (cpu->eip == p->at + len + 1)
		return -1;
	return (int)(cpu->eip - 1 - HANDLERS) / 16;
}

static void dump_code(const uint8_t *code, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		print_error(" %02x", code[i]);
	print_error("\n");
}

/* differs() - compare @n bytes; says where. */
static bool differs(const char *what, const void *guest, const void *native,
		    size_t n)
{
	const uint8_t *g = guest, *h = native;
	size_t i;

	if (!memcmp(guest, native, n))
		return false;
	print_error("  %s: guest ", what);
	for (i = 0; i < n; i++)
		print_error("%02x%s", g[i], g[i] != h[i] ? "*" : "");
	print_error("\n  %s: host  ", what);
	for (i = 0; i < n; i++)
		print_error("%02x", h[i]);
	print_error("\n");
	return true;
}

static bool fx_differs(const uint8_t *g, const uint8_t *h)
{
	char name[8];
	unsigned int i;
	bool bad;

	bad = differs("fcw fsw ftw", g, h, 5);
	bad |= differs("mxcsr", g + 24, h + 24, 4);
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "st%u", i);
		bad |= differs(name, g + 32 + 16 * i, h + 32 + 16 * i, 10);
		snprintf(name, sizeof(name), "xmm%u", i);
		bad |= differs(name, g + 160 + 16 * i, h + 160 + 16 * i, 16);
	}
	return bad;
}

static void both(struct pair *p, const uint8_t *code, size_t len, int mf)
{
	uint8_t before[512], mem[OPERAND], fx[512];
	struct cpu *cpu = p->box.cpu;
	struct native *n = &p->native;
	uint32_t flags;
	int vector;
	bool bad;

	memcpy(before, p->fx, sizeof(before));
	memcpy(n->fx, p->fx, sizeof(n->fx));
	vector = guest_run(p, code, len);
	flags = vector < 0 ? cpu->aflags & FL_ARITH : (uint32_t)n->flags;
	cpu_fpu_get(cpu, fx);
	memcpy(mem, p->mem, sizeof(mem));
	n->operand = p->mem;
	native_run(n, code, len);
	p->runs++;
	p->errors += n->error != 0;

	bad = vector != (n->error ? mf : -1);
	if (bad)
		print_error("  vector %d, host signal %d\n", vector, n->error);
	bad |= fx_differs(fx, n->fx);
	bad |= differs("gpr", cpu->gpr, n->gpr, 16);
	bad |= differs("ebp", cpu->gpr + 5, n->gpr + 5, 4);
	bad |= flags != n->flags;
	bad |= differs("mem", guestmem_ptr(&p->box.ram, DATA, OPERAND), p->mem,
		       OPERAND);
	if (!bad)
		return;
	print_error("  fcw %04x fsw %04x tags %02x mxcsr %04x flags %x/%x\n"
		    "  code",
		    get_le16(before), get_le16(before + 2), before[4],
		    get_le32(before + 24), flags, (uint32_t)n->flags);
	dump_code(code, len);
	if (++p->bad >= MAX_BAD)
		fail_msg("stopping after %u differences", p->bad);
}

/* ---- x87 --------------------------------------------------------------- */

static bool is_ours(const uint8_t *code, size_t len, insn_fn **fn)
{
	struct ia32_decoded d;
	struct insn in;

	*fn = NULL;
	if (ia32_decode(&d, code, len, true) != IA32_OK)
		return false;
	in = (struct insn){
		.map = d.map, .opcode = d.opcode, .modrm = d.modrm,
		.prefix = d.prefix, .mod = d.mod, .reg = d.reg, .rm = d.rm,
	};
	*fn = fpu_select(&in);
	return *fn != NULL;
}

static void test_x87_registers(void **state)
{
	struct pair p;
	unsigned int op, rm, i, forms = 0;
	uint8_t code[2];
	insn_fn *fn;

	(void)state;
	pair_open(&p);
	for (op = 0xd8; op <= 0xdf; op++)
		for (rm = 0xc0; rm <= 0xff; rm++) {
			code[0] = (uint8_t)op;
			code[1] = (uint8_t)rm;
			if (!is_ours(code, 2, &fn))
				continue;
			forms++;
			for (i = 0; i < 250; i++) {
				random_state(&p);
				both(&p, code, 2, VEC_MF);
			}
		}
	print_message("# %u register forms\n", forms);
	assert_true(forms > 390);
	pair_close(&p);
}

/* stores_pointers() - FNSTENV, FNSAVE: not the same on both, by intent. */
static bool stores_pointers(unsigned int op, unsigned int reg)
{
	return (op == 0xd9 || op == 0xdd) && reg == 6;
}

static void test_x87_memory(void **state)
{
	struct pair p;
	unsigned int op, reg, i, forms = 0;
	uint8_t code[2];
	insn_fn *fn;

	(void)state;
	pair_open(&p);
	for (op = 0xd8; op <= 0xdf; op++)
		for (reg = 0; reg < 8; reg++) {
			code[0] = (uint8_t)op;
			code[1] = (uint8_t)(reg << 3 | 6);
			if (stores_pointers(op, reg) || !is_ours(code, 2, &fn))
				continue;
			forms++;
			for (i = 0; i < 500; i++) {
				random_state(&p);
				if (op == 0xdf && reg == 4 && rnd(&p) % 2)
					nasty_bcd(&p, p.mem);
				else if (rnd(&p) % 3 == 0)
					put80(&p, p.mem);
				both(&p, code, 2, VEC_MF);
			}
		}
	assert_int_equal(forms, 58);
	pair_close(&p);
}

/* ---- MMX, SSE, SSE2 ---------------------------------------------------- */

static const uint8_t prefix_byte[OPP_COUNT] = { 0, 0x66, 0xf3, 0xf2 };

/* uses_gpr() - the register operand that is a general register, as a shift
 * count into ModRM; 0xff if there is none. */
static unsigned int uses_gpr(unsigned int pfx, unsigned int op)
{
	if (op == 0x2a)
		return pfx >= OPP_F3 ? 0 : 0xff;
	if (op == 0x2c || op == 0x2d)
		return pfx >= OPP_F3 ? 3 : 0xff;
	if (op == 0x50 || op == 0xc5 || op == 0xd7 || op == 0xc3)
		return 3;
	if (op == 0x6e || op == 0xc4)
		return 0;
	if (op == 0x7e)
		return pfx == OPP_F3 ? 0xff : 0;
	return 0xff;
}

static bool has_imm(unsigned int op)
{
	return (op >= 0x70 && op <= 0x73) || op == 0xc2 ||
	       (op >= 0xc4 && op <= 0xc6);
}

/* make_vec() - one instruction; registers and immediate are random. */
static size_t make_vec(struct pair *p, uint8_t *code, unsigned int pfx,
		       unsigned int op, bool mem, int reg)
{
	static const uint8_t gprs[5] = { 0, 1, 2, 3, 5 };
	unsigned int shift = uses_gpr(pfx, op);
	uint8_t modrm = (uint8_t)(mem ? rnd(p) & 0x38 : 0xc0 | rnd(p));
	size_t n = 0;

	if (reg >= 0)
		modrm = (uint8_t)((modrm & ~0x38) | reg << 3);
	if (mem)
		modrm |= 6;
	if (shift == 3 || (shift == 0 && !mem))
		modrm = (uint8_t)((modrm & ~(7u << shift)) | PICK(p, gprs)
								     << shift);
	if (pfx)
		code[n++] = prefix_byte[pfx];
	code[n++] = 0x0f;
	code[n++] = (uint8_t)op;
	if (op != 0x77)
		code[n++] = modrm;
	if (has_imm(op))
		code[n++] = (uint8_t)(rnd(p) % 4 ? rnd(p) % 20 : rnd(p));
	return n;
}

/* try_vec() - one form, @n times. Return: it is one of ours. */
static bool try_vec(struct pair *p, unsigned int pfx, unsigned int op, bool mem,
		    int reg, unsigned int n)
{
	uint8_t code[8];
	insn_fn *fn;
	unsigned int i;
	size_t len;

	for (i = 0; i < n; i++) {
		len = make_vec(p, code, pfx, op, mem, reg);
		if (!is_ours(code, len, &fn))
			return false;
		random_state(p);
		/* Without a pending x87 error, SIGFPE can only be #XM. */
		if (rnd(p) % 4) {
			put_le16(p->fx, 0x37f);
			p->fx[2] = 0;
			p->fx[3] &= 0x7f;
		} else {
			put_le32(p->fx + 24, 0x1f80);
		}
		both(p, code, len, p->fx[2] & 0x80 ? VEC_MF : VEC_XM);
	}
	return true;
}

static void vec_forms(struct pair *p, bool mem, unsigned int expect)
{
	unsigned int pfx, op, forms = 0;
	int reg;

	for (pfx = 0; pfx < OPP_COUNT; pfx++)
		for (op = 0; op < 0x100; op++) {
			if (op >= 0x71 && op <= 0x73) {
				for (reg = 0; reg < 8; reg++)
					forms += try_vec(p, pfx, op, mem, reg,
							 60);
			} else if (op != 0xae) {
				forms += try_vec(p, pfx, op, mem, -1, 250);
			}
		}
	print_message("# %u forms\n", forms);
	assert_int_equal(forms, expect);
}

static void test_vec_registers(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p);
	vec_forms(&p, false, 258);
	pair_close(&p);
}

static void test_vec_memory(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p);
	vec_forms(&p, true, 242);
	pair_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x87_registers),
		cmocka_unit_test(test_x87_memory),
		cmocka_unit_test(test_vec_registers),
		cmocka_unit_test(test_vec_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
