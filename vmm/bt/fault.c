// SPDX-License-Identifier: BSD-2-Clause
/*
 * fault.c - what a host fault in translated code means.
 *
 * One function decides (fault_decide()):
 *   hidden	the guest's tables allow the access: the page is mapped now,
 *		and the instruction runs again
 *   step	everything else - #PF, a write to code, MMIO, #GP, #DE, #MF,
 *		#XM: leave, and have the interpreter run this one
 *		instruction; it raises what there is to raise
 *
 * The state at a fault is that before the guest instruction (bt.h, 2): the
 * handler copies the registers to struct cpu and goes on at bt_fault_out.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/host.h"
#include "vmm/bt/dump.h"
#include "vmm/bt/emit.h"
#include "vmm/mmu/window.h"

#define TRAP_PAGE_FAULT	14
#define ERR_WRITE	2
#define SIGNAL_STACK	(64u << 10)

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };

/* The processor whose code runs: a signal handler has no other way. */
static struct cpu *fault_cpu;
static void *fault_stack;

enum decision { FAULT_HIDDEN, FAULT_STEP, FAULT_GUEST, FAULT_RETURNS };
static const char *const decisions[] = {
	"hidden, again", "a step of the interpreter", "the guest's page fault",
	"return addresses dropped",
};

void fault_forget_returns(struct cpu *cpu)
{
	uint64_t *top = (uint64_t *)(cpu->bt->returns + RETURNS_SIZE) - 1;

	*top = cpu->bt->empty;
	cpu->hot.returns = (uint64_t)(uintptr_t)top;
}

/*
 * frame_recycled() - a string instruction writes to a frame with code: it is
 * being used for something else. All its code goes at once.
 * Return: true if the frame is writable now.
 */
static bool frame_recycled(struct cpu *cpu, const struct frag *f, laddr la)
{
	uint32_t pfn;
	paddr page;

	if (!mmu_probe(cpu, la, &page))
		return false;
	pfn = (uint32_t)(page >> PAGE_SHIFT);
	if (pfn == f->key >> PAGE_SHIFT || pfn == f->pfn2)
		return false;
	codepages_release(cpu->mmu->code, pfn);
	return windows_fault(cpu, la, true) == WINDOW_MAPPED;
}

/* place_note() - the instruction at @m did @kind: if it does so often, the
 * fragment is made anew with a callout for it. Return: true if so. */
static bool place_note(struct cpu *cpu, struct frag *f, const struct srcmap *m,
		       enum smc_kind kind)
{
	paddr at = f->key + m->guest;

	smc_note(cpu->bt, at, kind);
	if (!f->valid || !smc_often(cpu->bt, at, kind))
		return false;
	cache_kill(cpu, f);
	return true;
}

/* in_hole() - @la is in the immediate that @f loads from its code. */
static bool in_hole(const struct cpu *cpu, const struct frag *f, laddr la)
{
	return f->hole && la - frag_la(cpu, f) - f->hole < 4;
}

static enum decision page_fault_in_window(struct cpu *cpu, struct frag *f,
					  const struct srcmap *m, laddr la,
					  bool write)
{
	struct bt *bt = cpu->bt;

	switch (windows_fault(cpu, la, write)) {
	case WINDOW_MAPPED:
		/* A killed fragment's first bytes are no more what they were:
		 * it can not go on there. */
		return cpu->cpl == 0 && place_note(cpu, f, m, SMC_FAULTER) ?
			       FAULT_STEP :
			       FAULT_HIDDEN;
	case WINDOW_GUEST:
		/* Past the limit of its segment? Then that comes first. An
		 * immediate? That is fetched, not read. */
		if (la >= -PAGE_SIZE || in_hole(cpu, f, la))
			break;
		if (cpu->cpl == 0)
			place_note(cpu, f, m, SMC_FAULTER);
		else if (m->store)
			place_note(cpu, f, m, SMC_TOUCHER);
		bt->stats.fault_guest++;
		bt->pf_la = la;
		bt->pf_write = write;
		return FAULT_GUEST;
	case WINDOW_CODE:
		bt->stats.fault_code++;
		if (m->biased && frame_recycled(cpu, f, la))
			return FAULT_HIDDEN;
		if (!m->biased)
			place_note(cpu, f, m, SMC_WRITER);
		break;
	case WINDOW_MMIO:
		bt->stats.fault_mmio++;
		place_note(cpu, f, m, SMC_FAULTER);
		break;
	case WINDOW_BEYOND:
		bt->stats.fault_other++;
		place_note(cpu, f, m, SMC_FAULTER);
		break;
	}
	return FAULT_STEP;
}

