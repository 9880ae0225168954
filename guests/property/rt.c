// SPDX-License-Identifier: BSD-2-Clause
/* rt.c - what property guests share; see rt.h. */
#include "guests/property/rt.h"

#define COM1		0x3f8
#define DEBUG_EXIT	0xf4

volatile uint64_t gdt[32] __attribute__((aligned(16)));
volatile uint64_t idt[256] __attribute__((aligned(16)));
struct tss tss __attribute__((aligned(16)));
struct trap caught;
uint32_t caught_cr2;
void (*trap_hook[256])(struct trap *t);
uint8_t user_stack[8192] __attribute__((aligned(16)));
uint32_t page_dir[1024] __attribute__((aligned(4096)));
static uint32_t page_tables[4][1024] __attribute__((aligned(4096)));
static uint8_t trap_stack[8192] __attribute__((aligned(16)));
static void *try_jmp[5];
static int trying;

extern uint8_t rt_stubs[];
_Noreturn void rt_main(void);
void rt_trap(struct trap *t);
void *memcpy(void *to, const void *from, unsigned int n);
void *memset(void *to, int c, unsigned int n);

void *memcpy(void *to, const void *from, unsigned int n)
{
	void *d = to;

	__asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n)
			 : : "memory");
	return to;
}

void *memset(void *to, int c, unsigned int n)
{
	void *d = to;

	__asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
	return to;
}

void put_text(const char *s)
{
	for (; *s; s++) {
		while (!(inb(COM1 + 5) & 0x20))
			;
		outb(COM1, (uint8_t)*s);
	}
}

void put_hex(uint32_t v)
{
	char text[9];
	int i;

	for (i = 7; i >= 0; i--, v >>= 4)
		text[i] = "0123456789abcdef"[v & 15];
	text[8] = 0;
	put_text(text);
}

_Noreturn void verdict(uint8_t v)
{
	put_text(v ? "FAIL\n" : "PASS\n");
	outb(DEBUG_EXIT, v);
	for (;;)
		__asm__ volatile("cli; hlt");
}

_Noreturn void check_failed(const char *what, int line)
{
	put_text("line ");
	put_hex((uint32_t)line);
	put_text(" (hex): not true: ");
	put_text(what);
	put_text("\n  last trap: vector ");
	put_hex(caught.vector);
	put_text(" error ");
	put_hex(caught.err);
	put_text(" eip ");
	put_hex(caught.eip);
	put_text(" cr2 ");
	put_hex(caught_cr2);
	put_text("\n");
	verdict(1);
}

void check_equal(uint32_t a, uint32_t b, const char *what, int line)
{
	if (a == b)
		return;
	put_text("is ");
	put_hex(a);
	put_text(", should be ");
	put_hex(b);
	put_text("; ");
	check_failed(what, line);
}

void rt_trap(struct trap *t)
{
	if (trap_hook[t->vector]) {
		trap_hook[t->vector](t);
		return;
	}
	caught_cr2 = read_cr2();
	caught = *t;
	if (!trying)
		check_failed("an unexpected trap", 0);
	trying = 0;
	__builtin_longjmp(try_jmp, 1);
}

int rt_try(void (*fn)(void *), void *arg)
{
	trying = 1;
	if (__builtin_setjmp(try_jmp) == 0) {
		fn(arg);
		trying = 0;
		return -1;
	}
	return (int)caught.vector;
}

int rt_try_user(void (*fn)(void *), void *arg)
{
	trying = 1;
	if (__builtin_setjmp(try_jmp) == 0)
		rt_user((uint32_t)fn, (uint32_t)arg,
			(uint32_t)user_stack + sizeof(user_stack));
	return (int)caught.vector;
}

/* LOAD() - a frame for IRET is pushed: load the registers, and go. */
#define LOAD								\
	"movl 4(%%eax), %%ecx\n"					\
	"movl 8(%%eax), %%edx\n"					\
	"movl 12(%%eax), %%ebx\n"					\
	"movl 20(%%eax), %%ebp\n"					\
	"movl 24(%%eax), %%esi\n"					\
	"movl 28(%%eax), %%edi\n"					\
	"movl (%%eax), %%eax\n"						\
	"iret\n"

static void load(void *regs)
{
	__asm__ volatile("pushl 36(%%eax)\n"
			 "pushl %1\n"
			 "pushl 32(%%eax)\n"
			 LOAD
			 : : "a"(regs), "i"(SEL_CODE0) : "memory");
	__builtin_unreachable();
}

