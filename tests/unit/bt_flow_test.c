// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_flow_test.c - a program's jumps, calls and returns: indirect ones, until
 * they are seen to lead to many places, and to other pages.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define ROUNDS	1000u
#define BEHIND	(CODE + 16)	/* the jump or call of the loop */

/* Targets: some side by side, some whose low 16 bits are the same. */
static uint32_t target(unsigned int i)
{
	return 0x114000 + (i & 1) * 0x10000 + (i / 2) * 0x420;
}

/* value() - what target @i adds to edx. */
static uint8_t value(unsigned int i)
{
	return (uint8_t)(i + 1);
}

static void put_target(struct machine *m, unsigned int i, bool call)
{
	uint32_t at = target(i);

	if (call)	/* add edx,value; ret */
		PUT(m, at, 0x83, 0xc2, value(i), 0xc3);
	else		/* add edx,value; jmp BEHIND */
		PUT(m, at, 0x83, 0xc2, value(i), 0xe9, LE32(BEHIND - (at + 8)));
	machine_put32(m, DATA + 4 * i, at);
}

/* put_loop() - a loop that goes to one target after another of @count, a
 * power of two. */
static void put_loop(struct machine *m, unsigned int count, bool call)
{
	unsigned int i;

	machine_user(m);
	/* 1: mov eax,ecx; and eax,count-1; mov eax,[DATA+eax*4]
	 *    call or jmp eax; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0x89, 0xc8, 0x25, LE32(count - 1), 0x8b, 0x04, 0x85,
	    LE32(DATA), 0xff, call ? 0xd0 : 0xe0, 0x49, 0x75, 0xed, 0xf4);
	for (i = 0; i < count; i++)
		put_target(m, i, call);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
}

static uint32_t sum(unsigned int count)
{
	uint32_t all = 0;
	unsigned int i;

	for (i = 1; i <= ROUNDS; i++)
		all += value(i & (count - 1));
	return all;
}

static void check_loop(struct machine *m, uint32_t all)
{
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_EDX], all);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
}

static void leads_to_each(void **state)
{
	struct machine *m = *state;
	const struct bt_stats *stats = &m->cpu->bt->stats;
	unsigned int call, count;
	uint64_t misses, killed;

	for (call = 0; call < 2; call++) {
		for (count = 1; count <= 64; count *= 2) {
			machine_fresh(m);
			put_loop(m, count, call);
			misses = stats->misses;
			killed = stats->killed;
			check_loop(m, sum(count));
			/* The two of a pair collide in the jump table. */
			if (count == 1)
				assert_in_range(stats->misses, misses,
						misses + 4);
			/* The jump is changed where it lies. */
			assert_int_equal(stats->killed, killed);
		}
	}
}

/* put_loop_apart() - calls 16 places, of which none collides. */
static void put_loop_apart(struct machine *m)
{
	unsigned int i;

	put_loop(m, 16, true);
	for (i = 0; i < 16; i++)
		machine_put32(m, DATA + 4 * i, target(i & ~1u));
}

static void settles_on_many(void **state)
{
	struct machine *m = *state;
	uint64_t misses;

	put_loop_apart(m);
	misses = m->cpu->bt->stats.misses;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_in_range(m->cpu->bt->stats.misses, misses, misses + 40);
}

/* kernel() - a few instructions at CPL 0, with CR0.TS as @ts says. */
static void kernel(struct machine *m, bool ts)
{
	struct cpu *cpu = m->cpu;

	machine_system(m);
	cpu_write_cr0(cpu, ts ? cpu->cr0 | CR0_TS : cpu->cr0 & ~CR0_TS);
	PUT(m, CODE + 0x800, 0x90, 0xf4);	/* nop; hlt */
	assert_int_equal(machine_run(m, CODE + 0x800), -1);
}

/* outlasts_the_kernels_ts() - whose jump tables are others. */
static void outlasts_the_kernels_ts(void **state)
{
	struct machine *m = *state;
	uint64_t misses;

	put_loop_apart(m);
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	kernel(m, true);
	kernel(m, false);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	machine_user(m);
	misses = m->cpu->bt->stats.misses;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_in_range(m->cpu->bt->stats.misses, misses, misses + 4);
}

static void changes_with_its_code(void **state)
{
	struct machine *m = *state;

	put_loop(m, 1, true);
	check_loop(m, sum(1));
	/* sub edx,1; ret */
	PUT(m, target(0), 0x83, 0xea, 0x01, 0xc3);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = ROUNDS;
	machine_user(m);
	check_loop(m, 0);
}

