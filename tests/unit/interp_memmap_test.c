/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp_memmap_test.c - a guest on an address map with ROM, aliases, video
 * memory and PAM registers that it switches itself: what it reads and writes,
 * and which code it runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "machine/pc.h"
#include "machine/pcmap.h"
#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"
#include "vmm/mmu/mmu.h"

#define RAM	(16u << 20)
#define ROM	(256u << 10)
#define VIDEO	(2u << 20)
#define TOP	0xfffc0000u	/* where the ROM shows */
#define SCREEN	0xfd000000u	/* ... and video memory */
#define ALIAS	0x02000000u	/* ... and RAM from SHOWN on, once more */
#define SHOWN	0x00200000u
#define F_SEG	0xf0000u	/* PAM register 59h's part */
#define C_SEG	0xc0000u	/* PAM register 5Ah's: no ROM is there */
#define DIR	0x50000u	/* page directory: all 4 GiB, by large pages */

struct board {
	struct machine m;	/* first: the pins' board */
	struct pc_state state;
	struct pc pc;
};

static void port_write(void *board, uint16_t port, unsigned int width,
		       uint32_t v)
{
	struct board *b = board;

	if (port >= 0xcf8 && port < 0xd00)
		pci_port_write(&b->pc.pci, port - 0xcf8u, width, v);
}

static void mapped(void *board)
{
	struct board *b = board;

	if (guestmem_follow(&b->m.ram, &b->state.memmap))
		mmu_map_changed(b->m.cpu);
}

static uint64_t now_ns(void *board)
{
	(void)board;
	return 0;
}

static void pull(void *board, unsigned int pin, bool level)
{
	(void)board, (void)pin, (void)level;
}

static int set_up(void **state)
{
	static struct board b;
	const struct pc_world world = {
		.self = &b, .now_ns = now_ns, .pin = pull, .timer = pull,
		.intr = pull, .a20 = pull, .mapped = mapped,
	};

	machine_open_parts(&b.m, ROM, VIDEO);
	b.m.cpu->pins.port_write = port_write;
	pc_wire(&b.pc, &b.state, &world, 0);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	machine_close(&((struct board *)*state)->m);
	return 0;
}

/* show_alias() - and how much of it. */
static void show_alias(struct board *b, uint64_t size)
{
	const struct memmap_region alias = {
		.first = ALIAS, .size = size, .at = SHOWN, .kind = MEM_ALIAS,
		.access = MEM_READ | MEM_WRITE,
	};

	memmap_set(&b->state.memmap, MEMMAP_REGIONS - 1, &alias);
	mapped(b);
}

/* forget() - what an engine has learned of code. */
static void forget(struct board *b)
{
	struct bt *bt = b->m.cpu->bt;

	mmu_forget_code(b->m.cpu);
	codepages_trim(b->m.cpu->mmu->code);
	mmu_map_changed(b->m.cpu);
	if (!b->m.bt)
		return;
	memset(bt->smc, 0, sizeof(bt->smc));
	memset(bt->smc_frames, 0, sizeof(bt->smc_frames));
}

/* anew() - no alias, no video memory, C0000-FFFFF is RAM. */
static int anew(void **state)
{
	struct board *b = *state;

	pc_power_on(&b->pc, 0, &b->m.ram.parts, NULL);
	pc_shadow(&b->pc);
	show_alias(b, 0);
	machine_fresh(&b->m);
	forget(b);
	memset(b->m.ram.base + RAM, 0xf4, ROM);		/* HLT */
	mmu_dma_written(b->m.cpu, RAM, ROM + VIDEO);
	b->m.ram.dropped = 0;
	b->m.mmio_reads = b->m.mmio_writes = 0;
	return 0;
}

/* rom() - the byte that shows at @addr while ROM does. */
static uint8_t *rom(struct board *b, uint32_t addr)
{
	if (addr < 0x100000)
		addr += 0xfff00000u;
	return b->m.ram.base + RAM + (addr - TOP);
}

