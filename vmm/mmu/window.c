/* SPDX-License-Identifier: BSD-2-Clause */
/* window.c - guest address spaces shown in host address space: window.h. */
#include "vmm/mmu/window.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"
#include "vmm/mmu/mmu.h"

#define SPACES		16u
#define GUARD		(2ull << 20)	/* bytes before and behind a window */
#define WINDOW		(4ull << 30)
#define STRIDE		(WINDOW + 2 * GUARD)
#define SLOTS		2048u		/* directory entries under PAE */
#define NO_PAGING	UINT64_MAX	/* a space's key: CR0.PG = 0 */
#define RUN_PAGES	16		/* neighbours mapped in one call */
#define MAPS_SLACK	1024u		/* the process's own mappings */

enum view_kind { VIEW_SYSTEM, VIEW_USER, VIEWS };

/* One guest page table as it was when last compared. */
struct ptab {
	struct ptab *next;
	uint64_t dir;		/* the directory entry */
	uint16_t slot;
	bool large;		/* dir maps a large page: no copy[] */
	bool writable;		/* large: mapped writable */
	uint64_t used[VIEWS][16];	/* entries with a mapping */
	uint64_t exec[VIEWS][16];	/* entries whose code was looked up */
	uint8_t copy[];
};

struct view {
	uint8_t *base;		/* host address of guest linear 0 */
	uint32_t *jtab;
	bool jtab_used;		/* it holds more than misses */
	bool jtab_ready;	/* it was filled at all */
};

struct space {
	uint64_t key;
	uint64_t stamp;		/* when last active */
	uint32_t maps;		/* mappings made since it was empty */
	struct view view[VIEWS];
	struct ptab *tabs;
	struct ptab *dir[SLOTS];
};

struct windows {
	struct space space[SPACES];
	struct space *cur;
	bool stale;		/* cur is to be compared before it is used */
	uint64_t clock;
	uint32_t max_maps;
	uint32_t miss;
	uint8_t *arena;
	uint32_t *jtabs;
	const uint32_t *watch;	/* pages whose INVLPG sets watched */
	bool watched;
	uint64_t *written;	/* frames that small mappings may write to */
	struct window_stats stats;
};

/* ---- host mappings ----------------------------------------------------- */

static void host_map(struct cpu *cpu, struct space *s, enum view_kind v,
		     laddr la, paddr pa, uint64_t len, int prot)
{
	struct windows *w = cpu->mmu->windows;
	void *p = mmap(s->view[v].base + la, len, prot,
		       MAP_SHARED | MAP_FIXED | MAP_NORESERVE |
		       (len == PAGE_SIZE ? MAP_POPULATE : 0),
		       cpu->ram->fd, (off_t)pa);

	if (p == MAP_FAILED)
		die("guest memory can not be mapped; is vm.max_map_count "
		    "too low?");
	s->maps++;
	w->stats.maps++;
}

static void host_unmap(struct windows *w, struct space *s, enum view_kind v,
		       laddr la, uint64_t len)
{
	void *p = mmap(s->view[v].base + la, len, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		       -1, 0);

	if (p == MAP_FAILED)
		die("a window can not be emptied; is vm.max_map_count too "
		    "low?");
	w->stats.unmapped++;
}

static void host_protect(struct windows *w, struct space *s, enum view_kind v,
			 laddr la, uint64_t len, int prot)
{
	if (mprotect(s->view[v].base + la, len, prot) < 0)
		die("guest memory can not be protected; is vm.max_map_count "
		    "too low?");
	s->maps++;
	w->stats.maps++;
}

static void jtab_clear(struct windows *w, struct view *v)
{
	unsigned int i;

	if (!v->jtab_used)
		return;
	for (i = 0; i < JTAB_SIZE; i++)
		v->jtab[i] = w->miss;
	v->jtab_used = false;
	w->stats.jtab_clears++;
}

void windows_clear_jtabs(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i, v;

	for (i = 0; i < SPACES; i++)
		for (v = 0; v < VIEWS; v++)
			jtab_clear(w, &w->space[i].view[v]);
}

/* ---- the guest's tables ------------------------------------------------ */

