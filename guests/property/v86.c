// SPDX-License-Identifier: BSD-2-Clause
/* v86.c - virtual-8086 mode: segments, the monitor's #GP, INT n by IOPL,
 * what the gate pushes and clears, and back. */
#include "guests/property/rt.h"

static volatile uint32_t int_flags, int_ds, int_seg_now;

__asm__("v86_enter:\n"			/* (eip, cs, eflags) never returns */
	"	movl 4(%esp), %eax\n"
	"	movl 8(%esp), %ecx\n"
	"	movl 12(%esp), %edx\n"
	"	pushl $0x4444\n"	/* GS, FS, DS, ES */
	"	pushl $0x3333\n"
	"	pushl $0x0900\n"
	"	pushl $0x0a00\n"
	"	pushl $0x0700\n"	/* SS */
	"	pushl $0x0100\n"	/* ESP */
	"	pushl %edx\n"
	"	pushl %ecx\n"
	"	pushl %eax\n"
	"	iret\n");
_Noreturn void v86_enter(uint32_t eip, uint32_t cs, uint32_t eflags);

static uint32_t start_flags;

static void enter(void *arg)
{
	(void)arg;
	v86_enter(0, 0x0800, start_flags);
}

/* run() - put code at 0800:0000 and run it to its trap. */
static int run(const uint8_t *code, unsigned int len, uint32_t flags)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		*at8(0x8000 + i) = code[i];
	start_flags = flags;
	return rt_try(enter, 0);
}

static void on_int(struct trap *t)
{
	int_flags = t->eflags;
	int_ds = t->v_ds;
	int_seg_now = t->ds;
	t->eip += 1;		/* step over one byte behind the INT */
}

#define RUN(flags, ...) ({ static const uint8_t c_[] = { __VA_ARGS__ };	\
			   run(c_, sizeof(c_), 0x20002 | (flags)); })

void guest_main(void)
{
	/* mov ax,1234; mov [0010],ax; mov es:[0010],ax; push ax; hlt */
	CHECK_EQ(RUN(0, 0xb8, 0x34, 0x12, 0xa3, 0x10, 0, 0x26, 0xa3, 0x10, 0,
		     0x50, 0xf4),
		 13);
	CHECK_EQ(caught.err, 0);
	CHECK_EQ(caught.eip, 11);
	CHECK_EQ(caught.cs, 0x0800);
	CHECK_EQ(caught.ss, 0x0700);
	CHECK_EQ(caught.esp, 0xfe);
	CHECK_EQ(caught.v_ds, 0x0900);
	CHECK_EQ(caught.v_es, 0x0a00);
	CHECK_EQ(caught.v_fs, 0x3333);
	CHECK_EQ(caught.v_gs, 0x4444);
	CHECK(caught.eflags & 0x20000);
	CHECK_EQ(*at32(0x9010) & 0xffff, 0x1234);
	CHECK_EQ(*at32(0xa010) & 0xffff, 0x1234);
	CHECK_EQ(*at32(0x70fe) & 0xffff, 0x1234);
	/* IOPL 0: INT, CLI, PUSHF and IRET are the monitor's. */
	CHECK_EQ(RUN(0, 0xcd, 0x21), 13);
	CHECK_EQ(RUN(0, 0xfa), 13);
	CHECK_EQ(RUN(0, 0x9c), 13);
	CHECK_EQ(RUN(0, 0xcf), 13);
	CHECK_EQ(RUN(0, 0xcc), 3);	/* INT3 is not sensitive */
	/* IOPL 3: INT goes through the IDT, DPL 3, and pushes them all. */
	trap_hook[0x21] = on_int;
	idt[0x21] |= 0x600000000000ull;
	CHECK_EQ(RUN(0x3000, 0xcd, 0x21, 0xf4, 0xf4), 13);
	CHECK_EQ(caught.eip, 3);
	CHECK(int_flags & 0x20000);
	CHECK_EQ(int_ds, 0x0900);
	CHECK_EQ(int_seg_now, 0);
	/* mov ds,ax is a real-mode load; a far jump too. */
	*at8(0x8030) = 0xf4;
	CHECK_EQ(RUN(0x3000, 0xb8, 0x34, 0x12, 0x8e, 0xd8, 0xea, 0x20, 0, 0x01,
		     0x08),
		 13);
	CHECK_EQ(caught.cs, 0x0801);
	CHECK_EQ(caught.v_ds, 0x1234);
	/* An offset beyond 64 KiB: mov al,[ffff] is fine, mov ax is not. */
	CHECK_EQ(RUN(0, 0xa0, 0xff, 0xff, 0xa1, 0xff, 0xff), 13);
	CHECK_EQ(caught.eip, 3);
}
