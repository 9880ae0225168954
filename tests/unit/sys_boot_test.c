/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_boot_test.c - whole small guests, written in assembler, that walk
 * through the modes as boot loaders, kernels and monitors do.
 *
 * Each is assembled for guest address ORG, entered in real mode at ORG, and
 * ends in a HLT with EAX telling what it found.
 */
#include "tests/unit/lib_box.h"

#define ORG 0x1000

/* GUEST(name) - what follows up to GUEST_END is a guest's memory at ORG. */
#define GUEST(name) \
	".section .rodata\n" \
	".globl " #name "_image, " #name "_end\n" \
	#name "_image:\n" \
	".code16\n"
#define GUEST_END(name) \
	".code64\n" #name "_end:\n.previous\n"
#define AT(name, label) #label " - " #name "_image + 0x1000"

extern const uint8_t modes_image[], modes_end[];
extern const uint8_t pae_image[], pae_end[];
extern const uint8_t monitor_image[], monitor_end[];

/*
 * Real mode, protected mode, 4 MiB pages, level 3, a system call there, back
 * to level 0, paging off, 16-bit protected mode, real mode.
 */
__asm__(GUEST(modes)
"	cli\n"
"	lgdtl " AT(modes, m_gdtr) "\n"
"	lidtl " AT(modes, m_idtr) "\n"
"	movl %cr0, %eax\n"
"	orl $1, %eax\n"
"	movl %eax, %cr0\n"
"	ljmpl $0x08, $" AT(modes, m_pm) "\n"
".code32\n"
"m_pm:	movw $0x10, %ax\n"
"	movw %ax, %ds\n"
"	movw %ax, %es\n"
"	movw %ax, %ss\n"
"	movl $0x8000, %esp\n"
"	movw $0x28, %ax\n"
"	ltr %ax\n"
	/* 4 MiB pages: 0 at 0, and again at 1 GiB. */
"	movl $0x10000, %edi\n"
"	movl $0x87, (%edi)\n"
"	movl $0x87, 0x400(%edi)\n"
"	movl %cr4, %eax\n"
"	orl $0x10, %eax\n"
"	movl %eax, %cr4\n"
"	movl %edi, %cr3\n"
"	movl %cr0, %eax\n"
"	orl $0x80010000, %eax\n"
"	movl %eax, %cr0\n"
"	movl $0x40000000 + " AT(modes, m_high) ", %eax\n"
"	jmp *%eax\n"
"m_high:	movl $0, %ebx\n"
	/* Level 3 by IRET, with interrupts on. */
"	pushl $0x23\n"
"	pushl $0x9000\n"
"	pushl $0x202\n"
"	pushl $0x1b\n"
"	pushl $0x40000000 + " AT(modes, m_user) "\n"
"	iret\n"
"m_user:	movw %cs, %ax\n"
"	andl $3, %eax\n"
"	addl %eax, %ebx\n"			/* 3 */
"	int $0x80\n"
"	addl $0x10, %ebx\n"
"	cli\n"					/* #GP: the way out */
"m_sys:	addl $0x100, %ebx\n"
"	iret\n"
"m_gp:	movl $0x8000, %esp\n"
"	addl $0x1000, %ebx\n"
	/* Down again: paging off from an identity-mapped address. */
"	movl $" AT(modes, m_low) ", %eax\n"
"	jmp *%eax\n"
"m_low:	movl %cr0, %eax\n"
"	andl $0x7fffffff, %eax\n"
"	movl %eax, %cr0\n"
"	xorl %eax, %eax\n"
"	movl %eax, %cr3\n"
"	ljmpl $0x30, $" AT(modes, m_pm16) "\n"
".code16\n"
"m_pm16:	movw $0x38, %ax\n"
"	movw %ax, %ds\n"
"	movw %ax, %es\n"
"	movw %ax, %ss\n"
"	movl %cr0, %eax\n"
"	andl $0xfffffffe, %eax\n"
"	movl %eax, %cr0\n"
"	ljmpw $0, $" AT(modes, m_real) "\n"
"m_real:	xorw %ax, %ax\n"
"	movw %ax, %ds\n"
"	movw %ax, %ss\n"
"	movw $0x8000, %sp\n"
"	lidtl " AT(modes, m_ivtr) "\n"
"	int $0x60\n"
"	movl %ebx, %eax\n"
"	hlt\n"
"m_int60: addl $0x10000, %ebx\n"
"	iretw\n"
".balign 8\n"
"m_gdt:	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff\n"
"	.quad 0x00cffa000000ffff, 0x00cff2000000ffff\n"
"	.word 0x67, " AT(modes, m_tss) ", 0x8900, 0\n"
"	.quad 0x00009a000000ffff, 0x000092000000ffff\n"
"m_tss:	.long 0, 0x8000, 0x10\n"
"	.fill 0x68 - 12, 1, 0\n"
"m_idt:	.fill 13, 8, 0\n"
"	.word " AT(modes, m_gp) ", 8, 0x8e00, 0\n"
"	.fill 0x80 - 14, 8, 0\n"
"	.word " AT(modes, m_sys) ", 8, 0xee00, 0\n"
"m_gdtr:	.word 8 * 8 - 1\n	.long " AT(modes, m_gdt) "\n"
"m_idtr:	.word 0x81 * 8 - 1\n	.long " AT(modes, m_idt) "\n"
"m_ivtr:	.word 0x3ff\n	.long 0\n"
".globl m_int60\n"
GUEST_END(modes));

