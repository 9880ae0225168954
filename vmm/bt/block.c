// SPDX-License-Identifier: BSD-2-Clause
/*
 * block.c - find the guest instructions of a fragment.
 *
 * A guest block lies in one page, begins at CS:EIP and ends behind the first
 * instruction that may go elsewhere or change what the translation depends
 * on, or before one that a fragment has already. It leaves behind:
 * gb->in[0..count), decoded, each known to be whole, and gb->joins.
 */
#include <string.h>

#include "base/bytes.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/dump.h"

/* comes_back() - a jump that may not be taken, or a call: the instruction
 * behind it is likely to run as well. */
static bool comes_back(const struct insn *in)
{
	if (in->opsize != 4)
		return false;
	if (in->map == MAP_0F)
		return (in->opcode & 0xf0) == 0x80;
	return in->map == MAP_1BYTE &&
	       ((in->opcode & 0xf0) == 0x70 || in->opcode == 0xe8 ||
		(in->opcode == 0xff && in->reg == 2));
}

/* block_ends() - is @in the last one of @gb? */
static bool block_ends(const struct cpu *cpu, struct gblock *gb,
		       const struct insn *in)
{
	if (!in->ends)
		return false;
	if (!comes_back(in) || gb->branches == FRAG_BRANCHES ||
	    cpu->bt->lockstep || (in->seg == SEG_CS && insn_is_mem(in)))
		return true;
	gb->branches++;
	return false;
}

/*
 * block_meets() - is @in, the next one of @gb, translated already, and can be
 * jumped to? Then the block ends before it. A jump or a return is no longer
 * than the jump to it would be.
 */
static bool block_meets(struct cpu *cpu, const struct gblock *gb,
			const struct insn *in)
{
	paddr key = gb->key + gb->len;
	laddr la = gb->la + gb->len;
	uint32_t enter;

	if (!gb->count || cpu->bt->lockstep || (in->ends && !comes_back(in)) ||
	    !codepages_decoded(cpu->mmu->code, key))
		return false;
	return (codepages_begins(cpu->mmu->code, key) &&
		cache_lookup(cpu, key, la, gb->mode, gb->global)) ||
	       cache_inside(cpu, key, la, gb->mode, gb->global, &enter);
}

/*
 * block_written() - is @in, behind a branch of @gb, written to again and again?
 * Then the block ends before it, or each write would take what is before the
 * branch with it. It may be no code: a call need not come back there. (GRUB's
 * calls of the BIOS are so: 16-bit code behind one, with numbers to fill in.)
 */
static bool block_written(const struct bt *bt, const struct gblock *gb,
			  const struct insn *in)
{
	paddr key = gb->key + gb->len;
	unsigned int i;

	if (!gb->branches)
		return false;
	for (i = 0; i < in->len; i++)
		if (smc_often(bt, key + i, SMC_IMMEDIATE))
			return true;
	return false;
}

/*
 * block_straddler() - a block of the one instruction that runs over the page's
 * end
 *
 * Raises the #PF of the second page, which this instruction needs.
 */
static bool block_straddler(struct cpu *cpu, struct gblock *gb,
			    const uint8_t *bytes, unsigned int room)
{
	laddr next = (cpu->eip & ~PAGE_MASK) + PAGE_SIZE;
	const struct tlb_entry *e;
	uint8_t buf[IA32_MAX_LEN];
	unsigned int i;

	if (next - 1 >= cpu->seg[SEG_CS].limit)
		return false;	/* over the limit of CS */
	e = mmu_lookup(cpu, next, false, cpu->cpl == 3);
	if (!(e->flags & TLB_RAM) || room >= IA32_MAX_LEN)
		return false;
	if (e->pfn == gb->key >> PAGE_SHIFT)
		return false;	/* a place has one address (place.c, 1) */
	memcpy(buf, bytes, room);
	for (i = room; i < IA32_MAX_LEN; i++)
		buf[i] = *(const uint8_t *)(e->host + next + i - room);
	if (insn_decode(gb->in, buf, sizeof(buf), true) != IA32_OK)
		return false;
	gb->count = 1;
	gb->len = gb->in[0].len;
	gb->pfn2 = e->pfn;
	gb->global = gb->global && (e->flags & TLB_G);
	return true;
}

