// SPDX-License-Identifier: BSD-2-Clause
/*
 * cache.c - the code cache: fragments, found by address and killed by writes.
 *
 * 1. Fragments lie one behind the other, in the order of bt->frags[]; so the
 *    one that holds a host address is found by bisection.
 * 2. A killed fragment stays where it is, but nothing leads into it: jumps to
 *    it are disconnected, its entry calls chain_stale(), and returns to it
 *    go by the jump table.
 * 3. When it is full, all of it is emptied.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/emit.h"
#include "vmm/bt/hash.h"
#include "vmm/mmu/window.h"

/*
 * Bytes of code: an eighth of guest RAM within these bounds, for what is in RAM
 * is what can run. What describes it takes twice as much, and a fragment has
 * no less than FRAG_CODE_MIN. Only what is used takes memory.
 */
#define CODE_SHARE	8u
#define CODE_LEAST	(16u << 20)
#define CODE_MOST	(128u << 20)
#define FRAG_CODE_MIN	96u
/* More than any fragment can take: some 100 bytes for an instruction. */
#define FRAG_CODE_MAX	(128u * FRAG_INSNS)
#define FRAG_ARENA_MAX	((sizeof(struct site) + 32) * (FRAG_INSNS + 4) + 4096)

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

/* two_views() - the same memory, once to write and once to run. */
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
	rx = mmap(NULL, bt->size, PROT_READ | PROT_EXEC,
		  MAP_SHARED | MAP_32BIT, fd, 0);
	close(fd);
	if (rw != MAP_FAILED)
		bt->rw = rw;
	if (rx != MAP_FAILED)
		bt->rx = (uint32_t)(uintptr_t)rx;
	return rw != MAP_FAILED && rx != MAP_FAILED;
}

bool cache_create(struct bt *bt, uint64_t ram)
{
	void *arena;

	bt->size = (uint32_t)MIN(MAX(ram / CODE_SHARE, CODE_LEAST), CODE_MOST);
	bt->arena_size = 2 * bt->size;
	bt->frag_max = bt->size / FRAG_CODE_MIN;
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
	arena = mmap(NULL, bt->arena_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED || !no_jump_table(bt))
		return false;
	bt->arena = arena;
	bt->frags = calloc(bt->frag_max, sizeof(bt->frags[0]));
	return bt->frags;
}

void cache_destroy(struct bt *bt)
{
	if (bt->rw)
		munmap(bt->rw, bt->size);
	if (bt->rx)
		munmap((void *)(uintptr_t)bt->rx, bt->size);
	if (bt->arena)
		munmap(bt->arena, bt->arena_size);
	free(bt->frags);
	free(bt->no_jtab);
}

bool cache_room(const struct bt *bt)
{
	return bt->used + FRAG_CODE_MAX <= bt->size &&
	       bt->arena_used + FRAG_ARENA_MAX <= bt->arena_size &&
	       bt->frag_count < bt->frag_max && place_room(bt);
}

void *cache_alloc(struct bt *bt, size_t size)
{
	void *p = bt->arena + bt->arena_used;

	bt->arena_used += (uint32_t)((size + 7) & ~(size_t)7);
	ASSERT(bt->arena_used <= bt->arena_size);
	return p;
}

static struct frag **bucket(struct bt *bt, paddr key, uint8_t mode)
{
	uint64_t h = (key << 2 | mode) * 0x9e3779b97f4a7c15ull;

	return &bt->hash[h >> (64 - FRAG_HASH_BITS)];
}

/* depend() - have a write to the bytes that @f was made from kill it. */
static bool depend(struct cpu *cpu, struct frag *f)
{
	uint32_t pfn = (uint32_t)(f->key >> PAGE_SHIFT);
	unsigned int first = (unsigned int)(f->key & PAGE_MASK);
	unsigned int last = first + f->len - 1, hole = first + f->hole;
	struct code_ref *ref = f->ref;

	if (f->hole)
		return mmu_depend(cpu, &f->valid, &ref[0], pfn, first,
				  hole - 1) &&
		       (hole + 4 > last ||
			mmu_depend(cpu, &f->valid, &ref[1], pfn, hole + 4,
				   last));
	return mmu_depend(cpu, &f->valid, &ref[0], pfn, first,
			  MIN(last, PAGE_MASK)) &&
	       (f->pfn2 == NO_PAGE ||
		mmu_depend(cpu, &f->valid, &ref[1], f->pfn2, 0,
			   last - PAGE_SIZE));
}

bool cache_add(struct cpu *cpu, struct frag *f)
{
	struct bt *bt = cpu->bt;
	struct frag **at = bucket(bt, f->key, f->mode);

	bt->frags[bt->frag_count++] = f;
	if (!depend(cpu, f)) {
		f->valid = false;
		return false;
	}
	f->hash_next = *at;
	*at = f;
	dump(bt, DUMP_cache, "%08x added, %u bytes used", frag_la(cpu, f),
	     bt->used);
	return true;
}

struct frag *cache_lookup(struct cpu *cpu, paddr key, laddr la, uint8_t mode,
			  bool global)
{
	struct frag **at = bucket(cpu->bt, key, mode), *f;
	uint32_t place = 0;

	if (*at && !global)
		place = place_find(cpu, (uint32_t)(key >> PAGE_SHIFT), la);
	while ((f = *at)) {
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

struct frag *cache_at(const struct bt *bt, uint64_t rip)
{
	uint32_t off = (uint32_t)(rip - bt->rx), lo = 0, hi = bt->frag_count;

	if (rip < bt->rx || rip >= (uint64_t)bt->rx + bt->used)
		return NULL;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (bt->frags[mid]->end <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == bt->frag_count || off < bt->frags[lo]->indirect)
		return NULL;
	return bt->frags[lo];
}

void cache_flush(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;

	dump(bt, DUMP_cache, "emptied of %u fragments", bt->frag_count);
	memset(bt->hash, 0, sizeof(bt->hash));
	bt->used = bt->stubs_end;
	bt->arena_used = 0;
	bt->frag_count = 0;
	while (bt->global_count) {
		laddr la = bt->globals[--bt->global_count].la;

		bt->global_bit[la >> 17] &= ~(1u << (la >> PAGE_SHIFT & 31));
	}
	windows_clear_jtabs(cpu);
	memset(bt->places, 0, sizeof(bt->places));
	bt->place_count = 0;
	fault_forget_returns(cpu);
	bt->stats.flushes++;
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
		cache_lead(bt, f->landing[i], 0xe9, bt->indirect);
}
