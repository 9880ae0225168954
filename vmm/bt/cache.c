// SPDX-License-Identifier: BSD-2-Clause
/*
 * cache.c - the code cache: fragments, found by address and killed by writes.
 *
 * 1. It is filled unit by unit, and the oldest unit is emptied for the next
 *    one. In a unit fragments lie one behind the other, in the order of
 *    bt->frags[]; so the one that holds a host address is found by bisection.
 * 2. A killed fragment stays where it is, but nothing leads into it: jumps to
 *    it are disconnected, its entry calls chain_stale(), and returns to it
 *    go by the jump table.
 * 3. Of an emptied unit nothing knows: no jump, no jump table, no return
 *    address, no list. It is emptied only while C code makes a fragment, so
 *    nothing of it is under way.
 * 4. Only what has been used takes memory.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"
#include "base/pages.h"
#include "vmdriver/crosspage.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/emit.h"
#include "vmm/bt/hash.h"
#include "vmm/mmu/window.h"

/*
 * Bytes of code: an eighth of guest RAM within these bounds, for what is in RAM
 * is what can run. What describes it has room for twice as much, and a fragment
 * has no less than FRAG_CODE_MIN.
 */
#define CODE_SHARE	8u
#define CODE_USUAL	(16u << 20)
#define FRAG_CODE_MIN	96u
/* More than any fragment can take. An instruction takes 127 bytes at most (a
 * load that trans_near() makes), entries and exits some hundred together. */
#define FRAG_CODE_MAX	(144u * FRAG_INSNS)
#define FRAG_ARENA_MAX \
	((sizeof(struct site) + 2 * SRCMAP_MOST + 8) * (FRAG_INSNS + 4) + 4096)
_Static_assert(CODE_CACHE_MIN / UNITS > FRAG_CODE_MAX + 4096 &&
		       2 * CODE_CACHE_MIN / UNITS > FRAG_ARENA_MAX + 8,
	       "units");
/* Bytes that a fragment is looked for before what shall be inside it. */
#define INSIDE_MOST	256u
/* The first number that is given: 0 is none. */
#define ARENA_FIRST	64u

/* stub_to() - a jump to C's address space, which rel32 can not reach. */
static uint32_t stub_to(struct bt *bt, const void *to)
{
	uint8_t *p = bt->rw + bt->used;
	uint32_t at = bt->rx + bt->used;

	memcpy(p, "\xff\x25\x02\x00\x00\x00\x0f\x0b", 8); /* jmp [rip+2] */
	put_le64(p + 8, (uint64_t)(uintptr_t)to);
	bt->used += 16;
	return at;
}

/* indirect_stubs() - on at r11: by the jump table, and when the stack of
 * return addresses was found empty, which stays so. */
static void indirect_stubs(struct bt *bt)
{
	struct emit e = { bt->rw + bt->used };

	bt->empty = bt->rx + bt->used;
	emit_lea64(&e, RSP, mem_host(RSP, -8u));
	bt->indirect = bt->rx + (uint32_t)(e.p - bt->rw);
	chain_emit_indirect(&e, false);
	bt->used = (uint32_t)(e.p - bt->rw);
}

/* no_jump_table() - the table whose entries all miss. */
static bool no_jump_table(struct bt *bt)
{
	unsigned int i;

	bt->no_jtab = malloc(JTAB_SIZE * sizeof(bt->no_jtab[0]));
	for (i = 0; bt->no_jtab && i < JTAB_SIZE; i++)
		bt->no_jtab[i] = jtab_empty(i, bt->miss);
	return bt->no_jtab;
}

