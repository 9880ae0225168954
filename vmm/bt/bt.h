/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bt.h - the translator: IA-32 code to x86-64 code, mostly the same
 * instruction.
 *
 * The stages, a file each:
 *   block.c	finds the guest instructions of a fragment
 *   translate*.c	say how each becomes host code (translate.def)
 *   emit.c	encodes host instructions
 *   cache.c	keeps fragments: found by address, killed by writes
 *   chain.c	connects them: direct jumps, the jump table
 *   again.c	counts what is translated again
 *   place.c	knows at which address a window shows them
 *   fault.c	decides what a host fault in translated code means
 *   x87.c	keeps the x87 pointers
 *   run.c, enter.S	in and out
 *   host.c	what this host offers for all that
 *
 * Registers while translated code runs:
 *   eax ecx edx ebx ebp esi edi	the guest's; high halves are 0
 *   r14	the window + the guest's ESP: r14d is ESP, for windows lie at
 *		multiples of 4 GiB. In fragments with MODE_RSP this and the
 *		next one change places (translate_esp.c)
 *   rsp	a stack of host return addresses, a hint to the host's RET
 *   flags	the guest's arithmetic flags and DF; but see struct owed
 *   r13		the window; r12: its jump table
 *   r15	struct cpu
 *   r8	the host address of a segment: see trans_by_r8()
 *   r11	the target of an indirect jump, or a return address
 *   r9, r10, r11	else: scratch
 *   x87, xmm, MXCSR	the guest's
 *
 * Always true:
 * 1. Inserted code leaves the flags alone.
 * 2. An instruction has no visible effect before its last access that can
 *    fault; so a fault anywhere in it finds the state before it.
 * 3. A fragment is good for one key (its first byte's offset in the memory
 *    file: vmdriver/guestmem.h) and one mode (enum frag_mode), and either for
 *    one linear address, or, if it floats, for whatever linear address its
 *    page has in the window (place.c). All addresses in one that floats are
 *    relative to that page; while it runs, the jump table in r12 says where
 *    the page is. A jump leads within its page, from one global page to
 *    another, or to an entry that asks the jump table about its page; every
 *    other target is found by that table. The table is emptied when a mapping
 *    of code changes.
 * 4. Nothing polls. Who raises the attention word sends SIGALRM too; its
 *    handler leaves a string instruction, and sees to it that any other
 *    fragment under way leaves at its end.
 * 5. The cache has two views: one writable and one executable.
 * 6. A direct jump may enter a fragment at any instruction where the state is
 *    that of a beginning (cache_inside()). So no code relies on what was before
 *    such an instruction.
 */
#ifndef VMM_BT_BT_H
#define VMM_BT_BT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ia32/decode.h"
#include "vmm/bt/srcmap.h"
#include "vmm/cpu/insn.h"
#include "vmm/mmu/mmu.h"
#include "vmm/mmu/window.h"

#define NO_PAGE UINT32_MAX
#define FRAG_INSNS	64	/* guest instructions in a fragment, at most */
#define FRAG_BRANCHES	6	/* jumps and calls it goes on behind */

/* What a fragment's code depends on besides its bytes. */
enum frag_mode {
	MODE_USER = 1,
	MODE_NO_FPU = 2,	/* x87, MMX, SSE: by the interpreter */
	MODE_NO_TSC = 4,	/* RDTSC: by the interpreter */
	MODE_RSP = 8,		/* none of the guest's: ESP is in rsp, until
				 * the first call or way out */
	MODE_NO_SSE = 16,	/* SSE and MMX: by the interpreter */
	MODE_LIMIT = 32,	/* the thread's segment (bt_thread_segment())
				 * has a limit, or had when it was last there */
};

/* Why translated code was left (cpu->hot.reason). */
enum bt_reason {
	BT_LOOK,	/* something for the run loop to look at */
	BT_STEP,	/* one instruction for the interpreter */
	BT_PAGE_FAULT,	/* #PF at bt->pf_la */
};

/*
 * What describes code lies in one arena, and says where by numbers (bt_frag(),
 * bt_exit(), bt_number()): half as long as pointers. 0 is none.
 */

