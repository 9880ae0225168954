// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_compare.c - do two processors agree, and if not, where?
 *
 * Left out of the comparison, always: the x87 instruction and data pointers
 * and the last opcode (a processor may keep them only while an exception is
 * pending: AMD does), reserved bytes of the FXSAVE image, the fetch bit of a
 * page fault's error code (the host has NX paging, the guest has not).
 */
#include <Zydis/Zydis.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"
#include "tests/insn/lib_runner.h"

#define MXCSR_MM 0x20000u
#define ERR_MASK (PFERR_P | PFERR_W | PFERR_U)

/* Where things are in an FXSAVE image. */
static const struct fx_field {
	const char *name;
	unsigned int at, len;
} fx_fields[] = {
	{ "fcw", 0, 2 },     { "fsw", 2, 2 },	   { "ftw", 4, 1 },
	{ "mxcsr", 24, 4 },  { "r0/st0", 32, 10 }, { "st1", 48, 10 },
	{ "st2", 64, 10 },   { "st3", 80, 10 },	   { "st4", 96, 10 },
	{ "st5", 112, 10 },  { "st6", 128, 10 },   { "st7", 144, 10 },
	{ "xmm0", 160, 16 }, { "xmm1", 176, 16 }, { "xmm2", 192, 16 },
	{ "xmm3", 208, 16 }, { "xmm4", 224, 16 }, { "xmm5", 240, 16 },
	{ "xmm6", 256, 16 }, { "xmm7", 272, 16 },
};

/* vector_of() - #AC stands for either, if its order with #PF is open. */
static uint32_t vector_of(const struct case_in *in, const struct case_out *o)
{
	return o->vector == VEC_PF && (in->loose & CASE_LOOSE_ORDER) ?
		       VEC_AC :
		       o->vector;
}

static uint32_t err_of(const struct case_in *in, const struct case_out *o)
{
	uint32_t mask = ~0u;

	if (vector_of(in, o) == VEC_AC)
		mask = 0;
	else if (o->vector == VEC_PF)
		mask = in->loose & CASE_LOOSE_PARTIAL ? ERR_MASK & ~PFERR_W :
							ERR_MASK;
	return o->err & mask;
}

static bool ignored(const struct case_in *in, uint32_t at)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(in->ignore); i++)
		if (at - in->ignore[i].at < in->ignore[i].len)
			return true;
	return false;
}

/* mem_differs() - the first place from @from on; CASE_MEM_SIZE if none. */
static uint32_t mem_differs(const struct case_in *in, const uint8_t *a,
			    const uint8_t *b, uint32_t from)
{
	if (!from && !memcmp(a, b, CASE_MEM_SIZE))
		return CASE_MEM_SIZE;
	while (from < CASE_MEM_SIZE &&
	       (a[from] == b[from] || ignored(in, from)))
		from++;
	return from;
}

static uint32_t cr2_of(const struct case_in *in, const struct case_out *o)
{
	if (vector_of(in, o) == VEC_AC)
		return 0;
	return in->loose & CASE_LOOSE_CR2 ? o->cr2 & ~0xfffu : o->cr2;
}

bool case_settle(const struct case_in *in, struct case_out *host)
{
	/* An AMD host lets LDMXCSR set its MM bit, which is no business of
	 * ours: there the two part. */
	if (get_le32(host->st.fx + 24) & MXCSR_MM)
		return false;
	if (!(in->loose & CASE_LOOSE_PARTIAL) ||
	    (host->vector != VEC_PF && host->vector != VEC_AC) ||
	    host->st.eip != in->st.eip)
		return true;
	memcpy(host->st.gpr, in->st.gpr, sizeof(host->st.gpr));
	memcpy(host->mem, in->mem, sizeof(host->mem));
	return true;
}

/* same_segments() - a switch of the host's processes makes 0 of each null
 * selector, whatever its RPL was. */
static bool same_segments(const uint16_t *a, const uint16_t *b)
{
	unsigned int i;

	for (i = 0; i < 6; i++)
		if (a[i] != b[i] && ((a[i] | b[i]) & ~3u))
			return false;
	return true;
}

