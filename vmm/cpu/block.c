/* SPDX-License-Identifier: BSD-2-Clause */
/* block.c - decode, find and drop blocks of instructions. */
#include "vmm/cpu/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/pages.h"
#include "ia32/decode.h"

#define BLOCK_MAX (sizeof(struct block) + BLOCK_INSNS * sizeof(struct insn))

bool blocks_create(struct cpu *cpu)
{
	struct block_cache *bc = calloc(1, sizeof(*bc));

	if (!bc)
		return false;
	bc->arena = malloc(BLOCK_ARENA);
	bc->temp = malloc(BLOCK_MAX);
	cpu->blocks = bc;
	if (bc->arena && bc->temp)
		return true;
	blocks_destroy(cpu);
	return false;
}

void blocks_destroy(struct cpu *cpu)
{
	if (!cpu->blocks)
		return;
	free(cpu->blocks->arena);
	free(cpu->blocks->temp);
	free(cpu->blocks);
	cpu->blocks = NULL;
}

static void op_undefined(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu_raise(cpu, VEC_UD, 0);
}

static void op_too_long(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	cpu_raise(cpu, VEC_GP, 0);
}

/* insn_fill() - from the decoder's form to ours, with a handler. */
static void insn_fill(struct insn *in, const struct ia32_decoded *d,
		      enum ia32_status st)
{
	*in = (struct insn){
		.disp = d->disp, .imm = d->imm, .imm2 = d->imm2,
		.map = d->map, .opcode = d->opcode, .modrm = d->modrm,
		.prefix = d->prefix, .len = d->len, .opsize = d->opsize,
		.adsize = d->adsize, .mod = d->mod, .reg = d->reg,
		.rm = d->rm, .seg = d->seg, .base = d->base,
		.index = d->index, .scale = d->scale,
	};
	in->ends = true;
	if (st == IA32_OK)
		insn_select(in);
	if (!in->fn)
		in->fn = st == IA32_TOO_LONG ? op_too_long : op_undefined;
}

enum ia32_status insn_decode(struct insn *in, const uint8_t *bytes,
			     size_t avail, bool code32)
{
	struct ia32_decoded d = { 0 };
	enum ia32_status st = ia32_decode(&d, bytes, avail, code32);

	if (st != IA32_MORE)
		insn_fill(in, &d, st);
	return st;
}

/* fetch_byte() - one byte of code; raises #PF. */
static uint8_t fetch_byte(struct cpu *cpu, laddr la)
{
	const struct tlb_entry *e = mmu_lookup(cpu, la, false, cpu->cpl == 3);

	if (e->flags & TLB_RAM)
		return *(const uint8_t *)(e->host + la);
	return (uint8_t)cpu->pins.mmio_read(cpu->pins.board,
					    tlb_mmio(e->pfn, la), 1);
}

/*
 * fetch_slow() - decode byte by byte: at the CS limit, over the end of a
 * page, from memory that is not RAM. No byte is asked for that the
 * instruction does not need.
 * Return: how many bytes were looked at.
 */
static unsigned int fetch_slow(struct cpu *cpu, struct insn *in)
{
	enum ia32_status st = IA32_MORE;
	struct ia32_decoded d;
	uint8_t buf[IA32_MAX_LEN];
	unsigned int n;

	for (n = 0; st == IA32_MORE; n++) {
		uint32_t eip = cpu->eip + n;

		if (eip > cpu->seg[SEG_CS].limit || eip < cpu->eip)
			cpu_raise(cpu, VEC_GP, 0);
		buf[n] = fetch_byte(cpu, cpu->seg[SEG_CS].base + eip);
		st = ia32_decode(&d, buf, n + 1, cpu->code32);
	}
	insn_fill(in, &d, st);
	return n;
}

/* block_empty() - drop every block, with all links to them. */
static void block_empty(struct cpu *cpu)
{
	struct block_cache *bc = cpu->blocks;

	memset(bc->hash, 0, sizeof(bc->hash));
	bc->used = 0;
	bc->flushes++;
	bc->epoch = cpu->mmu->code->epoch;
}

uint64_t blocks_held(const struct cpu *cpu)
{
	return cpu->blocks->used;
}

void blocks_give_back(struct cpu *cpu)
{
	block_empty(cpu);
	pages_give_back(cpu->blocks->arena, BLOCK_ARENA, false);
}

static struct block **bucket(struct block_cache *bc, paddr key)
{
	uint64_t h = key * 0x9e3779b97f4a7c15ull;

	return &bc->hash[h >> 48];
}

static struct block *block_lookup(struct block_cache *bc, paddr key,
				  bool code32)
{
	struct block **at = bucket(bc, key), *b;

	while ((b = *at)) {
		if (!b->valid) {
			*at = b->hash_next;
			continue;
		}
		if (b->key == key && b->code32 == code32)
			return b;
		at = &b->hash_next;
	}
	return NULL;
}

static void block_init(struct block *b, paddr key, bool code32)
{
	memset(b, 0, sizeof(*b));
	b->key = key;
	b->code32 = code32;
	b->pfn2 = BLOCK_NO_PAGE;
	b->valid = true;
	b->next[0].ctx = b->next[1].ctx = UINT64_MAX;
	b->next[0].to = b->next[1].to = b;
}

/* block_enlist() - the block just built at the arena's end becomes findable. */
static void block_enlist(struct block_cache *bc, struct block *b)
{
	struct block **at = bucket(bc, b->key);

	b->hash_next = *at;
	*at = b;
	bc->used += sizeof(*b) + b->count * sizeof(b->insn[0]);
	bc->used = (bc->used + 15) & ~(size_t)15;
	bc->decoded++;
}

