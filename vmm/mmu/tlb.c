/* SPDX-License-Identifier: BSD-2-Clause */
/* tlb.c - fill, flush and keep the software TLB. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "ia32/paging.h"
#include "vmdriver/guestmem.h"
#include "vmm/mmu/mmu.h"
#include "vmm/mmu/window.h"

#define CR4_MMU (CR4_PSE | CR4_PAE)

static void entry_clear(struct tlb_entry *e)
{
	e->rtag = e->wtag = e->ltag = TLB_NONE;
}

static void context_update(struct cpu *cpu)
{
	struct mmu *mmu = cpu->mmu;
	bool user = cpu->cpl == 3;

	mmu->fast = mmu->half[user];
	mmu->ctx = mmu->gen << 1 | user;
}

bool mmu_create(struct cpu *cpu)
{
	struct mmu *mmu = calloc(1, sizeof(*mmu));
	unsigned int i;

	if (!mmu)
		return false;
	mmu->code = codepages_create(cpu->ram->file_size);
	if (!mmu->code) {
		free(mmu);
		return false;
	}
	for (i = 0; i < 2 * TLB_SIZE; i++)
		entry_clear(&mmu->half[0][0] + i);
	cpu->mmu = mmu;
	context_update(cpu);
	return true;
}

void mmu_destroy(struct cpu *cpu)
{
	if (!cpu->mmu)
		return;
	codepages_destroy(cpu->mmu->code);
	free(cpu->mmu);
	cpu->mmu = NULL;
}

static void flush_all(struct mmu *mmu)
{
	struct tlb_entry *e = &mmu->half[0][0];
	unsigned int i;

	if (mmu->nused > TLB_USED) {
		for (i = 0; i < 2 * TLB_SIZE; i++)
			entry_clear(e + i);
	} else {
		for (i = 0; i < mmu->nused; i++)
			entry_clear(e + mmu->used[i]);
	}
	mmu->nused = 0;
	memset(mmu->large, 0, sizeof(mmu->large));
}

void mmu_near_forget(struct cpu *cpu)
{
	struct near_page *n = &cpu->near[0][0];
	unsigned int i;

	if (!cpu->near_used)
		return;
	for (i = 0; i < 2 * NEAR_PAGES; i++)
		n[i].minus_page = NEAR_NONE;
	cpu->near_used = false;
}

uint64_t mmu_near_host(struct cpu *cpu, laddr a, bool write)
{
	const struct tlb_entry *e =
		&cpu->mmu->half[0][a >> PAGE_SHIFT & (TLB_SIZE - 1)];

	if ((write ? e->wtag : e->rtag) != (a & ~PAGE_MASK))
		return 0;
	cpu->near_used = true;
	return e->host;
}

static void tlb_remember(struct mmu *mmu, struct tlb_entry *e)
{
	if (mmu->nused < TLB_USED)
		mmu->used[mmu->nused] = (uint16_t)(e - &mmu->half[0][0]);
	if (mmu->nused <= TLB_USED)
		mmu->nused++;
}

/* flush_local() - drop what is not global; large[] may keep stale bits. */
static void flush_local(struct mmu *mmu)
{
	struct tlb_entry *e = &mmu->half[0][0];
	unsigned int i, n = mmu->nused;
	bool all = n > TLB_USED;

	mmu->nused = 0;
	if (all)
		n = 2 * TLB_SIZE;
	for (i = 0; i < n; i++) {
		struct tlb_entry *x = e + (all ? i : mmu->used[i]);

		if (x->ltag == TLB_NONE)
			continue;
		if (x->flags & TLB_G)
			tlb_remember(mmu, x);
		else
			entry_clear(x);
	}
}

void mmu_flush(struct cpu *cpu, bool global)
{
	struct mmu *mmu = cpu->mmu;

	global |= !(cpu->cr4 & CR4_PGE);	/* no page is */
	if (global)
		flush_all(mmu);
	else
		flush_local(mmu);
	windows_changed(cpu, global);
	mmu_near_forget(cpu);
	mmu->gen++;
	context_update(cpu);
}

/* drop_page() - what is known of the small page at @a is not, any more. */
static void drop_page(struct cpu *cpu, laddr a)
{
	laddr page = a & ~PAGE_MASK;
	unsigned int i;

	windows_invlpg(cpu, a);
	mmu_near_forget(cpu);
	for (i = 0; i < 2; i++) {
		struct tlb_entry *e =
			&cpu->mmu->half[i][a >> PAGE_SHIFT & (TLB_SIZE - 1)];

		if (e->ltag == page)
			entry_clear(e);
	}
}

void mmu_invlpg(struct cpu *cpu, laddr a)
{
	struct mmu *mmu = cpu->mmu;

	drop_page(cpu, a);
	if (mmu->large[a >> 27] & 1u << (a >> 22 & 31)) {
		mmu_flush(cpu, true);
		return;
	}
	mmu->gen++;
	context_update(cpu);
}

/* paging_changed() - do addresses lead elsewhere, or have other rights? Without
 * paging neither PE nor WP matters: firmware changes PE for each call. PGE is
 * no such change: Linux writes it twice to flush its global pages. */
static bool paging_changed(const struct mmu *mmu, const struct cpu *cpu)
{
	uint32_t changed = cpu->cr0 ^ mmu->cr0;

	return changed & CR0_PG || (cpu->cr0 & CR0_PG && changed & CR0_WP) ||
	       (cpu->cr4 ^ mmu->cr4) & CR4_MMU;
}

