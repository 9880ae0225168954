/* SPDX-License-Identifier: BSD-2-Clause */
/* window.c - guest address spaces shown in host address space: window.h. */
#include "vmm/mmu/window.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/pages.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"
#include "vmm/mmu/window_table.h"

#define JTABS_SIZE ((size_t)SPACES * VIEWS * JTAB_SIZE * 4)

void windows_clear_jtabs_of(struct cpu *cpu, bool user)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i;

	for (i = 0; i < SPACES; i++)
		win_jtab_clear(w, &w->space[i].view[user]);
}

void windows_clear_jtabs(struct cpu *cpu)
{
	windows_clear_jtabs_of(cpu, false);
	windows_clear_jtabs_of(cpu, true);
}

void windows_jtab_set(struct cpu *cpu, uint32_t index, uint32_t host)
{
	struct view *v = &cpu->mmu->windows->cur->view[cpu->cpl == 3];

	if (v->filled_count < FILLED)
		v->filled[v->filled_count] = index;
	if (v->filled_count <= FILLED)
		v->filled_count++;
	v->jtab[index] = host;
	v->jtab_used = true;
}

/* ---- what the guest and the translator say ------------------------------ */

void windows_changed(struct cpu *cpu, bool global)
{
	struct windows *w = cpu->mmu->windows;

	if (!w)
		return;
	w->stale = true;
	w->watched |= global;
}

void windows_watch(struct cpu *cpu, const uint32_t *pages)
{
	cpu->mmu->windows->watch = pages;
}

bool windows_take_change(struct cpu *cpu)
{
	bool was = cpu->mmu->windows->watched;

	cpu->mmu->windows->watched = false;
	return was;
}

void windows_invlpg(struct cpu *cpu, laddr a)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i = win_entry_index(cpu, a);
	const uint8_t *now;
	struct ptab *pt;

	if (!w)
		return;
	if (w->watch && (w->watch[a >> 17] >> (a >> PAGE_SHIFT & 31) & 1))
		w->watched = true;
	if (w->stale || !w->cur)
		return;
	win_make_room(cpu);
	pt = w->cur->dir[a >> win_slot_shift(cpu)];
	if (!pt)
		return;
	if (!win_table_follow(cpu, w->cur, pt, win_dir_entry(cpu, pt->slot))) {
		win_table_drop(cpu, w->cur, pt);
		return;
	}
	if (pt->large)
		return;
	now = win_table(cpu, pt->dir);
	if (now)
		win_entry_update(cpu, w->cur, pt, now, i);
}

void windows_drop(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i;

	if (!w)
		return;
	for (i = 0; i < SPACES; i++) {
		space_drop(cpu, &w->space[i]);
		w->space[i].key = 0;
		w->space[i].active = 0;
	}
	w->cur = NULL;
}

void windows_give_back(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i;

	windows_drop(cpu);
	for (i = 0; i < SPACES * VIEWS; i++)
		w->space[i / VIEWS].view[i % VIEWS].jtab_ready = false;
	pages_give_back(w->jtabs, JTABS_SIZE, false);
}

/* protect_page() - entry @i of @pt shows a frame that has got code. */
static void protect_page(struct windows *w, struct space *s,
			 const struct ptab *pt, unsigned int i, laddr la)
{
	unsigned int v;

	for (v = 0; v < VIEWS; v++)
		if (has_bit(pt->used[v], i))
			win_host_protect(w, s, v, la, PAGE_SIZE, PROT_READ);
}

/* protect_small() - find the small mappings of a frame, and protect them. Few
 * entries of a table are in use. */
static void protect_small(struct cpu *cpu, struct space *s, struct ptab *pt,
			  uint32_t pfn)
{
	unsigned int i, word;
	uint64_t live;

	for (word = 0; word < ARRAY_SIZE(pt->used[0]); word++) {
		live = pt->used[0][word] | pt->used[1][word];
		for (; live; live &= live - 1) {
			i = word * 64 + (unsigned int)__builtin_ctzll(live);
			if (win_frame(cpu, win_copy_entry(cpu, pt->copy, i)) ==
			    pfn)
				protect_page(cpu->mmu->windows, s, pt, i,
					     win_slot_la(cpu, pt) +
						     i * PAGE_SIZE);
		}
	}
}

static void protect_large(struct cpu *cpu, struct space *s, struct ptab *pt,
			  uint32_t pfn)
{
	uint64_t key = (uint64_t)pfn << PAGE_SHIFT;
	struct win_part part;
	unsigned int v;
	laddr la;

	if (!pt->writable)
		return;
	for (part = win_part_first(cpu, pt); part.len;
	     part = win_part_next(cpu, pt, &part)) {
		if (key - part.key >= part.len)
			continue;
		la = part.la + (laddr)(key - part.key);
		for (v = 0; v < VIEWS; v++)
			if (has_bit(pt->used[v], 0) &&
			    la <= s->view[v].ends.data)
				win_host_protect(cpu->mmu->windows, s, v, la,
						 PAGE_SIZE, PROT_READ);
	}
}

/* protect_in() - windows_protect() in @s, which is dropped if that takes too
 * many mappings; @small: the frame has small ones that may be written to. */
static void protect_in(struct cpu *cpu, struct space *s, uint32_t pfn,
		       bool small)
{
	struct ptab *pt;

	for (pt = s->tabs; pt; pt = pt->next) {
		if (pt->large)
			protect_large(cpu, s, pt, pfn);
		else if (small && pt->written & block_bit(pfn))
			protect_small(cpu, s, pt, pfn);
		if (!win_room(cpu->mmu->windows, 0)) {
			space_drop(cpu, s);
			return;
		}
	}
}

