/* SPDX-License-Identifier: BSD-2-Clause */
/* codepage.c - which bytes of guest memory have been decoded. */
#include "vmm/mmu/codepage.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

#define SLOW_WRITES 64

struct code_pages *codepages_create(uint64_t size)
{
	struct code_pages *cp = calloc(1, sizeof(*cp));

	if (!cp)
		return NULL;
	cp->count = (uint32_t)(size >> PAGE_SHIFT);
	cp->page = calloc(cp->count, sizeof(cp->page[0]));
	if (!cp->page) {
		free(cp);
		return NULL;
	}
	return cp;
}

void codepages_destroy(struct code_pages *cp)
{
	uint32_t i;

	if (!cp)
		return;
	for (i = 0; i < cp->count; i++)
		free(cp->page[i]);
	free(cp->page);
	free(cp);
}

/* bits() - the mask of bytes @first..@last that lie in chunk @chunk. */
static uint64_t bits(unsigned int chunk, unsigned int first, unsigned int last)
{
	unsigned int lo = MAX(first, chunk * 64) - chunk * 64;
	unsigned int hi = MIN(last, chunk * 64 + 63) - chunk * 64;

	return (~0ull >> (63 - hi)) & (~0ull << lo);
}

static void page_mark(struct code_page *pg, const struct code_ref *ref)
{
	unsigned int c;

	for (c = ref->first / 64; c <= ref->last / 64u; c++)
		pg->bytes[c] |= bits(c, ref->first, ref->last);
	set_bit(pg->begins, ref->first);
}

/* unmark_all() - the references are gone, or will be marked anew. */
static void unmark_all(struct code_page *pg)
{
	memset(pg->bytes, 0, sizeof(pg->bytes));
	memset(pg->begins, 0, sizeof(pg->begins));
}

unsigned int codepages_before(const struct code_pages *cp, paddr addr,
			      unsigned int most)
{
	uint32_t pfn = (uint32_t)(addr >> PAGE_SHIFT);
	unsigned int from = (unsigned int)(addr & PAGE_MASK), end = from;
	unsigned int low = from - MIN(most, from), c;
	uint64_t found;

	if (!codepages_has(cp, pfn))
		return 0;
	for (; end > low; end = c * 64) {
		c = (end - 1) / 64;
		found = cp->page[pfn]->begins[c] & bits(c, low, end - 1);
		if (found)
			return from - (c * 64 + 63 -
				       (unsigned int)__builtin_clzll(found));
	}
	return 0;
}

enum code_add codepages_add(struct code_pages *cp, uint32_t pfn,
			    struct code_ref *ref)
{
	struct code_page *pg;
	bool fresh = false;

	ASSERT(pfn < cp->count && ref->first <= ref->last);
	pg = cp->page[pfn];
	if (!pg) {
		pg = calloc(1, sizeof(*pg));
		if (!pg)
			return CODE_ADD_FAILED;
		cp->page[pfn] = pg;
		fresh = true;
	}
	ref->next = pg->refs;
	pg->refs = ref;
	pg->slow_writes = 0;
	page_mark(pg, ref);
	return fresh ? CODE_ADD_NEW_PAGE : CODE_ADD_OLD_PAGE;
}

static bool page_touches(const struct code_page *pg, unsigned int first,
			 unsigned int last)
{
	unsigned int c;

	for (c = first / 64; c <= last / 64; c++) {
		if (pg->bytes[c] & bits(c, first, last))
			return true;
	}
	return false;
}

/* kill_refs() - clear the valid flag of each reference in first..last; those
 * that are dead already are dropped, too. */
static void kill_refs(struct code_pages *cp, struct code_page *pg,
		      unsigned int first, unsigned int last)
{
	struct code_ref **at = &pg->refs, *ref;

	unmark_all(pg);
	while ((ref = *at)) {
		if (!*ref->valid) {	/* killed otherwise */
			*at = ref->next;
		} else if (ref->first <= last && ref->last >= first) {
			*ref->valid = false;
			*at = ref->next;
			cp->killed++;
			cp->cut = true;
			if (cp->on_kill)
				cp->on_kill(cp->on_kill_arg, ref, first);
		} else {
			page_mark(pg, ref);
			at = &ref->next;
		}
	}
}

static void page_written(struct code_pages *cp, uint32_t pfn,
			 unsigned int first, unsigned int last)
{
	struct code_page *pg = pfn < cp->count ? cp->page[pfn] : NULL;

	if (!pg)
		return;
	cp->written++;
	if (page_touches(pg, first, last))
		kill_refs(cp, pg, first, last);
	if (!pg->refs && ++pg->slow_writes > SLOW_WRITES) {
		free(pg);
		cp->page[pfn] = NULL;
	}
}

void codepages_written(struct code_pages *cp, paddr addr, uint64_t len)
{
	unsigned int first, n;

	while (len > 0) {
		first = (unsigned int)(addr & PAGE_MASK);
		n = (unsigned int)MIN(len, (uint64_t)(PAGE_SIZE - first));
		page_written(cp, (uint32_t)(addr >> PAGE_SHIFT), first,
			     first + n - 1);
		addr += n;
		len -= n;
	}
}

void codepages_sweep(struct code_pages *cp, uint32_t pfn, uint64_t round)
{
	struct code_page *pg = pfn < cp->count ? cp->page[pfn] : NULL;

	if (!pg || pg->swept == round)
		return;
	pg->swept = round;
	/* No byte is hit: only the dead ones go. */
	kill_refs(cp, pg, PAGE_SIZE, PAGE_SIZE);
	if (!pg->refs) {
		free(pg);
		cp->page[pfn] = NULL;
	}
}

void codepages_release(struct code_pages *cp, uint32_t pfn)
{
	struct code_page *pg = pfn < cp->count ? cp->page[pfn] : NULL;

	if (!pg)
		return;
	kill_refs(cp, pg, 0, PAGE_MASK);
	free(pg);
	cp->page[pfn] = NULL;
}

void codepages_forget(struct code_pages *cp)
{
	uint32_t i;

	for (i = 0; i < cp->count; i++) {
		if (!cp->page[i])
			continue;
		unmark_all(cp->page[i]);
		cp->page[i]->refs = NULL;
	}
	cp->cut = true;
	cp->epoch++;
}

void codepages_trim(struct code_pages *cp)
{
	uint32_t i;

	for (i = 0; i < cp->count; i++) {
		if (!cp->page[i] || cp->page[i]->refs)
			continue;
		free(cp->page[i]);
		cp->page[i] = NULL;
	}
}
