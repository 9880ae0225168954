/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window_table.h - what window.c, window_table.c and window_fault.c share:
 * spaces, the copies of page tables they depend on, and their mappings.
 * Private to the three.
 */
#ifndef VMM_MMU_WINDOW_TABLE_H
#define VMM_MMU_WINDOW_TABLE_H

#include "base/bits.h"
#include "vmm/mmu/mmu.h"
#include "vmm/mmu/window.h"

#define SPACES		16u
/* Windows begin at multiples of 4 GiB, with as much of nothing between them:
 * translated code may add 31 bits of displacement without leaving it. */
#define WINDOW		(4ull << 30)
#define STRIDE		(2 * WINDOW)
#define ARENA		((SPACES * VIEWS + 1) * STRIDE)
/*
 * What shows no page is not mapped at all: to map a page there is one third
 * cheaper than to put it in the place of another mapping. So nobody else may
 * come to lie there. The host's kernel puts what has no fixed address either
 * as high as it can (far above) or, with an unlimited stack, from a third of
 * the 128 TiB upwards: these places are below that, and above a shadow that
 * the address sanitizer has.
 */
#define ARENA_LOWEST	(32ull << 40)
#define ARENA_PLACES	16u
#define ARENA_PLACE	(512ull << 30)
#define SLOTS		2048u		/* directory entries under PAE */
#define NO_PAGING	UINT64_MAX	/* a space's key: CR0.PG = 0 */
#define SETTLE_MAPS	32	/* mappings renewed before they are asked for */
#define MAPS_AHEAD	15u	/* ... where a program's faults lie side by
				 * side: see want(), map_ahead() */
#define MAPS_AHEAD_MAX	255u	/* ... and have done so for long: want() */
#define MAPS_SLACK	1024u		/* the process's own mappings */

#define FILLED	1024u	/* entries of a jump table noted for a quick clear */

enum view_kind { VIEW_SYSTEM, VIEW_USER, VIEWS };

/* One guest page table as it was when last compared. */
struct ptab {
	struct ptab *next;
	uint64_t dir;		/* the directory entry */
	uint16_t slot;
	bool large;		/* dir maps a large page: no copy[] */
	bool writable;		/* large: mapped writable */
	uint64_t written;	/* not large: blocks (block_bit()) with frames
				 * that a mapping was made to write to */
	uint64_t used[VIEWS][16];	/* entries with a mapping */
	uint64_t exec[VIEWS][16];	/* entries whose code was looked up */
	uint64_t lost[VIEWS][16];	/* entries whose mapping is stale: it
					 * goes before the view is entered */
	uint8_t copy[];
};

/* A part of a large page: memory that lies side by side in the file, too. */
struct win_part {
	laddr la;
	uint64_t key, len;	/* bytes */
	bool writable;		/* writes go where reads come from */
	paddr end;		/* the guest-physical address behind it */
};

/* The last addresses of flat segments; NO_END: 4 GiB are theirs. */
struct ends {
	laddr data, code;
};

#define NO_END ((laddr)-1)

struct view {
	uint8_t *base;		/* host address of guest linear 0 */
	uint32_t *jtab;
	bool lost;		/* some table has a bit of lost[] set */
	bool jtab_used;		/* it holds more than misses */
	uint32_t filled_count;	/* over FILLED: more than are noted */
	uint32_t filled[FILLED]; /* entries that were set */
	bool jtab_ready;	/* it was filled at all */
	struct ends ends;	/* what it goes by; the system's: none */
};

struct space {
	uint64_t key;
	uint64_t active;	/* when it last was; 0: empty */
	uint32_t maps;		/* calls since it was empty that may have
				 * split a mapping in three */
	laddr left;		/* the page that want() left alone */
	uint32_t ahead;		/* pages side by side that it will map, */
	uint32_t reach;		/* of so many when it last began */
	laddr next;		/* where its hidden faults would go on, */
	uint32_t maps_ahead;	/* and maps made for the last of them */
	struct view view[VIEWS];
	struct ptab *tabs;
	struct ptab *dir[SLOTS];
};

