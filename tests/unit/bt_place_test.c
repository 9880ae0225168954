// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_place_test.c - one frame of code at several linear addresses: in one
 * address space, in two by turns, at a hundred; its calls, its jumps to the
 * next page, instructions over the end of a page, and what is written there.
 *
 * "The library" is two frames, whose code says where it is: by the return
 * addresses that its calls push.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "ia32/regs.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/giveback.h"
#include "vmm/mmu/window.h"
#include "vmm/cpu/fpu_state.h"

#define ROUNDS	500u
#define LIB	0x200000u	/* its two frames */
#define OTHER	0x210000u	/* another frame for the second */
#define PLACE(i) (0x280000u + (i) * 0x2000u)	/* linear, for both pages */
#define PGDIR2	0x42000u
#define PGTAB2	0x43000u

#define UNCACHED 0x10u	/* in an entry: PCD */

#define CALLS	0x000u		/* functions of the library: offsets */
#define ASKS	0x040u
#define ADDS	0xffeu
#define X87	0x080u
#define SECOND	0x1010u
#define THUNK_AT 0x1040u

static void map(struct machine *m, uint32_t table, uint32_t la, uint32_t frame)
{
	machine_put32(m, table + (la >> 12) * 4, frame ? frame | 7 : 0);
}

static void put_library(struct machine *m, uint32_t frame)
{
	/* call SECOND; ret - which sees where it came from */
	PUT(m, LIB + CALLS, 0xe8, LE32(SECOND - 5), 0xc3);
	/* call THUNK_AT; ret */
	PUT(m, LIB + ASKS, 0xe8, LE32(THUNK_AT - ASKS - 5), 0xc3);
	/* add edx,3, over the end of the page; ret */
	PUT(m, LIB + ADDS, 0x81, 0xc2);
	PUT(m, frame, LE32(3), 0xc3);
	/* mov esi,[esp]; add edx,1; ret */
	PUT(m, frame + (SECOND & 0xfff), 0x8b, 0x34, 0x24, 0x83, 0xc2, 0x01,
	    0xc3);
	/* mov esi,[esp]; ret */
	PUT(m, frame + (THUNK_AT & 0xfff), 0x8b, 0x34, 0x24, 0xc3);
}

static void set_up(struct machine *m, unsigned int places)
{
	unsigned int i;

	machine_paging(m);
	put_library(m, LIB + 0x1000);
	for (i = 0; i < places; i++) {
		map(m, PGTAB, PLACE(i), LIB);
		map(m, PGTAB, PLACE(i) + 0x1000, LIB + 0x1000);
	}
	/* 1: call ebx; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xff, 0xd3, 0x49, 0x75, 0xfb, 0xf4);
	machine_user(m);
}

/* calls() - a loop calls what is at @la; @esi: what it saw last; it added @edx
 * each time. */
static void calls(struct machine *m, uint32_t la, uint32_t esi, uint32_t edx)
{
	machine_user(m);
	m->cpu->gpr[REG_EBX] = la;
	m->cpu->gpr[REG_ECX] = ROUNDS;
	m->cpu->gpr[REG_EDX] = 0;
	m->cpu->gpr[REG_ESI] = 0;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_ESI], esi);
	assert_int_equal(m->cpu->gpr[REG_EDX], ROUNDS * edx);
}

/* library() - all of it, mapped at @la. */
static void library(struct machine *m, uint32_t la)
{
	calls(m, la + CALLS, la + CALLS + 5, 1);
	calls(m, la + ASKS, la + ASKS + 5, 0);
	calls(m, la + ADDS, 0, 3);
}

static void in_one_space_at_two_addresses(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 2);
	for (i = 0; i < 6; i++)
		library(m, PLACE(i & 1));
}

/* outlasts_its_fragments() - what was seen at two addresses is not made for one
 * again, when memory was given back. */
static void outlasts_its_fragments(void **state)
{
	struct machine *m = *state;
	const struct bt_stats *st = &m->cpu->bt->stats;
	uint64_t killed;
	unsigned int i;

	set_up(m, 2);
	for (i = 0; i < 2; i++)
		library(m, PLACE(i));
	giveback_all(m->cpu);
	killed = st->killed;
	for (i = 0; i < 2; i++)
		library(m, PLACE(i));
	assert_int_equal(st->killed, killed);
	/* Other code in the frames. */
	put_library(m, LIB + 0x1000);
	PUT(m, LIB + CALLS + 8, 0x90);
	for (i = 0; i < 2; i++)
		library(m, PLACE(i));
}

