// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_interrupt_test.c - translated code is interrupted before each of its
 * host instructions in turn: it must be left soon, and go on as if nothing had
 * been.
 *
 * The host's trap flag steps through it, from a breakpoint at the start of the
 * piece's first fragment on; C code runs without steps, up to a breakpoint
 * where it goes back into translated code. At the n-th step, what the handler
 * of SIGALRM does is done; then the steps until C code has control are counted.
 * When the processor has been left, it is run to the end without steps, and
 * what it has done is compared with an uninterrupted run. n grows until the
 * piece ends before it.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cmocka.h>

#include "ia32/regs.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define TF		0x100
#define NEVER		0xffffffffu
#define OTHER		(CODE + 0x3000)
/* Host instructions of a fragment and its way out. What loops takes more. */
#define STEPS_MAX	150u
#define LOOKED		0x3000u	/* bytes from DATA on that are compared */

/* What the handlers need. */
static struct machine *machine;
static volatile uint32_t steps, interrupt_at, after;
static uint8_t *volatile break_at;	/* where it is, or NULL */
static uint8_t broken;			/* the byte that was there */

static bool translated(uint64_t rip)
{
	const struct bt *bt = machine->cpu->bt;

	return rip - bt->rx < bt->size;
}

static bool entering(uint64_t rip)
{
	return rip >= (uint64_t)(uintptr_t)bt_resume_last &&
	       rip < (uint64_t)(uintptr_t)bt_resume_end;
}

/* hide_step() - a PUSHF that was stepped over has pushed TF, which translated
 * code knows nothing of. */
static void hide_step(const greg_t *r)
{
	const uint8_t *rip = (const uint8_t *)(uintptr_t)r[REG_RIP];

	if (rip[-1] == 0x9c && rip[0] == 0x41 && rip[1] == 0x5a)
		*(uint64_t *)(uintptr_t)r[REG_RSP] &= ~(uint64_t)TF;
}

static void break_on(uint8_t *at)
{
	broken = *at;
	*at = 0xcc;
	break_at = at;
}

static void break_off(void)
{
	if (break_at)
		*break_at = broken;
	break_at = NULL;
}

static void on_step(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *r = uc->uc_mcontext.gregs;
	uint64_t rip;

	(void)sig;
	(void)info;
	if (break_at) {
		break_off();
		r[REG_RIP]--;
		r[REG_EFL] |= TF;
		if (r[REG_RIP] != (greg_t)(uintptr_t)bt_resume_last)
			return;		/* the piece begins */
	}
	rip = (uint64_t)r[REG_RIP];
	if (!entering(rip) && !translated(rip)) {
		/* C code has control, and is not to give it back if it was
		 * interrupted. */
		r[REG_EFL] &= ~TF;
		if (steps <= interrupt_at)
			break_on((uint8_t *)(uintptr_t)bt_resume_last);
		return;
	}
	hide_step(r);
	if (steps++ == interrupt_at) {
		atomic_store(&machine->attention, 1);
		bt_interrupt(context);
	} else if (steps > interrupt_at) {
		after++;
	}
	if (after > STEPS_MAX) {	/* that is too many: see to an end */
		r[REG_EFL] &= ~TF;
		bt_interrupt(context);
	}
}

/* break_first() - where the piece's first fragment begins. */
static void break_first(struct machine *m)
{
	struct bt *bt = m->cpu->bt;
	const struct frag *f = cache_lookup(
		m->cpu, CODE, CODE, bt->mode | chain_first(m->cpu), false);

	assert_non_null(f);
	break_on(bt->rw + f->entry);
}

/* What a piece of code leaves. */
struct result {
	uint32_t gpr[8], eflags;
	uint8_t fx[512];
	uint8_t mem[LOOKED];
};

static void set_state(struct machine *m)
{
	uint8_t fx[512] = { 0x7f, 0x03, [24] = 0x80, [25] = 0x1f };
	struct cpu *cpu = m->cpu;
	unsigned int i;

	cpu_fpu_set(cpu, fx);
	for (i = 0; i < 8; i++)
		cpu->gpr[i] = 0x1000 * i;
	cpu->gpr[REG_ESP] = DATA + 0x2000;
	cpu->gpr[REG_ESI] = DATA;
	cpu->gpr[REG_EDI] = DATA + 0x800;
	cpu_set_eflags(cpu, FL_ONE);
	for (i = 0; i < LOOKED; i++)
		*machine_at(m, DATA + i) = (uint8_t)(i * 37);
	mmu_dma_written(cpu, DATA, LOOKED);
	cpu->eip = CODE;
	cpu->halted = false;
}