static void load_user(void *regs)
{
	__asm__ volatile("movl %1, %%ecx\n"
			 "movl %%ecx, %%ds\n"
			 "movl %%ecx, %%es\n"
			 "pushl %%ecx\n"
			 "pushl 16(%%eax)\n"
			 "pushl 36(%%eax)\n"
			 "pushl %2\n"
			 "pushl 32(%%eax)\n"
			 LOAD
			 : : "a"(regs), "i"(SEL_DATA3), "i"(SEL_CODE3)
			 : "memory");
	__builtin_unreachable();
}

int rt_run(const struct regs *r)
{
	return rt_try(load, (void *)r);
}

int rt_run_user(const struct regs *r)
{
	return rt_try(load_user, (void *)r);
}

uint64_t descriptor(uint32_t base, uint32_t limit, uint32_t attr)
{
	uint32_t low = (limit & 0xffff) | base << 16;
	uint32_t high = (base >> 16 & 0xff) | (base & 0xff000000) |
			(limit & 0xf0000) | attr << 8;

	return (uint64_t)high << 32 | low;
}

void gate_set(unsigned int vector, uint16_t sel, uint32_t off, uint8_t type)
{
	uint32_t low = (uint32_t)sel << 16 | (off & 0xffff);
	uint32_t high = (off & 0xffff0000) | (uint32_t)type << 8;

	idt[vector] = (uint64_t)high << 32 | low;
}

void gdt_load(void)
{
	struct {
		uint16_t limit;
		uint32_t base;
	} __attribute__((packed)) g = { sizeof(gdt) - 1, (uint32_t)gdt },
				  i = { sizeof(idt) - 1, (uint32_t)idt };

	__asm__ volatile("lgdt %0\n"
			 "lidt %1\n"
			 "ljmp %2, $1f\n"
			 "1:\n"
			 "movl %3, %%ds\n"
			 "movl %3, %%es\n"
			 "movl %3, %%ss\n"
			 "movl %4, %%fs\n"
			 "movl %4, %%gs\n"
			 : : "m"(g), "m"(i), "i"(SEL_CODE0), "r"(SEL_DATA0),
			   "r"(0) : "memory");
}

static void fill_tables(void)
{
	unsigned int i;

	gdt[1] = descriptor(0, 0xfffff, 0xc09b);
	gdt[2] = descriptor(0, 0xfffff, 0xc093);
	gdt[3] = descriptor(0, 0xfffff, 0xc0fb);
	gdt[4] = descriptor(0, 0xfffff, 0xc0f3);
	gdt[5] = descriptor((uint32_t)&tss, sizeof(tss) - 1, 0x0089);
	for (i = 0; i < 256; i++)
		gate_set(i, SEL_CODE0, (uint32_t)rt_stubs + i * 16,
			 i == 3 || i == 4 || i == 0x80 ? 0xee : 0x8e);
	tss.ss0 = SEL_DATA0;
	tss.esp0 = (uint32_t)trap_stack + sizeof(trap_stack);
	tss.iomap = __builtin_offsetof(struct tss, bits);
	for (i = 0; i < sizeof(tss.bits); i++)
		tss.bits[i] = 0xff;
}

_Noreturn void rt_main(void)
{
	fill_tables();
	gdt_load();
	__asm__ volatile("ltr %w0" : : "r"(SEL_TSS));
	guest_main();
	verdict(0);
}

void paging_on(uint32_t cr4)
{
	uint32_t i;

	for (i = 0; i < 4096; i++)
		page_tables[i >> 10][i & 1023] = i << 12 | PTE_P | PTE_W |
						 PTE_U;
	for (i = 0; i < 4; i++)
		page_dir[i] = (uint32_t)page_tables[i] | PTE_P | PTE_W | PTE_U;
	write_cr4(cr4);
	write_cr3((uint32_t)page_dir);
	write_cr0(read_cr0() | 0x80000000);
}

volatile uint32_t *pte(uint32_t lin)
{
	return &page_tables[lin >> 22 & 3][lin >> 12 & 1023];
}

void invlpg(uint32_t lin)
{
	__asm__ volatile("invlpg %0" : : "m"(*(char *)lin) : "memory");
}

void read32(void *at)
{
	(void)*at32((uint32_t)at);
}

void write32(void *at)
{
	*at32((uint32_t)at) = 0x12345678;
}
