/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp_test.c - the engine itself: blocks, faults, paging, self-modifying
 * code, traps and interrupts. What single instructions compute is the
 * business of tests/insn.
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

/* ---- plain running ---------------------------------------------------- */

static void loop_counts(void **state)
{
	struct machine *m = *state;

	if (m->bt)
		skip_because("translated code counts no instructions");
	/* mov ecx,10; xor eax,eax; 1: add eax,ecx; dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(m, 0xb9, LE32(10), 0x31, 0xc0, 0x01, 0xc8, 0x49,
			     0x75, 0xfb, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 55);
	assert_int_equal(m->cpu->insns, 2 + 30 + 1);
}

static void budget_is_exact(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	if (m->bt)
		skip_because("translated code counts no instructions");
	for (i = 0; i < 20; i++)
		*machine_at(m, CODE + i) = 0x40;	/* inc eax */
	*machine_at(m, CODE + 20) = 0xf4;
	m->cpu->eip = CODE;
	assert_int_equal(cpu_run(m->cpu, 7), CPU_EXIT_BUDGET);
	assert_int_equal(m->cpu->gpr[REG_EAX], 7);
	assert_int_equal(m->cpu->eip, CODE + 7);
	assert_int_equal(cpu_run(m->cpu, 1), CPU_EXIT_BUDGET);
	assert_int_equal(m->cpu->gpr[REG_EAX], 8);
	assert_int_equal(cpu_run(m->cpu, 100), CPU_EXIT_HALT);
	assert_int_equal(m->cpu->gpr[REG_EAX], 20);
}

static void attention_leaves_a_tight_loop(void **state)
{
	struct machine *m = *state;

	PUT(m, CODE, 0xeb, 0xfe);	/* 1: jmp 1b */
	m->attention = 1;
	m->cpu->eip = CODE;
	assert_int_equal(cpu_run(m->cpu, UINT64_MAX), CPU_EXIT_ATTENTION);
	assert_int_equal(m->cpu->eip, CODE);
}

static void call_and_ret(void **state)
{
	struct machine *m = *state;

	/* call +2; hlt; nop; mov eax,7; ret */
	assert_int_equal(RUN(m, 0xe8, LE32(2), 0xf4, 0x90, 0xb8, LE32(7), 0xc3),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 7);
	assert_int_equal(m->cpu->gpr[REG_ESP], STACK);
	assert_int_equal(m->cpu->eip, CODE + 6);
}

/* ---- decoding --------------------------------------------------------- */

static void undefined_and_too_long(void **state)
{
	struct machine *m = *state;
	unsigned int i;

	assert_int_equal(RUN(m, 0x0f, 0x0b), VEC_UD);
	assert_int_equal(machine_fault_eip(m, false), CODE);
	machine_fresh(m);
	assert_int_equal(RUN(m, 0xf0, 0x89, 0x03), VEC_UD); /* lock mov */
	machine_fresh(m);
	assert_int_equal(RUN(m, 0xf0, 0x01, 0xd8), VEC_UD); /* lock add r,r */
	machine_fresh(m);
	assert_int_equal(RUN(m, 0xc5, 0xf8, 0x77), VEC_UD); /* vzeroupper */
	machine_fresh(m);
	assert_int_equal(RUN(m, 0x0f, 0x38, 0x00, 0xc1), VEC_UD); /* pshufb */
	machine_fresh(m);
	for (i = 0; i < 15; i++)
		*machine_at(m, CODE + i) = 0x66;
	*machine_at(m, CODE + 15) = 0x90;
	assert_int_equal(machine_run(m, CODE), VEC_GP);
	machine_fresh(m);
	for (i = 0; i < 14; i++)
		*machine_at(m, CODE + i) = 0x66;
	*machine_at(m, CODE + 14) = 0x90;
	*machine_at(m, CODE + 15) = 0xf4;
	assert_int_equal(machine_run(m, CODE), -1);
}