static void take(struct machine *m, struct result *r)
{
	memcpy(r->gpr, m->cpu->gpr, sizeof(r->gpr));
	r->eflags = cpu_eflags(m->cpu);
	cpu_fpu_get(m->cpu, r->fx);
	memcpy(r->mem, machine_at(m, DATA), LOOKED);
}

/* run_to_exit() - interrupted at step @at. */
static enum cpu_exit run_to_exit(struct machine *m, uint32_t at)
{
	enum cpu_exit e;

	set_state(m);
	steps = after = 0;
	interrupt_at = at;
	if (at != NEVER)
		break_first(m);
	e = cpu_run(m->cpu, UINT64_MAX);
	asm volatile("pushfq; andl $~0x100, (%%rsp); popfq"
		     :
		     :
		     : "memory", "cc");
	break_off();
	m->attention = 0;
	if (after > STEPS_MAX)
		fail_msg("interrupted at step %u, it goes on and on", at);
	return e;
}

/* run() - to the end. Return: false if it ended before @at. */
static bool run(struct machine *m, uint32_t at, struct result *r)
{
	enum cpu_exit e = run_to_exit(m, at);

	if (e == CPU_EXIT_ATTENTION)
		e = cpu_run(m->cpu, UINT64_MAX);
	assert_int_equal(e, CPU_EXIT_HALT);
	take(m, r);
	return steps > at;
}

/* catch_steps() - the way into translated code is to have a breakpoint, too. */
static void catch_steps(struct machine *m)
{
	struct sigaction sa = { .sa_sigaction = on_step,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	uintptr_t page = (uintptr_t)bt_resume_last & ~(uintptr_t)4095;

	bt_claim_signals(m->cpu);
	assert_int_equal(sigaction(SIGTRAP, &sa, NULL), 0);
	assert_int_equal(mprotect((void *)page, 4096,
				  PROT_READ | PROT_WRITE | PROT_EXEC),
			 0);
	machine = m;
}

static void everywhere(struct machine *m, const uint8_t *code, size_t len)
{
	static struct result want, got;
	uint32_t at, i;

	machine_code(m, CODE, code, len);
	catch_steps(m);
	for (i = 0; i < 3; i++)		/* the last time, all is connected */
		run(m, NEVER, &want);
	for (at = 0; run(m, at, &got); at++) {
		if (memcmp(want.gpr, got.gpr, sizeof(got.gpr)) ||
		    want.eflags != got.eflags)
			fail_msg("registers, interrupted at step %u", at);
		if (memcmp(want.fx, got.fx, 416))
			fail_msg("x87 or SSE, interrupted at step %u", at);
		if (memcmp(want.mem, got.mem, sizeof(got.mem)))
			fail_msg("memory, interrupted at step %u", at);
	}
	printf("# %u steps\n", at);
	assert_true(at > 10);
}

#define EVERYWHERE(m, ...) everywhere(m,				\
			(const uint8_t []){ 0x90, __VA_ARGS__, 0xf4 },	\
			sizeof((const uint8_t []){ 0x90, __VA_ARGS__, 0xf4 }))

static void loops(void **state)
{
	/* mov ecx,30; 1: add eax,ecx; dec ecx; jnz 1b */
	EVERYWHERE(*state, 0xb9, LE32(30), 0x01, 0xc8, 0x49, 0x75, 0xfb);
	/* mov ecx,20; 1: add eax,ecx; loop 1b */
	EVERYWHERE(*state, 0xb9, LE32(20), 0x01, 0xc8, 0xe2, 0xfc);
	/* mov ecx,20; 1: dec ecx; jz 3f; jmp 2f; nop; 2: jmp 1b; 3: */
	EVERYWHERE(*state, 0xb9, LE32(20), 0x49, 0x74, 0x05, 0xeb, 0x01, 0x90,
		   0xeb, 0xf8);
}

static void indirect_jumps(void **state)
{
	/* mov ecx,20; mov ebx,1f; 1: dec ecx; jz 2f; jmp *ebx; 2: */
	EVERYWHERE(*state, 0xb9, LE32(20), 0xbb, LE32(CODE + 11), 0x49, 0x74,
		   0x02, 0xff, 0xe3);
	/* mov ecx,2; mov ebx,2f; 1: jmp *ebx; 2: mov edx,100; 3: dec edx;
	 * jnz 3b; dec ecx; jnz 1b */
	EVERYWHERE(*state, 0xb9, LE32(2), 0xbb, LE32(CODE + 13), 0xff, 0xe3,
		   0xba, LE32(100), 0x4a, 0x75, 0xfd, 0x49, 0x75, 0xf3);
	/* mov ecx,20; 1: dec ecx; jz 2f; push 1b; ret; 2: */
	EVERYWHERE(*state, 0xb9, LE32(20), 0x49, 0x74, 0x06, 0x68,
		   LE32(CODE + 6), 0xc3);
}