static bool wide(const struct cpu *cpu)
{
	return (cpu->cr0 & CR0_PG) && (cpu->cr4 & CR4_PAE);
}

static unsigned int slot_shift(const struct cpu *cpu)
{
	return wide(cpu) ? 21 : 22;
}

static uint64_t slot_size(const struct cpu *cpu)
{
	return 1ull << slot_shift(cpu);
}

/* ram_entry() - an entry of a table at @table; 0 if that is not RAM. */
static uint64_t ram_entry(const struct cpu *cpu, paddr table, unsigned int i)
{
	const uint8_t *p = guestmem_ptr(cpu->ram, table, PAGE_SIZE);

	if (!p)
		return 0;
	return wide(cpu) ? get_le64(p + i * 8) : get_le32(p + i * 4);
}

/* dir_entry() - the directory entry of @slot as the guest has it now. */
static uint64_t dir_entry(const struct cpu *cpu, unsigned int slot)
{
	uint64_t top;

	if (!(cpu->cr0 & CR0_PG))
		return PTE_P | PTE_W | PTE_U | PTE_PS | PTE_A | PTE_D |
		       (uint64_t)slot << 22;
	if (!wide(cpu))
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

static paddr table_of(const struct cpu *cpu, uint64_t dir)
{
	return wide(cpu) ? dir & PAE_ADDR_MASK : dir & 0xfffff000u;
}

static uint64_t copy_entry(const struct cpu *cpu, const uint8_t *table,
			   unsigned int i)
{
	return wide(cpu) ? get_le64(table + i * 8) : get_le32(table + i * 4);
}

/* changed() - does an entry no longer say what a mapping was made from? */
static bool changed(uint64_t old, uint64_t now)
{
	const uint64_t free = PTE_A | PTE_D | 0xe00;

	return ((old ^ now) & ~free) || (old & ~now & (PTE_A | PTE_D));
}

/* ---- tables a space depends on ----------------------------------------- */

static bool any(const uint64_t *bits)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (bits[i])
			return true;
	return false;
}

/* table_drop() - unmap all that came from @pt, and free it. */
static void table_drop(struct cpu *cpu, struct space *s, struct ptab *pt)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int v;

	for (v = 0; v < VIEWS; v++) {
		if (any(pt->used[v]))
			host_unmap(w, s, v, pt->slot << slot_shift(cpu),
				   slot_size(cpu));
		if (any(pt->exec[v]))
			jtab_clear(w, &s->view[v]);
	}
	s->dir[pt->slot] = NULL;
	free(pt);
}

static void unlink_table(struct space *s, struct ptab *pt)
{
	struct ptab **at = &s->tabs;

	while (*at != pt)
		at = &(*at)->next;
	*at = pt->next;
}

/* entry_lost() - entry @i of @pt has changed. */
static void entry_lost(struct cpu *cpu, struct space *s, struct ptab *pt,
		       unsigned int i)
{
	struct windows *w = cpu->mmu->windows;
	laddr la = (pt->slot << slot_shift(cpu)) + i * PAGE_SIZE;
	uint64_t bit = 1ull << (i & 63);
	unsigned int v;

	for (v = 0; v < VIEWS; v++) {
		if (pt->used[v][i / 64] & bit)
			host_unmap(w, s, v, la, PAGE_SIZE);
		if (pt->exec[v][i / 64] & bit)
			jtab_clear(w, &s->view[v]);
		pt->used[v][i / 64] &= ~bit;
		pt->exec[v][i / 64] &= ~bit;
	}
}

/* table_compare() - unmap what differs from the guest's table now. */
static void table_compare(struct cpu *cpu, struct space *s, struct ptab *pt)
{
	const uint8_t *now = guestmem_ptr(cpu->ram, table_of(cpu, pt->dir),
					  PAGE_SIZE);
	unsigned int word, n = wide(cpu) ? 512 : 1024;

	if (!now || !memcmp(now, pt->copy, PAGE_SIZE))
		return;
	for (word = 0; word < n / 64; word++) {
		uint64_t live = pt->used[0][word] | pt->used[1][word] |
				pt->exec[0][word] | pt->exec[1][word];

		while (live) {
			unsigned int i = word * 64 +
				(unsigned int)__builtin_ctzll(live);

			live &= live - 1;
			if (changed(copy_entry(cpu, pt->copy, i),
				    copy_entry(cpu, now, i)))
				entry_lost(cpu, s, pt, i);
		}
	}
	memcpy(pt->copy, now, PAGE_SIZE);
}