void mmu_mode_changed(struct cpu *cpu)
{
	struct mmu *mmu = cpu->mmu;
	bool slow, paging = paging_changed(mmu, cpu);

	mmu->align = cpu->cpl == 3 && (cpu->cr0 & CR0_AM) &&
		     (cpu->eflags & FL_AC);
	slow = mmu->align || (cpu->dr[7] & 0xff);
	mmu->cr0 = cpu->cr0;
	mmu->cr4 = cpu->cr4;
	if (paging)
		windows_drop(cpu);
	if (paging || slow != mmu->slow) {
		mmu->slow = slow;
		mmu_flush(cpu, true);
		return;
	}
	context_update(cpu);
}

void cpu_a20(struct cpu *cpu, bool open)
{
	if (cpu->a20_shut == !open)
		return;
	cpu->a20_shut = !open;
	windows_drop(cpu);
	mmu_flush(cpu, true);
}

void mmu_map_changed(struct cpu *cpu)
{
	windows_drop(cpu);
	mmu_flush(cpu, true);
	cpu->mmu->code->cut = true;
}

void mmu_entry_refresh(struct mmu *mmu, struct tlb_entry *e)
{
	bool fast = (e->flags & TLB_RAM) && !mmu->slow;
	bool write = fast && (e->flags & TLB_W) && !mmu->log &&
		     e->wpfn == e->pfn && !codepages_has(mmu->code, e->pfn);

	e->rtag = fast ? e->ltag : TLB_NONE;
	e->wtag = write ? e->ltag : TLB_NONE;
}

/* set_frames() - what reads and writes of the page at @page meet. */
static void set_frames(const struct cpu *cpu, struct tlb_entry *e, paddr page)
{
	struct mem_page m = guestmem_page(cpu->ram, page);
	uint32_t none = FRAME_MMIO | (uint32_t)(page >> PAGE_SHIFT);

	e->flags |= m.read != MEM_NONE ? TLB_RAM : 0;
	e->host = (uintptr_t)guestmem_at(cpu->ram, m.read, PAGE_SIZE) - e->ltag;
	e->pfn = m.read == MEM_NONE ? none : (uint32_t)(m.read >> PAGE_SHIFT);
	e->wpfn = m.write == MEM_NONE ? none :
		  m.write == MEM_DROP ? FRAME_DROP :
					(uint32_t)(m.write >> PAGE_SHIFT);
}

/* fill() - translate @a into @e; raises #PF. */
static NOINLINE void fill(struct cpu *cpu, struct tlb_entry *e, laddr a,
			  bool write, bool user)
{
	struct mmu *mmu = cpu->mmu;
	struct walk w;
	uint32_t err = mmu_walk(cpu, a, write, user, &w);

	if (err) {
		/* The processor drops what it had cached of such a page
		 * (SDM volume 3, 4.10.4.1). */
		drop_page(cpu, a);
		cpu->cr2 = a;
		cpu_raise(cpu, VEC_PF, err & 0xffff);
	}
	if (e->ltag == TLB_NONE)
		tlb_remember(mmu, e);
	e->ltag = a & ~PAGE_MASK;
	e->flags = (w.writable ? TLB_W : 0) | (w.global ? TLB_G : 0);
	set_frames(cpu, e, w.page);
	if (w.large)
		mmu->large[a >> 27] |= 1u << (a >> 22 & 31);
	mmu_entry_refresh(mmu, e);
}

struct tlb_entry *mmu_lookup(struct cpu *cpu, laddr a, bool write, bool user)
{
	struct tlb_entry *e =
		&cpu->mmu->half[user][a >> PAGE_SHIFT & (TLB_SIZE - 1)];

	if (e->ltag != (a & ~PAGE_MASK) || (write && !(e->flags & TLB_W)))
		fill(cpu, e, a, write, user);
	return e;
}

void mmu_page_fault(struct cpu *cpu, laddr a, bool write, bool user)
{
	drop_page(cpu, a);
	mmu_lookup(cpu, a, write, user);
}

/* protect_code() - frame @pfn has got decoded code: no fast writes. */
static void protect_code(struct cpu *cpu, uint32_t pfn)
{
	struct tlb_entry *e = &cpu->mmu->half[0][0];
	unsigned int i;

	for (i = 0; i < 2 * TLB_SIZE; i++) {
		if (e[i].pfn == pfn)
			e[i].wtag = TLB_NONE;
	}
	windows_protect(cpu, pfn);
	mmu_near_forget(cpu);
}

bool mmu_depend(struct cpu *cpu, bool *valid, struct code_ref *ref,
		uint32_t pfn, unsigned int first, unsigned int last)
{
	*ref = (struct code_ref){ .valid = valid, .first = (uint16_t)first,
				  .last = (uint16_t)last };
	switch (codepages_add(cpu->mmu->code, pfn, ref)) {
	case CODE_ADD_FAILED:
		return false;
	case CODE_ADD_NEW_PAGE:
		protect_code(cpu, pfn);
		break;
	case CODE_ADD_OLD_PAGE:
		break;
	}
	return true;
}

void mmu_dma_written(struct cpu *cpu, paddr key, uint64_t len)
{
	codepages_written(cpu->mmu->code, key, len);
}

void mmu_forget_code(struct cpu *cpu)
{
	codepages_forget(cpu->mmu->code);
	cpu->mmu->gen++;	/* no link between blocks holds */
	context_update(cpu);
}