struct windows {
	struct space space[SPACES];
	struct space *cur;
	struct ends ends;	/* of the program that runs next */
	struct space *want_space; /* where the user's view had a #PF last, */
	laddr want;		/* and at which address; or NULL */
	bool stale;		/* cur is to be compared before it is used */
	uint64_t clock;
	uint64_t maps;		/* those of all spaces */
	uint32_t max_maps;
	int populate;		/* MAP_POPULATE, or 0 */
	uint32_t miss;
	uint8_t *arena;
	uint32_t *jtabs;
	const uint32_t *watch;	/* pages whose INVLPG sets watched */
	bool watched;
	uint64_t *written;	/* frames that small mappings may write to */
	struct window_stats stats;
};

/* block_bit() - of 64 bits, that of the 4 MiB around frame @pfn. */
static inline uint64_t block_bit(uint32_t pfn)
{
	return 1ull << (pfn >> 10 & 63);
}

/*
 * win_host_map() / win_host_unmap() / win_host_protect() - @len bytes of a
 * view, from guest linear @la on, show guest RAM from @pa on; show nothing; may
 * be used as @prot says (PROT_READ, PROT_WRITE). If the host does not do it the
 * process ends with a sentence.
 * #syscalls[vmm] mmap munmap mprotect
 */
void win_host_map(struct cpu *cpu, struct space *s, enum view_kind v, laddr la,
		  uint64_t key, uint64_t len, int prot);
void win_host_unmap(struct windows *w, struct space *s, enum view_kind v,
		    laddr la, uint64_t len);
void win_host_protect(struct windows *w, struct space *s, enum view_kind v,
		      laddr la, uint64_t len, int prot);
void win_jtab_clear(struct windows *w, struct view *v);
bool win_wide(const struct cpu *cpu);
unsigned int win_slot_shift(const struct cpu *cpu);
/* win_entry_index() - of the entry of a small page table that translates @a. */
unsigned int win_entry_index(const struct cpu *cpu, laddr a);
uint64_t win_slot_size(const struct cpu *cpu);
uint64_t win_dir_entry(const struct cpu *cpu, unsigned int slot);
paddr win_table_of(const struct cpu *cpu, uint64_t dir);
/* win_table() - the table itself, or NULL if that is no memory. */
const uint8_t *win_table(const struct cpu *cpu, uint64_t dir);
/* win_frame() - that the entry of a small page leads to; FRAME_MMIO: none. */
uint32_t win_frame(const struct cpu *cpu, uint64_t entry);
/* win_part_first(), win_part_next() - those of a large page; no length: there
 * is none. */
struct win_part win_part_first(const struct cpu *cpu, const struct ptab *pt);
struct win_part win_part_next(const struct cpu *cpu, const struct ptab *pt,
			      const struct win_part *part);
uint64_t win_copy_entry(const struct cpu *cpu, const uint8_t *table,
			unsigned int i);
void win_table_drop(struct cpu *cpu, struct space *s, struct ptab *pt);
void win_entry_update(struct cpu *cpu, struct space *s, struct ptab *pt,
		      const uint8_t *now, unsigned int i);
bool win_table_follow(struct cpu *cpu, struct space *s, struct ptab *pt,
		      uint64_t now);
bool win_any(const uint64_t *bits);
/* win_count() - how many of the 1024 bits are set. */
unsigned int win_count(const uint64_t *bits);
void space_sync(struct cpu *cpu, struct space *s);
void space_drop(struct cpu *cpu, struct space *s);
/* win_room() - may @more calls be made that split mappings? */
bool win_room(const struct windows *w, uint64_t more);
void win_make_room(struct cpu *cpu);
struct ptab *win_table_get(struct cpu *cpu, laddr a);
void win_settle(struct cpu *cpu, enum view_kind v, unsigned int maps);
void win_map_wanted(struct cpu *cpu);

/* win_slot_la() - the first address that @pt translates. */
static inline laddr win_slot_la(const struct cpu *cpu, const struct ptab *pt)
{
	return (laddr)pt->slot << win_slot_shift(cpu);
}

#endif
