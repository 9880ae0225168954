/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access.c - guest memory by segment and by linear address: the slow path,
 * which knows every kind of segment, page and memory.
 *
 * An access translates all the pages it touches, and raises what there is to
 * raise, before it moves its first byte: #GP or #SS, #AC, #PF. (Which of the
 * last two comes first is each processor's own affair: SDM volume 3, table
 * 6-2. AMD's do it so.)
 */
#include "vmm/mmu/access.h"

#include <string.h>

#include "vmdriver/guestmem.h"
#include "vmm/mmu/writelog.h"

/* type_ok() - may the segment be read or written? (SDM volume 3, 5.5) */
static bool type_ok(const struct cpu *cpu, uint32_t attr, bool write)
{
	if (cpu_real_segments(cpu))
		return true;
	if (!(attr & DESC_P) || !(attr & DESC_S))
		return false;	/* a null selector */
	if (attr & DESC_CODE)
		return !write && (attr & DESC_R);
	return !write || (attr & DESC_W);
}

static bool limit_ok(const struct segment *s, uint32_t off, uint32_t len)
{
	uint64_t last = (uint64_t)off + len - 1;

	if ((s->attr & (DESC_CODE | DESC_E | DESC_S)) == (DESC_E | DESC_S))
		return off > s->limit &&
		       last <= (s->attr & DESC_B ? 0xffffffffu : 0xffffu);
	return last <= s->limit;
}

laddr seg_check(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t len,
		bool write)
{
	const struct segment *s = &cpu->seg[seg];

	if (!type_ok(cpu, s->attr, write) || !limit_ok(s, off, len))
		cpu_raise(cpu, seg == SEG_SS ? VEC_SS : VEC_GP, 0);
	return s->base + off;
}

/* mmio_move() - bytes of one page that are no memory, as wide as they come. */
static void mmio_move(struct cpu *cpu, paddr at, uint8_t *buf, uint32_t len,
		      bool write)
{
	const struct cpu_pins *pins = &cpu->pins;
	unsigned int w;
	uint32_t v;

	for (; len > 0; len -= w, at += w, buf += w) {
		w = len >= 4 ? 4 : len >= 2 ? 2 : 1;
		v = 0;
		if (write) {
			memcpy(&v, buf, w);
			pins->mmio_write(pins->board, at, w, v);
		} else {
			v = pins->mmio_read(pins->board, at, w);
			memcpy(buf, &v, w);
		}
	}
}

/* page_write() - bytes for the frame that writes of a page meet. */
static void page_write(struct cpu *cpu, struct tlb_entry *e, laddr a,
		       const void *buf, uint32_t len)
{
	paddr key = (paddr)e->wpfn << PAGE_SHIFT | (a & PAGE_MASK);
	struct mmu *mmu = cpu->mmu;
	uint8_t *host = guestmem_at(cpu->ram, key, len);

	ASSERT(host);
	if (mmu->log)
		write_log_add(mmu->log, host, key, buf, len);
	memcpy(host, buf, len);
	if (codepages_has(mmu->code, e->wpfn)) {
		codepages_written(mmu->code, key, len);
		if (!codepages_has(mmu->code, e->wpfn))
			mmu_entry_refresh(mmu, e);
	}
}

/* page_move() - the bytes of an access that lie in one page. */
static void page_move(struct cpu *cpu, struct tlb_entry *e, laddr a, void *buf,
		      uint32_t len, bool write)
{
	if (write && e->wpfn == FRAME_DROP)
		cpu->ram->dropped++;
	else if (write && (e->wpfn & FRAME_MMIO))
		mmio_move(cpu, tlb_mmio(e->wpfn, a), buf, len, true);
	else if (write)
		page_write(cpu, e, a, buf, len);
	else if (e->flags & TLB_RAM)
		memcpy(buf, (void *)(e->host + a), len);
	else
		mmio_move(cpu, tlb_mmio(e->pfn, a), buf, len, false);
}

/* access_breakpoints() - looked at on the slow path only, which they make the
 * only one. */
