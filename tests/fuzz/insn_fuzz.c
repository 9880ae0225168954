/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn_fuzz.c - any code on the interpreter, from any state that a guest can
 * bring about: registers, flags, modes, descriptors, gates, page tables, x87
 * and SSE state.
 *
 * 1. What comes of it holds together: see check_state().
 * 2. A second run from the same state ends in the same state, memory and all,
 *    though now the code is decoded, or is decoded anew before each
 *    instruction, so that what it does to itself is seen. (Neither if there is
 *    a REP in it: that may pause once more where it meets decoded code, which
 *    no guest can see but counts as an instruction.)
 * 3. Nothing outside of guest RAM is touched: behind it lie 4 GiB that can not
 *    be read, and so does its hole for video memory.
 *
 * The machine is tests/unit/lib_box.h's; no other engine is asked: for that
 * there are tests/insn and lockstep.
 *
 * tests/fuzz: runs 3000
 */
#include "tests/unit/lib_box.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmm/cpu/block.h"
#include "vmm/cpu/fpu_state.h"
#include "vmm/mmu/codepage.h"
#include "vmm/mmu/mmu.h"

#define CODE_MAX	48u
#define INSNS		12u
#define IO_MAX		2000u	/* accesses to what is not RAM */
#define BEHIND		(4ull << 30)	/* what a guest can address */

static struct box box;
static struct cpu fresh_cpu;
static struct cpu_fpu fresh_fpu;
static uint8_t *fresh_ram, *first_ram;
static unsigned int io_count;

/* ---- what is not RAM --------------------------------------------------- */

/* io() - REP could go on for ever: then a host interrupt comes. */
static void io(void)
{
	if (++io_count > IO_MAX)
		atomic_store(&box.attention, 1);
}

static uint32_t port_read(void *board, uint16_t port, unsigned int width)
{
	(void)board;
	io();
	return width == 4 ? ~0u : (port * 7u) & ((1u << 8 * width) - 1);
}

static void port_write(void *board, uint16_t port, unsigned int width,
		       uint32_t v)
{
	(void)board, (void)port, (void)width, (void)v;
	io();
}

static uint32_t mmio_read(void *board, paddr a, unsigned int width)
{
	return port_read(board, (uint16_t)a, width);
}

static void mmio_write(void *board, paddr a, unsigned int width, uint32_t v)
{
	port_write(board, (uint16_t)a, width, v);
}

/* ---- the machine ------------------------------------------------------- */

/* wall_in() - move RAM to where nothing else is in a guest's reach. */
static bool wall_in(struct guestmem *ram)
{
	uint8_t *room = mmap(NULL, BEHIND + ram->size, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     0);

	if (room == MAP_FAILED ||
	    mremap(ram->base, ram->size, ram->size,
		   MREMAP_MAYMOVE | MREMAP_FIXED, room) != room)
		return false;
	ram->base = room;
	return mprotect(room + GUESTMEM_HOLE, GUESTMEM_HOLE_END - GUESTMEM_HOLE,
			PROT_NONE) == 0;
}

/* copy_ram(), same_ram() - all but the hole. */
static void copy_ram(uint8_t *to, const uint8_t *from)
{
	size_t at = GUESTMEM_HOLE_END;

	memcpy(to, from, GUESTMEM_HOLE);
	memcpy(to + at, from + at, box.ram.size - at);
}

static bool same_ram(const uint8_t *a, const uint8_t *b)
{
	size_t at = GUESTMEM_HOLE_END;

	return !memcmp(a, b, GUESTMEM_HOLE) &&
	       !memcmp(a + at, b + at, box.ram.size - at);
}

const char *fuzz_open(void)
{
	uint32_t i;

	box_open(&box);
	box.cpu->pins.port_read = port_read;
	box.cpu->pins.port_write = port_write;
	box.cpu->pins.mmio_read = mmio_read;
	box.cpu->pins.mmio_write = mmio_write;
	/* Page tables that map 4 MiB to itself; a run may change them. */
	box_put32(&box, PAGES, (PAGES + 0x1000) | 7);
	for (i = 0; i < 1024; i++)
		box_put32(&box, PAGES + 0x1000 + 4 * i, i << 12 | 7);
	fresh_ram = malloc(box.ram.size);
	first_ram = malloc(box.ram.size);
	if (!fresh_ram || !first_ram || !wall_in(&box.ram))
		return "no memory";
	copy_ram(fresh_ram, box.ram.base);
	fresh_cpu = *box.cpu;
	fresh_fpu = *box.cpu->fpu;
	return NULL;
}

