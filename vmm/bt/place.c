// SPDX-License-Identifier: BSD-2-Clause
/*
 * place.c - at which linear address a window shows a frame of code.
 *
 * A program's code is the same at whatever address it lies: Linux moves it at
 * each exec. So once a frame was seen at two addresses, it floats: a fragment
 * of it is translated for the frame alone. The few values in it that depend on
 * the address (return addresses, the page of a target elsewhere) are made from
 * the address at which the window shows the frame; and that is a pair of
 * entries in the jump table, at the frame's place. A frame that was seen at one
 * address has that in its code, which is faster, and uses the place only to
 * know whether the window shows it there.
 *
 * 1. A place belongs to one frame. It has at most one address in a jump table,
 *    and no two places of a frame have the same one there. So a frame that is
 *    mapped twice in an address space has two places, and two translations. A
 *    place that does not float has its fixed address there, or none.
 * 2. An address is entered only where the guest's page tables were looked at,
 *    and the window told to watch that entry (windows_exec()).
 * 3. While a fragment with a place runs, the jump table in r12 has its
 *    address: whoever leads there checks it or enters it.
 * 4. The last page's place is for no other address: an instruction over its end
 *    is over the limit of CS, which elsewhere it is not.
 * 5. A place is in use as long as fragments have it, dead ones too.
 */
#include <string.h>

#include "base/bits.h"
#include "base/check.h"
#include "vmm/bt/bt.h"

#define PAGES_AROUND 16u	/* Linux maps so many of a file */
#define LAST_PAGE ((laddr)-PAGE_SIZE)

bool place_known(const struct cpu *cpu, uint32_t place)
{
	return cpu->hot.jtab[JTAB_MINUS(place)] != JTAB_NOWHERE;
}

bool place_elsewhere(const struct cpu *cpu, uint32_t place, laddr la)
{
	return place_known(cpu, place) &&
	       cpu->hot.jtab[JTAB_PLUS(place)] != (la & ~PAGE_MASK);
}

laddr frag_base(const struct cpu *cpu, const struct frag *f)
{
	return f->floats ? cpu->hot.jtab[JTAB_PLUS(f->place)] : 0;
}

laddr frag_la(const struct cpu *cpu, const struct frag *f)
{
	return frag_base(cpu, f) + f->la;
}

laddr frag_page(const struct cpu *cpu, const struct frag *f)
{
	return frag_la(cpu, f) & ~PAGE_MASK;
}

bool place_room(const struct bt *bt)
{
	return bt->place_count + 2 < JTAB_PLACES;
}

static uint16_t *chain_of(struct bt *bt, uint32_t pfn)
{
	uint32_t h = pfn * 0x9e3779b1u;

	return &bt->place_hash[h >> (32 - PLACE_HASH_BITS)];
}

/* What place_search() found besides. */
struct others {
	uint32_t fixed;		/* one that has another address, or 0 */
	bool floats;		/* some of them float */
};

/* place_search() - place_find() */
static uint32_t place_search(const struct cpu *cpu, uint32_t pfn, laddr la,
			     struct others *o)
{
	struct bt *bt = cpu->bt;
	laddr page = la & ~PAGE_MASK;
	uint32_t unknown = 0, i;

	o->fixed = 0;
	o->floats = false;
	for (i = *chain_of(bt, pfn); i; i = bt->places[i].next) {
		if (bt->places[i].pfn != pfn ||
		    (bt->places[i].fixed == LAST_PAGE) != (page == LAST_PAGE))
			continue;
		o->floats |= bt->places[i].floats;
		if (!bt->places[i].floats) {
			if (bt->places[i].fixed == page)
				return i;
			o->fixed = i;
		} else if (!place_known(cpu, i)) {
			unknown = unknown ? unknown : i;
		} else if (cpu->hot.jtab[JTAB_PLUS(i)] == page) {
			return i;
		}
	}
	return unknown;
}

