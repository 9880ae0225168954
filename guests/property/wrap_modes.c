// SPDX-License-Identifier: BSD-2-Clause
/*
 * wrap_modes.c - every way to form an address, at both ends of the address
 * space: what is added up wraps at 4 GiB (at 64 KiB with 16-bit addresses),
 * and nothing else is touched.
 *
 * The last page and the first one are two frames that lie side by side at
 * ALIAS as well. Each instruction is run with a plain address there, then
 * with the same operand at the ends by each mode; both must do the same. Over
 * the end of the space itself a processor may fault or wrap (SDM volume 3,
 * 5.3); but engines must not differ, so the sum of all that was seen is
 * printed. Only offsets in FS and GS may: the translator does not look there.
 */
#include "guests/property/rt.h"

#define HIGH	0xfffff000u	/* the last page; page 0 is behind it */
#define ALIAS	0x00c00000u	/* both, side by side */
#define FILL	0x00b00000u	/* the same again, always there */
#define CODE	0x00d00000u	/* code, each time at a fresh place */
#define CODE_END 0x00f00000u
#define AROUND	64u		/* bytes compared below and above the end */
#define NONE	(-1)

enum after { NOTHING, STORE_XMM, STORE_ST };

/* An instruction with a memory operand. */
static const struct form {
	const char *name;
	uint8_t size, n, op[4], reg;	/* op: @n bytes, then ModRM */
	uint8_t imm_n, after;
	uint8_t jumps;			/* the operand is where it goes */
} forms[] = {
	{ "mov r, m", 4, 1, { 0x8b }, 0, 0, 0, 0 },
	{ "mov r8, m", 1, 1, { 0x8a }, 4, 0, 0, 0 },
	{ "mov r16, m", 2, 2, { 0x66, 0x8b }, 2, 0, 0, 0 },
	{ "mov m, r", 4, 1, { 0x89 }, 2, 0, 0, 0 },
	{ "mov m, r8", 1, 1, { 0x88 }, 4, 0, 0, 0 },
	{ "mov m, imm", 4, 1, { 0xc7 }, 0, 4, 0, 0 },
	{ "movsx", 2, 2, { 0x0f, 0xbf }, 0, 0, 0, 0 },
	{ "add m, r", 4, 1, { 0x01 }, 2, 0, 0, 0 },
	{ "adc r, m", 4, 1, { 0x13 }, 2, 0, 0, 0 },
	{ "inc m16", 2, 2, { 0x66, 0xff }, 0, 0, 0, 0 },
	{ "not m", 4, 1, { 0xf7 }, 2, 0, 0, 0 },
	{ "imul m", 4, 1, { 0xf7 }, 5, 0, 0, 0 },
	{ "shl m, imm", 4, 1, { 0xc1 }, 4, 1, 0, 0 },
	{ "shld m, r", 4, 2, { 0x0f, 0xa4 }, 2, 1, 0, 0 },
	{ "xchg", 4, 1, { 0x87 }, 2, 0, 0, 0 },
	{ "lock xadd", 4, 3, { 0xf0, 0x0f, 0xc1 }, 2, 0, 0, 0 },
	{ "cmpxchg8b", 8, 2, { 0x0f, 0xc7 }, 1, 0, 0, 0 },
	{ "bts m, imm", 4, 2, { 0x0f, 0xba }, 5, 1, 0, 0 },
	{ "bts m, r", 4, 2, { 0x0f, 0xab }, 1, 0, 0, 0 },
	{ "setcc", 1, 2, { 0x0f, 0x95 }, 0, 0, 0, 0 },
	{ "cmov", 4, 2, { 0x0f, 0x45 }, 0, 0, 0, 0 },
	{ "push m", 4, 1, { 0xff }, 6, 0, 0, 0 },
	{ "pop m", 4, 1, { 0x8f }, 0, 0, 0, 0 },
	{ "call m", 4, 1, { 0xff }, 2, 0, 0, 1 },
	{ "jmp m", 4, 1, { 0xff }, 4, 0, 0, 1 },
	{ "fld 64", 8, 1, { 0xdd }, 0, 0, STORE_ST, 0 },
	{ "fld 80", 10, 1, { 0xdb }, 5, 0, STORE_ST, 0 },
	{ "fild", 4, 1, { 0xdb }, 0, 0, STORE_ST, 0 },
	{ "fnstcw", 2, 1, { 0xd9 }, 7, 0, 0, 0 },
	{ "movups", 16, 2, { 0x0f, 0x10 }, 0, 0, STORE_XMM, 0 },
	{ "movups to", 16, 2, { 0x0f, 0x11 }, 0, 0, 0, 0 },
	{ "movaps", 16, 2, { 0x0f, 0x28 }, 0, 0, STORE_XMM, 0 },
	{ "movsd", 8, 3, { 0xf2, 0x0f, 0x10 }, 0, 0, STORE_XMM, 0 },
	{ "movd to", 4, 3, { 0x66, 0x0f, 0x7e }, 0, 0, 0, 0 },
};

