/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp_event_test.c - what interrupts the engine: traps, interrupts, and
 * instructions that stop in the middle and begin again. What single
 * instructions compute is the business of tests/insn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/unit/lib_machine.h"
#include "vmm/cpu/block.h"

/* ---- traps and interrupts --------------------------------------------- */

static void single_step_traps(void **state)
{
	struct machine *m = *state;

	m->cpu->eflags |= FL_TF;
	assert_int_equal(RUN(m, 0x40, 0x40, 0xf4), VEC_DB);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(machine_fault_eip(m, false), CODE + 1);
	assert_int_equal(m->cpu->dr[6] & 0x400f, 0x4000);
	machine_fresh(m);
	/* POPF that sets TF: the trap comes after the next instruction. */
	assert_int_equal(RUN(m, 0x68, LE32(0x102), 0x9d, 0x40, 0x40, 0xf4),
			 VEC_DB);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
}

static void code_breakpoint_and_rf(void **state)
{
	struct machine *m = *state;

	m->cpu->dr[0] = CODE + 1;
	m->cpu->dr[7] = 0x401;
	assert_int_equal(RUN(m, 0x40, 0x40, 0x40, 0xf4), VEC_DB);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(m->cpu->dr[6] & 0x400f, 1);
	assert_int_equal(machine_fault_eip(m, false), CODE + 1);
	/* This fault alone leaves RF clear (SDM volume 3, section 17.3.1.1). */
	assert_false(machine_get32(m, m->cpu->gpr[REG_ESP] + 8) & FL_RF);
	/* The handler sets it and returns: the instruction runs, once. */
	PUT(m, HANDLERS + 16, 0x81, 0x4c, 0x24, 8, LE32(FL_RF), 0xcf);
	assert_int_equal(machine_run(m, HANDLERS + 16), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 3);
	assert_false(m->cpu->eflags & FL_RF);
}

/* RF lasts until the last turn of a REP, also where it is interrupted: its
 * breakpoint is hit once. */
static void rf_lasts_as_long_as_a_rep(void **state)
{
	struct machine *m = *state;

	m->cpu->dr[0] = CODE;
	m->cpu->dr[7] = 0x401;
	m->cpu->gpr[REG_ESI] = DATA;
	m->cpu->gpr[REG_EDI] = DATA + 64;
	m->cpu->gpr[REG_ECX] = 5;
	m->cpu->eflags |= FL_RF | FL_TF;
	assert_int_equal(RUN(m, 0xf3, 0xa4, 0x40, 0xf4), VEC_DB);
	assert_int_equal(m->cpu->dr[6] & 0x400f, 0x4000);	/* one turn */
	assert_int_equal(machine_fault_eip(m, false), CODE);
	assert_int_equal(m->cpu->gpr[REG_ECX], 4);
	assert_true(machine_get32(m, m->cpu->gpr[REG_ESP] + 8) & FL_RF);
	/* The handler goes on without steps, as it was. */
	PUT(m, HANDLERS + 16, 0x81, 0x64, 0x24, 8, LE32(~FL_TF), 0xcf);
	assert_int_equal(machine_run(m, HANDLERS + 16), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_false(m->cpu->eflags & FL_RF);
}

static void data_breakpoint(void **state)
{
	struct machine *m = *state;

	m->cpu->dr[1] = DATA;
	m->cpu->dr[7] = 0x404 | 1u << 20 | 3u << 22;	/* write, 4 bytes */
	assert_int_equal(RUN(m, 0xa1, LE32(DATA), 0xa3, LE32(DATA + 2), 0x40,
			     0x40, 0xf4),
			 VEC_DB);
	assert_int_equal(m->cpu->dr[6] & 0x400f, 2);
	assert_int_equal(machine_fault_eip(m, false), CODE + 10);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0);
}

static void interrupts_and_shadows(void **state)
{
	struct machine *m = *state;

	m->vector = 0x40;
	m->cpu->intr = true;
	/* not while IF is 0; not right after STI either */
	assert_int_equal(RUN(m, 0x40, 0xfb, 0x40, 0x40, 0xf4), 0x40);
	assert_int_equal(m->cpu->gpr[REG_EAX], 2);
	assert_int_equal(machine_fault_eip(m, false), CODE + 3);
	machine_fresh(m);
	m->cpu->intr = true;
	/* sti; nop; cli lets one in before CLI */
	assert_int_equal(RUN(m, 0xfb, 0x90, 0xfa, 0xf4), 0x40);
	assert_int_equal(machine_fault_eip(m, false), CODE + 2);
	machine_fresh(m);
	m->cpu->intr = true;
	/* sti; hlt is woken at once */
	assert_int_equal(RUN(m, 0xfb, 0xf4, 0x40), 0x40);
	assert_int_equal(machine_fault_eip(m, false), CODE + 2);
	machine_fresh(m);
	m->cpu->intr = true;
	m->cpu->eflags |= FL_IF;
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	m->cpu->shadow = SHADOW_SS;
	assert_int_equal(RUN(m, 0x40, 0x40, 0xf4), 0x40);
	assert_int_equal(machine_fault_eip(m, false), CODE + 1);
}

static void halt_waits(void **state)
{
	struct machine *m = *state;

	m->cpu->eflags |= FL_IF;
	assert_int_equal(RUN(m, 0xf4, 0x40, 0xf4), -1);
	assert_int_equal(cpu_run(m->cpu, 10), CPU_EXIT_HALT);
	assert_int_equal(m->cpu->eip, CODE + 1);
	m->cpu->intr = true;
	m->vector = 0x41;
	assert_int_equal(cpu_run(m->cpu, 10), CPU_EXIT_HALT);
	assert_int_equal(m->cpu->eip, HANDLERS + 0x410 + 1);
}