static void old_aliases(void **state)
{
	struct machine *m = *state;

	/* mov eax,5; 82 /0 add al,3; stc; salc; F6 /1 test; D0 /6 shl bl */
	m->cpu->gpr[REG_EBX] = 0x41;
	assert_int_equal(RUN(m, 0xb8, LE32(5), 0x82, 0xc0, 3, 0x88, 0xc1, 0xf9,
			     0xd6, 0xf6, 0xc8, 0x80, 0xd0, 0xf3, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0xff);
	assert_int_equal(m->cpu->gpr[REG_ECX], 8);
	assert_int_equal(m->cpu->gpr[REG_EBX], 0x82);
}

static void sixteen_bit_code(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	cpu->seg[SEG_CS].attr &= ~DESC_B;
	cpu_segments_changed(cpu);
	cpu->gpr[REG_EBX] = 0xffff0010;
	cpu->gpr[REG_ESI] = 0x12340020;
	machine_put32(m, 0x35, 0xdeadbeef);
	/* mov ax,[bx+si+5]; o32 mov ecx,[bx+si+5]; a32 lea edx,[ebx]; hlt */
	assert_int_equal(RUN(m, 0x8b, 0x40, 5, 0x66, 0x8b, 0x48, 5, 0x66, 0x67,
			     0x8d, 0x13, 0xf4),
			 -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0xbeef);
	assert_int_equal(cpu->gpr[REG_ECX], 0xdeadbeef);
	assert_int_equal(cpu->gpr[REG_EDX], 0xffff0010);
}

/* An instruction over the end of a page needs the second one only if it has
 * bytes there, and the fault is at the second page's start. */
static void fetch_over_a_missing_page(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x51 * 4, 0);
	mmu_flush(m->cpu, true);
	PUT(m, 0x50fff, 0x40);	/* inc eax ends just there */
	assert_int_equal(machine_run(m, 0x50fff), VEC_PF);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(machine_fault_eip(m, true), 0x51000);
	machine_fresh(m);
	machine_paging(m);
	machine_put32(m, PGTAB + 0x51 * 4, 0);
	mmu_flush(m->cpu, true);
	PUT(m, 0x50ffd, 0x90, 0xb8, 0x01);	/* mov eax,imm32, cut off */
	assert_int_equal(machine_run(m, 0x50ffd), VEC_PF);
	assert_int_equal(m->cpu->cr2, 0x51000);
	assert_int_equal(machine_fault_eip(m, true), 0x50ffe);
	assert_int_equal(machine_fault_code(m), 0);
}

/* A straddling instruction follows the second page's mapping. */
static void straddle_follows_mapping(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	PUT(m, 0x50ffe, 0xb8, 0x01);		/* mov eax, ... */
	PUT(m, 0x51000, 0x02, 0x03, 0x04, 0xf4);
	PUT(m, 0x60000, 0x0a, 0x0b, 0x0c, 0xf4);
	assert_int_equal(machine_run(m, 0x50ffe), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x04030201);
	machine_put32(m, PGTAB + 0x51 * 4, 0x60007);
	mmu_invlpg(m->cpu, 0x51000);
	assert_int_equal(machine_run(m, 0x50ffe), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x0c0b0a01);
	PUT(m, 0x60001, 0x55);
	assert_int_equal(machine_run(m, 0x50ffe), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x0c550a01);
}

static void code_limit(void **state)
{
	struct machine *m = *state;

	PUT(m, CODE, 0x40, 0x40, 0x40, 0xf4);
	assert_int_equal(machine_run(m, CODE), -1);	/* decoded, cached */
	m->cpu->seg[SEG_CS].limit = CODE + 1;
	m->cpu->gpr[REG_EAX] = 0;
	m->cpu->eip = CODE;
	m->cpu->halted = false;
	/* The handlers are below the limit. */
	assert_int_equal(machine_run(m, CODE), VEC_GP);
	assert_int_equal(m->cpu->gpr[REG_EAX], 2);
	assert_int_equal(machine_fault_eip(m, true), CODE + 2);
}

/* ---- self-modifying code ---------------------------------------------- */

static void smc_within_block(void **state)
{
	struct machine *m = *state;

	/* mov byte [CODE+8],0x42 ; inc eax -> inc edx ; hlt */
	assert_int_equal(
		RUN(m, 0xc6, 0x05, LE32(CODE + 8), 0x42, 0x90, 0x40, 0xf4), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0);
	assert_int_equal(m->cpu->gpr[REG_EDX], 1);
}

