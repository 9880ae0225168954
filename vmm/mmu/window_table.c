/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window_table.c - copies of the guest's page tables, compared and dropped,
 * and the host mappings that came from them: see window.h.
 */
#include "vmm/mmu/window_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/log.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"

/* ---- host mappings ----------------------------------------------------- */

/* host_split() - a mapping of @s may be in parts now. */
static void host_split(struct windows *w, struct space *s)
{
	s->maps++;
	w->maps++;
}

void win_host_map(struct cpu *cpu, struct space *s, enum view_kind v, laddr la,
		  uint64_t key, uint64_t len, int prot)
{
	struct windows *w = cpu->mmu->windows;
	void *p = mmap(s->view[v].base + la, len, prot,
		       MAP_SHARED | MAP_FIXED | MAP_NORESERVE |
			       (len == PAGE_SIZE ? w->populate : 0),
		       cpu->ram->fd, (off_t)key);

	if (p == MAP_FAILED)
		die("guest memory can not be mapped; is vm.max_map_count "
		    "too low?");
	host_split(w, s);
	w->stats.maps++;
}

void win_host_unmap(struct windows *w, struct space *s, enum view_kind v,
		    laddr la, uint64_t len)
{
	if (munmap(s->view[v].base + la, len) < 0)
		die("a window can not be emptied; is vm.max_map_count too "
		    "low?");
	if (len < WINDOW)
		host_split(w, s);
	w->stats.unmapped++;
}

void win_host_protect(struct windows *w, struct space *s, enum view_kind v,
		      laddr la, uint64_t len, int prot)
{
	if (mprotect(s->view[v].base + la, len, prot) < 0)
		die("guest memory can not be protected; is vm.max_map_count "
		    "too low?");
	host_split(w, s);
	w->stats.maps++;
}

void win_jtab_clear(struct windows *w, struct view *v)
{
	unsigned int i;

	if (!v->jtab_used)
		return;
	if (v->filled_count <= FILLED) {
		for (i = 0; i < v->filled_count; i++)
			v->jtab[v->filled[i]] =
				jtab_empty(v->filled[i], w->miss);
	} else {
		for (i = 0; i < JTAB_SIZE; i++)
			v->jtab[i] = jtab_empty(i, w->miss);
	}
	v->filled_count = 0;
	v->jtab_used = false;
	w->stats.jtab_clears++;
}

/* ---- the guest's tables ------------------------------------------------ */

bool win_wide(const struct cpu *cpu)
{
	return (cpu->cr0 & CR0_PG) && (cpu->cr4 & CR4_PAE);
}

unsigned int win_slot_shift(const struct cpu *cpu)
{
	return win_wide(cpu) ? 21 : 22;
}

unsigned int win_entry_index(const struct cpu *cpu, laddr a)
{
	return a >> PAGE_SHIFT & (win_wide(cpu) ? 511 : 1023);
}

uint64_t win_slot_size(const struct cpu *cpu)
{
	return 1ull << win_slot_shift(cpu);
}

/* ram_entry() - an entry of a table at @table; 0 if that is no memory. */
static uint64_t ram_entry(const struct cpu *cpu, paddr table, unsigned int i)
{
	const uint8_t *p = guestmem_read_ptr(cpu->ram, table, PAGE_SIZE);

	if (!p)
		return 0;
	return win_wide(cpu) ? get_le64(p + i * 8) : get_le32(p + i * 4);
}

/* win_dir_entry() - the directory entry of @slot as the guest has it now. */
uint64_t win_dir_entry(const struct cpu *cpu, unsigned int slot)
{
	uint64_t top;

	if (!(cpu->cr0 & CR0_PG))
		return PTE_P | PTE_W | PTE_U | PTE_PS | PTE_A | PTE_D |
		       (uint64_t)slot << 22;
	if (!win_wide(cpu))
		return ram_entry(cpu, cpu->cr3 & ~PAGE_MASK, slot);
	top = cpu->pdpte[slot >> 9];
	return top & PTE_P ? ram_entry(cpu, top & PAE_ADDR_MASK, slot & 511) :
			     0;
}

static bool dir_is_large(const struct cpu *cpu, uint64_t dir)
{
	return (dir & PTE_PS) &&
	       (!(cpu->cr0 & CR0_PG) || (cpu->cr4 & (CR4_PAE | CR4_PSE)));
}

paddr win_table_of(const struct cpu *cpu, uint64_t dir)
{
	return win_wide(cpu) ? dir & PAE_ADDR_MASK : dir & 0xfffff000u;
}