static void changes_with_its_page(void **state)
{
	struct machine *m = *state;
	uint32_t page = target(0) & ~0xfffu;

	machine_paging(m);
	put_loop(m, 1, true);
	check_loop(m, sum(1));
	/* Another page there: sub edx,1; ret */
	PUT(m, 0x200000, 0x83, 0xea, 0x01, 0xc3);
	machine_put32(m, PGTAB + (page >> 12) * 4, 0x200000 | 7);
	cpu_write_cr3(m->cpu, PGDIR);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = ROUNDS;
	machine_user(m);
	check_loop(m, 0);
	/* And none: #PF. */
	machine_put32(m, PGTAB + (page >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	m->cpu->gpr[REG_ECX] = 1;
	machine_user(m);
	assert_int_equal(machine_run(m, CODE), 14);
	assert_int_equal(m->cpu->cr2, target(0));
}

/*
 * A fragment of two pages is never led to by a patched jump: one that was
 * patched before goes by the hash from then on, to any target.
 */
static void leads_to_two_pages(void **state)
{
	const uint32_t two = 0x118000 - 2;
	struct machine *m = *state;
	unsigned int call, i;

	for (call = 0; call < 2; call++) {
		machine_fresh(m);
		put_loop(m, 4, call);
		for (i = 0; i < 4; i++)
			machine_put32(m, DATA + 4 * i, target(0));
		assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
		assert_int_equal(m->cpu->gpr[REG_EDX], ROUNDS * value(0));
		/* add edx,100h over the end of a page; back */
		PUT(m, two, 0x81, 0xc2, LE32(0x100));
		if (call)
			PUT(m, two + 6, 0xc3);
		else
			PUT(m, two + 6, 0xe9, LE32(BEHIND - (two + 11)));
		for (i = 0; i < 4; i++)
			machine_put32(m, DATA + 4 * i, two);
		m->cpu->gpr[REG_ECX] = ROUNDS;
		m->cpu->gpr[REG_EDX] = 0;
		machine_user(m);
		check_loop(m, ROUNDS * 0x100);
	}
}

/* put_direct() - a loop that calls another page, which jumps to a third. */
static void put_direct(struct machine *m)
{
	uint32_t at = target(0);

	machine_user(m);
	/* 1: call target; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xe8, LE32(at - (CODE + 5)), 0x49, 0x75, 0xf8, 0xf4);
	/* jmp to the next page but one; there add edx,1; ret */
	PUT(m, at, 0xe9, LE32(0x2000 - 5));
	PUT(m, at + 0x2000, 0x83, 0xc2, 0x01, 0xc3);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
}

static void goes_to_other_pages(void **state)
{
	struct machine *m = *state;
	uint32_t page = target(0) + 0x2000;

	machine_paging(m);
	put_direct(m);
	check_loop(m, ROUNDS);
	/* New code where the jump leads: add edx,2; ret */
	put_direct(m);
	PUT(m, page, 0x83, 0xc2, 0x02, 0xc3);
	check_loop(m, 2 * ROUNDS);
	/* Another page there: add edx,3; ret */
	put_direct(m);
	PUT(m, 0x200000, 0x83, 0xc2, 0x03, 0xc3);
	machine_put32(m, PGTAB + (page >> 12) * 4, 0x200000 | 7);
	cpu_write_cr3(m->cpu, PGDIR);
	check_loop(m, 3 * ROUNDS);
	/* And none where the call leads: #PF, with its return address. */
	put_direct(m);
	machine_put32(m, PGTAB + (target(0) >> 12) * 4, 0);
	cpu_write_cr3(m->cpu, PGDIR);
	assert_int_equal(machine_run(m, CODE), 14);
	assert_int_equal(m->cpu->cr2, target(0));
	assert_int_equal(machine_get32(m, USTACK - 4), CODE + 5);
}

#define PGDIR2	0x42000u
#define PGTAB2	0x43000u

/* second_space() - like the first, but for the page at @la: @frame. */
static void second_space(struct machine *m, uint32_t la, uint32_t frame)
{
	memcpy(machine_at(m, PGTAB2), machine_at(m, PGTAB), 0x1000);
	machine_put32(m, PGTAB2 + (la >> 12) * 4, frame | 7);
	machine_put32(m, PGDIR2, PGTAB2 | 7);
}

static void differs_between_spaces(void **state)
{
	struct machine *m = *state;
	uint32_t page = target(0) + 0x2000;
	uint64_t strays = m->cpu->bt->stats.strays;
	unsigned int i;

	machine_paging(m);
	put_direct(m);
	second_space(m, page, 0x200000);
	/* The same caller's target there: add edx,3; ret */
	PUT(m, 0x200000, 0x83, 0xc2, 0x03, 0xc3);
	for (i = 0; i < 10; i++) {
		cpu_write_cr3(m->cpu, i & 1 ? PGDIR2 : PGDIR);
		m->cpu->gpr[REG_ECX] = ROUNDS;
		m->cpu->gpr[REG_EDX] = 0;
		machine_user(m);
		check_loop(m, (i & 1 ? 3 : 1) * ROUNDS);
	}
	/* Some for each change, and none in between. */
	assert_in_range(m->cpu->bt->stats.strays, strays, strays + 100);
}

/* check_strays() - a check finds another address, and it settles. */
static void check_strays(const struct machine *m, uint64_t before)
{
	const struct bt *bt = m->cpu->bt;

	if (bt->tripwire)
		assert_in_range(bt->stats.strays, before + 1, before + 8);
}

static void returns_elsewhere(void **state)
{
	struct machine *m = *state;
	uint64_t strays = m->cpu->bt->stats.strays;

	machine_user(m);
	/* 1: call f; hlt; 2: dec ecx; jnz 1b; hlt
	 * f: inc edx; mov dword [esp],2b; ret */
	PUT(m, CODE, 0xe8, LE32(0x100 - 5), 0xf4, 0x49, 0x75, 0xf7, 0xf4);
	PUT(m, CODE + 0x100, 0x42, 0xc7, 0x04, 0x24, LE32(CODE + 6), 0xc3);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
	check_loop(m, ROUNDS);
	assert_int_equal(machine_pushed(m, 1), CODE + 9);
	check_strays(m, strays);
}

static void returns_past_callers(void **state)
{
	struct machine *m = *state;
	uint64_t strays = m->cpu->bt->stats.strays;

	machine_user(m);
	/* 1: mov ebp,esp; mov eax,5; call f; dec ecx; jnz 1b; hlt
	 * f: inc edx; dec eax; jz 2f; call f; hlt
	 * 2: lea esp,[ebp-4]; ret */
	PUT(m, CODE, 0x89, 0xe5, 0xb8, LE32(5), 0xe8, LE32(0x100 - 12), 0x49,
	    0x75, 0xf1, 0xf4);
	PUT(m, CODE + 0x100, 0x42, 0x48, 0x74, 0x06, 0xe8, LE32(-9u), 0xf4,
	    0x8d, 0x65, 0xfc, 0xc3);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
	check_loop(m, 5 * ROUNDS);
	assert_int_equal(machine_pushed(m, 4), USTACK);
	check_strays(m, strays);
}

static void loops_at_the_end_of_a_page(void **state)
{
	struct machine *m = *state;
	uint32_t at = CODE + 0x1000 - 3;

	machine_user(m);
	/* 1: inc edx; loop 1b; and in the next page: hlt */
	PUT(m, at, 0x42, 0xe2, 0xfd, 0xf4);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
	assert_int_equal(machine_run(m, at), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_EDX], ROUNDS);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
}

/* Behind a call that does not come back there is data, which the caller fills
 * in each time: that is no reason to translate it anew each time. */
static void fills_in_what_is_behind_a_call(void **state)
{
	struct machine *m = *state;
	uint32_t data = CODE + 13, away = CODE + 0x800;
	uint64_t killed;

	/* 1: mov [data],ecx; mov eax,away; call eax; data: 8 bytes
	 *    inc edx; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0x89, 0x0d, LE32(data), 0xb8, LE32(away), 0xff, 0xd0);
	PUT(m, data, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90);
	PUT(m, data + 8, 0x42, 0x49, 0x75, 0xe7, 0xf4);
	/* add dword [esp],8; ret */
	PUT(m, away, 0x83, 0x04, 0x24, 0x08, 0xc3);
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
	killed = m->cpu->bt->stats.killed;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EDX], ROUNDS);
	assert_int_equal(machine_get32(m, data), 1);
	assert_in_range(m->cpu->bt->stats.killed, killed, killed + 100);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: afterwards the loop's jump is known for many. */
		T(leads_to_two_pages), T(leads_to_each), T(settles_on_many),
		T(outlasts_the_kernels_ts),
		T(changes_with_its_code), T(changes_with_its_page),
		T(goes_to_other_pages), T(returns_elsewhere),
		T(returns_past_callers), T(differs_between_spaces),
		T(loops_at_the_end_of_a_page),
		T(fills_in_what_is_behind_a_call),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