/* put_ram() - RAM as it was; code stays decoded where nothing changed. */
static void put_ram(const uint8_t *from)
{
	size_t at;

	for (at = 0; at < box.ram.size; at += PAGE_SIZE)
		if ((at < GUESTMEM_HOLE || at >= GUESTMEM_HOLE_END) &&
		    memcmp(box.ram.base + at, from + at, PAGE_SIZE))
			box_bytes(&box, (uint32_t)at, from + at, PAGE_SIZE);
}

static void put_cpu(const struct cpu *from, const struct cpu_fpu *fpu)
{
	struct cpu *cpu = box.cpu;

	cpu_fpu_sync(cpu);
	*cpu = *from;
	*cpu->fpu = *fpu;
	cpu->blocks->event.due = false;
	cpu_segments_changed(cpu);
	mmu_flush(cpu, true);
	mmu_mode_changed(cpu);
	atomic_store(&box.attention, 0);
	io_count = 0;
	box.nio = 0;
	box.tsc = 0;
}

/* ---- a state ----------------------------------------------------------- */

/* set_mode() - one that a guest can be in. */
static void set_mode(uint8_t how)
{
	struct cpu *cpu = box.cpu;
	unsigned int i;

	switch (how & 7) {
	case 0:
	case 1:
		box_level3(&box);
		break;
	case 2:
		box_v86(&box, how >> 6);
		break;
	case 3:			/* 16-bit segments */
		cpu->seg[SEG_CS].attr &= ~DESC_B;
		cpu->seg[SEG_SS].attr &= ~DESC_B;
		break;
	case 4:			/* real mode */
		cpu->cr0 &= ~CR0_PE;
		for (i = 0; i < SEG_COUNT; i++)
			seg_load_real(cpu, i, CODE >> 4);
		break;
	}
	if (how & 8 && (how & 7) != 4) {
		cpu->cr3 = PAGES;
		cpu->cr0 |= CR0_PG;
	}
	cpu->eip = (how & 7) == 2 || (how & 7) == 4 ? 0 : CODE;
	cpu->next_eip = cpu->eip;
}

static void set_registers(struct fuzz_input *in)
{
	static const uint32_t bits0 = CR0_MP | CR0_EM | CR0_TS | CR0_NE |
				      CR0_WP | CR0_AM;
	static const uint32_t bits4 = CR4_VME | CR4_PVI | CR4_TSD | CR4_DE |
				      CR4_PSE | CR4_PGE | CR4_OSFXSR |
				      CR4_OSXMMEXCPT;
	struct cpu *cpu = box.cpu;
	uint32_t kept = FL_VM | (cpu->eflags & FL_VM ? FL_IOPL : 0);
	unsigned int i;
	uint8_t how;

	for (i = 0; i < 8; i++) {
		how = fuzz_byte(in);
		if (how & 1)
			cpu->gpr[i] = fuzz_long(in);
		else if (i != REG_ESP)
			cpu->gpr[i] = DATA + how * 16u;
	}
	cpu->gpr[REG_ECX] &= 0xfff;	/* else most of it is REP */
	cpu_set_eflags(cpu, (fuzz_long(in) & ~kept) | (cpu->eflags & kept));
	cpu->cr0 ^= fuzz_long(in) & bits0;
	cpu->cr4 = fuzz_long(in) & bits4;
	if (fuzz_byte(in) & 1) {
		for (i = 0; i < 4; i++)
			cpu->dr[i] = CODE + fuzz_word(in) * 8u;
		cpu->dr[7] = 0x400 | (fuzz_long(in) & 0xffff23ffu);
	}
}

/* set_tables() - some words of what the processor reads itself. */
static void set_tables(struct fuzz_input *in)
{
	static const struct { uint32_t at, size; } tables[] = {
		{ GDT, 0x100 }, { LDT, 0x100 }, { IDT, 0x200 },
		{ TSS, 0x68 }, { TSS_B, 0x68 }, { TSS_16, 0x2c },
		{ PAGES, 0x10 }, { PAGES + 0x1000, 0x400 }, { DATA, 0x1000 },
		{ STACK0 - 0x40, 0x40 }, { STACK3 - 0x40, 0x80 },
	};
	unsigned int n = fuzz_byte(in) % 16, i;
	uint32_t at;

	while (n--) {
		i = fuzz_byte(in) % ARRAY_SIZE(tables);
		at = fuzz_word(in) % tables[i].size & ~3u;
		box_put32(&box, tables[i].at + at, fuzz_long(in));
	}
}