/* A jump out of a fragment: a direct one, an indirect one that nearly always
 * leads to one place, or the call of a thunk. */
struct exit {
	uint32_t frag;		/* it belongs to */
	uint32_t to;		/* the fragment it leads to; 0: not connected */
	uint32_t next_in, prev_in; /* exits: the others that lead there */
	laddr target;		/* less the base of @frag */
	uint32_t enter;		/* cache offset: in @to, or @checked */
	uint32_t checked;	/* cache offset of what says which page is
				 * meant and leads to @to's linked entry; 0:
				 * the target is in the same page */
	uint32_t patch;		/* cache offset of its rel32 */
	uint32_t stub;		/* cache offset of what connects it */
	uint32_t check;		/* cache offset of what trips if the target, or
				 * a thunk's page, is the wrong one; else 0 */
	uint32_t landing;	/* of a call of a thunk: cache offset behind
				 * it; else 0 */
	laddr back;		/* of a call of a thunk: the guest's address
				 * behind it; of an indirect one: where it is
				 * itself; less the base of @frag */
	uint8_t thunk;		/* THUNK() that is called */
	bool indirect;		/* target: the low half of the last one's key,
				 * or 0 */
	bool from_rsp : 1, to_rsp : 1;	/* ESP is in rsp here; shall be so
				 * there */
	bool call : 1;		/* the host's CALL, not a jump */
	bool loops : 1;		/* it shall once an interrupt came in here */
	bool sti : 1;		/* behind an STI that was translated */
};

/*
 * Position-independent code asks where it is by a call of MOV reg,[ESP]; RET,
 * a thunk: often the first thing that a function does.
 */
#define THUNK(reg) ((reg) + 1u)

/* An instruction that C code runs. */
struct site {
	uint32_t frag;
	uint32_t eip;		/* less the base of @frag */
	uint32_t resume;	/* cache offset of the next instruction; 0:
				 * leave the fragment */
	uint64_t *count;	/* of bt_stats: why it is one */
	uint8_t row;		/* enum account_row */
	bool fpu;		/* it uses x87 or SSE state */
	bool sys;		/* it may change the mode or a segment */
	uint8_t loads;		/* bt_loads() */
	uint8_t seen;		/* enum smc_kind: what it was seen to do */
	uint16_t idle;		/* times that it has not done so since; of an
				 * SMC_FAULTER all times, up to @uses */
	uint16_t uses;
	struct touch *touch;	/* of an SMC_TOUCHER that is no REP STOS */
	struct near_page *near;	/* of an SMC_FAULTER that has one */
	struct insn in;
};

struct frag {
	paddr key;		/* of its first byte */
	uint32_t hash_next;
	laddr la;		/* less its base: frag_base() */
	uint32_t entry;		/* cache offset: for direct jumps */
	uint32_t indirect;	/* cache offset for indirect ones: checks r11 */
	uint32_t linked;	/* cache offset for jumps from other pages:
				 * checks that the window shows this one at
				 * @la, or if it floats, at r10; or 0 */
	uint32_t straddle;	/* cache offset of what trips if the window
				 * does not show both its pages, or 0 */
	uint32_t from_r14;	/* cache offset for direct jumps with ESP in
				 * r14; with MODE_RSP this puts it into rsp */
	uint32_t end;		/* cache offset behind its code */
	uint8_t mode;
	bool valid;
	bool global;		/* its page is a global one */
	uint8_t count;		/* guest instructions */
	uint16_t len;		/* guest bytes */
	uint16_t place;		/* of its frame in jump tables, or 0 */
	uint16_t place2;	/* of @pfn2 */
	bool x87;		/* has instructions that x87.c must know of */
	bool floats;		/* else it is good for @la only, and its base
				 * is 0 */
	uint8_t out_count;
	uint32_t out;		/* the first of its own exits, which lie one
				 * behind the other */
	uint32_t in;		/* the first exit connected to it */
	uint32_t place_next, place_prev; /* fragments with the same place */
	uint32_t pfn2;		/* page of the memory file that its last bytes
				 * are in if its only instruction straddles two
				 * pages, or NO_PAGE */
	uint16_t hole;		/* offset in it of an immediate that is
				 * loaded from the guest's code; 0: none */
	uint8_t thunk;		/* THUNK() that it is, or 0 */
	uint8_t landing_count;
	uint8_t map_count;
	uint16_t landing[FRAG_BRANCHES + 1];	/* where the host's RET comes
				 * back to behind calls, less @indirect */
	uint32_t map;		/* packed: srcmap.h */
	uint32_t ref2;		/* struct code_ref: what @ref has not, or 0 */
	struct code_ref ref;
};