/* place_take() - a place that nobody has becomes frame @pfn's. */
static uint32_t place_take(struct bt *bt, uint32_t pfn, laddr page, bool floats)
{
	uint16_t *chain = chain_of(bt, pfn);
	uint32_t i = bt->place_free;

	ASSERT(place_room(bt));
	if (i)
		bt->place_free = bt->places[i].next;
	else
		i = bt->place_top++;
	bt->place_count++;
	bt->places[i] = (struct code_place){
		.pfn = pfn, .fixed = page, .floats = floats, .next = *chain,
	};
	*chain = (uint16_t)i;
	return i;
}

/* interrupt_forget() - the table of misses knows no place. */
static void interrupt_forget(struct bt *bt)
{
	bt->no_jtab[JTAB_PLUS(bt->no_place)] = 0;
	bt->no_jtab[JTAB_MINUS(bt->no_place)] = JTAB_NOWHERE;
	bt->no_place = 0;
}

/*
 * What floats does so when it is next run, though all its places are given back
 * by then: a bit of its frame says so, until its code is written.
 */
static void place_remember(struct bt *bt, const struct code_place *p)
{
	if (p->floats)
		set_bit(bt->floated, p->pfn);
}

void place_forget(struct bt *bt, uint32_t pfn)
{
	clear_bit(bt->floated, pfn);
}

/* place_give_back() - nobody has place @i any more. */
static void place_give_back(struct bt *bt, uint32_t i)
{
	uint16_t *at = chain_of(bt, bt->places[i].pfn);

	while (*at != i)
		at = &bt->places[*at].next;
	*at = bt->places[i].next;
	if (bt->no_place == i)
		interrupt_forget(bt);
	place_remember(bt, &bt->places[i]);
	bt->places[i].next = bt->place_free;
	bt->place_free = (uint16_t)i;
	bt->place_count--;
}

uint32_t place_find(const struct cpu *cpu, uint32_t pfn, laddr la)
{
	struct others o;

	return place_search(cpu, pfn, la, &o);
}

/*
 * floats_around() - does a page around @la float? Then they are a library's
 * that was seen at two addresses, and so will this one be.
 */
static bool floats_around(struct cpu *cpu, laddr at)
{
	laddr first = at & ~(PAGES_AROUND * PAGE_SIZE - 1), la;
	struct others o;
	unsigned int n;
	paddr page;

	for (n = 0; n < PAGES_AROUND; n++) {
		la = first + n * PAGE_SIZE;
		if (!mmu_fetchable(cpu, la, &page))
			continue;
		place_search(cpu, (uint32_t)(page >> PAGE_SHIFT), la, &o);
		if (o.floats)
			return true;
	}
	return false;
}

/*
 * A system that moves its programs moves all that lies in some part of the
 * address space: once PLACE_MOVES frames there were seen to, what a program
 * first runs in it floats. The parts are small, as programs that are never
 * moved (08048000h) lie near to those that are (400000h).
 */
static uint8_t *moves_at(const struct cpu *cpu, laddr la)
{
	return &cpu->bt->moves[la >> PLACE_PART_SHIFT];
}

static void moved_note(const struct cpu *cpu, laddr la)
{
	if (cpu->cpl == 3 && *moves_at(cpu, la) < PLACE_MOVES)
		++*moves_at(cpu, la);
}

static bool moves_here(const struct cpu *cpu, laddr la)
{
	return cpu->cpl == 3 && *moves_at(cpu, la) == PLACE_MOVES;
}

uint32_t place_get(struct cpu *cpu, uint32_t pfn, laddr la)
{
	struct others o;
	uint32_t i = place_search(cpu, pfn, la, &o);

	if (!i && o.fixed) {
		if (place_float(cpu, o.fixed))
			moved_note(cpu, la);
		i = place_search(cpu, pfn, la, &o);
	}
	if (i)
		return i;
	/* The second one of a frame floats, too. */
	return place_take(cpu->bt, pfn, la & ~PAGE_MASK,
			  o.floats || moves_here(cpu, la) ||
				  has_bit(cpu->bt->floated, pfn) ||
				  floats_around(cpu, la));
}

void place_join(struct bt *bt, struct frag *f)
{
	struct code_place *p = &bt->places[f->place];

	f->place_prev = 0;
	f->place_next = p->frags;
	if (p->frags)
		bt_frag(bt, p->frags)->place_prev = bt_number(bt, f);
	p->frags = bt_number(bt, f);
	p->uses++;
	if (f->place2)
		bt->places[f->place2].uses++;
}

