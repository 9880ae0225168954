// SPDX-License-Identifier: BSD-2-Clause
/* exceptions.c - each vector: where EIP stands, which error code. */
#include "guests/property/rt.h"

static uint32_t at_eip(void)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < 4; i++)
		v |= (uint32_t)*at8(caught.eip + i) << 8 * i;
	return v;
}

#define INSN(name, text)						\
	static void name(void *arg)					\
	{								\
		(void)arg;						\
		__asm__ volatile(text : : : "eax", "ecx", "edx",	\
				 "memory", "cc");			\
	}
INSN(do_div, "xorl %%ecx, %%ecx; divl %%ecx; nop")
INSN(do_idiv, "movl $0x80000000, %%eax; cltd; movl $-1, %%ecx; idivl %%ecx")
INSN(do_int3, "int3; .byte 0x0f, 0x1f, 0x40, 1")
INSN(do_into, "movb $127, %%al; addb $1, %%al; into; .byte 0x0f, 0x1f, 0x40, 2")
INSN(do_ud2, "ud2")
INSN(do_fninit, "fninit")
INSN(do_fwait, "fwait")
INSN(do_badseg, "movl $0x7777, %%eax; movl %%eax, %%ds")
INSN(do_int99, "int $0x99")
INSN(do_jmp_null, "ljmp $0, $0")
INSN(do_jmp_data, "ljmp $0x10, $0")
INSN(do_hlt, "hlt")
INSN(do_cr4, "movl $0x80000000, %%eax; movl %%eax, %%cr4")
INSN(do_cr0, "movl $0x80000000, %%eax; movl %%eax, %%cr0")
INSN(do_long, ".fill 15, 1, 0x66; nop")

static const uint32_t range[2] = { 10, 20 };

static void do_bound(void *index)
{
	__asm__ volatile("boundl %0, %1" : : "r"(index), "m"(range));
}

static void expect(void (*fn)(void *), int vector, uint32_t err)
{
	CHECK_EQ(rt_try(fn, 0), vector);
	CHECK_EQ(caught.err, err);
}

void guest_main(void)
{
	expect(do_div, 0, 0);
	CHECK_EQ(at_eip() & 0xffff, 0xf1f7);		/* at the DIV */
	expect(do_idiv, 0, 0);
	expect(do_int3, 3, 0);
	CHECK_EQ(at_eip(), 0x01401f0f);			/* behind it */
	expect(do_into, 4, 0);
	CHECK_EQ(at_eip(), 0x02401f0f);
	CHECK_EQ(rt_try(do_bound, (void *)10), -1);
	CHECK_EQ(rt_try(do_bound, (void *)20), -1);
	CHECK_EQ(rt_try(do_bound, (void *)21), 5);
	CHECK_EQ(at_eip() & 0xff, 0x62);
	CHECK_EQ(rt_try(do_bound, (void *)-1), 5);
	expect(do_ud2, 6, 0);
	CHECK_EQ(at_eip() & 0xffff, 0x0b0f);
	expect(do_badseg, 13, 0x7774);
	expect(do_jmp_null, 13, 0);
	expect(do_jmp_data, 13, 0x10);
	expect(do_cr4, 13, 0);
	expect(do_cr0, 13, 0);				/* PG without PE */
	expect(do_long, 13, 0);
	gate_set(0x99, SEL_CODE0, 0, 0x0e);		/* an absent gate */
	expect(do_int99, 11, 0x99 * 8 + 2);
	gate_set(0x99, SEL_DATA0, 0, 0x8e);		/* into data */
	expect(do_int99, 13, 0x10);
	gate_set(0x99, 0, 0, 0x8e);
	expect(do_int99, 13, 0);
	/* #NM: EM stops the FPU, TS too; WAIT needs TS and MP. */
	write_cr0((read_cr0() & ~0xeu) | 4);
	expect(do_fninit, 7, 0);
	write_cr0((read_cr0() & ~0xeu) | 8);
	expect(do_fninit, 7, 0);
	CHECK_EQ(rt_try(do_fwait, 0), -1);
	write_cr0(read_cr0() | 2);
	expect(do_fwait, 7, 0);
	__asm__ volatile("clts");
	CHECK_EQ(rt_try(do_fninit, 0), -1);
	CHECK_EQ(rt_try_user(do_hlt, 0), 13);
	CHECK_EQ(caught.err, 0);
	CHECK_EQ(caught.cs, SEL_CODE3);
}
