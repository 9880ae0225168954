/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_x87.S - every x87 instruction as a C function, and the ways into and
 * out of the host's x87 unit.
 *
 * The guest's x87 state is in the host's unit while these run; a memory
 * operand is at rdi, and the x87 registers are all that changes.
 */
	.text

/* D8+k with ModRM C0+n is at fpu_x87_reg + (k * 64 + n) * 4. */
	.balign 16
	.globl fpu_x87_reg
fpu_x87_reg:
	.set k, 0
	.rept 8
	.set n, 0
	.rept 64
	.byte 0xd8 + k, 0xc0 + n
	ret
	.byte 0xcc			/* never reached: the stride is 4 */
	.set n, n + 1
	.endr
	.set k, k + 1
	.endr

/* D8+k /r on [rdi] is at fpu_x87_mem + (k * 8 + r) * 4. */
	.globl fpu_x87_mem
fpu_x87_mem:
	.set k, 0
	.rept 8
	.set n, 0
	.rept 8
	.byte 0xd8 + k, 0x07 + 8 * n
	ret
	.byte 0xcc
	.set n, n + 1
	.endr
	.set k, k + 1
	.endr

/*
 * uint32_t fpu_x87_with_flags(uint32_t aflags, stub): FCMOVcc, FCOMI.
 * The guest's arithmetic flags in, the host's after the stub out.
 */
	.balign 16
	.globl fpu_x87_with_flags
fpu_x87_with_flags:
	mov	%edi, %eax
	shr	$11, %eax
	and	$1, %eax
	add	$0x7f, %al		/* overflows, sets OF, if OF was 1 */
	mov	%edi, %eax
	mov	%al, %ah
	sahf				/* SF ZF AF PF CF */
	call	*%rsi
	pushfq
	pop	%rax
	ret

/* fpu_host_load(image): the x87 state becomes the guest's. MXCSR in the
 * image is the host's; the xmm registers are free at any call. */
	.balign 16
	.globl fpu_host_load
fpu_host_load:
	fxrstor	(%rdi)
	ret

/* fpu_host_save(image): a copy, the state stays. Never faults, even with an
 * error pending. */
	.balign 16
	.globl fpu_host_save
fpu_host_save:
	fxsave	(%rdi)
	ret

/* fpu_host_drop(): the unit as C code expects it: empty, nothing pending. */
	.balign 16
	.globl fpu_host_drop
fpu_host_drop:
	fninit
	ret

	.section .note.GNU-stack, "", @progbits
