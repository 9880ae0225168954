/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - into translated code, and out of it. The register contract is in
 * bt.h; the offsets are checked against the structs in run.c.
 */
#include "vmm/bt/offsets.h"

	.text

/* void bt_enter(cpu, host address) */
	.globl bt_enter
	.balign 16
bt_enter:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp		/* 16-aligned from here on */
	mov	%rdi, %r15
	mov	%rsi, %r11
	mov	%rsp, CPU_HOST_RSP(%r15)

/* r15: cpu, r11: where to go. All else is loaded. */
resume:
	mov	CPU_FPU(%r15), %r9
	movaps	FPU_XMM+0x00(%r9), %xmm0
	movaps	FPU_XMM+0x10(%r9), %xmm1
	movaps	FPU_XMM+0x20(%r9), %xmm2
	movaps	FPU_XMM+0x30(%r9), %xmm3
	movaps	FPU_XMM+0x40(%r9), %xmm4
	movaps	FPU_XMM+0x50(%r9), %xmm5
	movaps	FPU_XMM+0x60(%r9), %xmm6
	movaps	FPU_XMM+0x70(%r9), %xmm7
	cmpl	$MXCSR_DEFAULT, FPU_MXCSR(%r9)
	je	1f
	ldmxcsr	FPU_MXCSR(%r9)
1:	mov	CPU_JTAB(%r15), %r12
	mov	CPU_WIN(%r15), %r13
	mov	CPU_GPR+4*4(%r15), %r14d
	add	%r13, %r14
	mov	CPU_GPR+1*4(%r15), %ecx
	mov	CPU_GPR+2*4(%r15), %edx
	mov	CPU_GPR+3*4(%r15), %ebx
	mov	CPU_GPR+5*4(%r15), %ebp
	mov	CPU_GPR+6*4(%r15), %esi
	mov	CPU_GPR+7*4(%r15), %edi
	mov	CPU_EFLAGS(%r15), %r9d
	mov	%r9d, %r10d
	and	$0x200, %r10d		/* IF is kept in a word of its own */
	mov	%r10d, CPU_IFLAG(%r15)
	mov	%r9d, %r10d
	and	$~0x600, %r10d
	mov	%r10d, CPU_REST(%r15)
	test	$0x400, %r9d
	jz	2f
	std
2:	mov	CPU_AFLAGS(%r15), %eax
	mov	%eax, %r10d
	and	$0x800, %r10d
	shl	$20, %r10d		/* OF to bit 31 ... */
	add	%r10d, %r10d		/* ... and so into OF */
	mov	%al, %ah
	sahf				/* SF ZF AF PF CF */
	mov	CPU_GPR+0*4(%r15), %eax
	/* The last look at the attention word, flags untouched. A signal from
	 * here to the jump makes it bt_resume_abort (fault.c). */
	.globl	bt_resume_last, bt_resume_end, bt_resume_abort
bt_resume_last:
	mov	CPU_ATTENTION(%r15), %r8
	mov	%rcx, %r10
	mov	(%r8), %ecx
	jrcxz	3f
	jmp	bt_resume_abort
3:	mov	%r10, %rcx
	mov	CPU_SEGMENT(%r15), %r8
	mov	CPU_RETURNS(%r15), %rsp
	jmp	*%r11
bt_resume_end:

/* Nothing has run: the state is still in struct cpu. */
bt_resume_abort:
	cld
	ldmxcsr	default_mxcsr(%rip)
	jmp	leave

/*
 * The ways out. Each is called, but for the miss: what the return address
 * points to is a word for the C function, which returns the host address to
 * go on at, or 0 to leave.
 */
	.macro	way_out name, function, called
	.globl	\name
	.balign 16
