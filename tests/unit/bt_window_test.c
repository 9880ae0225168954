// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_window_test.c - how many host faults a program costs that goes over
 * pages which its kernel gives it one by one, as a heap grows; and what a
 * change of CR4.PGE leaves.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/mmu/window.h"

#define HANDLER	0x8000u		/* of #PF */
#define HEAP	0x100000u
#define PAGES	256u

/* put_kernel() - a #PF makes its page present. */
static void put_kernel(struct machine *m)
{
	unsigned int i;

	/* push eax; mov eax,cr2; shr eax,12; or dword [PGTAB+eax*4],61h
	 * pop eax; add esp,4; iretd */
	PUT(m, HANDLER, 0x50, 0x0f, 0x20, 0xd0, 0xc1, 0xe8, 0x0c, 0x83, 0x0c,
	    0x85, LE32(PGTAB), 0x61, 0x58, 0x83, 0xc4, 0x04, 0xcf);
	PUT(m, HANDLERS + 14 * 16, 0xe9,
	    LE32(HANDLER - (HANDLERS + 14 * 16 + 5)));
	for (i = 0; i < PAGES; i++)
		machine_put32(m, PGTAB + (HEAP / 4096 + i) * 4,
			      (HEAP + i * 4096) | 6);
}

/* sweep() - write to each page of the heap @times; Return: hidden faults. */
static uint64_t sweep(struct machine *m, unsigned int times)
{
	uint64_t hidden = windows_stats(m->cpu)->hidden;
	unsigned int i;

	/* 2: mov ecx,times
	 * 1: inc byte [ebx]; dec ecx; jnz 1b
	 *    add ebx,4096; dec edx; jnz 2b; hlt */
	PUT(m, CODE, 0xb9, LE32(times), 0xfe, 0x03, 0x49, 0x75, 0xfb, 0x81,
	    0xc3, LE32(4096), 0x4a, 0x75, 0xed, 0xf4);
	for (i = 0; i < PAGES; i++)
		*machine_at(m, HEAP + i * 4096) = 0;
	machine_user(m);
	m->cpu->gpr[REG_EBX] = HEAP;
	m->cpu->gpr[REG_EDX] = PAGES;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	for (i = 0; i < PAGES; i++)
		assert_int_equal(*machine_at(m, HEAP + i * 4096), times);
	return windows_stats(m->cpu)->hidden - hidden;
}

static void maps_what_is_used_again(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	put_kernel(m);
	assert_in_range(sweep(m, 3), 0, PAGES / 32);
}

static void maps_nothing_that_is_used_once(void **state)
{
	struct machine *m = *state;
	uint64_t maps, pages;

	windows_drop(m->cpu);	/* and what is known of the last program */
	machine_paging(m);
	put_kernel(m);
	maps = windows_stats(m->cpu)->maps;
	pages = windows_stats(m->cpu)->pages;
	assert_in_range(sweep(m, 1), 0, PAGES / 8);
	assert_in_range(windows_stats(m->cpu)->maps - maps, 0, PAGES / 8);
	assert_in_range(windows_stats(m->cpu)->pages - pages, 1, PAGES / 4);
}

/* maps_ahead_of_a_walk() - over pages that are in use, with frames that no
 * mapping can have two of; the middle one is not in use. Each is shown once. */
static void maps_ahead_of_a_walk(void **state)
{
	struct machine *m = *state;
	uint64_t hidden, pages;
	uint32_t pte;
	unsigned int i;

	machine_paging(m);
	put_kernel(m);
	for (i = 0; i < PAGES; i++)
		machine_put32(m, PGTAB + (HEAP / 4096 + i) * 4,
			      (HEAP + (i ^ 1) * 4096) |
				      (i == PAGES / 2 ? 7 : 0x67));
	cpu_write_cr3(m->cpu, PGDIR);
	pages = windows_stats(m->cpu)->pages;
	hidden = sweep(m, 1);
	assert_in_range(windows_stats(m->cpu)->pages - pages, PAGES,
			PAGES + 32);
	assert_in_range(hidden, 1, PAGES / 8);
	pte = machine_get32(m, PGTAB + (HEAP / 4096 + PAGES / 2) * 4);
	assert_int_equal(pte & 0xfff, 0x67);
}

