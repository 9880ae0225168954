// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_near_test.c - a kernel that maps a page, copies by way of it, and maps
 * another one there: its loads and stores remember the page, and forget it when
 * the guest says so.
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/mmu/window.h"

#define FRAMES	8u
#define FRAME(k) (0x200000u + (k) * 0x1000u)
#define AT	0x300000u	/* where they are mapped in turn */
#define TURNS	400u
#define WORDS	16u		/* of each page and turn */
#define PTE(la)	(PGTAB + ((la) >> 12) * 4)

static uint32_t word(unsigned int frame, unsigned int i)
{
	return frame * 1000 + i;
}

static void set_up(struct machine *m)
{
	unsigned int k, i;

	machine_paging(m);
	for (k = 0; k < FRAMES; k++)
		for (i = 0; i < WORDS; i++)
			machine_put32(m, FRAME(k) + 4 * i, word(k, i));
	/* 1: lodsd; mov [PTE],eax; invlpg [AT]; mov ebx,WORDS; mov edi,AT
	 * 2: mov eax,[edi]; add edx,eax; mov [edi+800h],eax; add edi,4
	 *    dec ebx; jnz 2b; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xad, 0xa3, LE32(PTE(AT)), 0x0f, 0x01, 0x3d, LE32(AT),
	    0xbb, LE32(WORDS), 0xbf, LE32(AT), 0x8b, 0x07, 0x01, 0xc2, 0x89,
	    0x87, LE32(0x800), 0x83, 0xc7, 0x04, 0x4b, 0x75, 0xf0, 0x49, 0x75,
	    0xd6, 0xf4);
}

/* copies() - frames in turn, from number @first on. */
static void copies(struct machine *m, unsigned int first)
{
	uint32_t sum = 0;
	unsigned int t, i, k;

	for (t = 0; t < TURNS; t++) {
		k = (first + t * 3) % FRAMES;
		machine_put32(m, DATA + 4 * t, FRAME(k) | 3);
		for (i = 0; i < WORDS; i++)
			sum += word(k, i);
	}
	m->cpu->gpr[REG_ESI] = DATA;
	m->cpu->gpr[REG_ECX] = TURNS;
	m->cpu->gpr[REG_EDX] = 0;
	m->cpu->gpr[REG_ESP] = STACK;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EDX], sum);
	for (k = 0; k < FRAMES; k++)
		for (i = 0; i < WORDS; i++) {
			assert_int_equal(
				machine_get32(m, FRAME(k) + 0x800 + 4 * i),
				word(k, i));
			machine_put32(m, FRAME(k) + 0x800 + 4 * i, 0);
		}
}

static void copies_page_after_page(void **state)
{
	struct machine *m = *state;
	uint64_t callouts, hidden;

	set_up(m);
	copies(m, 0);		/* it is found out */
	callouts = m->cpu->bt->stats.callouts_faulter;
	hidden = windows_stats(m->cpu)->hidden;
	copies(m, 1);
	/* A load and a store for each page, and no host fault. */
	assert_in_range(m->cpu->bt->stats.callouts_faulter - callouts, TURNS,
			4 * TURNS);
	assert_in_range(windows_stats(m->cpu)->hidden - hidden, 0, 10);
}

/* The first access by the remembered page would go on in the next frame. */
static void reads_over_the_end_of_a_page(void **state)
{
	struct machine *m = *state;
	unsigned int t, k;

	set_up(m);
	copies(m, 0);
	/* The same load, near the end of AT and then over it. */
	for (t = 0; t < 20; t++) {
		k = t % FRAMES;
		machine_put32(m, FRAME(k) + 0xffc, 0xbbaa0000 + (k << 16));
		machine_put32(m, PTE(AT), FRAME(k) | 3);
		machine_put32(m, PTE(AT + 0x1000), FRAME(7 - k) | 3);
		mmu_invlpg(m->cpu, AT);
		mmu_invlpg(m->cpu, AT + 0x1000);
		m->cpu->gpr[REG_EDI] = AT + 0xffa;
		m->cpu->gpr[REG_EBX] = 2;
		m->cpu->gpr[REG_ECX] = 1;
		m->cpu->gpr[REG_EDX] = 0;
		assert_int_equal(machine_run(m, CODE + 23), -1);
		assert_int_equal(m->cpu->gpr[REG_EDX], (word(7 - k, 0) & 0xffff)
								       << 16 |
							       (0xbbaa + k));
	}
}

/* What is remembered must not be good for a store to what has become code. */
static void stores_to_a_page_with_code(void **state)
{
	struct machine *m = *state;
	unsigned int k;

	set_up(m);
	copies(m, 0);
	for (k = 0; k < 4; k++) {
		/* mov eax,k+1; hlt - run from its own address */
		PUT(m, FRAME(k) + 0x800, 0xb8, LE32(k + 1), 0xf4);
		assert_int_equal(machine_run(m, FRAME(k) + 0x800), -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], k + 1);
		/* One turn stores mov al,7; hlt over it. */
		machine_put32(m, FRAME(k), 0x00f407b0);
		machine_put32(m, DATA, FRAME(k) | 3);
		m->cpu->gpr[REG_ESI] = DATA;
		m->cpu->gpr[REG_ECX] = 1;
		assert_int_equal(machine_run(m, CODE), -1);
		m->cpu->gpr[REG_EAX] = 0;
		assert_int_equal(machine_run(m, FRAME(k) + 0x800), -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], 7);
	}
}

/* assert_units_apart() - no fragment reaches into the next unit. */
static void assert_units_apart(const struct bt *bt)
{
	const struct unit *u;
	uint32_t i;

	for (u = bt->unit; u < bt->unit + UNITS; u++)
		for (i = 0; i < u->count; i++)
			assert_in_range(
				bt_frag(bt, bt->frags[u->first + i])->end,
				u->code, u->code_end);
}

/* As many of the longest loads as a fragment has, and code is made for them
 * where just 8192 bytes are left of a unit. */
static void is_room_for_in_a_fragment(void **state)
{
	const uint32_t at = 0x400000, size = 7;
	struct machine *m = *state;
	struct bt *bt = m->cpu->bt;
	unsigned int i, n;

	for (i = 0; i < FRAG_INSNS; i++) {
		/* mov eax,[ebx+esi*4+DATA] */
		PUT(m, at + size * i, 0x8b, 0x84, 0xb3, LE32(DATA));
		for (n = 0; n < 4; n++)
			smc_note(bt, at + size * i, SMC_FAULTER);
	}
	*machine_at(m, at + size * i) = 0xf4;
	machine_put32(m, DATA + 12, 0x1234);
	m->cpu->gpr[REG_EBX] = 4;
	m->cpu->gpr[REG_ESI] = 2;
	bt->used = bt->unit[bt->now].code_end - 8192;
	assert_int_equal(machine_run(m, at), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x1234);
	assert_true(bt->stats.callouts_faulter > 0);
	assert_units_apart(bt);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, machine_anew)
	const struct CMUnitTest tests[] = {
		TEST(copies_page_after_page),
		TEST(reads_over_the_end_of_a_page),
		TEST(stores_to_a_page_with_code),
		TEST(is_room_for_in_a_fragment),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