/* ---- strings ---------------------------------------------------------- */

static void rep_movs_restarts_after_fault(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x61 * 4, 0);
	mmu_flush(cpu, true);
	memset(machine_at(m, 0x50000), 0xab, 0x2000);
	cpu->gpr[REG_ESI] = 0x50000;
	cpu->gpr[REG_EDI] = 0x60802;
	cpu->gpr[REG_ECX] = 0x400;
	assert_int_equal(RUN(m, 0xf3, 0xa5, 0xf4), VEC_PF);
	/* 511 whole elements and half of one fit into the first page */
	assert_int_equal(cpu->gpr[REG_ECX], 0x400 - 511);
	assert_int_equal(cpu->gpr[REG_EDI], 0x60802 + 511 * 4);
	assert_int_equal(cpu->cr2, 0x61000);
	assert_int_equal(*machine_at(m, 0x60ffe), 0);
	machine_put32(m, PGTAB + 0x61 * 4, 0x61007);
	cpu->gpr[REG_ESP] = STACK;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(cpu->gpr[REG_ECX], 0);
	assert_memory_equal(machine_at(m, 0x60802), machine_at(m, 0x50000),
			    0x1000);
}

static void rep_movs_overlapping(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_put32(m, DATA, 0x04030201);
	cpu->gpr[REG_ESI] = DATA;
	cpu->gpr[REG_EDI] = DATA + 2;
	cpu->gpr[REG_ECX] = 6;
	assert_int_equal(RUN(m, 0xf3, 0xa4, 0xf4), -1);
	assert_memory_equal(machine_at(m, DATA), "\1\2\1\2\1\2\1\2", 8);
	/* downwards, 16-bit stores */
	cpu->eflags |= FL_DF;
	cpu->gpr[REG_EAX] = 0x7788;
	cpu->gpr[REG_EDI] = DATA + 0x12;
	cpu->gpr[REG_ECX] = 2;
	assert_int_equal(RUN(m, 0x66, 0xf3, 0xab, 0xf4), -1);
	assert_int_equal(machine_get32(m, DATA + 0x10), 0x77887788);
	assert_int_equal(cpu->gpr[REG_EDI], DATA + 0xe);
}

static void repne_scas(void **state)
{
	struct machine *m = *state;

	memcpy(machine_at(m, DATA), "hello", 6);
	m->cpu->gpr[REG_EDI] = DATA;
	m->cpu->gpr[REG_ECX] = 0xffffffff;
	assert_int_equal(RUN(m, 0xf2, 0xae, 0xf4), -1);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0xffffffff - 6);
	assert_true(m->cpu->aflags & FL_ZF);
}

static void attention_leaves_a_string(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	if (m->bt)
		skip_because("translated code counts no instructions");
	PUT(m, CODE, 0xf3, 0xaa, 0xf4);
	cpu->gpr[REG_EDI] = DATA;
	cpu->gpr[REG_ECX] = 0x100000;
	cpu->eip = CODE;
	m->attention = 1;
	assert_int_equal(cpu_run(cpu, 100), CPU_EXIT_ATTENTION);
	assert_int_equal(cpu->eip, CODE);
	assert_true(cpu->gpr[REG_ECX] > 0 && cpu->gpr[REG_ECX] < 0x100000);
	m->attention = 0;
	assert_int_equal(cpu_run(cpu, 1000), CPU_EXIT_HALT);
	assert_int_equal(cpu->gpr[REG_EDI], DATA + 0x100000);
}

/* ---- restarts --------------------------------------------------------- */

static void stack_faults_leave_no_trace(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x2f * 4, 0);
	mmu_flush(cpu, true);
	/* The handler's stack must work: level 3 has its own. */
	machine_user(m);
	cpu->gpr[REG_ESP] = 0x30010;
	cpu->gpr[REG_EAX] = 1;
	PUT(m, CODE, 0x60);	/* pusha: the fifth push faults */
	machine_put32(m, TSS + 4, 0x3a000);
	machine_put32(m, 0x3000c, 0x5555);
	assert_int_equal(machine_run(m, CODE), VEC_PF);
	assert_int_equal(machine_get32(m, 0x3000c), 0x5555);
	assert_int_equal(cpu->cr2, 0x2fffc);
	/* what the handler's frame says of ESP */
	assert_int_equal(machine_get32(m, cpu->gpr[REG_ESP] + 16), 0x30010);
}

static void pop_to_bad_memory(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x50 * 4, 0);
	mmu_flush(cpu, true);
	cpu->gpr[REG_ESP] = STACK - 8;
	assert_int_equal(RUN(m, 0x8f, 0x05, LE32(0x50000)), VEC_PF);
	assert_int_equal(cpu->gpr[REG_ESP], STACK - 8 - 16);
	/* pop [esp+4] uses the new ESP */
	cpu->gpr[REG_ESP] = STACK - 16;
	machine_put32(m, STACK - 16, 0x99);
	assert_int_equal(RUN(m, 0x8f, 0x44, 0x24, 0x04, 0xf4), -1);
	assert_int_equal(machine_get32(m, STACK - 8), 0x99);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(single_step_traps),
		T(code_breakpoint_and_rf), T(rf_lasts_as_long_as_a_rep),
		T(data_breakpoint),
		T(interrupts_and_shadows),
		T(halt_waits),
		T(rep_movs_restarts_after_fault),
		T(rep_movs_overlapping),
		T(repne_scas),
		T(attention_leaves_a_string),
		T(stack_faults_leave_no_trace),
		T(pop_to_bad_memory),
	};

	return cmocka_run_group_tests(tests, machine_set_up, machine_tear_down);
}
