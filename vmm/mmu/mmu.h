/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu.h - the software TLB.
 *
 * Two halves, supervisor and user, each direct-mapped by page number.
 * Always true of an entry:
 * 1. ltag is the linear page that pfn translates, with this half's rights;
 *    TLB_NONE if the entry is free.
 * 2. rtag equals ltag, or is TLB_NONE if reads must take the slow path (no
 *    RAM there; data breakpoints or alignment checks are on).
 * 3. wtag equals ltag, or is TLB_NONE if writes must take the slow path: for
 *    rtag's reasons, or as writes are not allowed, the page is not marked dirty
 *    yet, reads and writes of it do not meet the same memory, or it holds
 *    decoded code.
 * 4. A 4 MiB or 2 MiB page has one entry for each 4 KiB of it that was
 *    touched; regions with such entries are marked in large[].
 */
#ifndef VMM_MMU_MMU_H
#define VMM_MMU_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ia32/types.h"
#include "vmm/cpu/cpu.h"
#include "vmm/mmu/codepage.h"

#define TLB_SIZE 2048u		/* entries in a half; a power of two */
#define TLB_NONE 1u		/* no page address is odd */
#define TLB_USED 1024u		/* entries remembered for a quick flush */

#define TLB_W	1u	/* writable, and marked dirty in the page table */
#define TLB_G	2u	/* global */
#define TLB_RAM	4u	/* host is good */

/*
 * A frame is a page of the memory file: its key (vmdriver/guestmem.h) without
 * the lowest bits. So a page that shows at two addresses is one frame. Numbers
 * that are no frame's:
 */
#define FRAME_MMIO	0x80000000u	/* or'd to the number of a page of
					 * guest-physical memory: no memory */
#define FRAME_DROP	0xfffffffeu	/* writes go nowhere */

struct tlb_entry {
	uint32_t rtag, wtag;
	uintptr_t host;		/* host address = host + linear address */
	uint32_t ltag;
	uint32_t pfn;		/* the frame, or FRAME_MMIO */
	uint32_t flags;		/* TLB_* */
	uint32_t wpfn;		/* writes: the frame, FRAME_MMIO, FRAME_DROP */
};

struct mmu {
	struct tlb_entry *fast;	/* the half of the current CPL */
	uint64_t ctx;	/* changes when code may be found elsewhere: at a
			 * flush, and between user and supervisor */
	struct code_pages *code;
	struct windows *windows;	/* of the translator, or NULL */
	struct write_log *log;		/* of lockstep, or NULL */
	bool slow;	/* breakpoints or alignment checks: no fast path */
	bool align;	/* alignment checks are on */
	uint32_t cr0, cr4;	/* as when the TLB was filled */
	uint64_t gen;		/* flushes so far */
	uint32_t nused;		/* over TLB_USED: search them all */
	uint16_t used[TLB_USED];
	uint32_t large[1024 / 32];	/* by linear address >> 22 */
	struct tlb_entry half[2][TLB_SIZE];	/* [0]: supervisor */
};

/* What a page walk found. */
struct walk {
	uint64_t page;		/* guest-physical address of the 4 KiB page */
	bool writable;		/* now: rights allow it and it is dirty */
	bool global, large;
};

/* tlb_mmio() - the guest-physical address of the byte at @a in a page that is
 * no memory; @pfn: with FRAME_MMIO. */
static inline paddr tlb_mmio(uint32_t pfn, laddr a)
{
	return (paddr)(pfn & ~FRAME_MMIO) << PAGE_SHIFT | (a & PAGE_MASK);
}

/* ---- tlb.c ------------------------------------------------------------ */

bool mmu_create(struct cpu *cpu);	/* false: out of memory */
void mmu_destroy(struct cpu *cpu);

/**
 * mmu_lookup() - the entry for @a; raises #PF
 * @user: with the rights of CPL 3
 */
struct tlb_entry *mmu_lookup(struct cpu *cpu, laddr a, bool write, bool user);

/* mmu_page_fault() - raise the #PF that a window has found at @a; what
 * mmu_lookup() knows of the page may be older. */
void mmu_page_fault(struct cpu *cpu, laddr a, bool write, bool user);

/**
 * mmu_depend() - bytes @first..@last of frame @pfn have been decoded
 * @valid: what a write to them clears
 * @ref: filled in; kept until codepages_forget()
 *
 * Return: false if out of memory: do not keep what depends on them.
 */
bool mmu_depend(struct cpu *cpu, bool *valid, struct code_ref *ref,
		uint32_t pfn, unsigned int first, unsigned int last);

/* mmu_entry_refresh() - work out rtag and wtag of a live entry anew. */
void mmu_entry_refresh(struct mmu *mmu, struct tlb_entry *e);

/* mmu_map_changed() - the address map is another: nothing that was known of
 * any page holds. What is known of frames does. */
void mmu_map_changed(struct cpu *cpu);

/* mmu_near_forget() - no page is near (struct near_page) any more. */
void mmu_near_forget(struct cpu *cpu);
/* mmu_near_host() - what makes a host address of a linear one in the page at
 * @a, which an access at CPL 0 has just been made to; 0: it must be looked at
 * each time. */
uint64_t mmu_near_host(struct cpu *cpu, laddr a, bool write);

/* ---- walk.c ----------------------------------------------------------- */

/**
 * mmu_walk() - walk the page tables and set accessed and dirty bits
 * @w: filled in
 *
 * Return: 0 if the access is allowed, else #PF's error code with bit 31 set.
 */
uint32_t mmu_walk(struct cpu *cpu, laddr a, bool write, bool user,
		  struct walk *w);

/* mmu_probe() - the key of the page behind @a, with no rights asked and no bits
 * set; it may be FRAME_MMIO's. Return: false if none is present. */
bool mmu_probe(struct cpu *cpu, laddr a, paddr *page);

/* mmu_fetchable() - would a fetch from @a need nothing, not even an accessed
 * bit set? Then *@page is the key of its page. */
bool mmu_fetchable(struct cpu *cpu, laddr a, paddr *page);

/* mmu_marked() - would an access to @a find its accessed bits, and the dirty
 * bit if it is a write, set already? */
bool mmu_marked(struct cpu *cpu, laddr a, bool write);

/**
 * mmu_peek() - read guest memory for a dump: no fault, no side effect
 *
 * Return: bytes read, fewer than @len where no RAM is mapped.
 */
size_t mmu_peek(struct cpu *cpu, laddr a, void *buf, size_t len);

#endif
