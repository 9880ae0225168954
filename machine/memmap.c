/* SPDX-License-Identifier: BSD-2-Clause */
/* memmap.c - the address map: see memmap.h. */
#include "machine/memmap.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

#define ONE_MIB 0x100000u

/* A state that was copied, while spans are made of it. */
struct making {
	struct memmap_region region[MEMMAP_REGIONS];
	uint64_t edge[MEMMAP_EDGES];	/* where something begins or ends */
	unsigned int edges;
};

void memmap_set(struct memmap_state *s, unsigned int slot,
		const struct memmap_region *r)
{
	ASSERT(slot < MEMMAP_REGIONS);
	s->region[slot] = *r;
	s->generation++;
}

/* ---- regions ------------------------------------------------------------ */

static bool is_memory(uint8_t kind)
{
	return kind == MEM_RAM || kind == MEM_ROM || kind == MEM_VIDEO;
}

static bool range_ok(uint64_t first, uint64_t size, uint64_t end)
{
	return first < end && size <= end - first && first % MEMMAP_PAGE == 0 &&
	       size % MEMMAP_PAGE == 0;
}

/* region_ok() - can it be there? */
static bool region_ok(const struct memmap_region *r, uint64_t file_size)
{
	if (!r->size || !range_ok(r->first, r->size, MEMMAP_TOP))
		return false;
	if (is_memory(r->kind))
		return range_ok(r->at, r->size, file_size);
	if (r->kind == MEM_ALIAS)
		return range_ok(r->at, r->size, MEMMAP_TOP);
	return r->kind == MEM_MMIO;
}

/* drop_bad() - what can not be there is not, nor are too many aliases. */
static void drop_bad(struct making *k, uint64_t file_size)
{
	unsigned int i, aliases = 0;

	for (i = 0; i < MEMMAP_REGIONS; i++) {
		struct memmap_region *r = &k->region[i];

		if (!region_ok(r, file_size) ||
		    (r->kind == MEM_ALIAS && ++aliases > MEMMAP_ALIASES))
			r->size = 0;
	}
}

/* region_top() - the region that is seen at @addr by reads or writes, or
 * NULL. */
static const struct memmap_region *region_top(const struct making *k,
					      uint64_t addr,
					      unsigned int access, bool aliases)
{
	unsigned int i;

	for (i = MEMMAP_REGIONS; i-- > 0;) {
		const struct memmap_region *r = &k->region[i];

		if (addr - r->first < r->size && (r->access & access) &&
		    (aliases || r->kind != MEM_ALIAS))
			return r;
	}
	return NULL;
}

/* region_behind() - the region whose bytes are seen at @addr by reads or
 * writes, or NULL. An alias is followed; *@addr becomes the address that it
 * shows. */
static const struct memmap_region *region_behind(const struct making *k,
						 uint64_t *addr,
						 unsigned int access)
{
	const struct memmap_region *r = region_top(k, *addr, access, true);

	if (!r || r->kind != MEM_ALIAS)
		return r;
	*addr = r->at + (*addr - r->first);
	return region_top(k, *addr, access, false);
}

/* ---- edges -------------------------------------------------------------- */

/* edge_add() - in order, and each once. */
static void edge_add(struct making *k, uint64_t addr)
{
	unsigned int i = k->edges;

	while (i > 0 && k->edge[i - 1] > addr)
		i--;
	if (i > 0 && k->edge[i - 1] == addr)
		return;
	memmove(k->edge + i + 1, k->edge + i,
		(k->edges - i) * sizeof(k->edge[0]));
	k->edge[i] = addr;
	k->edges++;
}

/* edges_through() - the ends of what an alias shows, as they show in it. */
static void edges_through(struct making *k, const struct memmap_region *alias)
{
	unsigned int i, j;

	for (i = 0; i < MEMMAP_REGIONS; i++) {
		const struct memmap_region *r = &k->region[i];
		const uint64_t end[2] = { r->first, r->first + r->size };

		for (j = 0; r->size && j < 2; j++)
			if (end[j] - alias->at < alias->size)
				edge_add(k,
					 alias->first + (end[j] - alias->at));
	}
}