const uint8_t *win_table(const struct cpu *cpu, uint64_t dir)
{
	return guestmem_read_ptr(cpu->ram, win_table_of(cpu, dir), PAGE_SIZE);
}

uint32_t win_frame(const struct cpu *cpu, uint64_t entry)
{
	uint64_t key = guestmem_page(cpu->ram, entry & PAE_ADDR_MASK).read;

	return key == MEM_NONE ? FRAME_MMIO : (uint32_t)(key >> PAGE_SHIFT);
}

/* part_from() - the first part of a large page from @at on. */
static struct win_part part_from(const struct cpu *cpu, const struct ptab *pt,
				 paddr at)
{
	uint64_t size = win_slot_size(cpu);
	paddr base = pt->dir & PAE_ADDR_MASK & ~(size - 1);
	const struct mem_span *s = memmap_span(&cpu->ram->map, at);
	paddr lo, hi;

	while (s && s->first < base + size && s->read == MEM_NONE)
		s = memmap_span(&cpu->ram->map, s->first + s->size);
	if (!s || s->first >= base + size)
		return (struct win_part){ .len = 0 };
	lo = MAX(at, s->first);
	hi = MIN(base + size, s->first + s->size);
	return (struct win_part){
		.la = win_slot_la(cpu, pt) + (laddr)(lo - base),
		.key = s->read + (lo - s->first), .len = hi - lo,
		.writable = s->write == s->read, .end = hi,
	};
}

struct win_part win_part_first(const struct cpu *cpu, const struct ptab *pt)
{
	return part_from(cpu, pt,
			 pt->dir & PAE_ADDR_MASK & ~(win_slot_size(cpu) - 1));
}

struct win_part win_part_next(const struct cpu *cpu, const struct ptab *pt,
			      const struct win_part *part)
{
	return part_from(cpu, pt, part->end);
}

uint64_t win_copy_entry(const struct cpu *cpu, const uint8_t *table,
			unsigned int i)
{
	return win_wide(cpu) ? get_le64(table + i * 8) :
			       get_le32(table + i * 4);
}

/* changed() - does an entry no longer say what a mapping was made from? */
static bool changed(uint64_t old, uint64_t now)
{
	const uint64_t free = PTE_A | PTE_D | 0xe00;

	return ((old ^ now) & ~free) || (old & ~now & (PTE_A | PTE_D));
}

/* ---- tables a space depends on ----------------------------------------- */

bool win_any(const uint64_t *bits)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (bits[i])
			return true;
	return false;
}

unsigned int win_count(const uint64_t *bits)
{
	unsigned int i, n = 0;

	for (i = 0; i < 16; i++)
		n += (unsigned int)__builtin_popcountll(bits[i]);
	return n;
}

/* Slots whose mappings go, in one view; none if first > last. */
struct slots {
	unsigned int first, last;
};

/* entry_forget() - free @pt; what it had mapped is added to @gone. */
static void entry_forget(struct cpu *cpu, struct space *s, struct ptab *pt,
			 struct slots gone[VIEWS])
{
	unsigned int v;

	for (v = 0; v < VIEWS; v++) {
		if (win_any(pt->used[v]) || win_any(pt->lost[v])) {
			gone[v].first = MIN(gone[v].first, pt->slot);
			gone[v].last = MAX(gone[v].last, pt->slot);
		}
		if (win_any(pt->exec[v]))
			win_jtab_clear(cpu->mmu->windows, &s->view[v]);
	}
	s->dir[pt->slot] = NULL;
	free(pt);
}

static void unmap_slots(struct cpu *cpu, struct space *s, enum view_kind v,
			unsigned int first, unsigned int last)
{
	uint64_t size = win_slot_size(cpu);

	win_host_unmap(cpu->mmu->windows, s, v, (laddr)(first * size),
		       (last - first + 1) * size);
}

/* unmap_gone() - in one call for each stretch with nothing mapped in it that
 * stays. */
static void unmap_gone(struct cpu *cpu, struct space *s, enum view_kind v,
		       const struct slots *gone)
{
	unsigned int i, from = gone->first;

	for (i = gone->first; i <= gone->last; i++) {
		if (!s->dir[i] || !win_any(s->dir[i]->used[v]))
			continue;
		if (i > from)
			unmap_slots(cpu, s, v, from, i - 1);
		from = i + 1;
	}
	if (from <= gone->last)
		unmap_slots(cpu, s, v, from, gone->last);
}