/* What is counted. */
struct bt_stats {
#define BT_COUNT(name, text) uint64_t name;
#define WIN_COUNT(name, text)
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
};

#define TOUCHER_STORES (1u << 20) /* to one page: it touches no new ones */
#define FRAG_HASH_BITS 17
#define FRAG_HASH (1u << FRAG_HASH_BITS)
#define PLACE_PART_SHIFT 26u
#define PLACE_PARTS (1u << (32 - PLACE_PART_SHIFT))
#define PLACE_MOVES 8u
#define PLACE_HASH_BITS 12
#define PLACE_HASH (1u << PLACE_HASH_BITS)
#define AGAIN_SAMPLE_BITS 6
#define AGAIN_SAMPLE (1u << AGAIN_SAMPLE_BITS)
#define AGAIN_FRAGS_BITS 3
#define AGAIN_FRAGS (1u << AGAIN_FRAGS_BITS)
#define AGAIN_BITS 22
#define AGAIN_BYTES (1u << (AGAIN_BITS - 3))
#define UNITS 16u	/* of the code cache */
#define SMC_BITS 14
#define SMC_FRAMES 8192u

/* smc.c: places that cost host faults. */
enum smc_kind {
	SMC_IMMEDIATE,	/* an immediate that is written */
	SMC_WRITER,	/* an instruction that writes to code */
	SMC_FAULTER,	/* one whose pages are mostly not in the window, or
			 * never: a chip's, those of a segment with a limit */
	SMC_TOUCHER,	/* a program's store that touches new pages */
	SMC_TARGETS,	/* an indirect jump that leads to many places */
	SMC_STRAYS,	/* a call that the host's RET comes back to when the
			 * guest's does not */
	SMC_NONE,
};

struct smc_place {
	paddr at;		/* key of the instruction, or the immediate */
	uint8_t kind, count;
	uint8_t forgotten;	/* times that smc_forget() took it back */
};