static void edges_find(struct making *k)
{
	unsigned int i;

	for (i = 0; i < MEMMAP_REGIONS; i++) {
		const struct memmap_region *r = &k->region[i];

		if (!r->size)
			continue;
		edge_add(k, r->first);
		edge_add(k, r->first + r->size);
		if (r->kind == MEM_ALIAS)
			edges_through(k, r);
	}
}

/* ---- spans -------------------------------------------------------------- */

/* span_fill() - what is at s->first. Return: false if nothing is. */
static bool span_fill(const struct making *k, struct mem_span *s)
{
	uint64_t from = s->first, to = s->first;
	const struct memmap_region *r = region_behind(k, &from, MEM_READ);
	const struct memmap_region *w = region_behind(k, &to, MEM_WRITE);

	s->read = s->write = MEM_NONE;
	s->kind = r ? r->kind : MEM_EMPTY;
	s->owner = r ? r->owner : 0;
	if (r && is_memory(r->kind)) {
		s->read = r->at + (from - r->first);
		s->write = MEM_DROP;
	}
	if (w && w->kind == MEM_ROM)
		s->write = MEM_DROP;
	else if (w && is_memory(w->kind))
		s->write = w->at + (to - w->first);
	return r || w;
}

/* goes_on() - of two spans side by side: does @b go on where @a is at? */
static bool goes_on(uint64_t a, uint64_t b, uint64_t size)
{
	return a >= MEM_DROP ? a == b : b < MEM_DROP && a + size == b;
}

static void span_add(struct memmap *m, const struct mem_span *s)
{
	struct mem_span *last = m->count ? &m->span[m->count - 1] : NULL;

	if (last && last->first + last->size == s->first &&
	    last->kind == s->kind && last->owner == s->owner &&
	    goes_on(last->read, s->read, last->size) &&
	    goes_on(last->write, s->write, last->size))
		last->size += s->size;
	else
		m->span[m->count++] = *s;
}

/* plain_at() - the RAM around @addr, if it is at its own offset. */
static struct mem_plain plain_at(const struct memmap *m, uint64_t addr)
{
	const struct mem_span *s = memmap_span(m, addr);

	if (!s || s->first > addr || s->kind != MEM_RAM ||
	    s->read != s->first || s->write != s->first)
		return (struct mem_plain){ 0, 0 };
	return (struct mem_plain){ s->first, s->size };
}

static void make_spans(struct memmap *m, struct making *k)
{
	unsigned int i;

	m->count = 0;
	for (i = 0; i + 1 < k->edges; i++) {
		struct mem_span s = { .first = k->edge[i] };

		s.size = k->edge[i + 1] - s.first;
		if (span_fill(k, &s))
			span_add(m, &s);
	}
	m->low = plain_at(m, 0);
	m->high = plain_at(m, ONE_MIB);
}

bool memmap_follow(struct memmap *m, const struct memmap_state *s,
		   uint64_t file_size)
{
	uint32_t generation = *(const volatile uint32_t *)&s->generation;
	struct making k = { .edges = 0 };

	if (generation == m->generation)
		return false;
	copy_once(k.region, s->region, sizeof(k.region));
	drop_bad(&k, file_size);
	edges_find(&k);
	make_spans(m, &k);
	m->generation = generation;
	return true;
}

/* ---- questions ---------------------------------------------------------- */

const struct mem_span *memmap_span(const struct memmap *m, uint64_t addr)
{
	uint32_t lo = 0, hi = m->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (m->span[mid].first + m->span[mid].size > addr)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo < m->count ? &m->span[lo] : NULL;
}

/* offset_of() - @span's byte at @addr. */
static uint64_t offset_of(uint64_t at, uint64_t skip)
{
	return at >= MEM_DROP ? at : at + skip;
}

struct mem_page memmap_find(const struct memmap *m, uint64_t page)
{
	const struct mem_span *s = memmap_span(m, page);

	if (!s || s->first > page)
		return (struct mem_page){ MEM_NONE, MEM_NONE };
	return (struct mem_page){ offset_of(s->read, page - s->first),
				  offset_of(s->write, page - s->first) };
}

unsigned int memmap_owner(const struct memmap *m, uint64_t addr)
{
	const struct mem_span *s = memmap_span(m, addr);

	return s && s->first <= addr && s->kind == MEM_MMIO ? s->owner : 0;
}
