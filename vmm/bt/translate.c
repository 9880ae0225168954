// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate.c - from guest instructions to a fragment.
 *
 * translate.def names a function do_<how> for each opcode. Such a function
 * emits the host code of one instruction and returns true, or emits nothing
 * and returns false: then the instruction becomes a callout, and C code runs
 * it. All of them keep the rules at the head of bt.h.
 *
 * A fragment in memory:
 *	indirect entry	is r11 this fragment's address? else: miss
 *	linked entry	does the window show its frame at its address, or if
 *			it floats, at r10? else: a fault
 *	entry		the instructions; of one over the end of a page first:
 *			does the window show both pages?
 *	stubs		one for each direct jump: connects it when first taken
 */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/hash.h"
#include "vmm/bt/translate.h"
#include "vmm/mmu/window.h"

#define CHECK_SIZE 23u	/* bytes of trans_check_r11() */
#define FLOAT_MORE 9u	/* more if the fragment floats */
#define LINKED_SIZE 22u	/* bytes of trans_linked_entry() */
#define LINKED_FLOAT 19u	/* of that, if the fragment floats */
#define FAULTER_USES 512u /* of a new one: see faulter_uses() */
#define SKIP_SIZE 2u	/* of emit_skip() */
#define STALE_SIZE 8u	/* of a swap and a call */

uint32_t trans_here(const struct trans *t)
{
	return (uint32_t)(t->e.p - t->bt->rw);
}

unsigned int trans_reg(const struct trans *t, unsigned int guest)
{
	return guest == REG_ESP ? t->sp : guest;
}

bool trans_user(const struct trans *t)
{
	return t->f->mode & MODE_USER;
}

void trans_map_swapped(struct trans *t, unsigned int reg)
{
	trans_map(t, 0);
	t->map[t->map_count - 1].swapped = (uint8_t)(1 + reg);
}

void trans_map(struct trans *t, uint8_t biased)
{
	t->map[t->map_count++] = (struct srcmap){
		.host = (uint16_t)(trans_here(t) - t->f->entry),
		.guest = (uint16_t)(t->eip - t->gb->la), .biased = biased,
		.esp = (int16_t)t->esp,
		.store = t->seen == SMC_NONE && trans_may_touch(t),
		.owed = t->owed,
	};
}

/* ---- operands ----------------------------------------------------------- */

/* uses_rex() - of an instruction with registers only. */
static bool uses_rex(const struct trans *t)
{
	return t->sp == R14 && trans_esp_is_operand(t);
}

/* high_byte() - AH, CH, DH or BH is an operand: then no REX is possible. */
static bool high_byte(const struct trans *t)
{
	const struct insn *in = t->in;

	return (t->row->reg == K_B && in->reg >= 4) ||
	       (t->row->rm == K_B && !insn_is_mem(in) && in->rm >= 4);
}

void trans_imm(struct trans *t, enum imm imm)
{
	if (imm == IMM_B)
		emit8(&t->e, (uint8_t)t->in->imm);
	else if (imm == IMM_Z && t->in->opsize == 2)
		emit16(&t->e, (uint16_t)t->in->imm);
	else if (imm == IMM_Z)
		emit32(&t->e, t->in->imm);
}

bool trans_written_imm(struct trans *t, unsigned int reg)
{
	uint32_t at = t->eip + t->in->len - 4 - t->gb->la;

	if (t->in->opsize != 4 || t->f->hole || t->gb->pfn2 != NO_PAGE ||
	    !smc_often(t->bt, t->gb->key + at, SMC_IMMEDIATE))
		return false;
	t->f->hole = (uint16_t)at;
	if (t->f->floats) {
		trans_load_base(t, R9);
		emit_load(&t->e, reg, mem_guest(R9, t->f->la + at));
	} else {
		emit_load(&t->e, reg, (struct mem){ NO_REG, NO_REG, 0,
						    MEM_WINDOW,
						    t->gb->la + at });
	}
	return true;
}

/* is_cmpxchg8() - it uses AL, too. */
static bool is_cmpxchg8(struct opc o)
{
	return o.map == MAP_0F && o.opcode == 0xb0;
}

/*
 * copy_swapped() - an instruction with a memory operand, which needs a REX
 * prefix, and AH, CH, DH or BH, which can not be had with one: AL, CL, DL or
 * BL while the two are swapped. The operand's address is worked out before.
 */
