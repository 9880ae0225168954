// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_test.c - what only the translator can get wrong: leaving, returning,
 * wrapping addresses, and running out of room. What instructions do is
 * compared in tests/insn, and in the unit tests that run on both engines.
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

/* runs_until_alarm() - code that never ends by itself is left after 20 ms. */
static void runs_until_alarm(struct machine *m, const uint8_t *code, size_t len)
{
	machine_code(m, CODE, code, len);
	m->cpu->eip = CODE;
	machine_alarm(m, 20000, false);
	assert_int_equal(cpu_run(m->cpu, UINT64_MAX), CPU_EXIT_ATTENTION);
	assert_true(m->cpu->eip >= CODE && m->cpu->eip < CODE + len);
	m->attention = 0;
}

#define ENDLESS(m, ...) runs_until_alarm(m,				\
			(const uint8_t []){ __VA_ARGS__ },		\
			sizeof((const uint8_t []){ __VA_ARGS__ }))

static void endless_loops_are_left(void **state)
{
	struct machine *m = *state;
	int i;

	for (i = 0; i < 5; i++) {
		ENDLESS(m, 0xeb, 0xfe);			/* 1: jmp 1b */
		ENDLESS(m, 0x40, 0xe2, 0xfd);		/* 1: loop 1b */
		ENDLESS(m, 0xb8, LE32(CODE), 0xff, 0xe0); /* jmp *eax */
		/* push here; ret */
		ENDLESS(m, 0x68, LE32(CODE), 0xc3);
		/* 1: call 2f; jmp 1b; 2: ret */
		ENDLESS(m, 0xe8, LE32(2), 0xeb, 0xf9, 0xc3);
		/* 1: pushf; popf; cli; sti; jmp 1b */
		ENDLESS(m, 0x9c, 0x9d, 0xfa, 0xfb, 0xeb, 0xfa);
		/* 1: call 2f; 2: pop eax; jmp 1b */
		ENDLESS(m, 0xe8, LE32(0), 0x58, 0xeb, 0xf8);
	}
}

static void deep_recursion_returns(void **state)
{
	struct machine *m = *state;

	m->cpu->gpr[REG_ESP] = 0xf00000;
	/* mov ecx,200000; xor eax,eax; call f; hlt
	 * f: inc eax; dec ecx; jz 1f; call f; inc eax; 1: ret */
	assert_int_equal(RUN(m, 0xb9, LE32(200000), 0x31, 0xc0, 0xe8, LE32(1),
			     0xf4, 0x40, 0x49, 0x74, 0x06, 0xe8, LE32(-9), 0x40,
			     0xc3),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 2 * 200000 - 1);
	assert_int_equal(m->cpu->gpr[REG_ESP], 0xf00000);
}