/* two_views() - map the memory of code twice: once to write, once to run. */
static bool two_views(struct bt *bt)
{
	int fd = memfd_open("code");
	void *rw, *rx;

	if (fd < 0)
		return false;
	if (ftruncate(fd, bt->size) < 0) {
		close(fd);
		return false;
	}
	rw = mmap(NULL, bt->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	rx = mmap(NULL, bt->size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_32BIT,
		  fd, 0);
	close(fd);
	if (rw != MAP_FAILED)
		bt->rw = rw;
	if (rx != MAP_FAILED)
		bt->rx = (uint32_t)(uintptr_t)rx;
	return rw != MAP_FAILED && rx != MAP_FAILED;
}

uint32_t cache_size(uint64_t ram)
{
	return (uint32_t)MIN(MAX(ram / CODE_SHARE, CODE_USUAL), CODE_CACHE_MAX);
}

/*
 * Memory is made ahead of use, so much at once: a page's own fault takes as
 * long as eight pages in a row, and code has two views.
 */
#define AHEAD (64u << 10)

/*
 * memory_make() - unless bytes up to @need are there, have the host provide
 * AHEAD more, none behind @end
 * @from: the memory; @more: its other view, which is read; NULL: it has none
 * @known: *@known bytes are there, before and after
 *
 * A host that can not do that provides each page when it is used.
 * #syscalls[vmm] madvise
 */
static void memory_make(struct bt *bt, uint8_t *from, uint8_t *more,
			uint32_t *known, uint32_t need, uint32_t end)
{
	uint32_t size = MIN(end - *known, AHEAD);

	if (need <= *known)
		return;
	if (bt->populates)
		bt->populates =
			!madvise(from + *known, size, MADV_POPULATE_WRITE) &&
			(!more ||
			 !madvise(more + *known, size, MADV_POPULATE_READ));
	*known += size;
	bt->stats.held += size;
}

/* memory_ahead() - the next fragment finds memory, if it is one of the usual
 * size. */
static void memory_ahead(struct bt *bt)
{
	struct unit *u = &bt->unit[bt->now];

	memory_make(bt, bt->rw, (uint8_t *)(uintptr_t)bt->rx, &u->code_there,
		    MIN(bt->used + PAGE_SIZE, u->code_end), u->code_end);
	memory_make(bt, bt->arena, NULL, &u->arena_there,
		    MIN(bt->arena_used + PAGE_SIZE, u->arena_end),
		    u->arena_end);
}

/* unit_begin() - fill @unit from its start. */
static void unit_begin(struct bt *bt, unsigned int unit)
{
	bt->now = unit;
	bt->used = bt->unit[unit].code;
	bt->arena_used = bt->unit[unit].arena;
}

/* units_divide() - the units, of which nothing is there yet. */
static void units_divide(struct bt *bt)
{
	uint32_t code = bt->size / UNITS, arena = bt->arena_size / UNITS, i;

	for (i = 0; i < UNITS; i++)
		bt->unit[i] = (struct unit){
			.code = i ? i * code : bt->stubs_end,
			.code_end = (i + 1) * code,
			.arena = i ? i * arena : ARENA_FIRST,
			.arena_end = (i + 1) * arena,
			.first = i * bt->unit_frags,
			.code_there = i * code, .arena_there = i * arena,
		};
	unit_begin(bt, 0);
}

/* all_empty() - they all are. */
static void all_empty(struct bt *bt)
{
	unsigned int i;

	for (i = 0; i < UNITS; i++)
		bt->unit[i].count = 0;
	unit_begin(bt, 0);
}

/* memory_reserve() - memory that is there when it is used, or NULL. */
static void *memory_reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static size_t frags_size(const struct bt *bt)
{
	return (size_t)UNITS * bt->unit_frags * sizeof(bt->frags[0]);
}

bool cache_create(struct bt *bt, uint32_t size, bool populate)
{
	bt->populates = populate;
	bt->size = size & ~(PAGE_SIZE * UNITS - 1);
	bt->arena_size = 2 * bt->size;
	bt->unit_frags = bt->size / UNITS / FRAG_CODE_MIN;
	if (!two_views(bt))
		return false;
	bt->used = 16;
	bt->miss = stub_to(bt, bt_miss_out);
	bt->link_miss = stub_to(bt, bt_link_miss_out);
	bt->link_wrong = stub_to(bt, bt_link_wrong_out);
	bt->link = stub_to(bt, bt_link_out);
	bt->callout = stub_to(bt, bt_callout_out);
	bt->stale = stub_to(bt, bt_stale_out);
	indirect_stubs(bt);
	bt->stubs_end = bt->used = (bt->used + 63) & ~63u;
	bt->arena = memory_reserve(bt->arena_size);
	bt->frags = memory_reserve(frags_size(bt));
	if (!bt->arena || !bt->frags || !no_jump_table(bt))
		return false;
	units_divide(bt);
	place_clear(bt);
	return true;
}

void cache_destroy(struct bt *bt)
{
	if (bt->rw)
		munmap(bt->rw, bt->size);
	if (bt->rx)
		munmap((void *)(uintptr_t)bt->rx, bt->size);
	if (bt->arena)
		munmap(bt->arena, bt->arena_size);
	if (bt->frags)
		munmap(bt->frags, frags_size(bt));
	free(bt->no_jtab);
}

void *cache_alloc(struct bt *bt, size_t size)
{
	void *p = bt->arena + bt->arena_used;

	bt->arena_used += (uint32_t)((size + 7) & ~(size_t)7);
	ASSERT(bt->arena_used <= bt->unit[bt->now].arena_end);
	return p;
}

static uint32_t *hash_bucket(struct bt *bt, paddr key, uint8_t mode)
{
	uint64_t h = (key << 2 | mode) * 0x9e3779b97f4a7c15ull;

	return &bt->hash[h >> (64 - FRAG_HASH_BITS)];
}

/* frag_depend() - have a write to the bytes that @f was made from kill it. */
static bool frag_depend(struct cpu *cpu, struct frag *f)
{
	uint32_t pfn = (uint32_t)(f->key >> PAGE_SHIFT);
	unsigned int first = (unsigned int)(f->key & PAGE_MASK);
	unsigned int last = first + f->len - 1, hole = first + f->hole;
	struct code_ref *more = NULL;

	if (f->pfn2 != NO_PAGE || (f->hole && hole + 4 <= last)) {
		more = cache_alloc(cpu->bt, sizeof(*more));
		f->ref2 = bt_number(cpu->bt, more);
	}
	if (f->hole)
		return mmu_depend(cpu, &f->valid, &f->ref, pfn, first,
				  hole - 1) &&
		       (!more ||
			mmu_depend(cpu, &f->valid, more, pfn, hole + 4, last));
	return mmu_depend(cpu, &f->valid, &f->ref, pfn, first,
			  MIN(last, PAGE_MASK)) &&
	       (!more ||
		mmu_depend(cpu, &f->valid, more, f->pfn2, 0, last - PAGE_SIZE));
}

bool cache_add(struct cpu *cpu, struct frag *f)
{
	struct bt *bt = cpu->bt;
	uint32_t *at = hash_bucket(bt, f->key, f->mode);
	struct unit *u = &bt->unit[bt->now];

	bt->frags[u->first + u->count++] = bt_number(bt, f);
	if (!frag_depend(cpu, f)) {
		f->valid = false;
		return false;
	}
	f->hash_next = *at;
	*at = bt_number(bt, f);
	dump(bt, DUMP_cache, "%08x added, %u bytes used", frag_la(cpu, f),
	     bt->used);
	return true;
}

struct frag *cache_lookup(struct cpu *cpu, paddr key, laddr la, uint8_t mode,
			  bool global)
{
	uint32_t *at = hash_bucket(cpu->bt, key, mode);
	uint32_t place = 0;
	struct frag *f;

	if (*at && !global)
		place = place_find(cpu, (uint32_t)(key >> PAGE_SHIFT), la);
	while (*at) {
		f = bt_frag(cpu->bt, *at);
		if (!f->valid) {
			*at = f->hash_next;
			continue;
		}
		if (f->key == key && f->mode == mode &&
		    (f->floats ? f->place == place : f->la == la))
			return f;
		at = &f->hash_next;
	}
	return NULL;
}

/* keeps_rsp() - ESP is in rsp all the way through @f, which has MODE_RSP. */
static bool keeps_rsp(const struct bt *bt, const struct frag *f)
{
	const struct exit *x = bt_exit(bt, f->out);
	unsigned int i;

	for (i = 0; i < f->out_count; i++)
		if (x[i].thunk)
			return false;
	return !f->landing_count;
}

/* frag_opens() - can @f be entered @guest bytes from its first one? */
static bool frag_opens(const struct bt *bt, const struct frag *f,
		       uint32_t guest, uint32_t *enter)
{
	uint32_t host;

	/* In a run of x87 instructions something is still to be noted. */
	if (guest >= f->len || f->x87 || f->pfn2 != NO_PAGE ||
	    ((f->mode & MODE_RSP) && !keeps_rsp(bt, f)) ||
	    !srcmap_plain(bt->arena + f->map, f->map_count, guest, &host))
		return false;
	*enter = f->entry + host;
	return true;
}

bool cache_opens(const struct cpu *cpu, const struct frag *f, paddr key,
		 laddr la, uint8_t mode, uint32_t *enter)
{
	uint32_t guest = (uint32_t)(key - f->key);

	return !cpu->bt->lockstep && !cpu->bt->counts && f->valid &&
	       f->mode == mode && key > f->key &&
	       la - frag_la(cpu, f) == guest &&
	       frag_opens(cpu->bt, f, guest, enter);
}

struct frag *cache_inside(struct cpu *cpu, paddr key, laddr la, uint8_t mode,
			  bool global, uint32_t *enter)
{
	const struct code_pages *code = cpu->mmu->code;
	unsigned int back = 0, more;
	struct frag *f;

	/* A run of instructions is counted where it begins. */
	if (cpu->bt->lockstep || cpu->bt->counts ||
	    !codepages_decoded(code, key))
		return NULL;
	while ((more = codepages_before(code, key - back,
					INSIDE_MOST - back))) {
		back += more;
		f = cache_lookup(cpu, key - back, la - back, mode, global);
		if (f && frag_opens(cpu->bt, f, back, enter))
			return f;
	}
	return NULL;
}

struct frag *cache_at(const struct bt *bt, uint64_t rip)
{
	uint32_t off = (uint32_t)(rip - bt->rx), lo, hi, end;
	const struct unit *u;

	if (rip < bt->rx || rip >= (uint64_t)bt->rx + bt->size)
		return NULL;
	u = &bt->unit[off / (bt->size / UNITS)];
	lo = u->first;
	hi = end = u->first + u->count;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (bt_frag(bt, bt->frags[mid])->end <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == end || off < bt_frag(bt, bt->frags[lo])->indirect)
		return NULL;
	return bt_frag(bt, bt->frags[lo]);
}

/* forget_ways() - what leads to code by host address, but for jumps: all jump
 * tables, and the stack of return addresses. */
static void forget_ways(struct cpu *cpu)
{
	windows_clear_jtabs(cpu);
	fault_forget_returns(cpu);
	cpu->bt->lost++;
}

void cache_flush(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;

	dump(bt, DUMP_cache, "emptied");
	memset(bt->hash, 0, sizeof(bt->hash));
	all_empty(bt);
	while (bt->global_count) {
		laddr la = bt->globals[--bt->global_count].la;

		bt->global_bit[la >> 17] &= ~(1u << (la >> PAGE_SHIFT & 31));
	}
	place_clear(bt);
	forget_ways(cpu);
	bt->stats.flushes++;
}

/* unit_give_back() - @u is empty. Return: the host has taken what is there. */
static bool unit_give_back(struct bt *bt, const struct unit *u)
{
	if (u->code_there <= u->code)
		return true;	/* it was never used */
	return pages_give_back(bt->rw + u->code, u->code_there - u->code,
			       true) &&
	       pages_give_back(bt->arena + u->arena, u->arena_there - u->arena,
			       false);
}

void cache_give_back(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;
	bool taken = true;
	unsigned int i;

	cache_flush(cpu);
	for (i = 0; i < UNITS; i++)
		taken &= unit_give_back(bt, &bt->unit[i]);
	pages_give_back(bt->frags, frags_size(bt), false);
	if (taken)
		units_divide(bt);
	bt->stats.held = 0;
}

/* frag_unlist() - @f is not found by its address any more. */
static void frag_unlist(struct bt *bt, const struct frag *f)
{
	uint32_t *at = hash_bucket(bt, f->key, f->mode);

	while (*at && bt_frag(bt, *at) != f)
		at = &bt_frag(bt, *at)->hash_next;
	if (*at)
		*at = f->hash_next;
}

/* unit_evict() - @u becomes empty, if it is not. */
static void unit_evict(struct cpu *cpu, struct unit *u)
{
	struct code_pages *code = cpu->mmu->code;
	struct bt *bt = cpu->bt;
	struct frag *f;
	uint32_t i;

	if (!u->count)
		return;
	dump(bt, DUMP_cache, "emptied of %u fragments", u->count);
	bt->stats.evictions++;
	bt->stats.evicted += u->count;
	for (i = 0; i < u->count; i++)
		bt_frag(bt, bt->frags[u->first + i])->valid = false;
	for (i = 0; i < u->count; i++) {
		f = bt_frag(bt, bt->frags[u->first + i]);
		frag_unlist(bt, f);
		chain_cut(bt, f);
		chain_cut_out(bt, f);
		place_leave(bt, f);
		codepages_sweep(code, (uint32_t)(f->key >> PAGE_SHIFT),
				bt->stats.evictions);
		if (f->pfn2 != NO_PAGE)
			codepages_sweep(code, f->pfn2, bt->stats.evictions);
	}
	u->count = 0;
	forget_ways(cpu);
}

static bool unit_room(const struct bt *bt)
{
	const struct unit *u = &bt->unit[bt->now];

	return bt->used + FRAG_CODE_MAX <= u->code_end &&
	       bt->arena_used + FRAG_ARENA_MAX <= u->arena_end &&
	       u->count < bt->unit_frags;
}

void cache_make_room(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;
	unsigned int next = (bt->now + 1) % UNITS, i;

	if (!unit_room(bt)) {
		unit_begin(bt, next);
		unit_evict(cpu, &bt->unit[next]);
	}
	/* The oldest ones behind it have places, too. */
	for (i = 1; i <= UNITS && !place_room(bt); i++) {
		next = (bt->now + i) % UNITS;
		unit_evict(cpu, &bt->unit[next]);
		if (next == bt->now)
			unit_begin(bt, next);
	}
	memory_ahead(bt);
}

void cache_lead(struct bt *bt, uint32_t at, uint8_t opcode, uint32_t to)
{
	bt->rw[at] = opcode;
	put_le32(bt->rw + at + 1, to - (bt->rx + at + 5));
}

void cache_kill(struct cpu *cpu, struct frag *f)
{
	struct bt *bt = cpu->bt;
	unsigned int i;

	dump(bt, DUMP_cache, "%08x killed", frag_la(cpu, f));
	f->valid = false;
	bt->stats.killed++;
	chain_cut(bt, f);
	if (f->mode & MODE_RSP)
		cache_lead(bt, f->entry, 0xe9, bt->rx + f->indirect);
	else
		cache_lead(bt, f->entry, 0xe8, bt->stale);
	/* Calls under way come back to where r11, not this code, says. */
	for (i = 0; i < f->landing_count; i++)
		cache_lead(bt, f->indirect + f->landing[i], 0xe9, bt->indirect);
}