/* dir_same() - is @pt still what directory entry @now points to? */
static bool dir_same(const struct cpu *cpu, const struct ptab *pt,
		     uint64_t now)
{
	if (pt->large)
		return dir_is_large(cpu, now) && !changed(pt->dir, now);
	return !changed(pt->dir & ~(uint64_t)(PTE_D | PTE_G),
			now & ~(uint64_t)(PTE_D | PTE_G));
}

static void space_sync(struct cpu *cpu, struct space *s)
{
	struct ptab **at = &s->tabs, *pt;

	cpu->mmu->windows->stats.syncs++;
	while ((pt = *at)) {
		uint64_t now = dir_entry(cpu, pt->slot);

		if (!dir_same(cpu, pt, now)) {
			*at = pt->next;
			table_drop(cpu, s, pt);
			continue;
		}
		if (!pt->large)
			table_compare(cpu, s, pt);
		at = &pt->next;
	}
}

/* space_drop() - empty both windows. */
static void space_drop(struct cpu *cpu, struct space *s)
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
			host_unmap(w, s, v, 0, WINDOW);
		jtab_clear(w, &s->view[v]);
	}
	s->maps = 0;
	w->stats.dropped++;
}

/* make_room() - drop spaces before the host's limit of mappings is near. */
static void make_room(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;
	struct space *oldest;
	uint64_t total;
	unsigned int i;

	for (;;) {
		total = MAPS_SLACK;
		oldest = NULL;
		for (i = 0; i < SPACES; i++) {
			struct space *s = &w->space[i];

			total += 2ull * s->maps;
			if (s != w->cur && s->maps &&
			    (!oldest || s->stamp < oldest->stamp))
				oldest = s;
		}
		if (total < w->max_maps * 7ull / 8)
			return;
		space_drop(cpu, oldest ? oldest : w->cur);
	}
}

/* table_get() - the copy for @a, made or renewed if need be. */
static struct ptab *table_get(struct cpu *cpu, laddr a)
{
	struct space *s = cpu->mmu->windows->cur;
	unsigned int slot = a >> slot_shift(cpu);
	uint64_t dir = dir_entry(cpu, slot);
	struct ptab *pt = s->dir[slot];
	const uint8_t *now;
	bool large;

	if (pt && !dir_same(cpu, pt, dir)) {
		unlink_table(s, pt);
		table_drop(cpu, s, pt);
		pt = NULL;
	}
	if (!pt) {
		large = dir_is_large(cpu, dir);
		pt = calloc(1, sizeof(*pt) + (large ? 0 : PAGE_SIZE));
		if (!pt)
			die("out of memory for copies of page tables");
		pt->slot = (uint16_t)slot;
		pt->large = large;
		now = guestmem_ptr(cpu->ram, table_of(cpu, dir), PAGE_SIZE);
		if (!large && now)
			memcpy(pt->copy, now, PAGE_SIZE);
		pt->next = s->tabs;
		s->tabs = pt;
		s->dir[slot] = pt;
	}
	pt->dir = dir;
	return pt;
}

/* ---- faults ------------------------------------------------------------ */

static bool has_bit(const uint64_t *bits, unsigned int i)
{
	return bits[i / 64] >> (i & 63) & 1;
}

static void set_bit(uint64_t *bits, unsigned int i)
{
	bits[i / 64] |= 1ull << (i & 63);
}