/* fetch_one() - a block of one instruction, by the slow way. */
static struct block *fetch_one(struct cpu *cpu, paddr key)
{
	struct block_cache *bc = cpu->blocks;
	struct block *b = (void *)(bc->arena + bc->used);
	laddr la = cpu->seg[SEG_CS].base + cpu->eip;
	unsigned int n, here = PAGE_SIZE - (la & PAGE_MASK);
	const struct tlb_entry *e, *e2 = NULL;

	block_init(bc->temp, key, cpu->code32);
	n = fetch_slow(cpu, bc->temp->insn);
	bc->temp->count = 1;
	bc->temp->len = (uint16_t)n;
	bc->temp->valid = false;	/* never found or linked to */
	e = mmu_lookup(cpu, la, false, cpu->cpl == 3);
	if (n > here)
		e2 = mmu_lookup(cpu, la + here, false, cpu->cpl == 3);
	if (!e2 || !(e->flags & e2->flags & TLB_RAM))
		return bc->temp;
	memcpy(b, bc->temp, sizeof(*b) + sizeof(b->insn[0]));
	block_init(b, key, cpu->code32);
	b->count = 1;
	b->len = (uint16_t)n;
	b->pfn2 = e2->pfn;
	if (!mmu_depend(cpu, &b->valid, &b->ref[0], e->pfn, PAGE_SIZE - here,
			PAGE_MASK))
		return bc->temp;
	if (!mmu_depend(cpu, &b->valid, &b->ref[1], e2->pfn, 0, n - here - 1)) {
		b->valid = false;	/* ref[0] stays listed */
		block_enlist(bc, b);
		return bc->temp;
	}
	block_enlist(bc, b);
	return b;
}

/*
 * decode_page() - instructions up to the page's end into @b
 * @bytes: the first one's; @room: bytes from there to the page's end
 *
 * Return: bytes that the block depends on; 0 if the first instruction runs
 * over the page's end.
 */
static unsigned int decode_page(struct block *b, const uint8_t *bytes,
				unsigned int room)
{
	struct ia32_decoded d;
	enum ia32_status st;
	unsigned int at = 0;
	struct insn *in;

	do {
		st = ia32_decode(&d, bytes + at, room - at, b->code32);
		if (st == IA32_MORE)
			break;
		in = &b->insn[b->count++];
		insn_fill(in, &d, st);
		at += in->len;
		if (st != IA32_OK)	/* any of these bytes may matter */
			return MIN(at + IA32_MAX_LEN - 1, room);
	} while (b->count < BLOCK_INSNS && at < room && !in->ends);
	return at;
}

static struct block *block_make(struct cpu *cpu, const struct tlb_entry *e,
				laddr la)
{
	struct block_cache *bc = cpu->blocks;
	unsigned int off = la & PAGE_MASK, n;
	paddr key = (paddr)e->pfn << PAGE_SHIFT | off;
	struct block *b;

	if (bc->used + BLOCK_MAX > BLOCK_ARENA) {
		mmu_forget_code(cpu);
		block_empty(cpu);
	}
	if (!(e->flags & TLB_RAM))
		return fetch_one(cpu, key);
	b = (void *)(bc->arena + bc->used);
	block_init(b, key, cpu->code32);
	n = decode_page(b, (const uint8_t *)(e->host + la), PAGE_SIZE - off);
	b->len = (uint16_t)n;
	if (n == 0 || !block_fits(cpu, b) ||
	    !mmu_depend(cpu, &b->valid, &b->ref[0], e->pfn, off, off + n - 1))
		return fetch_one(cpu, key);
	block_enlist(bc, b);
	return b;
}

static void block_link(struct cpu *cpu, struct block *prev, laddr la,
		       struct block *to)
{
	if (prev == cpu->blocks->temp || to == cpu->blocks->temp)
		return;
	prev->next[1] = prev->next[0];
	prev->next[0] = (struct block_link){
		.ctx = cpu->mmu->ctx, .la = la, .to = to,
	};
}

/* second_page_ok() - is a straddling block's second page still the same? */
static bool second_page_ok(struct cpu *cpu, const struct block *b, laddr la)
{
	if (b->pfn2 == BLOCK_NO_PAGE)
		return true;
	return mmu_lookup(cpu, (la & ~PAGE_MASK) + PAGE_SIZE, false,
			  cpu->cpl == 3)
		       ->pfn == b->pfn2;
}

struct block *block_find(struct cpu *cpu, struct block *prev)
{
	struct block_cache *bc = cpu->blocks;
	laddr la = cpu->seg[SEG_CS].base + cpu->eip;
	const struct tlb_entry *e;
	struct block *b;
	uint64_t flushes;

	if (UNLIKELY(bc->epoch != cpu->mmu->code->epoch)) {
		block_empty(cpu);
		prev = NULL;
	}
	flushes = bc->flushes;
	if (cpu->eip > cpu->seg[SEG_CS].limit)
		cpu_raise(cpu, VEC_GP, 0);
	e = mmu_lookup(cpu, la, false, cpu->cpl == 3);
	b = block_lookup(bc, (paddr)e->pfn << PAGE_SHIFT | (la & PAGE_MASK),
			 cpu->code32);
	if (b && !second_page_ok(cpu, b, la)) {
		b->valid = false;
		b = NULL;
	}
	if (b && !block_fits(cpu, b))
		return fetch_one(cpu, b->key);
	if (!b)
		b = block_make(cpu, e, la);
	if (prev && flushes == bc->flushes)
		block_link(cpu, prev, la, b);
	return b;
}