/* win_table_drop() - unmap all that came from @pt, and free it. */
void win_table_drop(struct cpu *cpu, struct space *s, struct ptab *pt)
{
	struct slots gone[VIEWS] = { { SLOTS, 0 }, { SLOTS, 0 } };
	struct ptab **at = &s->tabs;
	unsigned int v;

	while (*at != pt)
		at = &(*at)->next;
	*at = pt->next;
	entry_forget(cpu, s, pt, gone);
	for (v = 0; v < VIEWS; v++)
		unmap_gone(cpu, s, v, &gone[v]);
}

/* A range of pages to be write-protected in one call. */
struct range {
	laddr la;
	uint32_t pages;
};

static void range_flush(struct windows *w, struct space *s, enum view_kind v,
			struct range *r)
{
	if (r->pages)
		win_host_protect(w, s, v, r->la, (uint64_t)r->pages * PAGE_SIZE,
				 PROT_READ);
	r->pages = 0;
}

static void range_add(struct windows *w, struct space *s, enum view_kind v,
		      struct range *r, laddr la)
{
	if (r->la + r->pages * PAGE_SIZE != la)
		range_flush(w, s, v, r);
	if (!r->pages)
		r->la = la;
	r->pages++;
}

/* entry_readable() - may a mapping made from @old stay, if only to be read? */
static bool entry_readable(uint64_t old, uint64_t now)
{
	const uint64_t free = PTE_W | PTE_A | PTE_D | 0xe00;

	return !((old ^ now) & ~free) && (now & PTE_P) && (now & PTE_A);
}

/* entry_changed() - entry @i of @pt was @old, and is @now. */
static void entry_changed(struct cpu *cpu, struct space *s, struct ptab *pt,
			  unsigned int i, uint64_t old, uint64_t now,
			  struct range r[VIEWS])
{
	struct windows *w = cpu->mmu->windows;
	laddr la = win_slot_la(cpu, pt) + i * PAGE_SIZE;
	bool stays = entry_readable(old, now);
	bool writable = (now & PTE_W) && (now & PTE_D);
	unsigned int v;

	for (v = 0; v < VIEWS; v++) {
		if (stays) {
			if (has_bit(pt->used[v], i) && (old & PTE_D) &&
			    !writable)
				range_add(w, s, v, &r[v], la);
			continue;
		}
		if (has_bit(pt->used[v], i)) {
			set_bit(pt->lost[v], i);
			s->view[v].lost = true;
		}
		if (has_bit(pt->exec[v], i))
			win_jtab_clear(w, &s->view[v]);
		clear_bit(pt->used[v], i);
		clear_bit(pt->exec[v], i);
	}
}

static void ranges_flush(struct cpu *cpu, struct space *s,
			 struct range r[VIEWS])
{
	unsigned int v;

	for (v = 0; v < VIEWS; v++)
		range_flush(cpu->mmu->windows, s, v, &r[v]);
}

/* win_entry_update() - entry @i of @pt becomes as it is in @now. */
void win_entry_update(struct cpu *cpu, struct space *s, struct ptab *pt,
		      const uint8_t *now, unsigned int i)
{
	struct range r[VIEWS] = { { 0, 0 }, { 0, 0 } };
	uint64_t a = win_copy_entry(cpu, pt->copy, i);
	uint64_t b = win_copy_entry(cpu, now, i);
	unsigned int size = win_wide(cpu) ? 8 : 4;

	if (changed(a, b)) {
		entry_changed(cpu, s, pt, i, a, b, r);
		ranges_flush(cpu, s, r);
	}
	memcpy(pt->copy + i * size, now + i * size, size);
}

/*
 * table_compare() - lose what differs from the guest's table now, or all if
 * there might be too many mappings then: each page that can be written may
 * become one of its own that can not.
 * Return: false if nothing of @pt holds.
 */
static bool table_compare(struct cpu *cpu, struct space *s, struct ptab *pt)
{
	const uint8_t *now = win_table(cpu, pt->dir);
	unsigned int word, n = win_wide(cpu) ? 512 : 1024;
	struct range r[VIEWS] = { { 0, 0 }, { 0, 0 } };

	if (!now || !memcmp(now, pt->copy, PAGE_SIZE))
		return true;
	if (!win_room(cpu->mmu->windows,
		      win_count(pt->used[0]) + win_count(pt->used[1])))
		return false;
	for (word = 0; word < n / 64; word++) {
		uint64_t live = pt->used[0][word] | pt->used[1][word] |
				pt->exec[0][word] | pt->exec[1][word];

		while (live) {
			unsigned int i =
				word * 64 + (unsigned int)__builtin_ctzll(live);
			uint64_t a = win_copy_entry(cpu, pt->copy, i);
			uint64_t b = win_copy_entry(cpu, now, i);

			live &= live - 1;
			if (changed(a, b))
				entry_changed(cpu, s, pt, i, a, b, r);
		}
	}
	ranges_flush(cpu, s, r);
	memcpy(pt->copy, now, PAGE_SIZE);
	return true;
}