static void set_fpu(struct fuzz_input *in)
{
	uint8_t image[FX_SIZE];

	if (!(fuzz_byte(in) & 1))
		return;
	cpu_fpu_get(box.cpu, image);
	fuzz_bytes(in, image, FX_MXCSR);
	put_le32(image + FX_MXCSR, fuzz_long(in) & MXCSR_VALID);
	fuzz_bytes(in, image + 32, FX_USED - 32);
	cpu_fpu_set(box.cpu, image);
}

/* ---- a run ------------------------------------------------------------- */

static void check_state(enum cpu_exit why)
{
	const struct cpu *cpu = box.cpu;
	bool real = !cpu_protected(cpu);

	ASSERT(why <= CPU_EXIT_UNIMPLEMENTED);
	ASSERT(why != CPU_EXIT_UNIMPLEMENTED || cpu->stop_text);
	ASSERT(cpu->gpr[REG_ZERO] == 0);
	ASSERT((cpu_eflags(cpu) & ~0x003f7fd7u) == 0);
	ASSERT(cpu_eflags(cpu) & FL_ONE);
	ASSERT(cpu->cpl <= 3);
	ASSERT(!real || (cpu->cpl == 0 && !(cpu->cr0 & CR0_PG)));
	ASSERT(!cpu_v86(cpu) || real || cpu->cpl == 3);
	ASSERT(cpu->stack32 == !!(cpu->seg[SEG_SS].attr & DESC_B));
	ASSERT(cpu->code32 == !!(cpu->seg[SEG_CS].attr & DESC_B));
	ASSERT(!cpu->delivering);
}

/* run() - Return: why it ended; x87 and SSE state are home. */
static enum cpu_exit run(unsigned int insns)
{
	enum cpu_exit why = cpu_run(box.cpu, insns);

	cpu_fpu_sync(box.cpu);
	check_state(why);
	return why;
}

/* run_singly() - run @insns instructions, and forget all decoded code before
 * each. */
static enum cpu_exit run_singly(unsigned int insns)
{
	uint64_t end = box.cpu->insns + insns;
	enum cpu_exit why;

	do {
		mmu_forget_code(box.cpu);
		why = run(1);
	} while (why == CPU_EXIT_BUDGET && box.cpu->insns < end);
	return why;
}

/* check_same() - what a guest could see of both. */
static void check_same(const struct cpu *a, const struct cpu *b)
{
	ASSERT(a->insns == b->insns);
	ASSERT(a->eip == b->eip && cpu_eflags(a) == cpu_eflags(b));
	ASSERT(!memcmp(a->gpr, b->gpr, sizeof(a->gpr)));
	ASSERT(!memcmp(a->seg, b->seg, sizeof(a->seg)) && a->cpl == b->cpl);
	ASSERT(a->ldtr.sel == b->ldtr.sel && a->tr.sel == b->tr.sel);
	ASSERT(a->gdtr.base == b->gdtr.base && a->idtr.base == b->idtr.base);
	ASSERT(a->cr0 == b->cr0 && a->cr2 == b->cr2);
	ASSERT(a->cr3 == b->cr3 && a->cr4 == b->cr4);
	ASSERT(!memcmp(a->dr, b->dr, sizeof(a->dr)));
	ASSERT(a->shadow == b->shadow && a->halted == b->halted);
}

enum second { COLD, WARM, SINGLY };

