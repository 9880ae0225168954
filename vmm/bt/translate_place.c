// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_place.c - code that asks where the window shows a fragment, and
 * goes on only if that, or r11, is as it shall be.
 *
 * A fragment that floats (place.c) has addresses relative to its page, and
 * takes that page's from the jump table; another one knows it. What chain.c,
 * or a reader of these lines, counts on has a fixed size: displacements of 32
 * bits throughout.
 */
#include "base/check.h"
#include "vmm/bt/hash.h"
#include "vmm/bt/translate.h"
#include "vmm/mmu/window.h"

/* place_wanted() - can the fragment do with any linear address? The kernel's
 * global pages have one. */
static bool place_wanted(const struct trans *t)
{
	return t->bt->tripwire && ((t->gb->mode & MODE_USER) || !t->gb->global);
}

void trans_place(struct trans *t)
{
	const struct gblock *gb = t->gb;
	struct frag *f = t->f;

	if (!place_wanted(t))
		return;
	f->place = (uint16_t)place_get(
		t->cpu, (uint32_t)(gb->key >> PAGE_SHIFT), gb->la);
	if (gb->pfn2 != NO_PAGE)
		f->place2 = (uint16_t)place_get(t->cpu, gb->pfn2,
						gb->la + PAGE_SIZE);
	f->floats = t->bt->places[f->place].floats;
	place_join(t->bt, f);
	if (!f->floats)
		return;
	t->base = gb->la & ~PAGE_MASK;
	f->la = gb->la & PAGE_MASK;
}

/*
 * emit_lea32() - lea @reg, [@base + @index + @disp] cut to 32 bits, always with
 * a displacement of 32 bits; @index may be NO_REG if @base is not RSP or R12
 */
static void emit_lea32(struct trans *t, unsigned int reg, unsigned int base,
		       unsigned int index, uint32_t disp)
{
	unsigned int x = index == NO_REG ? 0 : index;
	unsigned int rex = (reg & 8) >> 1 | (x & 8) >> 2 | (base & 8) >> 3;

	if (rex)
		emit8(&t->e, (uint8_t)(0x40 | rex));
	emit8(&t->e, 0x8d);
	emit8(&t->e, (uint8_t)(0x80 | (reg & 7) << 3 |
			       (index == NO_REG ? base & 7 : 4)));
	if (index != NO_REG)
		emit8(&t->e, (uint8_t)((index & 7) << 3 | (base & 7)));
	emit32(&t->e, disp);
}

/* load_entry() - an entry of the jump table, always by 8 bytes. */
static void load_entry(struct trans *t, unsigned int reg, uint32_t index)
{
	emit8(&t->e, (uint8_t)(0x41 | (reg & 8) >> 1));
	emit8(&t->e, 0x8b);
	emit8(&t->e, (uint8_t)(0x84 | (reg & 7) << 3));
	emit8(&t->e, 0x24);
	emit32(&t->e, 4 * index);
}

void trans_load_base(struct trans *t, unsigned int reg)
{
	if (!t->f->floats)
		emit_mov_imm(&t->e, reg, t->gb->la & ~PAGE_MASK);
	else
		load_entry(t, reg, JTAB_PLUS(t->f->place));
}

void trans_load_la(struct trans *t, unsigned int reg, laddr la)
{
	if (!t->f->floats) {
		emit_mov_imm(&t->e, reg, la);
		return;
	}
	trans_load_base(t, reg);
	emit_lea(&t->e, reg, mem_host(reg, la - t->base));
}

/* r11_less() - @reg becomes r11d - @la, or if the fragment floats, r11d less
 * what @la is where the window shows it now. */
static void r11_less(struct trans *t, unsigned int reg, laddr la)
{
	if (!t->f->floats) {
		emit_lea32(t, reg, R11, NO_REG, -la);
		return;
	}
	load_entry(t, reg, JTAB_MINUS(t->f->place));
	emit_lea32(t, reg, reg, R11, -(la - t->base));
}

void trans_check_r11(struct trans *t, laddr la, uint32_t otherwise)
{
	const struct opc mov = { .opcode = 0x89, .w = true };
	uint8_t *same;

	emit_reg(&t->e, mov, RCX, R10);
	r11_less(t, RCX, la);
	same = emit_skip(&t->e, SHORT_JRCXZ);
	emit_reg(&t->e, mov, R10, RCX);
	trans_lead(t, 0xe9, otherwise);
	emit_land(&t->e, same);
	emit_reg(&t->e, mov, R10, RCX);
}

/*
 * trip_emit() - go on if r10d is 0, else fault. A load, where a jump that
 * leaves the flags alone takes four instructions, and there is one of these for
 * each return: r10d is the distance from the last bytes that can be read before
 * a great deal of nothing. Return: the cache offset of what faults.
 */
static uint32_t trip_emit(struct trans *t)
{
	uint32_t at = trans_here(t);

	emit8(&t->e, 0x45);			/* mov r10d, [r10 + tripwire] */
	emit8(&t->e, 0x8b);
	emit8(&t->e, 0x92);
	emit32(&t->e, t->bt->tripwire);
	return at;
}

uint32_t trans_trip_r11(struct trans *t, laddr la)
{
	r11_less(t, R10, la);
	return trip_emit(t);
}

uint32_t trans_trip_target(struct trans *t)
{
	load_entry(t, R10, JTAB_MINUS(0));
	emit_lea32(t, R10, R10, R11, 0);
	return trip_emit(t);
}

uint32_t trans_trip_page(struct trans *t, uint32_t place, laddr distance)
{
	trans_load_base(t, R10);
	load_entry(t, R9, JTAB_MINUS(place));
	emit_lea32(t, R10, R10, R9, distance);
	return trip_emit(t);
}

void trans_linked_entry(struct trans *t)
{
	t->f->linked = trans_here(t);
	if (!t->f->floats) {
		load_entry(t, R10, JTAB_MINUS(t->f->place));
		emit_lea32(t, R10, R10, NO_REG, t->gb->la & ~PAGE_MASK);
		trip_emit(t);
		return;
	}
	load_entry(t, R9, JTAB_MINUS(t->f->place));
	emit_mem(&t->e, (struct opc){ .opcode = 0x8d }, R10,
		 (struct mem){ R10, R9, 0, MEM_HOST, 0 });
	trip_emit(t);
}

void trans_straddle(struct trans *t)
{
	if (t->f->place2)
		t->f->straddle = trans_trip_page(t, t->f->place2, PAGE_SIZE);
}

void trans_checked(struct trans *t, struct exit *x)
{
	x->checked = trans_here(t);
	trans_load_base(t, R10);
	emit_lea32(t, R10, R10, NO_REG, 0);
	ASSERT(trans_here(t) == x->checked + CHECKED_JUMP);
	trans_lead(t, 0xe9, t->bt->miss);
}