static void calls_that_never_return(void **state)
{
	struct machine *m = *state;

	m->cpu->gpr[REG_ESP] = 0xf00000;
	/* mov ecx,100000; 1: call 2f; 2: dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(m, 0xb9, LE32(100000), 0xe8, LE32(0), 0x49, 0x75,
			     0xf8, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_ESP], 0xf00000 - 400000);
}

/* Systems that are older than SSE have CR4.OSFXSR clear: that is no reason for
 * C code to do their arithmetic. SSE is #UD then. */
static void x87_needs_no_sse(void **state)
{
	struct machine *m = *state;
	const uint64_t *callouts = &m->cpu->bt->stats.callouts;
	uint64_t before;

	m->cpu->cr4 &= ~(CR4_OSFXSR | CR4_OSXMMEXCPT);
	/* fninit; fld1; fld1; mov ecx,100000; 1: fadd st,st(1); dec ecx;
	 * jnz 1b; fistp dword [DATA]; hlt */
	before = *callouts;
	assert_int_equal(RUN(m, 0xdb, 0xe3, 0xd9, 0xe8, 0xd9, 0xe8, 0xb9,
			     LE32(100000), 0xd8, 0xc1, 0x49, 0x75, 0xfb, 0xdb,
			     0x1d, LE32(DATA), 0xf4),
			 -1);
	assert_int_equal(machine_get32(m, DATA), 100001);
	assert_in_range(*callouts - before, 0, 100);
	/* movups xmm0,[DATA] */
	assert_int_equal(RUN(m, 0x0f, 0x10, 0x05, LE32(DATA), 0xf4), VEC_UD);
	m->cpu->cr4 |= CR4_OSFXSR | CR4_OSXMMEXCPT;
	assert_int_equal(RUN(m, 0x0f, 0x10, 0x05, LE32(DATA), 0xf4), -1);
}

static void returns_elsewhere(void **state)
{
	struct machine *m = *state;

	/* mov ecx,1000; 1: call f; hlt; (skipped to:) dec ecx; jnz 1b; hlt
	 * f: inc dword [esp]; ret	- returns behind the hlt */
	assert_int_equal(RUN(m, 0xb9, LE32(1000), 0xe8, LE32(5), 0xf4, 0x49,
			     0x75, 0xf7, 0xf4, 0xff, 0x04, 0x24, 0xc3),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_int_equal(m->cpu->eip, CODE + 15);
}

static void addresses_wrap(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_put32(m, 4, 0x11223344);
	machine_put32(m, 0x104, 0x55667788);
	cpu->gpr[REG_EBX] = 0xfffffffc;
	cpu->gpr[REG_ESI] = 0x40000002;
	/* mov eax,[ebx+8]; mov edx,[ebx+esi*4]; mov ecx,[ebx+0x80000108];
	 * (with the next: 0x80000000) */
	assert_int_equal(RUN(m, 0x8b, 0x43, 0x08, 0x8b, 0x14, 0xb3, 0xbf,
			     LE32(0x80000000), 0x8b, 0x8f, LE32(0x80000104),
			     0xf4),
			 -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x11223344);
	assert_int_equal(cpu->gpr[REG_EDX], 0x11223344);
	assert_int_equal(cpu->gpr[REG_ECX], 0x55667788);
	/* mov esp,0xfffffffc; mov eax,[esp+8]; mov edx,[esp+0x108]; a push
	 * at 8 and a pop; bt with a bit offset over the end */
	assert_int_equal(RUN(m, 0xbc, LE32(0xfffffffc), 0x8b, 0x44, 0x24, 0x08,
			     0x8b, 0x94, 0x24, LE32(0x108), 0xbc, LE32(8), 0x68,
			     LE32(77), 0x59, 0xf4),
			 -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x11223344);
	assert_int_equal(cpu->gpr[REG_EDX], 0x55667788);
	assert_int_equal(cpu->gpr[REG_ECX], 77);
	assert_int_equal(machine_get32(m, 4), 77);
}

/*
 * read_at() - EAX of mov eax,seg:[disp]; the same with ModRM, in EDX; with an
 * index, in EBX; with a base, too, in ECX. Each time elsewhere: code that
 * keeps faulting in one place is not translated there.
 * Return: the vector that came, or -1.
 */
static int read_at(struct machine *m, unsigned int seg, uint32_t disp)
{
	static uint32_t at = CODE;
	uint8_t override = seg == SEG_FS ? 0x64 : 0x65;

	at += 32;
	PUT(m, at, override, 0xa1, LE32(disp), override, 0x8b, 0x15, LE32(disp),
	    override, 0x8b, 0x1c, 0xb5, LE32(disp - 4 * 5), override, 0x8b,
	    0x8c, 0xb7, LE32(disp - 4 * 5 - 7), 0xf4);
	m->cpu->gpr[REG_ESI] = 5;
	m->cpu->gpr[REG_EDI] = 7;
	m->cpu->gpr[REG_EAX] = m->cpu->gpr[REG_EDX] = 0;
	m->cpu->gpr[REG_EBX] = m->cpu->gpr[REG_ECX] = 0;
	return machine_run(m, at);
}

/* Offsets from FS and GS at both levels: above 2 GiB, "negative" ones, sums
 * that wrap and sums that do not, and a segment with a limit. */
static void segments_wrap(void **state)
{
	static const uint32_t base[6] = {
		0, 0x100000, 0x7fffffff, 0x80000000, 0xd0000000, 0xff100000,
	};
	struct machine *m = *state;
	struct segment *s;
	unsigned int i, user, seg;
	uint32_t at, disp;

	for (i = 0; i < 6 * 8; i++) {
		user = i & 1;
		seg = i & 2 ? SEG_FS : SEG_GS;
		at = i & 4 ? 0x2f0000 : 0x0efff0;	/* linear */
		disp = at - base[i / 8];
		machine_anew(state);
		if (user)
			machine_user(m);
		s = &m->cpu->seg[seg];
		*s = m->cpu->seg[SEG_DS];
		s->base = base[i / 8];
		machine_put32(m, at, 0x1000 + i);
		assert_int_equal(read_at(m, seg, disp), user ? 13 : -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0x1000 + i);
		assert_int_equal(m->cpu->gpr[REG_EDX], 0x1000 + i);
		assert_int_equal(m->cpu->gpr[REG_EBX], 0x1000 + i);
		assert_int_equal(m->cpu->gpr[REG_ECX], 0x1000 + i);
		if (user)
			continue;
		s->limit = disp - 1;
		assert_int_equal(read_at(m, seg, disp), 13);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0);
	}
}

/* A 16-bit offset from a segment's base is no negative number. */
static void short_offsets(void **state)
{
	static const uint8_t override[2] = { 0x64, 0x65 };
	struct machine *m = *state;
	unsigned int i, user, gs;

	for (i = 0; i < 4; i++) {
		user = i & 1;
		gs = i >> 1;
		machine_anew(state);
		if (user)
			machine_user(m);
		m->cpu->seg[gs ? SEG_GS : SEG_FS] = m->cpu->seg[SEG_DS];
		m->cpu->seg[gs ? SEG_GS : SEG_FS].base = 0x80000;
		machine_put32(m, 0x89000, 0x1000 + i);
		/* mov eax,seg:[9000h] with a 16-bit offset */
		assert_int_equal(RUN(m, override[gs], 0x67, 0xa1, 0x00, 0x90,
				     0xf4),
				 user ? 13 : -1);
		assert_int_equal(m->cpu->gpr[REG_EAX], 0x1000 + i);
	}
}

static void nothing_outside_is_touched(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	/* mov [eax],cl; mov [eax+7fffffffh],cl; mov [eax+edx*8],cl: most of
	 * it is no RAM, and must get to the board */
	for (i = 0; i < 200; i++) {
		m->cpu->gpr[REG_EAX] = 0x40000000u + i * 0x01000000u;
		m->cpu->gpr[REG_EDX] = 0xffffffff - i;
		m->mmio_writes = 0;
		assert_int_equal(RUN(m, 0x88, 0x08, 0x88, 0x88,
				     LE32(0x7fffffff), 0x88, 0x0c, 0xd0, 0xf4),
				 -1);
		assert_true(m->mmio_writes > 0);
	}
}

static void cache_overflows(void **state)
{
	struct machine *m = *state;
	uint64_t before = m->cpu->bt->stats.evicted;
	uint32_t i;

	/* jmp +0 over 3 MiB, a fragment each; then a jump back; 3 rounds */
	for (i = 0; i < 0x300000; i += 2)
		put_le16(machine_at(m, 0x400000 + i), 0x00eb);
	PUT(m, 0x700000, 0x49, 0x0f, 0x85, LE32(0x400000 - 0x700007), 0xf4);
	mmu_dma_written(m->cpu, 0x400000, 0x300000);
	m->cpu->gpr[REG_ECX] = 3;
	assert_int_equal(machine_run(m, 0x400000), -1);
	assert_int_equal(m->cpu->gpr[REG_ECX], 0);
	assert_true(m->cpu->bt->stats.evicted > before);
}

/* An AC flag that means nothing once hung the run loop. */
static void flags_that_mean_nothing(void **state)
{
	struct machine *m = *state;

	/* pushf; or dword [esp],40000h; popf; inc eax; hlt */
	m->cpu->gpr[REG_EAX] = 0;
	assert_int_equal(RUN(m, 0x9c, 0x81, 0x0c, 0x24, LE32(0x40000), 0x9d,
			     0x40, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(endless_loops_are_left, machine_anew),
		cmocka_unit_test_setup(deep_recursion_returns, machine_anew),
		cmocka_unit_test_setup(calls_that_never_return, machine_anew),
		cmocka_unit_test_setup(x87_needs_no_sse, machine_anew),
		cmocka_unit_test_setup(returns_elsewhere, machine_anew),
		cmocka_unit_test_setup(addresses_wrap, machine_anew),
		cmocka_unit_test_setup(segments_wrap, machine_anew),
		cmocka_unit_test_setup(short_offsets, machine_anew),
		cmocka_unit_test_setup(nothing_outside_is_touched,
				       machine_anew),
		cmocka_unit_test_setup(cache_overflows, machine_anew),
		cmocka_unit_test_setup(flags_that_mean_nothing, machine_anew),
	};

	return cmocka_run_group_tests(tests, machine_set_up_bt,
				      machine_tear_down);
}