struct bt {
	/* the cache: offset 0 is not used by any code */
	uint8_t *rw;
	uint32_t rx;		/* host address of the executable view */
	uint32_t size, used, stubs_end;
	struct unit {		/* a part of it, emptied at once */
		uint32_t code, code_end;	/* cache offsets */
		uint32_t arena, arena_end;	/* numbers */
		uint32_t first, count;		/* in @frags */
		uint32_t code_there, arena_there; /* memory up to there */
	} unit[UNITS];
	unsigned int now;	/* the unit that is being filled */
	bool populates;		/* the host can make memory there at once */
	uint64_t lost;		/* times that fragments were given up: whoever
				 * knew one may not look at it any more */
	uint32_t miss;		/* host addresses of the ways out */
	uint32_t link, link_miss, link_wrong, callout, stale;
	uint32_t indirect;	/* goes on at the guest address in r11 */
	uint32_t empty;		/* where a RET leads when no call is known */
	uint32_t tripwire;	/* host address of the last 4 bytes below 4 GiB
				 * of nothing; 0: there is none */
	/* the host's stack while translated code runs: return addresses */
	uint8_t *returns;
	/* a jump table of misses */
	uint32_t *no_jtab;
	uint32_t no_place;	/* the one place that it has an address for */
	/* what describes it: a bump allocator */
	uint8_t *arena;
	uint32_t arena_size, arena_used;
	uint32_t hash[FRAG_HASH];
	uint32_t *frags;	/* fragments, by unit and address in it */
	uint32_t unit_frags;	/* of a unit, at most */
	/* global pages with code that others jump to directly */
	struct global_page {
		laddr la;
		uint32_t pfn;
	} * globals;
	uint32_t global_count, global_max;
	uint32_t *global_bit;	/* by page number */
	/* [place.c] frames of code that have a place in jump tables */
	struct code_place {
		uint32_t pfn;
		laddr fixed;		/* the page's address */
		uint16_t next;		/* of those with a like @pfn, or of the
					 * free ones; 0: none */
		bool floats;		/* @fixed is not the only one */
		uint32_t frags;		/* the first fragment, dead ones too */
		uint32_t uses;		/* fragments, by place and place2 */
	} places[JTAB_PLACES];
	uint16_t place_hash[PLACE_HASH];
	uint8_t moves[PLACE_PARTS];	/* frames of programs seen to move, by
				 * where to; PLACE_MOVES at most */
	uint64_t *floated;	/* frames that floated when their last place was
				 * given back, a bit each */
	uint16_t place_free;	/* the first one that was given back */
	uint32_t place_count, place_top; /* in use; ever used, and 1 */
	uint64_t epoch;		/* of cpu->mmu->code, when it was emptied */
	uint64_t window;	/* that translated code ran in last; 0: none */
	uint32_t host_flags;	/* EFLAGS of this process, but for FL_ARITH
				 * and DF: what PUSHF pushes besides */
	uint64_t clears_seen;	/* of jump tables, by the stack of returns, */
	uint64_t gen_seen;	/* and flushes (cpu->mmu->gen) */
	uint8_t mode;		/* the mode now */
	uint8_t tables_mode[2];	/* the jump tables', by MODE_USER */
	uint32_t reach[2];	/* by MODE_USER: bytes of a thread's segment
				 * with a limit that code relies on */
	/* The last #PF of translated code. */
	bool pf_write;
	laddr pf_la;
	struct smc_place smc[1 << SMC_BITS];
	/* [smc.c] places there that are often, by SMC_FRAME() */
	uint16_t smc_frames[SMC_FRAMES];
	uint64_t *again;	/* [again.c] 1 << AGAIN_BITS bits */
	uint32_t dump;		/* bits: enum dump_stage */
	int dump_fd;
	struct lockstep *lockstep;	/* or NULL */
	unsigned int touches;	/* how many entries of cpu->touch were given, */
	unsigned int nears;	/* and of cpu->near */
	bool popcnt, movbe;	/* the host has these instructions */
	bool counts;		/* translated code counts its instructions */
	bool all_in_rsp;	/* whatever code begins with MODE_RSP: a test */
	bool loops_in_rsp;	/* loops from their second turn on: a test */
	unsigned int limit;	/* lockstep: instructions in a fragment */
	bool entered;		/* lockstep: one fragment was entered */
	/* What the instruction before @held_at holds off of it (SHADOW_*), if
	 * C code knows that it was the last one. */
	uint8_t held;
	laddr held_at;
	struct bt_stats stats;
};

/* What this host offers a translator. */
struct bt_host {
	uint32_t denied;	/* HOST_BIT()s: not to be used (base/host.h) */
	bool popcnt, movbe;	/* it has these instructions */
	struct window_limits maps;
	uint32_t code_cache;	/* bytes of code; 0: by guest RAM */
};

/* bt_host() - what there is here; @denied as in the struct. */
struct bt_host bt_host(uint32_t denied);

/**
 * bt_create() - give a processor a translator
 * @host: what there is here (host.c); not kept
 *
 * The calling thread gets signal handlers and an alternate signal stack. Only
 * one processor of a process can have a translator at a time.
 *
 * Return: false if the host lacks something; *@why says what.
 */
bool bt_create(struct cpu *cpu, const struct bt_host *host, const char **why);
/* bt_destroy() - take it away, with all its memory and signal handlers. Nothing
 * to do if there is none. */
void bt_destroy(struct cpu *cpu);

/**
 * bt_interrupt() - have translated code left soon
 * @context: what the signal handler got as its third argument
 *
 * Called by the handler of the signal that comes with each raise of the
 * attention word. At most the fragment under way is run to its end; no
 * other handler may be interrupted by that signal.
 */
void bt_interrupt(void *context);

/*
 * bt_insns() - guest instructions since reset; those of translated code only
 * if it counts them. A run of instructions between two jumps is counted when
 * it begins; so one that is left in its middle (a fault, seldom) counts whole.
 */