/* marks_nothing_ahead_of_a_walk() - what it does not come to stays as it is. */
static void marks_nothing_ahead_of_a_walk(void **state)
{
	struct machine *m = *state;
	uint32_t pte, i;

	machine_paging(m);
	put_kernel(m);
	for (i = 0; i < PAGES; i++)
		machine_put32(m, PGTAB + (HEAP / 4096 + i) * 4,
			      (HEAP + (i ^ 1) * 4096) |
				      (i < PAGES / 2 ? 0x67 : 7));
	cpu_write_cr3(m->cpu, PGDIR);
	PUT(m, CODE, 0xfe, 0x03, 0x81, 0xc3, LE32(4096), 0x4a, 0x75, 0xf5,
	    0xf4);
	machine_user(m);
	m->cpu->gpr[REG_EBX] = HEAP;
	m->cpu->gpr[REG_EDX] = PAGES / 2;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	for (i = PAGES / 2; i < PAGES; i++) {
		pte = machine_get32(m, PGTAB + (HEAP / 4096 + i) * 4);
		assert_int_equal(pte & 0xfff, 7);
	}
}

/* heap_in_use() - all of it is marked as used, and its frames lie in a row. */
static void heap_in_use(struct machine *m)
{
	unsigned int i;

	machine_paging(m);
	for (i = 0; i < PAGES; i++)
		machine_put32(m, PGTAB + (HEAP / 4096 + i) * 4,
			      (HEAP + i * 4096) | 0x67);
	cpu_write_cr3(m->cpu, PGDIR);
}

/* maps_a_row_at_once() - whichever of its pages is touched first. */
static void maps_a_row_at_once(void **state)
{
	struct machine *m = *state;
	uint64_t hidden;

	heap_in_use(m);
	hidden = windows_stats(m->cpu)->hidden;
	/* 1: inc byte [ebx]; sub ebx,4096; dec edx; jnz 1b; hlt */
	PUT(m, CODE, 0xfe, 0x03, 0x81, 0xeb, LE32(4096), 0x4a, 0x75, 0xf5,
	    0xf4);
	machine_user(m);
	m->cpu->gpr[REG_EBX] = HEAP + (PAGES - 1) * 4096;
	m->cpu->gpr[REG_EDX] = PAGES;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_in_range(windows_stats(m->cpu)->hidden - hidden, 1, 3);
}

/* sees_code_in_a_row() - a page that was mapped with others gets code; a write
 * to that is seen. */
static void sees_code_in_a_row(void **state)
{
	struct machine *m = *state;
	uint32_t code = HEAP + PAGES / 2 * 4096;

	heap_in_use(m);
	PUT(m, code, 0xb0, 1, 0xc3);	/* mov al,1; ret */
	/* inc byte [HEAP]; call ebx; mov cl,al; inc byte [ebx+1]; call ebx
	 * mov ch,al; hlt */
	PUT(m, CODE, 0xfe, 0x05, LE32(HEAP), 0xff, 0xd3, 0x88, 0xc1, 0xfe, 0x43,
	    1, 0xff, 0xd3, 0x88, 0xc5, 0xf4);
	machine_user(m);
	m->cpu->gpr[REG_EBX] = code;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_ECX] & 0xffff, 0x0201);
}

/* keeps_what_pge_leaves() - Linux flushes global pages by writing PGE twice:
 * what has not changed stays mapped. */
static void keeps_what_pge_leaves(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	cpu_write_cr4(m->cpu, CR4_PGE);
	put_kernel(m);
	sweep(m, 3);
	sweep(m, 3);
	cpu_write_cr4(m->cpu, 0);
	cpu_write_cr4(m->cpu, CR4_PGE);
	assert_int_equal(sweep(m, 3), 0);
}

/* put_pte() - @page shows @frame, a global one. */
static void put_pte(struct machine *m, uint32_t page, uint32_t frame)
{
	machine_put32(m, PGTAB + page / 4096 * 4, frame | 0x167);
}

#define FIRST	0x50000u	/* three pages with code */
#define NEXT	0x51000u
#define OTHER	0x52000u

/* no_page_is_global_without_pge() - what was connected while two pages were
 * global does not outlive a CR3 load with PGE clear. */
