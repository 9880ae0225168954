/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window_fault.c - pages come into a view: when translated code faults on
 * them, and before a view is entered, instead of what was lost (window.h, 4).
 */
#include "vmm/mmu/window_table.h"

#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"

#define NO_ADDRESS 1u	/* no page's */

/* protect_codes() - take writing from frames with code in a large page. */
static void protect_codes(struct cpu *cpu, struct space *s, enum view_kind v,
			  const struct win_part *p)
{
	const struct code_pages *code = cpu->mmu->code;
	uint64_t at, n;

	for (at = 0; at < p->len; at += n ? n : PAGE_SIZE) {
		n = 0;
		while (at + n < p->len &&
		       codepages_has(code, (uint32_t)((p->key + at + n) >>
						      PAGE_SHIFT)))
			n += PAGE_SIZE;
		if (n)
			win_host_protect(cpu->mmu->windows, s, v,
					 p->la + (laddr)at, n, PROT_READ);
	}
}

/* map_part() - of a large page, which may be written or not: as much of it as
 * the view's segments have. */
static void map_part(struct cpu *cpu, struct space *s, enum view_kind v,
		     const struct win_part *whole, bool write)
{
	const laddr end = s->view[v].ends.data;
	struct win_part p = *whole;

	if (p.la > end)
		return;
	p.len = MIN(p.len, (uint64_t)end - p.la + 1);
	write = write && p.writable;
	win_host_map(cpu, s, v, p.la, p.key, p.len,
		     write ? PROT_READ | PROT_WRITE : PROT_READ);
	if (write)
		protect_codes(cpu, s, v, &p);
}

static enum window_fault fault_large(struct cpu *cpu, struct ptab *pt, laddr a,
				     bool write, const struct walk *w)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	struct win_part p;

	if (write && pt->writable && has_bit(pt->used[v], 0)) {
		/* The frame had code once, and has none now. */
		win_host_protect(win, win->cur, v, a & ~PAGE_MASK, PAGE_SIZE,
				 PROT_READ | PROT_WRITE);
		return WINDOW_MAPPED;
	}
	pt->writable |= w->writable;
	set_bit(pt->used[v], 0);
	win->stats.pages++;
	for (p = win_part_first(cpu, pt); p.len; p = win_part_next(cpu, pt, &p))
		map_part(cpu, win->cur, v, &p, w->writable);
	return WINDOW_MAPPED;
}

/* may_write() - may the page at @page be mapped writable, its entry aside? */
static bool may_write(const struct cpu *cpu, paddr page)
{
	struct mem_page m = guestmem_page(cpu->ram, page);

	return m.write == m.read &&
	       !codepages_has(cpu->mmu->code, (uint32_t)(m.read >> PAGE_SHIFT));
}

/* Entries that one mapping shows. */
struct run {
	unsigned int first, count;
};

/* in_run() - can the mapping for entry @i of @pt take along entry @k? */
static bool in_run(struct cpu *cpu, const struct ptab *pt, const uint8_t *now,
		   unsigned int i, unsigned int k, enum view_kind v, bool write)
{
	const uint64_t alike = ~(uint64_t)(PTE_D | 0xe00 | PAGE_MASK) |
			       (PTE_P | PTE_W | PTE_U | PTE_A | PTE_G);
	uint64_t ours = win_copy_entry(cpu, now, i);
	uint64_t e = win_copy_entry(cpu, now, k);

	/* Their frames lie as they do: guest-physically, and in the file. */
	if (((ours + (uint64_t)k * PAGE_SIZE - (uint64_t)i * PAGE_SIZE) ^ e) &
	    alike)
		return false;
	return !has_bit(pt->used[v], k) && (!write || (e & PTE_D)) &&
	       (!write || may_write(cpu, e & PAE_ADDR_MASK)) &&
	       win_frame(cpu, e) == win_frame(cpu, ours) + k - i;
}

/* run_around() - entry @i of @pt and those around it that one mapping can take
 * along. */
static struct run run_around(struct cpu *cpu, const struct ptab *pt,
			     const uint8_t *now, unsigned int i,
			     enum view_kind v, bool write)
{
	unsigned int end = win_wide(cpu) ? 512 : 1024, first = i, last = i;
	const struct space *s = cpu->mmu->windows->cur;

	while (last + 1 < end &&
	       win_slot_la(cpu, pt) + (last + 1) * PAGE_SIZE <=
		       s->view[v].ends.data &&
	       in_run(cpu, pt, now, i, last + 1, v, write))
		last++;
	while (first > 0 && in_run(cpu, pt, now, i, first - 1, v, write))
		first--;
	return (struct run){ first, last - first + 1 };
}

