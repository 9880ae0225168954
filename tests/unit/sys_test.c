/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_test.c - flags, ports, control registers, debug registers, MSRs, CPUID.
 */
#include "tests/unit/lib_box.h"

#include <stdbool.h>

/* ---- POPF, CLI, STI, HLT ----------------------------------------------- */

#define POPF_ALL (FL_ARITH | FL_TF | FL_IF | FL_DF | FL_IOPL | FL_NT | FL_RF | \
		  FL_VM | FL_AC | FL_VIF | FL_VIP | FL_ID)
#define POPF_ANY (FL_ARITH | FL_DF | FL_NT | FL_ONE)

struct popf_row {
	uint8_t level, iopl;
	bool wide;
	uint32_t set;		/* EFLAGS after popping ones into zeros */
	uint32_t kept;		/* EFLAGS after popping zeros into ones */
};

static uint32_t popf(const struct popf_row *r, uint32_t before, uint32_t image)
{
	struct box b;
	uint32_t v;

	box_open(&b);
	if (r->level == 3)
		box_level3(&b);
	b.cpu->gpr[REG_ESP] = STACK3 - 4;
	box_put32(&b, STACK3 - 4, image);
	if (r->wide)
		BOX_CODE(&b, CODE, 0x9d, 0x90);
	else
		BOX_CODE(&b, CODE, 0x66, 0x9d, 0x90);
	cpu_set_eflags(b.cpu, (before & ~FL_IOPL) | (uint32_t)r->iopl << 12);
	box_step(&b, 1);
	v = cpu_eflags(b.cpu);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK3 - (r->wide ? 0 : 2));
	box_close(&b);
	return v;
}

static void test_popf(void **state)
{
	static const struct popf_row rows[] = {
		{ 0, 0, true, POPF_ANY | FL_IF | FL_IOPL | FL_AC | FL_ID,
		  FL_ONE },
		{ 0, 0, false, POPF_ANY | FL_IF | FL_IOPL,
		  FL_AC | FL_ID | FL_ONE },
		{ 3, 0, true, POPF_ANY | FL_AC | FL_ID, FL_IF | FL_ONE },
		{ 3, 3, true, POPF_ANY | FL_IF | FL_IOPL | FL_AC | FL_ID,
		  FL_IOPL | FL_ONE },
		{ 3, 0, false, POPF_ANY, FL_AC | FL_ID | FL_IF | FL_ONE },
	};
	const uint32_t ones = FL_ARITH | FL_IF | FL_DF | FL_NT | FL_AC | FL_ID;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(popf(&rows[i], 0, POPF_ALL & ~FL_TF),
				 rows[i].set);
		assert_int_equal(popf(&rows[i], ones, 0), rows[i].kept);
	}
}

static void test_cli_sti_hlt(void **state)
{
	static const uint8_t ops[] = { 0xfa, 0xfb, 0xf4 };
	struct box b;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(ops); i++) {
		box_open(&b);
		box_level3(&b);
		b.cpu->eflags |= 2 << 12;	/* IOPL 2 is not enough */
		BOX_CODE(&b, CODE, ops[i]);
		box_fault(&b, VEC_GP, 0);
		box_close(&b);
	}
	box_open(&b);
	box_level3(&b);
	b.cpu->eflags |= FL_IOPL;
	BOX_CODE(&b, CODE, 0xfb, 0x90, 0xfa, 0x90);
	box_step(&b, 2);
	assert_true(b.cpu->eflags & FL_IF);
	box_step(&b, 1);
	assert_false(b.cpu->eflags & FL_IF);
	box_close(&b);
}

/* STI's shadow: the instruction behind it runs before the interrupt. */
static void test_sti_shadow(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	BOX_CODE(&b, CODE, 0xfb, 0x40, 0x40, 0xf4);	/* sti; inc eax twice */
	b.cpu->intr = true;
	b.vector = 0x50;
	box_int(&b, 0x50);
	assert_int_equal(b.cpu->gpr[REG_EAX], 1);
	assert_int_equal(box_top(&b, 0), CODE + 2);
	box_close(&b);
}