static bool case_equal(const struct case_in *in, const struct case_out *a,
		       const struct case_out *b)
{
	unsigned int i;

	if (vector_of(in, a) != vector_of(in, b) ||
	    err_of(in, a) != err_of(in, b) || cr2_of(in, a) != cr2_of(in, b) ||
	    a->st.eip != b->st.eip ||
	    ((a->st.eflags ^ b->st.eflags) & ~in->undefined) ||
	    memcmp(a->st.gpr, b->st.gpr, sizeof(a->st.gpr)) ||
	    !same_segments(a->st.seg, b->st.seg))
		return false;
	for (i = 0; i < ARRAY_SIZE(fx_fields); i++)
		if (memcmp(a->st.fx + fx_fields[i].at,
			   b->st.fx + fx_fields[i].at, fx_fields[i].len))
			return false;
	return mem_differs(in, a->mem, b->mem, 0) == CASE_MEM_SIZE;
}

bool case_same(const struct case_in *in, struct case_out *host,
	       const struct case_out *ours)
{
	return !case_settle(in, host) || case_equal(in, host, ours);
}

/* mix() - one step of a hash over 64-bit words. */
static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint64_t mix_bytes(uint64_t h, const uint8_t *p, uint32_t len)
{
	uint8_t rest[8] = { 0 };

	for (; len >= 8; p += 8, len -= 8)
		h = mix(h, get_le64(p));
	memcpy(rest, p, len);
	return mix(h, get_le64(rest));
}

uint64_t case_key(const struct case_in *in)
{
	uint64_t h = mix(in->code_at, in->code_len);
	unsigned int i;

	for (i = 0; i < 8; i++)
		h = mix(h, in->st.gpr[i]);
	h = mix(h, in->st.eip);
	h = mix(h, in->st.eflags);
	h = mix(h, in->loose);
	for (i = 0; i < ARRAY_SIZE(in->ignore); i++)
		h = mix(mix(h, in->ignore[i].at), in->ignore[i].len);
	h = mix_bytes(h, in->st.fx, sizeof(in->st.fx));
	h = mix_bytes(h, in->code, in->code_len);
	return mix_bytes(h, in->mem, CASE_MEM_SIZE);
}

uint64_t case_hash(const struct case_in *in, const struct case_out *host,
		   uint32_t undefined)
{
	uint8_t mem[CASE_MEM_SIZE];
	uint64_t h = mix(vector_of(in, host), err_of(in, host));
	unsigned int i;

	h = mix(mix(h, cr2_of(in, host)), host->st.eip);
	h = mix(h, host->st.eflags & ~(in->undefined | undefined));
	for (i = 0; i < 8; i++)
		h = mix(h, host->st.gpr[i]);
	for (i = 0; i < 6; i++)
		h = mix(h, host->st.seg[i] & ~3u ? host->st.seg[i] : 0);
	for (i = 0; i < ARRAY_SIZE(fx_fields); i++)
		h = mix_bytes(h, host->st.fx + fx_fields[i].at,
			      fx_fields[i].len);
	memcpy(mem, host->mem, sizeof(mem));
	for (i = 0; i < ARRAY_SIZE(in->ignore); i++)
		if (in->ignore[i].at < CASE_MEM_SIZE)
			memset(mem + in->ignore[i].at, 0,
			       MIN(in->ignore[i].len,
				   CASE_MEM_SIZE - in->ignore[i].at));
	return mix_bytes(h, mem, sizeof(mem));
}

/* disassemble() - one line per instruction. */
static void disassemble(const struct case_in *in)
{
	ZydisDisassembledInstruction d;
	uint32_t at = 0, i;

	while (at < in->code_len) {
		printf("#   %08x ", CASE_CODE + in->code_at + at);
		if (!ZYAN_SUCCESS(ZydisDisassembleIntel(
			    ZYDIS_MACHINE_MODE_LEGACY_32,
			    CASE_CODE + in->code_at + at, in->code + at,
			    in->code_len - at, &d))) {
			for (i = at; i < in->code_len; i++)
				printf(" %02x", in->code[i]);
			printf("  (not an instruction)\n");
			return;
		}
		for (i = 0; i < d.info.length; i++)
			printf("%02x", in->code[at + i]);
		printf("  %s\n", d.text);
		at += d.info.length;
	}
}

static void print_bytes(const char *name, const char *who, const uint8_t *p,
			unsigned int len)
{
	printf("#     %-7s %-6s", name, who);
	while (len--)
		printf("%02x", p[len]);
	printf("\n");
}

/* line() - one field: in, wanted and got, if the last two differ. */
static void line(const char *name, uint32_t in, uint32_t want, uint32_t got)
{
	if (want != got)
		printf("#     %-7s in %08x  want %08x  here %08x\n", name, in,
		       want, got);
}

