/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_native.c - run one instruction on the host; see lib_native.h. */
#include "tests/unit/lib_native.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"

#define ARITH 0x8d5u
#define CODE_SIZE 4096u

void native_thunk(struct native *n);

/* The state goes in, the code is called, the state comes out. FXSAVE does
 * not wait, so an x87 error that the code left pending stays in the image. */
asm(".text\n"
    ".globl native_thunk\n"
    "native_thunk:\n"
    "	push %rbx\n	push %rbp\n	push %r12\n"
    "	mov %rdi, %r12\n"
    "	fxrstor (%r12)\n"
    "	mov 512(%r12), %eax\n"
    "	mov 516(%r12), %ecx\n"
    "	mov 520(%r12), %edx\n"
    "	mov 524(%r12), %ebx\n"
    "	mov 532(%r12), %ebp\n"
    "	mov 552(%r12), %rsi\n"
    "	mov %rsi, %rdi\n"
    "	pushq 544(%r12)\n"
    "	popfq\n"
    "	call *560(%r12)\n"
    "	pushfq\n"
    "	popq 544(%r12)\n"
    "	mov %eax, 512(%r12)\n"
    "	mov %ecx, 516(%r12)\n"
    "	mov %edx, 520(%r12)\n"
    "	mov %ebx, 524(%r12)\n"
    "	mov %ebp, 532(%r12)\n"
    "	fxsave (%r12)\n"
    "	fninit\n"
    "	push $0x1f80\n"
    "	ldmxcsr (%rsp)\n"
    "	pop %rax\n"
    "	pop %r12\n	pop %rbp\n	pop %rbx\n"
    "	ret\n");
BUILD_ASSERT(offsetof(struct native, gpr) == 512);
BUILD_ASSERT(offsetof(struct native, flags) == 544);
BUILD_ASSERT(offsetof(struct native, operand) == 552);
BUILD_ASSERT(offsetof(struct native, code) == 560);

/* What the signal handler needs: who runs, and where to go on. */
static struct native *running;
static uintptr_t go_on;

static void on_sigfpe(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	(void)si;
	if (!running)
		_exit(99);
	running->error = sig;
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)go_on;
}

void native_open(struct native *n)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };

	memset(n, 0, sizeof(*n));
	n->code = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(n->code != MAP_FAILED);
	sa.sa_sigaction = on_sigfpe;
	assert_int_equal(sigaction(SIGFPE, &sa, NULL), 0);
}

void native_close(struct native *n)
{
	munmap(n->code, CODE_SIZE);
	signal(SIGFPE, SIG_DFL);
}

void native_run(struct native *n, const uint8_t *code, size_t len)
{
	memcpy(n->code, code, len);
	n->code[len] = 0xc3;
	n->error = 0;
	go_on = (uintptr_t)n->code + len;
	n->flags = (n->flags & ARITH) | 2;
	running = n;
	native_thunk(n);
	running = NULL;
	n->flags &= ARITH;
}
