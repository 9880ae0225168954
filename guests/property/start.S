/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - what every property guest begins with: the multiboot header, the
 * entry, one stub per vector, and the way to ring 3.
 */
	.set MAGIC, 0x1badb002
	.section .multiboot, "a"
	.align 4
	.long MAGIC, 0, -MAGIC

	.text
	.globl _start
_start:
	cli
	movl $boot_stack_end, %esp
	cld
	call rt_main		/* never returns */
	hlt

	/* The stack of stub n: [error code or 0] vector; then rt_stub_common
	 * makes it a struct trap (rt.h). */
	.align 16
	.globl rt_stubs
rt_stubs:
	.set n, 0
	.rept 256
	.align 16
	.if n == 8 || (n >= 10 && n <= 14) || n == 17
	.else
	pushl $0
	.endif
	pushl $n
	jmp rt_stub_common
	.set n, n + 1
	.endr

rt_stub_common:
	pushal
	pushl %ds
	pushl %es
	pushl %fs
	pushl %gs
	movl $0x10, %eax
	movl %eax, %ds
	movl %eax, %es
	cld
	movl %esp, %eax
	pushl %eax
	call rt_trap
	addl $4, %esp
	popl %gs
	popl %fs
	popl %es
	popl %ds
	popal
	addl $8, %esp
	iret

	/* rt_user(eip, arg, esp): to ring 3, never returns. The function
	 * finds its argument, and a return address that calls vector 80h. */
	.globl rt_user
rt_user:
	movl 4(%esp), %eax
	movl 8(%esp), %ecx
	movl 12(%esp), %edx
	subl $8, %edx
	movl %ecx, 4(%edx)
	movl $user_done, (%edx)
	movl $0x23, %ecx
	movl %ecx, %ds
	movl %ecx, %es
	pushl %ecx
	pushl %edx
	pushl $2
	pushl $0x1b
	pushl %eax
	iret
user_done:
	int $0x80

	.bss
	.align 16
	.skip 16384
boot_stack_end:
	.section .note.GNU-stack, "", @progbits