void place_leave(struct bt *bt, const struct frag *f)
{
	struct code_place *p = &bt->places[f->place];

	if (!f->place)
		return;
	if (f->place_prev)
		bt_frag(bt, f->place_prev)->place_next = f->place_next;
	else
		p->frags = f->place_next;
	if (f->place_next)
		bt_frag(bt, f->place_next)->place_prev = f->place_prev;
	if (--p->uses == 0)
		place_give_back(bt, f->place);
	if (f->place2 && --bt->places[f->place2].uses == 0)
		place_give_back(bt, f->place2);
}

void place_clear(struct bt *bt)
{
	uint32_t i;

	for (i = 1; i < bt->place_top; i++)
		if (bt->places[i].uses)
			place_remember(bt, &bt->places[i]);
	interrupt_forget(bt);
	memset(bt->place_hash, 0, sizeof(bt->place_hash));
	bt->place_count = bt->place_free = 0;
	bt->place_top = 1;
}

bool place_float(struct cpu *cpu, uint32_t place)
{
	struct code_place *p = &cpu->bt->places[place];
	uint32_t n = p->frags;
	struct frag *f;
	bool any = false;

	p->floats = true;
	for (; n; n = f->place_next) {
		f = bt_frag(cpu->bt, n);
		if (!f->valid)
			continue;
		cache_kill(cpu, f);
		any = true;
	}
	return any;
}

/* table_enter() - the active jump table has @la as the address of @place. */
static void table_enter(struct cpu *cpu, uint32_t place, laddr la)
{
	laddr page = la & ~PAGE_MASK;

	windows_jtab_set(cpu, JTAB_PLUS(place), page);
	windows_jtab_set(cpu, JTAB_MINUS(place), -page);
}

/*
 * table_enter_around() - pages around @la with code that is known
 *
 * A kernel maps some at once, and the program will come to them: each would
 * cost a host fault.
 */
static void table_enter_around(struct cpu *cpu, laddr at)
{
	laddr first = at & ~(PAGES_AROUND * PAGE_SIZE - 1), la;
	unsigned int n;
	uint32_t place;
	paddr page;

	for (n = 0; n < PAGES_AROUND; n++) {
		la = first + n * PAGE_SIZE;
		if (bt_over_limit(cpu, la) || !mmu_fetchable(cpu, la, &page))
			continue;
		place = place_find(cpu, (uint32_t)(page >> PAGE_SHIFT), la);
		if (!place || place_known(cpu, place))
			continue;
		windows_exec(cpu, la);
		table_enter(cpu, place, la);
	}
}

/* table_enter_own() - the page of @f, at CS:EIP, and the one it runs over to:
 * to watch the second's entry may empty the table. */
static void table_enter_own(struct cpu *cpu, const struct frag *f)
{
	laddr la = cpu->eip;

	windows_exec(cpu, la);
	if (f->place2)
		windows_exec(cpu, la + PAGE_SIZE);
	table_enter(cpu, f->place, la);
	if (f->place2)
		table_enter(cpu, f->place2, la + PAGE_SIZE);
}

bool place_enter(struct cpu *cpu, const struct frag *f)
{
	if (!f->place || (place_known(cpu, f->place) &&
			  (!f->place2 || place_known(cpu, f->place2))))
		return true;
	if (!frag_current(cpu, f))
		return false;
	/* Its own come first, or where a frame is mapped twice its places go
	 * to the other address; and last, or they are not there if one of
	 * those around has emptied the table. */
	table_enter_own(cpu, f);
	table_enter_around(cpu, cpu->eip);
	table_enter_own(cpu, f);
	return true;
}

void place_interrupt(struct cpu *cpu, const struct frag *f)
{
	uint32_t *no = cpu->bt->no_jtab;

	if (!f->place)
		return;
	interrupt_forget(cpu->bt);
	cpu->bt->no_place = f->place;
	no[JTAB_PLUS(f->place)] = cpu->hot.jtab[JTAB_PLUS(f->place)];
	no[JTAB_MINUS(f->place)] = cpu->hot.jtab[JTAB_MINUS(f->place)];
}
