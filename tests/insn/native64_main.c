// SPDX-License-Identifier: BSD-2-Clause
/*
 * native64_main.c - the native runner as a 64-bit process: for hosts that run
 * no 32-bit programs, with cases whose code lib_recode.c wrote anew.
 *
 * 1. Below 4 GiB nothing is mapped but the pages of lib_case.h: the program
 *    itself is linked for any address, and the kernel puts it higher.
 * 2. The upper halves of the registers are 0 at the start. If one is not at
 *    the end, or the fault's address has more than 32 bits, out->used is 1:
 *    in 64-bit mode the case was something else, and is no answer.
 */
#include "tests/insn/native.h"

#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <asm/unistd_64.h>

#define SHARE_AT	0x1000000000ul

void native64_main(void);

uint64_t run_rsp, run_rip __attribute__((visibility("hidden")));

__asm__(
"	.text\n"
"	.globl _start\n"
"_start:\n"
"	lea own_stack + 8192(%rip), %rsp\n"
"	call native64_main\n"
"	ud2\n"
"	.globl run_case\n"
"run_case:\n"			/* leave_case() comes back to its caller */
"	push %rbx\n"
"	push %rbp\n"
"	push %r12\n"
"	push %r13\n"
"	push %r14\n"
"	push %r15\n"
"	mov %rsp, run_rsp(%rip)\n"
"	mov %rdi, %rax\n"
"	movl 32(%rax), %ecx\n"
"	mov %rcx, run_rip(%rip)\n"
"	fxrstor 64(%rax)\n"
"	movl 36(%rax), %ecx\n"
"	push %rcx\n"
"	popfq\n"
"	movl 4(%rax), %ecx\n"
"	movl 8(%rax), %edx\n"
"	movl 12(%rax), %ebx\n"
"	movl 16(%rax), %esp\n"
"	movl 20(%rax), %ebp\n"
"	movl 24(%rax), %esi\n"
"	movl 28(%rax), %edi\n"
"	movl 0(%rax), %eax\n"
"	jmp *run_rip(%rip)\n"
"	.globl leave_case\n"
"leave_case:\n"
"	mov run_rsp(%rip), %rsp\n"
"	push $2\n"
"	popfq\n"
"	pop %r15\n"
"	pop %r14\n"
"	pop %r13\n"
"	pop %r12\n"
"	pop %rbp\n"
"	pop %rbx\n"
"	ret\n");

long arch_syscall(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long r;

	__asm__ volatile("syscall" : "=a"(r)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "memory", "rcx", "r11");
	return r;
}

long arch_map(uintptr_t at, uint32_t len, int prot, int flags, int fd)
{
	register long r10 __asm__("r10") = flags;
	register long r8 __asm__("r8") = fd;
	register long r9 __asm__("r9") = 0;
	long r;

	__asm__ volatile("syscall" : "=a"(r)
			 : "a"(__NR_mmap), "D"(at), "S"((long)len),
			   "d"((long)prot), "r"(r10), "r"(r8), "r"(r9)
			 : "memory", "rcx", "r11");
	return r;
}

void arch_take_state(struct case_out *out, const struct ucontext *uc)
{
	const struct sigcontext *sc = (const void *)&uc->uc_mcontext;
	const uint64_t gpr[8] = { sc->rax, sc->rcx, sc->rdx, sc->rbx,
				  sc->rsp, sc->rbp, sc->rsi, sc->rdi };
	/* What a 32-bit process has, as nothing here loads a segment. */
	static const uint16_t seg[6] = { CASE_DS, CASE_CS, CASE_DS, CASE_DS };
	const uint8_t *fx = (const uint8_t *)sc->fpstate;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		out->st.gpr[i] = (uint32_t)gpr[i];
		out->used |= gpr[i] >> 32 != 0;
	}
	for (i = 0; i < 6; i++)
		out->st.seg[i] = seg[i];
	for (i = 0; i < sizeof(out->st.fx); i++)
		out->st.fx[i] = fx[i];
	out->st.eip = (uint32_t)sc->rip;
	out->st.eflags = (uint32_t)sc->eflags;
	out->vector = (uint32_t)sc->trapno;
	out->err = (uint32_t)sc->err;
	out->cr2 = (uint32_t)sc->cr2;
	out->used |= sc->rip >> 32 || (sc->trapno == 14 && sc->cr2 >> 32);
}

void native64_main(void)
{
	native_main((struct case_share *)SHARE_AT);
}