static bool copy_swapped(struct trans *t, struct opc o)
{
	unsigned int low = t->in->reg - 4u;
	struct mem m;

	if (is_cmpxchg8(o) && low == RAX)
		return false;
	m = trans_ea(t);
	if (m.space != MEM_HOST) {
		emit_lea(&t->e, R9, m);
		m = mem_sum(R9);
	}
	emit_swap8(&t->e, low);
	trans_map_swapped(t, low);
	emit_mem(&t->e, o, low, m);
	emit_swap8(&t->e, low);
	return true;
}

bool trans_copy(struct trans *t, const struct row *row, uint8_t prefix,
		uint8_t opcode)
{
	const struct insn *in = t->in;
	struct opc o = { .prefix = prefix, .map = in->map, .opcode = opcode };
	unsigned int reg = row->reg == K_G ? trans_reg(t, in->reg) : in->reg;

	t->row = row;
	if (high_byte(t) && insn_is_mem(in))
		return copy_swapped(t, o);
	if (high_byte(t) && uses_rex(t))
		return false;
	if (insn_is_mem(in)) {
		struct mem m = trans_ea(t);

		trans_note_stack(t, m);
		emit_mem(&t->e, o, reg, m);
	} else {
		emit_reg(&t->e, o, reg,
			 row->rm == K_G ? trans_reg(t, in->rm) : in->rm);
	}
	trans_imm(t, (enum imm)row->imm);
	return true;
}

/* ---- ways on ------------------------------------------------------------ */

void trans_lead(struct trans *t, uint8_t opcode, uint32_t to)
{
	cache_lead(t->bt, trans_here(t), opcode, to);
	t->e.p += 5;
}

/* exit_here() - what was emitted is a jump but for its rel32: @x's. */
static void exit_here(struct trans *t, struct exit *x)
{
	ASSERT(x == &t->exits[t->exit_count]);
	x->patch = trans_here(t);
	emit32(&t->e, 0);
	t->exit_count++;
}

struct exit *trans_exit(struct trans *t)
{
	struct exit *x = &t->exits[t->exit_count];

	ASSERT(t->exit_count < MAX_EXITS);
	memset(x, 0, sizeof(*x));
	return x;
}

void trans_go_exit(struct trans *t, struct exit *x, bool call)
{
	emit8(&t->e, call ? 0xe8 : 0xe9);
	x->call = call;
	exit_here(t, x);
}

/* trans_go() - a direct jump or call to @target by way of a stub. */
void trans_go(struct trans *t, laddr target, unsigned int cc)
{
	struct exit *x = trans_exit(t);

	if (cc == CALL)
		trans_in_r14(t);
	*x = (struct exit){ .target = target - t->base,
			    .from_rsp = t->sp == RSP,
			    .to_rsp = t->sp == RSP,
			    .loops = t->sp != RSP && cc != CALL &&
				     trans_loops_in_rsp(t, target) };
	if (cc >= 16) {
		trans_go_exit(t, x, cc == CALL);
		return;
	}
	emit8(&t->e, 0x0f);
	emit8(&t->e, (uint8_t)(0x80 + cc));
	exit_here(t, x);
}

/* code_at() - where the instruction under way lies. */
static paddr code_at(const struct trans *t)
{
	return t->gb->key + (t->eip - t->gb->la);
}

bool trans_often(const struct trans *t, enum smc_kind kind)
{
	return smc_often(t->bt, code_at(t), kind);
}

/* one_target() - an exit for the indirect jump under way; or NULL: it is none
 * of a program, or leads to many places. */
static struct exit *one_target(struct trans *t)
{
	struct exit *x;

	if (!t->bt->tripwire || !trans_user(t) || trans_often(t, SMC_TARGETS))
		return NULL;
	x = trans_exit(t);
	*x = (struct exit){ .back = t->eip - t->base, .indirect = true };
	return x;
}

/* trans_go_indirect() - the check of the target becomes one (chain.c) when it
 * is known; until then it is jumped over. */
void trans_go_indirect(struct trans *t, bool call)
{
	struct exit *x = one_target(t);

	trans_in_r14(t);
	if (!x) {
		chain_emit_indirect(&t->e, call);
		return;
	}
	x->check = trans_trip_target(t);
	chain_unlearn(t->bt, x);
	trans_go_exit(t, x, call);
}

