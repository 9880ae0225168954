// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_seg_test.c - loads of DS and ES: translated code does those that change
 * nothing, and notices whatever would change something.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define TURNS	100u
#define TWIN	0x30u		/* a selector without a descriptor yet */
#define TABLE2	0x50000u	/* room for another GDT */
#define FLAT_LO	0x0000ffffu
#define FLAT_HI	0x00cf9300u	/* level 0, data, writable, accessed */

static void put_desc(struct machine *m, uint32_t table, uint32_t sel,
		     uint32_t lo, uint32_t hi)
{
	machine_put32(m, table + sel, lo);
	machine_put32(m, table + sel + 4, hi);
}

static uint64_t callouts(const struct machine *m)
{
	return m->cpu->bt->stats.callouts;
}

/* The same load over and over is a callout once; the flags stay. */
static void the_same_again_is_quick(void **state)
{
	struct machine *m = *state;
	uint64_t before = callouts(m);

	machine_put32(m, DATA, 0);
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	m->cpu->gpr[REG_ECX] = TURNS;
	m->cpu->gpr[REG_EBP] = 0x12340000 | SEL_DATA;
	/* 1: stc; mov ds,eax; mov es,ebp; push ds; pop es; push es; pop ds;
	 *    adc dword [DATA],0; dec ecx; jnz 1b; hlt */
	RUN(m, 0xf9, 0x8e, 0xd8, 0x8e, 0xc5, 0x1e, 0x07, 0x06, 0x1f, 0x83, 0x15,
	    LE32(DATA), 0x00, 0x49, 0x75, 0xed, 0xf4);
	assert_int_equal(machine_get32(m, DATA), TURNS);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
	assert_int_equal(m->cpu->seg[SEG_DS].sel, SEL_DATA);
	assert_in_range(callouts(m) - before, 2, 6);	/* HLT is one */
}

/*
 * run_changed() - load DS; store @value at @at; load DS; PUSH DS; read a word
 * by it at DATA. Return: the vector, or -1.
 */
static int run_changed(struct machine *m, uint32_t at, uint32_t value)
{
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	m->cpu->gpr[REG_EBX] = 0;
	/* mov ds,eax; mov dword [at],value; mov ds,eax; push ds;
	 * mov ebx,[DATA]; hlt */
	return RUN(m, 0x8e, 0xd8, 0xc7, 0x05, LE32(at), LE32(value), 0x8e, 0xd8,
		   0x1e, 0x8b, 0x1d, LE32(DATA), 0xf4);
}

static void a_changed_base_counts(void **state)
{
	struct machine *m = *state;

	machine_put32(m, DATA, 1);
	machine_put32(m, DATA + 0x1000, 2);
	/* It is the same for one turn, to have it noted. */
	assert_int_equal(run_changed(m, DATA + 8, 0), -1);
	assert_int_equal(m->cpu->gpr[REG_EBX], 1);
	assert_int_equal(run_changed(m, GDT + SEL_DATA, 0x1000ffff), -1);
	assert_int_equal(m->cpu->gpr[REG_EBX], 2);
	assert_int_equal(m->cpu->seg[SEG_DS].base, 0x1000);
}

static void a_lost_presence_counts(void **state)
{
	struct machine *m = *state;

	assert_int_equal(run_changed(m, DATA + 8, 0), -1);
	assert_int_equal(run_changed(m, GDT + SEL_DATA + 4, FLAT_HI & ~0x8000u),
			 11);
	assert_int_equal(machine_fault_code(m), SEL_DATA);
	/* mov ds,eax; mov dword [...]: ten bytes */
	assert_int_equal(machine_fault_eip(m, true), CODE + 12);
}

static void a_cleared_accessed_bit_is_set(void **state)
{
	struct machine *m = *state;

	assert_int_equal(run_changed(m, DATA + 8, 0), -1);
	assert_int_equal(run_changed(m, GDT + SEL_DATA + 4, FLAT_HI & ~0x100u),
			 -1);
	assert_int_equal(machine_get32(m, GDT + SEL_DATA + 4) & 0x100, 0x100);
}

static void another_selector_is_seen(void **state)
{
	struct machine *m = *state;

	put_desc(m, GDT, TWIN, FLAT_LO, FLAT_HI);
	m->cpu->gdtr.limit = TWIN + 7;
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	m->cpu->gpr[REG_EDX] = TWIN;
	m->cpu->gpr[REG_ECX] = TURNS;
	/* 1: mov ds,eax; mov ds,edx; push ds; pop ebx; mov ds,eax; push ds;
	 *    pop esi; dec ecx; jnz 1b; hlt */
	RUN(m, 0x8e, 0xd8, 0x8e, 0xda, 0x1e, 0x5b, 0x8e, 0xd8, 0x1e, 0x5e, 0x49,
	    0x75, 0xf3, 0xf4);
	assert_int_equal(m->cpu->gpr[REG_EBX], TWIN);
	assert_int_equal(m->cpu->gpr[REG_ESI], SEL_DATA);
}

/* LDS loads it, too, and takes no note of that. */
static void a_load_by_another_way_is_seen(void **state)
{
	struct machine *m = *state;

	put_desc(m, GDT, TWIN, FLAT_LO, FLAT_HI);
	machine_put32(m, DATA + 4, TWIN);
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	/* mov ds,eax; lds ebx,[DATA]; mov ds,eax; push ds; pop esi; hlt */
	RUN(m, 0x8e, 0xd8, 0xc5, 0x1d, LE32(DATA), 0x8e, 0xd8, 0x1e, 0x5e,
	    0xf4);
	assert_int_equal(m->cpu->gpr[REG_ESI], SEL_DATA);
}

