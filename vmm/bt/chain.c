// SPDX-License-Identifier: BSD-2-Clause
/*
 * chain.c - connect fragments: direct jumps and the jump table.
 *
 * A direct jump first leads to its stub, which calls chain_link(). Then it is
 * patched to lead to its target: to the entry, if that is in the same page, or
 * if both pages are global ones; else to the linked entry, which asks the jump
 * table whether the window shows that frame where it shall be. Where that is,
 * code of the exit's own says if both float (exit.checked). (An entry of the
 * table to jump through would ask for less. But a processor takes an indirect
 * jump that was ever seen to lead elsewhere, and be it to a miss, for one that
 * changes its mind, and predicts it by what went before.)
 *
 * Indirect jumps hash: a table entry is the address of a fragment's indirect
 * entry, which checks that it is the right one. But a program's indirect jump
 * or call is patched like a direct one, behind a check of the target, until it
 * was seen to lead to many places (SMC_TARGETS): most lead to one.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/emit.h"
#include "vmm/bt/hash.h"
#include "vmm/cpu/block.h"
#include "vmm/mmu/window.h"

static void exit_patch(struct bt *bt, const struct exit *x, uint32_t to)
{
	put_le32(bt->rw + x->patch, to - (x->patch + 4));
}

/* exit_lead_in() - let @x lead where it is connected to: the call of a thunk to
 * what is behind it. */
static void exit_lead_in(struct bt *bt, const struct exit *x)
{
	static const uint8_t nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

	if (x->thunk)
		memcpy(bt->rw + x->patch - 1, nop, sizeof(nop));
	else
		exit_patch(bt, x, x->enter);
}

/* exit_lead_out() - let @x lead to its stub. */
static void exit_lead_out(struct bt *bt, const struct exit *x)
{
	if (x->thunk)
		bt->rw[x->patch - 1] = 0xe9;
	exit_patch(bt, x, x->stub);
}

static void exit_disconnect(struct bt *bt, struct exit *x)
{
	if (!x->to)
		return;
	if (x->prev_in)
		bt_exit(bt, x->prev_in)->next_in = x->next_in;
	else
		bt_frag(bt, x->to)->in = x->next_in;
	if (x->next_in)
		bt_exit(bt, x->next_in)->prev_in = x->prev_in;
	x->to = 0;
}

static void exit_connect(struct bt *bt, struct exit *x, struct frag *to,
			 uint32_t enter)
{
	exit_disconnect(bt, x);
	x->to = bt_number(bt, to);
	x->enter = enter;
	x->prev_in = 0;
	x->next_in = to->in;
	if (to->in)
		bt_exit(bt, to->in)->prev_in = bt_number(bt, x);
	to->in = bt_number(bt, x);
	exit_lead_in(bt, x);
}

void chain_cut(struct bt *bt, struct frag *f)
{
	struct exit *x;

	while (f->in) {
		x = bt_exit(bt, f->in);
		exit_disconnect(bt, x);
		/* A killed fragment's entry may be this very jump. */
		if (bt_frag(bt, x->frag)->valid)
			exit_lead_out(bt, x);
	}
}

void chain_cut_out(struct bt *bt, const struct frag *f)
{
	struct exit *x = bt_exit(bt, f->out);
	unsigned int i;

	for (i = 0; i < f->out_count; i++)
		exit_disconnect(bt, &x[i]);
}

void chain_emit_indirect(struct emit *e, bool call)
{
	struct mem entry = { R12, R10, 2, MEM_HOST, 0 };

	emit_reg(e, (struct opc){ .map = MAP_0F, .opcode = 0xb7 }, R10, R11);
	emit_load(e, R10, entry);
	emit_go_r10(e, call);
}

/* place_offset() - of minus the address of @f's frame, from r12. */
static uint32_t place_offset(const struct frag *f)
{
	return 4 * JTAB_MINUS(f->place);
}

/*
 * The check of an indirect exit (trans_trip_target()): a load and a LEA of 8
 * bytes each, of which the last four are the offset of a place and minus the
 * target's offset in its page, and a load of 7. Not learned, it begins with a
 * jump over all that.
 */
#define CHECK_LOAD 8u
#define CHECK_LEA 8u
#define CHECK_TRIP 7u

static uint8_t *check_of(struct bt *bt, const struct exit *x)
{
	return bt->rw + x->check - CHECK_LEA - CHECK_LOAD;
}

void chain_unlearn(struct bt *bt, const struct exit *x)
{
	uint8_t *p = check_of(bt, x);

	p[0] = SHORT_JMP;
	p[1] = CHECK_LOAD + CHECK_LEA + CHECK_TRIP - 2;
}

