/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.c - the page walk. Source: Intel SDM volume 3, sections 4.3, 4.4,
 * 4.6 (rights), 4.7 (error code), 4.8 (accessed and dirty).
 *
 * Accessed and dirty bits are set only once the access is known to be
 * allowed. Tables may lie anywhere, also where decoded code is.
 */
#include <string.h>

#include "base/bytes.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"
#include "vmm/mmu/mmu.h"
#include "vmm/mmu/writelog.h"

#define WALK_FAULT 0x80000000u
#define A20 (1u << 20)

/* A walk under way. */
struct steps {
	paddr at[2];		/* the entries: directory, table */
	uint64_t entry[2];
	unsigned int n;		/* how many */
	uint64_t rights;	/* their PTE_W and PTE_U, anded */
	bool wide;		/* 8-byte entries */
};

/* on_bus() - a physical address as it leaves the processor. */
static paddr on_bus(const struct cpu *cpu, paddr a)
{
	return cpu->a20_shut ? a & ~(paddr)A20 : a;
}

static uint64_t entry_read(struct cpu *cpu, paddr at, bool wide)
{
	const void *p = guestmem_read_ptr(cpu->ram, at, wide ? 8 : 4);
	uint64_t lo;

	if (p)
		return wide ? get_le64(p) : get_le32(p);
	lo = cpu->pins.mmio_read(cpu->pins.board, at, 4);
	if (wide)
		lo |= (uint64_t)cpu->pins.mmio_read(cpu->pins.board, at + 4, 4)
		      << 32;
	return lo;
}

/* key_to_write() - where a write to @at goes: a key, MEM_DROP or MEM_NONE. */
static uint64_t key_to_write(const struct cpu *cpu, paddr at)
{
	uint64_t key = guestmem_page(cpu->ram, at & ~(paddr)PAGE_MASK).write;

	return key >= MEM_DROP ? key : key | (at & PAGE_MASK);
}

/* entry_or() - set bits of the low half of an entry. */
static void entry_or(struct cpu *cpu, paddr at, uint64_t old, uint32_t set)
{
	uint32_t v = (uint32_t)old | set;
	uint64_t key;
	void *p;

	if (v == (uint32_t)old)
		return;
	key = key_to_write(cpu, at);
	p = guestmem_at(cpu->ram, key, 4);
	if (p) {
		if (cpu->mmu->log)
			write_log_walk(cpu->mmu->log, p, key, v);
		put_le32(p, v);
		codepages_written(cpu->mmu->code, key, 4);
	} else if (key == MEM_DROP) {
		cpu->ram->dropped++;
	} else {
		cpu->pins.mmio_write(cpu->pins.board, at, 4, v);
	}
}

/* walk_step() - read one level. Return: false if it is not present. */
static bool walk_step(struct cpu *cpu, struct steps *s, paddr at)
{
	uint64_t e;

	at = on_bus(cpu, at);
	e = entry_read(cpu, at, s->wide);
	s->at[s->n] = at;
	s->entry[s->n++] = e;
	s->rights &= e;
	return e & PTE_P;
}

/* walk_narrow() - two levels of 4-byte entries. Return: 0, PFERR bits. */
static uint32_t walk_narrow(struct cpu *cpu, laddr a, struct steps *s,
			    struct walk *w)
{
	uint64_t e;

	if (!walk_step(cpu, s, (cpu->cr3 & ~PAGE_MASK) + (a >> 22) * 4))
		return WALK_FAULT;
	e = s->entry[0];
	if ((e & PTE_PS) && (cpu->cr4 & CR4_PSE)) {
		w->large = true;
		if (e & PSE_LARGE_RSVD)
			return WALK_FAULT | PFERR_P | PFERR_RSVD;
		w->page = (e & 0xffc00000) | (a & 0x003ff000);
		return 0;
	}
	if (!walk_step(cpu, s,
		       (e & ~(uint64_t)PAGE_MASK) + (a >> 12 & 0x3ff) * 4))
		return WALK_FAULT;
	w->page = s->entry[1] & 0xfffff000;
	return 0;
}

/* walk_pae() - PDPTE registers, then two levels of 8-byte entries. */
static uint32_t walk_pae(struct cpu *cpu, laddr a, struct steps *s,
			 struct walk *w)
{
	uint64_t e = cpu->pdpte[a >> 30];

	s->wide = true;
	if (!(e & PTE_P))
		return WALK_FAULT;
	if (!walk_step(cpu, s, (e & PAE_ADDR_MASK) + (a >> 21 & 0x1ff) * 8))
		return WALK_FAULT;
	e = s->entry[0];
	if (e & PAE_RSVD)
		return WALK_FAULT | PFERR_P | PFERR_RSVD;
	if (e & PTE_PS) {
		w->large = true;
		if (e & PAE_LARGE_RSVD)
			return WALK_FAULT | PFERR_P | PFERR_RSVD;
		w->page = (e & 0xfffe00000ull) | (a & 0x001ff000);
		return 0;
	}
	if (!walk_step(cpu, s, (e & PAE_ADDR_MASK) + (a >> 12 & 0x1ff) * 8))
		return WALK_FAULT;
	if (s->entry[1] & PAE_RSVD)
		return WALK_FAULT | PFERR_P | PFERR_RSVD;
	w->page = s->entry[1] & PAE_ADDR_MASK;
	return 0;
}