/* ---- ports ------------------------------------------------------------- */

/* With IOPL below the level, the bitmap decides, byte by byte. */
static void test_io_bitmap(void **state)
{
	static const struct { uint16_t port; uint8_t op; bool ok; } rows[] = {
		{ 0x60, 0xec, true },
		{ 0x61, 0xec, false },
		{ 0x60, 0xed, false },		/* four: one is denied */
		{ 0x64, 0xed, true },
		{ 0x67, 0xef, false },		/* crosses a byte of the map */
		{ 0x6c, 0xef, true },
		{ 0x77, 0xee, true },		/* the last that is mapped */
		{ 0x78, 0xee, false },		/* beyond the TSS */
		{ 0xffff, 0xec, false },
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_open(&b);
		box_put8(&b, TSS + 0x68 + 0x60 / 8, 0x02);	/* 61h */
		box_put8(&b, TSS + 0x68 + 0x68 / 8, 0x01);	/* 68h */
		b.cpu->tr.limit = 0x68 + 0x78 / 8;
		box_level3(&b);
		BOX_CODE(&b, CODE, rows[i].op, 0x0f, 0x0b);
		b.cpu->gpr[REG_EDX] = rows[i].port;
		if (rows[i].ok) {
			box_int(&b, VEC_UD);
			assert_int_equal(b.nio, 1);
			assert_int_equal(b.io[0].port, rows[i].port);
		} else {
			box_fault(&b, VEC_GP, 0);
			assert_int_equal(b.nio, 0);
		}
		box_close(&b);
	}
}

static void test_in_out_widths(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* in al, 0x80; out 0x81, ax; in eax, dx; out dx, al; hlt */
	BOX_CODE(&b, CODE, 0xe4, 0x80, 0x66, 0xe7, 0x81, 0xed, 0xee, 0xf4);
	b.cpu->gpr[REG_EAX] = 0x11223344;
	b.cpu->gpr[REG_EDX] = 0x99991234;
	box_step(&b, 1);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x112233d8);
	box_fine(&b);
	assert_int_equal(b.nio, 4);
	assert_int_equal(b.io[0].width, 1);
	assert_int_equal(b.io[0].port, 0x80);
	assert_int_equal(b.io[1].width, 2);
	assert_int_equal(b.io[1].v, 0x33d8);
	assert_int_equal(b.io[2].width, 4);
	assert_int_equal(b.io[2].port, 0x1234);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0xa5b6c7d8);
	assert_int_equal(b.io[3].v, 0xd8);
	box_close(&b);
}

/* REP INSB into a segment that ends: no port is read for the byte that does
 * not fit, and the registers say how far it came. */
static void test_ins_stops_at_fault(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	b.cpu->seg[SEG_ES].limit = DATA + 4;
	BOX_CODE(&b, CODE, 0xf3, 0x6c);
	b.cpu->gpr[REG_EDI] = DATA;
	b.cpu->gpr[REG_ECX] = 10;
	box_fault(&b, VEC_GP, 0);
	assert_int_equal(b.nio, 5);
	assert_int_equal(b.cpu->gpr[REG_ECX], 5);
	assert_int_equal(b.cpu->gpr[REG_EDI], DATA + 5);
	assert_int_equal(box_top(&b, 1), CODE);
	assert_int_equal(box_get8(&b, DATA + 4), 0xd8);
	assert_int_equal(box_get8(&b, DATA + 5), 0);
	box_close(&b);
}

static void test_outs(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_put32(&b, DATA, 0x44332211);
	/* std; rep outsw from fs: (no segment of its own); hlt */
	BOX_CODE(&b, CODE, 0xfd, 0x66, 0xf3, 0x64, 0x6f, 0xf4);
	b.cpu->gpr[REG_ESI] = DATA + 2;
	b.cpu->gpr[REG_ECX] = 2;
	box_fine(&b);
	assert_int_equal(b.nio, 2);
	assert_true(b.io[0].write);
	assert_int_equal(b.io[0].v, 0x4433);
	assert_int_equal(b.io[1].v, 0x2211);
	assert_int_equal(b.cpu->gpr[REG_ESI], DATA - 2);
	/* With a count of 0 nothing happens. */
	BOX_CODE(&b, CODE, 0xf3, 0x6e, 0xf4);
	box_fine(&b);
	assert_int_equal(b.nio, 2);
	box_close(&b);
}

