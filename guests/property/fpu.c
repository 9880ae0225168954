// SPDX-License-Identifier: BSD-2-Clause
/* fpu.c - unmasked x87 and SSE errors: #MF at the next instruction, FERR#
 * as IRQ 13 without NE, #XM, and #UD where the system has not said yes. */
#include "guests/property/rt.h"

static void divide_by_zero(void *arg)
{
	static const uint16_t unmasked = 0x37b;

	(void)arg;
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; nop"
			 : : "m"(unmasked));
}

static void do_wait(void *arg)
{
	(void)arg;
	__asm__ volatile("fwait");
}

static void do_clear(void *arg)
{
	(void)arg;
	__asm__ volatile("fnclex; fwait");
}

static void sse_divide(void *arg)
{
	static const uint32_t mxcsr = 0x1d80;
	static const float one[4] __attribute__((aligned(16))) = { 1, 1, 1, 1 };

	(void)arg;
	__asm__ volatile("ldmxcsr %0\n"
			 "movaps %1, %%xmm0\n"
			 "xorps %%xmm1, %%xmm1\n"
			 "divps %%xmm1, %%xmm0\n"
			 : : "m"(mxcsr), "m"(one));
}

static volatile uint32_t irq13;

static void on_irq13(struct trap *t)
{
	(void)t;
	irq13++;
	outb(0xf0, 0);
	__asm__ volatile("fnclex");
	outb(0xa0, 0x20);
	outb(0x20, 0x20);
}

static void pic(void)
{
	outb(0x20, 0x11), outb(0xa0, 0x11);
	outb(0x21, 0x20), outb(0xa1, 0x28);
	outb(0x21, 4), outb(0xa1, 2);
	outb(0x21, 1), outb(0xa1, 1);
	outb(0x21, 0xfb), outb(0xa1, 0xdf);
}

void guest_main(void)
{
	unsigned int i;

	write_cr0((read_cr0() & ~0xcu) | 0x22);		/* NE, MP */
	CHECK_EQ(rt_try(divide_by_zero, 0), -1);	/* not yet */
	CHECK_EQ(rt_try(do_wait, 0), 16);
	CHECK_EQ(*at8(caught.eip), 0x9b);
	CHECK_EQ(rt_try(do_clear, 0), -1);
	/* SSE: not before OSFXSR; #UD instead of #XM before OSXMMEXCPT. */
	write_cr4(0);
	CHECK_EQ(rt_try(sse_divide, 0), 6);
	write_cr4(0x200);
	CHECK_EQ(rt_try(sse_divide, 0), 6);
	CHECK_EQ(*at8(caught.eip + 1), 0x5e);
	write_cr4(0x600);
	CHECK_EQ(rt_try(sse_divide, 0), 19);
	CHECK_EQ(*at8(caught.eip + 1), 0x5e);
	/* Without NE the error goes out by FERR# and comes in as IRQ 13. */
	pic();
	trap_hook[0x2d] = on_irq13;
	write_cr0(read_cr0() & ~0x20u);
	__asm__ volatile("sti");
	CHECK_EQ(rt_try(divide_by_zero, 0), -1);
	CHECK_EQ(rt_try(do_wait, 0), -1);
	for (i = 0; i < 1000 && !irq13; i++)
		__asm__ volatile("nop");
	__asm__ volatile("cli");
	CHECK_EQ(irq13, 1);
}