/* dir_same() - is @pt still what directory entry @now points to? */
static bool dir_same(const struct cpu *cpu, const struct ptab *pt, uint64_t now)
{
	if (pt->large)
		return dir_is_large(cpu, now) && !changed(pt->dir, now);
	return !changed(pt->dir & ~(uint64_t)(PTE_D | PTE_G),
			now & ~(uint64_t)(PTE_D | PTE_G));
}

/*
 * win_table_follow() - have @pt be the copy of what directory entry @now
 * points to. Another table with the same rights is compared: that of a child
 * is mostly like the last child's.
 * Return: false if nothing of @pt holds.
 */
bool win_table_follow(struct cpu *cpu, struct space *s, struct ptab *pt,
		      uint64_t now)
{
	const uint64_t free = PAE_ADDR_MASK | PTE_A | PTE_D | PTE_G | 0xe00;

	if (dir_same(cpu, pt, now))
		return true;
	if (pt->large || dir_is_large(cpu, now) || ((pt->dir ^ now) & ~free) ||
	    !(now & PTE_P) || !(now & PTE_A) || !win_table(cpu, now))
		return false;
	pt->dir = now;
	return table_compare(cpu, s, pt);
}

void space_sync(struct cpu *cpu, struct space *s)
{
	struct slots gone[VIEWS] = { { SLOTS, 0 }, { SLOTS, 0 } };
	struct ptab **at = &s->tabs, *pt;
	unsigned int v;

	cpu->mmu->windows->stats.syncs++;
	while ((pt = *at)) {
		uint64_t now = win_dir_entry(cpu, pt->slot);

		if (win_table_follow(cpu, s, pt, now) &&
		    (pt->large || table_compare(cpu, s, pt))) {
			at = &pt->next;
			continue;
		}
		*at = pt->next;
		entry_forget(cpu, s, pt, gone);
	}
	for (v = 0; v < VIEWS; v++)
		unmap_gone(cpu, s, v, &gone[v]);
}

/* space_drop() - empty both windows. */
void space_drop(struct cpu *cpu, struct space *s)
{
	struct windows *w = cpu->mmu->windows;
	struct ptab *pt;
	unsigned int v;

	while ((pt = s->tabs)) {
		s->tabs = pt->next;
		s->dir[pt->slot] = NULL;
		free(pt);
	}
	for (v = 0; v < VIEWS; v++) {
		if (s->maps)
			win_host_unmap(w, s, v, 0, WINDOW);
		win_jtab_clear(w, &s->view[v]);
		s->view[v].lost = false;
	}
	w->maps -= s->maps;
	s->maps = 0;
	w->stats.dropped++;
}

bool win_room(const struct windows *w, uint64_t more)
{
	return MAPS_SLACK + 2 * (w->maps + more) < w->max_maps * 7ull / 8;
}

/* win_make_room() - drop spaces before the host's limit of mappings is near. */
void win_make_room(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	struct space *oldest, *s;

	while (!win_room(w, 0)) {
		oldest = NULL;
		for (s = w->space; s < w->space + SPACES; s++)
			if (s != w->cur && s->maps &&
			    (!oldest || s->active < oldest->active))
				oldest = s;
		space_drop(cpu, oldest ? oldest : w->cur);
	}
}

/* win_table_get() - the copy for @a, made or renewed if need be. */
struct ptab *win_table_get(struct cpu *cpu, laddr a)
{
	struct space *s = cpu->mmu->windows->cur;
	unsigned int slot = a >> win_slot_shift(cpu);
	uint64_t dir = win_dir_entry(cpu, slot);
	struct ptab *pt = s->dir[slot];
	const uint8_t *now;
	bool large;

	if (pt && !win_table_follow(cpu, s, pt, dir)) {
		win_table_drop(cpu, s, pt);
		pt = NULL;
	}
	if (!pt) {
		large = dir_is_large(cpu, dir);
		pt = calloc(1, sizeof(*pt) + (large ? 0 : PAGE_SIZE));
		if (!pt)
			die("out of memory for copies of page tables");
		pt->slot = (uint16_t)slot;
		pt->large = large;
		now = win_table(cpu, dir);
		if (!large && now)
			memcpy(pt->copy, now, PAGE_SIZE);
		pt->next = s->tabs;
		s->tabs = pt;
		s->dir[slot] = pt;
	}
	pt->dir = dir;
	return pt;
}