/* A long REP INSB lets an interrupt in, and goes on where it was. */
static void test_rep_is_interruptible(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	BOX_CODE(&b, CODE, 0xf3, 0x6c, 0xf4);
	BOX_CODE(&b, HANDLERS + 16 * 0x40, 0xcf);
	b.cpu->eip = CODE;
	b.cpu->gpr[REG_EDI] = DATA;
	b.cpu->gpr[REG_ECX] = 3000;
	b.cpu->eflags |= FL_IF;
	box_step(&b, 1);
	assert_int_equal(b.cpu->eip, CODE);
	assert_true(b.cpu->gpr[REG_ECX] > 0 && b.cpu->gpr[REG_ECX] < 3000);
	b.cpu->intr = true;
	b.vector = 0x40;
	box_fine(&b);
	assert_int_equal(b.nio, 3000);
	assert_int_equal(b.cpu->gpr[REG_EDI], DATA + 3000);
	box_close(&b);
}

/* ---- control registers ------------------------------------------------- */

static void test_cr_checks(void **state)
{
	static const struct { uint8_t cr; uint32_t v; uint8_t vector; }
	rows[] = {
		{ 0, CR0_PG, VEC_GP },			/* PG without PE */
		{ 0, CR0_PE | CR0_NW, VEC_GP },		/* NW without CD */
		{ 4, CR4_VME, VEC_GP },
		{ 4, CR4_MCE, VEC_GP },
		{ 4, 0x800, VEC_GP },
		{ 1, 0, VEC_UD },
		{ 5, 0, VEC_UD },
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_open(&b);
		BOX_CODE(&b, CODE, 0x0f, 0x22, 0xc0 | rows[i].cr << 3);
		b.cpu->gpr[REG_EAX] = rows[i].v;
		box_int(&b, rows[i].vector);
		assert_int_equal(b.cpu->cr0, CR0_PE | CR0_ET | CR0_NE);
		assert_int_equal(b.cpu->cr4, 0);
		box_close(&b);
	}
	box_open(&b);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x20, 0xc0);	/* reading is refused too */
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

static void test_lmsw_smsw(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* lmsw ax; smsw ecx; clts; smsw [DATA]; hlt */
	BOX_CODE(&b, CODE, 0x0f, 0x01, 0xf0, 0x0f, 0x01, 0xe1, 0x0f, 0x06, 0x0f,
		 0x01, 0x25, 0, 0, 6, 0, 0xf4);
	b.cpu->gpr[REG_EAX] = 0xfff8;	/* TS; no PE: it stays */
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_ECX],
			 CR0_PE | CR0_TS | CR0_ET | CR0_NE);
	assert_int_equal(b.cpu->cr0, CR0_PE | CR0_ET | CR0_NE);
	assert_int_equal(box_get32(&b, DATA), CR0_PE | CR0_ET | CR0_NE);
	box_close(&b);
}

/* PAE's four entries are checked when CR3 is loaded. */
static void test_pdpte_check(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	cpu_write_cr4(b.cpu, CR4_PAE);
	box_put32(&b, PAGES, (PAGES + 0x1000) | 1);
	box_put32(&b, PAGES + 0x1000, 0x83);	/* 2 MiB at 0 */
	box_put32(&b, PAGES + 0x40, 3);		/* RW is reserved here */
	cpu_write_cr3(b.cpu, PAGES);
	cpu_write_cr0(b.cpu, b.cpu->cr0 | CR0_PG);
	BOX_CODE(&b, CODE, 0x0f, 0x22, 0xd8, 0xf4);	/* mov cr3, eax */
	b.cpu->gpr[REG_EAX] = PAGES + 0x40;
	box_fault(&b, VEC_GP, 0);
	assert_int_equal(b.cpu->cr3, PAGES);
	b.cpu->gpr[REG_ESP] = STACK0;
	BOX_CODE(&b, CODE, 0x0f, 0x22, 0xd8, 0xf4);
	b.cpu->gpr[REG_EAX] = PAGES;
	box_fine(&b);
	box_close(&b);
}