/* protect_codes() - take writing from frames with code in a large page. */
static void protect_codes(struct cpu *cpu, struct space *s, enum view_kind v,
			  laddr la, paddr pa, uint64_t len)
{
	const struct code_pages *code = cpu->mmu->code;
	uint64_t at, n;

	for (at = 0; at < len; at += n ? n : PAGE_SIZE) {
		n = 0;
		while (at + n < len &&
		       codepages_has(code, (uint32_t)((pa + at + n) >>
						      PAGE_SHIFT)))
			n += PAGE_SIZE;
		if (n)
			host_protect(cpu->mmu->windows, s, v,
				     (laddr)(la + at), n, PROT_READ);
	}
}

/* map_part() - [from, to) of guest-physical memory, as much as is RAM. */
static void map_part(struct cpu *cpu, struct space *s, enum view_kind v,
		     laddr la, paddr pa, uint64_t len, paddr from, paddr to,
		     bool write)
{
	paddr lo = MAX(pa, from), hi = MIN(pa + len, to);

	if (lo >= hi)
		return;
	la += (laddr)(lo - pa);
	host_map(cpu, s, v, la, lo, hi - lo,
		 write ? PROT_READ | PROT_WRITE : PROT_READ);
	if (write)
		protect_codes(cpu, s, v, la, lo, hi - lo);
}

static enum window_fault fault_large(struct cpu *cpu, struct ptab *pt,
				     laddr a, bool write, const struct walk *w)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	uint64_t len = slot_size(cpu);
	laddr la = a & ~(laddr)(len - 1);
	paddr pa = w->page - ((a & ~PAGE_MASK) - la);

	if (write && pt->writable && has_bit(pt->used[v], 0)) {
		/* The frame had code once, and has none now. */
		host_protect(win, win->cur, v, a & ~PAGE_MASK, PAGE_SIZE,
			     PROT_READ | PROT_WRITE);
		return WINDOW_MAPPED;
	}
	pt->writable |= w->writable;
	set_bit(pt->used[v], 0);
	map_part(cpu, win->cur, v, la, pa, len, 0, GUESTMEM_HOLE,
		 w->writable);
	map_part(cpu, win->cur, v, la, pa, len, GUESTMEM_HOLE_END,
		 cpu->ram->size, w->writable);
	return WINDOW_MAPPED;
}

/* run_length() - entries from @i on that one mapping can take along. */
static unsigned int run_length(struct cpu *cpu, struct ptab *pt,
			       const uint8_t *now, unsigned int i,
			       enum view_kind v, bool write)
{
	unsigned int n, end = wide(cpu) ? 512 : 1024;
	uint64_t first = copy_entry(cpu, now, i);
	const uint64_t alike = ~(uint64_t)(PTE_D | 0xe00 | PAGE_MASK) |
			       (PTE_P | PTE_W | PTE_U | PTE_A | PTE_G);

	for (n = 1; n < RUN_PAGES && i + n < end; n++) {
		uint64_t e = copy_entry(cpu, now, i + n);
		uint32_t pfn = (uint32_t)(e >> PAGE_SHIFT);

		if (((first + n * PAGE_SIZE) ^ e) & alike)
			break;
		if (has_bit(pt->used[v], i + n) || (write && !(e & PTE_D)) ||
		    (write && codepages_has(cpu->mmu->code, pfn)) ||
		    !guestmem_ptr(cpu->ram, e & PAE_ADDR_MASK, PAGE_SIZE))
			break;
	}
	return n;
}

static enum window_fault fault_small(struct cpu *cpu, struct ptab *pt,
				     laddr a, const struct walk *w)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	uint32_t pfn = (uint32_t)(w->page >> PAGE_SHIFT);
	bool write = w->writable && !codepages_has(cpu->mmu->code, pfn);
	const uint8_t *now = guestmem_ptr(cpu->ram, table_of(cpu, pt->dir),
					  PAGE_SIZE);
	unsigned int i = a >> PAGE_SHIFT & (wide(cpu) ? 511 : 1023);
	unsigned int n, k, size = wide(cpu) ? 8 : 4;

	if (!now)
		return WINDOW_MMIO;
	n = run_length(cpu, pt, now, i, v, write);
	for (k = 0; k < n; k++) {
		/* The other view, or a lookup of code, may know it stale. */
		if (changed(copy_entry(cpu, pt->copy, i + k),
			    copy_entry(cpu, now, i + k)))
			entry_lost(cpu, win->cur, pt, i + k);
		set_bit(pt->used[v], i + k);
		if (write)
			set_bit(win->written, pfn + k);
	}
	memcpy(pt->copy + i * size, now + i * size, n * size);
	host_map(cpu, win->cur, v, a & ~PAGE_MASK, w->page, n * PAGE_SIZE,
		 write ? PROT_READ | PROT_WRITE : PROT_READ);
	return WINDOW_MAPPED;
}