/*
 * where_a_miss_finds_another_table() - the guest has changed a directory entry,
 * and flushed nothing; the new table has another frame for a page that was run.
 * To look at that table empties the jump table, which is not to be when a
 * fragment that floats has just been found.
 */
static void where_a_miss_finds_another_table(void **state)
{
	const uint32_t fresh = 0x500;
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 3);
	/* call SECOND; ret */
	PUT(m, LIB + fresh, 0xe8, LE32(SECOND - fresh - 5), 0xc3);
	map(m, PGTAB, PLACE(2), OTHER);
	PUT(m, OTHER, 0xc3);
	calls(m, PLACE(2), 0, 0);
	for (i = 0; i < 6; i++)
		library(m, PLACE(i & 1));
	memcpy(machine_at(m, PGTAB2), machine_at(m, PGTAB), 0x1000);
	map(m, PGTAB2, PLACE(2), OTHER + 0x1000);
	machine_put32(m, PGDIR, PGTAB2 | 0x27);
	calls(m, PLACE(1) + fresh, PLACE(1) + fresh + 5, 1);
}

static void at_a_hundred_addresses(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 100);
	for (i = 0; i < 250; i++)
		library(m, PLACE(i * 7 % 100));
}

#define FIRST_ADDS	0x300u	/* one in each page */
#define SECOND_ADDS	0x1300u

/* floats_with_those_around() - a page is run first when those beside it are
 * known to float: nothing is translated for its one address. */
static void floats_with_those_around(void **state)
{
	struct machine *m = *state;
	uint64_t killed;

	set_up(m, 2);
	/* add edx,3; ret */
	PUT(m, LIB + FIRST_ADDS, 0x83, 0xc2, 0x03, 0xc3);
	PUT(m, LIB + SECOND_ADDS, 0x83, 0xc2, 0x03, 0xc3);
	calls(m, PLACE(0) + FIRST_ADDS, 0, 3);
	calls(m, PLACE(1) + FIRST_ADDS, 0, 3);
	killed = m->cpu->bt->stats.killed;
	calls(m, PLACE(1) + SECOND_ADDS, 0, 3);
	calls(m, PLACE(0) + SECOND_ADDS, 0, 3);
	assert_int_equal(m->cpu->bt->stats.killed, killed);
}

/*
 * where_the_table_was_emptied() - the higher address comes first then, and each
 * frame has two places by now: those of an instruction over the end of the page
 * are those of one address.
 */
static void where_the_table_was_emptied(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 2);
	for (i = 0; i < 4; i++)
		library(m, PLACE(i & 1));
	alarm(60);		/* it would not end */
	for (i = 0; i < 6; i++) {
		windows_clear_jtabs(m->cpu);
		library(m, PLACE(~i & 1));
		library(m, PLACE(i / 3));
	}
	alarm(0);
}

/* two_spaces() - in the second, the library is at PLACE(1) only, and at
 * PLACE(0) is nothing. */
static void two_spaces(struct machine *m, uint32_t second_frame)
{
	set_up(m, 1);
	memcpy(machine_at(m, PGTAB2), machine_at(m, PGTAB), 0x1000);
	machine_put32(m, PGDIR2, PGTAB2 | 7);
	map(m, PGTAB2, PLACE(0), 0);
	map(m, PGTAB2, PLACE(0) + 0x1000, 0);
	map(m, PGTAB2, PLACE(1), LIB);
	map(m, PGTAB2, PLACE(1) + 0x1000, second_frame);
}

static void in_two_spaces_by_turns(void **state)
{
	struct machine *m = *state;
	bool floats = m->cpu->bt->tripwire;	/* not with ASan's shadow */
	uint64_t made = 0, strays = 0;
	unsigned int i;

	two_spaces(m, LIB + 0x1000);
	for (i = 0; i < 20; i++) {
		cpu_write_cr3(m->cpu, i & 1 ? PGDIR2 : PGDIR);
		library(m, PLACE(i & 1));
		if (i == 0)
			made = m->cpu->bt->stats.fragments;
		if (i == 1)
			strays = m->cpu->bt->stats.strays;
		/* It is translated for the first one, and that is all. */
		if (floats)
			assert_int_equal(m->cpu->bt->stats.fragments, made);
	}
	/* They do not fight: some checks trip at each change, none between. */
	assert_in_range(m->cpu->bt->stats.strays, strays, strays + 18 * 4);
	/* What is not there in the second one is not there. */
	machine_user(m);
	m->cpu->gpr[REG_EBX] = PLACE(0);
	assert_int_equal(machine_run(m, CODE), 14);
	assert_int_equal(m->cpu->cr2, PLACE(0));
}

