// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_maps_test.c - a guest takes pages apart that one mapping shows, as any
 * program can have its kernel do: the process never has more mappings than its
 * host allows.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ia32/paging.h"
#include "tests/lib_bt.h"
#include "tests/unit/lib_machine.h"
#include "vmm/mmu/window.h"

#define MOST	8192u		/* mappings that the host allows */
#define TABLES	20u		/* side by side, each of 4 MiB */
#define PAGES	(TABLES * 1024)
#define PTE(i)	(0x50000u + (i) * 4)
#define LA(i)	(0x400000u + (i) * 0x1000)
#define FRAMES	0x400000u	/* what each table shows */
#define ENTRY	0x67u		/* present, for all, used, written */

/* machine_few() - machine_set_up_bt() on a host that allows MOST mappings. */
static int machine_few(void **state)
{
	struct bt_host host = test_bt_host();
	struct machine *m;
	const char *why;
	bool rsp;

	machine_set_up_bt(state);
	m = *state;
	rsp = m->cpu->bt->all_in_rsp;
	bt_destroy(m->cpu);
	host.maps.max_maps = MOST;
	assert_true(bt_create(m->cpu, &host, &why));
	m->cpu->bt->all_in_rsp = rsp;
	return 0;
}

/* check_maps() - how many mappings are there? */
static void check_maps(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned int n = 0;
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	assert_in_range(n, 1, MOST);
}

/* set_up() - page @i shows frame @i % @row of FRAMES. */
static void set_up(struct machine *m, unsigned int row)
{
	unsigned int i;

	machine_paging(m);
	for (i = 0; i < TABLES; i++)
		machine_put32(m, PGDIR + 4 * (i + 1), PTE(i * 1024) | 7);
	/* The kernel finds all of them in its window. */
	for (i = PTE(0) / 0x1000; i < PTE(PAGES) / 0x1000; i++)
		machine_put32(m, PGTAB + 4 * i, i * 0x1000 | ENTRY);
	for (i = 0; i < PAGES; i++)
		machine_put32(m, PTE(i), (FRAMES + i % row * 0x1000) | ENTRY);
	cpu_write_cr3(m->cpu, PGDIR);
	*machine_at(m, FRAMES) = 0;
}

/* touch() - a program adds 1 to the first byte of each @step'th page, @count
 * times. */
static void touch(struct machine *m, unsigned int step, unsigned int count)
{
	uint8_t before = *machine_at(m, FRAMES);

	/* 1: inc byte [ebx]; add ebx,step * 4096; dec edx; jnz 1b; hlt */
	PUT(m, CODE, 0xfe, 0x03, 0x81, 0xc3, LE32(step * 4096), 0x4a, 0x75,
	    0xf5, 0xf4);
	machine_user(m);
	m->cpu->gpr[REG_EBX] = LA(0);
	m->cpu->gpr[REG_EDX] = count;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(*machine_at(m, FRAMES), (uint8_t)(before + count));
}

/* every_second() - page's entry becomes @bits. */
static void every_second(struct machine *m, uint32_t bits)
{
	unsigned int i;

	for (i = 1; i < PAGES; i += 2)
		machine_put32(m, PTE(i), (FRAMES + i % 1024 * 0x1000) | bits);
}

static void takes_every_second_page(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 1024);
	for (i = 0; i < 2; i++) {
		touch(m, 1024, TABLES);
		every_second(m, 0);
		cpu_write_cr3(m->cpu, PGDIR);
		touch(m, 1024, TABLES);
		check_maps();
		every_second(m, ENTRY);
		cpu_write_cr3(m->cpu, PGDIR);
	}
}

static void protects_every_second_page(void **state)
{
	struct machine *m = *state;

	set_up(m, 1024);
	touch(m, 1024, TABLES);
	every_second(m, ENTRY & ~PTE_W);
	cpu_write_cr3(m->cpu, PGDIR);
	touch(m, 1024, TABLES);
	check_maps();
	/* Its page stays what it is: #PF. */
	machine_user(m);
	m->cpu->gpr[REG_EBX] = LA(1);
	assert_int_equal(machine_run(m, CODE), 14);
	assert_int_equal(m->cpu->cr2, LA(1));
}

/* In a loop of the kernel, which does not leave translated code. */
static void protects_them_one_by_one(void **state)
{
	const uint32_t at = CODE + 0x100;
	struct machine *m = *state;

	set_up(m, 1024);
	touch(m, 1024, TABLES);
	/* 1: and byte [esi],~2; invlpg [ebx]; add esi,8; add ebx,2000h
	 *    dec ecx; jnz 1b; hlt */
	PUT(m, at, 0x80, 0x26, 0xfd, 0x0f, 0x01, 0x3b, 0x83, 0xc6, 0x08, 0x81,
	    0xc3, LE32(0x2000), 0x49, 0x75, 0xee, 0xf4);
	m->cpu->gpr[REG_ESI] = PTE(1);
	m->cpu->gpr[REG_EBX] = LA(1);
	m->cpu->gpr[REG_ECX] = PAGES / 2;
	assert_int_equal(machine_run(m, at), -1);
	check_maps();
	touch(m, 1024, TABLES);
	check_maps();
	machine_user(m);
	m->cpu->gpr[REG_EBX] = LA(PAGES - 1);
	assert_int_equal(machine_run(m, CODE), 14);
}

/* gives_other_tables() - their entries in the directory are changed, and code
 * is run behind each, with no flush. */
static void gives_other_tables(void **state)
{
	const uint32_t other = 0x70000;
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 1024);
	/* jmp 4 MiB further; and behind the last table: hlt */
	PUT(m, FRAMES + 0x4000, 0xe9, LE32(0x400000 - 5));
	PUT(m, 0x4000, 0xf4);
	machine_put32(m, PGDIR + 4 * (TABLES + 1), PGTAB | 7);
	touch(m, 1024, TABLES);
	for (i = 0; i < 1024; i += 2)
		machine_put32(m, other + 4 * i, (FRAMES + i * 0x1000) | ENTRY);
	for (i = 0; i < TABLES; i++)
		machine_put32(m, PGDIR + 4 * (i + 1), other | 0x27);
	machine_user(m);
	assert_int_equal(machine_run(m, LA(4)), HLT_IN_PROGRAM);
	check_maps();
	touch(m, 1024, TABLES);
	machine_user(m);
	m->cpu->gpr[REG_EBX] = LA(1);
	assert_int_equal(machine_run(m, CODE), 14);
}

/* A frame that many mappings have in their middle gets code. */
static void runs_code_in_the_middle(void **state)
{
	struct machine *m = *state;

	set_up(m, 3);
	touch(m, 3, 3000);
	PUT(m, FRAMES + 0x1000, 0xb0, 1, 0xf4);
	machine_user(m);
	assert_int_equal(machine_run(m, LA(1)), HLT_IN_PROGRAM);
	check_maps();
	touch(m, 3, 3000);
	check_maps();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, machine_anew)
	const struct CMUnitTest tests[] = {
		TEST(takes_every_second_page),
		TEST(protects_every_second_page),
		TEST(protects_them_one_by_one),
		TEST(gives_other_tables),
		TEST(runs_code_in_the_middle),
	};

	return cmocka_run_group_tests(tests, machine_few, machine_tear_down);
}