static void smc_loop(void **state)
{
	struct machine *m = *state;

	/*
	 * mov ecx,1000
	 * 1: add eax,imm32 (at CODE+5; imm at CODE+6)
	 * inc dword [CODE+6]; dec ecx; jnz 1b; hlt
	 */
	assert_int_equal(RUN(m, 0xb9, LE32(1000), 0x05, LE32(0), 0xff, 0x05,
			     LE32(CODE + 6), 0x49, 0x75, 0xf2, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 999 * 1000 / 2);
}

/* Two linear addresses of one frame. */
static void smc_through_alias(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x70 * 4, CODE | 7);
	mmu_flush(m->cpu, true);
	PUT(m, CODE, 0x40, 0xc3);			/* inc eax; ret */
	/* call CODE; mov byte [0x70000],0x42; call CODE; hlt */
	PUT(m, CODE + 0x1000, 0xe8, LE32(-0x1005), 0xc6, 0x05, LE32(0x70000),
	    0x42, 0xe8, LE32(-0x1011), 0xf4);
	assert_int_equal(machine_run(m, CODE + 0x1000), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(m->cpu->gpr[REG_EDX], 1);
}

static void dma_kills_code(void **state)
{
	struct machine *m = *state;

	assert_int_equal(RUN(m, 0x40, 0xf4), -1);
	*machine_at(m, CODE) = 0x41;	/* inc ecx */
	mmu_dma_written(m->cpu, CODE, 1);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 1);
	assert_int_equal(m->cpu->gpr[REG_ECX], 1);
}

/* Data beside code costs no decoding. */
static void data_beside_code_kills_nothing(void **state)
{
	struct machine *m = *state;
	uint64_t decoded;

	/* mov ecx,1000; 1: inc dword [CODE+0x40]; dec ecx; jnz 1b; hlt */
	PUT(m, CODE, 0xb9, LE32(1000), 0xff, 0x05, LE32(CODE + 0x40), 0x49,
	    0x75, 0xf7, 0xf4);
	decoded = m->cpu->blocks->decoded;
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(machine_get32(m, CODE + 0x40), 1000);
	assert_true(m->cpu->blocks->decoded - decoded < 10);
}

/* ---- faults ----------------------------------------------------------- */

static void divide_errors(void **state)
{
	struct machine *m = *state;

	m->cpu->gpr[REG_EAX] = 0x80000000;
	m->cpu->gpr[REG_EDX] = 0xffffffff;
	m->cpu->gpr[REG_EBX] = 0xffffffff;
	assert_int_equal(RUN(m, 0xf7, 0xfb), VEC_DE);	/* idiv ebx */
	assert_int_equal(m->cpu->gpr[REG_EAX], 0x80000000);
	machine_fresh(m);
	m->cpu->gpr[REG_EAX] = 0x8000;
	m->cpu->gpr[REG_EBX] = 0xff;
	assert_int_equal(RUN(m, 0xf6, 0xfb), VEC_DE);	/* idiv bl */
	machine_fresh(m);
	m->cpu->gpr[REG_EAX] = 0x8000;
	m->cpu->gpr[REG_EDX] = 0xffff;
	m->cpu->gpr[REG_EBX] = 0xffff;
	assert_int_equal(RUN(m, 0x66, 0xf7, 0xfb), VEC_DE);
	machine_fresh(m);
	assert_int_equal(RUN(m, 0xf7, 0xf3), VEC_DE);	/* div by 0 */
	machine_fresh(m);
	m->cpu->gpr[REG_EDX] = 0x80000000;	/* INT64_MIN / 1 */
	m->cpu->gpr[REG_EBX] = 0xffffffff;
	assert_int_equal(RUN(m, 0xf7, 0xfb), VEC_DE);
}

static void page_fault_codes(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x50 * 4, 0);		/* not present */
	machine_put32(m, PGTAB + 0x51 * 4, 0x51005);	/* read-only */
	mmu_flush(m->cpu, true);
	/* mov [0x50123],eax */
	assert_int_equal(RUN(m, 0xa3, LE32(0x50123)), VEC_PF);
	assert_int_equal(machine_fault_code(m), PFERR_W);
	assert_int_equal(m->cpu->cr2, 0x50123);
	assert_int_equal(machine_fault_eip(m, true), CODE);
	m->cpu->gpr[REG_ESP] = STACK;
	assert_int_equal(RUN(m, 0xa1, LE32(0x51000), 0xa3, LE32(0x51004)),
			 VEC_PF);
	assert_int_equal(machine_fault_code(m), PFERR_W | PFERR_P);
	assert_int_equal(machine_fault_eip(m, true), CODE + 5);
	m->cpu->gpr[REG_ESP] = STACK;
	/* inc dword over the end of a good page: nothing is written */
	machine_put32(m, 0x4fffe, 0x1234ffff);
	assert_int_equal(RUN(m, 0xff, 0x05, LE32(0x4fffe)), VEC_PF);
	assert_int_equal(m->cpu->cr2, 0x50000);
	assert_int_equal(get_le16(machine_at(m, 0x4fffe)), 0xffff);
	/* without WP, level 0 may write there */
	cpu_write_cr0(m->cpu, m->cpu->cr0 & ~CR0_WP);
	assert_int_equal(RUN(m, 0xa3, LE32(0x51004), 0xf4), -1);
}

