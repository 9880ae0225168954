// SPDX-License-Identifier: BSD-2-Clause
/*
 * a20.c - address line 20 has a gate. While it is shut the second megabyte
 * shows the first, with paging and without; then all is as it was. Both chips
 * that have the gate can move it.
 */
#include "guests/property/rt.h"

#define CODE	0x00006000u	/* where bit 20 is 0, as we are not */
#define LOW	0x00008000u
#define HIGH	0x00108000u	/* the same but for bit 20 */
#define TABLES	0x00200000u
#define ALIAS	0x00c00000u	/* with paging: shows HIGH */

/*
 * low_code(port, value, addr): write the byte to the port, which shuts the
 * gate; add up 64 loads of *addr, add one to it; open the gate again.
 * Return: the sum.
 */
extern uint8_t low_code[], low_code_end[];
__asm__("low_code:\n"
	"	movl 4(%esp), %edx\n"
	"	movl 8(%esp), %eax\n"
	"	movl 12(%esp), %ecx\n"
	"	pushal\n"
	"	movl %esp, %ebp\n"
	"	movl $0x7000, %esp\n"
	"	xorl %esi, %esi\n"
	"	movl $64, %edi\n"
	"	outb %al, %dx\n"
	"1:	addl (%ecx), %esi\n"
	"	pushl %esi\n"
	"	popl %esi\n"
	"	decl %edi\n"
	"	jnz 1b\n"
	"	incl (%ecx)\n"
	"	movb $2, %al\n"
	"	outb %al, $0x92\n"
	"	movl %ebp, %esp\n"
	"	movl %esi, 28(%esp)\n"	/* EAX of POPA */
	"	popal\n"
	"	ret\n"
	"low_code_end:\n");

typedef uint32_t low_fn(uint32_t port, uint32_t value, uint32_t addr);

/* through() - shut by that port, *@addr is LOW's; then it is HIGH's. */
static void through(uint16_t port, uint8_t value, uint32_t addr)
{
	low_fn *fn = (low_fn *)CODE;

	*at32(LOW) = 1000;
	*at32(addr) = 5;
	CHECK_EQ(*at32(LOW), 1000);
	CHECK_EQ(fn(port, value, addr), 64000);
	CHECK_EQ(*at32(LOW), 1001);
	CHECK_EQ(*at32(addr), 5);
	CHECK(inb(0x92) & 2);
}

static void each_way(uint32_t addr)
{
	int i;

	for (i = 0; i < 3; i++) {
		through(0x92, 0x00, addr);
		outb(0x64, 0xd1);
		through(0x60, 0xdd, addr);
		through(0x64, 0xdd, addr);
		/* A gate that stays open. */
		*at32(LOW) = 7;
		CHECK_EQ(((low_fn *)CODE)(0x92, 0x02, addr), 64 * 5);
		CHECK_EQ(*at32(LOW), 7);
	}
}

/* paging() - 16 MiB as they are, but ALIAS; no table where bit 20 is 1. */
static void paging(void)
{
	volatile uint32_t *dir = at32(TABLES), *table = at32(TABLES + 0x1000);
	uint32_t i;

	for (i = 0; i < 4; i++)
		dir[i] = (TABLES + 0x1000 * (i + 1)) | PTE_P | PTE_W;
	for (i = 0; i < 4096; i++)
		table[i] = i << 12 | PTE_P | PTE_W;
	table[ALIAS >> 12] = HIGH | PTE_P | PTE_W;
	write_cr3(TABLES);
	write_cr0(read_cr0() | 0x80010000u);
}

void guest_main(void)
{
	uint32_t i;

	for (i = 0; low_code + i < low_code_end; i++)
		*at8(CODE + i) = low_code[i];
	CHECK(inb(0x92) & 2);
	each_way(HIGH);
	paging();
	each_way(HIGH);
	each_way(ALIAS);
}
