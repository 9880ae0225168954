// SPDX-License-Identifier: BSD-2-Clause
/*
 * native32_main.c - the native runner as a real 32-bit process.
 *
 * 1. What the kernel put high up (stack, vDSO) is unmapped: a test's small
 *    negative numbers shall find nothing when they are used as pointers.
 * 2. All else that is mapped lies in NATIVE_OWN (lib_case.h), so that a case
 *    whose address falls there by chance is known by it.
 */
#include "tests/insn/native.h"

#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <asm/unistd_32.h>

#define SHARE_AT	(NATIVE_OWN + 0x100000u)	/* the program below */
#define HIGH_FROM	0xf0000000u
#define HIGH_TO		0xffffe000u

_Static_assert(sizeof(struct case_share) <= NATIVE_OWN_SIZE - 0x100000u,
	       "the share lies in NATIVE_OWN");

void native32_main(void);

uint32_t run_esp, run_eip;		/* for the assembly below */

__asm__(
"	.text\n"
"	.globl _start\n"
"_start:\n"
"	movl $own_stack + 8192, %esp\n"
"	call native32_main\n"
"	ud2\n"
"	.globl run_case\n"
"run_case:\n"			/* leave_case() comes back to its caller */
"	movl 4(%esp), %eax\n"
"	pushal\n"
"	movl %esp, run_esp\n"
"	xorl %ecx, %ecx\n"
"	movl %ecx, %fs\n"
"	movl %ecx, %gs\n"
"	movl 32(%eax), %ecx\n"
"	movl %ecx, run_eip\n"
"	fxrstor 64(%eax)\n"
"	pushl 36(%eax)\n"
"	popfl\n"
"	movl 4(%eax), %ecx\n"
"	movl 8(%eax), %edx\n"
"	movl 12(%eax), %ebx\n"
"	movl 16(%eax), %esp\n"
"	movl 20(%eax), %ebp\n"
"	movl 24(%eax), %esi\n"
"	movl 28(%eax), %edi\n"
"	movl 0(%eax), %eax\n"
"	jmp *run_eip\n"
"	.globl leave_case\n"
"leave_case:\n"
"	pushl $2\n"
"	popfl\n"
"	movl run_esp, %esp\n"
"	popal\n"
"	ret\n");

long arch_syscall(long nr, long a, long b, long c, long d)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory");
	return r;
}

/* mmap2's sixth argument travels in EBP, which C cannot name. */
long arch_map(uintptr_t at, uint32_t len, int prot, int flags, int fd)
{
	struct {
		uint32_t addr, len, prot, flags, fd, offset;
	} args = { at, len, (uint32_t)prot, (uint32_t)flags, (uint32_t)fd, 0 };

	return arch_syscall(__NR_mmap, (long)&args, 0, 0, 0);
}

void arch_take_state(struct case_out *out, const struct ucontext *uc)
{
	const struct sigcontext *sc = (const void *)&uc->uc_mcontext;
	const uint32_t gpr[8] = { sc->eax, sc->ecx, sc->edx, sc->ebx,
				  sc->esp, sc->ebp, sc->esi, sc->edi };
	const uint16_t seg[6] = { sc->es, sc->cs, sc->ss, sc->ds,
				  sc->fs, sc->gs };
	/* The FXSAVE image lies behind the FSAVE one (struct _fpstate_32). */
	const uint8_t *fx = (const uint8_t *)sc->fpstate + 112;
	unsigned int i;

	for (i = 0; i < 8; i++)
		out->st.gpr[i] = gpr[i];
	for (i = 0; i < 6; i++)
		out->st.seg[i] = seg[i];
	for (i = 0; i < sizeof(out->st.fx); i++)
		out->st.fx[i] = fx[i];
	out->st.eip = sc->eip;
	out->st.eflags = sc->eflags;
	out->vector = sc->trapno;
	out->err = sc->err;
	out->cr2 = sc->cr2;
}

void native32_main(void)
{
	arch_syscall(__NR_munmap, HIGH_FROM, HIGH_TO - HIGH_FROM, 0, 0);
	native_main((struct case_share *)SHARE_AT);
}