static enum window_fault fault_small(struct cpu *cpu, struct ptab *pt, laddr a,
				     const struct walk *w)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	uint32_t pfn = win_frame(cpu, w->page);
	bool write = w->writable && may_write(cpu, w->page);
	const uint8_t *now = win_table(cpu, pt->dir);
	unsigned int i = win_entry_index(cpu, a), k;
	struct run r;

	if (!now)
		return WINDOW_MMIO;
	r = run_around(cpu, pt, now, i, v, write);
	win->stats.pages += r.count;
	for (k = r.first; k < r.first + r.count; k++) {
		/* The other view, or a lookup of code, may know it stale. */
		win_entry_update(cpu, win->cur, pt, now, k);
		set_bit(pt->used[v], k);
		clear_bit(pt->lost[v], k);
		if (write) {
			set_bit(win->written, pfn + k - i);
			pt->written |= block_bit(pfn + k - i);
		}
	}
	win_host_map(cpu, win->cur, v,
		     win_slot_la(cpu, pt) + r.first * PAGE_SIZE,
		     (uint64_t)(pfn + r.first - i) << PAGE_SHIFT,
		     (uint64_t)r.count * PAGE_SIZE,
		     write ? PROT_READ | PROT_WRITE : PROT_READ);
	return WINDOW_MAPPED;
}

/* map_page() - map what a walk found at @a. */
static enum window_fault map_page(struct cpu *cpu, laddr a, bool write,
				  const struct walk *w)
{
	struct ptab *pt = win_table_get(cpu, a);

	return pt->large ? fault_large(cpu, pt, a, write, w) :
			   fault_small(cpu, pt, a, w);
}

/* beyond() - is @a where the active view shows nothing? */
static bool beyond(const struct cpu *cpu, laddr a)
{
	return a > cpu->mmu->windows->cur->view[cpu->cpl == 3].ends.data;
}

/* map_marked() - map the page at @a, which was in use before, if no bit has
 * to be set for that. Return: false if that can not be. */
static bool map_marked(struct cpu *cpu, laddr a, bool write)
{
	struct walk w;

	return !beyond(cpu, a) && mmu_marked(cpu, a, write) &&
	       !mmu_walk(cpu, a, false, cpu->cpl == 3, &w) && !w.large &&
	       guestmem_read_ptr(cpu->ram, w.page, PAGE_SIZE) &&
	       map_page(cpu, a, false, &w) == WINDOW_MAPPED;
}

/* page_shown() - has the page at @a a mapping in the user's view? */
static bool page_shown(struct cpu *cpu, laddr a)
{
	const struct ptab *pt =
		cpu->mmu->windows->cur->dir[a >> win_slot_shift(cpu)];

	return pt && has_bit(pt->used[VIEW_USER],
			     pt->large ? 0 : win_entry_index(cpu, a));
}

/*
 * map_ahead() - a program faulted on a page that it had used before, and that
 * is mapped now. If the last one was just before it, it is on its way through
 * all of them: some more are mapped, twice as many each time.
 */
static void map_ahead(struct cpu *cpu, laddr page, bool write)
{
	struct space *s = cpu->mmu->windows->cur;
	uint32_t n;

	s->maps_ahead =
		page != s->next ? 0 : MIN(2 * s->maps_ahead + 1, MAPS_AHEAD);
	page += PAGE_SIZE;
	for (n = s->maps_ahead; n && page; n--, page += PAGE_SIZE)
		if (!page_shown(cpu, page) && !map_marked(cpu, page, write))
			break;
	s->next = page;
}

/* unmap_lost() - entries @first..@last; @first > @last: none. */
static void unmap_lost(struct cpu *cpu, struct ptab *pt, enum view_kind v,
		       unsigned int first, unsigned int last)
{
	struct windows *w = cpu->mmu->windows;

	if (first <= last)
		win_host_unmap(w, w->cur, v,
			       win_slot_la(cpu, pt) + first * PAGE_SIZE,
			       (uint64_t)(last - first + 1) * PAGE_SIZE);
}

/* used_between() - has an entry in @first..@last a mapping? */
static bool used_between(const struct ptab *pt, enum view_kind v,
			 unsigned int first, unsigned int last)
{
	for (; first <= last; first++)
		if (has_bit(pt->used[v], first))
			return true;
	return false;
}

/* settle_whole() - nothing of @pt is mapped any more; its code stays known. */
static void settle_whole(struct cpu *cpu, struct ptab *pt, enum view_kind v)
{
	memset(pt->used[v], 0, sizeof(pt->used[v]));
	memset(pt->lost[v], 0, sizeof(pt->lost[v]));
	unmap_lost(cpu, pt, v, 0, win_wide(cpu) ? 511 : 1023);
}

/* settle_table() - what is lost in @pt is mapped anew, by at most @maps
 * calls, or unmapped: all of it if there might be too many mappings then. */