uint64_t bt_insns(const struct cpu *cpu);

/* bt_sample() - from a signal handler: what is this processor busy with? */
enum account_row bt_sample(const struct cpu *cpu, const void *context);

/* bt_claim_signals() - take the fault signals back from whoever took them
 * from us (a test framework does). Return: false if that is impossible. */
bool bt_claim_signals(struct cpu *cpu);

/* bt_give_back() - all that was made of the guest's code goes, and its memory
 * back to the host; called after mmu_forget_code(), not while code is run. */
void bt_give_back(struct cpu *cpu);

/* bt_ready() - can translated code run in this state? Sets up cpu->hot. */
bool bt_ready(struct cpu *cpu);

/*
 * bt_run() - run translated code from CS:EIP until something is up. Called
 * with cpu->fault armed; raises what the guest's instructions raise.
 */
enum bt_reason bt_run(struct cpu *cpu);

/*
 * bt_plain_port() - one port is plain memory from now on: a 16-bit access to
 * it at CPL 0 reads or writes bits 7-0 of @word and may not be seen by the
 * board (translate_port.c). Bits 15-8 must be 0, and are written so.
 * bt_no_plain_port() - no port is.
 * bt_plain_count() - how many accesses were made so since the last call.
 */
void bt_plain_port(struct cpu *cpu, uint16_t port, uint16_t *word);
void bt_no_plain_port(struct cpu *cpu);
uint64_t bt_plain_count(struct cpu *cpu);

/* ---- what the stages offer each other ----------------------------------- */

/* block.c: a guest block, decoded. */
struct gblock {
	laddr la;
	paddr key;
	bool global;
	uint32_t pfn2;		/* or NO_PAGE */
	unsigned int count;
	unsigned int len;
	unsigned int branches;	/* that it goes on behind */
	uint64_t joins;		/* a bit for each instruction that one of its
				 * own jumps leads to */
	uint8_t mode;		/* that its fragment will have */
	struct insn in[FRAG_INSNS];
};

/* bt_block() - decode at CS:EIP for a fragment of @mode; raises #PF, #GP.
 * Return: false if the interpreter has to run what is there. */
bool bt_block(struct cpu *cpu, struct gblock *gb, uint8_t mode);

/* translate.c */
/* bt_translate() - make a fragment of @gb, which is not kept; cache_make_room()
 * was called. Return: the fragment, owned by the cache, whose index has yet to
 * get it: cache_add(). */
struct frag *bt_translate(struct cpu *cpu, const struct gblock *gb);

/* again.c */
/* again_note() - @gb is being translated: was it before? */
void again_note(struct cpu *cpu, const struct gblock *gb);

/* cache.c */
/* cache_size() - bytes of code that are usual for so many of guest RAM. */
uint32_t cache_size(uint64_t ram);
/* cache_create() - @size: bytes of code, CODE_CACHE_MIN to CODE_CACHE_MAX;
 * @populate: MADV_POPULATE_WRITE may be used. */
bool cache_create(struct bt *bt, uint32_t size, bool populate);
/* cache_destroy() - free what cache_create() has made, or a part of it if that
 * failed. */
void cache_destroy(struct bt *bt);
/* cache_lead() - the code at cache offset @at is a jump (e9) or call (e8) to
 * host address @to. */
void cache_lead(struct bt *bt, uint32_t at, uint8_t opcode, uint32_t to);
/* cache_make_room() - there is room for one more fragment of the largest kind.
 * What is emptied for that is counted in bt->lost. */
void cache_make_room(struct cpu *cpu);
/* cache_alloc() - @size bytes of the arena, for a record of the unit that is
 * being filled; they go with the unit. cache_make_room() has seen to it that
 * there are as many. */
void *cache_alloc(struct bt *bt, size_t size);
/* cache_add() - @f is found from now on, and killed by a write to its bytes.
 * Return: false if there is no memory to watch them: @f is not valid then. */
bool cache_add(struct cpu *cpu, struct frag *f);
/* cache_lookup() - the fragment of @mode for the code with @key that is shown
 * at @la, or NULL. @global: it is the kernel's, on a global page. */
struct frag *cache_lookup(struct cpu *cpu, paddr key, laddr la, uint8_t mode,
			  bool global);