static enum decision fault_decide(struct cpu *cpu, struct frag *f,
				  const struct srcmap *m, uint64_t addr,
				  bool page, bool write)
{
	uint64_t la = addr - cpu->hot.win;

	if (page && addr - (uint64_t)(uintptr_t)cpu->bt->returns < PAGE_SIZE) {
		fault_forget_returns(cpu);	/* calls without end */
		return FAULT_RETURNS;
	}
	if (!page || la >> 32) {
		cpu->bt->stats.fault_other++;
		place_note(cpu, f, m, SMC_FAULTER);
		return FAULT_STEP;
	}
	return page_fault_in_window(cpu, f, m, (laddr)la, write);
}

/* map_entry() - the instruction that host address @rip belongs to. */
static struct srcmap map_entry(const struct bt *bt, const struct frag *f,
			       uint64_t rip)
{
	return srcmap_find(bt->arena + f->map, f->map_count,
			   (uint32_t)(rip - bt->rx) - f->entry);
}

/* owed_flags() - the arithmetic flags that @o says; @reg: ESP's register. */
static uint32_t owed_flags(const struct owed *o, uint32_t reg)
{
	uint32_t a = reg + (uint32_t)o->before, b = (uint32_t)o->imm, ax;

	if (o->how == OWED_ADD)
		__asm__("addl %2, %0\n\tlahf\n\tseto %%al"
			: "+r" (a), "=&a" (ax) : "r" (b) : "cc");
	else
		__asm__("subl %2, %0\n\tlahf\n\tseto %%al"
			: "+r" (a), "=&a" (ax) : "r" (b) : "cc");
	return (ax >> 8 & 0xff & FL_ARITH) | (ax & 1 ? FL_OF : 0);
}

/*
 * The two stacks: of a guest, and of return addresses. Which of r14 and rsp is
 * which depends on where in a fragment it is (translate_esp.c), but only the
 * addresses of the latter lie here.
 */
static bool is_returns(const struct bt *bt, greg_t sp)
{
	return (uint64_t)sp - (uintptr_t)bt->returns <= RETURNS_SIZE;
}

static greg_t guest_stack(const struct bt *bt, const greg_t *r)
{
	return r[is_returns(bt, r[REG_RSP]) ? REG_R14 : REG_RSP];
}

static greg_t returns_stack(const struct bt *bt, const greg_t *r)
{
	return r[is_returns(bt, r[REG_RSP]) ? REG_RSP : REG_R14];
}

/* swap_low() - AL and AH, or the like. */
static void swap_low(uint32_t *reg)
{
	*reg = (*reg & 0xffff0000u) | (*reg & 0xff) << 8 | (*reg >> 8 & 0xff);
}

/* take_state() - from host registers to struct cpu. */
static void take_state(struct cpu *cpu, const greg_t *r, laddr eip,
		       const struct srcmap *m)
{
	uint32_t esp = (uint32_t)guest_stack(cpu->bt, r);
	uint32_t fl = (uint32_t)r[REG_EFL];

	cpu->eip = eip;
	cpu->gpr[REG_EAX] = (uint32_t)r[REG_RAX];
	cpu->gpr[REG_ECX] = (uint32_t)r[REG_RCX];
	cpu->gpr[REG_EDX] = (uint32_t)r[REG_RDX];
	cpu->gpr[REG_EBX] = (uint32_t)r[REG_RBX];
	cpu->gpr[REG_ESP] = esp + (uint32_t)m->esp;
	cpu->gpr[REG_EBP] = (uint32_t)r[REG_RBP];
	cpu->gpr[REG_ESI] = (uint32_t)r[REG_RSI];
	cpu->gpr[REG_EDI] = (uint32_t)r[REG_RDI];
	if (m->swapped)
		swap_low(&cpu->gpr[m->swapped - 1]);
	cpu->aflags = m->owed.how == OWED_NOTHING ? fl :
						    owed_flags(&m->owed, esp);
	cpu->eflags = (cpu->eflags & ~(FL_IF | FL_DF)) | cpu->hot.iflag |
		      (fl & FL_DF);
}