static void user_rights(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	machine_put32(m, PGTAB + 0x50 * 4, 0x50003);	/* supervisor */
	mmu_flush(m->cpu, true);
	/* Level 0 fills its TLB with it first. */
	assert_int_equal(RUN(m, 0xa1, LE32(0x50000), 0xf4), -1);
	machine_user(m);
	assert_int_equal(RUN(m, 0xa1, LE32(0x50000)), VEC_PF);
	assert_int_equal(machine_fault_code(m), PFERR_P | PFERR_U);
	machine_user(m);
	assert_int_equal(RUN(m, 0xf4), VEC_GP);		/* hlt */
}

static void accessed_and_dirty(void **state)
{
	struct machine *m = *state;

	machine_paging(m);
	assert_int_equal(RUN(m, 0xa1, LE32(0x50000), 0xf4), -1);
	assert_int_equal(machine_get32(m, PGTAB + 0x50 * 4), 0x50027);
	assert_int_equal(RUN(m, 0xa3, LE32(0x50000), 0xf4), -1);
	assert_int_equal(machine_get32(m, PGTAB + 0x50 * 4), 0x50067);
	assert_int_equal(machine_get32(m, PGTAB + 0x52 * 4), 0x52007);
	assert_int_equal(machine_get32(m, PGDIR) & 0x60, 0x20);
}

/* The TLB may keep an old entry until it is flushed; then it must not. */
static void invlpg_and_large_pages(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_paging(m);
	cpu_write_cr4(cpu, CR4_PSE);
	machine_put32(m, PGDIR + 4, 0x00800087);	/* 4 MiB at 8 MiB */
	machine_put32(m, 0x00812344, 0x11111111);
	machine_put32(m, 0x00c12344, 0x22222222);
	assert_int_equal(RUN(m, 0xa1, LE32(0x412344), 0xf4), -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x11111111);
	assert_int_equal(machine_get32(m, PGDIR + 4) & 0x60, 0x20);
	machine_put32(m, PGDIR + 4, 0x00c00087);
	mmu_invlpg(cpu, 0x400000);	/* another 4 KiB of the same page */
	assert_int_equal(RUN(m, 0xa1, LE32(0x412344), 0xf4), -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x22222222);
	machine_put32(m, PGDIR + 4, 0x00c02087);	/* a reserved bit */
	mmu_flush(cpu, true);
	assert_int_equal(RUN(m, 0xa1, LE32(0x412344), 0xf4), VEC_PF);
	assert_int_equal(machine_fault_code(m), PFERR_P | 8);
}

/* A CR3 load drops local entries for sure; INVLPG drops global ones too. */
static void global_pages(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	machine_paging(m);
	cpu_write_cr4(cpu, CR4_PGE);
	machine_put32(m, PGTAB + 0x50 * 4, 0x50107);	/* global */
	machine_put32(m, PGTAB + 0x51 * 4, 0x51007);
	machine_put32(m, 0x50000, 1);
	machine_put32(m, 0x51000, 2);
	machine_put32(m, 0x60000, 3);
	assert_int_equal(RUN(m, 0xa1, LE32(0x50000), 0x8b, 0x0d, LE32(0x51000),
			     0xf4),
			 -1);
	machine_put32(m, PGTAB + 0x50 * 4, 0x60107);
	machine_put32(m, PGTAB + 0x51 * 4, 0x60007);
	cpu_write_cr3(cpu, PGDIR);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(cpu->gpr[REG_ECX], 3);
	mmu_invlpg(cpu, 0x50fff);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(cpu->gpr[REG_EAX], 3);
	machine_put32(m, PGTAB + 0x50 * 4, 0x50107);
	cpu_write_cr4(cpu, 0);		/* turning PGE off drops all */
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(cpu->gpr[REG_EAX], 1);
}