/* cache_opens() - is @f, which the window shows, a fragment of @mode that can
 * be entered where @la is, which is @key? @enter: cache offset */
bool cache_opens(const struct cpu *cpu, const struct frag *f, paddr key,
		 laddr la, uint8_t mode, uint32_t *enter);

/* cache_inside() - one that has the same instruction, but begins before it, and
 * can be entered there: at cache offset *@enter, with ESP where @mode says. Or
 * NULL. */
struct frag *cache_inside(struct cpu *cpu, paddr key, laddr la, uint8_t mode,
			  bool global, uint32_t *enter);
/* cache_at() - the fragment whose code holds host address @rip, or NULL. */
struct frag *cache_at(const struct bt *bt, uint64_t rip);
/* cache_flush() - no fragment is left; the memory is kept and filled anew. */
void cache_flush(struct cpu *cpu);
/* cache_give_back() - cache_flush(), and the memory goes back to the host. */
void cache_give_back(struct cpu *cpu);
/* cache_kill() - @f is not found, and nothing leads to it any more. What runs
 * in it runs on to an exit; calls under way come back by the jump table. */
void cache_kill(struct cpu *cpu, struct frag *f);

/* smc.c. @at: the key of the place. */
/* smc_note() - @kind happened there once more. */
void smc_note(struct bt *bt, paddr at, enum smc_kind kind);
/* smc_forget() - @kind has not happened there often. */
void smc_forget(struct bt *bt, paddr at, enum smc_kind kind);
/* smc_forgotten() - how many times was that, up to SMC_FORGOTTEN? */
#define SMC_FORGOTTEN 6u
unsigned int smc_forgotten(const struct bt *bt, paddr at, enum smc_kind kind);
/* smc_find() - smc_often() by a look into the table alone. */
bool smc_find(const struct bt *bt, paddr at, enum smc_kind kind);

/* SMC_FRAME() - the frame of a place, as one of a few. */
#define SMC_FRAME(at) ((uint32_t)((at) >> PAGE_SHIFT) % SMC_FRAMES)

/* smc_often() - was it seen often? Asked several times for each instruction
 * that is translated, and nearly always no frame around has such a place. */
static inline bool smc_often(const struct bt *bt, paddr at, enum smc_kind kind)
{
	return bt->smc_frames[SMC_FRAME(at)] && smc_find(bt, at, kind);
}

/* chain.c */
/* chain_find() - the fragment of @mode at CS:EIP, made if need be; raises
 * faults.
 * @first: NULL, or the fragment that is looked in before others, if it can be
 *	entered inside. What was interrupted in a loop goes on in a fragment
 *	that begins there, and the loop is not to become a row of such
 * @inside: NULL, or one that begins before will do, too: receives the cache
 *	offset where to enter that, or 0
 * Return: NULL if the interpreter has to run what is there. */
struct frag *chain_find(struct cpu *cpu, uint8_t mode, struct frag *first,
			uint32_t *inside);
/* chain_first() - MODE_RSP if a fragment has it that C code leads to, or 0. In
 * lockstep a program's has: no other one leads to it. */
uint8_t chain_first(const struct cpu *cpu);
/* frag_current() - do the guest's tables lead from CS:EIP to @f? They may not
 * where the TLB did, for the guest has changed an entry and not flushed it yet.
 * To run @f is right then, but not to enter it in the jump table, which is good
 * until an entry changes: the flush would find none. Return: false, and what
 * the TLB had is dropped. */
