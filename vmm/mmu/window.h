/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - guest address spaces shown in host address space.
 *
 * A window is 4 GiB of host addresses, kept for this, that shows one guest
 * address space as one privilege sees it: a guest page that was touched is a
 * mapping of its frame of the memory file. So the host's MMU translates,
 * and a window is a TLB that holds a whole address space.
 *
 * Theory of operation
 *
 * A space is a pair of windows (supervisor, user) with a copy of each page
 * table that a mapping in it came from. Nothing is traced: guest page tables
 * are written at full speed. When the guest says that tables have changed (CR3
 * load, INVLPG, a global flush), the copies are compared with the tables, and
 * what differs is lost: it is gone before that view is entered again. Between
 * two such moments a stale mapping is just what a processor's TLB may hold,
 * too. As the comparison is by content, a space may sleep through any number
 * of changes while another one runs, or be given to another CR3: what is alike
 * (the kernel's half) stays mapped.
 *
 * 1. A page is mapped in a view only if the copy of its entry allows the
 *    access to that view, the entry's A bit is set, and memory is behind it.
 * 2. It is mapped writable only if, besides, D is set, writes go where reads
 *    come from, and no code is known on the frame (codepage.h).
 * 3. A page whose code was looked up (exec bit) is compared in the same way;
 *    if it changes, the view's jump table is emptied.
 * 4. No mapping is stale in a view that is entered. What was lost of the
 *    user's view is mapped anew right then if its entry is marked for that: a
 *    program uses again what it used, and a new process what the last one of
 *    its kind did. An entry that only lost W or D is write-protected at once.
 * 5. A program's segments may end before 4 GiB (NetBSD's and OpenBSD's do). No
 *    page beyond its data's end is mapped in the user's view, so an access
 *    there faults, and C code sees what it is. A jump table that is entered
 *    knows no address beyond its code's end.
 * 6. Calls that may split a mapping are counted: to map, to protect and to
 *    unmap. Spaces are dropped, the longest unused first, well before the
 *    host's vm.max_map_count is reached; a table that would take too many such
 *    calls at once is unmapped as a whole.
 */
#ifndef VMM_MMU_WINDOW_H
#define VMM_MMU_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "ia32/types.h"

struct cpu;
struct windows;

/*
 * A jump table: entries found by hashing an address, and behind them a pair
 * for each place of a frame with code (bt/place.c): the address at which the
 * window shows that frame, and the same with its sign changed. Where that is
 * not known, 0 and minus an address that is no page's and where no code lies.
 */
#define JTAB_HASHED	65536u
#define JTAB_PLACES	16384u	/* number 0 is not used */
#define JTAB_SIZE	(JTAB_HASHED + 2 * JTAB_PLACES)
#define JTAB_PLUS(place)	(JTAB_HASHED + 2 * (place))
#define JTAB_MINUS(place)	(JTAB_PLUS(place) + 1)
#define JTAB_NOWHERE	(-0xdeadb001u)

/* jtab_empty() - what entry @index holds if nothing is known; @miss: a hashed
 * one's. */
static inline uint32_t jtab_empty(uint32_t index, uint32_t miss)
{
	return index < JTAB_HASHED ? miss : index & 1 ? JTAB_NOWHERE : 0;
}

enum window_fault {
	WINDOW_MAPPED,	/* hidden: try again */
	WINDOW_GUEST,	/* the guest's tables do not allow it: #PF */
	WINDOW_CODE,	/* a write to a frame with code */
	WINDOW_BEYOND,	/* nothing is shown there: see windows_ends() */
	WINDOW_MMIO,	/* no memory there, or writes go elsewhere than
			 * reads: nowhere, above all */
};

/* What is counted. */
struct window_stats {
#define BT_COUNT(name, text)
#define WIN_COUNT(name, text) uint64_t name;
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
};

/* What the host lets a process map, and how. */
struct window_limits {
	uint32_t max_maps;	/* vm.max_map_count */
	bool populate;		/* MAP_POPULATE is to be used */
};

/**
 * windows_create() - reserve windows for cpu->mmu->windows
 * @limits: not kept
 * @miss: what an empty hashed jump table entry holds
 *
 * Return: false if out of address space or memory.
 */
bool windows_create(struct cpu *cpu, const struct window_limits *limits,
		    uint32_t miss);
void windows_destroy(struct cpu *cpu);

/* windows_changed() - tables may have changed (CR3 load); @global: those of
 * global pages as well. */
void windows_changed(struct cpu *cpu, bool global);
/* windows_invlpg() - one entry may have changed. */
void windows_invlpg(struct cpu *cpu, laddr a);
/* windows_drop() - rights have changed (CR0.WP, CR4): nothing holds. */
void windows_drop(struct cpu *cpu);
/* windows_give_back() - windows_drop(), and give the memory that windows were
 * made of back to the host. */
void windows_give_back(struct cpu *cpu);
/* windows_protect() - frame @pfn has got code: no fast writes. */
void windows_protect(struct cpu *cpu, uint32_t pfn);
/* windows_clear_jtabs() - translated code moved or is gone. */
void windows_clear_jtabs(struct cpu *cpu);
/* windows_clear_jtabs_of() - the same, of programs (@user) or the system. */
void windows_clear_jtabs_of(struct cpu *cpu, bool user);

/* windows_jtab_set() - set an entry of the active jump table. */
void windows_jtab_set(struct cpu *cpu, uint32_t index, uint32_t host);

/*
 * windows_ends() - the user's view that is active next is that of a program
 * whose flat segments have their last bytes at @data (none of DS, ES and SS
 * ends before it does) and at @code, both the last ones of a page. What was
 * found by other ends is gone when it is.
 */
void windows_ends(struct cpu *cpu, laddr data, laddr code);

/* windows_activate() - make cpu->hot.win and .jtab fit CR3 and CPL. */
void windows_activate(struct cpu *cpu);

/* windows_fault() - translated code could not access @a; called for the
 * active window, from the signal handler. */
enum window_fault windows_fault(struct cpu *cpu, laddr a, bool write);

/* windows_want() - a program will touch the page at @la, which the guest has
 * yet to provide. */
void windows_want(struct cpu *cpu, laddr la);

/* windows_exec() - code at @a was looked up for the active jump table. */
void windows_exec(struct cpu *cpu, laddr a);

/**
 * windows_watch() - have changes of some pages' entries reported
 * @pages: a bit for each page; kept and looked at by INVLPG
 */
void windows_watch(struct cpu *cpu, const uint32_t *pages);
/* windows_take_change() - was such a change possible since last asked? */
bool windows_take_change(struct cpu *cpu);

const struct window_stats *windows_stats(const struct cpu *cpu);

#endif
