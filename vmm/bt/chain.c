// SPDX-License-Identifier: BSD-2-Clause
/*
 * chain.c - connect fragments: direct jumps and the jump table.
 *
 * A direct jump first leads to its stub, which calls chain_link(). If the
 * target is in the same page, or both pages are global ones, the jump is
 * patched to lead there; else the jump, or its stub, becomes one through an
 * entry of the jump table that is this jump's own (a link). Indirect jumps
 * hash: such an entry is the address of a fragment's indirect entry, which
 * checks that it is the right one. But a program's indirect jump or call has a
 * link, too, until it was seen to lead to many places (SMC_TARGETS): most lead
 * to one, and the processor need not wait for the hash to know that.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/emit.h"
#include "vmm/bt/hash.h"
#include "vmm/cpu/block.h"
#include "vmm/mmu/window.h"

static void patch(struct bt *bt, const struct exit *x, uint32_t to)
{
	put_le32(bt->rw + x->patch, to - (x->patch + 4));
}

void chain_connect(struct bt *bt, struct exit *x, struct frag *to)
{
	patch(bt, x, to->entry);
	x->to = to;
	x->next_in = to->in;
	to->in = x;
}

void chain_cut(struct cpu *cpu, struct frag *f)
{
	struct bt *bt = cpu->bt;
	struct exit *x;

	for (; f->links; f->links = f->links->next)
		windows_link_cut(cpu, f->links->index);

	while ((x = f->in)) {
		f->in = x->next_in;
		x->to = NULL;
		/* A killed fragment's entry may be this very jump. */
		if (x->frag->valid)
			patch(bt, x, x->stub);
	}
}

/* go_r10() - take_back_jump() in fault.c knows what stands before it. */
static void go_r10(struct emit *e, bool call)
{
	emit_reg(e, (struct opc){ .opcode = 0xff }, call ? 2 : 4, R10);
}

void chain_emit_indirect(struct emit *e, bool call)
{
	struct mem entry = { R12, R10, 2, MEM_HOST, 0 };

	emit_reg(e, (struct opc){ .map = MAP_0F, .opcode = 0xb7 }, R10, R11);
	emit_mov_imm(e, R9, 0);
	emit_load(e, R10, entry);
	go_r10(e, call);
}

void chain_emit_link(const struct bt *bt, struct emit *e,
		     const struct exit *x, bool call)
{
	emit_mov_imm(e, R9, (uint32_t)((const uint8_t *)x - bt->arena));
	emit_load(e, R10, mem_host(R12, x->link * 4));
	go_r10(e, call);
}

/* link_jumps() - the exit, if there is room, or its stub becomes a jump (or
 * call) through the exit's link. */
