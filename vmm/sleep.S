/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sleep.S - sleep on a futex word that is 0, and miss no signal: see sleep.h.
 *
 * Who raises the attention word sends SIGALRM after it. A signal that comes
 * while we sleep ends the sleep; one that comes between the look at the word
 * and the system call would not. So the handler (halt_interrupt()) moves a
 * process that it finds between sleep_begin and sleep_end to sleep_not. The
 * kernel's own restart of an interrupted call begins at the syscall
 * instruction, which lies between them, too.
 */
#include <asm/unistd.h>
#include <asm-generic/errno-base.h>

#define WAIT_BITSET	9	/* FUTEX_WAIT_BITSET: the end is a time */

	.text
	.globl sleep_on, sleep_begin, sleep_end, sleep_not
	.type sleep_on, @function
	.balign 16
/* rdi: the attention word, rsi: the word, rdx: the end */
sleep_on:
	mov	%rdi, %rcx		/* the attention word */
	mov	%rsi, %rdi		/* futex: the word, */
	mov	$WAIT_BITSET, %esi	/* not private: two processes, */
	mov	%rdx, %r10		/* the end, or NULL for none, */
	xor	%edx, %edx		/* only if the word is 0, */
	xor	%r8d, %r8d		/* no second word, */
	mov	$-1, %r9d		/* and for all who wake it */
sleep_begin:
	cmpl	$0, (%rcx)
	jne	sleep_not
	mov	$__NR_futex, %eax
	syscall
sleep_end:
	ret
sleep_not:
	mov	$-EINTR, %rax
	ret
	.size sleep_on, . - sleep_on
	.section .note.GNU-stack, "", @progbits