static void another_table_counts(void **state)
{
	struct machine *m = *state;
	uint32_t at;

	for (at = 0; at < TWIN; at += 4)
		machine_put32(m, TABLE2 + at, machine_get32(m, GDT + at));
	put_desc(m, TABLE2, SEL_DATA, 0x1000ffff, FLAT_HI);
	machine_put32(m, DATA, 1);
	machine_put32(m, DATA + 0x1000, 2);
	machine_put32(m, DATA + 0x100, (TWIN - 1) | (TABLE2 & 0xffff) << 16);
	machine_put32(m, DATA + 0x104, TABLE2 >> 16);
	m->cpu->gpr[REG_EAX] = SEL_DATA;
	/* mov ds,eax; mov ds,eax; lgdt [DATA+100h]; mov ds,eax;
	 * mov ebx,[DATA]; hlt */
	RUN(m, 0x8e, 0xd8, 0x8e, 0xd8, 0x0f, 0x01, 0x15, LE32(DATA + 0x100),
	    0x8e, 0xd8, 0x8b, 0x1d, LE32(DATA), 0xf4);
	assert_int_equal(m->cpu->gpr[REG_EBX], 2);
}

static void a_null_selector_counts(void **state)
{
	struct machine *m = *state;

	m->cpu->gpr[REG_EAX] = SEL_DATA;
	m->cpu->gpr[REG_EDX] = 0;
	/* mov ds,eax; mov ds,edx; mov ebx,[DATA]: #GP */
	assert_int_equal(RUN(m, 0x8e, 0xd8, 0x8e, 0xda, 0x8b, 0x1d, LE32(DATA),
			     0xf4),
			 13);
	assert_int_equal(machine_fault_eip(m, true), CODE + 4);
	assert_int_equal(m->cpu->seg[SEG_DS].attr, 0);
}

/*
 * thread_loop() - with a thread's segment at DATA that ends @limit bytes
 * behind, so many turns at @at that read 10h and write 14h of it, and at the
 * end a read of @last. Return: the vector.
 */
static int thread_loop(struct machine *m, uint32_t at, bool user,
		       uint32_t limit, uint32_t last)
{
	const uint8_t seg = user ? 0x65 : 0x64;
	struct segment *s;
	int vector;

	machine_paging(m);
	if (user)
		machine_user(m);
	s = &m->cpu->seg[user ? SEG_GS : SEG_FS];
	s->base = DATA;
	s->limit = limit;
	machine_put32(m, DATA + 0x10, 0x1234);
	machine_put32(m, DATA - 4, 0x5678);
	m->cpu->gpr[REG_ECX] = TURNS;
	/* 1: mov eax,seg:[10h]; mov seg:[14h],ecx; dec ecx; jnz 1b;
	 * mov ebx,seg:[last]; hlt */
	PUT(m, at, seg, 0xa1, LE32(0x10), seg, 0x89, 0x0d, LE32(0x14), 0x49,
	    0x75, 0xf0, seg, 0x8b, 0x1d, LE32(last), 0xf4);
	vector = machine_run(m, at);
	s->limit = 0xffffffff;
	s->base = 0;
	return vector;
}

/* a_threads_segment_may_end() - it costs no fault and no callout, as long as
 * what is used is there; and what is not there is seen. */
static void a_threads_segment_may_end(void **state)
{
	struct machine *m = *state;
	struct bt_stats *st = &m->cpu->bt->stats;
	uint32_t at = CODE + 0x200;	/* what is known of a place stays */
	unsigned int i, user;
	uint64_t before;
	int halt;

	for (i = 0; i < 4; i++, at += 0x200) {
		user = i & 1;
		halt = user ? HLT_IN_PROGRAM : -1;
		machine_fresh(m);
		before = st->fault_other + callouts(m);
		assert_int_equal(thread_loop(m, at, user, 0xfff, 0x10), halt);
		assert_in_range(st->fault_other + callouts(m) - before, 0, 4);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0x1234);
		assert_int_equal(m->cpu->gpr[REG_EBX], 0x1234);
		assert_int_equal(machine_get32(m, DATA + 0x14), 1);
		machine_fresh(m);
		assert_int_equal(thread_loop(m, at, user, 0x15, 0x10), 13);
		assert_int_equal(machine_fault_eip(m, true), at + 6);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0x1234);
		machine_fresh(m);
		assert_int_equal(thread_loop(m, at, user, 0xfff, 0x1000), 13);
		assert_int_equal(machine_fault_eip(m, true), at + 16);
		machine_fresh(m);
		assert_int_equal(thread_loop(m, at, user, 0xfff, -4u), 13);
		assert_int_equal(machine_fault_eip(m, true), at + 16);
		machine_fresh(m);
		assert_int_equal(thread_loop(m, at, user, 0xffffffff, -4u),
				 halt);
		assert_int_equal(m->cpu->gpr[REG_EBX], 0x5678);
	}
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_same_again_is_quick), T(a_changed_base_counts),
		T(a_lost_presence_counts), T(a_cleared_accessed_bit_is_set),
		T(another_selector_is_seen), T(a_load_by_another_way_is_seen),
		T(a_threads_segment_may_end),
		T(another_table_counts), T(a_null_selector_counts),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
