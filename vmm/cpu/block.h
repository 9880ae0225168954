/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * block.h - the cache of decoded blocks.
 *
 * 1. A block is found by the key of its first byte (vmdriver/guestmem.h) and
 *    by CS.D: on nothing else does decoding depend.
 * 2. It lies in one page, but for one instruction that straddles two: that
 *    is a block of its own, good only while the next linear page is pfn2.
 * 3. It ends where struct insn's @ends says so, and so no instruction
 *    inside it changes the mode, the privilege or the paging.
 * 4. valid falls when one of its bytes is written. Its memory stays until
 *    the whole arena is emptied, so a stale pointer may still look at valid.
 * 5. Chains (next[]) hold only in the MMU context (mmu->ctx) they were made
 *    in; CS.D and the CS limit are looked at on every entry.
 */
#ifndef VMM_CPU_BLOCK_H
#define VMM_CPU_BLOCK_H

#include "vmm/cpu/insn.h"
#include "vmm/mmu/mmu.h"

#define BLOCK_INSNS 32
#define BLOCK_HASH 65536u
#define BLOCK_ARENA (32u << 20)	/* bytes */
#define BLOCK_NO_PAGE UINT32_MAX

struct block;

struct block_link {
	uint64_t ctx;
	laddr la;
	struct block *to;
};

struct block {
	struct block *hash_next;
	paddr key;		/* address of the first byte */
	uint32_t pfn2;		/* the second page, or BLOCK_NO_PAGE */
	uint16_t len;		/* bytes */
	uint8_t count;		/* instructions, at least 1 */
	bool code32;
	bool valid;
	struct block_link next[2];
	struct code_ref ref[2];
	struct insn insn[];
};

/* An exception or interrupt on its way through the IDT. */
struct event {
	uint8_t vector;
	uint8_t kind;		/* enum event_kind */
	bool has_code;
	bool due;
	uint32_t code;
};

struct block_cache {
	/* [interp.c] */
	struct block *running;	/* NULL between blocks */
	uint32_t start;		/* its first EIP */
	uint64_t until;		/* cpu->insns at which the budget is used up */
	struct event event;
	/* [block.c] */
	uint8_t *arena;
	size_t used;
	uint64_t flushes;	/* times the arena was emptied */
	uint64_t decoded;	/* blocks made */
	uint64_t epoch;		/* of cpu->mmu->code, when it was emptied */
	struct block *temp;	/* one instruction that is not cached */
	struct block *hash[BLOCK_HASH];
};

bool blocks_create(struct cpu *cpu);	/* false: out of memory */
void blocks_destroy(struct cpu *cpu);

/* blocks_held() - bytes of memory that they have. */
uint64_t blocks_held(const struct cpu *cpu);
/* blocks_give_back() - the host gets it; called after mmu_forget_code(), while
 * no block is being run. */
void blocks_give_back(struct cpu *cpu);

/**
 * block_find() - the block at CS:EIP, decoded if need be
 * @prev: the block that was just run to its end, or NULL: is linked to it
 *
 * Raises #PF and #GP(0) of the instruction fetch.
 */
struct block *block_find(struct cpu *cpu, struct block *prev);

/**
 * interp_run_block() - run up to @limit instructions of @b from cpu->eip on
 *
 * Return: true if the whole block was run.
 */
bool interp_run_block(struct cpu *cpu, struct block *b, uint64_t limit);

/* block_fits() - does all of @b lie within the CS limit? */
static inline bool block_fits(const struct cpu *cpu, const struct block *b)
{
	return (uint64_t)cpu->eip + b->len - 1 <= cpu->seg[SEG_CS].limit;
}

/* block_next() - the block at CS:EIP, by its predecessor's links if it can. */
static inline struct block *block_next(struct cpu *cpu, struct block *prev)
{
	laddr la = cpu->seg[SEG_CS].base + cpu->eip;
	struct block_link *l = prev->next;
	struct block *b;

	if (l->la != la || l->ctx != cpu->mmu->ctx)
		l++;
	b = l->to;
	if (l->la != la || l->ctx != cpu->mmu->ctx || !b->valid ||
	    b->code32 != cpu->code32 || !block_fits(cpu, b))
		return block_find(cpu, prev);
	return b;
}

#endif