/*
 * check_hash() - indirect exit @x goes by the hash from now on: its last bytes
 * do, instead of its check's end and the jump, and a jump leads there. A call's
 * return address stays what it was.
 */
static void check_hash(struct bt *bt, const struct exit *x)
{
	struct emit end = { bt->rw + x->patch + 4 - CHAIN_HASHED };
	struct emit check = { check_of(bt, x) };

	emit_land(&end, emit_skip(&check, SHORT_JMP));
	chain_emit_indirect(&end, x->call);
	ASSERT(end.p == bt->rw + x->patch + 4);
}

static void exit_learn(struct bt *bt, const struct exit *x,
		       const struct frag *f)
{
	uint8_t *p = check_of(bt, x);

	p[0] = 0x45;	/* mov r10d, [r12 + ...] */
	p[1] = 0x8b;
	put_le32(p + 4, place_offset(f));
	put_le32(p + CHECK_LOAD + 4, -(f->la & PAGE_MASK));
}

/* exit_hash() - @x can not be connected: it goes by the hash. */
static void exit_hash(struct bt *bt, struct exit *x)
{
	/* What is there already puts ESP into r14. */
	struct emit e = { bt->rw + x->stub + (x->from_rsp ? SWAP_SIZE : 0) };

	exit_disconnect(bt, x);
	if (x->indirect) {
		check_hash(bt, x);
		return;
	}
	exit_lead_out(bt, x);
	if (bt_frag(bt, x->frag)->floats)
		return;		/* there is no room: by C code each time */
	emit_mov_imm(&e, R11, x->target);
	cache_lead(bt, (uint32_t)(e.p - bt->rw), 0xe9, bt->indirect);
}

/* ---- global pages ------------------------------------------------------- */

static bool global_known(const struct bt *bt, laddr la)
{
	return bt->global_bit[la >> 17] >> (la >> PAGE_SHIFT & 31) & 1;
}

static bool global_add(struct bt *bt, laddr la, uint32_t pfn)
{
	if (global_known(bt, la))
		return true;
	if (bt->global_count == bt->global_max)
		return false;
	bt->globals[bt->global_count++] = (struct global_page){
		la & ~PAGE_MASK, pfn
	};
	bt->global_bit[la >> 17] |= 1u << (la >> PAGE_SHIFT & 31);
	return true;
}

/* global_note() - jumps from elsewhere rely on the page or pages of @f. */
static bool global_note(struct bt *bt, const struct frag *f)
{
	return global_add(bt, f->la, (uint32_t)(f->key >> PAGE_SHIFT)) &&
	       (f->pfn2 == NO_PAGE ||
		global_add(bt, f->la + PAGE_SIZE, f->pfn2));
}

void chain_globals_check(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;
	unsigned int i;
	paddr page;

	for (i = 0; i < bt->global_count; i++) {
		if (!mmu_probe(cpu, bt->globals[i].la, &page) ||
		    page >> PAGE_SHIFT != bt->globals[i].pfn) {
			mmu_forget_code(cpu);
			return;
		}
	}
}

/* ---- finding ------------------------------------------------------------ */

static struct frag *frag_make(struct cpu *cpu, uint8_t mode)
{
	struct gblock gb;
	struct frag *f;

	account_to(&cpu->rows, ROW_TRANSLATE);
	if (!bt_block(cpu, &gb, mode))
		return NULL;
	cache_make_room(cpu);
	f = bt_translate(cpu, &gb);
	return cache_add(cpu, f) ? f : NULL;
}

/*
 * second_same() - is the page that @f, at CS:EIP, runs over to where @f has it?
 * Its frame may be, but as it is mapped twice the active jump table may have
 * given the place that @f has for it to the other address.
 */
static bool second_same(struct cpu *cpu, const struct frag *f)
{
	laddr la = cpu->eip + PAGE_SIZE;

	return mmu_lookup(cpu, la, false, cpu->cpl == 3)->pfn == f->pfn2 &&
	       !(f->place2 && place_elsewhere(cpu, f->place2, la));
}

