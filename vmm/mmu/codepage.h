/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * codepage.h - which bytes of guest memory have been decoded. Frames and
 * addresses are those of the memory file (vmdriver/guestmem.h).
 *
 * 1. A page with a struct code_page gets no fast writes from the TLB: each
 *    write there comes by codepages_written().
 * 2. The record is exact to the byte, so that data beside code costs a slow
 *    write but kills nothing.
 * 3. A reference is killed by clearing *valid; who owns it notices at its
 *    next use. References are never freed one by one: codepages_forget()
 *    drops them all, when their owner's arena is emptied.
 * 4. A page whose code has died becomes plain data again after SLOW_WRITES
 *    more writes: at once would make a loop that rewrites its own code scan
 *    the TLB each time round.
 */
#ifndef VMM_MMU_CODEPAGE_H
#define VMM_MMU_CODEPAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "ia32/types.h"

/* Some decoded bytes of one page; lives in its owner's block. */
struct code_ref {
	struct code_ref *next;
	bool *valid;
	uint16_t first, last;	/* offsets in the page, inclusive */
};

struct code_page {
	uint64_t bytes[PAGE_SIZE / 64];	/* one bit per decoded byte */
	uint64_t begins[PAGE_SIZE / 64]; /* one bit per first byte of a ref */
	struct code_ref *refs;
	unsigned int slow_writes;	/* since the last ref died */
	uint64_t swept;		/* round of the last codepages_sweep() */
};

struct code_pages {
	struct code_page **page;	/* by page frame number; NULL: none */
	uint32_t count;			/* frames */
	bool cut;	/* something was killed: leave the block under way */
	uint64_t killed;		/* references killed by writes */
	uint64_t written;		/* writes to pages with code */
	uint64_t epoch;		/* times all references were dropped: whoever
				 * owns some empties its arena before its next
				 * use of it */
	/* Told of each killed reference at once; may be NULL. @first: the
	 * offset in the page of the write that did it. */
	void (*on_kill)(void *arg, struct code_ref *ref, unsigned int first);
	void *on_kill_arg;
};

/* codepages_create() - for a file of @size bytes. Return: NULL if no memory. */
struct code_pages *codepages_create(uint64_t size);
void codepages_destroy(struct code_pages *cp);

/* codepages_has() - must writes to frame @pfn be reported? */
static inline bool codepages_has(const struct code_pages *cp, uint32_t pfn)
{
	return pfn < cp->count && cp->page[pfn];
}

/* codepages_decoded() - was the byte at @addr decoded, and is that known? */
static inline bool codepages_decoded(const struct code_pages *cp, paddr addr)
{
	uint32_t pfn = (uint32_t)(addr >> PAGE_SHIFT);
	unsigned int at = (unsigned int)(addr & PAGE_MASK);

	return codepages_has(cp, pfn) && has_bit(cp->page[pfn]->bytes, at);
}

/* codepages_begins() - is it the first byte of something decoded? */
static inline bool codepages_begins(const struct code_pages *cp, paddr addr)
{
	uint32_t pfn = (uint32_t)(addr >> PAGE_SHIFT);
	unsigned int at = (unsigned int)(addr & PAGE_MASK);

	return codepages_has(cp, pfn) && has_bit(cp->page[pfn]->begins, at);
}

/**
 * codepages_before() - how far before @addr does the last thing decoded begin?
 * @most: bytes; no further than that, nor than the page
 *
 * Return: 1 to @most; 0 if nothing begins there.
 */
unsigned int codepages_before(const struct code_pages *cp, paddr addr,
			      unsigned int most);

enum code_add { CODE_ADD_FAILED, CODE_ADD_OLD_PAGE, CODE_ADD_NEW_PAGE };

/**
 * codepages_add() - note decoded bytes
 * @pfn: the frame; must be RAM
 * @ref: filled in but for next; kept until codepages_forget()
 *
 * Return: CODE_ADD_NEW_PAGE if fast writes to the frame must now be taken
 * back; CODE_ADD_FAILED if out of memory: do not keep the decoded code.
 */
enum code_add codepages_add(struct code_pages *cp, uint32_t pfn,
			    struct code_ref *ref);

/* codepages_written() - bytes changed; they may span pages. */
void codepages_written(struct code_pages *cp, paddr addr, uint64_t len);

/* codepages_sweep() - references to frame @pfn whose valid flag has fallen are
 * dropped: they are about to be freed. @round: of more than one call with the
 * same number only the first for a frame does something. */
void codepages_sweep(struct code_pages *cp, uint32_t pfn, uint64_t round);

/* codepages_release() - kill all code on frame @pfn: it is plain data now. */
void codepages_release(struct code_pages *cp, uint32_t pfn);

/* codepages_forget() - all references are about to be freed, whoever owns
 * them: a new epoch. */
void codepages_forget(struct code_pages *cp);

/* codepages_trim() - what holds no reference is freed: to be called after
 * codepages_forget(), with no fast write taken back for it any more. */
void codepages_trim(struct code_pages *cp);

#endif