static void with_another_second_page(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	two_spaces(m, OTHER);
	put_library(m, OTHER);
	put_library(m, LIB + 0x1000);
	PUT(m, OTHER, LE32(70), 0xc3);
	/* mov esi,[esp]; sub edx,1; ret */
	PUT(m, OTHER + (SECOND & 0xfff), 0x8b, 0x34, 0x24, 0x83, 0xea, 0x01,
	    0xc3);
	for (i = 0; i < 10; i++) {
		cpu_write_cr3(m->cpu, PGDIR);
		library(m, PLACE(0));
		cpu_write_cr3(m->cpu, PGDIR2);
		calls(m, PLACE(1) + ADDS, 0, 70);
		calls(m, PLACE(1) + CALLS, PLACE(1) + 5, -1u);
		calls(m, PLACE(1) + ASKS, PLACE(1) + ASKS + 5, 0);
	}
}

/* over_the_end_into_itself() - one frame follows itself. */
static void over_the_end_into_itself(void **state)
{
	struct machine *m = *state;

	set_up(m, 1);
	map(m, PGTAB, PLACE(0), OTHER);
	map(m, PGTAB, PLACE(0) + 0x1000, OTHER);
	/* add edx,3; ret */
	PUT(m, OTHER + ADDS, 0x81, 0xc2);
	PUT(m, OTHER, LE32(3), 0xc3);
	calls(m, PLACE(0) + ADDS, 0, 3);
}

static void written_by_way_of_another_address(void **state)
{
	const uint32_t code = 0x12000;
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 2);
	for (i = 1; i <= 4; i++) {
		calls(m, PLACE(0) + CALLS, PLACE(0) + 5, i);
		calls(m, PLACE(1) + CALLS, PLACE(1) + 5, i);
		/* mov byte [the immediate of add edx, by an address],i+1 */
		PUT(m, code, 0xc6, 0x05, LE32(PLACE(i & 1) + SECOND + 5),
		    (uint8_t)(i + 1), 0xf4);
		machine_user(m);
		assert_int_equal(machine_run(m, code), HLT_IN_PROGRAM);
	}
}

static void moved_to_another_address(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 1);
	for (i = 0; i < 6; i++) {
		library(m, PLACE(i));
		map(m, PGTAB, PLACE(i), 0);
		map(m, PGTAB, PLACE(i) + 0x1000, 0);
		map(m, PGTAB, PLACE(i + 1), LIB);
		map(m, PGTAB, PLACE(i + 1) + 0x1000, LIB + 0x1000);
		cpu_write_cr3(m->cpu, PGDIR);
	}
}

/* once() - one call of X87 at @la, which loads a control word from @eax. FIP
 * tells of the instruction before that. */
static void once(struct machine *m, uint32_t la, uint32_t eax)
{
	uint8_t fx[512];

	machine_user(m);
	m->cpu->gpr[REG_EAX] = eax;
	m->cpu->gpr[REG_EBX] = la + X87;
	m->cpu->gpr[REG_ECX] = 1;
	assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
	assert_int_equal(m->cpu->gpr[REG_ESI], CODE + 2);
	cpu_fpu_get(m->cpu, fx);
	assert_int_equal(get_le32(fx + FX_FIP), la + X87 + 2);
}

/*
 * What floats faults on a page that had code: its entry is another one now,
 * which the guest need not tell of, for either will do. So the fault empties
 * the jump table, which has said where the code is.
 */
static void where_a_fault_empties_the_jump_table(void **state)
{
	const uint32_t word = 0x10;
	struct machine *m = *state;
	uint64_t hidden;
	unsigned int i;

	set_up(m, 12);
	m->cpu->cr4 |= CR4_OSFXSR | CR4_OSXMMEXCPT;
	m->cpu->cr0 |= CR0_NE;
	/* fninit; fld1; fldcw [eax]; mov esi,[esp]; ret */
	PUT(m, LIB + X87, 0xdb, 0xe3, 0xd9, 0xe8, 0xd9, 0x28, 0x8b, 0x34, 0x24,
	    0xc3);
	PUT(m, OTHER, 0xc3);
	PUT(m, OTHER + word, 0x7f, 0x03);
	for (i = 2; i < 12; i++) {
		map(m, PGTAB, PLACE(i), OTHER);
		once(m, PLACE(i & 1), OTHER + word);
		calls(m, PLACE(i), 0, 0);
		map(m, PGTAB, PLACE(i), OTHER | UNCACHED);
		hidden = windows_stats(m->cpu)->hidden;
		once(m, PLACE(i & 1), PLACE(i) + word);
		assert_int_equal(windows_stats(m->cpu)->hidden, hidden + 1);
	}
}