static void test_descriptor_tables(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_put16(&b, DATA, 0x7ff);
	box_put32(&b, DATA + 2, 0x99002000);
	/* data16 lidt [DATA]; sidt [DATA + 8]; hlt */
	BOX_CODE(&b, CODE, 0x66, 0x0f, 0x01, 0x1d, 0, 0, 6, 0, 0x0f, 0x01, 0x0d,
		 8, 0, 6, 0, 0xf4);
	box_fine(&b);
	assert_int_equal(b.cpu->idtr.base, 0x2000);
	assert_int_equal(b.cpu->idtr.limit, 0x7ff);
	assert_int_equal(box_get16(&b, DATA + 8), 0x7ff);
	assert_int_equal(box_get32(&b, DATA + 10), 0x2000);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x01, 0x15, 0, 0, 6, 0);	/* lgdt */
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

/* INVLPG: the old translation serves until then. */
static void test_invlpg(void **state)
{
	struct box b;
	unsigned int i;

	(void)state;
	box_open(&b);
	for (i = 0; i < 1024; i++)
		box_put32(&b, PAGES + 0x1000 + 4 * i, i << 12 | 3);
	box_put32(&b, PAGES, (PAGES + 0x1000) | 3);
	cpu_write_cr3(b.cpu, PAGES);
	cpu_write_cr0(b.cpu, b.cpu->cr0 | CR0_PG);
	box_put8(&b, DATA, 1);
	box_put8(&b, 0x300000, 2);
	/* mov al, [DATA]; invlpg [DATA]; mov ah, [DATA]; hlt */
	BOX_CODE(&b, CODE, 0xa0, 0, 0, 6, 0, 0x0f, 0x01, 0x3d, 0, 0, 6, 0, 0x8a,
		 0x25, 0, 0, 6, 0, 0xf4);
	box_step(&b, 1);
	box_put32(&b, PAGES + 0x1000 + 4 * (DATA >> 12), 0x300003);
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x0201);
	box_close(&b);
}

/* ---- debug ------------------------------------------------------------- */

static void test_debug_registers(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* mov dr6, eax; mov ecx, dr4; mov dr5, eax; mov edx, dr7; hlt */
	BOX_CODE(&b, CODE, 0x0f, 0x23, 0xf0, 0x0f, 0x21, 0xe1, 0x0f, 0x23, 0xe8,
		 0x0f, 0x21, 0xfa, 0xf4);
	b.cpu->gpr[REG_EAX] = 0;
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_ECX], 0xffff0ff0);
	assert_int_equal(b.cpu->gpr[REG_EDX], 0x400);
	/* With CR4.DE, DR4 is gone. */
	cpu_write_cr4(b.cpu, CR4_DE);
	BOX_CODE(&b, CODE, 0x0f, 0x21, 0xe1);
	box_int(&b, VEC_UD);
	/* General detect: #DB before the access, and GD is off inside. */
	b.cpu->dr[7] |= 0x2000;
	BOX_CODE(&b, CODE, 0x0f, 0x21, 0xd9);
	box_int(&b, VEC_DB);
	assert_int_equal(box_top(&b, 0), CODE);
	assert_int_equal(b.cpu->dr[6] & 0xe00f, 0x2000);
	assert_false(b.cpu->dr[7] & 0x2000);
	box_close(&b);
}

/* breakpoint() - DR0 at @a with these DR7 bits 16-19; runs until #DB. */
static uint32_t breakpoint(struct box *b, uint32_t a, uint32_t rw_len)
{
	b->cpu->dr[0] = a;
	b->cpu->dr[7] = 0x402 | rw_len << 16;
	b->cpu->gpr[REG_ESP] = STACK0;
	b->cpu->dr[6] = 0xffff0ff0;
	box_int(b, VEC_DB);
	assert_int_equal(b->cpu->dr[6] & 0xe00f, 1);
	return box_top(b, 0);
}

