// SPDX-License-Identifier: BSD-2-Clause
/* debug.c - single step, the four breakpoints, DR6, and what shadows them. */
#include "guests/property/rt.h"

static volatile uint32_t steps, last_dr6, last_eip, hits;
static volatile uint32_t watched[2];

static uint32_t dr6(void)
{
	uint32_t v;

	__asm__ volatile("movl %%dr6, %0" : "=r"(v));
	return v;
}

static void set_dr(uint32_t addr, uint32_t dr7)
{
	__asm__ volatile("movl %0, %%dr0; movl %1, %%dr7; movl %2, %%dr6"
			 : : "r"(addr), "r"(dr7), "r"(0));
}

static void on_debug(struct trap *t)
{
	last_dr6 = dr6();
	last_eip = t->eip;
	if (last_dr6 & 0x4000)
		steps++;
	else
		hits++;
	t->eflags |= 0x10000;	/* RF: an execution breakpoint goes on */
	__asm__ volatile("movl %0, %%dr6" : : "r"(0));
}

static void single_step(void)
{
	steps = 0;
	__asm__ volatile("pushfl; orl $0x100, (%%esp); popfl\n"
			 "nop; nop; nop\n"
			 "pushfl; andl $~0x100, (%%esp); popfl\n"
			 : : : "memory", "cc");
	CHECK_EQ(steps, 6);
	/* MOV SS holds the trap off for the instruction behind it. */
	steps = 0;
	__asm__ volatile("movl %%ss, %%eax\n"
			 "pushfl; orl $0x100, (%%esp); popfl\n"
			 "movl %%eax, %%ss\n"
			 "nop\n"
			 "pushfl; andl $~0x100, (%%esp); popfl\n"
			 : : : "eax", "memory", "cc");
	CHECK_EQ(steps, 4);
}

void guest_main(void)
{
	uint32_t dr7;

	trap_hook[1] = on_debug;
	single_step();
	/* A breakpoint on an instruction is a fault: EIP at it. */
	hits = 0;
	__asm__ volatile("movl $1f, %%eax; movl %%eax, %%dr0\n"
			 "movl $0x402, %%eax; movl %%eax, %%dr7\n"
			 "nop\n"
			 "1: nop\n"
			 "movl $0x400, %%eax; movl %%eax, %%dr7\n"
			 : : : "eax", "memory");
	CHECK_EQ(hits, 1);
	CHECK_EQ(last_dr6 & 0xf, 1);
	CHECK_EQ(*at8(last_eip), 0x90);
	/* On a write of four bytes: a trap, behind it. */
	hits = 0;
	set_dr((uint32_t)&watched[0], 0x402 | 0xd0000);
	(void)watched[0];
	watched[1] = 1;
	CHECK_EQ(hits, 0);
	watched[0] = 1;
	CHECK_EQ(hits, 1);
	CHECK_EQ(last_dr6 & 0xf, 1);
	/* On reads and writes. */
	hits = 0;
	set_dr((uint32_t)&watched[0], 0x402 | 0xf0000);
	(void)watched[0];
	CHECK_EQ(hits, 1);
	*(volatile uint8_t *)((uint32_t)watched + 3) = 1;
	CHECK_EQ(hits, 2);
	set_dr(0, 0x400);
	__asm__ volatile("movl %%dr7, %0" : "=r"(dr7));
	CHECK_EQ(dr7, 0x400);
	/* ICEBP is #DB with no bit of its own. */
	hits = 0;
	__asm__ volatile(".byte 0xf1" : : : "memory");
	CHECK_EQ(hits, 1);
}