static void no_page_is_global_without_pge(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	machine_paging(m);
	put_pte(m, FIRST, FIRST);
	put_pte(m, NEXT, NEXT);
	put_pte(m, OTHER, OTHER);
	cpu_write_cr4(m->cpu, CR4_PGE);
	/* jmp NEXT; there: mov al,1; hlt, or mov al,2; hlt */
	PUT(m, FIRST, 0xe9, LE32(NEXT - FIRST - 5));
	PUT(m, NEXT, 0xb0, 1, 0xf4);
	PUT(m, OTHER, 0xb0, 2, 0xf4);
	for (i = 0; i < 3; i++) {
		/* mov ecx,FIRST; jmp ecx */
		assert_int_equal(RUN(m, 0xb9, LE32(FIRST), 0xff, 0xe1), -1);
		assert_int_equal(m->cpu->gpr[REG_EAX] & 0xff, 1);
	}
	/* xor eax,eax; mov cr4,eax; nop; mov [NEXT's entry],OTHER | 167h
	 * mov eax,cr3; mov cr3,eax; mov ecx,FIRST; jmp ecx */
	assert_int_equal(RUN(m, 0x31, 0xc0, 0x0f, 0x22, 0xe0, 0x90, 0xc7, 0x05,
			     LE32(PGTAB + NEXT / 4096 * 4), LE32(OTHER | 0x167),
			     0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0xb9,
			     LE32(FIRST), 0xff, 0xe1),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX] & 0xff, 2);
}

#define READS 4000u

/* reads() - read @seg:[EBX] so many times, at this privilege; Return: host
 * faults that led to C code. */
static uint64_t reads(struct machine *m, uint8_t prefix, bool user)
{
	const struct bt_stats *st = &m->cpu->bt->stats;
	uint64_t before = st->fault_mmio + st->fault_other;
	uint32_t at;

	if (user)
		machine_user(m);
	m->cpu->seg[SEG_GS].limit = 0xffff;
	m->cpu->gpr[REG_EBX] = prefix == 0x65 ? 0x8000 : HEAP;
	/* mov ecx,READS; 1: mov eax,seg:[ebx]; dec ecx; jnz 1b; hlt. What is
	 * known of a place outlasts its code: */
	at = CODE + prefix * 64u + (user ? 32u : 0);
	PUT(m, at, 0xb9, LE32(READS), prefix, 0x8b, 0x03, 0x49, 0x75, 0xfa,
	    0xf4);
	machine_run(m, at);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	return st->fault_mmio + st->fault_other - before;
}

/* a_place_that_always_faults() - reads a chip's page, or has a segment with a
 * limit: after a few times C code runs it. */
static void a_place_that_always_faults(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		machine_fresh(m);
		machine_paging(m);
		machine_put32(m, PGTAB + HEAP / 4096 * 4, 0x3000067);
		cpu_write_cr3(m->cpu, PGDIR);
		machine_put32(m, 0x8000, 0x1234);
		assert_in_range(reads(m, 0x3e, i), 4, 40);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0xffffffff);
		machine_fresh(m);
		machine_put32(m, 0x8000, 0x1234);
		assert_in_range(reads(m, 0x65, i), 4, 40); /* [ebx] */
		assert_int_equal(m->cpu->gpr[REG_EAX], 0x1234);
	}
}

/* returns_to_what_is_there_now() - the callee gives its caller's page, which
 * only C code has come to, another frame, and says so. */
static void returns_to_what_is_there_now(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	put_pte(m, FIRST, FIRST);
	put_pte(m, NEXT, NEXT);
	put_pte(m, OTHER, OTHER);
	cpu_write_cr4(m->cpu, CR4_PGE);
	/* call NEXT; mov al,1; hlt - and in the other frame mov al,2 */
	PUT(m, FIRST, 0xe8, LE32(NEXT - FIRST - 5), 0xb0, 1, 0xf4);
	PUT(m, OTHER + 5, 0xb0, 2, 0xf4);
	/* mov [FIRST's entry],OTHER | 167h; invlpg [FIRST]; ret */
	PUT(m, NEXT, 0xc7, 0x05, LE32(PGTAB + FIRST / 4096 * 4),
	    LE32(OTHER | 0x167), 0x0f, 0x01, 0x3d, LE32(FIRST), 0xc3);
	assert_int_equal(machine_run(m, FIRST), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX] & 0xff, 2);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(maps_what_is_used_again),
		T(maps_nothing_that_is_used_once),
		T(maps_ahead_of_a_walk), T(marks_nothing_ahead_of_a_walk),
		T(maps_a_row_at_once), T(sees_code_in_a_row),
		T(a_place_that_always_faults), T(keeps_what_pge_leaves),
		T(no_page_is_global_without_pge),
		T(returns_to_what_is_there_now),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
