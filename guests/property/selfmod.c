/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selfmod.c - code that changes itself: the next instruction, a loop's own
 * immediate, and a routine that is written anew a thousand times.
 */
#include "guests/property/guest.h"

static uint8_t code[64] __attribute__((aligned(64)));

void trap(struct frame *f)
{
	(void)f;
}

int main(void)
{
	uint32_t got, sum = 0, i;

	/* The store changes the MOV right behind it. */
	__asm__ volatile("movb $42, 1f + 1\n\t"
			 "1: movl $1, %0" : "=r"(got) : : "memory");
	/* An encoding with the immediate at byte 1: B8+r. */
	EXPECT(got == 42);
	code[0] = 0xb8;		/* mov eax, imm32; ret */
	code[5] = 0xc3;
	for (i = 0; i < 1000; i++) {
		*(volatile uint32_t *)(code + 1) = i;
		__asm__ volatile("call *%1" : "=a"(got) : "r"(code)
				 : "memory");
		EXPECT(got == i);
		sum += got;
	}
	EXPECT(sum == 499500);
	say("PASS");
	return 0;
}
