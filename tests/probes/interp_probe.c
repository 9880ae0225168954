/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp_probe.c - how many guest instructions per second the reference
 * engine runs here, in a few typical loops.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "vmdriver/guestmem.h"
#include "vmm/cpu/cpu.h"

#define CODE	0x10000u
#define DATA	0x20000u
#define RAM	(8u << 20)
#define BUDGET	60000000ull

static uint32_t nothing_read(void *board, paddr a, unsigned int width)
{
	(void)board;
	(void)a;
	return width == 4 ? 0xffffffff : (1u << width * 8) - 1;
}

static void nothing_write(void *board, paddr a, unsigned int width, uint32_t v)
{
	(void)board;
	(void)a;
	(void)width;
	(void)v;
}

/* set_flat() - flat 32-bit segments at level 0, paging off. */
static void set_flat(struct cpu *cpu)
{
	unsigned int i;

	cpu_reset(cpu);
	cpu->cr0 |= CR0_PE;
	for (i = 0; i < SEG_COUNT; i++)
		cpu->seg[i] = (struct segment){
			.limit = 0xffffffff,
			.attr = DESC_P | DESC_S | DESC_G | DESC_B | DESC_W |
				(i == SEG_CS ? DESC_CODE : 0),
		};
	cpu_segments_changed(cpu);
	mmu_mode_changed(cpu);
	cpu->gpr[REG_ESP] = 0x80000;
	cpu->gpr[REG_ESI] = cpu->gpr[REG_EDI] = DATA;
	cpu->eip = CODE;
}

static void probe(struct cpu *cpu, struct guestmem *ram, const char *name,
		  const uint8_t *code, size_t len)
{
	uint64_t start, ns;

	set_flat(cpu);
	memcpy(guestmem_ptr(ram, CODE, len), code, len);
	mmu_dma_written(cpu, CODE, len);
	start = clock_now_ns();
	cpu_run(cpu, BUDGET);
	ns = clock_now_ns() - start;
	printf("interp %-28s %6.1f MIPS\n", name,
	       (double)cpu->insns * 1000 / (double)ns);
}

/* 1: add eax,ecx; xor edx,eax; mov [esi],eax; mov ebx,[esi+4]; add ebx,edx;
 * inc ecx; cmp ecx,ebx; jne 2f; nop; 2: test al,1; jz 1b; jmp 1b */
static const uint8_t mixed[] = {
	0x01, 0xc8, 0x31, 0xc2, 0x89, 0x06, 0x8b, 0x5e, 0x04, 0x01, 0xd3,
	0x41, 0x39, 0xd9, 0x75, 0x01, 0x90, 0xa8, 0x01, 0x74, 0xeb, 0xeb,
	0xe9,
};

/* 1: call 2f; jmp 1b; 2: push ebp; mov ebp,esp; push ebx; mov eax,[ebp+4];
 * pop ebx; leave; ret */
static const uint8_t calls[] = {
	0xe8, 0x02, 0, 0, 0, 0xeb, 0xf9, 0x55, 0x89, 0xe5, 0x53, 0x8b, 0x45,
	0x04, 0x5b, 0xc9, 0xc3,
};

/* 1: movzx eax,byte [esi]; shl eax,3; rol edx,5; xor edx,eax;
 * lea esi,[edi+eax*2]; and esi,0x2ffff; dec ecx; jnz 1b; jmp 1b */
static const uint8_t hashing[] = {
	0x0f, 0xb6, 0x06, 0xc1, 0xe0, 0x03, 0xc1, 0xc2, 0x05, 0x31, 0xc2,
	0x8d, 0x34, 0x47, 0x81, 0xe6, 0xff, 0xff, 0x02, 0x00, 0x49, 0x75,
	0xe9, 0xeb, 0xe7,
};

int main(void)
{
	const struct cpu_pins pins = {
		.mmio_read = nothing_read, .mmio_write = nothing_write,
	};
	static const _Atomic uint32_t attention;
	struct guestmem ram;
	struct cpu *cpu;

	log_init("interp_probe", LOG_INFO);
	if (guestmem_create(&ram, RAM) < 0)
		die("cannot make 8 MiB of guest RAM");
	cpu = cpu_create(&ram, &attention, &pins);
	if (!cpu)
		die("out of memory");
	probe(cpu, &ram, "ALU, memory, branches", mixed, sizeof(mixed));
	probe(cpu, &ram, "calls and returns", calls, sizeof(calls));
	probe(cpu, &ram, "hash loop", hashing, sizeof(hashing));
	cpu_destroy(cpu);
	guestmem_close(&ram);
	return 0;
}
