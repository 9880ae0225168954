// SPDX-License-Identifier: BSD-2-Clause
/* wide16.c - 16-bit code and a 16-bit stack under a 32-bit kernel: SP wraps
 * at its own width and the high half of ESP stays. */
#include "guests/property/rt.h"

#define SEL_CODE16 (SEL_FREE + 0)
#define SEL_STACK16 (SEL_FREE + 8)
#define STACK 0x00030000u

/* 16-bit code, near the start of the image: see guest_main(). */
__asm__("	.code16\n"
	"code16:\n"
	"	movw $0x1234, %ax\n"
	"	pushw %ax\n"
	"	popw %bx\n"
	"	movl $0x89abcdef, %ecx\n"
	"	pushl %ecx\n"
	"	popl %edx\n"
	"	addw %bx, %ax\n"
	"	ljmpl $0x08, $back32\n"
	"	.code32\n");
extern uint8_t code16[];

static void run_code16(void)
{
	uint32_t a, b, d;

	gdt[SEL_CODE16 / 8] = descriptor((uint32_t)code16, 0xffff, 0x009b);
	__asm__ volatile("movl $0xffff0000, %%eax\n"
			 "movl $0xeeee0000, %%ebx\n"
			 "ljmp %3, $0\n"
			 "back32:\n"
			 : "=&a"(a), "=&b"(b), "=&d"(d) : "i"(SEL_CODE16)
			 : "ecx", "memory", "cc");
	CHECK_EQ(a, 0xffff2468);
	CHECK_EQ(b, 0xeeee1234);
	CHECK_EQ(d, 0x89abcdef);
}

static void run_stack16(void)
{
	uint32_t after, popped;

	gdt[SEL_STACK16 / 8] = descriptor(STACK, 0xffff, 0x0093);
	*at32(STACK + 0xfffc) = 0;
	__asm__ volatile("movl %%esp, %%ecx\n"
			 "movl $0x77770000, %%esp\n"
			 "movl %%ss, %%edx\n"
			 "movw %w2, %%ss\n"
			 "pushl $0x600df00d\n"		/* at ss:fffc */
			 "movl %%esp, %0\n"
			 "popl %1\n"			/* SP wraps to 0 */
			 "movl %%edx, %%ss\n"
			 "movl %%ecx, %%esp\n"
			 : "=&a"(after), "=&b"(popped) : "S"(SEL_STACK16)
			 : "ecx", "edx", "memory");
	CHECK_EQ(after, 0x7777fffc);
	CHECK_EQ(popped, 0x600df00d);
	CHECK_EQ(*at32(STACK + 0xfffc), 0x600df00d);
}

void guest_main(void)
{
	run_code16();
	run_stack16();
}