/* The arena may fill up at any block: nothing is lost but time. */
static void arena_overflows(void **state)
{
	struct machine *m = *state;
	uint64_t before = m->cpu->blocks->flushes;
	uint32_t i;

	if (m->bt)
		skip_because("translated code counts no instructions");
	/* 1: jmp +0 over 3 MiB, a block each, then a jump back; 3 rounds */
	for (i = 0; i < 0x300000; i += 2)
		put_le16(machine_at(m, 0x400000 + i), 0x00eb);
	/* dec ecx; jnz back; hlt */
	PUT(m, 0x700000, 0x49, 0x0f, 0x85, LE32(0x400000 - 0x700007), 0xf4);
	mmu_dma_written(m->cpu, 0x400000, 0x300000);
	m->cpu->gpr[REG_ECX] = 3;
	m->cpu->eip = 0x400000;
	assert_int_equal(cpu_run(m->cpu, 10000000), CPU_EXIT_HALT);
	assert_int_equal(m->cpu->insns, 3 * (0x180000 + 2) + 1);
	assert_true(m->cpu->blocks->flushes > before);
}

static void pae_paging(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	const uint32_t pdpt = 0x42000, dir = 0x43000;

	machine_put32(m, pdpt, dir | 1);
	machine_put32(m, dir, 0x87);			/* 0-2 MiB */
	machine_put32(m, dir + 8, 0x00a00087);		/* 2-4 -> 10 MiB */
	machine_put32(m, dir + 16, 0x44007);
	machine_put32(m, 0x44000, 0x50007);
	machine_put32(m, 0x44008 + 4, 0x80000000);	/* NX: reserved */
	machine_put32(m, 0x44008, 0x50007);
	machine_put32(m, 0x00a00010, 0x77);
	machine_put32(m, 0x50010, 0x88);
	cpu_write_cr4(cpu, CR4_PAE);
	cpu_write_cr3(cpu, pdpt);
	cpu_write_cr0(cpu, cpu->cr0 | CR0_PG);
	assert_int_equal(RUN(m, 0xa1, LE32(0x200010), 0x8b, 0x0d,
			     LE32(0x400010), 0xf4),
			 -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x77);
	assert_int_equal(cpu->gpr[REG_ECX], 0x88);
	assert_int_equal(RUN(m, 0xa1, LE32(0x401000), 0xf4), VEC_PF);
	assert_int_equal(machine_fault_code(m), PFERR_P | 8);
	cpu->gpr[REG_ESP] = STACK;
	assert_int_equal(RUN(m, 0xa1, LE32(0x40000000), 0xf4), VEC_PF);
	assert_int_equal(machine_fault_code(m), 0);
}

static void mmio_goes_to_pins(void **state)
{
	struct machine *m = *state;

	m->mmio_reads = m->mmio_writes = 0;
	m->mmio[1] = 0xcafe;
	assert_int_equal(RUN(m, 0xa1, LE32(MMIO_BASE + 4), 0xa3,
			     LE32(MMIO_BASE + 8), 0xff, 0x05,
			     LE32(MMIO_BASE + 8), 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EAX], 0xcafe);
	assert_int_equal(m->mmio[2], 0xcaff);
	assert_int_equal(m->mmio_reads, 2);
	assert_int_equal(m->mmio_writes, 2);
}

static void segment_limits(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	cpu->seg[SEG_FS].base = DATA;
	cpu->seg[SEG_FS].limit = 0xff;
	machine_put32(m, DATA + 0xfc, 0x55);
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0xfc), 0xf4), -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x55);
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0xfd), 0xf4), VEC_GP);
	machine_fresh(m);
	cpu->seg[SEG_FS].limit = 0xff;
	cpu->seg[SEG_FS].attr |= DESC_E;	/* valid above 0xff */
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0x100), 0xf4), -1);
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0xff), 0xf4), VEC_GP);
	machine_fresh(m);
	cpu->seg[SEG_FS].attr &= ~DESC_W;
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0), 0xf4), -1);
	assert_int_equal(RUN(m, 0x64, 0xa3, LE32(0), 0xf4), VEC_GP);
	machine_fresh(m);
	cpu->seg[SEG_FS].attr = 0;		/* null */
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0), 0xf4), VEC_GP);
	machine_fresh(m);
	/* a write through CS, and a stack access over the limit */
	assert_int_equal(RUN(m, 0x2e, 0xa3, LE32(DATA), 0xf4), VEC_GP);
	machine_fresh(m);
	cpu->seg[SEG_SS].limit = 0xfffff;
	assert_int_equal(RUN(m, 0x36, 0xa1, LE32(0x100000), 0xf4), VEC_SS);
	machine_fresh(m);
	/* four bytes at the end of a flat segment wrap: over the limit */
	assert_int_equal(RUN(m, 0xa1, LE32(0xfffffffe), 0xf4), VEC_GP);
}