void trans_count(struct trans *t, uint32_t off, uint32_t n)
{
	struct mem at = mem_host(R15, off);

	emit_load64(&t->e, R10, at);
	emit_lea64(&t->e, R10, mem_host(R10, n));
	emit_mem(&t->e, (struct opc){ .opcode = 0x89, .w = true }, R10, at);
}

/* exit_stub() - what a direct jump leads to until it is connected. */
static void exit_stub(struct trans *t, struct exit *x)
{
	uint32_t at = trans_here(t);

	x->stub = at;
	put_le32(t->bt->rw + x->patch, at - (x->patch + 4));
	if (x->from_rsp)
		emit_xchg64(&t->e, RSP, R14);
	trans_lead(t, 0xe8,
		   x->indirect || x->thunk ? t->bt->link_miss : t->bt->link);
	emit32(&t->e, bt_number(t->bt, x));
	/* Room for what chain.c may put there. */
	while (trans_here(t) < at + CHAIN_STUB)
		emit8(&t->e, 0xcc);
	if (t->f->floats && !x->indirect && !x->thunk &&
	    x->target >> PAGE_SHIFT)
		trans_checked(t, x);
}

/* place_seen() - what the instruction under way does too often to be
 * translated. */
static enum smc_kind place_seen(const struct trans *t)
{
	if (trans_often(t, SMC_WRITER))
		return SMC_WRITER;
	if (trans_often(t, SMC_FAULTER))
		return SMC_FAULTER;
	if (trans_may_touch(t) && trans_often(t, SMC_TOUCHER))
		return SMC_TOUCHER;
	return SMC_NONE;
}

static bool is_port(const struct insn *in)
{
	uint8_t op = in->opcode;

	return in->map == MAP_1BYTE &&
	       ((op >= 0x6c && op <= 0x6f) || (op >= 0xe4 && op <= 0xe7) ||
		(op >= 0xec && op <= 0xef));
}

/* callout_counter() - the counter for a callout of the instruction under
 * way. */
static uint64_t *callout_counter(const struct trans *t)
{
	struct bt_stats *st = &t->bt->stats;

	if (t->seen == SMC_WRITER)
		return &st->callouts_writer;
	if (t->seen == SMC_FAULTER || t->seen == SMC_TOUCHER)
		return &st->callouts_faulter;
	if (t->in->family == FAMILY_FPU)
		return &st->callouts_fpu;
	if (is_port(t->in))
		return &st->callouts_io;
	return t->in->family == FAMILY_SYS ? &st->callouts_system :
					     &st->callouts_other;
}

/* row_of() - what its time is counted as. Which port it is, and so which row,
 * is known when it is accessed (vmm/ioport.c). */
static enum account_row row_of(const struct insn *in)
{
	if (is_port(in))
		return ROW_TRANSITION;
	if (in->map == MAP_1BYTE && in->opcode == 0xcf)
		return ROW_IRET;
	if (in->map == MAP_0F && in->opcode == 0x22 && in->reg == 3)
		return ROW_CONTEXT;
	return in->family == FAMILY_SYS ? ROW_PRIVILEGED : ROW_GENERAL;
}

/* faulter_uses() - how often an SMC_FAULTER is used before it is translated
 * again. */
static uint16_t faulter_uses(const struct trans *t)
{
	return (uint16_t)(FAULTER_USES
			  << smc_forgotten(t->bt, code_at(t), SMC_FAULTER));
}

/* callout() - C code runs the instruction. */
void trans_callout(struct trans *t)
{
	const struct insn *in = t->in;
	struct site *s = cache_alloc(t->bt, sizeof(*s));
	/* What ends where another fragment begins goes on there by a jump that
	 * is connected, as from any other instruction. */
	bool end = in->ends;
	bool in_rsp = t->sp == RSP;

	*s = (struct site){ .frag = bt_number(t->bt, t->f),
			    .eip = t->eip - t->base, .in = *in,
			    .count = callout_counter(t), .row = row_of(in),
			    .fpu = in->family == FAMILY_FPU,
			    .seen = (uint8_t)t->seen, .touch = t->touch,
			    .uses = faulter_uses(t),
			    .near = t->near,
			    .sys = in->family == FAMILY_SYS,
			    .loads = (uint8_t)bt_loads(in) };
	trans_in_r14(t);
	trans_lead(t, 0xe8, t->bt->callout);
	emit32(&t->e, bt_number(t->bt, s));
	s->resume = end ? 0 : trans_here(t);
	if (in_rsp && !end)
		trans_swap(t);
	t->sp = in_rsp ? RSP : R14;
	t->ended = end;
}