bool frag_current(struct cpu *cpu, const struct frag *f);
/* chain_calm() - nothing for the run loop to look at? */
bool chain_calm(const struct cpu *cpu);
/* chain_jump() - host address to go on at CS:EIP, or 0 to leave. */
uint64_t chain_jump(struct cpu *cpu);
/* chain_cut() - no jump leads to @f any more. */
void chain_cut(struct bt *bt, struct frag *f);
/* chain_cut_out() - no jump of @f leads anywhere. */
void chain_cut_out(struct bt *bt, const struct frag *f);
struct emit;
/* chain_emit_indirect() - go on at the guest address in r11. */
void chain_emit_indirect(struct emit *e, bool call);
/* chain_unlearn() - an indirect exit leads to its stub, whatever the target. */
void chain_unlearn(struct bt *bt, const struct exit *x);
/* chain_interrupt() - from the signal handler: have @f leave at its end. */
void chain_interrupt(struct bt *bt, struct frag *f);
/* chain_globals_check() - global pages with code: are they still there? */
void chain_globals_check(struct cpu *cpu);
/*
 * Called by enter.S where translated code knows no way on. Return: the host
 * address where it goes on, or 0 to leave.
 * chain_link() - by exit number @at, which is not connected yet.
 * chain_miss() - at guest address @at, which the jump table has no code for.
 * chain_link_miss() - by exit number @at, which is connected to another place;
 *	@target: the guest address it is to lead to, if it is indirect.
 * chain_stale() - at the entry of a fragment that was killed; @at: host address
 *	behind the call that lies there now.
 */
uint64_t chain_link(struct cpu *cpu, uint32_t at);
uint64_t chain_miss(struct cpu *cpu, uint32_t at);
uint64_t chain_link_miss(struct cpu *cpu, uint32_t at, laddr target);
uint64_t chain_stale(struct cpu *cpu, uint32_t at);

/* place.c */
/* frag_base() - what is to be added to addresses in @f, whose place the active
 * jump table knows: so it is while it runs. */
laddr frag_base(const struct cpu *cpu, const struct frag *f);
/* frag_la() - the linear address of @f, whose place the active jump table
 * knows. */
laddr frag_la(const struct cpu *cpu, const struct frag *f);
/* place_known() - has the active jump table an address for @place? */
bool place_known(const struct cpu *cpu, uint32_t place);
/* place_elsewhere() - has it one that is not that of the page at @la? */
bool place_elsewhere(const struct cpu *cpu, uint32_t place, laddr la);
/* frag_page() - the linear address of the (first) page of @f, whose place the
 * active jump table knows. */
laddr frag_page(const struct cpu *cpu, const struct frag *f);
/* place_find() - the place of frame @pfn as seen at @la: one with that address,
 * or one that floats and that the active jump table knows nothing of. Return: 0
 * if there is none. */
uint32_t place_find(const struct cpu *cpu, uint32_t pfn, laddr la);
/* place_get() - the place of frame @pfn as seen at @la, made if need be. If the
 * frame had one other address up to now, it floats from here on. */
uint32_t place_get(struct cpu *cpu, uint32_t pfn, laddr la);
/* place_join() - @f, which has one, is among the fragments of its place. */
void place_join(struct bt *bt, struct frag *f);
/* place_leave() - it is not any more. A place that nobody has is given back:
 * all jump tables are to be emptied before it is given to another frame. */
void place_leave(struct bt *bt, const struct frag *f);
/* place_clear() - there is none. */
void place_clear(struct bt *bt);
/* place_forget() - code of frame @pfn was written: what comes next is other
 * code, and may have one address only. */
void place_forget(struct bt *bt, uint32_t pfn);
/* place_float() - what was translated for its one address is killed. Return:
 * was there anything, or is its frame used for something else by now? */
bool place_float(struct cpu *cpu, uint32_t place);
/* place_room() - can two more be made? */
bool place_room(const struct bt *bt);
/* place_enter() - @f, which is about to be run at CS:EIP, has its places in
 * the active jump table, and so have others around that are known. Return:
 * false if it is not frag_current(). */
bool place_enter(struct cpu *cpu, const struct frag *f);
/* place_interrupt() - the table of misses says of @f's place what the active
 * one does. */
void place_interrupt(struct cpu *cpu, const struct frag *f);

/* translate_seg.c */
/* bt_loads() - Return: 1 + SEG_DS or SEG_ES if the instruction loads that, by
 * MOV or POP; else 0. */
unsigned int bt_loads(const struct insn *in);
/* bt_note_load() - an instruction just loaded DS or ES. */
void bt_note_load(struct cpu *cpu, unsigned int seg);

/* x87.c: where FIP, FCS and FOP come from. */
struct x87_note {
	uint32_t frag;		/* what they tell of is in */
	uint32_t eip;		/* less the base of @frag */
	uint16_t fop;
	bool clears;		/* no: FNINIT cleared them */
};