enum window_fault windows_fault(struct cpu *cpu, laddr a, bool write)
{
	struct windows *win = cpu->mmu->windows;
	struct ptab *pt;
	struct walk w;

	if (mmu_walk(cpu, a, write, cpu->cpl == 3, &w))
		return WINDOW_GUEST;
	if (!guestmem_ptr(cpu->ram, w.page, PAGE_SIZE))
		return WINDOW_MMIO;
	if (write && codepages_has(cpu->mmu->code,
				   (uint32_t)(w.page >> PAGE_SHIFT)))
		return WINDOW_CODE;
	make_room(cpu);
	pt = table_get(cpu, a);
	win->stats.hidden++;
	return pt->large ? fault_large(cpu, pt, a, write, &w) :
	       fault_small(cpu, pt, a, &w);
}

void windows_exec(struct cpu *cpu, laddr a)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	struct ptab *pt = table_get(cpu, a);
	unsigned int i = a >> PAGE_SHIFT & (wide(cpu) ? 511 : 1023);
	unsigned int size = wide(cpu) ? 8 : 4;
	const uint8_t *now;

	win->cur->view[v].jtab_used = true;
	if (pt->large) {
		set_bit(pt->exec[v], 0);
		return;
	}
	if (has_bit(pt->exec[v], i))
		return;
	now = guestmem_ptr(cpu->ram, table_of(cpu, pt->dir), PAGE_SIZE);
	if (!now)
		return;
	if (changed(copy_entry(cpu, pt->copy, i), copy_entry(cpu, now, i)))
		entry_lost(cpu, win->cur, pt, i);
	memcpy(pt->copy + i * size, now + i * size, size);
	set_bit(pt->exec[v], i);
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
	unsigned int i = a >> PAGE_SHIFT & (wide(cpu) ? 511 : 1023);
	unsigned int size = wide(cpu) ? 8 : 4;
	const uint8_t *now;
	struct ptab *pt;

	if (!w)
		return;
	if (w->watch && (w->watch[a >> 17] >> (a >> PAGE_SHIFT & 31) & 1))
		w->watched = true;
	if (w->stale || !w->cur)
		return;
	pt = w->cur->dir[a >> slot_shift(cpu)];
	if (!pt)
		return;
	if (!dir_same(cpu, pt, dir_entry(cpu, pt->slot))) {
		unlink_table(w->cur, pt);
		table_drop(cpu, w->cur, pt);
		return;
	}
	if (pt->large)
		return;
	now = guestmem_ptr(cpu->ram, table_of(cpu, pt->dir), PAGE_SIZE);
	if (!now)
		return;
	if (changed(copy_entry(cpu, pt->copy, i), copy_entry(cpu, now, i)))
		entry_lost(cpu, w->cur, pt, i);
	memcpy(pt->copy + i * size, now + i * size, size);
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
		w->space[i].stamp = 0;
	}
	w->cur = NULL;
}

/* protect_small() - find the small mappings of a frame, and protect them. */
static void protect_small(struct cpu *cpu, struct space *s, struct ptab *pt,
			  uint32_t pfn)
{
	struct windows *w = cpu->mmu->windows;
	unsigned int i, v, n = wide(cpu) ? 512 : 1024;

	for (i = 0; i < n; i++) {
		uint64_t e = copy_entry(cpu, pt->copy, i) & PAE_ADDR_MASK;

		if ((uint32_t)(e >> PAGE_SHIFT) != pfn)
			continue;
		for (v = 0; v < VIEWS; v++)
			if (has_bit(pt->used[v], i))
				host_protect(w, s, v, (laddr)
					     (pt->slot << slot_shift(cpu)) +
					     i * PAGE_SIZE, PAGE_SIZE,
					     PROT_READ);
	}
}