struct slow trans_unless_zero(struct trans *t)
{
	uint8_t *quick = emit_skip(&t->e, SHORT_JRCXZ);
	struct slow slow = { .at = t->e.p };

	emit_mov(&t->e, RCX, R9);
	trans_callout(t);
	slow.end = emit_skip(&t->e, SHORT_JMP);
	emit_land(&t->e, quick);
	return slow;
}

void trans_slow_end(struct trans *t, struct slow slow)
{
	emit_land(&t->e, slow.end);
	t->ended = false;
}

/* ---- the table ---------------------------------------------------------- */

#define FACTS(dest, flags, late) { DEST_##dest, FLAGS_##flags, LATE_##late }
#define ROW(how, reg, rm, imm, dest, flags, late) \
	{ do_##how, #how, K_##reg, K_##rm, IMM_##imm, \
	  FACTS(dest, flags, late) }

static const struct row rows_1byte[256] = {
#define HOW1(first, last, ...) [(first) ... (last)] = ROW(__VA_ARGS__),
#include "vmm/bt/translate.def"
};

static const struct row rows_0f[256] = {
#define HOW2(first, last, ...) [(first) ... (last)] = ROW(__VA_ARGS__),
#include "vmm/bt/translate.def"
};

static const struct but {
	uint8_t first, last, digit;
	struct facts facts;
} buts[] = {
#define BUT1(first, last, digit, ...) \
	{ first, last, digit, FACTS(__VA_ARGS__) },
#include "vmm/bt/translate.def"
};

/* SSSE3 to SSE4.2, MOVBE: what the interpreter knows behind 0F 38 and 3A. */
static const struct row row_0f38 = ROW(sse, X, X, 0, N, U, B);
static const struct row row_movbe = ROW(movbe, G, X, 0, A, U, F);
static const struct row row_crc32b = ROW(sse, G, B, 0, A, U, B);
static const struct row row_crc32 = ROW(sse, G, G, 0, A, U, B);
static const struct row row_0f3a = ROW(sse, X, X, B, N, U, B);
static const struct row row_lane = ROW(sse, X, G, B, A, U, B);

static const struct row *row_of_0f38(const struct insn *in)
{
	if ((in->opcode & 0xfe) != 0xf0)
		return &row_0f38;
	if (!(in->prefix & PFX_F2))
		return &row_movbe;
	return in->opcode == 0xf0 ? &row_crc32b : &row_crc32;
}

/* PEXTRB to EXTRACTPS, PINSRB and PINSRD have a general register. */
static const struct row *row_of_0f3a(const struct insn *in)
{
	return (in->opcode >= 0x14 && in->opcode <= 0x17) ||
			       in->opcode == 0x20 || in->opcode == 0x22 ?
		       &row_lane :
		       &row_0f3a;
}

static const struct row *find_row(const struct insn *in)
{
	const struct row *row = NULL;

	if (in->map == MAP_0F38)
		return row_of_0f38(in);
	if (in->map == MAP_0F3A)
		return row_of_0f3a(in);
	if (in->map == MAP_1BYTE)
		row = &rows_1byte[in->opcode];
	else if (in->map == MAP_0F)
		row = &rows_0f[in->opcode];
	return row && row->how ? row : NULL;
}

/* facts_of() - of @in, which has @row. */
static struct facts facts_of(const struct insn *in, const struct row *row)
{
	const struct but *b = in->map == MAP_1BYTE ? buts :
						     buts + ARRAY_SIZE(buts);

	for (; b < buts + ARRAY_SIZE(buts); b++)
		if (in->opcode >= b->first && in->opcode <= b->last &&
		    in->reg == b->digit)
			return b->facts;
	return row->facts;
}

/* insn_easy() - the interpreter knows it, and its operand is an easy one. */
static bool insn_easy(const struct insn *in)
{
	if (in->family == FAMILY_NONE)
		return false;
	return !insn_is_mem(in) || (in->adsize == 4 && in->seg != SEG_CS);
}

