// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_esp_test.c - ESP in translated code is an address in the window, and is
 * moved there without a look: it must not leave it for good, however far a
 * program moves ESP. (That it has the right value, and the flags theirs, is
 * what tests/insn looks at.)
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/unit/lib_machine.h"

#define STEPS	32u	/* in one fragment */
#define STEP	2048u
#define APART	(16ull << 30)	/* two spaces' windows */
#define OTHER	0x100000u	/* a page directory, its table behind it */
#define MAGIC	0x12345678u

/* two_spaces() - the other directory has another frame at DATA, and there is
 * a mapping of each. */
static void two_spaces(struct machine *m)
{
	uint32_t i, pte;

	machine_paging(m);
	machine_put32(m, OTHER, (OTHER + 4096) | 7);
	for (i = 0; i < 1024; i++) {
		pte = machine_get32(m, PGTAB + i * 4);
		machine_put32(m, OTHER + 4096 + i * 4,
			      i == DATA / 4096 ? pte + 4096 : pte);
	}
	machine_put32(m, DATA, MAGIC);
	machine_put32(m, DATA + 4096, ~MAGIC);
	PUT(m, CODE, 0x8b, 0x04, 0x24, 0xf4);	/* mov eax,[esp]; hlt */
	for (i = 0; i < 2; i++) {
		cpu_write_cr3(m->cpu, i ? PGDIR : OTHER);
		m->cpu->gpr[REG_ESP] = DATA;
		assert_int_equal(machine_run(m, CODE), -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], i ? MAGIC : ~MAGIC);
	}
}

/* walk_away() - by small steps from one window to where another one is, with
 * no access in between; the loop's code is entered where it begins, or @inside
 * a fragment, whose beginning does make one. */
static void walk_away(struct machine *m, bool up, uint32_t cr3, bool inside)
{
	uint32_t i, at = CODE, loop;

	/* push eax; pop eax; 1: nop; ADD or SUB ESP,STEP, many times over;
	 * dec ecx; jnz 1b; mov eax,[esp]; hlt */
	PUT(m, at, 0x50, 0x58, 0x90);
	loop = inside ? CODE + 2 : CODE + 3;
	for (i = 0, at += 3; i < STEPS; i++, at += 6)
		PUT(m, at, 0x81, (uint8_t)(up ? 0xc4 : 0xec), LE32(STEP));
	PUT(m, at, 0x49, 0x0f, 0x85, LE32(loop - (at + 7)), 0x8b, 0x04, 0x24,
	    0xf4);
	cpu_write_cr3(m->cpu, cr3);
	m->cpu->gpr[REG_ECX] = (uint32_t)(APART / (STEPS * STEP));
	m->cpu->gpr[REG_ESP] = DATA;
	assert_int_equal(machine_run(m, inside ? CODE : loop), -1);
	assert_int_equal(m->cpu->gpr[REG_ESP], DATA);
	assert_int_equal(m->cpu->gpr[REG_EAX], cr3 == PGDIR ? MAGIC : ~MAGIC);
}

static void walks_away(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	two_spaces(m);
	for (i = 0; i < 8; i++)
		walk_away(m, i & 1, i & 2 ? PGDIR : OTHER, i & 4);
}

/* leaps() - by what sets ESP, and an access over the end of 4 GiB. */
static void leaps(void **state)
{
	struct machine *m = *state;
	uint32_t i, at = CODE;

	machine_put32(m, DATA, MAGIC);
	/* lea esp,[esp+7fffffffh]: no access in between */
	for (i = 0; i < STEPS; i++, at += 7)
		PUT(m, at, 0x8d, 0xa4, 0x24, LE32(0x7fffffff));
	PUT(m, at, 0x8b, 0x04, 0x24, 0xf4);
	m->cpu->gpr[REG_ESP] = DATA - STEPS * 0x7fffffffu;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], MAGIC);
	assert_int_equal(m->cpu->gpr[REG_ESP], DATA);

	/* mov esp,8; sub esp,16; add esp,DATA+8; mov eax,[esp] */
	PUT(m, CODE, 0xbc, LE32(8), 0x83, 0xec, 0x10, 0x81, 0xc4,
	    LE32(DATA + 8), 0x8b, 0x04, 0x24, 0xf4);
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], MAGIC);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(walks_away), T(leaps),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