static void calls(void **state)
{
	/* mov ecx,12; 1: call f; dec ecx; jnz 1b; hlt; f: inc eax; ret */
	EVERYWHERE(*state, 0xb9, LE32(12), 0xe8, LE32(4), 0x49, 0x75, 0xf8,
		   0xf4, 0x40, 0xc3);
	/* mov ebx,f; mov ecx,12; 1: call *ebx; ... */
	EVERYWHERE(*state, 0xbb, LE32(CODE + 17), 0xb9, LE32(12), 0xff, 0xd3,
		   0x49, 0x75, 0xfb, 0xf4, 0x40, 0xc3);
	/* mov ecx,12; call f; hlt; f: dec ecx; jz 1f; call f; inc eax;
	 * 1: ret */
	EVERYWHERE(*state, 0xb9, LE32(12), 0xe8, LE32(1), 0xf4, 0x49, 0x74,
		   0x06, 0xe8, LE32(-8), 0x40, 0xc3);
}

static void other_pages(void **state)
{
	struct machine *m = *state;

	/* 1: inc eax; 2 at the next page: dec ecx; jnz 1b; hlt */
	PUT(m, CODE + 0x1000, 0x49, 0x0f, 0x85, LE32(6 - 0x1007), 0xf4);
	EVERYWHERE(m, 0xb9, LE32(12), 0x40, 0xe9, LE32(0x1000 - 12));
	/* A loop there, entered by a direct jump: mov edx,100; 3: dec edx;
	 * jnz 3b; dec ecx; jnz 1b; hlt */
	PUT(m, CODE + 0x1000, 0xba, LE32(50), 0x4a, 0x75, 0xfd, 0x49, 0x0f,
	    0x85, LE32(6 - 0x100f), 0xf4);
	EVERYWHERE(m, 0xb9, LE32(2), 0x40, 0xe9, LE32(0x1000 - 12));
}

static void strings(void **state)
{
	/* mov ecx,40; rep movsb; mov ecx,15; rep stosd; inc edx */
	EVERYWHERE(*state, 0xb9, LE32(40), 0xf3, 0xa4, 0xb9, LE32(15), 0xf3,
		   0xab, 0x42);
	/* std; mov ecx,20; rep movsd; mov ecx,20; repe scasb; cld */
	EVERYWHERE(*state, 0xfd, 0xb9, LE32(20), 0xf3, 0xa5, 0xb9, LE32(20),
		   0xf3, 0xae, 0xfc);
	/* push eax; lodsd; push eax; movsd; stosd; pop ecx; pop edx */
	EVERYWHERE(*state, 0x50, 0xad, 0x50, 0xa5, 0xab, 0x59, 0x5a);
}

static void stack_and_flags(void **state)
{
	/* mov ecx,8; 1: push eax; push ecx; pushf; stc; adc eax,ecx; popf;
	 * pop edx; adc eax,edx; pop edx; dec ecx; jnz 1b */
	EVERYWHERE(*state, 0xb9, LE32(8), 0x50, 0x51, 0x9c, 0xf9, 0x11, 0xc8,
		   0x9d, 0x5a, 0x11, 0xd0, 0x5a, 0x49, 0x75, 0xf2);
	/* mov ecx,6; 1: cli; sti; pushf; pop eax; cmp eax,ecx; push ebp;
	 * mov ebp,esp; leave; xchg eax,[esp-8]; dec ecx; jnz 1b */
	EVERYWHERE(*state, 0xb9, LE32(6), 0xfa, 0xfb, 0x9c, 0x58, 0x39, 0xc8,
		   0x55, 0x89, 0xe5, 0xc9, 0x87, 0x44, 0x24, 0xf8, 0x49, 0x75,
		   0xef);
}

/*
 * held_off() - CODE lets interrupts in, by STI before @behind: interrupted at
 * step @at, none comes right there. *@came: how many did come.
 * Return: false if it ended before.
 */
static bool held_off(struct machine *m, uint32_t at, uint32_t behind,
		     unsigned int *came)
{
	enum cpu_exit e = run_to_exit(m, at);

	if (e == CPU_EXIT_ATTENTION) {
		m->vector = 0x20;
		m->cpu->intr = true;
		e = cpu_run(m->cpu, UINT64_MAX);
		assert_false(m->cpu->intr);
		++*came;
		if (machine_fault_eip(m, false) == behind)
			fail_msg("right behind STI, interrupted at step %u",
				 at);
	}
	assert_int_equal(e, CPU_EXIT_HALT);
	return steps > at;
}

static void never_right_behind(struct machine *m, uint32_t behind)
{
	unsigned int came = 0;
	uint32_t at;
	int i;

	catch_steps(m);
	for (i = 0; i < 3; i++)
		held_off(m, NEVER, behind, &came);
	for (at = 0; held_off(m, at, behind, &came); at++)
		;
	printf("# %u steps, %u interrupts\n", at, came);
	assert_true(came);
}

