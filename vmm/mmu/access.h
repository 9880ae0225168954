/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access.h - the fast path to guest memory, inlined where speed counts.
 *
 * Fast means: an ordinary expand-up, writable data segment, inside its
 * limit, and a TLB hit within one page. One comparison covers both the hit
 * and the page crossing: an entry holds only pages of its own index, so the
 * page of the last byte matches only if it is the page of the first.
 *
 * The mem_ld/mem_st functions are mem_read/mem_write of cpu.h, inlined.
 */
#ifndef VMM_MMU_ACCESS_H
#define VMM_MMU_ACCESS_H

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/mmu/mmu.h"

#define SEG_PLAIN_MASK (DESC_P | DESC_S | DESC_CODE | DESC_E | DESC_W)
#define SEG_PLAIN (DESC_P | DESC_S | DESC_W)

static inline bool seg_plain(const struct segment *s, uint32_t off,
			     uint32_t len)
{
	return (s->attr & SEG_PLAIN_MASK) == SEG_PLAIN &&
	       (uint64_t)off + (len - 1) <= s->limit;
}

/* mem_host() - where the bytes lie on the host; NULL: take the slow path. */
static inline void *mem_host(struct cpu *cpu, unsigned int seg, uint32_t off,
			     uint32_t len, bool write)
{
	const struct segment *s = &cpu->seg[seg];
	const struct tlb_entry *e;
	laddr a = s->base + off;

	if (UNLIKELY(!seg_plain(s, off, len)))
		return NULL;
	e = &cpu->mmu->fast[a >> PAGE_SHIFT & (TLB_SIZE - 1)];
	if (UNLIKELY((write ? e->wtag : e->rtag) !=
		     ((a + (len - 1)) & ~PAGE_MASK)))
		return NULL;
	return (void *)(e->host + a);
}

static inline uint8_t mem_ld8(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const uint8_t *p = mem_host(cpu, seg, off, 1, false);

	return LIKELY(p) ? *p : mem_read8(cpu, seg, off);
}

static inline uint16_t mem_ld16(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const void *p = mem_host(cpu, seg, off, 2, false);

	return LIKELY(p) ? get_le16(p) : mem_read16(cpu, seg, off);
}

static inline uint32_t mem_ld32(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const void *p = mem_host(cpu, seg, off, 4, false);

	return LIKELY(p) ? get_le32(p) : mem_read32(cpu, seg, off);
}

static inline void mem_st8(struct cpu *cpu, unsigned int seg, uint32_t off,
			   uint8_t v)
{
	uint8_t *p = mem_host(cpu, seg, off, 1, true);

	if (LIKELY(p))
		*p = v;
	else
		mem_write8(cpu, seg, off, v);
}

static inline void mem_st16(struct cpu *cpu, unsigned int seg, uint32_t off,
			    uint16_t v)
{
	void *p = mem_host(cpu, seg, off, 2, true);

	if (LIKELY(p))
		put_le16(p, v);
	else
		mem_write16(cpu, seg, off, v);
}

static inline void mem_st32(struct cpu *cpu, unsigned int seg, uint32_t off,
			    uint32_t v)
{
	void *p = mem_host(cpu, seg, off, 4, true);

	if (LIKELY(p))
		put_le32(p, v);
	else
		mem_write32(cpu, seg, off, v);
}

#endif