void windows_protect(struct cpu *cpu, uint32_t pfn)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i;
	bool small;

	if (!w)
		return;
	small = has_bit(w->written, pfn);
	for (i = 0; i < SPACES; i++)
		protect_in(cpu, &w->space[i], pfn, small);
	clear_bit(w->written, pfn);
}

void windows_ends(struct cpu *cpu, laddr data, laddr code)
{
	cpu->mmu->windows->ends = (struct ends){ data, code };
}

/* ends_change() - the user's view of @s is for a program with other ends. Of a
 * large page that is used, all that the view may show is mapped: so what is
 * there goes, also where more may be shown now. */
static void ends_change(struct cpu *cpu, struct space *s)
{
	struct windows *w = cpu->mmu->windows;
	struct view *v = &s->view[VIEW_USER];

	if (w->ends.data != v->ends.data)
		space_drop(cpu, s);
	else
		win_jtab_clear(w, v);
	v->ends = w->ends;
}

/* space_for() - the space of @key, or the longest unused one. */
static struct space *space_for(struct windows *w, uint64_t key)
{
	struct space *oldest = &w->space[0];
	unsigned int i;

	for (i = 0; i < SPACES; i++) {
		struct space *s = &w->space[i];

		if (s->key == key && s->active)
			return s;
		if (s->active < oldest->active)
			oldest = s;
	}
	oldest->key = key;
	oldest->ahead = oldest->reach = 0;
	w->stats.recycled++;
	return oldest;
}

void windows_activate(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	uint64_t key = cpu->cr0 & CR0_PG ? cpu->cr3 : NO_PAGING;
	struct space *s = w->cur;
	struct view *v;

	if (!s || s->key != key) {
		s = w->cur = space_for(w, key);
		w->stale = true;
	}
	win_make_room(cpu);
	if (w->stale) {
		s->active = ++w->clock;
		space_sync(cpu, s);
		w->stale = false;
	}
	v = &s->view[cpu->cpl == 3];
	if (cpu->cpl == 3 &&
	    (v->ends.data != w->ends.data || v->ends.code != w->ends.code))
		ends_change(cpu, s);
	if (cpu->cpl == 3 && w->want_space == s)
		win_map_wanted(cpu);
	if (v->lost)
		win_settle(cpu, cpu->cpl == 3, cpu->cpl == 3 ? SETTLE_MAPS : 0);
	if (!v->jtab_ready) {
		v->jtab_used = v->jtab_ready = true;
		v->filled_count = FILLED + 1;
		win_jtab_clear(w, v);
	}
	cpu->hot.win = (uint64_t)(uintptr_t)v->base;
	cpu->hot.jtab = v->jtab;
}

const struct window_stats *windows_stats(const struct cpu *cpu)
{
	return &cpu->mmu->windows->stats;
}

/* ---- life -------------------------------------------------------------- */

static void *window_reserve(void *at, uint64_t size, int prot)
{
	void *p = mmap(at, size, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			       (at ? MAP_FIXED_NOREPLACE : 0),
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* arena_find() - addresses where nothing is: but for the first page, by
 * which another arena knows that this one is here. */
static uint8_t *arena_find(void)
{
	const uint8_t *random = (const uint8_t *)getauxval(AT_RANDOM);
	unsigned int i, first = random ? random[0] : 0;

	for (i = 0; i < ARENA_PLACES; i++) {
		uint64_t place = (first + i) % ARENA_PLACES * ARENA_PLACE;
		uint8_t *p = window_reserve((uint8_t *)(ARENA_LOWEST + place),
					    ARENA, PROT_NONE);

		if (p) {
			munmap(p + PAGE_SIZE, ARENA - PAGE_SIZE);
			return p;
		}
	}
	return NULL;
}

bool windows_create(struct cpu *cpu, const struct window_limits *limits,
		    uint32_t miss)
{
	struct windows *w = calloc(1, sizeof(*w));
	unsigned int i;

	if (!w)
		return false;
	cpu->mmu->windows = w;
	w->max_maps = MAX(limits->max_maps, 2 * MAPS_SLACK);
	w->populate = limits->populate ? MAP_POPULATE : 0;
	w->miss = miss;
	w->written = calloc(cpu->ram->file_size / PAGE_SIZE / 64 + 1, 8);
	w->arena = arena_find();
	w->jtabs = window_reserve(NULL, JTABS_SIZE, PROT_READ | PROT_WRITE);
	if (!w->written || !w->arena || !w->jtabs) {
		windows_destroy(cpu);
		return false;
	}
	for (i = 0; i < SPACES * VIEWS; i++) {
		struct view *v = &w->space[i / VIEWS].view[i % VIEWS];

		v->base = (uint8_t *)(((uintptr_t)w->arena + i * STRIDE +
				       2 * WINDOW - 1) &
				      ~(WINDOW - 1));
		v->jtab = w->jtabs + (uint64_t)i * JTAB_SIZE;
		v->ends = (struct ends){ NO_END, NO_END };
	}
	return true;
}

void windows_destroy(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	struct ptab *pt;
	unsigned int i;

	if (!w)
		return;
	for (i = 0; i < SPACES; i++) {
		while ((pt = w->space[i].tabs)) {
			w->space[i].tabs = pt->next;
			free(pt);
		}
	}
	if (w->arena)
		munmap(w->arena, ARENA);
	if (w->jtabs)
		munmap(w->jtabs, JTABS_SIZE);
	free(w->written);
	free(w);
	cpu->mmu->windows = NULL;
}