static void access_breakpoints(struct cpu *cpu, laddr a, uint32_t len,
			       bool write)
{
	if (!(cpu->dr[7] & 0xff))
		return;
	cpu_data_breakpoint(cpu, a, len, write);
	if (cpu->pending_db)
		cpu->mmu->code->cut = true;
}

void lin_align(struct cpu *cpu, laddr a, uint32_t unit, enum priv p)
{
	if (UNLIKELY(cpu->mmu->align) && p == PRIV_CPL && (a & (unit - 1)))
		cpu_raise(cpu, VEC_AC, 0);
}

/* operand_align() - raise #AC if an operand of 2, 4 or 8 bytes is not aligned
 * to its length (SDM volume 3, table 6-7). For longer operands the length does
 * not tell the alignment, so their callers check it by lin_align(). */
static void operand_align(struct cpu *cpu, laddr a, uint32_t len, enum priv p)
{
	if (len == 2 || len == 4 || len == 8)
		lin_align(cpu, a, len, p);
}

/* slow_access() - any length, any memory; all or nothing. */
static void slow_access(struct cpu *cpu, laddr a, void *buf, uint32_t len,
			bool write, enum priv p)
{
	bool user = p == PRIV_CPL && cpu->cpl == 3;
	uint32_t n = PAGE_SIZE - (a & PAGE_MASK);
	struct tlb_entry *e, *e2 = NULL;

	/* No access is longer than a page: FXSAVE's 512 bytes are the most. */
	ASSERT(len <= PAGE_SIZE);
	operand_align(cpu, a, len, p);
	e = mmu_lookup(cpu, a, write, user);
	if (n < len)
		e2 = mmu_lookup(cpu, a + n, write, user);
	else
		n = len;
	if (UNLIKELY(cpu->mmu->slow) && p == PRIV_CPL)
		access_breakpoints(cpu, a, len, write);
	page_move(cpu, e, a, buf, n, write);
	if (e2)
		page_move(cpu, e2, a + n, (uint8_t *)buf + n, len - n, write);
}

/* ---- by segment ------------------------------------------------------- */

uint8_t mem_read8(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const uint8_t *p = mem_host(cpu, seg, off, 1, false);
	uint8_t v;

	if (LIKELY(p))
		return *p;
	slow_access(cpu, seg_check(cpu, seg, off, 1, false), &v, 1, false,
		    PRIV_CPL);
	return v;
}

uint16_t mem_read16(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const void *p = mem_host(cpu, seg, off, 2, false);
	uint16_t v;

	if (LIKELY(p))
		return get_le16(p);
	slow_access(cpu, seg_check(cpu, seg, off, 2, false), &v, 2, false,
		    PRIV_CPL);
	return v;
}

uint32_t mem_read32(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const void *p = mem_host(cpu, seg, off, 4, false);
	uint32_t v;

	if (LIKELY(p))
		return get_le32(p);
	slow_access(cpu, seg_check(cpu, seg, off, 4, false), &v, 4, false,
		    PRIV_CPL);
	return v;
}

uint64_t mem_read64(struct cpu *cpu, unsigned int seg, uint32_t off)
{
	const void *p = mem_host(cpu, seg, off, 8, false);
	uint64_t v;

	if (LIKELY(p))
		return get_le64(p);
	slow_access(cpu, seg_check(cpu, seg, off, 8, false), &v, 8, false,
		    PRIV_CPL);
	return v;
}

void mem_write8(struct cpu *cpu, unsigned int seg, uint32_t off, uint8_t v)
{
	uint8_t *p = mem_host(cpu, seg, off, 1, true);

	if (LIKELY(p))
		*p = v;
	else
		slow_access(cpu, seg_check(cpu, seg, off, 1, true), &v, 1, true,
			    PRIV_CPL);
}

void mem_write16(struct cpu *cpu, unsigned int seg, uint32_t off, uint16_t v)
{
	void *p = mem_host(cpu, seg, off, 2, true);

	if (LIKELY(p))
		put_le16(p, v);
	else
		slow_access(cpu, seg_check(cpu, seg, off, 2, true), &v, 2, true,
			    PRIV_CPL);
}

void mem_write32(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t v)
{
	void *p = mem_host(cpu, seg, off, 4, true);

	if (LIKELY(p))
		put_le32(p, v);
	else
		slow_access(cpu, seg_check(cpu, seg, off, 4, true), &v, 4, true,
			    PRIV_CPL);
}