static void test_breakpoints(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* inc eax; mov cl, [DATA + 2]; mov [DATA + 1], ax; nop; hlt */
	BOX_CODE(&b, CODE, 0x40, 0x8a, 0x0d, 2, 0, 6, 0, 0x66, 0xa3, 1, 0, 6, 0,
		 0x90, 0xf4);
	/* Write, 2 bytes at DATA + 2: the word write overlaps it. */
	assert_int_equal(breakpoint(&b, DATA + 2, 0x5), CODE + 13);
	assert_int_equal(b.cpu->gpr[REG_EAX], 1);
	/* Access, 1 byte: the read already. */
	BOX_CODE(&b, CODE, 0x40);
	assert_int_equal(breakpoint(&b, DATA + 2, 0x3), CODE + 7);
	/* Execution: a fault; RF in its image lets IRET go on. */
	BOX_CODE(&b, CODE, 0x40);
	assert_int_equal(breakpoint(&b, CODE + 1, 0), CODE + 1);
	assert_false(box_top(&b, 2) & FL_RF);
	/* A port, with CR4.DE: a trap behind the OUT. */
	cpu_write_cr4(b.cpu, CR4_DE);
	BOX_CODE(&b, CODE, 0xe6, 0x80, 0xe6, 0x83, 0x90, 0xf4);
	assert_int_equal(breakpoint(&b, 0x83, 0x2), CODE + 4);
	assert_int_equal(b.nio, 2);
	box_close(&b);
}

static void test_single_step(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* push 0x102; popf; inc eax; inc eax */
	BOX_CODE(&b, CODE, 0x68, 2, 1, 0, 0, 0x9d, 0x40, 0x40);
	box_int(&b, VEC_DB);
	assert_int_equal(b.cpu->gpr[REG_EAX], 1);
	assert_int_equal(box_top(&b, 0), CODE + 7);
	assert_int_equal(box_top(&b, 2), FL_TF | FL_ONE);
	assert_int_equal(b.cpu->dr[6] & 0xe00f, 0x4000);
	assert_false(b.cpu->eflags & FL_TF);
	box_close(&b);
}

/* ---- MSRs, TSC, CPUID -------------------------------------------------- */

static void msr_write(struct box *b, uint32_t n, uint64_t v)
{
	BOX_CODE(b, CODE, 0x0f, 0x30, 0xf4);
	b->cpu->gpr[REG_ECX] = n;
	b->cpu->gpr[REG_EAX] = (uint32_t)v;
	b->cpu->gpr[REG_EDX] = (uint32_t)(v >> 32);
	b->cpu->gpr[REG_ESP] = STACK0;
}

static uint64_t msr_read(struct box *b, uint32_t n)
{
	BOX_CODE(b, CODE, 0x0f, 0x32, 0xf4);
	b->cpu->gpr[REG_ECX] = n;
	b->cpu->gpr[REG_ESP] = STACK0;
	box_fine(b);
	return (uint64_t)b->cpu->gpr[REG_EDX] << 32 | b->cpu->gpr[REG_EAX];
}

static void test_msrs(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	msr_write(&b, 0x176, 0x12345678);
	box_fine(&b);
	assert_int_equal(msr_read(&b, 0x176), 0x12345678);
	assert_int_equal(msr_read(&b, 0x277), 0x0007040600070406);
	msr_write(&b, 0x277, 0x0007010600070406);
	box_fine(&b);
	assert_int_equal(msr_read(&b, 0x277), 0x0007010600070406);
	msr_write(&b, 0x277, 2);		/* no such memory type */
	box_fault(&b, VEC_GP, 0);
	assert_int_equal(msr_read(&b, 0x1b), 0xfee00100);
	assert_int_equal(msr_read(&b, 0x1a0) & 1, 1);
	assert_int_equal(msr_read(&b, 0x8b) >> 32, 1);
	msr_write(&b, 0xc0000080, 0);		/* no EFER */
	box_fault(&b, VEC_GP, 0);
	/* The counter goes on from what is written. */
	msr_write(&b, 0x10, 0x500000000);
	box_fine(&b);
	assert_int_equal(msr_read(&b, 0x10), 0x500000000 + 100);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x32);
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

