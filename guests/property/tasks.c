// SPDX-License-Identifier: BSD-2-Clause
/* tasks.c - task switches by CALL, JMP, IRET and gates; 32-bit and 16-bit
 * TSS; busy bits, the link, NT; a double fault into a task of its own. */
#include "guests/property/rt.h"

#define SEL_TWO	(SEL_FREE + 0)
#define SEL_GATE (SEL_FREE + 8)
#define SEL_16	(SEL_FREE + 16)
#define SEL_DF	(SEL_FREE + 24)

struct tss16 {
	uint16_t link, sp0, ss0, sp1, ss1, sp2, ss2;
	uint16_t ip, flags, ax, cx, dx, bx, sp, bp, si, di;
	uint16_t es, cs, ss, ds, ldt;
};

static volatile struct tss two, df;
static volatile struct tss16 sixteen;
static uint8_t stack[3][4096] __attribute__((aligned(16)));
static volatile uint32_t runs, flags, df_code;

static void task_two(void)
{
	for (;;) {
		runs++;
		__asm__ volatile("pushfl; popl %0; iret" : "=m"(flags)
				 : : "memory");
	}
}

/* A 16-bit task runs 16-bit code below 64 KiB: inc ax; iret; jmp back */
static void write_16(void)
{
	static const uint8_t code[] = { 0x40, 0xcf, 0xeb, 0xfc };
	unsigned int i;

	for (i = 0; i < sizeof(code); i++)
		*at8(0x8000 + i) = code[i];
}

static void task_df(void)
{
	__asm__ volatile("popl %0" : "=m"(df_code));
	CHECK_EQ(df_code, 0);
	CHECK(gdt[SEL_TSS / 8] >> 41 & 1);	/* the old task stays busy */
	CHECK_EQ(df.link, SEL_TSS);
	verdict(0);
}

static void prepare(volatile struct tss *t, void (*entry)(void), uint8_t *sp)
{
	t->eip = (uint32_t)entry;
	t->esp = (uint32_t)sp + 4096;
	t->eflags = 2;
	t->cs = SEL_CODE0;
	t->ss = t->ds = t->es = SEL_DATA0;
	t->ebx = 0x1234;
}

static void call_two(void *arg)
{
	(void)arg;
	__asm__ volatile("lcall %0, $0" : : "i"(SEL_TWO) : "memory");
}

static void call_gate(void *arg)
{
	(void)arg;
	__asm__ volatile("lcall %0, $0" : : "i"(SEL_GATE) : "memory");
}

static void call_16(void *arg)
{
	(void)arg;
	__asm__ volatile("lcall %0, $0" : : "i"(SEL_16) : "memory");
}

void guest_main(void)
{
	prepare(&two, task_two, stack[0]);
	prepare(&df, task_df, stack[1]);
	gdt[SEL_TWO / 8] = descriptor((uint32_t)&two, 103, 0x0089);
	gdt[SEL_DF / 8] = descriptor((uint32_t)&df, 103, 0x0089);
	gdt[SEL_16 / 8] = descriptor((uint32_t)&sixteen, 43, 0x0081);
	gdt[SEL_GATE / 8] = 0x850000000000ull | SEL_TWO << 16;
	CHECK(gdt[SEL_TSS / 8] >> 41 & 1);
	CHECK_EQ(rt_try(call_two, 0), -1);
	CHECK_EQ(runs, 1);
	CHECK(flags & 0x4000);			/* NT: nested */
	CHECK_EQ(two.link, SEL_TSS);
	CHECK(!(gdt[SEL_TWO / 8] >> 41 & 1));	/* no longer busy */
	CHECK_EQ(two.ebx, 0x1234);
	CHECK(!(two.eflags & 0x4000));		/* IRET cleared it */
	CHECK_EQ(rt_try(call_gate, 0), -1);
	CHECK_EQ(runs, 2);
	CHECK(read_cr0() & 8);			/* TS */
	__asm__ volatile("clts");
	/* A busy one is refused. */
	gdt[SEL_TWO / 8] |= 1ull << 41;
	CHECK_EQ(rt_try(call_two, 0), 13);
	CHECK_EQ(caught.err, SEL_TWO);
	write_16();
	gdt[SEL_FREE / 8 + 5] = descriptor(0, 0xffff, 0x009b);
	gdt[SEL_FREE / 8 + 6] = descriptor(0, 0xffff, 0x0093);
	sixteen.ip = 0x8000;
	sixteen.sp = 0x9000;
	sixteen.flags = 2;
	sixteen.ax = 41;
	sixteen.cs = SEL_FREE + 40;
	sixteen.ss = sixteen.ds = sixteen.es = SEL_FREE + 48;
	CHECK_EQ(rt_try(call_16, 0), -1);
	CHECK_EQ(sixteen.ax, 42);
	CHECK_EQ(sixteen.link, SEL_TSS);
	CHECK_EQ(sixteen.ip, 0x8002);
	/* #GP whose gate is bad: a double fault, by a task gate. */
	gate_set(8, SEL_DF, 0, 0x85);
	gate_set(13, SEL_DATA0, 0, 0x8e);
	__asm__ volatile("movl %0, %%ds" : : "r"(0x7778));
	CHECK(0);
}
