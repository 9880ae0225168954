// SPDX-License-Identifier: BSD-2-Clause
/*
 * run.c - the life of a translator, and the C side of entering its code.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/host.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/bt.h"
#include "vmm/bt/lockstep.h"
#include "vmm/bt/offsets.h"
#include "vmm/cpu/fpu_state.h"
#include "vmm/mmu/window.h"

#define GLOBAL_PAGES 8192u
#define WRITER_IDLE 64
#define TOUCHER_IDLE 64
#define NO_SEGMENT	(1ull << 62)	/* nothing near it is valid */

#define AT(type, field, value) \
	_Static_assert(offsetof(type, field) == (value), #field)
AT(struct cpu, gpr, CPU_GPR);
AT(struct cpu, aflags, CPU_AFLAGS);
AT(struct cpu, eflags, CPU_EFLAGS);
AT(struct cpu, hot.win, CPU_WIN);
AT(struct cpu, hot.jtab, CPU_JTAB);
AT(struct cpu, attention, CPU_ATTENTION);
AT(struct cpu, hot.iflag, CPU_IFLAG);
AT(struct cpu, hot.rest, CPU_REST);
AT(struct cpu, hot.host_rsp, CPU_HOST_RSP);
AT(struct cpu, hot.returns, CPU_RETURNS);
AT(struct cpu, hot.segment, CPU_SEGMENT);
AT(struct cpu, hot.x87_note, CPU_X87_NOTE);
AT(struct cpu, fpu, CPU_FPU);
AT(struct cpu_fpu, xmm, FPU_XMM);
AT(struct cpu_fpu, mxcsr, FPU_MXCSR);
_Static_assert(MXCSR_DEFAULT == MXCSR_INIT, "MXCSR");

static void on_kill(void *arg, struct code_ref *ref, unsigned int first)
{
	struct cpu *cpu = arg;
	uint8_t *valid = (uint8_t *)ref->valid;

	struct frag *f = (struct frag *)(valid - offsetof(struct frag, valid));

	if (valid < cpu->bt->arena ||
	    valid >= cpu->bt->arena + cpu->bt->arena_size)
		return;
	place_forget(cpu->bt, (uint32_t)(f->key >> PAGE_SHIFT));
	if (ref == &f->ref)
		smc_note(cpu->bt, (f->key & ~(paddr)PAGE_MASK) + first,
			 SMC_IMMEDIATE);
	cache_kill(cpu, f);
}

/* host_flags() - what PUSHF shows here of what no instruction of translated
 * code changes. */
static uint32_t host_flags(void)
{
	uint64_t flags;

	asm volatile("pushfq\n\tpopq %0" : "=r"(flags));
	return (uint32_t)flags & ~(FL_ARITH | FL_DF);
}

/*
 * bt_turn() - struct cpu_engine's run()
 *
 * What the instruction before holds off (STI, a load of SS) is so until another
 * one has run; and that may not be: the attention word is looked at first. Who
 * comes back to where it was held off may have run a loop. Then it is once
 * more, which is allowed, and the interpreter runs that instruction.
 */
static uint64_t bt_turn(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;

	bt->held = cpu->shadow;
	bt->held_at = cpu->eip;
	cpu->shadow = 0;
	if (!bt_ready(cpu)) {
		bt->stats.not_ready++;
		return UINT64_MAX;
	}
	if (bt->lockstep) {
		lockstep_run(cpu);
		return 0;
	}
	if (bt_run(cpu) == BT_LOOK) {
		if (cpu->eip == bt->held_at)
			cpu->shadow |= bt->held;
		return 0;
	}
	bt->stats.steps++;
	return 1;
}

static const struct cpu_engine bt_engine = { bt_turn, bt_destroy };

bool bt_create(struct cpu *cpu, const struct bt_host *host, const char **why)
{
	struct bt *bt = calloc(1, sizeof(*bt));

	*why = "out of memory";
	if (bt && (host->denied & HOST_BIT(translator))) {
		*why = "HOSTEL_HOST=no-translator says so";
		free(bt);
		bt = NULL;
	}
	if (!bt)
		return false;
	cpu->bt = bt;
	bt->host_flags = host_flags();
	bt->popcnt = host->popcnt;
	bt->movbe = host->movbe;
	bt_no_plain_port(cpu);
	*why = "out of memory or address space";
	bt->global_max = GLOBAL_PAGES;
	bt->globals = calloc(GLOBAL_PAGES, sizeof(bt->globals[0]));
	bt->global_bit = calloc(1u << 15, sizeof(bt->global_bit[0]));
	bt->again = calloc(1, AGAIN_BYTES);
	bt->floated = calloc(cpu->ram->file_size / PAGE_SIZE / 64 + 1, 8);
	if (!bt->globals || !bt->global_bit || !bt->again || !bt->floated ||
	    !cache_create(bt,
			  host->code_cache ? host->code_cache :
					     cache_size(cpu->ram->size),
			  host->maps.populate) ||
	    !windows_create(cpu, &host->maps, bt->miss) ||
	    !fault_install(cpu, host)) {
		bt_destroy(cpu);
		return false;
	}
	bt->epoch = cpu->mmu->code->epoch;
	windows_watch(cpu, bt->global_bit);
	cpu->mmu->code->on_kill = on_kill;
	cpu->mmu->code->on_kill_arg = cpu;
	cpu->engine = &bt_engine;
	return true;
}

void bt_destroy(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;

	if (!bt)
		return;
	lockstep_destroy(cpu);
	cpu->mmu->code->on_kill = NULL;
	fault_remove(cpu);
	windows_destroy(cpu);
	cache_destroy(bt);
	free(bt->globals);
	free(bt->global_bit);
	free(bt->again);
	free(bt->floated);
	free(bt);
	cpu->bt = NULL;
	cpu->engine = NULL;
}

void bt_give_back(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;

	bt->epoch = cpu->mmu->code->epoch;
	cache_give_back(cpu);
	windows_give_back(cpu);
	bt->stats.given_back++;
}

/* segment_grows_up() - it can be written, from its base to its limit. */
static bool segment_grows_up(const struct segment *s)
{
	return (s->attr & (DESC_P | DESC_S | DESC_CODE | DESC_E | DESC_W)) ==
	       (DESC_P | DESC_S | DESC_W);
}

static bool data_from_zero(const struct segment *s)
{
	return s->base == 0 && segment_grows_up(s);
}

bool bt_flat_data(const struct segment *s)
{
	return data_from_zero(s) && s->limit == 0xffffffffu;
}

/*
 * segments_flat() - do addresses in all segments but FS and GS begin at 0, and
 * need not be looked at? Only a program's may end before 4 GiB, and at a
 * page's end: what is beyond has no page in its window (windows_ends()).
 */
static bool segments_flat(struct cpu *cpu)
{
	const struct segment *s = cpu->seg;
	laddr data = MIN(s[SEG_DS].limit, s[SEG_ES].limit);
	laddr code = s[SEG_CS].limit;

	data = MIN(data, s[SEG_SS].limit);
	if (s[SEG_CS].base || !(s[SEG_CS].attr & DESC_R) ||
	    !data_from_zero(&s[SEG_SS]) || !data_from_zero(&s[SEG_DS]) ||
	    !data_from_zero(&s[SEG_ES]) ||
	    (data & code & PAGE_MASK) != PAGE_MASK)
		return false;
	if (cpu->cpl == 3)
		windows_ends(cpu, data, code);
	return cpu->cpl == 3 || (data & code) == 0xffffffffu;
}

/* segment_base() - the base of FS or GS if it can be had without checks. */
static const uint32_t *segment_base(const struct segment *s)
{
	return segment_grows_up(s) && s->limit == 0xffffffffu ? &s->base : NULL;
}

const struct segment *bt_thread_segment(const struct cpu *cpu)
{
	return &cpu->seg[cpu->cpl == 3 ? SEG_GS : SEG_FS];
}

bool bt_has_limit(const struct segment *s)
{
	return segment_grows_up(s) && s->limit != 0xffffffffu;
}

/* limit_mode() - where there is no such segment, code stays as it is: kernels
 * come in with what the program had. */
static uint8_t limit_mode(const struct cpu *cpu)
{
	if (cpu->hot.segp[cpu->cpl == 3])
		return 0;
	if (bt_has_limit(bt_thread_segment(cpu)))
		return MODE_LIMIT;
	return cpu->bt->tables_mode[cpu->cpl == 3] & MODE_LIMIT;
}

/* thread_base() - what trans_by_r8() needs in r8. */
static uint64_t thread_base(const struct cpu *cpu)
{
	const uint32_t *base = cpu->hot.segp[cpu->cpl == 3];
	const struct segment *s = bt_thread_segment(cpu);

	if (!base)
		return bt_has_limit(
			       s) && s->limit >= cpu->bt->reach[cpu->cpl == 3] ?
			       cpu->hot.win + s->base :
			       NO_SEGMENT;
	return cpu->cpl == 3 ?
		       cpu->hot.win + *base :
		       cpu->hot.win + (4ull << 30) + (uint64_t)(int32_t)*base;
}

/* fpu_mode() - what of the FPU translated code can use. Systems that are older
 * than SSE do not turn that on: they have the x87's instructions. */
static uint8_t fpu_mode(const struct cpu *cpu)
{
	const uint32_t sse = CR4_OSFXSR | CR4_OSXMMEXCPT;

	if ((cpu->cr0 & (CR0_EM | CR0_TS)) || !(cpu->cr0 & CR0_NE))
		return MODE_NO_FPU;
	return (cpu->cr4 & sse) == sse ? 0 : MODE_NO_SSE;
}

static uint8_t mode_of(const struct cpu *cpu)
{
	return (cpu->cpl == 3 ? MODE_USER : 0) | fpu_mode(cpu) |
	       limit_mode(cpu) |
	       (!cpu->pins.tsc_is_host || (cpu->cpl && (cpu->cr4 & CR4_TSD)) ?
			MODE_NO_TSC :
			0);
}

/* sti_poll_set() - translated STI comes to C code if an interrupt waits. */
static void sti_poll_set(struct cpu *cpu)
{
	cpu->hot.sti_poll = cpu->intr || cpu->nmi;
}

bool bt_ready(struct cpu *cpu)
{
	struct bt *bt = cpu->bt;
	uint64_t clears;
	uint8_t mode;

	/* Alignment checks and breakpoints: each access must be looked at. */
	if (UNLIKELY((cpu->eflags & FL_AC) || cpu->mmu->slow))
		mmu_mode_changed(cpu);
	/* Windows show memory as it is with A20 open. */
	if (cpu->mmu->slow || cpu->a20_shut ||
	    (cpu->eflags & (FL_TF | FL_RF)) || !cpu->code32 || !cpu->stack32 ||
	    !cpu_protected(cpu) || cpu_v86(cpu) ||
	    (cpu->cpl != 0 && cpu->cpl != 3) || !segments_flat(cpu))
		return false;
	cpu->hot.segp[0] = segment_base(&cpu->seg[SEG_FS]);
	cpu->hot.segp[1] = segment_base(&cpu->seg[SEG_GS]);
	mode = mode_of(cpu);
	/* A jump table is one privilege's; the other bits seldom change. */
	if (bt->tables_mode[mode & MODE_USER] != mode) {
		bt->tables_mode[mode & MODE_USER] = mode;
		/* They may be empty already. */
		windows_clear_jtabs_of(cpu, mode & MODE_USER);
		bt->window = 0;	/* return addresses go, too */
	}
	bt->mode = mode;
	windows_activate(cpu);
	clears = windows_stats(cpu)->jtab_clears;
	if (bt->window != cpu->hot.win || bt->clears_seen != clears ||
	    bt->gen_seen != cpu->mmu->gen) {
		/* What was called there is not here; and a flush clears no jump
		 * table for a page that only C code has come to. */
		fault_forget_returns(cpu);
		bt->window = cpu->hot.win;
		bt->clears_seen = clears;
		bt->gen_seen = cpu->mmu->gen;
	}
	cpu->hot.segment = thread_base(cpu);
	cpu->hot.tsc_offset = cpu->tsc_offset - cpu->pins.tsc_start;
	sti_poll_set(cpu);
	return true;
}

enum bt_reason bt_run(struct cpu *cpu)
{
	uint64_t host;

	cpu->hot.reason = BT_LOOK;
	cpu->hot.x87_seg = X87_KEPT;
	if (!cpu->fpu->live)
		fpu_own(cpu->fpu);
	host = chain_jump(cpu);
	if (!host)
		return (enum bt_reason)cpu->hot.reason;
	cpu->bt->stats.entries++;
	bt_enter(cpu, host);
	account_to(&cpu->rows, ROW_TRANSITION);
	fpu_settle(cpu);
	if (cpu->hot.reason == BT_PAGE_FAULT) {
		mmu_page_fault(cpu, cpu->bt->pf_la, cpu->bt->pf_write,
			       cpu->cpl == 3);
		return BT_LOOK;
	}
	return (enum bt_reason)cpu->hot.reason;
}

uint64_t bt_insns(const struct cpu *cpu)
{
	if (!cpu->bt || !cpu->bt->counts)
		return cpu->insns;
	/* Callouts are part of runs. */
	return cpu->insns - cpu->bt->stats.callouts + cpu->hot.insns;
}

uint64_t bt_go_on(struct cpu *cpu, uint32_t offset)
{
	account_to(&cpu->rows, ROW_CODE);
	return (uint64_t)cpu->bt->rx + offset;
}

/* give_back() - the place of a site is translated like any other again. */
static void give_back(struct cpu *cpu, const struct site *s)
{
	struct frag *f = bt_frag(cpu->bt, s->frag);

	if (!f->valid)
		return;
	smc_forget(cpu->bt, f->key + (s->eip - f->la), (enum smc_kind)s->seen);
	cache_kill(cpu, f);
}

/*
 * still_seen() - a callout was made: does the site need one any more?
 * @wrote: the instruction wrote to code this time
 *
 * One that has not written to code for a while is translated again. So is one
 * that faulted, after some uses: if its pages stay those of last time, it
 * faults no more. Each time that it does, it is left alone twice as long.
 */
static void still_seen(struct cpu *cpu, struct site *s, bool wrote)
{
	unsigned int limit = s->seen == SMC_WRITER ? WRITER_IDLE : s->uses;

	if (s->seen == SMC_WRITER && wrote)
		s->idle = 0;
	else if (++s->idle == limit)
		give_back(cpu, s);
}

/* touch_page() - the address of the page that a struct touch tells of. */
static laddr touch_page(uint64_t page)
{
	return (laddr)(page >> 4);
}

/* come_near() - @s has used another page: it needs no callout there now. */
static void come_near(struct cpu *cpu, const struct site *s)
{
	struct near_page *n = s->near;
	laddr first = touch_page(n->page / 2);
	bool write = s->in.opcode == 0x89;

	/* Both its bytes' pages are one? Then the half is a page's, too. */
	if (first & PAGE_MASK)
		return;
	n->host = mmu_near_host(cpu, first, write);
	n->minus_page = n->host ? -n->page : NEAR_NONE;
}

/* store_touches() - the store at @s, which touches new pages, is about to touch
 * @la. If the guest has to provide that, it will be mapped then. */
static void store_touches(struct cpu *cpu, struct site *s, laddr la)
{
	paddr page;

	if (mmu_probe(cpu, la, &page))
		return;
	windows_want(cpu, la & ~PAGE_MASK);
	s->idle = 0;
}

static void touch_give(struct cpu *cpu, struct site *s)
{
	laddr di = cpu->gpr[REG_EDI], next = (di | PAGE_MASK) + 1;
	uint64_t size = s->in.opcode & 1 ? s->in.opsize : 1;

	s->idle++;
	if (s->touch) {
		store_touches(cpu, s, touch_page(s->touch->page));
		return;
	}
	/* REP STOS mostly begins in a page that is there. */
	store_touches(cpu, s, di);
	if (cpu->gpr[REG_ECX] * size > next - di)
		store_touches(cpu, s, next);
}

/* store_touched() - it has. One that never finds a new page any more is given
 * back to translation. */
static void store_touched(struct cpu *cpu, struct site *s)
{
	struct touch *t = s->touch;

	if (s->idle >= TOUCHER_IDLE || (t && !t->left))
		give_back(cpu, s);
	if (!t)
		return;
	t->minus_page = -t->page;
	t->left = TOUCHER_STORES;
}

uint64_t run_callout(struct cpu *cpu, uint32_t at)
{
	struct bt *bt = cpu->bt;
	struct site *s = (struct site *)(bt->arena + at);
	struct code_pages *code = cpu->mmu->code;
	uint64_t written = code->written;
	uint64_t clears = windows_stats(cpu)->jtab_clears;
	uint8_t mode = bt->mode;
	const struct frag *f = bt_frag(bt, s->frag);
	laddr base = frag_base(cpu, f);
	laddr next = base + s->eip + s->in.len;

	if (s->fpu)
		fpu_settle(cpu);
	cpu->eip = base + s->eip;
	cpu->next_eip = next;
	account_begin(&cpu->rows, s->row);
	cpu->hot.reason = BT_LOOK;
	code->cut = false;
	if (s->seen == SMC_TOUCHER)
		touch_give(cpu, s);
	s->in.fn(cpu, &s->in);
	sti_poll_set(cpu);	/* it may have reached a device */
	if (s->loads)
		bt_note_load(cpu, s->loads - 1u);
	fpu_own(cpu->fpu);	/* SSE emulation may have put it away */
	cpu->eip = cpu->next_eip;
	cpu->insns++;
	bt->stats.callouts++;
	++*s->count;
	if (s->seen == SMC_TOUCHER)
		store_touched(cpu, s);
	else if (s->seen != SMC_NONE)
		still_seen(cpu, s, written != code->written);
	if (s->near)
		come_near(cpu, s);
	if (s->sys && !bt_ready(cpu))
		return 0;
	if (s->resume && !code->cut && f->valid && cpu->eip == next &&
	    bt->mode == mode && windows_stats(cpu)->jtab_clears == clears &&
	    chain_calm(cpu))
		return bt_go_on(cpu, s->resume);
	return chain_jump(cpu);
}