/* STI; HLT must not miss what wakes it. */
static void behind_sti(void **state)
{
	struct machine *m = *state;

	/* nop; sti; hlt */
	PUT(m, CODE, 0x90, 0xfb, 0xf4);
	never_right_behind(m, CODE + 2);
	/* inc eax; sti; inc eax; hlt */
	PUT(m, CODE, 0x40, 0xfb, 0x40, 0xf4);
	never_right_behind(m, CODE + 2);
	/* jmp to: inc eax; sti; and in the next page: hlt */
	PUT(m, CODE, 0xe9, LE32(0xffe - 5));
	PUT(m, CODE + 0xffe, 0x40, 0xfb, 0xf4);
	never_right_behind(m, CODE + 0x1000);
	/* ... sti; over the end of the page: mov eax,1; hlt */
	PUT(m, CODE + 0xffc, 0x90, 0x90, 0xfb, 0xb8, LE32(1), 0xf4);
	never_right_behind(m, CODE + 0xfff);
}

/* raise_intr() - a device that interrupts as soon as it is written to. */
static void raise_intr(void *board, paddr a, unsigned int width, uint32_t v)
{
	struct machine *m = board;

	(void)a;
	(void)width;
	(void)v;
	m->cpu->intr = true;
}

/* An instruction that C code runs, and is none of the system's, has INTR go up
 * while interrupts are off. */
static void raised_by_callout(void **state)
{
	struct machine *m = *state;
	void (*was)(void *, paddr, unsigned int, uint32_t) =
		m->cpu->pins.mmio_write;
	unsigned int i;

	m->vector = 0x20;
	for (i = 0; i < 8; i++)
		smc_note(m->cpu->bt, OTHER, SMC_WRITER);
	/* mov [MMIO_BASE],eax; sti; inc eax; hlt */
	PUT(m, OTHER, 0xa3, LE32(MMIO_BASE), 0xfb, 0x40, 0xf4);
	for (i = 0; i < 3; i++) {	/* STI is connected to what follows */
		set_state(m);
		assert_int_equal(machine_run(m, OTHER), -1);
	}
	m->cpu->pins.mmio_write = raise_intr;
	for (i = 0; i < 3; i++) {
		set_state(m);
		assert_int_equal(machine_run(m, OTHER), 0x20);
		assert_int_equal(machine_fault_eip(m, false), OTHER + 7);
	}
	m->cpu->pins.mmio_write = was;
}

static void floating_point(void **state)
{
	struct machine *m = *state;

	m->cpu->cr4 |= CR4_OSFXSR | CR4_OSXMMEXCPT;
	m->cpu->cr0 |= CR0_NE;
	mmu_mode_changed(m->cpu);
	/* fninit; fld1; mov ecx,8; 1: fadd st,st; movups xmm0,[esi];
	 * paddd xmm1,xmm0; dec ecx; jnz 1b */
	EVERYWHERE(m, 0xdb, 0xe3, 0xd9, 0xe8, 0xb9, LE32(8), 0xd8, 0xc0, 0x0f,
		   0x10, 0x06, 0x66, 0x0f, 0xfe, 0xc8, 0x49, 0x75, 0xf4);
	/* fninit; fld dword [esi]; mov ecx,20; rep movsb */
	EVERYWHERE(m, 0xdb, 0xe3, 0xd9, 0x06, 0xb9, LE32(20), 0xf3, 0xa4);
	/* A system that is older than SSE. fninit; fld1; mov ecx,8; 1: fadd
	 * st,st; paddd mm1,mm0; emms; fld1; dec ecx; jnz 1b */
	m->cpu->cr4 &= ~(CR4_OSFXSR | CR4_OSXMMEXCPT);
	mmu_mode_changed(m->cpu);
	EVERYWHERE(m, 0xdb, 0xe3, 0xd9, 0xe8, 0xb9, LE32(8), 0xd8, 0xc0, 0x0f,
		   0xfe, 0xc8, 0x0f, 0x77, 0xd9, 0xe8, 0x49, 0x75, 0xf4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(loops, machine_anew),
		cmocka_unit_test_setup(indirect_jumps, machine_anew),
		cmocka_unit_test_setup(calls, machine_anew),
		cmocka_unit_test_setup(other_pages, machine_anew),
		cmocka_unit_test_setup(strings, machine_anew),
		cmocka_unit_test_setup(stack_and_flags, machine_anew),
		cmocka_unit_test_setup(behind_sti, machine_anew),
		cmocka_unit_test_setup(raised_by_callout, machine_anew),
		cmocka_unit_test_setup(floating_point, machine_anew),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