/*
 * And FDP and FDS. The note and the segment are one quadword: a sign-extended
 * number stored there says both.
 */
enum x87_seg {
	X87_DS = 0,
	X87_KEPT = 1,		/* they stay what they were */
	X87_CLEARED = 2,
	X87_SEG = 3,		/* and the number of the segment register */
};
#define X87_SS (1u << 31)	/* sign-extended: cpu->hot.x87_seg is ~0 */

/* x87_plain() - is it one that is translated as itself and changes no general
 * register? Runs are made of those. */
bool x87_plain(const struct insn *in);
/* x87_settle() - cpu->hot.x87_note goes to the guest's state. Called by
 * enter.S, too. */
void x87_settle(struct cpu *cpu);
/* x87_replay() - @f is left before the instruction @guest bytes from its
 * first one: what the run just before that did. The registers are there, EIP
 * too: the jump table may not know @f any more. */
void x87_replay(struct cpu *cpu, const struct frag *f, uint32_t guest);

/* run.c */
/* bt_flat_data() - base 0, no limit, writable: it need not be looked at. */
bool bt_flat_data(const struct segment *s);
/* bt_thread_segment() - the one that has what belongs to a thread, or in the
 * kernel to a processor: GS of programs, FS of kernels. */
const struct segment *bt_thread_segment(const struct cpu *cpu);
/* bt_has_limit() - writable, but not all of 4 GiB. */
bool bt_has_limit(const struct segment *s);

/* bt_over_limit() - does the page at @la lie behind the end of CS? */
static inline bool bt_over_limit(const struct cpu *cpu, laddr la)
{
	return (la & ~PAGE_MASK) > cpu->seg[SEG_CS].limit;
}

/* bt_go_on() - C code is over: translated code goes on at cache offset @offset.
 * Return: its host address. */
uint64_t bt_go_on(struct cpu *cpu, uint32_t offset);

/* run_callout() - called by enter.S: C code runs the instruction of site number
 * @at. Return: the host address where translated code goes on, or 0 to leave;
 * what the guest raises goes to cpu->fault. (run.c) */
uint64_t run_callout(struct cpu *cpu, uint32_t at);

/* fault.c */
#define TRIPWIRE_PAGE 0x7ffff000u	/* the last one that disp32 reaches */
#define TRIPWIRE_VOID (1ull << 32)	/* bytes of nothing behind it */
#define RETURNS_SIZE (64u << 10)	/* the lowest page is a guard */
/* fault_forget_returns() - no return address on the stack holds any more. */
void fault_forget_returns(struct cpu *cpu);
/* fault_install() - set the handlers of faults of translated code, and make
 * what it needs beside the cache: an alternate stack for signals, the stack of
 * return addresses, and the tripwire if @host has room for it. Return: false if
 * there is no memory, or a handler can not be set; fault_remove() is to be
 * called. */
bool fault_install(struct cpu *cpu, const struct bt_host *host);
/* fault_remove() - take away what fault_install() has made. */
void fault_remove(struct cpu *cpu);

/* enter.S */
/* bt_enter() - run translated code from host address @host on, until it is
 * left; cpu->hot.reason says why. The guest's registers are in @cpu, before and
 * after. */
void bt_enter(struct cpu *cpu, uint64_t host);
extern const char bt_link_out[], bt_miss_out[], bt_link_miss_out[],
	bt_link_wrong_out[], bt_callout_out[], bt_stale_out[], bt_fault_out[],
	bt_resume_last[], bt_resume_end[], bt_resume_abort[], bt_enter_end[];

static inline void *bt_at(const struct bt *bt, uint32_t offset)
{
	return bt->rw + offset;
}

static inline struct frag *bt_frag(const struct bt *bt, uint32_t number)
{
	return (struct frag *)(bt->arena + number);
}

static inline struct exit *bt_exit(const struct bt *bt, uint32_t number)
{
	return (struct exit *)(bt->arena + number);
}

static inline uint32_t bt_number(const struct bt *bt, const void *record)
{
	return (uint32_t)((const uint8_t *)record - bt->arena);
}

#endif