static void print_fx_field(const struct mismatch *m, const struct fx_field *f)
{
	const uint8_t *want = m->want->st.fx + f->at;
	const uint8_t *got = m->got->st.fx + f->at;

	if (!memcmp(want, got, f->len))
		return;
	print_bytes(f->name, "in", m->in->st.fx + f->at, f->len);
	print_bytes(f->name, "want", want, f->len);
	print_bytes(f->name, "here", got, f->len);
}

static void print_fx(const struct mismatch *m)
{
	/* Of our engines: see lib_runner.c. */
	static const struct fx_field pointers[] = {
		{ "fop", 6, 2 }, { "fip", 8, 4 }, { "fcs", 12, 2 },
		{ "fdp", 16, 4 }, { "fds", 20, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fx_fields); i++)
		print_fx_field(m, &fx_fields[i]);
	for (i = 0; i < ARRAY_SIZE(pointers); i++)
		print_fx_field(m, &pointers[i]);
}

static void print_mem(const struct mismatch *m)
{
	uint32_t at = 0, shown = 0;

	for (;;) {
		at = mem_differs(m->in, m->want->mem, m->got->mem, at);
		if (at == CASE_MEM_SIZE || shown++ == 8)
			return;
		printf("#     [%08x] in %02x  want %02x  here %02x\n",
		       CASE_MEM + at, m->in->mem[at], m->want->mem[at],
		       m->got->mem[at]);
		at++;
	}
}

/* print_context() - the input registers, whether they differ or not. */
static void print_context(const struct case_in *in)
{
	const uint32_t *g = in->st.gpr;

	printf("#   in: eax %08x ecx %08x edx %08x ebx %08x esp %08x\n"
	       "#       ebp %08x esi %08x edi %08x fl %08x "
	       "fcw %04x fsw %04x ftw %02x mxcsr %04x\n",
	       g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], in->st.eflags,
	       get_le16(in->st.fx), get_le16(in->st.fx + 2), in->st.fx[4],
	       get_le32(in->st.fx + 24));
}

static void print_fields(const struct mismatch *m)
{
	static const char *const gpr[] = { "eax", "ecx", "edx", "ebx", "esp",
					   "ebp", "esi", "edi" };
	static const char *const seg[] = { "es", "cs", "ss", "ds", "fs",
					   "gs" };
	const struct case_state *i = &m->in->st, *w = &m->want->st,
				*g = &m->got->st;
	unsigned int n;

	line("vector", 0, m->want->vector, m->got->vector);
	line("error", 0, err_of(m->in, m->want), err_of(m->in, m->got));
	line("cr2", 0, cr2_of(m->in, m->want), cr2_of(m->in, m->got));
	line("eip", i->eip, w->eip, g->eip);
	if ((w->eflags ^ g->eflags) & ~m->in->undefined)
		line("eflags", i->eflags, w->eflags, g->eflags);
	for (n = 0; n < 8; n++)
		line(gpr[n], i->gpr[n], w->gpr[n], g->gpr[n]);
	for (n = 0; n < 6; n++)
		line(seg[n], 0, w->seg[n], g->seg[n]);
	line("A, D", 0, m->want->used, m->got->used);
	print_fx(m);
	print_mem(m);
}

/* print_ours() - all that changed from the start to the end. */
static void print_ours(const struct mismatch *m)
{
	struct case_out start = *m->got;
	struct mismatch from = *m;

	start.st = m->in->st;
	memcpy(start.mem, m->in->mem, sizeof(start.mem));
	memcpy(start.st.seg, m->got->st.seg, sizeof(start.st.seg));
	from.want = &start;
	print_fields(&from);
}

void case_print(const struct mismatch *m)
{
	const struct case_state *g = &m->got->st;

	disassemble(m->in);
	print_context(m->in);
	printf("#   differs (%s, from the answer of: %s):\n", m->engine,
	       oracle_names[m->by]);
	if (m->by == ORACLE_RECORDED) {
		printf("#     only the hash of the wanted end is known; "
		       "here, with the start for want:\n#     vector %u error %x cr2 %08x eip %08x "
		       "eflags %08x\n",
		       m->got->vector, m->got->err, m->got->cr2, g->eip,
		       g->eflags);
		print_ours(m);
		return;
	}
	print_fields(m);
}