/*
 * PAE with 2 MiB and 4 KiB pages, a page fault that the handler mends and
 * that is tried again.
 */
__asm__(GUEST(pae)
"	cli\n"
"	lgdtl " AT(pae, p_gdtr) "\n"
"	lidtl " AT(pae, p_idtr) "\n"
"	movl %cr0, %eax\n"
"	orl $1, %eax\n"
"	movl %eax, %cr0\n"
"	ljmpl $0x08, $" AT(pae, p_pm) "\n"
".code32\n"
"p_pm:	movw $0x10, %ax\n"
"	movw %ax, %ds\n"
"	movw %ax, %es\n"
"	movw %ax, %ss\n"
"	movl $0x8000, %esp\n"
	/* PDPT at 10000: [0] = 11000; [3] = 12000. 2 MiB at 0; the table
	 * 13000 for 4 KiB pages from C0000000. */
"	movl $0x11001, 0x10000\n"
"	movl $0x12001, 0x10018\n"
"	movl $0x83, 0x11000\n"
"	movl $0x13003, 0x12000\n"
"	movl $0x20, %eax\n"
"	movl %eax, %cr4\n"
"	movl $0x10000, %eax\n"
"	movl %eax, %cr3\n"
"	movl %cr0, %eax\n"
"	orl $0x80010000, %eax\n"
"	movl %eax, %cr0\n"
"	xorl %ebx, %ebx\n"
"	movl $0x12345678, 0xc0005ffe\n"		/* across two missing pages */
"	movl 0xc0005ffe, %eax\n"
"	cmpl $0x12345678, %eax\n"
"	jne 1f\n"
"	movl 0x20ffe, %eax\n"			/* where C0005 went */
"	cmpw $0x5678, %ax\n"
"	jne 1f\n"
"	movl %ebx, %eax\n"
"1:	hlt\n"
	/* #PF: map page CR2 to frame 20h + n, count, check the code. */
"p_pf:	popl %ecx\n"
"	cmpl $2, %ecx\n"
"	jne 1b\n"
"	movl %cr2, %ecx\n"
"	shrl $12, %ecx\n"
"	andl $0x1ff, %ecx\n"
"	movl %ecx, %edx\n"
"	addl $0x1b, %edx\n"			/* page 5 -> frame 20h */
"	shll $12, %edx\n"
"	orl $3, %edx\n"
"	movl %edx, 0x13000(,%ecx,8)\n"
"	incl %ebx\n"
"	iret\n"
".balign 8\n"
"p_gdt:	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff\n"
"p_idt:	.fill 14, 8, 0\n"
"	.word " AT(pae, p_pf) ", 8, 0x8e00, 0\n"
"p_gdtr:	.word 3 * 8 - 1\n	.long " AT(pae, p_gdt) "\n"
"p_idtr:	.word 15 * 8 - 1\n	.long " AT(pae, p_idt) "\n"
GUEST_END(pae));

/*
 * A monitor as EMM386 has it: 8086 code runs in virtual-8086 mode with IOPL
 * 0; its INT 21h traps, the monitor sends it through the 8086's own table,
 * the handler's IRET traps too and is done by hand.
 */
