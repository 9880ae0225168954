/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts.c - the timer through the 8259 into the IDT: HLT wakes, a tight
 * loop is left, STI and MOV SS hold off for one instruction.
 */
#include "guests/property/guest.h"

static volatile uint32_t ticks, last_eip;

void trap(struct frame *f)
{
	if (f->vector != 0x20)
		return;
	ticks++;
	last_eip = f->eip;
	/* The tight loop below has EAX = 1234: step over it. */
	if (f->eax == 0x1234)
		f->eip += 2;
	outb(0x20, 0x20);
}

int main(void)
{
	uint32_t eip, i;

	pic_start(1);
	pit_start(1193);	/* 1 kHz */
	for (i = 0; i < 20; i++)
		__asm__ volatile("sti; hlt; cli");
	EXPECT(ticks >= 20);
	/* `1: jmp 1b` is left by an interrupt. */
	__asm__ volatile("sti; 1: jmp 1b; cli" : : "a"(0x1234));
	/* With interrupts off for long, one is pending: STI lets exactly one
	 * more instruction through before it comes. */
	for (i = 0; i < 3000000; i++)
		__asm__ volatile("" : : "r"(i));
	__asm__ volatile("sti; 1: nop; 2: nop; cli; movl $2b, %0"
			 : "=r"(eip) : "a"(0));
	EXPECT(last_eip == eip);
	say("PASS");
	return 0;
}
