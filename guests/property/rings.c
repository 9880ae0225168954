// SPDX-License-Identifier: BSD-2-Clause
/* rings.c - ring 3 and back: gates and their DPL, call gates with copied
 * words, conforming code, the I/O bitmap, IOPL. */
#include "guests/property/rt.h"

#define SEL_GATE	(SEL_FREE | 3)
#define SEL_CONFORM	((SEL_FREE + 8) | 3)
#define SEL_DATA_AT	((SEL_FREE + 16) | 3)

static volatile uint32_t seen_cs, seen_ss, seen_a, seen_b, seen_flags;

void gate_target(uint32_t a, uint32_t b);
void gate_target(uint32_t a, uint32_t b)
{
	seen_a = a;
	seen_b = b;
	__asm__ volatile("movl %%cs, %0; movl %%ss, %1"
			 : "=r"(seen_cs), "=r"(seen_ss));
}

/* RETF 8 takes the two words off both stacks. */
__asm__("gate_entry:\n"
	"	pushl 12(%esp)\n"	/* b, above CS, EIP, a */
	"	pushl 12(%esp)\n"
	"	call gate_target\n"
	"	addl $8, %esp\n"
	"	lret $8\n"
	"conform_entry:\n"
	"	movw %cs, seen_cs_c\n"
	"	lret\n"
	"	.globl seen_cs_c\n"
	"	.comm seen_cs_c, 4\n");
extern uint8_t gate_entry[], conform_entry[];
extern volatile uint32_t seen_cs_c;

static void call_gate(void *arg)
{
	uint32_t before, after;

	(void)arg;
	__asm__ volatile("movl %%esp, %0\n"
			 "pushl $0x2222\n"
			 "pushl $0x1111\n"
			 "lcall %2, $0x12345678\n"
			 "movl %%esp, %1\n"
			 : "=&b"(before), "=&S"(after) : "i"(SEL_GATE)
			 : "eax", "ecx", "edx", "memory", "cc");
	if (before != after)
		__asm__ volatile("ud2");
}

static void call_conforming(void *arg)
{
	(void)arg;
	__asm__ volatile("lcall %0, $conform_entry" : : "i"(SEL_CONFORM)
			 : "memory");
}

static void call_ring0(void *arg)
{
	(void)arg;
	__asm__ volatile("lcall %0, $0" : : "i"(SEL_CODE0));
}

static void int_20(void *arg)
{
	(void)arg;
	__asm__ volatile("int $0x20");
}

static void out_port(void *port)
{
	__asm__ volatile("outb %%al, %%dx" : : "a"(0), "d"(port));
}

static void do_cli(void *arg)
{
	(void)arg;
	__asm__ volatile("cli");
}

static void note_flags(struct trap *t)
{
	__asm__ volatile("pushfl; popl %0" : "=r"(seen_flags));
	seen_ss = t->ss;
	seen_cs = t->cs;
}

void guest_main(void)
{
	gdt[SEL_GATE / 8] = (uint64_t)((uint32_t)gate_entry & 0xffff0000)
				    << 32 |
			    0xec02ull << 32 | SEL_CODE0 << 16 |
			    ((uint32_t)gate_entry & 0xffff);
	gdt[SEL_CONFORM / 8] = descriptor(0, 0xfffff, 0xc09f);
	CHECK_EQ(rt_try_user(call_gate, 0), 0x80);
	CHECK_EQ(seen_a, 0x1111);
	CHECK_EQ(seen_b, 0x2222);
	CHECK_EQ(seen_cs & 0xffff, SEL_CODE0);
	CHECK_EQ(seen_ss & 0xffff, SEL_DATA0);
	gdt[SEL_GATE / 8] &= ~0x0000600000000000ull;	/* DPL 0 */
	CHECK_EQ(rt_try_user(call_gate, 0), 13);
	CHECK_EQ(caught.err, SEL_GATE & ~3u);
	CHECK_EQ(rt_try_user(call_conforming, 0), 0x80);
	CHECK_EQ(seen_cs_c & 0xffff, SEL_CONFORM);	/* still CPL 3 */
	CHECK_EQ(rt_try_user(call_ring0, 0), 13);
	CHECK_EQ(caught.err, SEL_CODE0);
	CHECK_EQ(rt_try_user(int_20, 0), 13);
	CHECK_EQ(caught.err, 0x20 * 8 + 2);
	/* An interrupt gate clears IF, a trap gate does not. */
	trap_hook[0x20] = note_flags;
	idt[0x20] |= 0x600000000000ull;	/* DPL 3 */
	CHECK_EQ(rt_try_user(int_20, 0), 0x80);
	CHECK_EQ(seen_cs, SEL_CODE3);
	CHECK_EQ(seen_ss, SEL_DATA3);
	CHECK(!(seen_flags & 0x200));
	/* I/O: refused, allowed by the bitmap, allowed by IOPL. */
	CHECK_EQ(rt_try_user(out_port, (void *)0x80), 13);
	tss.bits[0x80 / 8] &= 0xfe;
	CHECK_EQ(rt_try_user(out_port, (void *)0x80), 0x80);
	CHECK_EQ(rt_try_user(out_port, (void *)0x81), 13);
	CHECK_EQ(rt_try_user(do_cli, 0), 13);
}