static void put_rom(struct board *b, uint32_t addr, const void *bytes,
		    size_t len)
{
	memcpy(rom(b, addr), bytes, len);
	mmu_dma_written(b->m.cpu, (paddr)(rom(b, addr) - b->m.ram.base), len);
}
#define PUT_ROM(b, addr, ...) put_rom(b, addr,				\
				      (const uint8_t []){ __VA_ARGS__ },\
				      sizeof((const uint8_t []){ __VA_ARGS__ }))

/* large_pages() - paging, by 4 MiB pages one to one. @marks: A and D. */
static void large_pages(struct machine *m, uint32_t marks)
{
	uint32_t i;

	for (i = 0; i < 1024; i++)
		machine_put32(m, DIR + i * 4, i << 22 | 0x87 | marks);
	cpu_write_cr4(m->cpu, m->cpu->cr4 | CR4_PSE);
	cpu_write_cr3(m->cpu, DIR);
	cpu_write_cr0(m->cpu, m->cpu->cr0 | CR0_PG | CR0_WP);
}

/* small_pages() - identity-map what is used by 4 KiB pages: four tables. */
static void small_pages(struct machine *m, uint32_t marks)
{
	static const uint32_t at[] = { 0, 0xffc00000, SCREEN, ALIAS };
	uint32_t i;

	for (i = 0; i < 4 * 1024; i++) {
		machine_put32(m, DIR + 0x1000 + i * 4,
			      (at[i / 1024] + i % 1024 * 4096) | 7 | marks);
		if (i % 1024)
			continue;
		machine_put32(m, DIR + (at[i / 1024] >> 22) * 4,
			      (DIR + 0x1000 + i * 4) | 7);
	}
	cpu_write_cr3(m->cpu, DIR);
	cpu_write_cr0(m->cpu, m->cpu->cr0 | CR0_PG | CR0_WP);
}

static void no_pages(struct machine *m, uint32_t marks)
{
	(void)m, (void)marks;
}

/* each_paging() - @test as the guest may see memory, in a fresh machine. */
static void each_paging(void **state, void (*test)(struct board *))
{
	static const struct {
		void (*set)(struct machine *m, uint32_t marks);
		uint32_t marks;
	} how[] = {
		{ no_pages, 0 },       { large_pages, 0 },
		{ small_pages, 0 },    { large_pages, 0x60 },
		{ small_pages, 0x60 },
	};
	struct board *b = *state;
	size_t i;

	for (i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		anew(state);
		how[i].set(&b->m, how[i].marks);
		test(b);
	}
}

/* translated() - most of what ran was, if there is a translator. */
static void translated(struct board *b, uint64_t steps)
{
	if (b->m.bt)
		assert_in_range(b->m.cpu->bt->stats.steps - steps, 0, 150);
}

static uint64_t steps(const struct board *b)
{
	return b->m.bt ? b->m.cpu->bt->stats.steps : 0;
}

/* ---- ROM ---------------------------------------------------------------- */