static void test_rdtsc(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x31, 0x0f, 0x0b);
	b.cpu->tsc_offset = 0x7000000000;
	box_int(&b, VEC_UD);
	assert_int_equal(b.cpu->gpr[REG_EDX], 0x70);
	assert_int_equal(b.cpu->gpr[REG_EAX], 100);
	box_level3(&b);
	cpu_write_cr4(b.cpu, CR4_TSD);
	BOX_CODE(&b, CODE, 0x0f, 0x31);
	box_fault(&b, VEC_GP, 0);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x33);
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

static void test_cpuid(void **state)
{
	uint32_t v[4], w[4];
	char text[49] = "";
	unsigned int i;

	(void)state;
	cpu_cpuid(0, 0, v);
	assert_int_equal(v[0], 4);
	assert_memory_equal(&v[1], "Genu", 4);
	assert_memory_equal(&v[3], "ineI", 4);
	assert_memory_equal(&v[2], "ntel", 4);
	cpu_cpuid(1, 0, v);
	assert_int_equal(v[0], 0x106ca);
	/* CLFLUSH flushes 64 bytes, as leaf 4's caches have lines. */
	assert_int_equal(v[1] >> 8 & 0xff, 64 / 8);
	/* SSE4.2 with POPCNT and MOVBE: compilers take one for the other. */
	assert_int_equal(v[2], 0x80d80201);
	/* Not: VME, MCE, APIC, MTRR, MCA, PSE-36, HTT. */
	assert_int_equal(v[3], 0x0789a97d);
	/* Leaf 4 ends with a null one; beyond it, it is repeated. */
	cpu_cpuid(4, 2, v);
	assert_int_equal((v[1] >> 22) + 1, 8);
	assert_int_equal(((v[1] >> 22) + 1) * 64 * (v[2] + 1), 512 << 10);
	cpu_cpuid(4, 3, v);
	assert_int_equal(v[0], 0);
	cpu_cpuid(4, 0, v);
	cpu_cpuid(7, 0, w);
	assert_memory_equal(v, w, sizeof(v));
	cpu_cpuid(0x40000000, 0, v);
	assert_memory_equal(&v[1], "HostelHostel", 12);
	cpu_cpuid(0x80000000, 0, v);
	assert_int_equal(v[0], 0x80000008);
	for (i = 0; i < 3; i++) {
		cpu_cpuid(0x80000002 + i, 0, v);
		memcpy(text + 16 * i, v, 16);
	}
	assert_string_equal(text, "Hostel virtual CPU");
	cpu_cpuid(0x80000001, 0, v);
	assert_int_equal(v[3], 0);	/* no NX, no long mode, no SYSCALL */
	cpu_cpuid(0x80000008, 0, v);
	assert_int_equal(v[0], 0x2024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_popf),
		cmocka_unit_test(test_cli_sti_hlt),
		cmocka_unit_test(test_sti_shadow),
		cmocka_unit_test(test_io_bitmap),
		cmocka_unit_test(test_in_out_widths),
		cmocka_unit_test(test_ins_stops_at_fault),
		cmocka_unit_test(test_outs),
		cmocka_unit_test(test_rep_is_interruptible),
		cmocka_unit_test(test_cr_checks),
		cmocka_unit_test(test_lmsw_smsw),
		cmocka_unit_test(test_pdpte_check),
		cmocka_unit_test(test_descriptor_tables),
		cmocka_unit_test(test_invlpg),
		cmocka_unit_test(test_debug_registers),
		cmocka_unit_test(test_breakpoints),
		cmocka_unit_test(test_single_step),
		cmocka_unit_test(test_msrs),
		cmocka_unit_test(test_rdtsc),
		cmocka_unit_test(test_cpuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