static void link_jumps(struct bt *bt, const struct exit *x)
{
	uint32_t end = x->patch + 4, at = x->stub;
	struct emit e = { bt->rw + at };
	bool call = false;

	if (x->room) {
		at = end - CHAIN_LINK;
		call = bt->rw[x->patch - 1] == 0xe8;
		e.p = bt->rw + at;
	}
	chain_emit_link(bt, &e, x, call);
	ASSERT(e.p == bt->rw + at + CHAIN_LINK);
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

static struct frag *make(struct cpu *cpu)
{
	struct gblock gb;
	struct frag *f;

	cpu->rows.now = ROW_TRANSLATE;
	if (!bt_block(cpu, &gb))
		return NULL;
	if (!cache_room(cpu->bt)) {
		mmu_forget_code(cpu);
		cpu->bt->epoch = cpu->mmu->code->epoch;
		cache_flush(cpu);
	}
	cpu->rows.now = ROW_TRANSLATE;
	f = bt_translate(cpu, &gb);
	return cache_add(cpu, f) ? f : NULL;
}

struct frag *chain_find(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;
	const struct tlb_entry *e;
	struct frag *f;

	if (UNLIKELY(windows_take_change(cpu)))
		chain_globals_check(cpu);
	if (UNLIKELY(bt->epoch != cpu->mmu->code->epoch)) {
		bt->epoch = cpu->mmu->code->epoch;
		cache_flush(cpu);
	}
	e = mmu_lookup(cpu, cpu->eip, false, cpu->cpl == 3);
	f = cache_lookup(cpu, (paddr)e->pfn << PAGE_SHIFT |
			 (cpu->eip & PAGE_MASK), cpu->eip, bt->mode);
	if (f && f->pfn2 != NO_PAGE &&
	    mmu_lookup(cpu, f->la + PAGE_SIZE, false, cpu->cpl == 3)->pfn !=
	    f->pfn2) {
		cache_kill(cpu, f);
		f = NULL;
	}
	if (f && bt->lockstep && f->count > bt->limit) {
		cache_kill(cpu, f);
		f = NULL;
	}
	return f ? f : make(cpu);
}

bool chain_calm(const struct cpu *cpu)
{
	return !(cpu->pending_db |
		 (cpu->intr && (cpu->eflags & FL_IF)) |
		 (cpu->nmi && !cpu->nmi_masked) | cpu->shadow | cpu->halted |
		 cpu->blocks->event.due |
		 atomic_load_explicit(cpu->attention, memory_order_relaxed));
}

/* find_here() - the fragment at CS:EIP if translated code may go on. */
static struct frag *find_here(struct cpu *cpu)
{
	struct frag *f;

	cpu->hot.reason = BT_LOOK;
	if (!chain_calm(cpu) || !bt_ready(cpu) ||
	    (cpu->bt->lockstep && cpu->bt->entered))
		return NULL;
	f = chain_find(cpu);
	cpu->bt->entered = f;
	if (!f)
		cpu->hot.reason = BT_STEP;
	return f;
}

static uint64_t address(struct cpu *cpu, const struct frag *f)
{
	cpu->rows.now = ROW_CODE;
	return (uint64_t)cpu->bt->rx + f->entry;
}

uint64_t chain_jump(struct cpu *cpu)
{
	struct frag *f = find_here(cpu);

	return f ? address(cpu, f) : 0;
}

void chain_interrupt(struct bt *bt, struct frag *f)
{
	unsigned int i;

	for (i = 0; i < f->out_count; i++)
		if (f->out[i]->to && f->valid)
			patch(bt, f->out[i], f->out[i]->stub);
}

/* ---- ways out of translated code ---------------------------------------- */

/* table_enter() - jumps through the active table find @f. */
static void table_enter(struct cpu *cpu, const struct frag *f)
{
	windows_exec(cpu, f->la);
	if (f->pfn2 != NO_PAGE)
		windows_exec(cpu, f->la + PAGE_SIZE);
	windows_jtab_set(cpu, jtab_index(f->la),
			 cpu->bt->rx + f->indirect);
}

/* link_host() - where exit @x enters @f: a call of a thunk behind itself. */
static uint32_t link_host(const struct exit *x, const struct frag *f)
{
	if (x->indirect)
		return f->linked;
	return x->landing ? x->landing : f->entry;
}

/* link_enter() - exit @x finds @f through the active table. */
static void link_enter(struct cpu *cpu, const struct exit *x, struct frag *f)
{
	struct bt *bt = cpu->bt;
	struct link *l = f->links;

	while (l && l->index != x->link)
		l = l->next;
	if (!l) {
		if (!cache_room(bt))
			return;
		l = cache_alloc(bt, sizeof(*l));
		*l = (struct link){ f->links, x->link };
		f->links = l;
	}
	windows_exec(cpu, f->la);
	if (f->pfn2 != NO_PAGE)
		windows_exec(cpu, f->la + PAGE_SIZE);
	windows_jtab_set(cpu, x->link, bt->rx + link_host(x, f));
}

uint64_t chain_miss(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct frag *f;

	cpu->eip = at;
	bt->stats.misses++;
	f = find_here(cpu);
	if (!f)
		return 0;
	table_enter(cpu, f);
	dump(bt, DUMP_chain, "%08x into the jump table", f->la);
	return address(cpu, f);
}

uint64_t chain_link(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct exit *x = (struct exit *)(bt->arena + at);
	uint64_t epoch = bt->epoch;
	struct frag *f, *from = x->frag;

	cpu->eip = x->target;
	bt->stats.links++;
	f = find_here(cpu);
	if (f && x->to == f && from->valid && epoch == bt->epoch) {
		patch(bt, x, f->entry);	/* chain_interrupt() took it */
		return address(cpu, f);
	}
	if (!f || epoch != bt->epoch)
		return f ? address(cpu, f) : 0;
	if (!from->valid)
		return address(cpu, f);
	if ((x->target ^ from->la) >> PAGE_SHIFT == 0 &&
	    f->pfn2 == NO_PAGE) {
		chain_connect(bt, x, f);
	} else if (from->global && f->global && global_note(bt, f)) {
		chain_connect(bt, x, f);
	} else if (x->link || (x->link = windows_link_new(cpu))) {
		link_jumps(bt, x);
		link_enter(cpu, x, f);
	}
	dump(bt, DUMP_chain, "%08x to %08x, %s", from->la, f->la,
	     x->to ? "directly" : x->link ? "by its link" : "not at all");
	return address(cpu, f);
}

/*
 * thunk_miss() - the same for a call of a thunk, which has pushed its return
 * address, but left ESP as it was
 */
static uint64_t thunk_miss(struct cpu *cpu, struct exit *x)
{
	struct bt *bt = cpu->bt;
	uint64_t epoch = bt->epoch;
	struct frag *f;

	cpu->gpr[REG_ESP] -= 4;
	f = find_here(cpu);
	if (!f)
		return 0;
	if (epoch != bt->epoch || !x->frag->valid)
		return address(cpu, f);
	if (f->thunk != x->thunk) {	/* it is none any more */
		cache_kill(cpu, x->frag);
		return address(cpu, f);
	}
	link_enter(cpu, x, f);
	/* The way in may be given up (bt_resume_abort): this is where the
	 * guest is. */
	cpu->eip = cpu->gpr[x->thunk - THUNK(0)] = x->back;
	cpu->gpr[REG_ESP] += 4;
	cpu->rows.now = ROW_CODE;
	return (uint64_t)bt->rx + x->landing;
}

/* retarget() - exit @x, an indirect one, leads to @target now. If it has led
 * to many, its fragment is made anew, and hashes. */
static void retarget(struct cpu *cpu, struct exit *x, laddr target)
{
	struct frag *f = x->frag;
	paddr at = f->key + (x->back - f->la);

	if (x->target && x->target != target) {
		smc_note(cpu->bt, at, SMC_TARGETS);
		if (f->valid && smc_often(cpu->bt, at, SMC_TARGETS))
			cache_kill(cpu, f);
	}
	x->target = target;
}

uint64_t chain_link_miss(struct cpu *cpu, uint32_t at, laddr target)
{
	struct bt *bt = cpu->bt;
	struct exit *x = (struct exit *)(bt->arena + at);
	uint64_t epoch = bt->epoch;
	struct frag *f;

	if (x->indirect)
		retarget(cpu, x, target);
	cpu->eip = x->target;
	bt->stats.misses++;
	if (x->landing)
		return thunk_miss(cpu, x);
	f = find_here(cpu);
	if (!f)
		return 0;
	if (epoch == bt->epoch && x->frag->valid)
		link_enter(cpu, x, f);
	return address(cpu, f);
}

uint64_t chain_stale(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct frag *f = cache_at(bt, at);

	ASSERT(f);
	return chain_miss(cpu, f->la);
}