/* address_of() - the linear address of the instruction of @f at @m. Called
 * before anything that may empty the jump table: what x87 instructions have
 * noted is written down first, for it needs the table, too. */
static laddr address_of(struct cpu *cpu, const struct frag *f,
			const struct srcmap *m)
{
	if (cpu->hot.x87_note)
		x87_settle(cpu);
	return frag_la(cpu, f) + m->guest;
}

/* fault_leave() - have the handler return to C code, with the state as it is;
 * the instruction under way is that of @f at @m, and was at @eip. */
static void fault_leave(struct cpu *cpu, greg_t *r, const struct frag *f,
			laddr eip, const struct srcmap *m, enum bt_reason why)
{
	cpu->hot.returns = (uint64_t)returns_stack(cpu->bt, r);
	take_state(cpu, r, eip, m);
	if (f->x87)
		x87_replay(cpu, f, m->guest);
	cpu->hot.reason = why;
	r[REG_RIP] = (greg_t)(uintptr_t)bt_fault_out;
	r[REG_RSP] = (greg_t)cpu->hot.host_rsp;
	r[REG_EFL] &= ~(greg_t)(FL_DF | FL_ARITH);
}

/* tripwire_hit() - is @addr where trans_trip_r11() faults? */
static bool tripwire_hit(const struct bt *bt, uint64_t addr)
{
	return bt->tripwire &&
	       addr - (TRIPWIRE_PAGE + PAGE_SIZE) < TRIPWIRE_VOID;
}

/* stray_to() - go on at the guest address @la, by C code. */
static void stray_to(struct cpu *cpu, greg_t *r, laddr la)
{
	greg_t guest = guest_stack(cpu->bt, r);

	/* What the miss expects: */
	r[REG_RSP] = returns_stack(cpu->bt, r);
	r[REG_R14] = guest;
	r[REG_R11] = la;
	r[REG_RIP] = cpu->bt->miss;
}

/*
 * stray_page() - a jump from elsewhere came to @f's linked entry, and its page
 * is not known to be where the jump has it. If it is not there, all such jumps
 * are connected anew. r10d is the page that was meant, less the entry of the
 * jump table, which may be that of misses.
 */
static void stray_page(struct cpu *cpu, greg_t *r, struct frag *f)
{
	const uint32_t *jtab = (const uint32_t *)(uintptr_t)r[REG_R12];
	laddr meant =
		f->floats ? (uint32_t)r[REG_R10] - jtab[JTAB_MINUS(f->place)] :
			    f->la & ~PAGE_MASK;
	paddr page;

	if (!mmu_probe(cpu, meant, &page) ||
	    page >> PAGE_SHIFT != f->key >> PAGE_SHIFT ||
	    (place_known(cpu, f->place) && frag_page(cpu, f) != meant))
		chain_cut(cpu->bt, f);
	stray_to(cpu, r, meant | (f->la & PAGE_MASK));
}

/* stray_exit() - an exit is connected to something else. A call has not been
 * made yet. */
static void stray_exit(struct cpu *cpu, greg_t *r, const struct exit *x)
{
	struct bt *bt = cpu->bt;
	uint64_t *sp, lowest = (uintptr_t)bt->returns + PAGE_SIZE;

	if (x->call) {
		if ((uint64_t)r[REG_RSP] < lowest + 8) {
			fault_forget_returns(cpu);
			r[REG_RSP] = (greg_t)cpu->hot.returns;
		}
		sp = (uint64_t *)(r[REG_RSP] -= 8);
		*sp = (uint64_t)bt->rx + x->patch + 4;
	}
	r[REG_R9] = bt_number(bt, x);
	r[REG_RIP] = bt->link_wrong;
}

/*
 * frag_stray() - a check has tripped: that of the page, of an exit, or of a
 * landing. A failed landing check continues at r11, and all return addresses
 * are dropped: if one entry is wrong, all are.
 */