enum { AX, CX, DX, BX, SP, BP, SI, DI };

/* An addressing mode; what is left open (the base, or else the displacement)
 * is chosen such that the operand is where it is to be. */
static const struct mode {
	int8_t base, index;
	uint8_t scale, dsize;
	uint32_t disp, times;		/* times: the index register */
	uint8_t prefix;			/* 64h, 65h, 67h or none */
} modes[] = {
	{ NONE, NONE, 0, 4, 0, 0, 0 },
	{ BX, NONE, 0, 0, 0, 0, 0 },
	{ SI, NONE, 0, 1, 0x7f, 0, 0 },
	{ DI, NONE, 0, 1, -0x80u, 0, 0 },
	{ BP, NONE, 0, 1, 0, 0, 0 },
	{ BX, NONE, 0, 4, 0x7fffffff, 0, 0 },
	{ BP, NONE, 0, 4, 0x80000000, 0, 0 },
	{ SI, NONE, 0, 4, 0xfffffff0, 0, 0 },
	{ DI, NONE, 0, 4, 0x000fffff, 0, 0 },
	{ SI, NONE, 0, 4, 0x00100000, 0, 0 },
	{ DI, NONE, 0, 4, 0xfff00000, 0, 0 },
	{ BX, NONE, 0, 4, 0xffefffff, 0, 0 },
	{ SP, NONE, 0, 1, 8, 0, 0 },
	{ SP, NONE, 0, 4, 0x80000000, 0, 0 },
	{ BX, SI, 0, 0, 0, 0xffffffff, 0 },
	{ BX, SI, 0, 0, 0, 0x80000000, 0 },
	{ SI, DI, 1, 1, -4u, 0x80000001, 0 },
	{ BX, BP, 2, 4, 0x80001000, 0x40000001, 0 },
	{ BP, DI, 3, 4, 0x7fffffff, 0x1fffffff, 0 },
	{ SP, BX, 1, 1, 4, 0xfffffffe, 0 },
	{ NONE, SI, 2, 4, 0, 0x3fffffff, 0 },
	{ NONE, DI, 1, 4, 0, 0x80000000, 0 },
	{ NONE, BX, 0, 4, 0, 0x7fffffff, 0 },
	{ NONE, NONE, 0, 4, 0, 0, 0x64 },
	{ BX, NONE, 0, 0, 0, 0, 0x64 },
	{ BP, SI, 2, 1, 0x10, 0x40000004, 0x64 },
	{ SI, NONE, 0, 4, 0x80000000, 0, 0x65 },
	{ NONE, DI, 3, 4, 0, 0x12345678, 0x65 },
	/* 16-bit ones: BX + SI, BP + DI + 8 bits, BP + 16, SI, 16 bits */
	{ BX, SI, 0, 0, 0, 0xffff, 0x67 },
	{ BP, DI, 0, 1, 0x7f, 0x8001, 0x67 },
	{ BP, NONE, 0, 4, 0x8001, 0, 0x67 },
	{ SI, NONE, 0, 0, 0, 0, 0x67 },
	{ NONE, NONE, 0, 4, 0, 0, 0x67 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FS_BASE	0xfffffff0u
#define GS_BASE	0x10000007u

/* What an instruction did. */
struct result {
	struct trap t;
	uint32_t cr2;
	uint8_t mem[2 * AROUND], out[16];
};

static const struct form *form;
static uint32_t high_table[1024] __attribute__((aligned(4096)));
static uint32_t code_at = CODE;
static uint8_t out[16] __attribute__((aligned(16)));
static uint32_t sum;

extern uint8_t landing[];
__asm__(".pushsection .text\nlanding: int $0x80\n.popsection\n");

static void add(uint32_t v)
{
	sum = (sum << 5 | sum >> 27) * 0x9e3779b1u + v;
}

static void put(uint32_t v, unsigned int n)
{
	for (; n--; v >>= 8)
		*at8(code_at++) = (uint8_t)v;
}

/* r16() - the ModRM number of a 16-bit mode. */
static unsigned int rm16(const struct mode *m)
{
	if (m->index != NONE)
		return m->base == BX ? 0 : 3;
	return m->base == SI ? 4 : 6;
}

static unsigned int mod_of(const struct mode *m)
{
	if (m->base == NONE)
		return 0;
	return m->dsize == 4 ? 2 : m->dsize;
}

/* put_operand() - ModRM, SIB and displacement. */
static void put_operand(const struct mode *m, uint32_t disp)
{
	unsigned int mod = mod_of(m), reg = form->reg << 3u;

	if (m->prefix == 0x67) {
		put(mod << 6 | reg | rm16(m), 1);
		put(disp, m->dsize == 4 ? 2 : m->dsize);
		return;
	}
	if (m->index == NONE && m->base != SP) {
		put(mod << 6 | reg |
			    (m->base == NONE ? 5u : (unsigned int)m->base),
		    1);
	} else {
		put(mod << 6 | reg | 4, 1);
		put((unsigned int)m->scale << 6 |
			    (m->index == NONE ? 4u : (unsigned int)m->index)
				    << 3 |
			    (m->base == NONE ? 5u : (unsigned int)m->base),
		    1);
	}
	put(disp, m->dsize);
}

static uint32_t seg_base(const struct mode *m)
{
	return m->prefix == 0x64 ? FS_BASE : m->prefix == 0x65 ? GS_BASE : 0;
}

/* past_limit() - the operand goes beyond offset FFFFFFFFh of its segment. */
static int past_limit(const struct mode *m, uint32_t at)
{
	uint32_t off = at - seg_base(m);

	if (form->op[1] == 0xab)	/* bit -40 */
		off -= 8;
	return off + form->size - 1 < off;
}

/* put_insn() - the form with operand @m at @at. Registers go to @r. */
static void put_insn(const struct mode *m, uint32_t at, struct regs *r)
{
	uint32_t *reg = &r->eax, disp = m->disp;
	unsigned int i;

	at -= seg_base(m);
	if (m->index != NONE) {
		reg[m->index] = m->times;
		at -= m->times << m->scale;
	}
	if (m->base == NONE)
		disp = at;
	else
		reg[m->base] = at - disp;
	if (m->prefix == 0x67) {
		reg[m->base == NONE ? BX : m->base] |= 0xabcd0000;
		reg[m->index == NONE ? DI : m->index] |= 0x12340000;
	}
	if (m->prefix)
		put(m->prefix, 1);
	for (i = 0; i < form->n; i++)
		put(form->op[i], 1);
	put_operand(m, disp);
	put(0x11223305, form->imm_n);
}

/* put_end() - keep what came into a floating-point register; INT 80h. */
static void put_end(void)
{
	if (form->after == STORE_XMM)
		put(0x05110f, 3);
	if (form->after == STORE_ST)
		put(0x3ddb, 2);
	if (form->after != NOTHING)
		put((uint32_t)out, 4);
	put(0x80cd, 2);
}

static void fill(uint32_t at)
{
	uint32_t i;

	for (i = 0; i < 2 * AROUND; i++)
		*at8(FILL + 4096 - AROUND + i) = (uint8_t)(i * 37 + 11);
	for (i = 0; i < sizeof(out); i++)
		out[i] = 0;
	if (form->jumps)
		*at32(FILL + 4096 + at) = (uint32_t)landing;
}

static void run(const struct regs *r, int user, struct result *res)
{
	uint32_t i;

	if (user)
		rt_run_user(r);
	else
		rt_run(r);
	res->t = caught;
	res->cr2 = caught.vector == 14 ? caught_cr2 : 0;
	for (i = 0; i < 2 * AROUND; i++)
		res->mem[i] = *at8(FILL + 4096 - AROUND + i);
	for (i = 0; i < sizeof(out); i++)
		res->out[i] = out[i];
}

static void wrong(const struct mode *m, uint32_t at, const char *what)
{
	put_text(form->name);
	put_text(", mode ");
	put_hex((uint32_t)(m - modes));
	put_text(" at ");
	put_hex(at);
	put_text(": ");
	check_failed(what, 0);
}

static int same_bytes(const uint8_t *a, const uint8_t *b, unsigned int n)
{
	while (n-- && *a == *b)
		a++, b++;
	return n == ~0u;
}

/* compare() - @got is what @want is, but for where it was. */
static void compare(const struct mode *m, uint32_t at,
		    const struct result *want, const struct result *got)
{
	const struct trap *w = &want->t, *g = &got->t;

	if (w->vector != g->vector || w->err != g->err)
		wrong(m, at, "the same trap");
	if (w->vector == 14 && want->cr2 - (ALIAS + 4096) != got->cr2)
		wrong(m, at, "cr2");
	if (w->eax != g->eax || w->ecx != g->ecx || w->edx != g->edx ||
	    w->ebx != g->ebx || w->ebp != g->ebp || w->esi != g->esi ||
	    w->edi != g->edi)
		wrong(m, at, "the same registers");
	if ((w->eflags ^ g->eflags) & ~0x10000u)
		wrong(m, at, "the same flags");
	if (!same_bytes(want->mem, got->mem, sizeof(got->mem)))
		wrong(m, at, "the same memory");
	if (!same_bytes(want->out, got->out, sizeof(got->out)))
		wrong(m, at, "the same value");
}

static void note(const struct result *r, uint32_t start)
{
	unsigned int i;

	add(r->t.vector);
	add(r->t.err);
	add(r->t.eip - start);
	add(r->cr2);
	add(r->t.eax);
	for (i = 0; i < sizeof(r->mem); i++)
		add(r->mem[i]);
}

/* cool() - forget what was mapped for these pages. */
static void cool(volatile uint32_t *a, volatile uint32_t *b)
{
	*a &= ~(PTE_A | PTE_D);
	*b &= ~(PTE_A | PTE_D);
	invlpg(HIGH);
	invlpg(0);
}

static void one(const struct mode *m, uint32_t at, int user)
{
	const struct regs start = { 0x11223344, 0xffffffd8, 0x66778899, 0, 0,
				    0, 0, 0, 0, 0x2 };
	struct regs r = start, q;
	struct result want, got;
	uint32_t code[2], i;

	r.esp = (uint32_t)user_stack + sizeof(user_stack) / 2;
	if (CODE_END - code_at < 64)
		code_at = CODE;
	code[0] = code_at;
	put_insn(m, at, &r);
	put_end();
	code[1] = code_at;
	q = r;
	put_insn(&modes[0], ALIAS + 4096 + at, &q);
	put_end();
	q.eip = code[1];
	fill(at);
	run(&q, user, &want);
	r.eip = code[0];
	cool(&high_table[1023], pte(0));
	for (i = 0; i < 2; i++) {
		fill(at);
		run(&r, user, &got);
		if (!past_limit(m, at) || !seg_base(m))
			note(&got, code[0]);
		if (past_limit(m, at) && got.t.vector != 0x80) {
			if (got.t.eip != r.eip)
				wrong(m, at, "a fault changes nothing");
			continue;
		}
		compare(m, at, &want, &got);
	}
}

/* fits() - 16-bit addresses reach the first page only (a bit offset would take
 * BTS to the end of 64 KiB); the stack pointer is not ours in ring 0, nor
 * where the stack is used. */
static int fits(const struct mode *m, uint32_t at, int user)
{
	if (m->prefix == 0x67 && (at >> 31 || form->op[1] == 0xab))
		return 0;
	return m->base != SP || (user && form->op[0] != 0x8f &&
				 (form->op[0] != 0xff || form->reg == 4));
}

static void all(int user)
{
	static const int8_t ats[] = { -18, -16, -10, -8, -5, -4, -3, -1, 0, 1 };
	unsigned int i, k;

	for (i = 0; i < COUNT(modes); i++)
		for (k = 0; k < sizeof(ats); k++) {
			uint32_t at = (uint32_t)(int32_t)ats[k];

			if (fits(&modes[i], at, user))
				one(&modes[i], at, user);
		}
}

static void every_form(const char *what, int rings)
{
	put_text(what);
	for (form = forms; form < forms + COUNT(forms); form++) {
		all(1);
		if (rings == 2)
			all(0);
	}
	put_hex(sum);
	put_text("\n");
}

/* set_pages() - rights of the last page and the first, here and at ALIAS. */
static void set_pages(uint32_t high, uint32_t low)
{
	high_table[1023] = ALIAS | high;
	*pte(ALIAS) = ALIAS | high;
	*pte(0) = (ALIAS + 4096) | low;
	*pte(ALIAS + 4096) = (ALIAS + 4096) | low;
	write_cr3(read_cr3());
}

void guest_main(void)
{
	const uint32_t rw = PTE_P | PTE_W | PTE_U, ro = PTE_P | PTE_U;

	paging_on(0);
	write_cr4(0x600);
	page_dir[1023] = (uint32_t)high_table | rw;
	*pte(FILL) = ALIAS | rw;
	*pte(FILL + 4096) = (ALIAS + 4096) | rw;
	gdt[SEL_FREE / 8] = descriptor(FS_BASE, 0xfffff, 0xc0f3);
	gdt[SEL_FREE / 8 + 1] = descriptor(GS_BASE, 0xfffff, 0xc0f3);
	__asm__ volatile("fninit\n"
			 "movl %0, %%fs\n"
			 "movl %1, %%gs\n"
			 : : "r"(SEL_FREE | 3), "r"((SEL_FREE + 8) | 3));
	set_pages(rw, rw);
	every_form("both: ", 2);
	set_pages(0, rw);
	every_form("no last page: ", 1);
	set_pages(rw, 0);
	every_form("no first page: ", 1);
	set_pages(0, 0);
	every_form("neither: ", 1);
	set_pages(ro, rw);
	every_form("last page read-only: ", 2);
	set_pages(rw, ro);
	every_form("first page read-only: ", 1);
}