/* insn_tell() - the instruction, how it was translated, and what came out. */
static void insn_tell(const struct trans *t, uint32_t from, const char *how)
{
	laddr off = t->eip - t->gb->la;
	const uint8_t *p;

	if (!t->bt->dump || t->gb->pfn2 != NO_PAGE)
		return;
	p = guestmem_at(t->cpu->ram, t->gb->key + off, t->in->len);
	if (!p)
		return;
	dump_guest(t->bt, DUMP_translate, t->eip, p, t->in->len, how);
	dump_host(t->bt, from, trans_here(t));
}

/* prepare_esp() - for the instruction under way, before it begins. */
static void prepare_esp(struct trans *t, bool easily)
{
	bool flush = !easily || !trans_bears_esp(t);

	if (easily && trans_bears_owed(t)) {
		if (flush)
			trans_flush_esp(t);
	} else if (flush) {
		trans_pay_and_flush(t);
	} else {
		trans_pay(t);
	}
}

static void translate_one(struct trans *t, bool joins)
{
	uint32_t from = trans_here(t);
	bool easily, runs;
	uint8_t *before;

	t->ended = false;
	t->touch = NULL;
	t->near = NULL;
	t->row = find_row(t->in);
	if (t->row)
		t->facts = facts_of(t->in, t->row);
	t->seen = place_seen(t);
	easily = t->row && insn_easy(t->in) && t->seen == SMC_NONE;
	runs = trans_in_run(t, easily);
	if (!runs)
		trans_end_run(t);
	if (joins)
		trans_pay_and_flush(t);
	if (easily && trans_may_owe(t)) {
		trans_owe(t, joins);
		insn_tell(t, from, "owe");
		return;
	}
	prepare_esp(t, easily);
	trans_map(t, 0);
	trans_may_be_entered(t);
	before = t->e.p;
	if (t->seen == SMC_TOUCHER) {
		trans_touch(t);
		insn_tell(t, from, "touch");
		return;
	}
	if (t->seen == SMC_FAULTER && t->row && insn_easy(t->in) &&
	    trans_has_near(t)) {
		trans_near(t);
		insn_tell(t, from, "near");
		return;
	}
	if (easily && t->row->how(t)) {
		trans_settle_esp(t);
		trans_pay_if_set(t);
		if (runs)
			trans_join_run(t);
		insn_tell(t, from, t->row->name);
		return;
	}
	ASSERT(t->e.p == before);
	trans_pay_and_flush(t);
	trans_callout(t);
	insn_tell(t, from, "callout");
}

static bool is_ret(const struct insn *in)
{
	return in->map == MAP_1BYTE && in->opcode == 0xc3 && in->opsize == 4;
}

/* thunk_of() - THUNK() if it is MOV reg,[ESP] */
static uint8_t thunk_of(const struct insn *in)
{
	return in->map == MAP_1BYTE && in->opcode == 0x8b && in->opsize == 4 &&
			       in->adsize == 4 && insn_is_mem(in) &&
			       in->seg == SEG_SS && in->base == REG_ESP &&
			       in->index == REG_ZERO && in->disp == 0 &&
			       in->reg != REG_ESP ?
		       (uint8_t)THUNK(in->reg) :
		       0;
}

static void frag_new(struct trans *t)
{
	const struct gblock *gb = t->gb;
	struct frag *f = cache_alloc(t->bt, sizeof(*f));

	*f = (struct frag){
		.key = gb->key, .la = gb->la, .mode = gb->mode,
		.valid = true, .global = gb->global,
		.pfn2 = gb->pfn2, .count = (uint8_t)gb->count,
		.len = (uint16_t)gb->len,
		.thunk = gb->count == 2 && is_ret(&gb->in[1]) ?
			 thunk_of(&gb->in[0]) : 0,
	};
	t->f = f;
	trans_place(t);
}

/* align_entry() - @size bytes before it, it is at a multiple of 32: loops come
 * back to it. */
static void align_entry(struct trans *t, uint32_t size)
{
	struct bt *bt = t->bt;

	bt->used = ((bt->used + size + 31) & ~31u) - size;
	t->e.p = bt->rw + bt->used;
	t->f->indirect = trans_here(t);
}

static uint32_t linked_size(const struct frag *f)
{
	return f->floats ? LINKED_FLOAT : LINKED_SIZE;
}

