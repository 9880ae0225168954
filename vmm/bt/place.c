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
 */
#include "base/check.h"
#include "vmm/bt/bt.h"

#define PAGES_AROUND 16u	/* Linux maps so many of a file */
#define PLACES_MAX (JTAB_PLACES / 2)

bool place_known(const struct cpu *cpu, uint32_t place)
{
	return cpu->hot.jtab[JTAB_MINUS(place)] != JTAB_NOWHERE;
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
	return bt->place_count + 2 <= PLACES_MAX;
}

/* What search() found besides. */
struct others {
	uint32_t end;		/* the free place behind all of the frame's */
	uint32_t fixed;		/* one that has another address, or 0 */
	bool floats;		/* some of them float */
};

/* search() - place_find() */
static uint32_t search(const struct cpu *cpu, uint32_t pfn, laddr la,
		       struct others *o)
{
	const struct bt *bt = cpu->bt;
	uint32_t i = (uint32_t)(pfn * 0x9e3779b97f4a7c15ull >> 40);
	laddr page = la & ~PAGE_MASK;
	uint32_t unknown = 0;

	o->fixed = 0;
	o->floats = false;
	for (;; i++) {
		i %= JTAB_PLACES;
		if (i == 0)
			continue;
		if (!bt->places[i].used)
			break;
		if (bt->places[i].pfn != pfn)
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
	o->end = i;
	return unknown;
}

uint32_t place_find(const struct cpu *cpu, uint32_t pfn, laddr la)
{
	struct others o;

	return search(cpu, pfn, la, &o);
}

uint32_t place_get(struct cpu *cpu, uint32_t pfn, laddr la)
{
	struct bt *bt = cpu->bt;
	struct others o;
	uint32_t i = search(cpu, pfn, la, &o);

	if (!i && o.fixed) {
		place_float(cpu, o.fixed);
		i = search(cpu, pfn, la, &o);
	}
	if (i)
		return i;
	ASSERT(bt->place_count < PLACES_MAX);	/* place_room() */
	bt->place_count++;
	/* The second one of a frame floats, too. */
	bt->places[o.end] = (struct code_place){
		.pfn = pfn, .used = true, .fixed = la & ~PAGE_MASK,
		.floats = o.floats,
	};
	return o.end;
}

void place_join(struct bt *bt, struct frag *f)
{
	f->place_next = bt->places[f->place].frags;
	bt->places[f->place].frags = f;
}

void place_float(struct cpu *cpu, uint32_t place)
{
	struct code_place *p = &cpu->bt->places[place];
	struct frag *f = p->frags;

	p->frags = NULL;
	p->floats = true;
	for (; f; f = f->place_next)
		if (f->valid)
			cache_kill(cpu, f);
}

/* enter() - the active jump table has @la as the address of @place. */
static void enter(struct cpu *cpu, uint32_t place, laddr la)
{
	laddr page = la & ~PAGE_MASK;

	windows_jtab_set(cpu, JTAB_PLUS(place), page);
	windows_jtab_set(cpu, JTAB_MINUS(place), -page);
}

/*
 * enter_around() - pages around @la with code that is known
 *
 * A kernel maps some at once, and the program will come to them: each would
 * cost a host fault.
 */
static void enter_around(struct cpu *cpu, laddr at)
{
	laddr first = at & ~(PAGES_AROUND * PAGE_SIZE - 1), la;
	unsigned int n;
	uint32_t place;
	paddr page;

	for (n = 0; n < PAGES_AROUND; n++) {
		la = first + n * PAGE_SIZE;
		if (!mmu_fetchable(cpu, la, &page))
			continue;
		place = place_find(cpu, (uint32_t)(page >> PAGE_SHIFT), la);
		if (!place || place_known(cpu, place))
			continue;
		windows_exec(cpu, la);
		enter(cpu, place, la);
	}
}

void place_enter(struct cpu *cpu, const struct frag *f)
{
	laddr la = cpu->eip;

	if (!f->place || (place_known(cpu, f->place) &&
			  (!f->place2 || place_known(cpu, f->place2))))
		return;
	enter_around(cpu, la);
	/* Its own come last: to watch an entry may empty the table. */
	windows_exec(cpu, la);
	if (f->place2)
		windows_exec(cpu, la + PAGE_SIZE);
	enter(cpu, f->place, la);
	if (f->place2)
		enter(cpu, f->place2, la + PAGE_SIZE);
}

void place_interrupt(struct cpu *cpu, const struct frag *f)
{
	uint32_t *no = cpu->bt->no_jtab;

	if (!f->place)
		return;
	no[JTAB_PLUS(cpu->bt->no_place)] = 0;
	no[JTAB_MINUS(cpu->bt->no_place)] = JTAB_NOWHERE;
	cpu->bt->no_place = f->place;
	no[JTAB_PLUS(f->place)] = cpu->hot.jtab[JTAB_PLUS(f->place)];
	no[JTAB_MINUS(f->place)] = cpu->hot.jtab[JTAB_MINUS(f->place)];
}