\name:
	.if	\called
	pop	%r10
	mov	(%r10), %r10d
	.endif
	lea	\function(%rip), %r9
	jmp	leave_guest
	.endm

	way_out bt_link_out, chain_link, 1
	way_out bt_callout_out, run_callout, 1

	/* An exit that is not connected; r11: the target of an indirect one */
	way_out bt_link_miss_out, link_miss_to_r11, 1

	/* The jump table had no entry, or a wrong one: r11 is the target. */
	way_out bt_miss_out, chain_miss_at_r11, 0

	/* An exit that is connected to a wrong fragment; r9 says which. The
	 * signal handler comes here. */
	.globl	bt_link_wrong_out
	.balign 16
bt_link_wrong_out:
	mov	%r9d, %r10d
	lea	link_miss_to_r11(%rip), %r9
	jmp	leave_guest

	/* The fragment was killed: its entry calls this. */
	.globl	bt_stale_out
	.balign 16
bt_stale_out:
	pop	%r10			/* behind the entry */
	lea	chain_stale(%rip), %r9

leave_guest:
	mov	%rsp, CPU_RETURNS(%r15)
	mov	CPU_HOST_RSP(%r15), %rsp
	mov	%eax, CPU_GPR+0*4(%r15)
	mov	%ecx, CPU_GPR+1*4(%r15)
	mov	%edx, CPU_GPR+2*4(%r15)
	mov	%ebx, CPU_GPR+3*4(%r15)
	mov	%r14d, CPU_GPR+4*4(%r15)
	mov	%ebp, CPU_GPR+5*4(%r15)
	mov	%esi, CPU_GPR+6*4(%r15)
	mov	%edi, CPU_GPR+7*4(%r15)
	pushfq
	pop	%rax
	cld
	mov	%eax, CPU_AFLAGS(%r15)
	mov	CPU_EFLAGS(%r15), %ecx
	and	$0x400, %eax
	and	$~0x600, %ecx
	or	%eax, %ecx
	or	CPU_IFLAG(%r15), %ecx
	mov	%ecx, CPU_EFLAGS(%r15)
	call	save_vectors
	cmpl	$0, CPU_X87_NOTE(%r15)
	jne	5f
4:	mov	%r15, %rdi
	mov	%r10d, %esi
	call	*%r9
	mov	%rax, %r11
	test	%rax, %rax
	jnz	resume

leave:
	mov	CPU_HOST_RSP(%r15), %rsp
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

5:	push	%r9			/* x87 instructions have run */
	push	%r10
	push	%r11
	sub	$8, %rsp
	mov	%r15, %rdi
	call	x87_settle
	add	$8, %rsp
	pop	%r11
	pop	%r10
	pop	%r9
	jmp	4b

/* The signal handler has saved everything but the vector state, and set the
 * stack pointer as it was. */
	.globl	bt_fault_out
	.balign 16
bt_fault_out:
	call	save_vectors
	jmp	leave

save_vectors:
	mov	CPU_FPU(%r15), %rax
	movaps	%xmm0, FPU_XMM+0x00(%rax)
	movaps	%xmm1, FPU_XMM+0x10(%rax)
	movaps	%xmm2, FPU_XMM+0x20(%rax)
	movaps	%xmm3, FPU_XMM+0x30(%rax)
	movaps	%xmm4, FPU_XMM+0x40(%rax)
	movaps	%xmm5, FPU_XMM+0x50(%rax)
	movaps	%xmm6, FPU_XMM+0x60(%rax)
	movaps	%xmm7, FPU_XMM+0x70(%rax)
	stmxcsr	FPU_MXCSR(%rax)
	cmpl	$MXCSR_DEFAULT, FPU_MXCSR(%rax)
	je	1f
	ldmxcsr	default_mxcsr(%rip)
1:	ret

chain_miss_at_r11:
	mov	%r11d, %esi
	jmp	chain_miss

link_miss_to_r11:
	mov	%r11d, %edx
	jmp	chain_link_miss

	.globl	bt_enter_end
bt_enter_end:

	.section .rodata
	.balign 4
default_mxcsr:
	.long	MXCSR_DEFAULT

	.section .note.GNU-stack, "", @progbits