static void stores_to_rom(struct board *b)
{
	static const uint8_t was[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct cpu *cpu = b->m.cpu;

	put_rom(b, TOP + 0x100, was, sizeof(was));
	cpu->gpr[REG_EBX] = TOP + 0x100;
	cpu->gpr[REG_EDI] = TOP + 0x100;
	/* mov eax,[ebx]; mov eax,-1; mov [ebx],eax; add dword [ebx+4],1
	 * xchg [ebx],edx; mov ecx,2; rep stosb
	 * mov eax,[ebx]; mov ecx,[ebx+4]; hlt */
	assert_int_equal(RUN(&b->m, 0x8b, 0x03, 0xb8, LE32(-1), 0x89, 0x03,
			     0x83, 0x43, 0x04, 0x01, 0x87, 0x13, 0xb9, LE32(2),
			     0xf3, 0xaa, 0x8b, 0x03, 0x8b, 0x4b, 0x04, 0xf4),
			 -1);
	assert_int_equal(cpu->gpr[REG_EAX], 0x04030201);
	assert_int_equal(cpu->gpr[REG_EDX], 0x04030201);
	assert_int_equal(cpu->gpr[REG_ECX], 0x08070605);
	assert_int_equal(cpu->gpr[REG_EDI], TOP + 0x102);
	assert_memory_equal(rom(b, TOP + 0x100), was, sizeof(was));
	assert_int_equal(b->m.ram.dropped, 5);
	assert_int_equal(b->m.mmio_writes, 0);
}

static void writes_to_rom_are_dropped(void **state)
{
	each_paging(state, stores_to_rom);
}

static void run_in_rom(struct board *b)
{
	uint64_t before = steps(b);

	/* Its own next instruction stays what it is.
	 * mov ecx,10000; 1: add eax,ecx; dec ecx; jnz 1b
	 * mov byte [next],0x43; next: inc eax; ret */
	PUT_ROM(b, TOP + 0x2000, 0xb9, LE32(10000), 0x01, 0xc8, 0x49, 0x75,
		0xfb, 0xc6, 0x05, LE32(TOP + 0x2011), 0x43, 0x40, 0xc3);
	/* xor eax,eax; call rom; hlt */
	assert_int_equal(RUN(&b->m, 0x31, 0xc0, 0xe8,
			     LE32(TOP + 0x2000 - (CODE + 7)), 0xf4),
			 -1);
	assert_int_equal(b->m.cpu->gpr[REG_EAX], 10000 * 10001 / 2 + 1);
	assert_int_equal(b->m.ram.dropped, 1);
	translated(b, before);
}

static void code_runs_in_rom(void **state)
{
	each_paging(state, run_in_rom);
}

/* Page tables in ROM: no bit of theirs can be set. */
static void page_tables_in_rom(void **state)
{
	struct board *b = *state;
	unsigned int marked, i;

	for (marked = 0; marked < 2; marked++) {
		anew(state);
		for (i = 0; i < 1024; i++)
			put_le32(rom(b, TOP + 0x1000 + i * 4),
				 i << 12 | 7 | (marked ? 0x60 : 0));
		put_le32(rom(b, TOP), (TOP + 0x1000) | 7 | (marked ? 0x20 : 0));
		cpu_write_cr3(b->m.cpu, TOP);
		cpu_write_cr0(b->m.cpu, b->m.cpu->cr0 | CR0_PG);
		/* mov ecx,100; 1: inc dword [DATA]; dec ecx; jnz 1b; hlt */
		assert_int_equal(RUN(&b->m, 0xb9, LE32(100), 0xff, 0x05,
				     LE32(DATA), 0x49, 0x75, 0xf7, 0xf4),
				 -1);
		assert_int_equal(machine_get32(&b->m, DATA), 100);
		assert_int_equal(get_le32(rom(b, TOP)),
				 (TOP + 0x1000) | 7 | (marked ? 0x20 : 0));
		if (!marked)
			assert_true(b->m.ram.dropped > 0);
	}
}

/* ---- aliases ------------------------------------------------------------ */

/*
 * change_code() - code that is run at @run is changed at @write, again and
 * again
 */
static void change_code(struct board *b, uint32_t run, uint32_t write)
{
	uint32_t key = run >= ALIAS ? run - ALIAS + SHOWN : run;

	/* mov eax,imm32; ret */
	PUT(&b->m, key, 0xb8, LE32(0), 0xc3);
	/* mov esi,300; xor edi,edi; mov ecx,run
	 * 1: inc dword [write+1]; call ecx; add edi,eax; dec esi; jnz 1b */
	PUT(&b->m, CODE, 0xbe, LE32(300), 0x31, 0xff, 0xb9, LE32(run), 0xff,
	    0x05, LE32(write + 1), 0xff, 0xd1, 0x01, 0xc7, 0x4e, 0x75, 0xf3,
	    0xf4);
	assert_int_equal(machine_run(&b->m, CODE), -1);
	assert_int_equal(b->m.cpu->gpr[REG_EDI], 300 * 301 / 2);
	assert_int_equal(machine_get32(&b->m, key + 1), 300);
}

static void change_by_alias(struct board *b)
{
	show_alias(b, 0x10000);
	change_code(b, SHOWN + 0x1000, ALIAS + 0x1000);
	change_code(b, ALIAS + 0x2000, SHOWN + 0x2000);
	change_code(b, ALIAS + 0x3000, ALIAS + 0x3000);
	assert_int_equal(b->m.mmio_writes + b->m.mmio_reads, 0);
}

static void code_is_changed_through_an_alias(void **state)
{
	each_paging(state, change_by_alias);
}

/* Both pages were written, and so are mapped to be; then @run has code. */
static void code_comes_to(struct board *b, uint32_t run, uint32_t write)
{
	machine_put32(&b->m, SHOWN, 0);
	/* mov [SHOWN],ebx; mov [ALIAS],ebx; hlt */
	b->m.cpu->gpr[REG_EBX] = 0xc3 << 8 | 0x40;	/* inc eax; ret */
	assert_int_equal(RUN(&b->m, 0x89, 0x1d, LE32(SHOWN), 0x89, 0x1d,
			     LE32(ALIAS), 0xf4),
			 -1);
	/* xor eax,eax; xor edx,edx; mov ecx,run; call ecx
	 * mov byte [write],0x42; call ecx; hlt */
	assert_int_equal(RUN(&b->m, 0x31, 0xc0, 0x31, 0xd2, 0xb9, LE32(run),
			     0xff, 0xd1, 0xc6, 0x05, LE32(write), 0x42, 0xff,
			     0xd1, 0xf4),
			 -1);
	assert_int_equal(b->m.cpu->gpr[REG_EAX], 1);
	assert_int_equal(b->m.cpu->gpr[REG_EDX], 1);
}

static void code_comes(struct board *b)
{
	show_alias(b, 0x10000);
	code_comes_to(b, SHOWN, ALIAS);
	forget(b);
	code_comes_to(b, ALIAS, SHOWN);
}

static void an_alias_is_protected_when_code_comes(void **state)
{
	each_paging(state, code_comes);
}

/* ---- video memory ------------------------------------------------------- */

static void draw(struct board *b)
{
	uint32_t *pixel = (uint32_t *)(void *)(b->m.ram.base + RAM + ROM);
	uint64_t before = steps(b);
	unsigned int i;

	memset(pixel, 0, VIDEO);
	pcmap_video(&b->state.memmap, &b->m.ram.parts, SCREEN);
	mapped(b);
	/* mov edi,SCREEN; mov ecx,8000h
	 * 1: mov [edi],ecx; add edi,4; dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(&b->m, 0xbf, LE32(SCREEN), 0xb9, LE32(0x8000),
			     0x89, 0x0f, 0x83, 0xc7, 0x04, 0x49, 0x75, 0xf8,
			     0xf4),
			 -1);
	for (i = 0; i < 0x8000; i++)
		assert_int_equal(pixel[i], 0x8000 - i);
	assert_int_equal(pixel[i], 0);
	assert_int_equal(b->m.mmio_writes, 0);
	translated(b, before);
	/* It is gone: nothing is there. */
	pcmap_video(&b->state.memmap, &b->m.ram.parts, 0);
	mapped(b);
	/* mov [SCREEN],eax; mov eax,[SCREEN]; hlt */
	assert_int_equal(
		RUN(&b->m, 0xa3, LE32(SCREEN), 0xa1, LE32(SCREEN), 0xf4), -1);
	assert_int_equal(b->m.cpu->gpr[REG_EAX], 0xffffffff);
	assert_int_equal(pixel[0], 0x8000);
	assert_int_equal(b->m.mmio_writes, 1);
}

static void pixels_are_memory(void **state)
{
	each_paging(state, draw);
}

/* ---- PAM ---------------------------------------------------------------- */

/* Bytes of code that writes BL to PAM register 59h. */
#define SET_59	0xb8, LE32(0x80000058), 0x66, 0xba, 0xf8, 0x0c, 0xef,	\
		0x88, 0xd8, 0x66, 0xba, 0xfd, 0x0c, 0xee
#define SET_SIZE 17

/*
 * toggle() - a guest switches F0000-FFFFF between ROM and RAM, and each time
 * calls what is there, reads and adds to a word there.
 */
static void toggle(struct board *b)
{
	struct machine *m = &b->m;

	/* mov eax,1 or 2; ret; and behind it two words */
	PUT_ROM(b, F_SEG, 0xb8, LE32(1), 0xc3);
	PUT(m, F_SEG, 0xb8, LE32(2), 0xc3);
	PUT_ROM(b, F_SEG + 0x10, LE32(10), LE32(7));
	PUT(m, F_SEG + 0x10, LE32(20), LE32(0));
	/* mov esi,200; mov ecx,F_SEG; mov ebx,30h; xor edi,edi
	 * 1: set; call F_SEG; add edi,eax; call ecx; add edi,eax
	 * add edi,[F_SEG+10h]; inc dword [F_SEG+14h]
	 * xor bl,30h; dec esi; jnz 1b; hlt */
	PUT(m, CODE, 0xbe, LE32(200), 0xb9, LE32(F_SEG), 0xbb, LE32(0x30), 0x31,
	    0xff, SET_59, 0xe8, LE32(F_SEG - (CODE + 17 + SET_SIZE + 5)), 0x01,
	    0xc7, 0xff, 0xd1, 0x01, 0xc7, 0x03, 0x3d, LE32(F_SEG + 0x10), 0xff,
	    0x05, LE32(F_SEG + 0x14), 0x80, 0xf3, 0x30, 0x4e, 0x75,
	    (uint8_t) - (SET_SIZE + 5 + 12 + 6 + 6), 0xf4);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(m->cpu->gpr[REG_EDI],
			 100 * (2 + 2 + 20) + 100 * (1 + 1 + 10));
	assert_int_equal(machine_get32(m, F_SEG + 0x14), 100);
	assert_int_equal(get_le32(rom(b, F_SEG + 0x14)), 7);
	assert_int_equal(m->ram.dropped, 100);
}

static void pam_is_switched_again_and_again(void **state)
{
	each_paging(state, toggle);
}

/* As firmware does: reads from ROM, writes to RAM; all is copied onto itself;
 * then RAM, and then RAM that can not be written. */
static void shadow(struct board *b)
{
	struct machine *m = &b->m;
	unsigned int i;

	for (i = 0; i < 0x10000; i++)
		*rom(b, F_SEG + i) = (uint8_t)(i * 7 + i / 256);
	memset(machine_at(m, F_SEG), 0, 0x10000);
	/* mov ebx,20h; set; mov esi,F_SEG; mov edi,esi; mov ecx,4000h
	 * rep movsd; mov bl,10h; set
	 * mov dword [F_SEG+8],0; mov edi,[F_SEG+8]; hlt */
	assert_int_equal(RUN(m, 0xbb, LE32(0x20), SET_59, 0xbe, LE32(F_SEG),
			     0x89, 0xf7, 0xb9, LE32(0x4000), 0xf3, 0xa5, 0xb3,
			     0x10, SET_59, 0xc7, 0x05, LE32(F_SEG + 8), LE32(0),
			     0x8b, 0x3d, LE32(F_SEG + 8), 0xf4),
			 -1);
	assert_memory_equal(machine_at(m, F_SEG), rom(b, F_SEG), 0x10000);
	assert_int_equal(m->cpu->gpr[REG_EDI], get_le32(rom(b, F_SEG + 8)));
	assert_int_equal(m->ram.dropped, 1);
	assert_int_equal(m->mmio_writes + m->mmio_reads, 0);
}

static void a_rom_is_copied_to_ram_under_it(void **state)
{
	each_paging(state, shadow);
}

/* What runs there is exchanged under it: from the next instruction on. */
static void pull_the_rug(struct board *b)
{
	struct machine *m = &b->m;

	/* set; mov edi,imm32; hlt */
	PUT_ROM(b, F_SEG, SET_59, 0xbf, LE32(1), 0xf4);
	PUT(m, F_SEG, SET_59, 0xbf, LE32(2), 0xf4);
	m->cpu->gpr[REG_EBX] = 0;
	assert_int_equal(machine_run(m, F_SEG), -1);
	assert_int_equal(m->cpu->gpr[REG_EDI], 1);
	m->cpu->gpr[REG_EBX] = 0x30;
	assert_int_equal(machine_run(m, F_SEG), -1);
	assert_int_equal(m->cpu->gpr[REG_EDI], 2);
	m->cpu->gpr[REG_EBX] = 0;
	assert_int_equal(machine_run(m, F_SEG), -1);
	assert_int_equal(m->cpu->gpr[REG_EDI], 1);
}

static void code_is_exchanged_under_itself(void **state)
{
	each_paging(state, pull_the_rug);
}

/* Where no ROM is, reads may meet nothing while writes go to RAM. */
static void write_only(struct board *b)
{
	struct machine *m = &b->m;

	/* C4000 is read, C0000 is written. */
	b->pc.pci.slot[0][0].write(&b->pc, 0x5a, 1, 0x12);
	machine_put32(m, C_SEG, 5);
	machine_put32(m, C_SEG + 0x4000, 6);
	/* mov edx,[C]; mov dword [C],9; mov edi,[C]
	 * mov dword [C+4000h],9; mov ecx,[C+4000h]; hlt */
	assert_int_equal(RUN(m, 0x8b, 0x15, LE32(C_SEG), 0xc7, 0x05,
			     LE32(C_SEG), LE32(9), 0x8b, 0x3d, LE32(C_SEG),
			     0xc7, 0x05, LE32(C_SEG + 0x4000), LE32(9), 0x8b,
			     0x0d, LE32(C_SEG + 0x4000), 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EDX], 0xffffffff);
	assert_int_equal(m->cpu->gpr[REG_EDI], 0xffffffff);
	assert_int_equal(m->cpu->gpr[REG_ECX], 6);
	assert_int_equal(machine_get32(m, C_SEG), 9);
	assert_int_equal(machine_get32(m, C_SEG + 0x4000), 6);
	assert_int_equal(m->mmio_reads, 2);
	assert_int_equal(m->mmio_writes, 0);
	assert_int_equal(m->ram.dropped, 1);
}

static void ram_that_is_written_only(void **state)
{
	each_paging(state, write_only);
}

/* Code in such RAM, which is not what is run at its address. */
static void code_under_rom_is_changed(void **state)
{
	struct board *b = *state;
	struct machine *m = &b->m;

	PUT_ROM(b, F_SEG, 0xb8, LE32(1), 0xc3);
	PUT(m, F_SEG, 0xb8, LE32(2), 0xc3);
	/* mov ecx,F_SEG; mov ebx,30h; set; call ecx	(RAM is decoded)
	 * mov bl,20h; set; inc dword [ecx+1]		(ROM + 1, to RAM)
	 * mov dword [ecx+1],77; mov bl,30h; set; call ecx; hlt */
	assert_int_equal(RUN(m, 0xb9, LE32(F_SEG), 0xbb, LE32(0x30), SET_59,
			     0xff, 0xd1, 0x89, 0xc7, 0xb3, 0x20, SET_59, 0xff,
			     0x41, 0x01, 0xc7, 0x41, 0x01, LE32(77), 0xb3, 0x30,
			     SET_59, 0xff, 0xd1, 0xf4),
			 -1);
	assert_int_equal(m->cpu->gpr[REG_EDI], 2);
	assert_int_equal(m->cpu->gpr[REG_EAX], 77);
	assert_int_equal(get_le32(rom(b, F_SEG + 1)), 1);
}

#define T(f) cmocka_unit_test_setup(f, anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(writes_to_rom_are_dropped),
		T(code_runs_in_rom),
		T(page_tables_in_rom),
		T(code_is_changed_through_an_alias),
		T(an_alias_is_protected_when_code_comes),
		T(pixels_are_memory),
		T(pam_is_switched_again_and_again),
		T(a_rom_is_copied_to_ram_under_it),
		T(code_is_exchanged_under_itself),
		T(ram_that_is_written_only),
		T(code_under_rom_is_changed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