static void protect_large(struct cpu *cpu, struct space *s, struct ptab *pt,
			  uint32_t pfn)
{
	uint64_t size = slot_size(cpu);
	paddr pa = (paddr)pfn << PAGE_SHIFT;
	paddr base = pt->dir & PAE_ADDR_MASK & ~(size - 1);
	unsigned int v;

	if (!pt->writable || pa < base || pa - base >= size)
		return;
	for (v = 0; v < VIEWS; v++)
		if (has_bit(pt->used[v], 0))
			host_protect(cpu->mmu->windows, s, v, (laddr)
				     ((pt->slot << slot_shift(cpu)) +
				      (pa - base)), PAGE_SIZE, PROT_READ);
}

void windows_protect(struct cpu *cpu, uint32_t pfn)
{
	struct windows *w = cpu->mmu->windows;
	struct ptab *pt;
	unsigned int i;
	bool small;

	if (!w)
		return;
	small = has_bit(w->written, pfn);
	for (i = 0; i < SPACES; i++) {
		for (pt = w->space[i].tabs; pt; pt = pt->next) {
			if (pt->large)
				protect_large(cpu, &w->space[i], pt, pfn);
			else if (small)
				protect_small(cpu, &w->space[i], pt, pfn);
		}
	}
	w->written[pfn / 64] &= ~(1ull << (pfn & 63));
}

/* space_for() - the space of @key, or the longest unused one. */
static struct space *space_for(struct windows *w, uint64_t key)
{
	struct space *oldest = &w->space[0];
	unsigned int i;

	for (i = 0; i < SPACES; i++) {
		struct space *s = &w->space[i];

		if (s->key == key && s->stamp)
			return s;
		if (s->stamp < oldest->stamp)
			oldest = s;
	}
	oldest->key = key;
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
	if (w->stale) {
		s->stamp = ++w->clock;
		space_sync(cpu, s);
		w->stale = false;
	}
	v = &s->view[cpu->cpl == 3];
	if (!v->jtab_ready) {
		v->jtab_used = v->jtab_ready = true;
		jtab_clear(w, v);
	}
	cpu->hot.win = (uint64_t)(uintptr_t)v->base;
	cpu->hot.minus_win = 0 - cpu->hot.win;
	cpu->hot.jtab = v->jtab;
}

const struct window_stats *windows_stats(const struct cpu *cpu)
{
	return &cpu->mmu->windows->stats;
}

/* ---- life -------------------------------------------------------------- */

static void *reserve(uint64_t size, int prot)
{
	void *p = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS |
		       MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

bool windows_create(struct cpu *cpu, uint32_t max_maps, uint32_t miss)
{
	struct windows *w = calloc(1, sizeof(*w));
	uint64_t jtabs = (uint64_t)SPACES * VIEWS * JTAB_SIZE * 4;
	unsigned int i;

	if (!w)
		return false;
	cpu->mmu->windows = w;
	w->max_maps = MAX(max_maps, 2 * MAPS_SLACK);
	w->miss = miss;
	w->written = calloc(cpu->ram->size / PAGE_SIZE / 64 + 1, 8);
	w->arena = reserve(SPACES * VIEWS * STRIDE, PROT_NONE);
	w->jtabs = reserve(jtabs, PROT_READ | PROT_WRITE);
	if (!w->written || !w->arena || !w->jtabs) {
		windows_destroy(cpu);
		return false;
	}
	for (i = 0; i < SPACES * VIEWS; i++) {
		struct view *v = &w->space[i / VIEWS].view[i % VIEWS];

		v->base = w->arena + i * STRIDE + GUARD;
		v->jtab = w->jtabs + (uint64_t)i * JTAB_SIZE;
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
		munmap(w->arena, SPACES * VIEWS * STRIDE);
	if (w->jtabs)
		munmap(w->jtabs, (uint64_t)SPACES * VIEWS * JTAB_SIZE * 4);
	free(w->written);
	free(w);
	cpu->mmu->windows = NULL;
}
