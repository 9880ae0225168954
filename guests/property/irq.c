// SPDX-License-Identifier: BSD-2-Clause
/* irq.c - the timer through the interrupt controllers: HLT wakes, STI and
 * MOV SS hold off one instruction, handlers nest, a tight loop is left. */
#include "guests/property/rt.h"

static volatile uint32_t ticks, depth, deepest, seen_eip;
static volatile uint32_t nest, leave_to;

static void on_timer(struct trap *t)
{
	ticks++;
	if (!seen_eip)
		seen_eip = t->eip;	/* of the first; more may be owed */
	if (leave_to) {
		t->eip = leave_to;
		leave_to = 0;
	}
	outb(0x20, 0x20);
	if (nest) {
		nest--;
		depth++;
		if (depth > deepest)
			deepest = depth;
		__asm__ volatile("sti; nop; hlt; cli");
		depth--;
	}
}

static void start(uint16_t count)
{
	outb(0x20, 0x11), outb(0xa0, 0x11);
	outb(0x21, 0x20), outb(0xa1, 0x28);
	outb(0x21, 4), outb(0xa1, 2);
	outb(0x21, 1), outb(0xa1, 1);
	outb(0x21, 0xfe), outb(0xa1, 0xff);
	outb(0x43, 0x34);
	outb(0x40, (uint8_t)count);
	outb(0x40, (uint8_t)(count >> 8));
}

/* wait_pending() - until the timer's request is in the controller's IRR. */
static void wait_pending(void)
{
	seen_eip = 0;
	do
		outb(0x20, 0x0a);
	while (!(inb(0x20) & 1));
}

static void shadows(void)
{
	extern uint8_t after_sti[], after_ss[];

	wait_pending();
	__asm__ volatile("sti\n"
			 "nop\n"
			 ".globl after_sti\n"
			 "after_sti: nop\n"
			 "cli\n" : : : "memory");
	CHECK_EQ(seen_eip, (uint32_t)after_sti);
	wait_pending();
	/* STI; CLI lets nothing in. */
	ticks = 0;
	__asm__ volatile("sti; cli; nop; nop");
	CHECK_EQ(ticks, 0);
	/* MOV SS in the shadow of STI may add its own, or not (SDM, MOV). */
	__asm__ volatile("movl %%ss, %%eax\n"
			 "sti\n"
			 "movl %%eax, %%ss\n"
			 "nop\n"
			 ".globl after_ss\n"
			 "after_ss: nop\n"
			 "cli\n" : : : "eax", "memory");
	CHECK(seen_eip == (uint32_t)after_ss ||
	      seen_eip == (uint32_t)after_ss - 1);
}

void guest_main(void)
{
	uint32_t i;

	trap_hook[0x20] = on_timer;
	start(1193);			/* 1 kHz */
	for (i = 0; i < 20; i++) {
		ticks = 0;
		__asm__ volatile("sti; hlt; cli" : : : "memory");
		CHECK(ticks >= 1);
	}
	outb(0x21, 0xff);		/* masked: nothing comes */
	ticks = 0;
	for (i = 0; i < 2000; i++)
		__asm__ volatile("sti; nop; cli" : : : "memory");
	outb(0x21, 0xfe);
	shadows();
	nest = 3;
	ticks = 0;
	__asm__ volatile("sti; hlt; cli" : : : "memory");
	CHECK_EQ(deepest, 3);
	CHECK(ticks >= 4);
	/* 1: jmp 1b is left by the timer alone. */
	for (i = 0; i < 5; i++) {
		__asm__ volatile("movl $2f, %0\n"
				 "sti\n"
				 "1: jmp 1b\n"
				 "2: cli\n" : "=m"(leave_to) : : "memory");
	}
}