/* run_twice() - @how: what is decoded the second time. */
static void run_twice(unsigned int insns, enum second how)
{
	static struct cpu start, first;
	static struct cpu_fpu start_fpu, first_fpu;
	static uint8_t *start_ram;
	uint8_t image[2][FX_SIZE];
	enum cpu_exit why;

	if (!start_ram)
		start_ram = malloc(box.ram.size);
	ASSERT(start_ram);
	copy_ram(start_ram, box.ram.base);
	start = *box.cpu;
	start_fpu = *box.cpu->fpu;
	mmu_forget_code(box.cpu);
	box.cpu->mmu->code->cut = false;
	why = run(insns);
	first = *box.cpu;
	first_fpu = *box.cpu->fpu;
	copy_ram(first_ram, box.ram.base);
	cpu_fpu_get(box.cpu, image[0]);
	put_ram(start_ram);
	put_cpu(&start, &start_fpu);
	if (how == COLD)
		mmu_forget_code(box.cpu);
	box.cpu->mmu->code->cut = false;
	ASSERT((how == SINGLY ? run_singly : run)(insns) == why);
	cpu_fpu_get(box.cpu, image[1]);
	check_same(&first, box.cpu);
	ASSERT(!memcmp(image[0], image[1], FX_USED));
	ASSERT(same_ram(first_ram, box.ram.base));
	ASSERT(first_fpu.pending == box.cpu->fpu->pending);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint8_t code[CODE_MAX] = { 0 }, how = fuzz_byte(&in);
	size_t n = 1 + fuzz_byte(&in) % (CODE_MAX - 1);
	uint32_t at;

	put_ram(fresh_ram);
	put_cpu(&fresh_cpu, &fresh_fpu);
	set_mode(how);
	at = box.cpu->seg[SEG_CS].base + box.cpu->eip;
	fuzz_bytes(&in, code, n);
	set_tables(&in);
	box_bytes(&box, at, code, n);
	set_registers(&in);
	set_fpu(&in);
	cpu_segments_changed(box.cpu);
	mmu_flush(box.cpu, true);
	mmu_mode_changed(box.cpu);
	run_twice(how & 16 ? 1 : INSNS,
		  memchr(code, 0xf2, n) || memchr(code, 0xf3, n) ? COLD :
		  how & 32					 ? SINGLY :
								   WARM);
	return 0;
}

/* ---- seeds ------------------------------------------------------------- */

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static const uint8_t pieces[][12] = {
		{ 0x01, 0xd8, 0x8b, 0x03, 0x89, 0x07, 0xf7, 0xf3, 0x50, 0xc3 },
		{ 0xf3, 0xa5, 0xf3, 0xab, 0xf2, 0xae, 0x6c, 0x6e, 0xac },
		{ 0xcd, 0x80, 0xcf, 0xea, 0, 0, 1, 0, 0x1b, 0 },
		{ 0x8e, 0xd8, 0x8e, 0xd0, 0x0f, 0xb2, 0x23, 0xc5, 0x03 },
		{ 0xd9, 0xe8, 0xdc, 0x03, 0xdd, 0x1f, 0x0f, 0xae, 0x03 },
		{ 0x0f, 0x58, 0xc1, 0x66, 0x0f, 0x6f, 0x03, 0x0f, 0x77 },
		{ 0x0f, 0x22, 0xc0, 0x0f, 0x20, 0xd8, 0x0f, 0x01, 0x13 },
		{ 0x0f, 0xc7, 0x0b, 0xf0, 0x0f, 0xb1, 0x1f, 0x0f, 0xc8 },
		{ 0x9c, 0x9d, 0xfa, 0xfb, 0xf4, 0x62, 0x03, 0xc8, 8, 0, 3 },
		{ 0xe8, 0, 0, 0, 0, 0x75, 0xfe, 0xe2, 0xfe, 0xeb, 0xfe },
	};
	/* With all else plain: the third instruction is written by the first;
	 * memory behind RAM, and in its hole. */
	static const uint8_t plain[][12] = {
		{ 0xc6, 5, 8, 0, 1, 0, 0x48, 0x90, 0x40, 0x90, 0x90, 0x90 },
		{ 0xa1, 0, 0, 0x50, 0, 0x90, 0xa3, 0, 0, 0x50, 0, 0x90 },
		{ 0xa1, 0, 0, 0x0a, 0, 0x90, 0xa3, 0, 0, 0x0b, 0, 0x90 },
	};
	size_t i;

	if (n < ARRAY_SIZE(plain)) {
		buf[0] = 32;
		buf[1] = 11;
		memcpy(buf + 2, plain[n], 12);
		return 14;
	}
	n -= ARRAY_SIZE(plain);
	if (n >= 4 * ARRAY_SIZE(pieces))
		return 0;
	i = fuzz_noise(buf, size, 420, n, 3, 7);
	buf[0] = (uint8_t)(n * 5);
	buf[1] = 11;
	memcpy(buf + 2, pieces[n % ARRAY_SIZE(pieces)], 12);
	return i;
}