struct frag *chain_find(struct cpu *cpu, uint8_t mode, struct frag *first,
			uint32_t *inside)
{
	struct bt *bt = cpu->bt;
	const struct tlb_entry *e;
	uint64_t lost = bt->lost;
	struct frag *f;
	bool global;
	paddr key;

	if (UNLIKELY(windows_take_change(cpu)))
		chain_globals_check(cpu);
	if (UNLIKELY(bt->epoch != cpu->mmu->code->epoch)) {
		bt->epoch = cpu->mmu->code->epoch;
		cache_flush(cpu);
	}
	if (bt_over_limit(cpu, cpu->eip))
		return NULL;
	e = mmu_lookup(cpu, cpu->eip, false, cpu->cpl == 3);
	key = (paddr)e->pfn << PAGE_SHIFT | (cpu->eip & PAGE_MASK);
	global = (e->flags & TLB_G) && cpu->cpl == 0;
	if (first && inside && lost == bt->lost &&
	    cache_opens(cpu, first, key, cpu->eip, mode, inside))
		return first;
	f = cache_lookup(cpu, key, cpu->eip, mode, global);
	if (f && f->pfn2 != NO_PAGE && bt_over_limit(cpu, cpu->eip + PAGE_SIZE))
		return NULL;
	if (f && f->pfn2 != NO_PAGE && !second_same(cpu, f)) {
		cache_kill(cpu, f);
		f = NULL;
	}
	if (f && bt->lockstep && f->count > bt->limit) {
		cache_kill(cpu, f);
		f = NULL;
	}
	if (inside)
		*inside = 0;
	if (!f && inside)
		f = cache_inside(cpu, key, cpu->eip, mode, global, inside);
	return f ? f : frag_make(cpu, mode);
}

bool chain_calm(const struct cpu *cpu)
{
	return !(cpu->pending_db | cpu_interrupted(cpu) | cpu->shadow |
		 cpu->halted | cpu->blocks->event.due |
		 atomic_load_explicit(cpu->attention, memory_order_relaxed));
}

uint8_t chain_first(const struct cpu *cpu)
{
	return cpu->bt->all_in_rsp || (cpu->bt->lockstep && cpu->cpl == 3) ?
		       MODE_RSP :
		       0;
}

/* find_from() - the fragment at CS:EIP if translated code may go on; @where is
 * MODE_RSP or 0, @first and @inside as for chain_find(). */
static struct frag *find_from(struct cpu *cpu, uint8_t where,
			      struct frag *first, uint32_t *inside)
{
	struct frag *f;

	cpu->hot.reason = BT_LOOK;
	if (!chain_calm(cpu) || !bt_ready(cpu) ||
	    (cpu->bt->lockstep && cpu->bt->entered))
		return NULL;
	f = chain_find(cpu, cpu->bt->mode | where, first, inside);
	if (f && !place_enter(cpu, f))
		f = NULL;
	cpu->bt->entered = f;
	if (!f)
		cpu->hot.reason = BT_STEP;
	return f;
}

static struct frag *find_here(struct cpu *cpu, uint8_t where)
{
	return find_from(cpu, where, NULL, NULL);
}

static uint64_t frag_address(struct cpu *cpu, const struct frag *f)
{
	return bt_go_on(cpu, f->from_r14);
}

/* chain_jump() - never inside a fragment: to look for that each time takes
 * longer than a short one that begins here and is made once. */
uint64_t chain_jump(struct cpu *cpu)
{
	struct frag *f = find_here(cpu, chain_first(cpu));

	return f ? frag_address(cpu, f) : 0;
}

void chain_interrupt(struct bt *bt, struct frag *f)
{
	const struct exit *x = bt_exit(bt, f->out);
	unsigned int i;

	for (i = 0; i < f->out_count; i++)
		if (x[i].to && f->valid)
			exit_lead_out(bt, &x[i]);
}

/* ---- ways out of translated code ---------------------------------------- */

/* page_current() - have the guest's tables this frame at @la? */
static bool page_current(struct cpu *cpu, laddr la, uint32_t pfn)
{
	paddr page;

	if (mmu_fetchable(cpu, la, &page) && page >> PAGE_SHIFT == pfn)
		return true;
	mmu_invlpg(cpu, la);
	return false;
}

bool frag_current(struct cpu *cpu, const struct frag *f)
{
	return page_current(cpu, cpu->eip, (uint32_t)(f->key >> PAGE_SHIFT)) &&
	       (f->pfn2 == NO_PAGE ||
		page_current(cpu, cpu->eip + PAGE_SIZE, f->pfn2));
}

/*
 * table_enter() - jumps through the active table find @f. If it has a place,
 * place_enter() has had its entry watched; to do so again might empty the
 * table, and a fragment that floats would not know where it is.
 */
static void table_enter(struct cpu *cpu, const struct frag *f)
{
	laddr la = cpu->eip;

	if (!f->place) {
		windows_exec(cpu, la);
		if (f->pfn2 != NO_PAGE)
			windows_exec(cpu, la + PAGE_SIZE);
	}
	windows_jtab_set(cpu, jtab_index(la), cpu->bt->rx + f->indirect);
}