static void frag_stray(struct cpu *cpu, greg_t *r, struct frag *f)
{
	struct bt *bt = cpu->bt;
	uint64_t rip = (uint64_t)r[REG_RIP];
	uint32_t at = (uint32_t)(rip - bt->rx);
	const struct exit *x;
	struct srcmap m;
	unsigned int i;

	bt->stats.strays++;
	if (at < f->entry) {
		stray_page(cpu, r, f);
		return;
	}
	if (f->straddle == at) {
		stray_to(cpu, r, frag_la(cpu, f));
		return;
	}
	x = bt_exit(bt, f->out);
	for (i = 0; i < f->out_count; i++) {
		if (x[i].check == at) {
			stray_exit(cpu, r, &x[i]);
			return;
		}
	}
	m = map_entry(bt, f, rip);
	place_note(cpu, f, &m, SMC_STRAYS);
	fault_forget_returns(cpu);
	r[REG_RSP] = (greg_t)cpu->hot.returns;
	r[REG_RIP] = bt->indirect;
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *r = uc->uc_mcontext.gregs;
	struct cpu *cpu = fault_cpu;
	uint64_t rip = (uint64_t)r[REG_RIP];
	struct frag *f = cpu ? cache_at(cpu->bt, rip) : NULL;
	struct srcmap m;
	enum decision d;
	uint64_t clears;
	uint8_t row;
	laddr eip;

	if (f && tripwire_hit(cpu->bt, (uint64_t)(uintptr_t)info->si_addr)) {
		frag_stray(cpu, r, f);
		return;
	}
	if (!f || rip - cpu->bt->rx < f->entry) {
		/* Not translated code: a bug of ours. It faults again. */
		signal(sig, SIG_DFL);
		return;
	}
	m = map_entry(cpu->bt, f, rip);
	eip = address_of(cpu, f, &m);
	clears = windows_stats(cpu)->jtab_clears;
	row = account_begin(&cpu->rows, ROW_FAULT);
	d = fault_decide(cpu, f, &m, (uint64_t)(uintptr_t)info->si_addr,
			 sig == SIGSEGV && r[REG_TRAPNO] == TRAP_PAGE_FAULT,
			 r[REG_ERR] & ERR_WRITE);
	/* A fragment can not go on where the jump table does not know it. */
	if (f->floats && windows_stats(cpu)->jtab_clears != clears &&
	    (d == FAULT_HIDDEN || d == FAULT_RETURNS))
		d = FAULT_STEP;
	dump(cpu->bt, DUMP_fault, "%08x, %s %llx: %s", eip,
	     r[REG_ERR] & ERR_WRITE ? "write to" : "access to",
	     (unsigned long long)(uintptr_t)info->si_addr - cpu->hot.win,
	     decisions[d]);
	if (d == FAULT_RETURNS)
		r[REG_RSP] = (greg_t)cpu->hot.returns;
	if (d == FAULT_HIDDEN || d == FAULT_RETURNS) {
		account_to(&cpu->rows, row);
		return;
	}
	fault_leave(cpu, r, f, eip, &m,
		    d == FAULT_GUEST ? BT_PAGE_FAULT : BT_STEP);
}

/* drop_returns() - all addresses on the stack lead nowhere; but what PUSHF
 * pushed for the POP at @rip is none. */
static void drop_returns(struct bt *bt, uint64_t *sp, const uint8_t *rip)
{
	uint64_t *top = (uint64_t *)(bt->returns + RETURNS_SIZE);

	if (emit_is_pop_r10(rip))
		sp++;
	while (sp < top)
		*sp++ = bt->empty;
}

/* take_back_jump() - the next thing is a jump or call to r10, which was loaded
 * from the jump table already: to a miss, then. */
static void take_back_jump(const struct bt *bt, greg_t *r)
{
	const uint8_t *rip = (const uint8_t *)(uintptr_t)r[REG_RIP];

	if (emit_is_go_r10(rip))
		r[REG_R10] = bt->miss;
}

/* leave_string() - a string instruction, which may be one of many turns, is
 * left between two of them. Return: false if @r is not in one. */
static bool leave_string(struct cpu *cpu, greg_t *r, struct frag *f)
{
	uint32_t off = (uint32_t)((uint64_t)r[REG_RIP] - cpu->bt->rx);
	struct srcmap m;

	if (off < f->entry)
		return false;
	m = map_entry(cpu->bt, f, (uint64_t)r[REG_RIP]);
	if (!m.biased || off != f->entry + m.host)
		return false;
	fault_leave(cpu, r, f, address_of(cpu, f, &m), &m, BT_LOOK);
	return true;
}