__asm__(GUEST(monitor)
"	cli\n"
"	lgdtl " AT(monitor, v_gdtr) "\n"
"	lidtl " AT(monitor, v_idtr) "\n"
"	movl %cr0, %eax\n"
"	orl $1, %eax\n"
"	movl %eax, %cr0\n"
"	ljmpl $0x08, $" AT(monitor, v_pm) "\n"
".code32\n"
"v_pm:	movw $0x10, %ax\n"
"	movw %ax, %ds\n"
"	movw %ax, %es\n"
"	movw %ax, %ss\n"
"	movl $0x8000, %esp\n"
"	movw $0x18, %ax\n"
"	ltr %ax\n"
"	xorl %ebx, %ebx\n"
"	pushl $0\n"				/* gs */
"	pushl $0\n"
"	pushl $0\n"				/* ds */
"	pushl $0\n"
"	pushl $0\n"				/* ss */
"	pushl $0x7000\n"
"	pushl $0x20002\n"
"	pushl $0\n"				/* cs */
"	pushl $" AT(monitor, v_8086) "\n"
"	iret\n"
	/* #GP at level 0: error code, eip, cs, eflags, esp, ss, es, ... */
"v_gp:	addl $4, %esp\n"
"	pushal\n"
"	movw $0x10, %ax\n"
"	movw %ax, %ds\n"
"	movzwl 36(%esp), %esi\n"		/* cs:eip of the trap */
"	shll $4, %esi\n"
"	addl 32(%esp), %esi\n"
"	movzwl 48(%esp), %edi\n"		/* ss:esp there */
"	shll $4, %edi\n"
"	movzwl 44(%esp), %ecx\n"
"	cmpb $0xcd, (%esi)\n"
"	je v_int\n"
"	cmpb $0xcf, (%esi)\n"
"	je v_iret\n"
"	popal\n"
"	movl %ebx, %eax\n"			/* HLT: the end */
"	hlt\n"
"v_int:	incl 16(%esp)\n"			/* counts in its EBX */
"	subl $6, %ecx\n"
"	movw %cx, 44(%esp)\n"
"	addl %ecx, %edi\n"
"	movw 40(%esp), %ax\n"			/* flags, cs, ip + 2 */
"	movw %ax, 4(%edi)\n"
"	movw 36(%esp), %ax\n"
"	movw %ax, 2(%edi)\n"
"	movw 32(%esp), %ax\n"
"	addw $2, %ax\n"
"	movw %ax, (%edi)\n"
"	movzbl 1(%esi), %eax\n"
"	movzwl (,%eax,4), %ecx\n"
"	movl %ecx, 32(%esp)\n"
"	movzwl 2(,%eax,4), %ecx\n"
"	movl %ecx, 36(%esp)\n"
"	popal\n"
"	iret\n"
"v_iret: addl $0x100, 16(%esp)\n"
"	addl %ecx, %edi\n"
"	addl $6, %ecx\n"
"	movw %cx, 44(%esp)\n"
"	movzwl (%edi), %eax\n"
"	movl %eax, 32(%esp)\n"
"	movzwl 2(%edi), %eax\n"
"	movl %eax, 36(%esp)\n"
"	movw 4(%edi), %ax\n"
"	movw %ax, 40(%esp)\n"
"	popal\n"
"	iret\n"
".code16\n"
"v_8086: movw $0x1111, %ax\n"
"	movw %ax, %es\n"
"	int $0x21\n"
"	int $0x21\n"
"	movw %es, %ax\n"
"	cmpw $0x1111, %ax\n"
"	jne 1f\n"
"	addl $0x10000, %ebx\n"
"1:	hlt\n"
".globl v_dos\n"
"v_dos:	addl $0x1000, %ebx\n"
"	iretw\n"
".balign 8\n"
"v_gdt:	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff\n"
"	.word 0x67, " AT(monitor, v_tss) ", 0x8900, 0\n"
"v_tss:	.long 0, 0x8000, 0x10\n"
"	.fill 0x68 - 12, 1, 0\n"
"v_idt:	.fill 13, 8, 0\n"
"	.word " AT(monitor, v_gp) ", 8, 0x8e00, 0\n"
"v_gdtr:	.word 4 * 8 - 1\n	.long " AT(monitor, v_gdt) "\n"
"v_idtr:	.word 14 * 8 - 1\n	.long " AT(monitor, v_idt) "\n"
GUEST_END(monitor));

extern const uint8_t m_int60[], v_dos[];

static void load(struct box *b, const uint8_t *image, const uint8_t *end)
{
	box_open_real(b);
	BOX_CODE(b, ORG, 0x90);
	box_bytes(b, ORG, image, (size_t)(end - image));
}

static void test_modes(void **state)
{
	struct box b;

	(void)state;
	load(&b, modes_image, modes_end);
	box_put32(&b, 4 * 0x60, (uint32_t)(m_int60 - modes_image) + ORG);
	box_run(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x11113);
	assert_int_equal(b.cpu->cr0 & (CR0_PE | CR0_PG), 0);
	assert_int_equal(b.cpu->cpl, 0);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, 0);
	assert_false(b.cpu->code32);
	box_close(&b);
}

static void test_pae(void **state)
{
	struct box b;

	(void)state;
	load(&b, pae_image, pae_end);
	box_run(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 2);	/* two faults */
	assert_int_equal(box_get16(&b, 0x20ffe), 0x5678);
	assert_int_equal(box_get16(&b, 0x21000), 0x1234);
	box_close(&b);
}

static void test_monitor(void **state)
{
	struct box b;

	(void)state;
	load(&b, monitor_image, monitor_end);
	box_put32(&b, 4 * 0x21, (uint32_t)(v_dos - monitor_image) + ORG);
	box_run(&b);
	assert_false(b.cpu->eflags & FL_VM);
	/* Two INTs, two IRETs, two calls of the handler, and ES came back. */
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x12202);
	box_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_pae),
		cmocka_unit_test(test_monitor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