/* jumps_to() - where the direct jump @in leads that ends @end bytes from the
 * block's first one, counted like that; UINT32_MAX: it is none. */
static uint32_t jumps_to(const struct insn *in, uint32_t end)
{
	bool direct = in->map == MAP_0F ?
			      (in->opcode & 0xf0) == 0x80 :
			      in->map == MAP_1BYTE &&
				      ((in->opcode & 0xf0) == 0x70 ||
				       in->opcode == 0xe9 ||
				       in->opcode == 0xeb);

	return direct && in->opsize == 4 ? end + in->imm : UINT32_MAX;
}

/*
 * block_joins() - a bit for each instruction of @gb that one of its own jumps
 * leads to. The state is to be that of a beginning there, so that the jump can
 * enter (cache_inside()), and what follows is not translated once more.
 */
static uint64_t block_joins(const struct gblock *gb)
{
	uint16_t start[FRAG_INSNS];
	uint64_t joins = 0;
	uint32_t end = 0, to;
	unsigned int i, k;

	for (i = 0; i < gb->count; i++) {
		start[i] = (uint16_t)end;
		end += gb->in[i].len;
	}
	for (i = 0; i < gb->count; i++) {
		if (!gb->in[i].ends)
			continue;
		to = jumps_to(&gb->in[i], start[i] + gb->in[i].len);
		for (k = 0; k < gb->count && start[k] < to; k++)
			;
		if (k < gb->count && start[k] == to)
			joins |= 1ull << k;
	}
	return joins;
}

static void dump_block(struct cpu *cpu, const struct gblock *gb,
		       const uint8_t *bytes)
{
	laddr eip = gb->la;
	unsigned int i;

	if (!dumps(cpu->bt, DUMP_block) || !gb->count)
		return;
	dump(cpu->bt, DUMP_block,
	     "%08x at %08llx, level %u: %u instructions "
	     "in %u bytes%s",
	     eip, (unsigned long long)gb->key, cpu->cpl, gb->count, gb->len,
	     gb->global ? ", global" : "");
	for (i = 0; i < gb->count; i++) {
		dump_guest(cpu->bt, DUMP_block, eip, bytes, gb->in[i].len, "");
		eip += gb->in[i].len;
		bytes += gb->in[i].len;
	}
}

bool bt_block(struct cpu *cpu, struct gblock *gb, uint8_t mode)
{
	const struct tlb_entry *e =
		mmu_lookup(cpu, cpu->eip, false, cpu->cpl == 3);
	unsigned int room = PAGE_SIZE - (cpu->eip & PAGE_MASK);
	enum ia32_status st = IA32_OK;
	const uint8_t *bytes;
	struct insn *in;

	if (!(e->flags & TLB_RAM))
		return false;
	bytes = (const uint8_t *)(e->host + cpu->eip);
	gb->la = cpu->eip;
	gb->key = (paddr)e->pfn << PAGE_SHIFT | (cpu->eip & PAGE_MASK);
	gb->global = (e->flags & TLB_G) && cpu->cpl == 0;
	gb->count = gb->len = gb->branches = 0;
	gb->pfn2 = NO_PAGE;
	gb->joins = 0;
	gb->mode = mode;
	while (gb->count < (cpu->bt->lockstep ? cpu->bt->limit : FRAG_INSNS) &&
	       gb->len < room) {
		in = &gb->in[gb->count];
		st = insn_decode(in, bytes + gb->len, room - gb->len, true);
		if (st != IA32_OK || block_meets(cpu, gb, in) ||
		    block_written(cpu->bt, gb, in))
			break;
		gb->count++;
		gb->len += in->len;
		if (block_ends(cpu, gb, in))
			break;
	}
	if (gb->count == 0 && st == IA32_MORE)
		return block_straddler(cpu, gb, bytes, room);
	gb->joins = block_joins(gb);
	dump_block(cpu, gb, bytes);
	return gb->count > 0;
}
