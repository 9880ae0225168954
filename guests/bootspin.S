/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootspin.S - a boot sector that does nothing but run, in the mode that its
 * byte at 3 says: 'r' real mode, 's' protected mode with 16-bit code, 'f' with
 * 32-bit code and flat segments. It says that letter on COM1 when it begins.
 */
	.code16
	.text
	.globl _start
_start:
	jmp	1f
	.org	3
mode:	.byte	'r'
1:	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$0x7c00, %sp
	movw	$0x3f8, %dx
	movb	mode, %al
	outb	%al, %dx
	cmpb	$'r', %al
	je	spin16
	lgdtl	table
	movl	%cr0, %ebx
	orb	$1, %bl
	movl	%ebx, %cr0
	cmpb	$'s', %al
	je	2f
	ljmpl	$0x10, $spin32
2:	ljmp	$8, $spin16
spin16:	incl	%ecx
	movl	%ecx, (0x9000)
	jmp	spin16
	.code32
spin32:	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
3:	incl	%ecx
	movl	%ecx, (0x9000)
	jmp	3b
	.balign	8
gdt:	.quad	0
	.quad	0x00009b000000ffff	/* 16-bit code */
	.quad	0x00cf9b000000ffff	/* 32-bit code */
	.quad	0x00cf93000000ffff	/* data */
table:	.word	. - gdt - 1
	.long	gdt
	.org	510
	.word	0xaa55
