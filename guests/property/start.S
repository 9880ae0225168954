/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - what every property guest begins with: a multiboot header, flat
 * segments of its own, a stack, an IDT whose 48 gates lead to stub n, which
 * calls trap(n, frame). main() returns the byte for the debug-exit port: 0 is
 * PASS.
 */
	.set	MAGIC, 0x1badb002
	.section .multiboot, "a"
	.align	4
	.long	MAGIC, 0, -MAGIC

	.text
	.globl	_start
_start:
	lgdt	gdt_pointer
	ljmp	$0x08, $1f
1:	movw	$0x10, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	movl	$stack_end, %esp
	call	make_idt
	lidt	idt_pointer
	call	main
	movw	$0xf4, %dx		/* debug exit */
	outb	%al, %dx
2:	hlt
	jmp	2b

make_idt:
	movl	$idt, %edi
	movl	$stub_0, %eax
	movl	$48, %ecx
3:	movl	%eax, %edx
	movw	%dx, (%edi)
	movl	$0x8e000008, 2(%edi)	/* selector 8; present interrupt gate */
	movw	$0x8e00, 4(%edi)
	shrl	$16, %edx
	movw	%dx, 6(%edi)
	addl	$8, %edi
	addl	$16, %eax
	loop	3b
	ret

	/* Stub n: an error code if the processor pushed none, then n. */
	.altmacro
	.macro	stub n
	.balign	16
	.if	(\n == 8) || ((\n >= 10) && (\n <= 14)) || (\n == 17)
	.else
	pushl	$0
	.endif
	pushl	$\n
	jmp	common
	.endm
	.balign	16
stub_0:
	.set	i, 0
	.rept	48
	stub	%i
	.set	i, i + 1
	.endr

common:
	pusha
	cld
	movl	%esp, %eax
	pushl	%eax
	call	trap			/* struct frame * */
	addl	$4, %esp
	popa
	addl	$8, %esp
	iret

	.data
	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff	/* 08: code */
	.quad	0x00cf93000000ffff	/* 10: data */
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
idt_pointer:
	.word	48 * 8 - 1
	.long	idt

	.bss
	.balign	4096
idt:	.skip	48 * 8
	.balign	16
stack:	.skip	16384
stack_end:

	.section .note.GNU-stack, "", @progbits