uint64_t chain_miss(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct frag *f;

	cpu->eip = at;
	bt->stats.misses++;
	f = find_here(cpu, 0);
	if (!f)
		return 0;
	if (!f->place && !frag_current(cpu, f)) {
		cpu->bt->entered = NULL;
		cpu->hot.reason = BT_STEP;
		return 0;
	}
	table_enter(cpu, f);
	dump(bt, DUMP_chain, "%08x into the jump table", at);
	return frag_address(cpu, f);
}

/* same_page() - whoever runs @from has mapped @f, too. */
static bool same_page(const struct frag *from, const struct frag *f)
{
	if (from->place)	/* @f looks at its second page, if any */
		return f->place == from->place;
	return !f->place && (f->la ^ from->la) >> PAGE_SHIFT == 0 &&
	       f->pfn2 == NO_PAGE;
}

/* frags_connectable() - two pages are connected by their places if both float,
 * or none does. */
static bool frags_connectable(const struct frag *from, const struct frag *f)
{
	return f->linked && from->place && from->floats == f->floats;
}

/* exit_connect_checked() - @x leads to @f by way of code that says @distance,
 * of @f's page from its own. */
static void exit_connect_checked(struct bt *bt, struct exit *x, struct frag *f,
				 laddr distance)
{
	uint8_t *p = bt->rw + x->checked;

	put_le32(p + CHECKED_DISTANCE, distance);
	cache_lead(bt, x->checked + CHECKED_JUMP, 0xe9, bt->rx + f->linked);
	exit_connect(bt, x, f, x->checked);
}

/*
 * float_both() - @x, to another page, can not be connected to @f. If that is
 * since only one of them floats, the other one will, for they move together; it
 * is made anew when it is next run.
 */
static void float_both(struct cpu *cpu, struct exit *x, struct frag *f)
{
	const struct frag *from = bt_frag(cpu->bt, x->frag);

	if (from->place && f->place && from->floats != f->floats)
		place_float(cpu, from->floats ? f->place : from->place);
	else
		exit_hash(cpu->bt, x);
}

/* frags_beside() - whoever runs @from may go to @f with no check. */
static bool frags_beside(struct bt *bt, const struct frag *from,
			 const struct frag *f)
{
	return same_page(from, f) ||
	       (from->global && f->global && global_note(bt, f));
}

/*
 * enters_at_once() - a jump from @from to @f comes to an instruction of @f in
 * any case. Where a check is on the way, an interrupt may take it to C code,
 * and that would not know that it comes from an STI.
 */
static bool enters_at_once(struct bt *bt, const struct frag *from,
			   const struct frag *f)
{
	return f->pfn2 == NO_PAGE && frags_beside(bt, from, f);
}

/* exit_join() - from now on exit @x, in a fragment with @base, leads to what is
 * at @la now: @f, or cache offset @inside in it, if that is not 0. */
static void exit_join(struct cpu *cpu, struct exit *x, laddr base,
		      struct frag *f, laddr la, uint32_t inside)
{
	struct bt *bt = cpu->bt;
	const struct frag *from = bt_frag(bt, x->frag);

	if (x->to == bt_number(bt, f))	/* chain_interrupt() took it */
		exit_lead_in(bt, x);
	else if (x->sti && !enters_at_once(bt, from, f))
		return;
	else if (x->indirect && f->place)
		exit_connect(bt, x, f, f->from_r14);
	else if (frags_beside(bt, from, f))
		exit_connect(bt, x, f,
			     inside	 ? inside :
			     x->from_rsp ? f->entry :
					   f->from_r14);
	else if (!frags_connectable(from, f) || x->to_rsp != x->from_rsp)
		float_both(cpu, x, f);
	else if (x->checked)
		exit_connect_checked(bt, x, f, (la & ~PAGE_MASK) - base);
	else
		exit_connect(bt, x, f, f->linked);
	dump(bt, DUMP_chain, "%08x to %08x, %s", base + from->la, la,
	     x->to ? "directly" : "by the hash");
}

/* may_enter() - can @x, which leads to @la, lead inside a fragment? */
static bool may_enter(const struct exit *x, const struct frag *from, laddr base,
		      laddr la)
{
	return x->from_rsp == x->to_rsp &&
	       (from->global ||
		(base + from->la) >> PAGE_SHIFT == la >> PAGE_SHIFT);
}

/* look_if_hot() - @x closes a loop, and was connected: so an interrupt came
 * while the loop ran (chain_interrupt()). It is worth a second translation. */
