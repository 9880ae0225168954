/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memmap.h - the address map: what lies at each guest-physical address.
 *
 * Everything that is like memory lies in one file, which both worlds map: RAM,
 * then ROM, then video memory (struct memfile). The map says which bytes of
 * that file show where. Offsets in the file are what code is known by: a byte
 * that shows at two addresses has one offset.
 *
 * Theory of operation
 *
 * The state (struct memmap_state, in the cross page) is a list of regions; of
 * two that overlap, the later one is seen. Each world makes spans of it, which
 * do not overlap, once for each generation (memmap_follow()), and answers from
 * those.
 *
 * 1. The state is plain data, and any content is safe: what a world uses was
 *    copied once and checked. Each offset that a struct memmap gives lies in
 *    the file.
 * 2. Regions begin and end at pages. A region that does not, or that would
 *    reach beyond the file, is not there.
 * 3. Reads and writes are apart: a region answers one of them, or both. Writes
 *    to ROM go nowhere; so do those that nothing takes where memory is read.
 * 4. An alias shows what lies elsewhere, but for other aliases.
 * 5. RAM shows at its offset wherever a machine can have it so, and such RAM
 *    in low memory and above 1 MiB is found by two comparisons each.
 */
#ifndef MACHINE_MEMMAP_H
#define MACHINE_MEMMAP_H

#include <stdbool.h>
#include <stdint.h>

#define MEMMAP_PAGE	4096u
#define MEMMAP_TOP	(1ull << 36)	/* no address is higher */
#define MEMMAP_REGIONS	32u
#define MEMMAP_ALIASES	4u	/* more of them are not there */
/* Each region has two ends; each is seen once more in each alias. */
#define MEMMAP_EDGES	(2 * MEMMAP_REGIONS * (1 + MEMMAP_ALIASES))

/* Instead of an offset: */
#define MEM_NONE	UINT64_MAX	/* no memory: the owner is asked */
#define MEM_DROP	(UINT64_MAX - 1) /* writes: they go nowhere */

enum mem_kind { MEM_EMPTY, MEM_RAM, MEM_ROM, MEM_VIDEO, MEM_ALIAS, MEM_MMIO };

/* What a region answers: bits. */
#define MEM_READ	1u
#define MEM_WRITE	2u

/* The parts of the memory file, in this order; bytes, multiples of a page. */
struct memfile {
	uint64_t ram, rom, video;
	uint64_t config;	/* of fw_cfg.h: no address shows it */
};

struct memmap_region {
	uint64_t first, size;	/* guest-physical; bytes */
	/* Its first byte: an offset in the file, or of an alias the address
	 * whose byte it shows. */
	uint64_t at;
	uint8_t kind;		/* enum mem_kind */
	uint8_t owner;		/* whose it is; the machine's own numbers */
	uint8_t access;		/* MEM_READ, MEM_WRITE */
};

/* In the cross page. Any content is safe. */
struct memmap_state {
	uint32_t generation;	/* another one: it has changed */
	struct memmap_region region[MEMMAP_REGIONS];
};

/* Addresses with one kind of memory, or of none, behind them. */
struct mem_span {
	uint64_t first, size;
	uint64_t read;		/* offset of the first byte, or MEM_NONE */
	uint64_t write;		/* for writes: offset, MEM_DROP or MEM_NONE */
	uint8_t kind, owner;	/* of what is read; no alias */
};

/* RAM that shows at its own offset. */
struct mem_plain {
	uint64_t first, size;
};

/* A world's handle. */
struct memmap {
	struct mem_plain low, high;	/* around address 0, and 1 MiB */
	uint32_t generation;
	uint32_t count;
	struct mem_span span[MEMMAP_EDGES];	/* by address */
};

/* What reads and writes of one page meet. */
struct mem_page {
	uint64_t read;		/* offset of its first byte, or MEM_NONE */
	uint64_t write;		/* its offset, MEM_DROP or MEM_NONE */
};

/**
 * memmap_set() - replace one region of the map; its generation goes up by one
 * @slot: which region, less than MEMMAP_REGIONS
 * @r: the new one; copied. Size 0: none
 */
void memmap_set(struct memmap_state *s, unsigned int slot,
		const struct memmap_region *r);

/**
 * memmap_follow() - make the spans of a state anew, if it has changed
 * @m: the handle; zeroed: it has no memory, generation 0
 * @s: the state, as hostile as any
 * @file_size: bytes
 *
 * Return: true if it had changed, and so what @m said may hold no longer.
 */
bool memmap_follow(struct memmap *m, const struct memmap_state *s,
		   uint64_t file_size);

/* memmap_span() - the span that holds @addr, or the next one behind it; NULL
 * if there is none. */
const struct mem_span *memmap_span(const struct memmap *m, uint64_t addr);

/* memmap_owner() - who is asked for what is no memory at @addr; 0: nobody. */
unsigned int memmap_owner(const struct memmap *m, uint64_t addr);

/* memmap_find() - what lies at the page that begins at @page, looked up in the
 * spans: memmap_page() needs it for what is not plain RAM. */
struct mem_page memmap_find(const struct memmap *m, uint64_t page);

/* mem_within() - are @len bytes from @addr on all in @p? */
static inline bool mem_within(const struct mem_plain *p, uint64_t addr,
			      uint64_t len)
{
	return addr - p->first < p->size && len <= p->size - (addr - p->first);
}

/* memmap_plain() - are @len bytes from @addr on RAM at its own offset? */
static inline bool memmap_plain(const struct memmap *m, uint64_t addr,
				uint64_t len)
{
	return mem_within(&m->high, addr, len) ||
	       mem_within(&m->low, addr, len);
}

/* memmap_page() - what lies at the page that begins at @page. */
static inline struct mem_page memmap_page(const struct memmap *m, uint64_t page)
{
	return memmap_plain(m, page, MEMMAP_PAGE) ?
	       (struct mem_page){ page, page } : memmap_find(m, page);
}

#endif