static void settle_table(struct cpu *cpu, struct ptab *pt, enum view_kind v,
			 unsigned int *maps)
{
	unsigned int i, first = 1, last = 0, n = win_wide(cpu) ? 512 : 1024;

	if (!win_room(cpu->mmu->windows, win_count(pt->lost[v]))) {
		settle_whole(cpu, pt, v);
		return;
	}
	for (i = 0; i < n; i++) {
		if (!pt->lost[v][i / 64]) {
			i |= 63;
			continue;
		}
		if (!has_bit(pt->lost[v], i))
			continue;
		if (*maps &&
		    map_marked(cpu, win_slot_la(cpu, pt) + i * PAGE_SIZE,
			       false)) {
			--*maps;
			cpu->mmu->windows->stats.renewed++;
			continue;
		}
		clear_bit(pt->lost[v], i);
		if (first > last || used_between(pt, v, last + 1, i)) {
			unmap_lost(cpu, pt, v, first, last);
			first = i;
		}
		last = i;
	}
	unmap_lost(cpu, pt, v, first, last);
}

/*
 * win_settle() - before a view of the current space is entered: no mapping of
 * it is stale any more. A program that used a page will do so again: up to
 * @maps calls are made to have it mapped before it faults.
 */
void win_settle(struct cpu *cpu, enum view_kind v, unsigned int maps)
{
	struct space *s = cpu->mmu->windows->cur;
	struct ptab *pt, *next;

	if (maps)
		win_make_room(cpu);
	s->view[v].lost = false;
	for (pt = s->tabs; pt; pt = next) {
		next = pt->next;
		if (pt->large || !win_any(pt->lost[v]))
			continue;
		if (win_table_follow(cpu, s, pt, win_dir_entry(cpu, pt->slot)))
			settle_table(cpu, pt, v, &maps);
		else
			win_table_drop(cpu, s, pt);
	}
}

/* win_map_wanted() - the guest has mended a #PF, and goes back to it. */
void win_map_wanted(struct cpu *cpu)
{
	struct windows *w = cpu->mmu->windows;

	w->want_space = NULL;
	win_make_room(cpu);
	if (map_marked(cpu, w->want, false))
		w->stats.renewed++;
}

/*
 * page_want() - a page to be mapped when the guest has mended a #PF; but one of
 * many side by side may be touched just this once, and need no mapping. So
 * one of them is left alone; if it faults again, some more are mapped, and
 * twice as many the next time.
 */
static void page_want(struct windows *w, laddr page)
{
	struct space *s = w->cur;
	bool next = page == w->want + PAGE_SIZE;

	w->want = page;
	w->want_space = next && !s->ahead ? NULL : s;
	if (!w->want_space) {
		if (s->left != NO_ADDRESS)
			s->reach = 0;
		s->left = page;
	} else if (next) {
		s->ahead--;
	}
}

/* left_faults() - was the page at @a one that page_want() had left alone? */
static void left_faults(struct space *s, laddr a)
{
	if (s->left != (a & ~PAGE_MASK))
		return;
	s->left = NO_ADDRESS;
	s->reach = MIN(2 * s->reach + MAPS_AHEAD, MAPS_AHEAD_MAX);
	s->ahead = s->reach;
}

enum window_fault windows_fault(struct cpu *cpu, laddr a, bool write)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	enum window_fault f;
	struct mem_page m;
	struct walk w;

	if (beyond(cpu, a))
		return WINDOW_BEYOND;
	if (mmu_walk(cpu, a, write, cpu->cpl == 3, &w)) {
		if (v == VIEW_USER)
			page_want(win, a & ~PAGE_MASK);
		return WINDOW_GUEST;
	}
	m = guestmem_page(cpu->ram, w.page);
	if (m.read == MEM_NONE || (write && m.write != m.read))
		return WINDOW_MMIO;
	if (write &&
	    codepages_has(cpu->mmu->code, (uint32_t)(m.read >> PAGE_SHIFT)))
		return WINDOW_CODE;
	win_make_room(cpu);
	win->stats.hidden++;
	left_faults(win->cur, a);
	f = map_page(cpu, a, write, &w);
	if (v == VIEW_USER && f == WINDOW_MAPPED)
		map_ahead(cpu, a & ~PAGE_MASK, write);
	if (win->cur->view[v].lost)
		win_settle(cpu, v, 0);
	return f;
}

void windows_want(struct cpu *cpu, laddr la)
{
	page_want(cpu->mmu->windows, la);
}

void windows_exec(struct cpu *cpu, laddr a)
{
	struct windows *win = cpu->mmu->windows;
	enum view_kind v = cpu->cpl == 3;
	struct ptab *pt = win_table_get(cpu, a);
	unsigned int i = win_entry_index(cpu, a);
	const uint8_t *now;

	win->cur->view[v].jtab_used = true;
	if (pt->large) {
		set_bit(pt->exec[v], 0);
	} else if (!has_bit(pt->exec[v], i)) {
		now = win_table(cpu, pt->dir);
		if (now) {
			win_entry_update(cpu, win->cur, pt, now, i);
			set_bit(pt->exec[v], i);
		}
	}
	if (win->cur->view[v].lost)
		win_settle(cpu, v, 0);
}