void bt_interrupt(void *context)
{
	ucontext_t *uc = context;
	greg_t *r = uc->uc_mcontext.gregs;
	uint64_t rip = (uint64_t)r[REG_RIP];
	struct cpu *cpu = fault_cpu;
	struct frag *f;

	if (!cpu || !cpu->bt || cpu->bt->lockstep)
		return;		/* lockstep leaves behind each block */
	if (rip - cpu->bt->rx < cpu->bt->size) {
		f = cache_at(cpu->bt, rip);
		r[REG_R12] = (greg_t)(uintptr_t)cpu->bt->no_jtab;
		take_back_jump(cpu->bt, r);
		if (!f)		/* on its way out */
			return;
		if (leave_string(cpu, r, f))
			return;
		chain_interrupt(cpu->bt, f);
		place_interrupt(cpu, f);
		drop_returns(cpu->bt, (uint64_t *)returns_stack(cpu->bt, r),
			     (const uint8_t *)rip);
	} else if (rip >= (uint64_t)(uintptr_t)bt_resume_last &&
		   rip < (uint64_t)(uintptr_t)bt_resume_end) {
		r[REG_RIP] = (greg_t)(uintptr_t)bt_resume_abort;
		r[REG_RSP] = (greg_t)cpu->hot.host_rsp;
	}
}

enum account_row bt_sample(const struct cpu *cpu, const void *context)
{
	const ucontext_t *uc = context;
	uint64_t rip = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];

	if (!cpu->bt)
		return ROW_INTERPRET;
	if (rip - cpu->bt->rx < cpu->bt->size)
		return ROW_CODE;
	if (cpu->rows.now != ROW_CODE)
		return cpu->rows.now;
	/* Not in translated code yet, or no more: the way in or out, or the
	 * host is about to tell of a fault. */
	return rip >= (uint64_t)(uintptr_t)bt_enter &&
			       rip < (uint64_t)(uintptr_t)bt_enter_end ?
		       ROW_TRANSITION :
		       ROW_FAULT;
}

bool bt_claim_signals(struct cpu *cpu)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_ONSTACK }, now;
	unsigned int i;

	fault_cpu = cpu;
	/* Whoever takes one takes them all. */
	if (sigaction(signals[0], NULL, &now) == 0 &&
	    now.sa_sigaction == on_signal)
		return true;
	sa.sa_sigaction = on_signal;
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGALRM);	/* see bt_interrupt() */
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], &sa, NULL) < 0)
			return false;
	return true;
}

/* tripwire_create() - without it, the checks are longer. */
static void tripwire_create(struct bt *bt)
{
	void *at = (void *)(uintptr_t)TRIPWIRE_PAGE;
	size_t size = PAGE_SIZE + TRIPWIRE_VOID;
	void *p = mmap(at, size, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			       MAP_FIXED_NOREPLACE,
		       -1, 0);

	if (p == at && mprotect(at, PAGE_SIZE, PROT_READ) == 0)
		bt->tripwire = TRIPWIRE_PAGE + PAGE_SIZE - 4;
	else if (p != MAP_FAILED)
		munmap(p, size);
}

/* returns_create() - the stack of return addresses, and a guard below. */
static bool returns_create(struct cpu *cpu)
{
	void *p = mmap(NULL, RETURNS_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return false;
	cpu->bt->returns = p;
	fault_forget_returns(cpu);
	return mprotect(p, PAGE_SIZE, PROT_NONE) == 0;
}

bool fault_install(struct cpu *cpu, const struct bt_host *host)
{
	stack_t st = { .ss_size = SIGNAL_STACK };

	if (!returns_create(cpu))
		return false;
	if (!(host->denied & HOST_BIT(tripwire)))
		tripwire_create(cpu->bt);
	fault_stack = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fault_stack == MAP_FAILED)
		return false;
	st.ss_sp = fault_stack;
	if (sigaltstack(&st, NULL) < 0)
		return false;
	return bt_claim_signals(cpu);
}

void fault_remove(struct cpu *cpu)
{
	stack_t st = { .ss_flags = SS_DISABLE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	sigaltstack(&st, NULL);
	if (fault_stack)
		munmap(fault_stack, SIGNAL_STACK);
	if (cpu->bt->returns)
		munmap(cpu->bt->returns, RETURNS_SIZE);
	if (cpu->bt->tripwire)
		munmap((void *)(uintptr_t)TRIPWIRE_PAGE,
		       PAGE_SIZE + TRIPWIRE_VOID);
	cpu->bt->tripwire = 0;
	fault_stack = NULL;
	fault_cpu = NULL;
}