/* mark_used() - accessed bits on the way, dirty in the last entry. */
static void mark_used(struct cpu *cpu, const struct steps *s, bool write)
{
	unsigned int last = s->n - 1;

	if (s->n == 2)
		entry_or(cpu, s->at[0], s->entry[0], PTE_A);
	entry_or(cpu, s->at[last], s->entry[last], PTE_A | (write ? PTE_D : 0));
}

static uint32_t walk_tables(struct cpu *cpu, laddr a, struct steps *s,
			    struct walk *w)
{
	uint32_t err;

	*s = (struct steps){ .rights = PTE_W | PTE_U };
	*w = (struct walk){ 0 };
	err = cpu->cr4 & CR4_PAE ? walk_pae(cpu, a, s, w) :
				   walk_narrow(cpu, a, s, w);
	w->page = on_bus(cpu, w->page);
	return err;
}

/* walk_unpaged() - the page of @a with paging off. */
static paddr walk_unpaged(const struct cpu *cpu, laddr a)
{
	return on_bus(cpu, a & ~PAGE_MASK);
}

uint32_t mmu_walk(struct cpu *cpu, laddr a, bool write, bool user,
		  struct walk *w)
{
	uint32_t kind = (write ? PFERR_W : 0) | (user ? PFERR_U : 0), err;
	bool may_write;
	struct steps s;

	if (!(cpu->cr0 & CR0_PG)) {
		*w = (struct walk){ .page = walk_unpaged(cpu, a),
				    .writable = true };
		return 0;
	}
	err = walk_tables(cpu, a, &s, w);
	if (err)
		return err | kind;
	may_write = (s.rights & PTE_W) || (!user && !(cpu->cr0 & CR0_WP));
	if ((user && !(s.rights & PTE_U)) || (write && !may_write))
		return WALK_FAULT | PFERR_P | kind;
	mark_used(cpu, &s, write);
	w->writable = may_write && (write || (s.entry[s.n - 1] & PTE_D));
	w->global = (cpu->cr4 & CR4_PGE) && (s.entry[s.n - 1] & PTE_G);
	return 0;
}

bool mmu_load_pdptes(struct cpu *cpu, uint32_t cr3)
{
	uint64_t e[4];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		e[i] = entry_read(cpu, on_bus(cpu, (cr3 & ~31u) + i * 8), true);
		if ((e[i] & PTE_P) && (e[i] & PDPTE_RSVD))
			return false;
	}
	memcpy(cpu->pdpte, e, sizeof(e));
	return true;
}

/* page_key() - of what is read at the page at @page. */
static paddr page_key(const struct cpu *cpu, paddr page)
{
	uint64_t key = guestmem_page(cpu->ram, page).read;

	return key != MEM_NONE ? key : (paddr)FRAME_MMIO << PAGE_SHIFT | page;
}

bool mmu_probe(struct cpu *cpu, laddr a, paddr *page)
{
	struct steps s;
	struct walk w = { .page = walk_unpaged(cpu, a) };

	if ((cpu->cr0 & CR0_PG) && walk_tables(cpu, a, &s, &w))
		return false;
	*page = page_key(cpu, w.page);
	return true;
}

/* all_accessed() - each entry on the way has its accessed bit set. */
static bool all_accessed(const struct steps *s)
{
	uint64_t all = ~0ull;
	unsigned int i;

	for (i = 0; i < s->n; i++)
		all &= s->entry[i];
	return all & PTE_A;
}

bool mmu_marked(struct cpu *cpu, laddr a, bool write)
{
	struct steps s;
	struct walk w;

	if (!(cpu->cr0 & CR0_PG))
		return true;
	if (walk_tables(cpu, a, &s, &w))
		return false;
	return all_accessed(&s) && (!write || (s.entry[s.n - 1] & PTE_D));
}

bool mmu_fetchable(struct cpu *cpu, laddr a, paddr *page)
{
	struct steps s;
	struct walk w = { .page = walk_unpaged(cpu, a) };

	if ((cpu->cr0 & CR0_PG) &&
	    (walk_tables(cpu, a, &s, &w) || !all_accessed(&s) ||
	     (cpu->cpl == 3 && !(s.rights & PTE_U))))
		return false;
	*page = page_key(cpu, w.page);
	return true;
}

size_t mmu_peek(struct cpu *cpu, laddr a, void *buf, size_t len)
{
	uint8_t *out = buf;
	struct steps s;
	struct walk w;
	size_t i;

	for (i = 0; i < len; i++, a++) {
		const uint8_t *p;

		w.page = walk_unpaged(cpu, a);
		if ((cpu->cr0 & CR0_PG) && walk_tables(cpu, a, &s, &w))
			break;
		p = guestmem_read_ptr(cpu->ram, w.page, PAGE_SIZE);
		if (!p)
			break;
		out[i] = p[a & PAGE_MASK];
	}
	return i;
}