static void look_if_hot(const struct bt *bt, struct exit *x)
{
	if (!x->loops || (!x->to && !bt->loops_in_rsp))
		return;
	x->loops = false;
	x->to_rsp = true;
}

uint64_t chain_link(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct exit *x = bt_exit(bt, at);
	struct frag *from = bt_frag(bt, x->frag);
	laddr base = frag_base(cpu, from), la = base + x->target;
	uint64_t lost = bt->lost;
	uint32_t inside = 0;
	bool into_rsp;
	struct frag *f;
	uint8_t where;

	look_if_hot(bt, x);
	into_rsp = x->to_rsp && !x->from_rsp;
	where = x->to_rsp ? MODE_RSP : 0;
	cpu->eip = la;
	if (x->sti) {
		bt->held = SHADOW_STI;
		bt->held_at = la;
	}
	bt->stats.links++;
	f = find_from(cpu, where, x->to ? bt_frag(bt, x->to) : from,
		      may_enter(x, from, base, la) ? &inside : NULL);
	if (f && f->landing_count && into_rsp) {
		if (lost == bt->lost)
			x->to_rsp = false;
		/* a loop with calls: not worth it */
		f = find_here(cpu, 0);
	} else if (inside && lost == bt->lost && !frags_beside(bt, from, f)) {
		inside = 0;
		f = find_here(cpu, where);
	}
	if (!f)
		return 0;
	if (lost == bt->lost && from->valid)
		exit_join(cpu, x, base, f, la, inside);
	/* Inside one with ESP in rsp C code has no way. */
	if (inside && where)
		return chain_jump(cpu);
	return inside ? bt_go_on(cpu, inside) : frag_address(cpu, f);
}

/*
 * thunk_miss() - chain_link_miss() of a call of a thunk, which has pushed its
 * return address, but left ESP as it was
 */
static uint64_t thunk_miss(struct cpu *cpu, struct exit *x, laddr base)
{
	struct bt *bt = cpu->bt;
	struct frag *from = bt_frag(bt, x->frag), *f;
	uint64_t lost = bt->lost;

	cpu->gpr[REG_ESP] -= 4;
	f = find_here(cpu, 0);
	if (!f)
		return 0;
	if (lost != bt->lost || !from->valid || frag_base(cpu, from) != base)
		return frag_address(cpu, f);
	if (f->thunk != x->thunk || !f->place) { /* it is none any more */
		cache_kill(cpu, from);
		return frag_address(cpu, f);
	}
	/* trans_trip_page() */
	put_le32(bt->rw + x->check - CHECK_LEA - 4, place_offset(f));
	put_le32(bt->rw + x->check - 4,
		 (cpu->eip & ~PAGE_MASK) - frag_page(cpu, from));
	exit_connect(bt, x, f, 0);
	/* The way in may be given up (bt_resume_abort): this is where the
	 * guest is. */
	cpu->eip = cpu->gpr[x->thunk - THUNK(0)] = base + x->back;
	cpu->gpr[REG_ESP] += 4;
	return bt_go_on(cpu, x->landing);
}

/* exit_retarget() - exit @x, an indirect one, leads to what is at @key now.
 * Return: false if it has led to many places, and hashes from now on. */
static bool exit_retarget(struct bt *bt, struct exit *x, paddr key)
{
	const struct frag *f = bt_frag(bt, x->frag);
	paddr at = f->key + (x->back - f->la);
	uint32_t target = (uint32_t)key;

	if (x->target && x->target != target) {
		smc_note(bt, at, SMC_TARGETS);
		if (smc_often(bt, at, SMC_TARGETS)) {
			exit_hash(bt, x);
			return false;
		}
	}
	x->target = target;
	return true;
}

uint64_t chain_link_miss(struct cpu *cpu, uint32_t at, laddr target)
{
	struct bt *bt = cpu->bt;
	struct exit *x = bt_exit(bt, at);
	const struct frag *from = bt_frag(bt, x->frag);
	laddr base = frag_base(cpu, from);
	uint64_t lost = bt->lost;
	struct frag *f;

	cpu->eip = x->indirect ? target : base + x->target;
	bt->stats.misses++;
	if (x->thunk)
		return thunk_miss(cpu, x, base);
	f = find_here(cpu, 0);
	if (!f)
		return 0;
	if (lost == bt->lost && from->valid && exit_retarget(bt, x, f->key)) {
		if (f->place)
			exit_learn(bt, x, f);
		exit_join(cpu, x, base, f, target, 0);
	}
	return frag_address(cpu, f);
}

uint64_t chain_stale(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct frag *f = cache_at(bt, at);

	ASSERT(f);
	return chain_miss(cpu, frag_la(cpu, f));
}