static void double_and_triple_fault(void **state)
{
	struct machine *m = *state;

	/* #GP's gate is not present: #NP in it makes #DF. */
	machine_put32(m, IDT + VEC_GP * 8 + 4, 0);
	machine_put32(m, IDT + VEC_GP * 8, 0);
	assert_int_equal(RUN(m, 0x8e, 0xc8), VEC_UD);	/* mov cs,ax */
	machine_fresh(m);
	machine_put32(m, IDT + VEC_GP * 8 + 4, 0);
	m->cpu->seg[SEG_FS].attr = 0;
	assert_int_equal(RUN(m, 0x64, 0xa1, LE32(0)), VEC_DF);
	assert_int_equal(machine_fault_code(m), 0);
	machine_fresh(m);
	m->cpu->seg[SEG_FS].attr = 0;
	m->cpu->idtr.limit = 0;
	PUT(m, CODE, 0x40, 0x64, 0xa1, LE32(0));
	m->cpu->eip = CODE;
	assert_int_equal(cpu_run(m->cpu, 1000), CPU_EXIT_SHUTDOWN);
	assert_int_equal(m->cpu->eip, CODE + 1);
}

static void alignment_check(void **state)
{
	struct machine *m = *state;

	m->cpu->cr0 |= CR0_AM;
	machine_user(m);
	m->cpu->eflags |= FL_AC;
	assert_int_equal(RUN(m, 0xa1, LE32(DATA), 0xa1, LE32(DATA + 2)),
			 VEC_AC);
	assert_int_equal(machine_fault_code(m), 0);
	assert_int_equal(machine_fault_eip(m, true), CODE + 5);
	machine_fresh(m);
	m->cpu->cr0 |= CR0_AM;
	m->cpu->eflags |= FL_AC;	/* level 0: no check */
	assert_int_equal(RUN(m, 0xa1, LE32(DATA + 2), 0xf4), -1);
}

/* SGDT stores a word and a doubleword, both or none. (A host with UMIP does
 * not tell tests/insn.) */
static void alignment_of_tables(void **state)
{
	struct machine *m = *state;
	uint32_t at;

	for (at = DATA; at < DATA + 4; at++) {
		machine_fresh(m);
		m->cpu->cr0 |= CR0_AM;
		machine_user(m);
		m->cpu->eflags |= FL_AC;
		machine_put32(m, DATA, ~0u);
		assert_int_equal(RUN(m, 0x0f, 0x01, 0x05, LE32(at), 0xf4),
				 at == DATA + 2 ? VEC_GP : VEC_AC);
		assert_int_equal(machine_get32(m, DATA) == ~0u, at != DATA + 2);
	}
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(loop_counts),
		T(budget_is_exact),
		T(attention_leaves_a_tight_loop),
		T(call_and_ret),
		T(undefined_and_too_long),
		T(old_aliases),
		T(sixteen_bit_code),
		T(fetch_over_a_missing_page),
		T(straddle_follows_mapping),
		T(code_limit),
		T(smc_within_block),
		T(smc_loop),
		T(smc_through_alias),
		T(dma_kills_code),
		T(data_beside_code_kills_nothing),
		T(divide_errors),
		T(page_fault_codes),
		T(user_rights),
		T(accessed_and_dirty),
		T(invlpg_and_large_pages),
		T(global_pages),
		T(arena_overflows),
		T(pae_paging),
		T(mmio_goes_to_pins),
		T(segment_limits),
		T(double_and_triple_fault),
		T(alignment_check), T(alignment_of_tables),
	};

	return cmocka_run_group_tests(tests, machine_set_up, machine_tear_down);
}