/* entries_in_rsp() - those of a fragment with ESP in rsp. */
static void entries_in_rsp(struct trans *t)
{
	struct frag *f = t->f;
	uint8_t *from_linked = NULL;

	align_entry(t, STALE_SIZE + SWAP_SIZE +
			       (f->place ? linked_size(f) + SKIP_SIZE : 0));
	emit_xchg64(&t->e, RSP, R14);
	trans_lead(t, 0xe8, t->bt->stale);
	if (f->place) {
		trans_linked_entry(t);
		from_linked = emit_skip(&t->e, SHORT_JMP);
	}
	f->from_r14 = trans_here(t);
	emit_xchg64(&t->e, RSP, R14);
	f->entry = trans_here(t);
	if (f->place)
		emit_land(&t->e, from_linked);
	ASSERT(f->entry % 32 == 0);
}

/* frag_entries() - the ways into a fragment. */
static void frag_entries(struct trans *t)
{
	struct bt *bt = t->bt;
	struct frag *f = t->f;
	uint32_t size;
	uint8_t *from_indirect;

	if (t->sp == RSP) {
		entries_in_rsp(t);
		trans_straddle(t);
		return;
	}
	size = CHECK_SIZE + (f->floats ? FLOAT_MORE : 0) +
	       (f->place ? SKIP_SIZE + linked_size(f) : 0);
	align_entry(t, size);
	trans_check_r11(t, t->gb->la, bt->miss);
	if (f->place) {
		from_indirect = emit_skip(&t->e, SHORT_JMP);
		trans_linked_entry(t);
		emit_land(&t->e, from_indirect);
	}
	f->entry = f->from_r14 = trans_here(t);
	ASSERT(f->entry - f->indirect == size);
	trans_straddle(t);
}

/* count_run() - the instructions from @i on, up to the next jump. */
static void count_run(struct trans *t, unsigned int i)
{
	const struct gblock *gb = t->gb;
	unsigned int n = 1;

	if (!t->bt->counts || (i && !gb->in[i - 1].ends))
		return;
	while (i + n < gb->count && !gb->in[i + n - 1].ends)
		n++;
	trans_count(t, OFF(hot.insns), n);
}

/* keep_map() - the fragment gets its source map. */
static void keep_map(struct trans *t)
{
	uint8_t packed[ARRAY_SIZE(t->map) * SRCMAP_MOST], *to;
	size_t size = srcmap_pack(packed, t->map, t->map_count);

	to = cache_alloc(t->bt, size);
	memcpy(to, packed, size);
	t->f->map = bt_number(t->bt, to);
	t->f->map_count = (uint8_t)t->map_count;
}

/* keep_exits() - the fragment gets its exits, and they their stubs. */
static void keep_exits(struct trans *t)
{
	struct exit *x = cache_alloc(t->bt, t->exit_count * sizeof(*x));
	unsigned int i;

	memcpy(x, t->exits, t->exit_count * sizeof(*x));
	t->f->out = bt_number(t->bt, x);
	t->f->out_count = (uint8_t)t->exit_count;
	for (i = 0; i < t->exit_count; i++) {
		x[i].frag = bt_number(t->bt, t->f);
		exit_stub(t, &x[i]);
	}
}

struct frag *bt_translate(struct cpu *cpu, const struct gblock *gb)
{
	struct bt *bt = cpu->bt;
	struct trans t;
	unsigned int i;

	memset(&t, 0, offsetof(struct trans, exits));
	t.cpu = cpu;
	t.bt = bt;
	t.gb = gb;
	t.eip = gb->la;
	t.sp = gb->mode & MODE_RSP ? RSP : R14;
	frag_new(&t);
	frag_entries(&t);
	dump(bt, DUMP_translate, "%08x, level %u%s, to %08x", gb->la, cpu->cpl,
	     t.sp == RSP ? ", ESP in rsp" : "", bt->rx + t.f->entry);
	for (i = 0; i < gb->count; i++) {
		t.in = &gb->in[i];
		t.last = i + 1 == gb->count;
		count_run(&t, i);
		translate_one(&t, gb->joins >> i & 1);
		t.eip += t.in->len;
	}
	if (!t.ended)
		trans_go_on(&t);
	keep_map(&t);
	keep_exits(&t);
	t.f->end = trans_here(&t);
	ASSERT(t.f->end <= bt->unit[bt->now].code_end);
	bt->stats.fragments++;
	bt->stats.guest_bytes += gb->len;
	again_note(cpu, gb);
	bt->stats.host_bytes += t.f->end - t.f->indirect;
	bt->used = t.f->end;
	return t.f;
}