/*
 * where_the_tlb_is_old() - an entry is changed, and not flushed before its page
 * is run: that may be the old frame. Behind the flush it is the new one.
 */
static void where_the_tlb_is_old(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	set_up(m, 4);
	/* add edx,3; ret - and in another frame 5 */
	PUT(m, LIB + FIRST_ADDS, 0x83, 0xc2, 0x03, 0xc3);
	PUT(m, OTHER + FIRST_ADDS, 0x83, 0xc2, 0x05, 0xc3);
	for (i = 0; i < 4; i++) {
		machine_user(m);
		mem_read32(m->cpu, SEG_DS, PLACE(i));	/* the TLB has it */
		map(m, PGTAB, PLACE(i), OTHER);
		m->cpu->gpr[REG_EBX] = PLACE(i) + FIRST_ADDS;
		m->cpu->gpr[REG_ECX] = ROUNDS;
		assert_int_equal(machine_run(m, CODE), HLT_IN_PROGRAM);
		mmu_invlpg(m->cpu, PLACE(i));
		calls(m, PLACE(i) + FIRST_ADDS, 0, 5);
	}
}

/* moved() - a frame of its own is run at one address, and then at another one.
 * Return: how many fragments were made anew for that. */
static uint64_t moved(struct machine *m, uint32_t frame, uint32_t from,
		      uint32_t to)
{
	const struct bt_stats *st = &m->cpu->bt->stats;
	uint64_t killed;

	/* add edx,3; ret */
	PUT(m, frame, 0x83, 0xc2, 0x03, 0xc3);
	map(m, from >> 22 ? PGTAB2 : PGTAB, from & 0x3fffff, frame);
	map(m, to >> 22 ? PGTAB2 : PGTAB, to & 0x3fffff, frame);
	calls(m, from, 0, 3);
	killed = st->killed;
	calls(m, to, 0, 3);
	return st->killed - killed;
}

/*
 * where_much_has_moved() - what is first run in a part of the address space
 * where many frames were seen to move floats from its start; elsewhere it does
 * not, nor do programs that are not moved.
 */
static void where_much_has_moved(void **state)
{
	const uint32_t around = 0x10000, part = 0x10000000;
	struct machine *m = *state;
	uint32_t i, la = 0x200000, frame = OTHER + 0x2000;

	set_up(m, 0);
	machine_put32(m, PGDIR + (part >> 22) * 4, PGTAB2 | 7);
	memset(m->cpu->bt->moves, 0, sizeof(m->cpu->bt->moves));
	for (i = 0; i < PLACE_MOVES; i++, la += around, frame += 0x1000)
		assert_int_equal(moved(m, frame, la, 0x3f0000 + i * 0x1000), 1);
	assert_int_equal(moved(m, frame, la, la + 2 * around), 0);
	assert_int_equal(moved(m, frame + 0x1000, part, part + around), 1);
}

/* where_frames_are_used_again() - other code in a frame, elsewhere: that is no
 * program that was moved. */
static void where_frames_are_used_again(void **state)
{
	struct machine *m = *state;
	const uint32_t frame = OTHER + 0x10000, la = 0x300000;
	unsigned int i;

	set_up(m, 0);
	memset(m->cpu->bt->moves, 0, sizeof(m->cpu->bt->moves));
	/* add edx,3; ret */
	PUT(m, frame, 0x83, 0xc2, 0x03, 0xc3);
	for (i = 0; i < 2; i++) {
		map(m, PGTAB, la + i * 0x10000, frame);
		calls(m, la + i * 0x10000, 0, 3 + i);
		/* add edx,4; ret */
		mem_write32(m->cpu, SEG_DS, frame, 0xc304c283);
	}
	assert_int_equal(m->cpu->bt->moves[0], 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, machine_anew)
	const struct CMUnitTest tests[] = {
		TEST(floats_with_those_around),
		TEST(in_one_space_at_two_addresses),
		TEST(where_a_miss_finds_another_table),
		TEST(outlasts_its_fragments),
		TEST(at_a_hundred_addresses),
		TEST(where_the_table_was_emptied),
		TEST(in_two_spaces_by_turns),
		TEST(with_another_second_page),
		TEST(over_the_end_into_itself),
		TEST(written_by_way_of_another_address),
		TEST(moved_to_another_address),
		TEST(where_a_fault_empties_the_jump_table),
		TEST(where_the_tlb_is_old),
		TEST(where_much_has_moved),
		TEST(where_frames_are_used_again),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