void mem_write64(struct cpu *cpu, unsigned int seg, uint32_t off, uint64_t v)
{
	void *p = mem_host(cpu, seg, off, 8, true);

	if (LIKELY(p))
		put_le64(p, v);
	else
		slow_access(cpu, seg_check(cpu, seg, off, 8, true), &v, 8, true,
			    PRIV_CPL);
}

void mem_read(struct cpu *cpu, unsigned int seg, uint32_t off, void *buf,
	      uint32_t len)
{
	const void *p = mem_host(cpu, seg, off, len, false);

	if (LIKELY(p))
		memcpy(buf, p, len);
	else
		slow_access(cpu, seg_check(cpu, seg, off, len, false), buf, len,
			    false, PRIV_CPL);
}

void mem_write(struct cpu *cpu, unsigned int seg, uint32_t off, const void *buf,
	       uint32_t len)
{
	void *p = mem_host(cpu, seg, off, len, true);
	uint8_t copy[PAGE_SIZE];

	if (LIKELY(p)) {
		memcpy(p, buf, len);
		return;
	}
	ASSERT(len <= sizeof(copy));
	memcpy(copy, buf, len);	/* slow_access() serves both directions */
	slow_access(cpu, seg_check(cpu, seg, off, len, true), copy, len, true,
		    PRIV_CPL);
}

void mem_probe_write(struct cpu *cpu, unsigned int seg, uint32_t off,
		     uint32_t len)
{
	laddr a;

	if (mem_host(cpu, seg, off, len, true))
		return;
	a = seg_check(cpu, seg, off, len, true);
	operand_align(cpu, a, len, PRIV_CPL);
	lin_probe(cpu, a, len, true, PRIV_CPL);
}

void mem_align(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t len,
	       uint32_t unit, bool write)
{
	if (UNLIKELY(cpu->mmu->align))
		lin_align(cpu, seg_check(cpu, seg, off, len, write), unit,
			  PRIV_CPL);
}

/* ---- by linear address ------------------------------------------------ */

/* lin_host() - the fast path of lin_*: a TLB hit in the right half. */
static void *lin_host(struct cpu *cpu, laddr a, uint32_t len, bool write,
		      enum priv p)
{
	bool user = p == PRIV_CPL && cpu->cpl == 3;
	const struct tlb_entry *e =
		&cpu->mmu->half[user][a >> PAGE_SHIFT & (TLB_SIZE - 1)];

	if ((write ? e->wtag : e->rtag) != ((a + (len - 1)) & ~PAGE_MASK))
		return NULL;
	return (void *)(e->host + a);
}

uint16_t lin_read16(struct cpu *cpu, laddr a, enum priv p)
{
	const void *host = lin_host(cpu, a, 2, false, p);
	uint16_t v;

	if (host)
		return get_le16(host);
	slow_access(cpu, a, &v, 2, false, p);
	return v;
}

uint32_t lin_read32(struct cpu *cpu, laddr a, enum priv p)
{
	const void *host = lin_host(cpu, a, 4, false, p);
	uint32_t v;

	if (host)
		return get_le32(host);
	slow_access(cpu, a, &v, 4, false, p);
	return v;
}

void lin_write8(struct cpu *cpu, laddr a, uint8_t v, enum priv p)
{
	slow_access(cpu, a, &v, 1, true, p);
}

void lin_write16(struct cpu *cpu, laddr a, uint16_t v, enum priv p)
{
	slow_access(cpu, a, &v, 2, true, p);
}

void lin_write32(struct cpu *cpu, laddr a, uint32_t v, enum priv p)
{
	slow_access(cpu, a, &v, 4, true, p);
}

void lin_probe(struct cpu *cpu, laddr a, uint32_t len, bool write, enum priv p)
{
	bool user = p == PRIV_CPL && cpu->cpl == 3;
	uint32_t n = PAGE_SIZE - (a & PAGE_MASK);

	mmu_lookup(cpu, a, write, user);
	if (n < len)
		mmu_lookup(cpu, a + n, write, user);
}
